"""One sentence in two orders through the same attention: what changes but the order?"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .attention import Attention, AttentionWeights, attention
from .bounds import refuse_costly_layer
from .checks import Array, as_permutation, as_vectors
from .family import Scheme
from .order import last_attention, pool
from .registry import schemes

ROUNDING = 1e-9
"""A relative difference of float64 outputs below this is rounding, above it is order."""


@dataclass(frozen=True, eq=False)
class Reordered:
    """Attention over x and over x[permutation], that permutation, and what is read from either (see `pool`)."""

    straight: Attention
    permuted: Attention
    permutation: Array
    how: str = "each"

    @property
    def first(self) -> Array:
        """What is read from the first order: its outputs (n, dim), or their mean or the last one, (1, dim)."""
        return np.atleast_2d(pool(self.straight.output, self.how))

    @property
    def second(self) -> Array:
        """What is read from the second order; each word's output stands back in the word's first place."""
        read = np.atleast_2d(pool(self.permuted.output, self.how))
        return read[np.argsort(self.permutation)] if self.how == "each" else read

    @property
    def difference(self) -> Array:
        """What the order did to it: (n, dim) or (1, dim)."""
        return self.second - self.first

    @property
    def by_word(self) -> Array:
        """The length of each row's difference, in parts of the mean length of the first: (n,) or (1,)."""
        lengths = np.linalg.norm(self.first, axis=1)
        return np.linalg.norm(self.difference, axis=1) / lengths.mean()

    @property
    def sensitivity(self) -> float:
        """As `posenc.order_sensitivity`: max |f(Px) − P f(x)| / max |f(x)|."""
        return float(np.abs(self.difference).max() / np.abs(self.first).max())

    @property
    def told_apart(self) -> bool:
        """Whether the two orders differ by more than rounding."""
        return self.sensitivity > ROUNDING


def compare(model: Callable[[Array], Attention], x: ArrayLike, permutation: ArrayLike, how: str = "each") -> Reordered:
    """Any model of x (n, dim) on both orders; `how` is what is read from its outputs: each, their mean or the last.

    >>> from posenc import minilm
    >>> vectors, known = minilm.word_vectors(["King", "and", "Queen"])
    >>> compare(minilm.attend, vectors.astype(float), [2, 1, 0]).told_apart
    True
    """
    inputs = as_vectors("x", x)
    order = as_permutation(permutation, len(inputs))
    return Reordered(model(inputs), model(inputs[order]), order, how)


def reorder(
    x: ArrayLike,
    permutation: ArrayLike,
    weights: AttentionWeights | Sequence[AttentionWeights],
    heads: int = 1,
    causal: bool = False,
    scheme: Scheme | None = None,
    how: str = "each",
) -> Reordered:
    """The same attention, one layer or several, on x (n, dim) and on x[permutation], each with positions 0…n−1.

    >>> x = np.eye(4)
    >>> reorder(x, [3, 2, 1, 0], AttentionWeights.random(4, dtype=float)).told_apart
    False
    """
    return compare(lambda rows: last_attention(rows, weights, heads, causal, scheme), x, permutation, how)


def rank_by_order(
    x: ArrayLike,
    permutation: ArrayLike,
    weights: AttentionWeights | Sequence[AttentionWeights],
    heads: int = 1,
    causal: bool = False,
    chosen: Scheme | None = None,
    how: str = "each",
) -> tuple[list[str], Array]:
    """The order sensitivity of every scheme on this pair of orders: their ids and (schemes,) values.

    Each scheme has its default parameters, but the chosen one its own. A scheme that cannot take so many tokens or
    features, or costs too much, is left out.

    >>> names, values = rank_by_order(np.eye(4), [3, 2, 1, 0], AttentionWeights.random(4, dtype=float))
    >>> names[0], bool(values[0] < ROUNDING)
    ('none', True)
    """
    ranked = {}
    for id, cls in schemes().items():
        known = chosen if chosen is not None and chosen.id == id else cls()
        with suppress(ValueError):
            n, dim = np.shape(x)
            refuse_costly_layer(known, n, dim, heads)
            ranked[id] = reorder(x, permutation, weights, heads, causal, known, how).sensitivity
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
