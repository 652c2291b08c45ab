"""The parts of Adding, each drawn from one setup of the controls."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import streamlit as st

import posenc
from charts import adding as draw
from posenc.experiments import adding, minilm
from posenc.experiments.adding import LENGTH, SUMS, Recovery, Setup
from posenc.experiments.bounds import refuse_costly
from ui import controls
from ui.badges import badge
from ui.chart import chart
from ui.frame import section
from ui.numbers import amount
from ui.quote import quoted
from ui.runs import cached
from ui.scheme_picker import scheme_code
from ui.tables import markdown_table

GUESSES = BOTH, WORD_ALONE, POSITION_ALONE, NEITHER = "both", "only the word", "only the position", "neither"
NEARLY_RIGHT = 0.1
"""The cosine of an angle that is nearly a right one."""
MUCH_LONGER = 2.0
FEW = 3
"""Of the sums: counts that differ by no more are alike."""


def measured(scheme: posenc.Absolute, length: int, dim: int) -> None:
    """Make the table; ValueError where scheme and dim do not go together, or its widest table would cost too much."""
    refuse_costly(scheme, length, adding.WIDEST)
    scheme.table(length, dim)


@cached
def three_vectors(setup: Setup) -> None:
    word, added = setup.vector, setup.added
    chart(
        draw.vectors([(setup.word, word), (f"+ position {setup.position}", added), ("= the sum", word + added)]),
        key="vectors",
        alt=f"Three strips of {setup.dim:,} numbers, blue above 0 and orange below: the word's, those of position"
        f" {setup.position}, and their sums.",
    )


@cached
def read_back(setup: Setup) -> None:
    """What is nearest to the sum, and to what is left of it."""
    reading, words = setup.reading, setup.words
    first, second, verdict = st.columns([8, 10, 8], gap="medium")
    names = [words.names[row] for row in reading.words]
    chart(
        draw.nearest_words(names, reading.word_distances, reading.rank(words.row)),
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
        st.metric(f"Position's length over word's {badge(setup.kind)}", amount(setup.norm_ratio, 2))
        st.markdown(why(setup))
        if not words.known:
            st.caption(
                f"Your word is not among the {len(minilm.vocabulary()):,} kept from the model: its vector is a stand-in,"
                " random numbers drawn from the word."
            )


def answer(setup: Setup) -> tuple[str, str]:
    """What can be read back, and what shows it."""
    reading = setup.reading
    word = reading.word == setup.words.row
    position = setup.position in ((reading.position,) if word else (reading.position, reading.position_from_sum))
    return {(1, 1): BOTH, (1, 0): WORD_ALONE, (0, 1): POSITION_ALONE, (0, 0): NEITHER}[word, position], _verdict(setup)


def why(setup: Setup) -> str:
    """What decides whether both can be read: the angle between words and positions, and their lengths."""
    cosine = setup.cosine
    touches = (
        "The two are nearly at right angles, so one hardly changes what can be read of the other."
        if cosine < NEARLY_RIGHT
        else "The two are not at right angles, so one blurs the other."
    )
    said = (
        f"**Why?** Between a word's list and a position's, the cosine of the angle is {amount(cosine, 2)} on average: 0 is a"
        f" right angle, 1 the same direction. {touches}"
    )
    if setup.reading.word == setup.words.row or setup.norm_ratio < MUCH_LONGER:
        return said
    said += f" But a position's list is {amount(setup.norm_ratio, 2)} times as long as a word's, and drowns it."
    if setup.source == "minilm" and setup.scheme.values != "real":
        own = replace(setup, scheme=_learned(), dim=minilm.DIM, strength=1.0).norm_ratio
        said += (
            f" The model was not trained with these positions: its own are {amount(own, 2)} times as long as its words."
        )
    return said


def _learned() -> posenc.Absolute:
    return cast(posenc.Absolute, posenc.scheme("learned"))


@cached
def what_is_lost(setup: Setup) -> None:
    """Many sums in place of one, with the positions weaker and stronger too."""
    weaker, now, stronger = found = [setup.recovered(times) for times in (0.1, 1.0, 10.0)]
    names = "ten times weaker", "as set", "ten times stronger"
    rows = [
        (name, *(str(_count(share)) for share in (result.word, result.position, result.both)))
        for name, result in zip(names, found, strict=True)
    ]
    heads = "positions", "the word", "the position, straight from the sum", "both, once the word is taken away"
    section(
        "What is lost, and when?",
        f"{badge('mixed' if setup.kind == 'real' else setup.kind)} {SUMS} sums of a word and a position, drawn by chance, at"
        f" {setup.dim:,} dimensions. Read back right:\n\n{markdown_table(heads, rows)}\n\n{lost(weaker, now, stronger)}",
    )


def lost(weaker: Recovery, now: Recovery, stronger: Recovery) -> str:
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
        " numbers of each list. The model itself also adds a list for the kind of token, and brings the sum to one length."
        " Both are left out here.",
    )
    panels = (
        ("toy", f"Random words + {setup.scheme.title}", replace(setup, word="the", source="random")),
        (
            "real",
            "MiniLM's words + its positions",
            replace(setup, word="the", source="minilm", scheme=_learned(), dim=minilm.DIM),
        ),
    )
    times = "" if setup.strength == 1 else f" × {setup.strength:g}"
    for column, (key, title, panel) in zip(st.columns(2, gap="medium"), panels, strict=True):
        found = panel.recovered_by_dim()
        dims, last = [result.dim for result in found], found[-1]
        word, position = (np.array([getattr(result, part) for result in found]) for part in ("word", "position"))
        with column:
            chart(
                draw.recovery(title + times, dims, word, position, setup.dim if setup.dim <= last.dim else None),
                key=f"recovery_{key}",
                alt=f"The share of words and of positions read back right, from 4 to {last.dim} dimensions.",
            )
            st.markdown(
                f"{badge(panel.kind)} Of {SUMS} sums at {last.dim:,} dimensions, {_count(last.word)} give back the word,"
                f" {_count(last.position)} the position straight away, and {_count(last.both)} both when the word is taken"
                f" away first. {enough(found, panel.kind)}"
            )


@cached
def side_by_side(setup: Setup) -> None:
    """Concatenation: nothing to untangle, at a price."""
    found = setup.recovered_side_by_side()
    read = "so both can be read" if found.both == 1 else "but here some have the same vector, and cannot be told apart"
    added, longer = (adding.attention_parameters(dim) for dim in (setup.dim, 2 * setup.dim))
    section(
        "Why not put them side by side?",
        f"Put side by side, word and position never mix, {read}. But the lists become twice as long, and the four matrices"
        " of every attention layer four times as large. In lists of the same length, each of the two would get half of the"
        f" dimensions. Added, both use all {setup.dim:,}.",
    )
    with st.container(horizontal=True):
        st.metric(
            f"Both read back {badge('exact' if found.both == 1 else setup.kind)}", f"{_count(found.both)} of {SUMS}"
        )
        st.metric(
            f"Dimensions a word {badge('exact')}",
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
        f'every = adding.lexicon("the", {setup.source!r}, dim={setup.width}).vectors\n'
        f"shares = adding.recover_by_dim(every, scheme, {LENGTH}, scale={setup.strength:g}, sums={SUMS})"
    )


def _verdict(setup: Setup) -> str:
    reading, words = setup.reading, setup.words
    name = words.names[reading.word]
    found = f"“{name}”" if name.isalpha() else quoted(name)
    direct = reading.position_from_sum
    if reading.word != words.row:
        lost = f"**The word is lost.** The nearest to the sum is {found}, so what is left is nearest to position"
        right = "the right one" if direct == setup.position else "a wrong one"
        return f"{lost} {reading.position}. Straight from the sum, position {direct} is read, {right}."
    if reading.position != setup.position:
        return f"**The position is lost.** The word is {found}, but what is left is nearest to position {reading.position}."
    straight = "the same" if direct == setup.position else f"{direct}, a wrong one"
    return (
        f"**Both are read back.** The nearest word to the sum is {found}. Take its numbers away, and what is left, the rest,"
        f" is position **{reading.position}**. Straight from the sum, the nearest position is {straight}."
    )


def enough(found: Sequence[Recovery], kind: str) -> str:
    """The fewest dimensions that nearly always suffice; fewer than the model has are not the model's."""
    first = adding.enough_dimensions(found)
    if first is None:
        return "At none of these sizes do both come back 99 times in 100."
    cut = f"{badge('mixed')} " if kind == "real" and first is not found[-1] else ""
    return f"{cut}With **{first.dim} dimensions**, both come back 99 times in 100 or more."


def _fewer(share: float, other: float) -> bool:
    return _count(share) < _count(other) - FEW


def _count(share: float) -> int:
    """How many of the sums a share of them is: a per cent of 299 would be rounded to all."""
    return round(share * SUMS)
