"""The Attention bias page's figures hold what they are given."""

import numpy as np

import posenc
from charts import attention_bias
from charts.style import BLUE, GREY, ORANGE
from posenc import rasters
from posenc.experiments.attention_bias import added_bias, block_means, bucket_boundaries, mean_by_offset

ADDED = added_bias(posenc.scheme("alibi"), ["King"] * 12, 4)


def test_the_matrix_is_in_per_cents_of_its_largest():
    figure = attention_bias.matrix(ADDED[1], rasters.edges(0, 12, 12), 1, 2.0, False)
    np.testing.assert_array_equal(figure.data[0].z, np.rint(np.clip(ADDED[1] / 2, -1, 1) * 100))
    assert figure.layout.shapes == ()


def test_a_cell_that_is_a_mean_is_called_one():
    for cells, words in ((12, ""), (6, "; a cell is the mean of 2 × 2"), (7, "; a cell is the mean of up to 2 × 2")):
        edges = rasters.edges(0, 12, cells)
        title = attention_bias.matrix(np.zeros((cells, cells)), edges, 0, 1.0, False).layout.xaxis.title.text
        assert title == f"key's position{words}"


def test_what_a_mask_hides_is_covered_and_has_no_colour():
    masked = added_bias(posenc.scheme("alibi"), ["King"] * 12, 1, causal=True)[0]
    figure = attention_bias.matrix(masked, rasters.edges(0, 12, 12), 0, 1.0, True)
    assert not figure.data[0].z[np.triu_indices(12, 1)].any()
    assert len(figure.layout.shapes) == 1


def test_curves_are_one_a_head_and_the_chosen_one_is_last():
    curve = mean_by_offset(ADDED)
    *others, high, low, chosen = attention_bias.curves(curve, 2).data
    assert len(others) == 3
    np.testing.assert_allclose(chosen.y, curve.mean[2], rtol=1e-6)
    np.testing.assert_allclose(low.y, curve.low[2], rtol=1e-6)
    np.testing.assert_allclose(high.y, curve.high[2], rtol=1e-6)
    np.testing.assert_allclose([trace.y for trace in others], curve.mean[[0, 1, 3]], rtol=1e-6)
    assert {trace.line.color for trace in others} == {GREY}
    assert chosen.line.color == BLUE


def test_curves_end_where_the_mask_begins():
    curve = mean_by_offset(added_bias(posenc.scheme("alibi"), ["King"] * 12, 1, causal=True))
    figure = attention_bias.curves(curve, 0)
    assert figure.layout.xaxis.range == (-11.5, 0.5)


def test_heads_stand_eight_in_a_row_on_one_scale():
    panels = block_means(added_bias(posenc.scheme("alibi"), ["King"] * 12, 10), 6)
    largest = np.abs(panels).max()
    figure = attention_bias.heads(panels, largest)
    (canvas,) = figure.data
    assert [note.text for note in figure.layout.annotations] == [f"head {h}" for h in range(10)]
    for h, note in enumerate(figure.layout.annotations):
        row, column = round(note.y + 0.5), round(note.x + 0.5)
        np.testing.assert_array_equal(canvas.z[row : row + 6, column : column + 6], np.rint(panels[h] / largest * 100))
    assert figure.layout.annotations[8].x == figure.layout.annotations[0].x


def test_slopes_show_where_each_is_taken_from():
    alibi = posenc.scheme("alibi")
    below, chosen, above = attention_bias.slopes(alibi.slopes(12), alibi.slopes(8), alibi.slopes(16)).data
    assert [len(row.x) for row in (below, chosen, above)] == [8, 12, 16]
    assert list(chosen.marker.color) == [BLUE] * 8 + [ORANGE] * 4
    assert [c for c, s in zip(above.marker.color, above.marker.symbol, strict=True) if s == "circle"] == [ORANGE] * 4
    assert list(above.marker.color[:8:2]) == [ORANGE] * 4
    assert set(below.marker.color) == {BLUE}


def test_slopes_that_are_all_alike_are_coloured_by_their_order():
    alibi = posenc.scheme("alibi", max_bias=0.0)
    below, chosen, above = attention_bias.slopes(alibi.slopes(12), alibi.slopes(8), alibi.slopes(16)).data
    assert list(chosen.marker.color) == [BLUE] * 8 + [ORANGE] * 4
    assert list(above.marker.color) == [ORANGE, BLUE] * 4 + [GREY, BLUE] * 4
    assert set(below.marker.color) == {BLUE}


def test_slopes_of_a_power_of_two_take_none_from_above():
    alibi = posenc.scheme("alibi")
    _, chosen, above = attention_bias.slopes(alibi.slopes(8), alibi.slopes(8), alibi.slopes(16)).data
    assert set(chosen.marker.color) == {BLUE}
    assert set(above.marker.symbol) == {"circle-open"}


def test_stairs_hold_offsets_and_buckets():
    stairs = bucket_boundaries(posenc.scheme("t5"))
    (trace,) = attention_bias.stairs(stairs.offsets, stairs.buckets).data
    np.testing.assert_array_equal(trace.x, stairs.offsets)
    np.testing.assert_array_equal(trace.y, stairs.buckets)
    assert trace.line.shape == "hvh"


def test_the_same_arrays_make_the_same_bytes():
    edges = rasters.edges(0, 12, 12)
    assert (
        attention_bias.matrix(ADDED[0], edges, 0, 1.0, True).to_json()
        == attention_bias.matrix(ADDED[0], edges, 0, 1.0, True).to_json()
    )
