"""One sentence in two orders through the same attention: what changes but the order?"""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .attention import Attention, AttentionWeights, attention
from .checks import Array, as_permutation, as_vectors
from .family import Scheme
from .registry import schemes

ROUNDING = 1e-9
"""A relative difference of float64 outputs below this is rounding, above it is order."""


@dataclass(frozen=True, eq=False)
class Reordered:
    """Attention over x and over x[permutation], and that permutation."""

    straight: Attention
    permuted: Attention
    permutation: Array

    @property
    def realigned(self) -> Array:
        """The second order's outputs, each back in its word's first place: (n, dim)."""
        return self.permuted.output[np.argsort(self.permutation)]

    @property
    def difference(self) -> Array:
        """What the order did to each word's output: (n, dim)."""
        return self.realigned - self.straight.output

    @property
    def by_word(self) -> Array:
        """The length of each word's difference, in parts of the mean length of the outputs: (n,)."""
        lengths = np.linalg.norm(self.straight.output, axis=1)
        return np.linalg.norm(self.difference, axis=1) / lengths.mean()

    @property
    def sensitivity(self) -> float:
        """As `posenc.order_sensitivity`: max |f(Px) − P f(x)| / max |f(x)|."""
        return float(np.abs(self.difference).max() / np.abs(self.straight.output).max())

    @property
    def told_apart(self) -> bool:
        """Whether the two orders differ by more than rounding."""
        return self.sensitivity > ROUNDING


def reorder(
    x: ArrayLike,
    permutation: ArrayLike,
    weights: AttentionWeights,
    heads: int = 1,
    causal: bool = False,
    scheme: Scheme | None = None,
) -> Reordered:
    """The same attention on x (n, dim) and on x[permutation], each with positions 0…n−1.

    >>> x = np.eye(4)
    >>> reorder(x, [3, 2, 1, 0], AttentionWeights.random(4, dtype=float)).told_apart
    False
    """
    inputs = as_vectors("x", x)
    order = as_permutation(permutation, len(inputs))
    straight = attention(inputs, weights, heads, causal, scheme)
    return Reordered(straight, attention(inputs[order], weights, heads, causal, scheme), order)


def rank_by_order(
    x: ArrayLike,
    permutation: ArrayLike,
    weights: AttentionWeights,
    heads: int = 1,
    causal: bool = False,
    chosen: Scheme | None = None,
) -> tuple[list[str], Array]:
    """The order sensitivity of every scheme on this pair of orders: their ids and (schemes,) values.

    Each scheme has its default parameters, but the chosen one its own. A scheme that cannot take so many tokens or
    features is left out.

    >>> names, values = rank_by_order(np.eye(4), [3, 2, 1, 0], AttentionWeights.random(4, dtype=float))
    >>> names[0], bool(values[0] < ROUNDING)
    ('none', True)
    """
    ranked = {}
    for id, cls in schemes().items():
        known = chosen if chosen is not None and chosen.id == id else cls()
        with suppress(ValueError):
            ranked[id] = reorder(x, permutation, weights, heads, causal, known).sensitivity
    return list(ranked), np.array(list(ranked.values()))


def same_backwards(scheme: Scheme, n: int, heads: int = 1) -> bool:
    """Whether a scheme's scores of n tokens stay the same when the sequence is read from its other end.

    Measured on equal contents: such a scheme cannot tell a sentence from its reversal without a causal mask.

    >>> from posenc import scheme
    >>> same_backwards(scheme("alibi"), 8), same_backwards(scheme("alibi", symmetric=False), 8)
    (True, False)
    """
    dim = 16 * heads
    equal = AttentionWeights.random(dim, seed=1, dtype=np.float64)
    shares = attention(np.ones((n, dim)), equal, heads, scheme=scheme).weights
    return bool(np.abs(shares - shares[:, ::-1, ::-1]).max() < ROUNDING)
