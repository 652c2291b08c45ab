"""What articles on the subject claim, each put to the test on real numbers, here and now."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .attention import AttentionWeights, order_sensitivity
from .order import attentive, convolutional, recurrent
from .permutation import column_order
from .reorder import reorder
from .schemes.sinusoidal import Sinusoidal
from .shift import shift_error
from .similarity import by_offset, similarity
from .words import split, word_vectors

EXACT = 1e-9
"""In float64 anything smaller is rounding."""
CLEAR = 1e-3
"""Anything larger is no accident."""
SENTENCE = "King and Queen"
DIM, LENGTH = 64, 128


@dataclass(frozen=True)
class Verdict:
    """A claim, what was measured, whether that bears it out, and the addresses of the pages that show it."""

    number: int
    claim: str
    measured: str
    holds: bool
    pages: tuple[str, ...]


def verdicts() -> list[Verdict]:
    """Every claim, measured: the experiments take a few milliseconds together.

    >>> all(verdict.holds for verdict in verdicts())
    True
    """
    return [measure() for measure in CLAIMS]


def swapping_words() -> Verdict:
    x, weights = _sentence(), AttentionWeights.random(DIM, dtype=np.float64)
    without = reorder(x, [2, 1, 0], weights).sensitivity
    with_positions = reorder(x, [2, 1, 0], weights, scheme=Sinusoidal()).sensitivity
    return Verdict(
        1,
        "Swapping “King and Queen” changes the meaning, but attention without positions cannot see it.",
        f"The outputs differ by {without:.0e} of their size without positions: rounding. With sinusoids, by"
        f" {with_positions:.2f}.",
        without < EXACT and with_positions > CLEAR,
        ("king_and_queen",),
    )


def order_without_help() -> Verdict:
    x = _sentence()
    models = {"an RNN": recurrent(DIM), "a ConvNet": convolutional(DIM), "attention": attentive(DIM)}
    felt = {name: order_sensitivity(model, x, [2, 1, 0]) for name, model in models.items()}
    return Verdict(
        3,
        "An RNN and a ConvNet see the order without help; attention, which reads all words at once, does not.",
        "Order sensitivity without positions: "
        + ", ".join(f"{name} {value:.2g}" if value > EXACT else f"{name} 0" for name, value in felt.items())
        + ".",
        felt["an RNN"] > CLEAR and felt["a ConvNet"] > CLEAR and felt["attention"] < EXACT,
        ("king_and_queen",),
    )


def same_identifier() -> Verdict:
    words = word_vectors(["King", "Queen"], DIM, np.float64)
    positions = np.arange(LENGTH)
    added = [Sinusoidal().embed(np.tile(word, (LENGTH, 1)), positions) - word for word in words]
    apart = float(np.abs(added[0] - added[1]).max())
    return Verdict(
        4,
        "A position has the same identifier whatever word stands there.",
        f"What is added to “King” and to “Queen” at {LENGTH} positions differs by at most {apart:.0e}.",
        apart < EXACT,
        ("heatmap", "king_and_queen"),
    )


def distance_alone() -> Verdict:
    spread = float(by_offset(Sinusoidal().table(LENGTH, DIM, np.float64)).spread.max())
    turned = shift_error(Sinusoidal(), 5, DIM, LENGTH)
    return Verdict(
        6,
        "Moving by k is the same rotation everywhere, and the dot product of two positions depends on their distance"
        " alone.",
        f"Dot products at one distance spread by at most {spread:.0e}; one rotation moves all {LENGTH} positions by 5"
        f" with an error of {turned:.0e}.",
        spread < EXACT and turned < EXACT,
        ("similarity",),
    )


def layouts_agree() -> Verdict:
    interleaved = Sinusoidal()
    tables = [s.table(LENGTH, DIM, np.float64) for s in (interleaved, replace(interleaved, layout="concatenated"))]
    order = column_order(*tables)
    apart = float(np.abs(similarity(tables[0]) - similarity(tables[1])).max())
    return Verdict(
        7,
        "Interleaving sines and cosines, or putting all sines first, makes no difference.",
        f"The same {DIM} columns in another order, and dot products differ by at most {apart:.0e}."
        if order is not None
        else "The two tables do not hold the same columns.",
        order is not None and apart < EXACT,
        ("heatmap", "similarity"),
    )


def _sentence() -> np.ndarray:
    return word_vectors(split(SENTENCE), DIM, np.float64)


CLAIMS: tuple[Callable[[], Verdict], ...] = (
    swapping_words,
    order_without_help,
    same_identifier,
    distance_alone,
    layouts_agree,
)
