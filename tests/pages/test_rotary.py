"""Rotary: the hands drawn, the words and the code are what the library gives, for any scheme and setting."""

import re

import numpy as np
import pytest

import posenc
from posenc.experiments.rotary import conversions, rotary_hands, rotated_scores
from posenc.experiments.toy_words import word_vectors
from tests.pages.app import open_page
from tests.pages.seen import bytes_of, figure, numbers, press, text

ROTARY = [id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Rotary)]


def opened(**link: str):
    """The page with all that it folds away."""
    return open_page("6_rotary", **{"door": "true", "some_turn": "true", "on_grid": "true"} | link)


def frames(at) -> list[float]:
    return [float(frame["name"]) for frame in figure(at, "clocks")["frames"]]


def test_the_hands_point_where_the_library_turns_them():
    at = opened(position="5", offset="4")
    drawn = figure(at, "clocks")
    _, query, key, dots = drawn["data"]
    for trace, position, length in ((query, 5, 0.94), (key, 9, 0.7)):
        points = (numbers(trace["x"]) + 1j * numbers(trace["y"])).reshape(8, 4)
        arms = points[:, 1] - (points[:, 0] + points[:, 2]) / 2
        expected = rotary_hands(posenc.scheme("rotary"), [position], 16)[0]
        np.testing.assert_allclose((arms.imag + 1j * arms.real) / length, expected, atol=1e-5)
    along = numbers(dots["x"])
    assert (along + 1) / (numbers(drawn["frames"][-1]["data"][3]["x"])[1] + 1) * 31 == pytest.approx([5, 9], abs=1e-4)


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
    at = opened(offset="3")
    query, key = word_vectors(["King", "Queen"], 16, np.float64)
    scores = rotated_scores(posenc.scheme("rotary"), query, key, 32)
    here, there = (float(scores.mean[scores.offsets == side][0]) for side in (3, -3))
    said = text(at)
    assert "The distance alone counts" in said
    assert f"{here:.3f}".replace("-", "−") in said
    assert f"With the key 3 behind the query it is {there:.3f}".replace("-", "−") in said
    assert "the fastest pair turns by 57.3°" in said
    assert "Within 32 positions 6 of 8 pairs do not finish a turn" in said


def test_what_is_no_rotation_is_said_not_to_depend_on_the_distance_alone():
    at = press(opened(), "Angles mixed up")
    assert "The distance alone does not tell the score" in text(at)
    assert at.session_state["layout"] == "mixed"


def test_layouts_are_right_each_and_wrong_when_mixed():
    at = opened()
    titles = re.findall(r"(:red|:green)\S+ \*\*(.+?)\*\*", text(at))
    assert titles == [
        (":green", "As trained"),
        (":green", "Converted"),
        (":red", "Not converted"),
        (":red", "Two layouts"),
        (":red", "Mixed partners"),
    ]
    ports = conversions(*word_vectors(["King", "Queen"], 16, np.float64), 48)
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
    assert "both layouts are the same" in text(opened(dim="2"))


@pytest.mark.parametrize("rotary_dim", [None, 4])
def test_the_conversion_on_the_page_can_be_copied_and_runs(rotary_dim):
    at = opened()
    copied: dict = {}
    exec(at.code[0].value, copied)
    weight, bias = np.random.default_rng(0).standard_normal((24, 5)), np.arange(24.0)
    for array in (weight, bias):
        half = copied["to_half"](array, 3, rotary_dim)
        np.testing.assert_array_equal(half, posenc.convert_layout(array, 3, "interleaved", "half", rotary_dim))
        np.testing.assert_array_equal(copied["to_interleaved"](half, 3, rotary_dim), array)


def test_the_code_makes_what_is_drawn():
    at = opened(base="500", position="2", offset="6", length="48")
    made: dict = {}
    exec(at.code[1].value, made)
    drawn = figure(at, "scores")["data"]
    np.testing.assert_array_equal(numbers(drawn[0]["x"]), made["scores"].offsets)
    np.testing.assert_allclose(numbers(drawn[3]["y"]), made["scores"].mean)
    scheme = posenc.scheme("rotary", base=500.0)
    for hands, position in ((made["query_hands"], 2), (made["key_hands"], 8)):
        np.testing.assert_allclose(hands, rotary_hands(scheme, [position], 16))


def test_partial_rotation_stands_still_and_its_kernel_falls_less():
    at = press(opened(), "Only a quarter turns")
    names = [note["text"] for note in figure(at, "clocks")["layout"]["annotations"]]
    assert sum("stands still" in name for name in names) == 6
    curves = figure(at, "partial")["data"]
    assert [curve["name"] for curve in curves] == ["64 of 64 turn", "32 of 64 turn", "16 of 64 turn"]
    lows = [numbers(curve["y"]).min() for curve in curves]
    assert lows == sorted(lows)
    for low in (lows[0], lows[-1]):
        assert f"{low:.2f}" in text(at)


