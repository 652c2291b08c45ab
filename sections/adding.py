"""The parts of Adding, each drawn from one setup of the controls."""

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import streamlit as st

import posenc
from charts import adding as draw
from posenc.experiments import adding, minilm
from posenc.experiments.bounds import refuse_costly
from posenc.numeric.checks import Array
from ui import controls
from ui.badges import badge
from ui.chart import chart
from ui.frame import section
from ui.numbers import amount
from ui.quote import quoted
from ui.runs import cached
from ui.scheme_picker import scheme_code

LENGTH = 128
SUMS = 300
SMALL = 8
FEW = 3
"""Of the sums: counts that differ by no more are alike."""


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
        """Real where words and positions are the model's own, as long as the model has them and as strong."""
        whole = self.dim == self.scheme.max_dim and self.strength == 1 and self.words.known
        return _kind(self.source, self.scheme, whole)


def measured(scheme: posenc.Absolute, length: int, dim: int) -> None:
    """Make the table; ValueError where scheme and dim do not go together, or its widest table would cost too much."""
    refuse_costly(scheme, length, adding.WIDEST)
    scheme.table(length, dim)


@cached
def three_vectors(setup: Setup) -> None:
    added = setup.table[setup.position]
    rows = [(setup.word, setup.vector), (f"+ position {setup.position}", added), ("= the sum", setup.vector + added)]
    chart(
        draw.vectors(rows),
        key="vectors",
        alt=f"Three strips of {setup.dim} numbers: the word's vector, the vector of position {setup.position}, their sum.",
    )


@cached
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
        st.metric(f"Position's length over word's {badge(setup.kind)}", amount(ratio, 2))
        if not words.known:
            st.caption(
                f"Your word is not among the {len(minilm.vocabulary()):,} kept from the model: its vector is a stand-in,"
                " random numbers drawn from the word."
            )


@cached
def what_is_lost(setup: Setup) -> None:
    """Many sums in place of one, with the positions weaker and stronger too."""
    weaker, now, stronger = found = [
        _recovered(setup.source, setup.scheme, setup.dim, setup.strength * times) for times in (0.1, 1.0, 10.0)
    ]
    names = "Positions ten times weaker", "As set", "Ten times stronger"
    lines = [
        f"- **{name}**: the word {_count(result.word)} times, the position {_count(result.position)} times straight from the"
        f" sum, both {_count(result.both)} times when the word is taken away first."
        for name, result in zip(names, found, strict=True)
    ]
    section(
        "What is lost, and when?",
        f"{badge(_kind(setup.source, setup.scheme, False))} Read back from {SUMS} sums of a word and a position, drawn by"
        f" chance, at {setup.dim:,} dimensions:\n\n" + "\n".join(lines) + f"\n\n{lost(weaker, now, stronger)}",
    )


def lost(weaker: adding.Recovery, now: adding.Recovery, stronger: adding.Recovery) -> str:
    """What weaker and stronger positions change, from the shares read back right."""
    said = []
    if _fewer(stronger.word, now.word):
        said.append("With stronger positions, fewer words are found.")
    if _fewer(now.word, weaker.word):
        said.append("With weaker positions, more words are found.")
    if _fewer(weaker.position, now.position):
        still = "" if _fewer(weaker.both, now.both) else ", but not once the word is taken away"
        said.append(f"Weaker positions are harder to read straight from the sum{still}.")
    if _fewer(now.position, stronger.position):
        said.append("Stronger positions are easier to read straight from the sum.")
    return " ".join(said) or "Here it makes no difference how strong the positions are."


@cached
def by_dimension(setup: Setup) -> None:
    """How much is read back right as the dimension grows, for toy words and for the real model."""
    section(
        "How many dimensions does it take?",
        f"Each sum is of one of 2,000 words and one of {LENGTH} positions, drawn by chance. Fewer dimensions are the first"
        " of the vectors. The model itself also adds a vector for the kind of token and normalises the sum; both are left"
        " out here.",
    )
    learned = cast(posenc.Absolute, posenc.scheme("learned"))
    panels = (
        ("toy", f"Random words + {setup.scheme.id}", "random", setup.scheme),
        ("real", "MiniLM's words + its positions", "minilm", learned),
    )
    times = "" if setup.strength == 1 else f" × {setup.strength:g}"
    for column, (key, title, source, scheme) in zip(st.columns(2, gap="medium"), panels, strict=True):
        found = _recovery(source, scheme, setup.strength)
        dims, word, position, both = (np.array(values) for values in zip(*found, strict=True))
        with column:
            chart(
                draw.recovery(
                    title + times, dims.tolist(), word, position, setup.dim if setup.dim <= dims[-1] else None
                ),
                key=f"recovery_{key}",
                alt=f"The share of words and of positions read back right, from 4 to {dims[-1]} dimensions.",
            )
            whole = _kind(source, scheme, bool(setup.strength == 1))
            st.markdown(
                f"{badge(whole)} Of {SUMS} sums at {dims[-1]:,} dimensions, {_count(word[-1])} give back the word,"
                f" {_count(position[-1])} the position straight away, and {_count(both[-1])} both when the word is taken"
                f" away first. {_enough(dims, both, whole)}"
            )


