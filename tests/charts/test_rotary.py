"""The Rotary page's figures hold what they are given, frame by frame."""

import numpy as np

import posenc
from charts import rotary
from posenc.experiments.rotary import conversions, grid_hands, rotary_hands
from posenc.rotary_layouts import feature_order
from posenc.similarities import ByOffset

SCHEME = posenc.scheme("rotary")
POSITIONS = np.array([0.0, 0.5, 1.0, 4.0])


def clocks(dim=16, offset=3, start=1, positions=POSITIONS):
    query, key = (rotary_hands(SCHEME, positions + far, dim) for far in (0, offset))
    return rotary.clocks(query, key, positions, offset, start, [f"pair {p}" for p in range(dim // 2)]), query, key


def tips(trace, dials):
    """Where the hands of a trace point, from their own centres: complex, 1 up, clockwise."""
    points = (np.array(trace.x, float) + 1j * np.array(trace.y, float)).reshape(dials, 4)
    centres = (points[:, 0] + points[:, 2]) / 2
    arms = points[:, 1] - centres
    return arms.imag + 1j * arms.real


def test_every_frame_points_where_the_vectors_are_turned():
    figure, query, key = clocks()
    assert [frame.name for frame in figure.frames] == ["0", "0.5", "1", "4"]
    for frame, q, k in zip(figure.frames, query, key, strict=True):
        _, first, second, _ = frame.data
        np.testing.assert_allclose(tips(first, 8) / rotary.LONG, q, atol=1e-5)
        np.testing.assert_allclose(tips(second, 8) / rotary.SHORT, k, atol=1e-5)


def test_the_picture_starts_with_the_chosen_frame():
    figure, *_ = clocks(start=2)
    for trace, moving in zip(figure.data, figure.frames[2].data, strict=True):
        np.testing.assert_allclose(np.array(trace.x, float), moving.x)
        np.testing.assert_allclose(np.array(trace.y, float), moving.y)
    assert not figure.layout.sliders, "the page's own slider is the only one"


def test_query_and_key_stand_on_a_line_of_all_positions():
    figure, *_ = clocks(start=2, offset=3)
    (rail,) = [shape for shape in figure.layout.shapes if shape.type == "line"]
    for frame, position in zip(figure.frames, POSITIONS, strict=True):
        shares = (np.array(frame.data[3].x) - rail.x0) / (rail.x1 - rail.x0)
        np.testing.assert_allclose(shares * 7, [position, position + 3], atol=1e-5)
        np.testing.assert_allclose(frame.data[3].y, rail.y0)
    assert [note.text for note in figure.layout.annotations[-2:]] == ["position 0", "position 7"]


def test_it_glides_only_where_hands_move_a_little():
    def pace(figure):
        return figure.layout.updatemenus[0].buttons[0].args[1]["transition"]["duration"]

    assert pace(clocks(positions=np.arange(4) / 2)[0]) > 0
    assert pace(clocks(positions=np.arange(4) * 2.0)[0]) == 0
    assert pace(clocks(positions=np.zeros(1), start=0)[0]) == 0


def test_it_plays_from_the_chosen_frame_on_and_back_to_it():
    def played(figure):
        return [list(button.args[0]) for button in figure.layout.updatemenus[0].buttons]

    assert played(clocks(start=2)[0]) == [["1", "4", "1"], ["1"]]
    assert played(clocks(start=3)[0]) == [["0", "0.5", "1", "4", "4"], ["4"]]


def test_far_frames_have_names_of_their_own():
    figure, *_ = clocks(positions=np.array([1048574.0, 1048575.0]), start=0)
    assert [frame.name for frame in figure.frames] == ["1048574", "1048575"]


def test_few_pairs_make_few_dials():
    figure, *_ = clocks(dim=4)
    assert len(figure.layout.shapes) == 2 * 2 + 1
    assert [note.text for note in figure.layout.annotations[1:-2]] == ["pair 0", "pair 1"]


def toy(offsets):
    return ByOffset(offsets, offsets * 1.0, offsets - 1.0, offsets + 1.0)


def test_scores_hold_curves_and_the_offset():
    offsets = np.arange(-3, 4)
    figure = rotary.scores(toy(offsets), offsets**2.0, 2)
    kernel, high, low, mean = figure.data
    for trace, values in ((kernel, offsets**2), (high, offsets + 1), (low, offsets - 1), (mean, offsets)):
        np.testing.assert_array_equal(trace.y, values)
    assert figure.layout.shapes[0].x0 == 2


def test_hands_that_pass_the_rim_are_cut_there():
    query = np.array([[3.0 + 0j, 0.2j]])
    drawn = rotary.clocks(query, query, np.zeros(1), 0, 0, ["a", "b"])
    for trace, reaches in ((drawn.data[1], [1, 0.2 * rotary.LONG]), (drawn.data[2], [1, 0.2 * rotary.SHORT])):
        np.testing.assert_allclose(np.abs(tips(trace, 2)), reaches, atol=1e-5)
    field = rotary.field(np.full((1, 1, 1), 9.0 + 0j), ["a"])
    assert field.layout.shapes[0].path == "M0.00,0.00L0.00,0.45"


def test_there_is_no_curve_of_equal_vectors_where_the_offset_does_not_tell_their_score():
    drawn = rotary.scores(toy(np.arange(-3, 4)), None, 2)
    assert [trace.name for trace in drawn.data if trace.showlegend] == [
        "toy “King” looks at toy “Queen”, mean of the places"
    ]


def test_a_conversion_is_orange_where_it_is_wrong():
    right, *_, wrong = conversions(np.arange(1.0, 9), np.arange(9.0, 1, -1), 12)
    for made, shade in ((right, rotary.BLUE), (wrong, rotary.ORANGE)):
        along, expected = np.diagonal(made.scores, 2), np.diagonal(right.scores, 2)
        figure = rotary.conversion(made.scores, along, expected, made.norms, 1.0, ["a", "b", "c"], made is wrong)
        cells, behind, line, _, norms = figure.data
        np.testing.assert_array_equal(cells.z, np.rint(made.scores * 100))
        np.testing.assert_allclose(behind.y, expected)
        np.testing.assert_allclose(line.y, along)
        np.testing.assert_allclose(norms.y, made.norms)
        assert line.line.color == norms.line.color == shade
        assert [note.text for note in figure.layout.annotations] == ["a", "b", "c"]


def test_pairing_threads_lead_each_feature_to_its_place():
    order = feature_order(8, "interleaved", "half", 6)
    *threads, dots = rotary.pairing(order, 6).data
    ends = [thread.x[k : k + 2] for thread in threads for k in range(0, len(thread.x), 3)]
    assert sorted(ends, key=lambda pair: pair[1]) == [(source, j) for j, source in enumerate(order)]
    assert list(dots.text) == ["0", "0", "1", "1", "2", "2", "", "", "0", "1", "2", "0", "1", "2", "", ""]
    assert dots.marker.color[6] == rotary.GREY


def test_partial_holds_its_curves():
    first, second = rotary.partial(np.arange(3), [("all", np.array([1.0, 0.5, 0.2])), ("half", np.ones(3))]).data
    assert (first.name, second.name) == ("all", "half")
    assert first.y == (1.0, 0.5, 0.2)


def test_the_field_has_a_hand_in_every_cell():
    hands = grid_hands(posenc.scheme("axial_rotary"), 3, 5, 8)
    figure = rotary.field(hands, [str(p) for p in range(4)])
    (cells,), (shape,) = figure.data, figure.layout.shapes
    ends = [point.split(",") for stroke in shape.path.split("M")[1:] for point in stroke.split("L")]
    points = np.array([complex(float(x), float(y)) for x, y in ends]).reshape(3, 5, 4, 2)
    arms = points[..., 1] - points[..., 0]
    np.testing.assert_allclose((arms.imag + 1j * arms.real) / 0.45, hands, atol=0.04)
    for pair in range(4):
        corner = 6 * pair
        np.testing.assert_array_equal(cells.z[:3, corner : corner + 5], np.rint(hands[..., pair].real * 100))
        assert points[0, 0, pair, 0] == corner


def test_the_same_arrays_make_the_same_bytes():
    assert clocks()[0].to_json() == clocks()[0].to_json()