def test_rows_columns_and_time_turn_their_own_pairs():
    at = opened()
    assert "4 with the row alone, 4 with the column alone" in text(at)
    at = opened(grid="rotary")
    assert "8 with row and column" in text(at)
    before, after = (opened(scheme="mrope", time=time) for time in ("0", "9"))
    assert "2 with neither. Those that change with neither turn with the time." in text(before)
    fields = [numbers(figure(at, "field")["data"][0]["z"]) for at in (before, after)]
    assert (fields[0] != fields[1]).any()


def test_presets_do_what_their_names_say_in_any_order():
    at = opened()
    for label in (
        "Base a million: slower clocks",
        "Far keys fade (xPos)",
        "A picture: rows and columns",
        "A video: time, row, column",
        "Eight clocks",
    ):
        press(at, label)
        assert not at.info
    assert at.session_state["base"] == 10000.0
    assert at.session_state["rotary_dim"] is None
    fading = press(opened(), "Far keys fade (xPos)")
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
    at = opened(**link)
    assert re.search(words, at.info[0].value)
    assert "Meanwhile" in at.info[0].value
    assert figure(at, "clocks")["frames"]


@pytest.mark.parametrize("size", [{"height": "1", "width": "1"}, {"height": "2", "width": "3"}, {"height": "1024"}])
def test_grids_of_any_size(size):
    at = opened(scheme="axial_rotary", **size)
    assert not at.info
    assert figure(at, "field")["data"]


def seen(at) -> str:
    """The part of the page that says what is seen."""
    return next(element.value for element in at.markdown if element.value.startswith("### What you see"))


def random_vectors(dim: int) -> list[np.ndarray]:
    return [np.random.default_rng(seed).standard_normal((2, dim)) for seed in range(3)]


def scheme_of(link: dict[str, str]) -> posenc.Rotary:
    """The scheme that a link sets."""
    parameters = {name: int(value) if value.isdigit() else value for name, value in link.items()}
    return posenc.scheme(parameters.pop("scheme", "rotary"), **{k: v for k, v in parameters.items() if k != "dim"})


def evenly_spread(seed: int, pairs: int) -> np.ndarray:
    """A vector (2·pairs,) whose pairs (i, i + pairs) are of one length and point anywhere."""
    angles = np.random.default_rng(seed).uniform(0, 2 * np.pi, pairs)
    return np.concatenate([np.cos(angles), np.sin(angles)])


