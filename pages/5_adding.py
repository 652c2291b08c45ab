"""Does adding a position destroy the word?

A position's numbers are added to a word's, number by number. Then we try to read both back from the sum.
"""

from typing import TypeGuard

import streamlit as st

import posenc
from posenc.experiments.adding import LENGTH, Setup
from posenc.experiments.toy_words import split
from sections import adding as sections
from ui import controls, links
from ui.badges import legend
from ui.frame import Sources, experiment, page
from ui.guess import ask
from ui.presets import Presets, presets
from ui.scheme_picker import fitting, pick

SECTION = "Order"
LABEL = "Adding"
ICON = ":material/add:"

TOY, REAL = "toy vectors", "real model"
STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
PRESETS: Presets = {
    "King at position 5": {},
    "A real model's words and positions": {"words": REAL, "scheme": "learned", "dim": 384},
    "A real model's words, other positions": {"words": REAL, "dim": 384},
    "Too few dimensions": {"dim": 8},
    "Positions 21 times as long as words": {"strength": 30.0},
    "Words 47 times as long as positions": {"strength": 0.03},
}
SOURCES: Sources = [
    *(posenc.schemes()[id].paper for id in ("sinusoidal", "learned")),
    "Wang et al. 2020, MiniLM: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained"
    " Transformers, arXiv:2002.10957 (the real model, all-MiniLM-L6-v2, by the Sentence Transformers team)",
]


def along_a_line(cls: type[posenc.Scheme]) -> TypeGuard[type[posenc.Absolute]]:
    return issubclass(cls, posenc.Absolute) and cls().grid is None


def ask_for_word() -> str:
    links.note("word", "King")
    text = st.text_input(
        "Word", "King", max_chars=40, key="word", bind="query-params",
        help="Any word. It is read back among itself and the 2,000 most frequent words of the real model's vocabulary.",
    )  # fmt: skip
    words = split(text or "")
    if not words:
        st.info("The word is empty: type one. Meanwhile, “King” is shown.")
    elif len(words) > 1:
        st.info("One word is added to one position: the first is used.")
    return words[0] if words else "King"


def take_positions_along() -> None:
    """A real model's words come with its own positions, toy words with the formula's."""
    theirs = {"words": REAL, "scheme": "learned", "dim": 384} if st.session_state["words"] == REAL else {}
    st.session_state.update({"scheme": "sinusoidal", "dim": 128} | theirs)
    links.write(theirs, without=("words", "scheme", "dim"))


@experiment
def look() -> None:
    asked = ask("Can the word and the position be read back from their sum?", sections.GUESSES)
    with controls.row():
        word = ask_for_word()
        real = controls.choice("Words", "words", (TOY, REAL), TOY, on_change=take_positions_along) == REAL
        position = controls.number("Position", "position", 0, LENGTH - 1, 5)
    sum_of_both = st.container()
    with controls.row():
        scheme = pick(along_a_line, fixed={"scale": 1.0})
        dim = controls.dim(128, maximum=min(384 if real else 1024, scheme.max_dim or 1024))
        strength = controls.factor(
            "Strength",
            "strength",
            STRENGTHS,
            1.0,
            help="What the position's numbers are multiplied with.",
        )
    scheme, _, dim = fitting(scheme, LENGTH, dim, sections.measured)
    setup = Setup(word, position, "minilm" if real else "random", scheme, dim, strength)

    asked.reveal(*sections.answer(setup))
    with sum_of_both:
        sections.three_vectors(setup)
    sections.read_back(setup)
    presets(PRESETS)
    sections.what_is_lost(setup)
    sections.by_dimension(setup)
    sections.side_by_side(setup)
    sections.code(setup)
    st.caption(legend("exact", "real", "mixed", "toy"))


with page(__file__, sources=SOURCES):
    look()
