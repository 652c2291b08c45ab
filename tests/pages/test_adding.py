"""Adding: what a person reads is what was measured, for any word, position, dimension and strength."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import posenc
from posenc.experiments import adding
from sections.adding import answer
from tests.pages import app
from tests.pages.seen import bytes_of, figure, numbers, press, text
from ui.badges import KINDS, badge
from ui.guess import LOOK

STEM = "5_adding"


def open_page(stem, **query):
    """The page with its answer."""
    return app.open_page(stem, **{"guess": LOOK} | query)


@pytest.fixture(scope="module")
def page():
    return open_page(STEM)


def ticks(at, key):
    return figure(at, key)["layout"]["yaxis"]["ticktext"]


def test_king_and_five_are_read_back_from_their_sum(page):
    assert "Both are read back." in text(page)
    assert "is “king”" in text(page)
    assert "is position **5**" in text(page)
    assert ticks(page, "words_near")[0] == "king"
    assert ticks(page, "vectors") == ["King", "+ position 5", "= the sum"]


def test_the_three_vectors_drawn_add_up(page):
    z = numbers(figure(page, "vectors")["data"][0]["z"]).astype(int)
    assert z.shape == (3, 128)
    assert np.abs(z).max() == 100
    assert np.abs(z[0] + z[1] - z[2]).max() <= 1
    words = adding.lexicon("King", dim=128)
    word, position = words.vectors[words.row], posenc.scheme("sinusoidal").table(128, 128)[5]
    largest = max(np.abs(v).max() for v in (word, position, word + position))
    assert np.abs(z[1] - np.rint(position / largest * 100)).max() == 0


def test_the_distances_drawn_are_those_of_the_library(page):
    words, table = adding.lexicon("King", dim=128), posenc.scheme("sinusoidal").table(128, 128)
    reading = adding.read_back(words.vectors[words.row] + table[5], words.vectors, table)
    bars = figure(page, "words_near")["data"][0]
    np.testing.assert_allclose(numbers(bars["x"]), reading.word_distances, rtol=1e-5)
    the_sum, found, the_rest, left = figure(page, "positions_near")["data"]
    np.testing.assert_allclose(numbers(the_sum["y"]), reading.from_sum, rtol=1e-5)
    np.testing.assert_allclose(numbers(the_rest["y"]), reading.from_rest, rtol=1e-5, atol=1e-5)
    assert (found["x"], left["x"]) == ([int(reading.from_sum.argmin())], [5])


@pytest.mark.parametrize(
    ("right", "link"), [("both", {}), ("only the position", {"words": "real model", "dim": "384"})]
)
def test_the_guess_is_answered_by_what_is_read(right, link):
    assert "read back.**" not in text(app.open_page(STEM, **link))
    assert "is lost.**" not in text(app.open_page(STEM, **link))
    assert f"You guessed “{right}”, and so it is." in text(open_page(STEM, **link, guess=right))
    assert f"You guessed “neither”. It is “{right}”." in text(open_page(STEM, **link, guess="neither"))


@pytest.mark.parametrize("position", ["0", "5", "127"])
@pytest.mark.parametrize("strength", ["0.01", "0.3", "10.0"])
@pytest.mark.parametrize("dim", ["2", "8", "64"])
def test_each_answer_says_what_is_right(dim, strength, position):
    setup = adding.Setup("King", int(position), "random", posenc.scheme("sinusoidal"), int(dim), float(strength))
    reading = setup.reading
    word = int(reading.words[0]) == setup.words.row
    left = [int(reading.from_rest.argmin())] + ([] if word else [int(reading.from_sum.argmin())])
    said = {(1, 1): "both", (1, 0): "only the word", (0, 1): "only the position", (0, 0): "neither"}
    assert answer(setup)[0] == said[word, int(position) in left]


def test_it_says_how_near_to_a_right_angle_words_and_positions_are(page):
    words, table = adding.lexicon("King", dim=128).vectors, posenc.scheme("sinusoidal").table(128, 128)
    cosines = words @ table.T / np.linalg.norm(words, axis=1)[:, None] / np.linalg.norm(table, axis=1)
    assert f"the cosine of the angle is {np.abs(cosines).mean():.2g} on average" in text(page)
    assert "nearly at right angles" in text(page)
    assert "are not at right angles, so one blurs the other" in text(open_page(STEM, dim="8"))


def test_a_drowned_word_is_explained_by_lengths():
    at = open_page(STEM, words="real model", dim="384")
    assert f"a position's list is {at.metric[0].value} times as long as a word's, and drowns it" in text(at)
    model = adding.lexicon("King", "minilm", 384).vectors
    own = np.linalg.norm(posenc.scheme("learned").table(128, 384), axis=1).mean() / np.linalg.norm(model, axis=1).mean()
    assert f"its own are {own:.2g} times as long as its words" in text(at)
    assert "drowns it" in text(open_page(STEM, strength="30.0"))
    assert "its own are" not in text(open_page(STEM, strength="30.0"))
    assert "drowns it" not in text(open_page(STEM))


def test_a_real_models_words_take_its_positions_along_and_toy_words_the_formulas():
    at = open_page(STEM, strength="0.3")
    words = next(group for group in at.get("button_group") if group.key == "words")
    for chosen, scheme, dim in (("real model", "learned", 384), ("toy vectors", "sinusoidal", 128)):
        words.set_value(chosen).run()
        assert (at.session_state["scheme"], at.session_state["dim"]) == (scheme, dim)
        assert "Both are read back." in text(at)
    assert at.session_state["strength"] == 0.3


@pytest.mark.parametrize(("key", "source", "id"), [("toy", "random", "sinusoidal"), ("real", "minilm", "learned")])
def test_recovery_by_dimension_is_the_librarys(page, key, source, id):
    width = 1024 if source == "random" else 384
    every = adding.lexicon("the", source, width).vectors
    expected = adding.recover_by_dim(every, posenc.scheme(id), 128, sums=300)
    word, position = figure(page, f"recovery_{key}")["data"]
    assert [int(dim) for dim in word["text"]] == [result.dim for result in expected]
    np.testing.assert_allclose(numbers(word["y"]), [result.word for result in expected], rtol=1e-6)
    np.testing.assert_allclose(numbers(position["y"]), [result.position for result in expected], rtol=1e-6)


def test_every_number_says_what_kind_it_is(page):
    assert [re.search(r":\w+-badge\[[^]]+]", metric.label)[0] for metric in page.metric] == [
        badge(kind) for kind in ("toy", "exact", "exact", "exact")
    ]
    for kind in ("toy", "real"):
        assert f"{badge(kind)} Of 300 sums" in text(page)


REAL = {"words": "real model", "scheme": "learned", "dim": "384"}


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("real", REAL),
        ("mixed", REAL | {"strength": "3.0"}),
        ("mixed", REAL | {"dim": "192"}),
        ("mixed", REAL | {"word": "Brobdingnag"}),
        ("mixed", REAL | {"words": "toy vectors"}),
        ("mixed", REAL | {"scheme": "sinusoidal"}),
        ("toy", REAL | {"words": "toy vectors", "scheme": "sinusoidal"}),
    ],
)
def test_the_ratio_of_lengths_is_a_real_models_only_as_the_model_has_it(kind, query):
    label = open_page(STEM, **query).metric[0].label
    assert [name for name in KINDS if badge(name) in label] == [kind]


def test_recovery_of_the_model_is_its_own_only_at_its_own_strength_and_size():
    assert f"{badge('real')} Of 300 sums at 384 dimensions" in text(open_page(STEM))
    assert f"{badge('mixed')} With **16 dimensions**" in text(open_page(STEM))
    at = open_page(STEM, strength="3.0", scheme="learned")
    assert text(at).count(f"{badge('mixed')} Of 300 sums at 384 dimensions") == 2
    assert badge("real") not in text(at)


def test_side_by_side_nothing_is_lost_and_the_price_is_named(page):
    _, both, features, weights = page.metric
    assert both.value == "300 of 300"
    assert features.value == "256"
    assert weights.value == f"{4 * 256 * 257:,}"
    assert weights.delta == "3.98 times as many"


@settings(max_examples=20)
@given(
    row=st.integers(0, 1999),
    position=st.integers(0, 127),
    source=st.sampled_from(["toy vectors", "real model"]),
    strength=st.sampled_from(["0.03", "0.3", "1.0"]),
)
def test_any_word_at_any_position_is_read_back(row, position, source, strength):
    word = adding.lexicon("the").names[row]
    at = open_page(
        STEM, word=word, position=str(position), words=source, strength=strength, scheme="learned", dim="384"
    )
    assert "Both are read back." in text(at)
    assert f"is “{word}”" in text(at)
    assert f"is position **{position}**" in text(at)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"strength": "30.0"}, "The word is lost."),
        ({"dim": "8", "strength": "3.0"}, "The word is lost."),
        ({"words": "real model", "dim": "64"}, "The word is lost."),
        ({"strength": "0.03"}, "a wrong one"),
    ],
)
def test_where_it_breaks_is_said(query, words):
    assert words in text(open_page(STEM, **query))


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("", "type one"),
        ("   ", "type one"),
        ("King and Queen", "the first is used"),
        ("Brobdingnag", "stand-in"),
        ("<img src=x onerror=alert(1)>", "first is used"),
        ("**bold**", "stand-in"),
        ("王", "stand-in"),
    ],
)
def test_odd_words_get_a_clear_word(word, words):
    at = open_page(STEM, word=word, words="real model", scheme="learned", dim="384")
    assert words in "\n".join(element.value for element in (*at.info, *at.caption))
    assert "Both are read back." in text(at)
    assert "<" not in re.sub(r"`[^`]*`|<br>", "", text(at))
    assert "**bold**" not in re.sub(r"`[^`]*`", "", text(at))
    assert "<" not in "".join(ticks(at, "words_near") + ticks(at, "vectors"))


@pytest.mark.parametrize(
    "query",
    [
        {"dim": "1025", "strength": "7", "position": "128", "words": "glove"},
        {"scheme": "alibi", "dim": "-1", "position": "nan", "strength": "inf"},
        {"scheme": "sincos2d", "word": "King"},
    ],
)
def test_a_malformed_link_shows_the_defaults(query, page):
    assert text(open_page(STEM, **query)) == text(page)


@pytest.mark.parametrize(("key", "value"), [("scheme", "learned"), ("words", "real model")])
def test_more_dimensions_than_there_are_are_not_asked_for(key, value):
    at = open_page(STEM, dim="1024")
    widget = next(widget for widget in (*at.selectbox, *at.get("button_group")) if widget.key == key)
    widget.set_value(value).run()
    assert not at.exception
    assert at.session_state[key] == value
    assert numbers(figure(at, "vectors")["data"][0]["z"]).shape[1] <= 384


@pytest.mark.parametrize("dim", ["2", "4", "1024"])
@pytest.mark.parametrize("spacing", ["vaswani", "tensor2tensor"])
def test_the_smallest_and_largest_sizes_work_and_stay_small(dim, spacing):
    at = open_page(STEM, dim=dim, spacing=spacing)
    assert numbers(figure(at, "vectors")["data"][0]["z"]).shape == (3, int(dim))
    assert bytes_of(at) < 50_000


PROMISES = {
    "King at position 5": "Both are read back.",
    "A real model's words and positions": "Both are read back.",
    "A real model's words, other positions": "The word is lost.",
    "Too few dimensions": "lost.",
    "Positions 21 times as long as words": "The word is lost.",
    "Words 47 times as long as positions": "a wrong one",
}


@pytest.mark.parametrize("name", PROMISES)
def test_presets_keep_their_promise(name):
    at = press(open_page(STEM, word="dog", dim="2", words="real model", position="99"), name)
    at.button_group(key="guess").set_value(LOOK).run()
    assert PROMISES[name] in text(at)
    assert not at.info


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"words": "real model", "scheme": "learned", "dim": "384", "word": "Élan's", "position": "77"},
        {"strength": "0.3", "dim": "64", "base": "100", "word": "'\\"},
    ],
)
def test_the_code_gives_the_numbers_shown(query):
    at = open_page(STEM, **query)
    names: dict = {}
    exec(at.code[0].value, names)
    reading = names["reading"]
    distances = numbers(figure(at, "words_near")["data"][0]["x"])
    np.testing.assert_allclose(reading.word_distances, distances, rtol=1e-5)
    assert f"is position **{reading.position}**" in text(at)
    key = "real" if "words" in query else "toy"
    drawn = numbers(figure(at, f"recovery_{key}")["data"][1]["y"])
    np.testing.assert_allclose([share.position for share in names["shares"]], drawn, rtol=1e-6)


@pytest.mark.parametrize("seed", [11, 12, 13])
@pytest.mark.parametrize("dim", [2, 5, 64])
def test_what_is_exact_side_by_side_is_true_of_any_words_and_positions(seed, dim):
    rng = np.random.default_rng(seed)
    words, table = (rng.standard_normal((n, dim)).astype(np.float32) * rng.uniform(0.01, 100) for n in (2000, 128))
    assert adding.recover(*adding.side_by_side(words, table), sums=300).both == 1
    weights = posenc.AttentionWeights.random(dim, seed)
    layer = (weights.in_proj_weight, weights.in_proj_bias, weights.out_weight, weights.out_bias)
    assert adding.attention_parameters(dim) == sum(part.size for part in layer)
