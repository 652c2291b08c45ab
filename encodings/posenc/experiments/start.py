"""What articles on the subject claim, each put to the test on real numbers, here and now.

Each is measured as the page that shows it does, with the settings that the page has when it is opened.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..schemes.learned import Learned
from ..schemes.sincos2d import Sincos2d
from ..schemes.sinusoidal import Sinusoidal
from ..self_attention import AttentionWeights, order_sensitivity
from ..shift import shift_error
from ..similarities import by_offset
from .adding import lexicon, recover
from .heatmap import other_layout
from .image_patches import cut, embed_patches, puzzle, shuffle
from .king_and_queen import reorder
from .pictures import SIDE, picture
from .sequence_models import convolutional, recurrent
from .toy_words import split, word_vectors

EXACT = 1e-9
"""In float64 anything smaller is rounding."""
CLEAR = 1e-3
"""Anything larger is no accident."""
SENTENCE, FEATURES = "King and Queen", 64
DIM, LENGTH = 128, 128
PICTURE, PATCH, PATCH_DIM = "face", 16, 384
SUMS = 300
COMPARED = 32
"""Positions of which two layouts are compared."""


class Measured(NamedTuple):
    """A sentence with what was measured, and what kind of numbers are in it."""

    kind: str
    """"exact": true of any weights; "real": a trained model's; "toy": of random weights."""
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """A claim, what was measured, whether that bears it out, and the addresses of the pages that show it."""

    number: int
    claim: str
    measured: tuple[Measured, ...]
    holds: bool
    pages: tuple[str, ...]


def verdicts() -> list[Verdict]:
    """Every claim, measured: the experiments take a tenth of a second together.

    >>> all(verdict.holds for verdict in verdicts())
    True
    """
    return [measure() for measure in CLAIMS]


def swapping_words() -> Verdict:
    x, weights = _sentence(), AttentionWeights.random(FEATURES, dtype=np.float64)
    without = reorder(x, [2, 1, 0], weights).sensitivity
    having = reorder(x, [2, 1, 0], weights, scheme=Sinusoidal()).sensitivity
    return Verdict(
        1,
        "Swapping “King and Queen” changes the meaning, but attention without positions and without a mask cannot see it.",
        (
            Measured("exact", f"Without positions, the outputs of both orders show {_difference(without)}."),
            Measured("toy", f"With sinusoids, they differ by {having:.2g} of the largest."),
        ),
        without < EXACT and having > CLEAR,
        ("king_and_queen",),
    )


def shuffled_patches() -> Verdict:
    side = SIDE // PATCH
    table = Sincos2d(side, side).table(None, PATCH_DIM, np.float64)
    x = embed_patches(cut(picture(PICTURE), PATCH), PATCH_DIM, dtype=np.float64)
    without, having = (puzzle(x, shuffle(len(x)), table, positions) for positions in (False, True))
    return Verdict(
        2,
        f"The same holds for a picture cut into {PATCH}×{PATCH} patches: shuffle them and everything is lost, unless"
        " positions are added.",
        (
            Measured("exact", f"Without positions, a picture and its shuffle show {_difference(without.sensitivity)}."),
            Measured(
                "toy",
                f"With positions, they differ by {having.sensitivity:.2g}, and {having.recovered:.1%} of the {len(x)} patches"
                f" are put back in their place; without, {without.recovered:.1%}.",
            ),
        ),
        without.sensitivity < EXACT and having.sensitivity > CLEAR and having.recovered > 0.5 > 10 * without.recovered,
        ("image_patches",),
    )


def order_without_help() -> Verdict:
    x, weights = _sentence(), AttentionWeights.random(FEATURES, dtype=np.float64)
    rnn, net = (order_sensitivity(model(FEATURES), x, [2, 1, 0]) for model in (recurrent, convolutional))
    attention = reorder(x, [2, 1, 0], weights).sensitivity
    return Verdict(
        3,
        "An RNN and a ConvNet see the order without help; attention without a mask, which reads all words at once, does"
        " not.",
        (
            Measured(
                "toy", f"When the words are swapped, an RNN's outputs change by {rnn:.2g}, a ConvNet's by {net:.2g}."
            ),
            Measured("exact", f"Those of attention show {_difference(attention)}."),
        ),
        rnn > CLEAR and net > CLEAR and attention < EXACT,
        ("king_and_queen",),
    )


def same_identifier() -> Verdict:
    words = word_vectors(["King", "Queen"], DIM, np.float64)
    positions = np.arange(LENGTH)
    added = [Sinusoidal().add_to_input(np.tile(word, (LENGTH, 1)), positions) - word for word in words]
    apart = float(np.abs(added[0] - added[1]).max())
    return Verdict(
        4,
        "A position has the same identifier whatever word stands there.",
        (
            Measured(
                "exact",
                f"What is added to “King” and to “Queen” at {LENGTH} positions shows {_difference(apart)}.",
            ),
        ),
        apart < EXACT,
        ("heatmap", "king_and_queen"),
    )


def read_from_the_sum() -> Verdict:
    toy = recover(lexicon("the", "random", DIM).vectors, Sinusoidal().table(LENGTH, DIM), sums=SUMS)
    real = recover(lexicon("the", "minilm", 384).vectors, Learned().table(LENGTH, 384), sums=SUMS)
    return Verdict(
        5,
        "Adding the position to the word does not destroy the word: both can be read back from the sum.",
        (
            Measured(
                "toy",
                f"With {DIM} random features a word, both are read back from {round(toy.both * SUMS)} of {SUMS} sums of a word"
                f" (of 2,000) and a position (of {LENGTH}).",
            ),
            Measured("real", f"With a trained model's own vectors, from {round(real.both * SUMS)} of {SUMS}."),
        ),
        min(toy.both, real.both) > 0.99,
        ("adding",),
    )


def distance_alone() -> Verdict:
    spread = float(by_offset(Sinusoidal().table(LENGTH, DIM, np.float64)).spread.max())
    turned = shift_error(Sinusoidal(), 5, DIM, LENGTH)
    return Verdict(
        6,
        "With sinusoids, moving by k is the same rotation everywhere, and the dot product of two positions depends on"
        " their distance alone.",
        (
            Measured("exact", f"Dot products at one distance show {_difference(spread)}."),
            Measured("exact", f"One rotation moves every position by 5, with {_difference(turned)}."),
        ),
        spread < EXACT and turned < EXACT,
        ("similarity",),
    )


def layouts_agree() -> Verdict:
    twin = other_layout(Sinusoidal(), COMPARED, DIM)
    return Verdict(
        7,
        "Interleaving sines and cosines, or putting all sines first, makes no difference.",
        (
            Measured(
                "exact",
                f"The same {DIM} columns in another order: dot products show {_difference(twin.error)}."
                if twin
                else "The two tables do not hold the same columns.",
            ),
        ),
        twin is not None and twin.error < EXACT,
        ("heatmap", "similarity"),
    )


def _difference(value: float) -> str:
    """How much two numbers differ, where they should not.

    >>> _difference(2e-16), _difference(0.5)
    ('no difference but rounding', 'a difference of 0.5')
    """
    return "no difference but rounding" if value < EXACT else f"a difference of {value:.2g}"


def _sentence() -> np.ndarray:
    return word_vectors(split(SENTENCE), FEATURES, np.float64)


CLAIMS: tuple[Callable[[], Verdict], ...] = (
    swapping_words,
    shuffled_patches,
    order_without_help,
    same_identifier,
    read_from_the_sum,
    distance_alone,
    layouts_agree,
)
