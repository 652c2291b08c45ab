"""The parts of Start: its picture, and the claims, each with what was measured and the pages that show it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

import posenc
from charts import heatmap
from posenc.experiments import start
from posenc.experiments.adding import LENGTH, SUMS
from posenc.experiments.start import DIM, PATCH, Finding
from posenc.numeric.tolerances import EXACT64
from ui.badges import badge
from ui.chart import chart
from ui.frame import link, pages


@dataclass(frozen=True)
class Claim:
    """A claim, what is said of each of its findings' values, and the addresses of the pages that show it."""

    text: str
    said: tuple[Callable[..., str], ...]
    pages: tuple[str, ...]


def difference(value: float) -> str:
    """How much two numbers differ that should not.

    >>> difference(2e-16), difference(0.5)
    ('no difference but rounding', 'a difference of 0.5')
    """
    return "no difference but rounding" if value < EXACT64 else f"a difference of {value:.2g}"


CLAIMS = {
    "swapping_words": Claim(
        "Swapping “King and Queen” changes the meaning, but attention without positions and without a mask cannot see it.",
        (
            lambda off: f"Without positions, the outputs of both orders show {difference(off)}.",
            lambda on: f"With sinusoids, they differ by {on:.2g} of the largest.",
        ),
        ("king_and_queen",),
    ),
    "shuffled_patches": Claim(
        f"The same holds for a picture cut into {PATCH}×{PATCH} patches: shuffle them and everything is lost, unless"
        " positions are added.",
        (
            lambda off: f"Without positions, a picture and its shuffle show {difference(off)}.",
            lambda on, home, count, home_off: (
                f"With positions, they differ by {on:.2g}, and {home:.1%} of the {count} patches"
                f" are put back in their place; without, {home_off:.1%}."
            ),
        ),
        ("image_patches",),
    ),
    "order_without_help": Claim(
        "An RNN and a ConvNet see the order without help; attention without a mask, which reads all words at once, does"
        " not.",
        (
            lambda rnn, net: (
                f"When the words are swapped, an RNN's outputs change by {rnn:.2g}, a ConvNet's by {net:.2g}."
            ),
            lambda attention: f"Those of attention show {difference(attention)}.",
        ),
        ("king_and_queen",),
    ),
    "same_identifier": Claim(
        "A position has the same identifier whatever word stands there.",
        (lambda apart: f"What is added to “King” and to “Queen” at {LENGTH} positions shows {difference(apart)}.",),
        ("heatmap", "king_and_queen"),
    ),
    "read_from_the_sum": Claim(
        "Adding the position to the word does not destroy the word: both can be read back from the sum.",
        (
            lambda both: (
                f"With {DIM} random features a word, both are read back from {round(both * SUMS)} of {SUMS} sums of a"
                f" word (of 2,000) and a position (of {LENGTH})."
            ),
            lambda both: f"With a trained model's own vectors, from {round(both * SUMS)} of {SUMS}.",
        ),
        ("adding",),
    ),
    "distance_alone": Claim(
        "With sinusoids, moving by k is the same rotation everywhere, and the dot product of two positions depends on"
        " their distance alone.",
        (
            lambda spread: f"Dot products at one distance show {difference(spread)}.",
            lambda error: f"One rotation moves every position by 5, with {difference(error)}.",
        ),
        ("similarity",),
    ),
    "layouts_agree": Claim(
        "Interleaving sines and cosines, or putting all sines first, makes no difference.",
        (
            lambda *error: (
                f"The same {DIM} columns in another order: dot products show {difference(*error)}."
                if error
                else "The two tables do not hold the same columns."
            ),
        ),
        ("heatmap", "similarity"),
    ),
}


def picture() -> None:
    """160 positions, sinusoidal."""
    cells = posenc.raster(posenc.scheme("sinusoidal"), (0, 160), 64, 160, 64)
    chart(
        heatmap.strip(cells.T),
        key="hero",
        alt="The sinusoidal encoding of 160 positions: slow waves at the bottom, fast ones at the top.",
        config={"staticPlot": True},
    )


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
        st.caption("\n\n".join(f"{badge(finding.kind)} {sentence}" for finding, sentence in sentences))
        with st.container(horizontal=True), suppress(StreamlitPageNotFoundError):
            for entry in pages():
                if entry.address in claim.pages:
                    link(entry)
