"""What articles on the subject claim, each put to the test on real numbers, here and now."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .adding import lexicon, recover
from .attention import AttentionWeights, order_sensitivity
from .order import attentive, convolutional, recurrent
from .patches import cut, embed_patches, puzzle, shuffle
from .permutation import column_order
from .pictures import PICTURES, SIDE, picture
from .reorder import reorder
from .schemes.learned import Learned
from .schemes.sincos2d import Sincos2d
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
PATCH = 16
SUMS = 100


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


def shuffled_patches() -> Verdict:
    side = SIDE // PATCH
    table = Sincos2d(side, side).table(None, DIM, np.float64)
    x = embed_patches(cut(picture(PICTURES[0]), PATCH), DIM, dtype=np.float64)
    without, having = (puzzle(x, shuffle(len(x)), table, positions) for positions in (False, True))
    return Verdict(
        2,
        f"The same holds for a picture cut into {PATCH}×{PATCH} patches: shuffle them and everything is lost, unless"
        " positions are added.",
        f"Order sensitivity of {len(x)} patches: {without.sensitivity:.0e} without positions, {having.sensitivity:.2f} with"
        f" them. Then {having.recovered:.0%} of the patches are put back in their place, else {without.recovered:.1%}.",
        without.sensitivity < EXACT and having.sensitivity > CLEAR and having.recovered > 0.5 > 10 * without.recovered,
        ("image_patches",),
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


def read_from_the_sum() -> Verdict:
    toy = recover(lexicon("the", "random", DIM).vectors, Sinusoidal().table(LENGTH, DIM), sums=SUMS)
    real = recover(lexicon("the", "minilm", 384).vectors, Learned().table(LENGTH, 384), sums=SUMS)
    return Verdict(
        5,
        "Adding the position to the word does not destroy the word: both can be read back from the sum.",
        f"Of {SUMS} sums of a word (of 2,000) and a position (of {LENGTH}), both are read back from {toy.both:.0%} with"
        f" {DIM} random features a word, and from {real.both:.0%} with a real model's own vectors.",
        min(toy.both, real.both) > 0.99,
        ("adding",),
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
    shuffled_patches,
    order_without_help,
    same_identifier,
    read_from_the_sum,
    distance_alone,
    layouts_agree,
)
