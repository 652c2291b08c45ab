"""The parts of Start: the first minute, the formula, three doors, and the claims, each with what was measured."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

import posenc
from charts import start as draw
from posenc.experiments import start
from posenc.experiments.adding import LENGTH, SUMS
from posenc.experiments.start import DIM, FEATURES, PATCH, Finding
from posenc.numeric.tolerances import EXACT64
from ui import controls
from ui.badges import badge
from ui.chart import chart
from ui.frame import link, pages, section
from ui.guess import ask
from ui.numbers import amount, per_cent
from ui.scheme_picker import of, schemes


@dataclass(frozen=True)
class Claim:
    """A claim, what is said of each of its findings' values, and the addresses of the pages that show it."""

    text: str
    said: tuple[Callable[..., str], ...]
    pages: tuple[str, ...]


def difference(value: float) -> str:
    """How much of the largest number two things differ by, in words.

    >>> difference(2e-16), difference(0.2069), difference(0.006)
    ('no difference at all', '21% different', 'less than 1% different')
    """
    if value < EXACT64:
        return "no difference at all"
    return "more than 100% different" if value > 1 else f"{per_cent(value)} different"


CLAIMS = {
    "swapping_words": Claim(
        "Swapping “King” and “Queen” changes the meaning. Attention without positions cannot see it.",
        (
            lambda off: f"Without positions, the outputs of both orders: **{difference(off)}**.",
            lambda on: f"With positions: **{difference(on)}**.",
        ),
        ("king_and_queen",),
    ),
    "shuffled_patches": Claim(
        f"The same holds for a picture cut into {PATCH} × {PATCH} patches.",
        (
            lambda off: f"Without positions, the picture and its shuffle: **{difference(off)}**.",
            lambda on, home, count, home_off: (
                f"With positions, {per_cent(home)} of the {count} shuffled patches are put back in their places; without,"
                f" {per_cent(home_off)}."
            ),
        ),
        ("image_patches",),
    ),
    "order_without_help": Claim(
        "A recurrent network (RNN) and a convolutional one (ConvNet) see the order without help.",
        (
            lambda rnn, net: (
                f"When the words are swapped, the RNN's outputs are **{difference(rnn)}**, the ConvNet's"
                f" **{difference(net)}**."
            ),
            lambda attention: f"Those of attention: **{difference(attention)}**.",
        ),
        ("king_and_queen",),
    ),
    "same_identifier": Claim(
        "A position adds the same numbers, whatever word stands there.",
        (lambda apart: f"What is added to “King” and to “Queen” at {LENGTH} positions: **{difference(apart)}**.",),
        ("heatmap", "king_and_queen"),
    ),
    "read_from_the_sum": Claim(
        "Adding a position does not destroy the word: both can be read back from the sum.",
        (
            lambda both: (
                f"Of {SUMS} sums of a random word (of 2,000) and a position (of {LENGTH}), with {DIM} numbers each, both are"
                f" read back from **{round(both * SUMS)}**."
            ),
            lambda both: f"With a trained model's own vectors, from **{round(both * SUMS)}**.",
        ),
        ("adding",),
    ),
    "distance_alone": Claim(
        "With waves, how alike two positions are depends on their distance alone, and a move is one rotation.",
        (
            lambda spread: f"The dot products at one distance: **{difference(spread)}**.",
            lambda error: f"One rotation moves every position by 5: **{difference(error)}** from the table.",
        ),
        ("similarity",),
    ),
    "layouts_agree": Claim(
        "Sines and cosines by turns, or all sines first: it makes no difference.",
        (
            lambda *error: (
                f"The same {DIM} columns in another order; the dot products: **{difference(*error)}**."
                if error
                else "The two tables do not hold the same columns."
            ),
        ),
        ("heatmap", "similarity"),
    ),
    "bag_of_words": Claim(
        "Often said: without positions a Transformer sees a bag of words.",
        (
            lambda felt: (
                "Not under a causal mask, as in GPT: each word sees only those before it. The outputs of both orders:"
                f" **{difference(felt)}**."
            ),
        ),
        ("king_and_queen",),
    ),
    "falls_with_distance": Claim(
        "Often said: the further apart, the less alike two sinusoidal positions are.",
        (
            lambda *rise: (
                f"From distance {rise[0]:.0f} to {rise[1]:.0f} the dot product rises again."
                if rise
                else "The dot product never rises."
            ),
        ),
        ("similarity",),
    ),
    "rotary_fades": Claim(
        "Often said: with rotary embedding, the score fades with the distance.",
        (
            lambda near, far: (
                f"For equal vectors. Scores of random queries and keys are as large far away as near: typically"
                f" {amount(far, 2)} at distances from 2,048 on, {amount(near, 2)} below 32."
            ),
        ),
        ("rotary",),
    ),
}