@cached
def side_by_side(setup: Setup) -> None:
    """Concatenation: nothing to untangle, at a price."""
    # Words of very few features lie nearer to one another than float32 can tell; float64 for all would take twice as long.
    precision = np.float64 if setup.dim < SMALL else np.float32
    wide = adding.side_by_side(setup.words.vectors.astype(precision), setup.table.astype(precision))
    found = adding.recover(*wide, sums=SUMS)
    read = "so both can be read" if found.both == 1 else "but here some have the same vector, and cannot be told apart"
    added, longer = (adding.attention_parameters(dim) for dim in (setup.dim, 2 * setup.dim))
    section(
        "Why not put them side by side?",
        f"Concatenated, word and position never mix, {read}. But the vectors become twice as long, and with"
        " them the four matrices of every attention layer four times as large. At the same length, each would get half the"
        f" features; added, both use all {setup.dim:,}.",
    )
    with st.container(horizontal=True):
        st.metric(
            f"Both read back {badge('exact' if found.both == 1 else setup.kind)}", f"{_count(found.both)} of {SUMS}"
        )
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
            help=f"4·d² + 4·d: the four matrices and their biases, at d = {setup.dim:,} and {2 * setup.dim:,}.",
        )


def code(setup: Setup) -> None:
    """What makes the same numbers."""
    controls.code(
        "import posenc\nfrom posenc.experiments import adding\n\n"
        f"scheme = {scheme_code(setup.scheme)}\n"
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
    name = words.names[reading.word]
    found = f"“{name}”" if name.isalpha() else quoted(name)
    direct = int(reading.from_sum.argmin())
    if reading.word != words.row:
        lost = f"**The word is lost.** The nearest to the sum is {found}, so what is left is nearest to position"
        right = "the right one" if direct == setup.position else "a wrong one"
        return f"{lost} {reading.position}. Straight from the sum, position {direct} is read, {right}."
    if reading.position != setup.position:
        return f"**The position is lost.** The word is {found}, but what is left is nearest to position {reading.position}."
    straight = "the same" if direct == setup.position else f"{direct}, a wrong one"
    return (
        f"**Both are read back.** The nearest word to the sum is {found}. Take its vector away, and what is left, the"
        f" rest, is position **{reading.position}**. Straight from the sum, the nearest position is {straight}."
    )


def _enough(dims: Array, both: Array, kind: str) -> str:
    """The fewest dimensions that nearly always suffice; fewer than the model has are not the model's."""
    enough = np.flatnonzero(both >= 0.99)
    if not len(enough):
        return "At none of these sizes do both come back 99 times in 100."
    cut = f"{badge('mixed')} " if kind == "real" and enough[0] < len(dims) - 1 else ""
    return f"{cut}With **{dims[enough[0]]} dimensions**, both come back 99 times in 100 or more."


def _kind(source: str, scheme: posenc.Absolute, whole: bool) -> str:
    """What kind of numbers words of a source with a scheme's positions are; whole: as the model itself has them."""
    theirs = [source == "minilm", scheme.values == "real"]
    if all(theirs) and whole:
        return "real"
    return "mixed" if any(theirs) else "toy"


@cached
def _recovered(source: str, scheme: posenc.Absolute, dim: int, strength: float) -> adding.Recovery:
    vectors = adding.lexicon("the", source, dim).vectors
    return adding.recover(vectors, scheme.table(LENGTH, dim), strength, SUMS)


def _fewer(share: float, other: float) -> bool:
    return _count(share) < _count(other) - FEW


def _count(share: float) -> int:
    """How many of the sums a share of them is: a per cent of 299 would be rounded to all."""
    return round(share * SUMS)


def _width(source: str, scheme: posenc.Absolute) -> int:
    return min(adding.WIDEST if source == "random" else minilm.DIM, scheme.max_dim or adding.WIDEST)


@st.cache_data(max_entries=64, show_spinner=False)
def _recovery(source: str, scheme: posenc.Absolute, strength: float) -> list[tuple[int, float, float, float]]:
    """For each number of dimensions the shares of words, positions and both that are read back right."""
    vectors = adding.lexicon("the", source, _width(source, scheme)).vectors
    found = adding.recover_by_dim(vectors, scheme, LENGTH, strength, sums=SUMS)
    return [(result.dim, result.word, result.position, result.both) for result in found]
