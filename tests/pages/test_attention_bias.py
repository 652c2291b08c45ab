"""Attention bias: matrix, curves, slopes and buckets are the library's, for every bias scheme."""

import numpy as np
import pytest

import posenc
from posenc.experiments.attention_bias import added_bias, mean_by_offset
from tests.pages.app import open_page
from tests.pages.seen import bytes_of, figure, numbers, press, text

BIASES = [id for id, cls in posenc.schemes().items() if cls.family == "bias"]


@pytest.mark.parametrize("id", BIASES)
def test_matrix_and_curve_are_what_the_scheme_adds(id):
    at = open_page("7_attention_bias", scheme=id, length="48", head="3")
    added = added_bias(posenc.scheme(id), ["King"] * 48, 8)
    cells = numbers(figure(at, "matrix")["data"][0]["z"])
    np.testing.assert_array_equal(cells, np.rint(added[3] / np.abs(added[3]).max() * 100))
    curve = figure(at, "curves")["data"][-1]
    np.testing.assert_allclose(numbers(curve["y"]), mean_by_offset(added).mean[3], rtol=1e-6, atol=1e-6)
    low, high = added[3].min(), added[3].max()
    assert f"Head 3 adds from **{low:.3g}** to **{high:.3g}**" in text(at)


@pytest.mark.parametrize("id", BIASES)
def test_any_size_is_a_small_message(id):
    at = open_page("7_attention_bias", scheme=id, length="256", heads="32", head="31", causal="true")
    assert bytes_of(at) < 350_000
    cells = numbers(figure(at, "matrix")["data"][0]["z"])
    assert cells.dtype == np.int8
    assert max(cells.shape) <= 96
    assert not cells[np.triu_indices(len(cells), 1)].any()


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({}, "left and right are one"),
        (
            {"symmetric": "false"},
            "It tells left from right: to query 1 and the key 1 ahead it adds 0.5, to the key 1 behind -0.5",
        ),
        ({"symmetric": "false", "max_bias": "64"}, "It tells left from right"),
        ({"causal": "true"}, "The causal mask hides every key ahead of its query."),
        ({}, "**The offset alone counts**"),
        ({}, "**The words do not count** here"),
        ({"scheme": "swin"}, "The offset is not all that counts"),
        ({"scheme": "fire", "threshold": "8"}, "The offset is not all that counts"),
        ({"scheme": "shaw"}, "**With one word at every position the offset alone counts**"),
        ({"scheme": "shaw", "content": "a sentence"}, "The offset is not all that counts"),
        ({"scheme": "shaw"}, "The words count"),
        ({"scheme": "shaw", "max_distance": "0"}, "The words count"),
        ({"scheme": "cope", "causal": "true"}, "With one word at every position the offset alone counts"),
        ({"scheme": "cope"}, "The offset is not all that counts"),
        ({"scheme": "t5", "scale": "0"}, "Head 0 adds **nothing**."),
        ({"scheme": "shaw", "max_distance": "0"}, "Head 0 adds **-0.247** to every score."),
        ({"scheme": "shaw", "max_distance": "0"}, "**Positions do not count** here"),
        ({"scheme": "swin", "height": "1", "width": "1"}, "With so few positions no offset but 0 occurs twice."),
        ({"max_bias": "0"}, "Each head adds or takes away up to 63."),
        ({"heads": "1"}, "The one head adds or takes away up to 0.246."),
        ({"scheme": "t5"}, ":orange-badge[toy weights]"),
        ({}, ":green-badge[formula]"),
    ],
)
def test_what_is_measured_is_said(link, words):
    assert words in text(open_page("7_attention_bias", **link))


@pytest.mark.parametrize("heads", [1, 2, 3, 7, 8, 12, 31, 32])
def test_slopes_of_any_number_of_heads_by_both_rules(heads):
    at = open_page("7_attention_bias", heads=str(heads))
    below, chosen, above = (numbers(row["x"]) for row in figure(at, "slopes")["data"])
    np.testing.assert_allclose(chosen, posenc.scheme("alibi").slopes(heads))
    assert len(above) == 2 * len(below)
    assert len(below) <= heads < len(above)
    assert "differ by **0**" in text(at)
    assert (f"{heads} is no power of two" in text(at)) == (heads not in (1, 2, 8, 32))


def test_the_slopes_follow_max_bias():
    at = open_page("7_attention_bias", max_bias="4")
    np.testing.assert_allclose(
        numbers(figure(at, "slopes")["data"][1]["x"]), posenc.scheme("alibi", max_bias=4.0).slopes(8)
    )
    assert "differ by **0**" in text(at)


