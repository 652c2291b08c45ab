"""Compare's figures hold what they are given."""

import numpy as np
import pytest

import posenc
from charts import compare
from charts.style import percent
from posenc.experiments.attention_bias import mean_by_offset
from posenc.experiments.compare import Added, position_scores, what_is_added
from posenc.similarities import ByOffset

N = 12
SCORES = {id: position_scores(posenc.scheme(id), N, 16, 2)[1] for id in ("sinusoidal", "alibi")}
EVERYONE = {id: percent(scores, 4.0) for id, scores in SCORES.items()}
NOTHING = ByOffset(np.arange(1 - N, N), *np.zeros((3, 2 * N - 1)))


def figure(id: str = "alibi", causal: bool = False, cursor: tuple[int, int] = (3, 7)):
    shared = compare.Shared(EVERYONE, (-3.0, 1.0), cursor, causal)
    return compare.scores(id, SCORES[id], mean_by_offset(SCORES[id]), 4.0, shared)


def test_the_map_is_in_per_cents_and_reads_all_schemes_off_together():
    (cells, *_) = figure().data
    np.testing.assert_array_equal(cells.z, percent(SCORES["alibi"], 4.0))
    np.testing.assert_array_equal(cells.customdata[..., 0], percent(SCORES["sinusoidal"], 4.0))
    np.testing.assert_array_equal(cells.customdata[..., 1], cells.z)
    assert cells.customdata.dtype == np.int8
    assert "sinusoidal: %{customdata[0]} %<br>alibi: %{customdata[1]} %" in cells.hovertemplate


def test_the_curve_is_the_mean_in_its_band():
    *_, high, low, mean = figure("sinusoidal").data
    by = mean_by_offset(SCORES["sinusoidal"])
    for trace, values in ((high, by.high), (low, by.low), (mean, by.mean)):
        np.testing.assert_allclose(trace.y, values, rtol=1e-6, atol=1e-6)
        np.testing.assert_array_equal(trace.x, by.offsets)


def test_the_cursor_stands_in_both_panels_and_its_value_above():
    drawn = figure()
    lines = [shape for shape in drawn.layout.shapes if shape.type == "line"]
    assert {(line.xref, line.x0) for line in lines if line.x0 == line.x1} == {("x", 7), ("x2", 4)}
    assert {line.y0 for line in lines if line.y0 == line.y1} == {3}
    assert drawn.layout.annotations[0].text == f"<b>alibi</b> (3, 7): −{-SCORES['alibi'][3, 7]:.3g}"


def test_what_a_mask_hides_is_covered():
    paths = [[shape for shape in figure(causal=mask).layout.shapes if shape.type == "path"] for mask in (False, True)]
    assert [len(found) for found in paths] == [0, 1]


def test_a_hidden_cell_has_no_number():
    values = np.full((N, N), np.nan)
    drawn = compare.scores("x", values, NOTHING, 1.0, compare.Shared(EVERYONE, (0.0, 0.0), (0, 1), True))
    assert drawn.layout.annotations[0].text == "<b>x</b> (0, 1): hidden"
    assert not drawn.data[0].z.any()


@pytest.mark.parametrize(
    ("reach", "ticks"),
    [((-4.57, 0.2), [0, -4]), ((-0.03, 0.01), [0, -0.03]), ((-1.0, 27.0), [0, 20]), ((0.0, 0.0), [0, 0])],
)
def test_few_round_ticks_stand_inside_the_curve(reach, ticks):
    drawn = compare.scores("x", SCORES["alibi"], NOTHING, 1.0, compare.Shared(EVERYONE, reach, (0, 1), False))
    assert list(drawn.layout.yaxis2.tickvals) == pytest.approx(ticks)


@pytest.mark.parametrize("id", ["none", "rotary", "alibi"])
def test_pictures_of_each_family(id):
    added = what_is_added(posenc.scheme(id), N, 16, 2)
    weights, apart = np.full((2, 2), 0.5), SCORES["alibi"] - SCORES["sinusoidal"]
    less = compare.Difference(apart, 2.0, "first")
    drawn = compare.pictures(id, added, ["<b>", "a word too long"], weights, less)
    traces = {trace.yaxis or "y": trace for trace in drawn.data}
    assert ("y" in traces) == (id != "none")
    if id != "none":
        np.testing.assert_array_equal(traces["y"].z, percent(added.values, np.abs(added.values).max()))
        assert traces["y"].x0 == (1 - N if id == "alibi" else 0)
    np.testing.assert_array_equal(traces["y2"].z, 50)
    np.testing.assert_array_equal(traces["y3"].z, percent(apart, 2.0))
    assert list(drawn.layout.xaxis2.ticktext) == ["&lt;b&gt;", "a wor…"]
    assert "<b>Less first</b>" in [note.text for note in drawn.layout.annotations]


def test_the_first_scheme_has_no_difference_and_a_short_one_no_sentence():
    drawn = compare.pictures("x", Added(np.ones((2, 2)), "a", "b"), ["a"], None, None)
    assert len(drawn.data) == 1


def test_the_same_arrays_make_the_same_bytes():
    assert figure().to_json() == figure().to_json()
