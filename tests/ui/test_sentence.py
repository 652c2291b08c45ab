"""A sentence becomes words, at least one and at most so many, and a note where it had none, or more."""

import pytest

from tests.ui.drawn import drawn


def one_sentence() -> None:
    import streamlit as st

    from ui.sentence import ask_for_words

    st.session_state["words"] = ask_for_words(str.split, 3, "Spaces separate words.")


EMPTY = "The sentence is empty: type at least one word. Meanwhile, “King and Queen” is shown."


@pytest.mark.parametrize(
    ("link", "words", "notes"),
    [
        ({}, "King and Queen", []),
        ({"sentence": "dog bites"}, "dog bites", []),
        ({"sentence": "a b c d"}, "a b c", ["The sentence has 4 words; the first 3 are used."]),
        ({"sentence": "   "}, "King and Queen", [EMPTY]),
        ({"sentence": ""}, "King and Queen", [EMPTY]),
    ],
)
def test_a_sentence_is_so_many_words(link, words, notes):
    at = drawn(one_sentence, **link)
    assert at.session_state["words"] == tuple(words.split())
    assert [info.value for info in at.info] == notes
