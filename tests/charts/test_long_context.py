"""Long context's figures hold what they are given."""

import numpy as np
import pytest

from charts import long_context
from charts.style import BLUE, GREY, ORANGE

BEFORE, AFTER = np.array([6.0, 60, 600, 6000]), np.array([6.0, 90, 2400, np.inf])


def test_wavelengths_before_as_a_line_and_after_as_dots_of_their_kind():
    kinds = {"seen": np.array([0, 1]), "between": np.array([2]), "beyond": np.array([3])}
    line, *dots = (drawn := long_context.wavelengths(BEFORE, AFTER, kinds, 500, 2000)).data
    np.testing.assert_array_equal(line.y, BEFORE)
    assert [(dot.name, dot.marker.color) for dot in dots] == [("seen", GREY), ("between", BLUE), ("beyond", ORANGE)]
    np.testing.assert_array_equal(dots[1].x, [2])
    np.testing.assert_array_equal(dots[1].y, [2400])
    assert [note.text for note in drawn.layout.annotations][1:] == ["trained on 500", "looked at: 2,000"]
    assert drawn.layout.yaxis.range[1] == pytest.approx(np.log10(12000))


def test_a_band_stands_behind_the_pairs_that_never_finished_a_turn():
    everything = {"seen": np.arange(4), "between": np.empty(0, int), "beyond": np.empty(0, int)}
    for trained, bands in ((500, [(1.5, 3.5)]), (5, [(-0.5, 3.5)]), (10_000, [])):
        drawn = long_context.wavelengths(BEFORE, AFTER, everything, trained, trained)
        rectangles = [(shape.x0, shape.x1) for shape in drawn.layout.shapes if shape.type == "rect"]
        assert rectangles == bands
        assert len(drawn.data) == 2  # kinds without a pair have no entry in the legend


def test_decay_holds_both_curves_and_shades_what_is_beyond_training():
    before, after = np.array([1.0, 0.5]), np.array([1.0, 0.8])
    drawn = long_context.decay(np.array([1.0, 30.0]), before, after, 20, 100)
    np.testing.assert_allclose(drawn.data[0].y, before)
    np.testing.assert_allclose(drawn.data[1].y, after)
    assert [(shape.x0, shape.x1) for shape in drawn.layout.shapes] == [(20, 100)]


def test_dials_reach_as_far_as_the_turns_say():
    drawn = long_context.dials(np.array([23]), np.array([0.25]), np.array([3.0]), np.array([0.5]))
    wedge, scaled, unscaled = drawn.data
    ends = [[value for value in trace.x if value is not None] for trace in (wedge, scaled, unscaled)]
    heights = [[value for value in trace.y if value is not None] for trace in (wedge, scaled, unscaled)]
    assert (ends[1][-1], heights[1][-1]) == (pytest.approx(0, abs=1e-3), -0.8)  # half a turn: straight down
    assert (ends[2][-1], heights[2][-1]) == (pytest.approx(0, abs=1e-3), 1)  # more than a turn: a full circle
    assert (ends[0][0], ends[0][-1]) == (0, 0)  # a wedge begins and ends at its hub
    assert max(ends[0]) == 0.65
    assert "pair 23" in [note.text for note in drawn.layout.annotations]


def test_errors_leave_out_what_a_logarithm_cannot_show():
    curves = {"float32": np.array([0.0, 1e-3]), "bfloat16": np.array([0.1, 0.2]), "float16": np.array([0.1, np.inf])}
    drawn = long_context.errors(np.array([1, 10]), curves, 0.01, 3)
    assert [[value is None for value in trace.y] for trace in drawn.data] == [
        [True, False],
        [False, False],
        [False, True],
    ]
    assert drawn.layout.shapes[0].y0 == 0.01


def test_pairs_that_never_go_beyond_stand_above_the_last_position():
    first = {name: np.array([5, -1]) for name in ("float32", "bfloat16", "float16")}
    drawn = long_context.beyond(first, 1000)
    for trace in drawn.data:
        assert trace.y[0] == 5
        assert trace.y[1] > 1000
        assert list(trace.marker.symbol) == ["circle", "circle-open"]


def test_the_same_arrays_make_the_same_bytes():
    def figures():
        kinds = {"seen": np.arange(4), "between": np.empty(0, int), "beyond": np.empty(0, int)}
        yield long_context.wavelengths(BEFORE, AFTER, kinds, 500, 2000)
        yield long_context.dials(np.arange(3), *np.full((3, 3), 0.3))

    assert [f.to_json() for f in figures()] == [f.to_json() for f in figures()]


def test_a_window_stands_in_place_of_longer_lengths():
    kinds = {"seen": np.arange(4), "between": np.empty(0, int), "beyond": np.empty(0, int)}
    for window, notes in (
        (300, ["window of 300"]),
        (900, ["trained on 500", "window of 900"]),
        (9000, ["trained on 500", "looked at: 2,000"]),
    ):
        drawn = long_context.wavelengths(BEFORE, AFTER, kinds, 500, 2000, window)
        assert [note.text for note in drawn.layout.annotations][1:] == notes


def test_what_is_not_scaled_has_one_curve_and_no_before():
    kinds = {"seen": np.arange(4), "between": np.empty(0, int), "beyond": np.empty(0, int)}
    drawn = long_context.wavelengths(BEFORE, BEFORE, kinds, 500, 2000, scaled=False)
    assert [trace.name for trace in drawn.data if trace.showlegend is not False] == ["seen"]
    curve = np.array([1.0, 0.5])
    assert [trace.name for trace in long_context.decay(curve, curve, curve, 20, 100, scaled=False).data] == [
        "not scaled"
    ]
    turns = np.array([0.5])
    named = [trace.name for trace in long_context.dials(np.array([2]), turns, turns, turns, scaled=False).data]
    assert named == ["in training", "now"]


def test_nothing_is_shaded_where_nothing_is_beyond_training():
    curve = np.array([1.0, 0.5])
    drawn = long_context.decay(curve, curve, curve, 100, 100)
    assert not drawn.layout.shapes
    assert "shaded" not in drawn.layout.xaxis.title.text
    assert "shaded" in long_context.decay(curve, curve, curve, 100, 101).layout.xaxis.title.text


def test_every_turn_is_within_the_axis_however_fast():
    kinds = {"seen": np.arange(2), "between": np.empty(0, int), "beyond": np.empty(0, int)}
    drawn = long_context.wavelengths(np.array([6.0, 60]), np.array([0.006, 0.06]), kinds, 500, 2000)
    assert 10 ** drawn.layout.yaxis.range[0] < 0.006


def test_the_hover_of_a_pair_that_never_goes_beyond_names_no_position():
    first = {name: np.array([5, -1]) for name in ("float32", "bfloat16", "float16")}
    assert list(long_context.beyond(first, 1000).data[0].text) == ["5", "not up to 1,000"]


def test_errors_that_are_all_nothing_say_why_there_is_no_line():
    nothing, some = ({name: np.full(3, value) for name in ("float32", "bfloat16", "float16")} for value in (0.0, 0.1))
    said = "Each error is 0 or has no number: there is no line."
    for curves, empty in ((nothing, True), (some, False)):
        drawn = long_context.errors(np.arange(1, 4), curves, 0.01, 3).to_plotly_json()
        assert (said in [note["text"] for note in drawn["layout"]["annotations"]]) == empty
        assert ("range" in drawn["layout"]["yaxis"]) == empty
