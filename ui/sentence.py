"""A sentence of a visitor's own, as words."""

from collections.abc import Callable, Sequence

import streamlit as st

from . import links
from .controls import BOUND

DEFAULT = ("King", "and", "Queen")


def ask_for_words(
    split: Callable[[str], Sequence[str]], maximum: int, help: str, on_change: Callable[[], None] | None = None
) -> tuple[str, ...]:
    """The words of the sentence, at least one and at most so many; a note where it had none, or more."""
    default = " ".join(DEFAULT)
    links.note("sentence", default)
    sentence = st.text_input(
        "Sentence", default, max_chars=400, key="sentence", help=help, on_change=on_change, **BOUND
    )
    words = tuple(split(sentence or ""))
    if not words:
        st.info(f"The sentence is empty: type at least one word. Meanwhile, “{default}” is shown.")
        return DEFAULT
    if len(words) > maximum:
        st.info(f"The sentence has {len(words)} words; the first {maximum} are used.")
    return words[:maximum]
