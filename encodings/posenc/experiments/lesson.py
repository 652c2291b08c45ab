"""What the lesson measures: attention on three words of four numbers, and four ways to number the places."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..numeric.checks import Array, as_choice, as_count, as_table
from ..schemes.sinusoidal import Sinusoidal
from ..self_attention import AttentionWeights, attention

WORDS = ("King", "and", "Queen")
VECTORS = np.array([[2.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0], [1.0, 2.0, 0.0, 0.0]])
"""A made-up vector of four small numbers for each of the words: small enough to multiply by hand."""
STEPS = ("scores", "weights", "outputs")


@dataclass(frozen=True, eq=False)
class ByHand:
    """Attention on vectors x (n, d) that are their own queries, keys and values: every number of the way."""

    x: Array
    scores: Array
    """(n, n): row i, column j is the dot product of x[i] and x[j], divided by √d."""
    weights: Array
    """(n, n): the exponentials of the scores, each divided by its row's sum."""
    outputs: Array
    """(n, d): the vectors' means, weighted by each row of the weights."""

    def terms(self, step: str, row: int, column: int) -> list[tuple[float, float]]:
        """The pairs of numbers whose products add up to one number of a step.

        Of a score: of the two vectors, before the division by √d. Of a weight: the exponential of the score and one
        part of its row's sum. Of an output: the row's weights and a column of the vectors.

        >>> by_hand(VECTORS).terms("scores", 0, 2)
        [(2.0, 1.0), (0.0, 2.0), (1.0, 0.0), (0.0, 0.0)]
        """
        as_choice("step", step, STEPS)
        if step == "scores":
            pairs = zip(self.x[row], self.x[column], strict=True)
        elif step == "weights":
            exponentials = np.exp(self.scores[row])
            pairs = zip([exponentials[column]], [1 / exponentials.sum()], strict=True)
        else:
            pairs = zip(self.weights[row], self.x[:, column], strict=True)
        return [(float(first), float(second)) for first, second in pairs]


def by_hand(x: ArrayLike) -> ByHand:
    """Self-attention with one head and no weights of its own, on x (n, d).

    >>> by_hand(VECTORS).scores.round(1).tolist()
    [[2.5, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 1.0, 2.5]]
    """
    vectors = as_table("x", x).astype(np.float64)
    dim = vectors.shape[1]
    alone, none = np.eye(dim), np.zeros(dim)
    weights = AttentionWeights(np.tile(alone, (3, 1)), np.zeros(3 * dim), alone, none)
    found = attention(vectors, weights)
    return ByHand(vectors, vectors @ vectors.T / np.sqrt(dim), found.weights[0], found.output)


BITS, WAVES = 8, 8
NUMBERINGS: dict[str, Callable[[int], Array]] = {
    "count": lambda length: np.arange(length)[:, None] + 0.0,
    "fractions": lambda length: np.arange(length)[:, None] / max(length - 1, 1),
    "binary": lambda length: (np.arange(length)[:, None] >> np.arange(BITS) & 1) + 0.0,
    "waves": lambda length: Sinusoidal().table(length, WAVES, np.float64),
}
"""Ways to give each of n places a list of numbers, (n, k): the place itself; its part of the sentence; its binary
digits, the last one first; and sines and cosines (Vaswani et al. 2017, arXiv:1706.03762), as many as the digits."""


@dataclass(frozen=True)
class Judged:
    """What is asked of numbers for places, measured."""

    largest: float
    """The largest number, without its sign."""
    moved: float
    """How far a place's numbers move when the sentence gets longer: the largest change of one of them."""
    steps: tuple[float, float]
    """The shortest and the longest step from one place to the next, as distances."""


def judge(way: str, length: int, longer: int) -> Judged:
    """Measure one of the NUMBERINGS on sentences of two lengths.

    >>> judge("count", 5, 50), judge("fractions", 5, 6).largest
    (Judged(largest=49.0, moved=0.0, steps=(1.0, 1.0)), 1.0)
    """
    make = NUMBERINGS[as_choice("way", way, tuple(NUMBERINGS))]
    short = make(as_count("length", length, minimum=2, maximum=1 << BITS))
    long = make(as_count("longer", longer, minimum=length, maximum=1 << BITS))
    steps = np.linalg.norm(np.diff(long, axis=0), axis=1)
    return Judged(
        float(np.abs(long).max()),
        float(np.abs(long[: len(short)] - short).max()),
        (float(steps.min()), float(steps.max())),
    )
