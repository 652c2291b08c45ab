"""Words of a sentence, and a vector for each that is its own on every machine."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.experiments.toy_words import split, word_vectors


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("", []),
        ("  King \t and\nQueen ", ["King", "and", "Queen"]),
        ("王と后", ["王", "と", "后"]),
        ("カタ kana 漢", ["カ", "タ", "kana", "漢"]),
        ("don't stop, <b>", ["don't", "stop,", "<b>"]),
    ],
)
def test_words_are_what_white_space_separates_and_some_characters_stand_alone(sentence, words):
    assert split(sentence) == words


@given(st.text(max_size=30))
def test_any_text_has_words_without_white_space(sentence):
    words = split(sentence)
    assert all(word and not any(c.isspace() for c in word) for word in words)
    assert "".join(words) == "".join(sentence.split())


def test_a_word_has_one_vector_wherever_it_stands_and_however_it_is_spelled():
    vectors = word_vectors(["Queen", "King", "queen", "e\u0301", "é"], 16)
    np.testing.assert_array_equal(vectors[0], vectors[2])
    np.testing.assert_array_equal(vectors[3], vectors[4])
    assert not np.array_equal(vectors[0], vectors[1])
    np.testing.assert_array_equal(vectors[1], word_vectors(["king"], 16)[0])


def test_vectors_are_standard_normal_and_of_the_precision_asked_for():
    vectors = word_vectors([f"w{number}" for number in range(300)], 64, np.float64)
    assert abs(vectors.mean()) < 0.03
    assert vectors.std() == pytest.approx(1, abs=0.03)
    assert vectors.dtype == np.float64
    assert word_vectors(["a"], 4).dtype == np.float32
    assert word_vectors([], 4).shape == (0, 4)


def test_vectors_are_the_same_on_every_machine():
    assert word_vectors(["King"], 3, np.float64)[0].round(6).tolist() == [0.819715, -0.012899, 0.121315]
    assert word_vectors(["\ud800"], 3).shape == (1, 3)  # half a character has one too
