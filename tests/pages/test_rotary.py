"""Rotary: the hands drawn, the words and the code are what the library gives, for any scheme and setting."""

import re

import numpy as np
import pytest

import posenc
from tests.pages.app import open_page
from tests.pages.seen import bytes_of, figure, numbers, press, text

ROTARY = [id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Rotary)]


def frames(at) -> list[float]:
    return [float(frame["name"]) for frame in figure(at, "clocks")["frames"]]


def test_the_hands_point_where_the_library_turns_them():
    at = open_page("6_rotary", position="5", offset="4")
    drawn = figure(at, "clocks")
    _, query, key = drawn["data"]
    for trace, position, length in ((query, 5, 0.94), (key, 9, 0.7)):
        points = (numbers(trace["x"]) + 1j * numbers(trace["y"])).reshape(8, 4)
        arms = points[:, 1] - (points[:, 0] + points[:, 2]) / 2
        expected = posenc.rotary_hands(posenc.scheme("rotary"), [position], 16)[0]
        np.testing.assert_allclose((arms.imag + 1j * arms.real) / length, expected, atol=1e-5)
    assert frames(at)[drawn["layout"]["sliders"][0]["active"]] == 5


def test_the_film_is_smooth_ends_with_the_last_key_and_is_a_small_message():
    at = open_page("6_rotary")
    played = frames(at)
    assert (played[0], played[-1]) == (0, 28)
    assert max(np.diff(played)) <= 0.5
    assert bytes_of(at) < 350_000


@pytest.mark.parametrize("id", ROTARY)
@pytest.mark.parametrize("dim", ["4", "16", "512"])
def test_every_scheme_is_drawn_in_a_small_message(id, dim):
    at = open_page("6_rotary", scheme=id, dim=dim, length="4096", layout="half")
    assert bytes_of(at) < 350_000
    assert not at.info


def test_the_words_say_the_measured_numbers():
    at = open_page("6_rotary", offset="3")
    query, key = posenc.word_vectors(["King", "Queen"], 16, np.float64)
    scores = posenc.turned_scores(posenc.scheme("rotary"), query, key, 32)
    here, there = (float(scores.mean[scores.offsets == side][0]) for side in (3, -3))
    said = text(at)
    assert "The distance alone counts" in said
    assert f"{here:.3f}" in said
    assert f"With the key 3 behind it is {there:.3f}" in said
    assert "the fastest pair turns by 57.3°" in said
    assert "Within 32 positions 6 of 8 pairs do not finish a turn" in said


def test_what_is_no_rotation_is_said_not_to_depend_on_the_distance_alone():
    at = press(open_page("6_rotary"), "No rotation at all")
    assert "The distance alone does not tell the score" in text(at)
    assert at.session_state["layout"] == "mixed"


def test_layouts_are_right_each_and_wrong_when_mixed():
    at = open_page("6_rotary")
    titles = re.findall(r"(:red|:green)\S+ \*\*(.+?)\*\*", text(at))
    assert titles == [
        (":green", "As trained"),
        (":green", "Converted"),
        (":red", "Not converted"),
        (":red", "Two layouts"),
        (":red", "Mixed partners"),
    ]
    ports = posenc.layout_ports(*posenc.word_vectors(["King", "Queen"], 16, np.float64), 48)
    for port in ports:
        notes = [note["text"] for note in figure(at, f"port_{port.name}")["layout"]["annotations"]]
        apart = float(np.ptp([port.scores[i, i + 8] for i in range(40)]))
        for note, value in zip(notes, (port.error, apart, port.stretch), strict=True):
            number = re.search(r"<b>(\S+)( \(rounding\))?</b>", note)
            assert float(number[1]) == pytest.approx(value, abs=0.006 if not number[2] else 1e-14)
    assert "Fine for one token, broken after" in text(at)
    assert "3 of 5 are wrong" in text(at)
    assert "**Not converted** is the hardest to notice" in text(at)


def test_with_one_pair_there_is_nothing_to_mix_up():
    assert "both layouts are the same" in text(open_page("6_rotary", dim="2"))


