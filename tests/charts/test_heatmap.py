"""Figures hold the arrays they are given."""

import numpy as np

import posenc
from charts import heatmap, style
from posenc import rasters
from posenc.experiments.heatmap import binary_counter


def test_percent_rounds_to_hundredths_of_the_amplitude():
    values = np.array([-2.0, -1.0, -0.004, 0.0, 0.504, 1.0, 3.0])
    assert style.percent(values).tolist() == [-100, -100, 0, 0, 50, 100, 100]
    assert style.percent(values, 2.0).tolist() == [-100, -50, 0, 0, 25, 50, 100]
    assert style.percent(np.zeros(2), 0.0).tolist() == [0, 0]


def test_the_table_holds_cells_vector_and_wave():
    table = posenc.scheme("sinusoidal").table(12, 6, np.float64)
    edges = rasters.edges(0, 12, 12), rasters.edges(0, 6, 6)
    figure = heatmap.table(table, edges, heatmap.Cut(3, table[3]), heatmap.Cut(2, table[:, 2]), 1.0)
    cells, vector, wave = figure.data[:3]
    assert np.array_equal(cells.z, style.percent(table))
    assert (cells.x0, cells.dx, cells.y0, cells.dy) == (0, 1, 0, 1)
    assert np.allclose(vector.y, table[3])
    assert np.allclose(wave.x, table[:, 2])


def test_the_legend_says_which_number_has_full_colour_and_whether_some_are_larger():
    table = 0.05 * posenc.scheme("sinusoidal").table(12, 6, np.float64)
    edges = rasters.edges(0, 12, 12), rasters.edges(0, 6, 6)
    for full, said in ((0.05, ("−0.05", "0", "0.05")), (0.02, ("≤ −0.02", "0", "≥ 0.02"))):
        drawn = heatmap.table(table, edges, heatmap.Cut(3, table[3]), heatmap.Cut(2, table[:, 2]), full)
        assert drawn.data[0].colorbar.ticktext == said
        assert np.array_equal(drawn.data[0].z, style.percent(table, full))
        assert drawn.layout.yaxis2.range[1] > np.abs(table[3]).max()


def test_every_axis_has_a_title():
    table = posenc.scheme("sinusoidal").table(12, 6, np.float64)
    edges = rasters.edges(0, 12, 12), rasters.edges(0, 6, 6)
    figures = [
        heatmap.table(table, edges, heatmap.Cut(3, table[3]), heatmap.Cut(2, table[:, 2]), 1.0),
        heatmap.wavelengths(np.array([6.0, 60.0])),
        heatmap.layouts({"one": table, "other": table}, edges[1]),
        heatmap.counter(*binary_counter(8, 3)),
    ]
    for figure in figures:
        axes = [axis for name, axis in figure.to_dict()["layout"].items() if name.startswith(("xaxis", "yaxis"))]
        assert all(axis["title"]["text"] for axis in axes)


def test_layouts_lie_side_by_side():
    first, second = np.array([[1.0, -1.0]]), np.array([[-1.0, 1.0]])
    drawn = heatmap.layouts({"one": first, "other": second}, np.arange(3))
    assert [trace.z.tolist() for trace in drawn.data] == [[[100, -100]], [[-100, 100]]]
    assert [note.text for note in drawn.layout.annotations] == ["<b>one</b>", "<b>other</b>"]


def test_wavelengths_have_a_gap_where_there_is_no_wave():
    assert heatmap.wavelengths(np.array([6.0, np.inf])).data[0].y == (6.0, None)


def test_cells_that_cover_several_positions_lie_at_their_middle():
    assert style.cells(rasters.edges(0, 12, 4), "y") == {"y0": 1.0, "dy": 3.0}


def test_words_of_a_person_are_never_markup():
    assert style.label("<a href=x>king</a>") == "&lt;a href=x&gt;kin…"


def test_the_counter_shows_both_tables():
    bits, waves = binary_counter(8, 3)
    left, right = heatmap.counter(bits, waves).data
    assert set(np.unique(left.z)) == {-100, 100}
    assert (np.sign(right.z) == np.sign(left.z)).all()