def first_minute() -> None:
    """What is added to what; a guess; and what attention makes of it."""
    swapped = controls.switch("Swap King and Queen", "swapped")
    found = start.first_minute(swapped)
    order = "King and Queen have changed places. " if swapped else ""
    chart(
        draw.sums(found.words, found.vectors, found.places),
        key="sums",
        alt=f"For each word of “{' '.join(found.words)}” three strips of numbers: the word's, its place's, and their sum.",
    )
    st.caption(
        f"{order}Each strip is a list of {found.vectors.shape[1]} numbers: blue above 0, orange below. The model reads the"
        " sums. A word takes its numbers along when it moves. A place keeps its own."
    )
    asked = ask(
        "Swap the two words. Will attention, the heart of a Transformer, notice?", ("yes", "no", "only with positions")
    )
    told = found.off < EXACT64 < found.on
    asked.reveal(
        "only with positions" if told else "yes",
        f"Without the places' numbers the outputs of both orders show **{difference(found.off)}**. With them, they are"
        f" **{difference(found.on)}**.",
    )


def formula() -> None:
    """The formula of 2017, each letter, and one number worked out."""
    table = schemes(of(posenc.Absolute))["sinusoidal"]().table(2, FEATURES, np.float64)
    section(
        "How is each number of a place made?",
        r"$$\mathrm{PE}_{p,\,2i} = \sin\frac{p}{10000^{2i/d}}$$"
        "\n\n"
        r"$$\mathrm{PE}_{p,\,2i+1} = \cos\frac{p}{10000^{2i/d}}$$"
        "\n\n*p* is the place: 0, 1, 2, … Numbers come in pairs, a sine and a cosine, and *i* says which pair: 0, 1, 2, … *d*"
        f" is how many numbers the list has, here {FEATURES}. So for place 1 and pair 0: sin 1 = **{table[1, 0]:.2f}** and"
        f" cos 1 = **{table[1, 1]:.2f}**.",
    )


DOORS = (
    ("I want to understand it", "Ten minutes, eight steps, with guesses.", "lesson"),
    ("My model is wrong", "Which convention do its rotary embeddings follow? Read a config.", "rotary"),
)
CLASS = {
    "Two sentences, the same words": ("king_and_queen", {"sentence": "the dog bites the man", "order": "0-4-2-3-1"}),
    "The mask tells of order too": ("king_and_queen", {"scheme": "none", "causal": "true", "order": "2-1-0"}),
    "The table of waves": ("heatmap", {}),
    "A million positions": ("heatmap", {"length": "1048576", "dim": "512"}),
    "What a model learned": ("heatmap", {"scheme": "learned", "length": "512", "dim": "384"}),
    "Alike by distance": ("similarity", {}),
    "A shuffled picture": ("image_patches", {}),
    "Too few dimensions to add": ("adding", {"dim": "8"}),
    "Clock hands": ("rotary", {"dim": "16", "length": "32"}),
    "Four ways side by side": ("compare", {}),
}


def doors() -> None:
    """Where the student, the teacher and the engineer go on."""
    by_address = {page.address: page for page in pages()}
    with suppress(StreamlitPageNotFoundError):
        first, second, third = st.columns(3, gap="medium")
        for column, (label, said, address) in zip((first, third), DOORS, strict=True):
            with column.container(border=True, height="stretch"):
                st.page_link(by_address[address].file, label=f"**{label}**", icon=":material/arrow_forward:")
                st.caption(said)
        with second.container(border=True, height="stretch"):
            with st.popover("**I teach it**: ten links for a class", icon=":material/link:"):
                for label, (address, values) in CLASS.items():
                    st.page_link(by_address[address].file, label=label, query_params=values)
            st.caption("Each opens one picture, set up for a slide.")


def claims() -> None:
    """A card for each claim, two in a row."""
    measured = [*start.claims().items()]
    for first in range(0, len(measured), 2):
        for column, (name, findings) in zip(st.columns(2, gap="medium"), measured[first : first + 2], strict=False):
            with column:
                _card(CLAIMS[name], findings)


def said(claim: Claim, findings: tuple[Finding, ...]) -> list[str]:
    """A sentence for each finding."""
    return [say(*finding.values) for say, finding in zip(claim.said, findings, strict=True)]


def _card(claim: Claim, findings: tuple[Finding, ...]) -> None:
    """A claim, its verdict as measured, and the way to the pages that show it."""
    holds = all(finding.holds for finding in findings)
    with st.container(border=True, height="stretch"):
        mark = ":green-badge[:material/check: holds]" if holds else ":red-badge[:material/close: does not hold]"
        st.markdown(f"{mark} &nbsp;**{claim.text}**")
        sentences = zip(findings, said(claim, findings), strict=True)
        raw = ", ".join(f"{value:.3g}" for finding in findings for value in finding.values)
        st.markdown(
            "\n\n".join(f"{badge(finding.kind)} {sentence}" for finding, sentence in sentences),
            help=f"As measured when this page was drawn: {raw}.",
        )
        with st.container(horizontal=True), suppress(StreamlitPageNotFoundError):
            for entry in pages():
                if entry.address in claim.pages:
                    link(entry)