@pytest.mark.parametrize("rotary_dim", [None, 4])
def test_the_conversion_on_the_page_can_be_copied_and_runs(rotary_dim):
    at = open_page("6_rotary")
    copied: dict = {}
    exec(at.code[0].value, copied)
    weight, bias = np.random.default_rng(0).standard_normal((24, 5)), np.arange(24.0)
    for array in (weight, bias):
        half = copied["to_half"](array, 3, rotary_dim)
        np.testing.assert_array_equal(half, posenc.convert_layout(array, 3, "interleaved", "half", rotary_dim))
        np.testing.assert_array_equal(copied["to_interleaved"](half, 3, rotary_dim), array)


def test_the_code_makes_what_is_drawn():
    at = open_page("6_rotary", base="500", position="2", offset="6", length="48")
    made: dict = {}
    exec(at.code[1].value, made)
    drawn = figure(at, "scores")["data"]
    np.testing.assert_array_equal(numbers(drawn[0]["x"]), made["scores"].offsets)
    np.testing.assert_allclose(numbers(drawn[3]["y"]), made["scores"].mean)
    scheme = posenc.scheme("rotary", base=500.0)
    for hands, position in ((made["query_hands"], 2), (made["key_hands"], 8)):
        np.testing.assert_allclose(hands, posenc.rotary_hands(scheme, [position], 16))


def test_partial_rotation_stands_still_and_its_kernel_falls_less():
    at = press(open_page("6_rotary"), "A quarter turns")
    names = [note["text"] for note in figure(at, "clocks")["layout"]["annotations"]]
    assert sum("stands still" in name for name in names) == 6
    curves = figure(at, "partial")["data"]
    assert [curve["name"] for curve in curves] == ["64 of 64 turn", "32 of 64 turn", "16 of 64 turn"]
    lows = [numbers(curve["y"]).min() for curve in curves]
    assert lows == sorted(lows)
    for low in (lows[0], lows[-1]):
        assert f"{low:.2f}" in text(at)


def test_rows_columns_and_time_turn_their_own_pairs():
    at = open_page("6_rotary")
    assert "4 with the row alone, 4 with the column alone" in text(at)
    at = open_page("6_rotary", grid="rotary")
    assert "8 with row and column" in text(at)
    before, after = (open_page("6_rotary", scheme="mrope", time=time) for time in ("0", "9"))
    assert "2 with neither. Those that change with neither turn with the time." in text(before)
    fields = [numbers(figure(at, "field")["data"][0]["z"]) for at in (before, after)]
    assert (fields[0] != fields[1]).any()


def test_presets_do_what_their_names_say_in_any_order():
    at = open_page("6_rotary")
    for label in (
        "A base of a million",
        "Fading behind the query",
        "Rows and columns",
        "Time, row, column",
        "Eight hands",
    ):
        press(at, label)
        assert not at.info
    assert at.session_state["base"] == 10000.0
    assert at.session_state["rotary_dim"] is None
    fading = press(open_page("6_rotary"), "Fading behind the query")
    score = numbers(figure(fading, "scores")["data"][0]["y"])
    assert abs(score[0]) < abs(score[-1]) / 2


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"rotary_dim": "7"}, "rotary_dim must be .* 2 divides; got 7"),
        ({"rotary_dim": "64"}, "rotary_dim must be .* at most 16 .* got 64"),
        ({"scheme": "axial_rotary", "dim": "6"}, "dim must be .* 4 divides; got 6"),
        ({"scheme": "xpos", "scale_base": "1", "length": "4096"}, "positions must be nearer to the middle"),
    ],
)
def test_values_that_do_not_fit_each_other_get_a_sentence(link, words):
    at = open_page("6_rotary", **link)
    assert re.search(words, at.info[0].value)
    assert "Meanwhile" in at.info[0].value
    assert figure(at, "clocks")["frames"]


@pytest.mark.parametrize("size", [{"height": "1", "width": "1"}, {"height": "2", "width": "3"}, {"height": "1024"}])
def test_grids_of_any_size(size):
    at = open_page("6_rotary", scheme="axial_rotary", **size)
    assert not at.info
    assert figure(at, "field")["data"]