@pytest.mark.parametrize("link", [{}, {"scheme": "xpos"}, {"scheme": "mrope"}, {"rotary_dim": "8"}, {"base": "1"}])
def test_exact_speeds_are_those_of_any_vectors(link):
    said = seen(opened(**link))
    degrees = [float(number) for number in re.findall(r"([\d.]+)°", said.split("\n\n")[1])]
    assert "exact" in said.split("\n\n")[1]
    scheme = posenc.scheme(
        **{"id": link.get("scheme", "rotary")} | {k: int(v) for k, v in link.items() if k != "scheme"}
    )
    for x, _ in random_vectors(16):
        first, then = scheme.rotate(np.tile(x, (2, 1)), [4, 5])
        m = int(link.get("rotary_dim", 16))
        one, other = (
            v[: m // 2] + 1j * v[m // 2 : m] if scheme.layout == "half" else v[0:m:2] + 1j * v[1:m:2]
            for v in (first, then)
        )
        turned = np.degrees(np.angle(other / one))
        assert (max(degrees), min(degrees)) == (
            pytest.approx(turned.max(), rel=6e-3),
            pytest.approx(turned.min(), rel=6e-3),
        )


def test_exactly_so_many_pairs_of_any_vector_change_their_length_where_features_turn_by_different_angles():
    said = seen(opened(layout="mixed", rotary_dim="8"))
    assert (
        "**No rotation** :blue-badge[exact] In 4 of 8 pairs the two dimensions are turned by different angles." in said
    )
    scheme = posenc.scheme("rotary", layout="mixed", rotary_dim=8)
    for x, _ in random_vectors(16):
        turned = scheme.rotate(np.tile(x, (32, 1)), 32)
        lengths = np.hypot(turned[:, 0::2], turned[:, 1::2])
        assert (np.ptp(lengths, axis=0) > 1e-6).sum() == 4


@pytest.mark.parametrize(
    "link",
    [{}, {"layout": "interleaved-in-half-out"}, {"layout": "mixed", "dim": "2"}, {"layout": "mixed", "base": "1"},
     {"scheme": "xpos", "scale_base": "8"}, {"scheme": "mrope"}, {"scheme": "polar"},
     {"scheme": "axial_rotary", "height": "1", "width": "40"}],
)  # fmt: skip
def test_exactly_the_distance_counts_for_any_vectors(link):
    at = opened(**link)
    assert "**The distance alone counts** :blue-badge[exact]" in seen(at)
    assert ":orange-badge[toy weights] For “King”" in seen(at)
    scheme = scheme_of(link)
    for query, key in random_vectors(int(link.get("dim", 16))):
        queries = scheme.rotate(np.tile(query, (32, 1)), 32)
        products = queries @ scheme.rotate_key(np.tile(key, (32, 1)), 32).T
        for offset in range(-31, 32):
            assert np.ptp(np.diagonal(products, offset)) < 1e-9 * max(1, np.abs(products).max())


def test_the_exact_part_of_a_score_that_xpos_multiplies_is_that_of_any_vectors():
    said = seen(opened(scheme="xpos", scale_base="32", length="64"))
    pair, far, behind, ahead = re.search(
        r"queries shrink and keys grow, in pair (\d+) the most\. With the key (\d+) behind the query, that pair's part of"
        r" the score is multiplied by ([\d.]+)\. With the key 63 ahead, which a causal mask hides, it is multiplied by"
        r" ([\d.]+)\.",
        said,
    ).groups()
    assert (pair, far) == ("0", "63")
    scheme, plain = posenc.scheme("xpos", scale_base=32.0), posenc.scheme("rotary", layout="interleaved")
    for vectors in random_vectors(16):
        query, key = (np.tile(vector, (64, 1)) for vector in vectors)
        for words, at, other in ((behind, 63, 0), (ahead, 0, 63)):
            parts = [
                scheme_.rotate(query, 64)[at, :2] @ scheme_.rotate_key(key, 64)[other, :2]
                for scheme_ in (scheme, plain)
            ]
            assert float(words) == pytest.approx(parts[0] / parts[1], rel=6e-3)


def test_what_is_exact_of_layouts_is_so_for_any_vectors():
    said = text(opened())
    assert "**Fine for one token, broken after** :blue-badge[exact] At position 0 nothing turns" in said
    assert ":orange-badge[toy weights] With 48 tokens 3 of 5 are wrong." in said
    assert "**Not converted** is the hardest to notice :blue-badge[exact]" in said
    for query, key in random_vectors(16):
        ports = {port.name: port for port in conversions(query, key, 48)}
        assert all(port.first_error < 1e-12 for port in ports.values())
        hidden = ports["unconverted"]
        assert max(hidden.spread, hidden.stretch) < 1e-12
        assert hidden.error > 0.01


def test_the_exact_fall_of_a_score_is_that_of_any_vectors_spread_evenly_over_the_pairs():
    said = text(opened())
    all_turn, some_turn = re.search(
        r"falls from 1 to ([\d.]+) when all dimensions turn, and to ([\d.]+) when 4 do", said
    ).groups()
    for seed in range(3):
        x = evenly_spread(seed, 8)
        for words, m in ((all_turn, 16), (some_turn, 4)):
            # of 4 that turn the pairs are (0, 2) and (1, 3), the others anywhere
            vector = x if m == 16 else np.concatenate([evenly_spread(seed, 2), evenly_spread(seed, 6)])
            turned = posenc.scheme("rotary", rotary_dim=m).rotate(np.tile(vector, (32, 1)), 32)
            assert float(words) == pytest.approx((turned @ turned[0]).min() / 8, abs=0.006)
    alone = np.eye(16)[0]
    turned = posenc.scheme("rotary").rotate(np.tile(alone, (32, 1)), 32)
    assert (turned @ turned[0]).min() < -0.9  # and not of one that is not


def test_a_grid_of_one_place_turns_nothing():
    at = opened(scheme="axial_rotary", form="pixel", height="1", width="1")
    assert "**Nothing turns** :blue-badge[exact] 8 pairs stand still." in seen(at)
    assert "distance" not in seen(at)


def test_turns_on_a_grid_are_counted_in_rows_and_columns():
    at = press(opened(), "A picture: rows and columns")
    assert (
        "The first 96 tokens stand in 7 rows and 14 columns. Within these 7 of 8 pairs do not finish a turn."
        in seen(at)
    )
    below = [note["text"] for note in figure(at, "clocks")["layout"]["annotations"][1:-2]]
    assert (below[0], below[4]) == ("<b>pair 0</b><br>6.28 rows", "<b>pair 4</b><br>6.28 columns")
    assert [trace["name"] for trace in figure(at, "scores")["data"] if trace.get("showlegend")] == [
        "toy “King” looks at toy “Queen”, mean of the places"
    ]


def test_equal_vectors_have_a_curve_of_their_own_where_they_are_spread_evenly():
    names = [trace.get("name") for trace in figure(opened(), "scores")["data"]]
    assert names[0] == "two equal vectors, spread evenly over the pairs"
    assert names[-1] == "toy “King” looks at toy “Queen”"


def test_keys_of_xpos_are_drawn_with_their_own_lengths():
    at = opened(scheme="xpos", scale_base="32", length="64", position="20", offset="10")
    _, query, key, _ = figure(at, "clocks")["data"]
    for trace, which, position, long in ((query, False, 20, 0.94), (key, True, 30, 0.7)):
        points = (numbers(trace["x"]) + 1j * numbers(trace["y"])).reshape(8, 4)
        drawn = np.abs(points[:, 1] - (points[:, 0] + points[:, 2]) / 2)
        true = np.abs(rotary_hands(posenc.scheme("xpos", scale_base=32.0), [position], 16, which, 64))[0]
        np.testing.assert_allclose(drawn, np.minimum(long * true, 1), atol=1e-4)


def test_scores_too_large_for_a_number_get_a_sentence():
    at = opened(scheme="xpos", scale_base="1", length="1024")
    assert "length must be smaller for xpos" in at.info[0].value


def test_a_larger_grid_than_is_drawn_is_said_to_be():
    at = opened(scheme="axial_rotary", height="30")
    assert "Each cell is a place of 14 × 14" in text(at)
    assert "The scheme's own grid is larger: 30 × 14." in text(at)


@pytest.mark.parametrize(
    ("link", "right"),
    [
        ({}, "it stays the same"),
        ({"scheme": "xpos"}, "it stays the same"),
        ({"layout": "mixed"}, "it changes"),
        ({"scheme": "axial_rotary", "length": "64"}, "it changes"),
        ({"scheme": "axial_rotary", "height": "1", "width": "40"}, "it stays the same"),
    ],
)
def test_the_guess_is_answered_by_what_is_drawn(link, right):
    assert "You guessed" not in text(open_page("6_rotary", **link))
    for guess in ("it stays the same", "it changes"):
        said = text(open_page("6_rotary", guess=guess, **link))
        assert ("and so it is" in said) == (guess == right)
        assert (f"It is “{right}”" in said) == (guess != right)


def test_the_formula_beside_the_clocks_is_that_of_the_hands():
    said = text(open_page("6_rotary", base="500", dim="32", rotary_dim="16", position="5", offset="4"))
    pair, degrees, radians, query, turned, key, too = re.search(
        r"Pair (\d+) turns by ([\d.]+)° \(([\d.]+) radians\) from one position to the next\. At :blue\[position (\d+)\] the"
        r" query has turned by :blue\[([\d.]+)°\], at :orange\[position (\d+)\] the key by :orange\[([\d.]+)°\]",
        said,
    ).groups()
    assert "is the base, 500. $d$ is how many dimensions turn, 16." in said
    speed = 500.0 ** (-2 * int(pair) / 16)
    assert (query, key) == ("5", "9")
    assert float(radians) == pytest.approx(speed, rel=6e-3)
    for words, angle in ((degrees, speed), (turned, 5 * speed), (too, 9 * speed)):
        assert float(words) == pytest.approx(np.degrees(angle), rel=6e-3)


def test_other_schemes_show_their_own_formula():
    said = text(open_page("6_rotary", scheme="xpos"))
    assert posenc.scheme("xpos").formula in said
    assert "$s$ scale_base" in said


def test_the_door_names_both_layouts_as_libraries_do_and_says_how_to_mend_each_case():
    assert "is_neox_style" not in text(open_page("6_rotary"))
    said = text(press(open_page("6_rotary"), "Garbage from the second token"))
    half, interleaved = (line for line in said.split("\n") if line.startswith(("| half |", "| interleaved |")))
    for name in ("`rotate_half`", "GPT-NeoX", "`is_neox_style=True`", "Hugging Face"):
        assert name in half
    for name in ("`rotate_every_two`", "GPT-J", "`is_neox_style=False`", "Meta"):
        assert name in interleaved
    for words in ("**Symptom**", "**Cause**", "**Fix**"):
        assert said.count(words) == 3
    assert "**Symptom**: Scores still depend on the distance alone, and lengths stay" in said
    assert "**Symptom**: The same two words, at the same distance, score differently from place to place" in said
    assert "**Symptom**: Queries get longer and shorter from position to position" in said
    assert "| Wrong from the very first word | Not the rotation: at position 0 nothing turns. |" in said
