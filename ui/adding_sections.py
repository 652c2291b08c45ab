"""The parts of Adding, each drawn from one setup of the controls."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import posenc
from charts import adding as draw
from posenc import adding, minilm

from . import controls
from .chart import chart
from .kind import badge
from .page import kept, section

Array = NDArray[Any]
LENGTH = 128
SUMS = 300


@dataclass(frozen=True, eq=False)
class Setup:
    """A word, a position, and how their vectors are made: from which source, by which scheme, how strong."""

    word: str
    position: int
    source: str
    scheme: posenc.Absolute
    dim: int
    strength: float

    @cached_property
    def words(self) -> adding.Lexicon:
        return adding.lexicon(self.word, self.source, self.dim)

    @cached_property
    def table(self) -> Array:
        return np.float32(self.strength) * self.scheme.table(LENGTH, self.dim)

    @property
    def vector(self) -> Array:
        return self.words.vectors[self.words.row]

    @cached_property
    def reading(self) -> adding.Reading:
        return adding.read_back(self.vector + self.table[self.position], self.words.vectors, self.table)

    @property
    def kind(self) -> str:
        return "toy" if self.source == "random" else "real"


@kept
def three_vectors(setup: Setup) -> None:
    added = setup.table[setup.position]
    rows = [(setup.word, setup.vector), (f"+ position {setup.position}", added), ("= the sum", setup.vector + added)]
    chart(
        draw.vectors(rows),
        key="vectors",
        alt=f"Three strips of {setup.dim} numbers: the word's vector, the vector of position {setup.position}, their sum.",
    )


@kept
def read_back(setup: Setup) -> None:
    """What is nearest to the sum, and to what is left of it."""
    reading, words = setup.reading, setup.words
    first, second, verdict = st.columns([8, 10, 8], gap="medium")
    right = np.flatnonzero(reading.words == words.row)
    chart(
        draw.nearest_words(
            [words.names[row] for row in reading.words], reading.word_distances, int(right[0]) if len(right) else None
        ),
        key="words_near",
        alt="The words nearest to the sum, with their distances.",
        place=first,
    )
    chart(
        draw.positions(reading.from_sum, reading.from_rest, setup.position),
        key="positions_near",
        alt=f"The distance to each of {LENGTH} positions, of the sum and of what is left without the word.",
        place=second,
    )
    with verdict:
        st.markdown(_verdict(setup))
        ratio = adding.mean_length(setup.table) / adding.mean_length(words.vectors)
        st.metric(f"Position's length over word's {badge(setup.kind)}", f"{ratio:.2g}")
        if not words.known:
            st.caption(
                f"Your word is not among the {len(minilm.vocabulary()):,} kept from the model: its vector is a stand-in,"
                " random numbers drawn from the word."
            )


@kept
def by_dimension(setup: Setup) -> None:
    """How much is read back right as the dimension grows, for toy words and for the real model."""
    section(
        "How many dimensions does it take?",
        f"Each sum is of one of 2,000 words and one of {LENGTH} positions, drawn by chance. Fewer dimensions are the first"
        " of the vectors. The model itself also adds a vector for the kind of token and normalises the sum; both are left"
        " out here. Make the positions stronger, and they drown the words; weaker, and the words drown them.",
    )
    learned = cast(posenc.Absolute, posenc.scheme("learned"))
    panels = (
        ("toy", f"Random words + {setup.scheme.id}", "random", setup.scheme),
        ("real", "MiniLM's words + its positions", "minilm", learned),
    )
    for column, (kind, title, source, scheme) in zip(st.columns(2, gap="medium"), panels, strict=True):
        found = _recovery(source, scheme, setup.strength)
        dims, word, position, both = (np.array(values) for values in zip(*found, strict=True))
        with column:
            chart(
                draw.recovery(title, dims.tolist(), word, position, setup.dim if setup.dim <= dims[-1] else None),
                key=f"recovery_{kind}",
                alt=f"The share of words and of positions read back right, from 4 to {dims[-1]} dimensions.",
            )
            st.markdown(
                f"{badge(kind)} Of {SUMS} sums at {dims[-1]:,} dimensions, {_count(word[-1])} give back the word,"
                f" {_count(position[-1])} the position straight away, and {_count(both[-1])} both when the word is taken"
                f" away first. {_enough(dims, both)}"
            )


@kept
def side_by_side(setup: Setup) -> None:
    """Concatenation: nothing to untangle, at a price."""
    wide = adding.side_by_side(setup.words.vectors, setup.table)
    found = adding.recover(*wide, sums=SUMS)
    added, longer = (adding.attention_parameters(dim) for dim in (setup.dim, 2 * setup.dim))
    section(
        "Why not put them side by side?",
        "Concatenated, word and position never mix, so both can always be read. But the vectors become twice as long, and"
        " with them the four matrices of every attention layer about four times as large. At the same length, each would"
        f" get half the features; added, both use all {setup.dim:,}.",
    )
    with st.container(horizontal=True):
        st.metric(f"Both read back {badge('exact')}", f"{_count(found.both)} of {SUMS}")
        st.metric(
            f"Features a word {badge('exact')}",
            f"{2 * setup.dim:,}",
            f"instead of {setup.dim:,}",
            "off",
            delta_arrow="off",
        )
        st.metric(
            f"Weights a layer {badge('exact')}",
            f"{longer:,}",
            f"{longer / added:.2f} times as many",
            "off",
            delta_arrow="off",
        )


def code(setup: Setup) -> None:
    """What makes the same numbers."""
    controls.code(
        "import posenc\nfrom posenc import adding\n\n"
        f"scheme = {controls.scheme_code(setup.scheme)}\n"
        f"words = adding.lexicon({setup.word!r}, {setup.source!r}, dim={setup.dim})\n"
        f"table = {setup.strength:g} * scheme.table({LENGTH}, {setup.dim})\n"
        f"summed = words.vectors[words.row] + table[{setup.position}]\n"
        "reading = adding.read_back(summed, words.vectors, table)\n"
        "words.names[reading.word], reading.position\n\n"
        f'every = adding.lexicon("the", {setup.source!r}, dim={_width(setup.source, setup.scheme)}).vectors\n'
        f"shares = adding.recover_by_dim(every, scheme, {LENGTH}, scale={setup.strength:g}, sums={SUMS})"
    )


def _verdict(setup: Setup) -> str:
    reading, words = setup.reading, setup.words
    found = _quoted(words.names[reading.word])
    direct = int(reading.from_sum.argmin())
    if reading.word != words.row:
        lost = f"**The word is lost.** The nearest to the sum is {found}, so what is left is nearest to position"
        return f"{lost} {reading.position}. Straight from the sum, position {direct} is read."
    if reading.position != setup.position:
        return f"**The position is lost.** The word is {found}, but what is left is nearest to position {reading.position}."
    straight = "the same" if direct == setup.position else f"{direct}, a wrong one"
    return (
        f"**Both are read back.** The nearest word to the sum is {found}. Take its vector away, and what is left, the"
        f" rest, is position **{reading.position}**. Straight from the sum, the nearest position is {straight}."
    )


def _enough(dims: Array, both: Array) -> str:
    enough = np.flatnonzero(both >= 0.99)
    if not len(enough):
        return "At none of these sizes do both come back 99 times in 100."
    return f"With **{dims[enough[0]]} dimensions**, both come back 99 times in 100 or more."


def _count(share: float) -> int:
    """How many of the sums a share of them is: a per cent of 299 would be rounded to all."""
    return round(share * SUMS)


def _quoted(name: str) -> str:
    """A word in a sentence; what is no mere letters, and might be read as markup, is not repeated."""
    return f"“{name}”" if name.isalpha() else "your word"


def _width(source: str, scheme: posenc.Absolute) -> int:
    return min(adding.WIDEST if source == "random" else minilm.DIM, scheme.max_dim or adding.WIDEST)


@st.cache_data(max_entries=64, show_spinner=False)
def _recovery(source: str, scheme: posenc.Absolute, strength: float) -> list[tuple[int, float, float, float]]:
    """For each number of dimensions the shares of words, positions and both that are read back right."""
    vectors = adding.lexicon("the", source, _width(source, scheme)).vectors
    found = adding.recover_by_dim(vectors, scheme, LENGTH, strength, sums=SUMS)
    return [(result.dim, result.word, result.position, result.both) for result in found]
