"""Does adding a position destroy the word?

Not with enough dimensions: the nearest word to the sum is then the word that was added, and what is left without it is
the position. With too few dimensions, or with positions far longer than the words, words get lost.
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
from ui.presets import Presets, presets
from ui.scheme_picker import fitting, pick

SECTION = "Order"
LABEL = "Adding"
ICON = ":material/add:"

TOY, REAL = "toy vectors", "real model"
STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
PLAIN = {"words": TOY, "word": "King", "position": 5, "scheme": "sinusoidal", "dim": 128, "strength": 1.0}
PRESETS: Presets = {
    "King at 5": PLAIN,
    "A real model's own": PLAIN | {"words": REAL, "scheme": "learned", "dim": 384},
    "Too few dimensions": PLAIN | {"dim": 8},
    "Positions 21 times as long": PLAIN | {"strength": 30.0},
    "Words 47 times as long": PLAIN | {"strength": 0.03},
    "Trained words, untrained positions": PLAIN | {"words": REAL, "dim": 384},
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


@experiment
def look() -> None:
    with controls.row():
        word = ask_for_word()
        real = controls.choice("Words", "words", (TOY, REAL), TOY) == REAL
        position = controls.number("Position", "position", 0, LENGTH - 1, 5)
    with controls.row():
        scheme = pick(along_a_line, fixed={"scale": 1.0})
        dim = controls.dim(128, maximum=min(384 if real else 1024, scheme.max_dim or 1024))
        strength = controls.factor(
            "Strength", "strength", STRENGTHS, 1.0, help="What the position vectors are multiplied with."
        )
    scheme, _, dim = fitting(scheme, LENGTH, dim, sections.measured)
    setup = Setup(word, position, "minilm" if real else "random", scheme, dim, strength)

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