@pytest.mark.parametrize(
    ("link", "id", "words"),
    [
        ({}, "t5", "31 buckets"),
        ({"bucketed": "deberta"}, "deberta", "513 buckets"),
        ({"bucketed": "deberta"}, "deberta", "farther ones share, and all from 512 on share one."),
        (
            {"bucketed": "shaw"},
            "shaw",
            "On either side of the query each distance below 16 has one of its own, and all from 16 on share one.",
        ),
        ({"scheme": "deberta", "bucketed": "t5"}, "deberta", "DeBERTa's disentangled bias, offsets"),
    ],
)
def test_buckets_of_the_chosen_scheme_or_of_another(link, id, words):
    at = open_page("7_attention_bias", **link)
    (trace,) = figure(at, "stairs")["data"]
    scheme = posenc.scheme(id)
    buckets = (scheme.added_buckets if id == "deberta" else scheme.buckets)(numbers(trace["x"]))
    np.testing.assert_array_equal(numbers(trace["y"]), buckets)
    assert words in text(at)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        (
            {"scheme": "t5", "bidirectional": "false"},
            "Behind the query each distance below 16 has one of its own, farther ones share, and all from 113 on share one."
            " Ahead of the query all keys share the bucket of the query's own place.",
        ),
        (
            {"scheme": "shaw", "left": "1", "right": "7"},
            "Behind the query all keys share one. Ahead of the query each distance below 7 has one of its own, and all from"
            " 7 on share one.",
        ),
        (
            {"scheme": "shaw", "max_distance": "0"},
            "1 bucket. :blue-badge[exact] On either side of the query all keys share the bucket of the query's own place.",
        ),
        (
            {"scheme": "t5", "num_buckets": "65536", "max_distance": "1073741824"},
            "each distance below 16,384 has one of its own, farther ones share, and all from 1,073,015,253 on share one.",
        ),
    ],
)
def test_each_side_of_the_query_is_said(link, words):
    assert words in text(open_page("7_attention_bias", **link))


def test_all_heads_are_drawn_on_one_scale():
    at = open_page("7_attention_bias", heads="12")
    assert [note["text"] for note in figure(at, "heads_pictures")["layout"]["annotations"]] == [
        f"head {h}" for h in range(12)
    ]
    assert "head 8 adds or takes away up to 44.5, head 7 up to 0.246" in text(at)


@pytest.mark.parametrize("content", ["one word", "a sentence"])
def test_the_code_makes_what_is_drawn(content):
    at = open_page("7_attention_bias", scheme="shaw", content=content, length="128", heads="5", head="4", causal="true")
    made: dict = {}
    exec(at.code[0].value, made)
    shown = np.nan_to_num(made["matrix"] / np.nanmax(np.abs(made["matrix"])) * 100)
    np.testing.assert_array_equal(numbers(figure(at, "matrix")["data"][0]["z"]), np.rint(shown))
    drawn = numbers(figure(at, "curves")["data"][-1]["y"])
    np.testing.assert_allclose(drawn, made["curve"].mean[4], rtol=1e-6, atol=1e-6)


def test_presets_set_the_controls():
    at = open_page("7_attention_bias")
    for label, words in (
        ("Twelve heads", "12 is no power of two"),
        ("Left is not right", "It tells left from right"),
        ("Buckets", "T5 relative bias, offsets"),
        ("A window of an image", "The offset is not all that counts"),
        ("A share of the way", "in head 6 by up to"),
        ("The words count", "**The words count**"),
        ("Steep and flat heads", "left and right are one"),
    ):
        assert words in text(press(at, label)), label
        assert not at.info


def test_a_preset_lets_go_of_what_else_was_set_of_its_scheme():
    at = press(open_page("7_attention_bias", max_bias="64", symmetric="false", heads="8"), "Steep and flat heads")
    assert "Head 0 adds from **-31.5** to **0** to a score" in text(at)
    assert "left and right are one" in text(at)


def test_most_schemes_look_at_the_offset_as_the_answer_says():
    alone = [mean_by_offset(added_bias(posenc.scheme(id), ["King"] * 40, 8)).spread.max() < 1e-5 for id in BIASES]
    assert sum(alone) > len(BIASES) / 2


def test_fewer_heads_move_the_chosen_head_to_the_last():
    at = open_page("7_attention_bias", heads="8", head="7")
    at.slider(key="heads").set_value(3).run()
    assert not at.exception
    assert "Head 2 adds" in text(at)
    at.slider(key="heads").set_value(1).run()
    assert "Head 0 adds" in text(at)


def test_a_window_has_as_many_positions_as_places():
    at = open_page("7_attention_bias", scheme="swin", height="3", width="5", length="49")
    assert numbers(figure(at, "matrix")["data"][0]["z"]).shape == (15, 15)
    at = open_page("7_attention_bias", scheme="swin", height="1", width="1")
    assert numbers(figure(at, "matrix")["data"][0]["z"]).shape == (1, 1)


@pytest.mark.parametrize(
    "link",
    [
        {"scheme": "t5", "num_buckets": "2"},
        {"scheme": "t5", "num_buckets": "64", "max_distance": "3"},
        {"scheme": "deberta", "bucket_size": "2048"},
    ],
)
def test_values_that_do_not_fit_each_other_get_a_sentence(link):
    at = open_page("7_attention_bias", **link)
    assert "Meanwhile" in at.info[0].value
    assert figure(at, "matrix")["data"]
