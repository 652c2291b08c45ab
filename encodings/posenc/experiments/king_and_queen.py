"""One sentence in two orders through the same attention: what differs?"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..families import Scheme
from ..numeric.checks import Array, as_choice, as_count, as_function, as_permutation, as_table, as_vectors, shown
from ..rasters import MAX_CELLS
from ..registry import schemes
from ..self_attention import Attention, AttentionWeights, attention, relative
from .all_orders import _numbered
from .bounds import refuse_costly_layer
from .sequence_models import POOLINGS, last_attention, pool


def settle(x: ArrayLike, permutation: ArrayLike) -> Array:
    """The same order of the words x (n, dim), equal words in their own order: the first of them stays the first.

    >>> settle(np.eye(3)[[0, 1, 0]], [2, 1, 0])
    array([0, 1, 2])
    """
    inputs = as_vectors("x", x)
    order, words = as_permutation(permutation, len(inputs)), _numbered(inputs)
    settled = np.empty_like(order)
    for word in np.unique(words):
        settled[words[order] == word] = np.flatnonzero(words == word)
    return settled


ROUNDING = 1e-9
"""A relative difference of float64 outputs below this is rounding, above it is order."""
MAX_HEADS = 128
FLOAT32 = 1e-6
"""Biases are float32: what differs by less than so much of the largest is rounding."""


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
        size = float(np.linalg.norm(self.first, axis=1).mean())
        return np.array([relative(length, size) for length in np.linalg.norm(self.difference, axis=1)])

    @property
    def sensitivity(self) -> float:
        """As `posenc.order_sensitivity`: max |f(Px) − P f(x)| / max |f(x)|."""
        return relative(np.abs(self.difference).max(), np.abs(self.first).max())

    @property
    def distinguishable(self) -> bool:
        """Whether the two orders differ by more than rounding."""
        return self.sensitivity > ROUNDING


def compare(model: Callable[[Array], Attention], x: ArrayLike, permutation: ArrayLike, how: str = "each") -> Reordered:
    """Any model of x (n, dim) on both orders; `how` is what is read from its outputs: each, their mean or the last.

    >>> from posenc.experiments import minilm
    >>> vectors, known = minilm.word_vectors(["King", "and", "Queen"])
    >>> compare(minilm.attend, vectors.astype(float), [2, 1, 0]).distinguishable
    True
    """
    as_function("model", model)
    inputs = as_table("x", x)
    order = as_permutation(permutation, len(inputs))
    read = as_choice("how", how, POOLINGS)
    straight, permuted = (_as_attention(model(rows)) for rows in (inputs, inputs[order]))
    return Reordered(straight, permuted, order, read)


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
    >>> reorder(x, [3, 2, 1, 0], AttentionWeights.random(4, dtype=float)).distinguishable
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
    if chosen is not None and not isinstance(chosen, Scheme):
        raise ValueError(f"chosen must be a posenc scheme or None; got {shown(chosen)}")
    inputs = as_table("x", x)
    reorder(inputs, permutation, weights, heads, causal, None, how)  # what no scheme can take is refused here
    ranked = {}
    for id, cls in schemes().items():
        known = chosen if chosen is not None and chosen.id == id else cls()
        with suppress(ValueError):
            refuse_costly_layer(known, len(inputs), inputs.shape[1], heads)
            ranked[id] = reorder(inputs, permutation, weights, heads, causal, known, how).sensitivity
    return list(ranked), np.array(list(ranked.values()))


def is_reversal_invariant(scheme: Scheme, n: int, heads: int = 1, dim: int | None = None) -> bool:
    """Whether a scheme's scores of n tokens stay the same when the sequence is read from its other end.

    Measured on equal contents of dim features, 16 a head unless told, and next to the size of what it adds: such a scheme
    cannot tell a sentence from its reversal without a causal mask, and one that barely tells it does tell it.

    >>> from posenc import scheme
    >>> is_reversal_invariant(scheme("alibi"), 8), is_reversal_invariant(scheme("alibi", symmetric=False), 8)
    (True, False)
    """
    if not isinstance(scheme, Scheme):
        raise ValueError(f"scheme must be a posenc scheme; got {shown(scheme)}")
    width = 16 * as_count("heads", heads, maximum=MAX_HEADS)
    width = width if dim is None else as_count("dim", dim, maximum=MAX_CELLS, multiple=heads)
    where = np.arange(as_count("n", n, maximum=MAX_CELLS))
    content, equal = np.ones((heads, n, width // heads)), AttentionWeights.random(width, seed=1, dtype=np.float64)
    shares = attention(np.ones((n, width)), equal, heads, scheme=scheme).weights
    added = scheme.add_to_input(np.zeros((n, width)), where)
    biases = scheme.add_to_scores(np.zeros((heads, n, n)), content, content, where)
    forth_and_back = ((added, added[::-1]), (biases, biases[:, ::-1, ::-1]))
    alike = all(np.abs(forth - back).max() <= FLOAT32 * np.abs(forth).max() for forth, back in forth_and_back)
    return alike and bool(np.abs(shares - shares[:, ::-1, ::-1]).max() < ROUNDING)


def _as_attention(output: Any) -> Attention:
    if not isinstance(output, Attention):
        raise ValueError(f"model must give a posenc.self_attention.Attention; it gave {shown(output)}")
    return output
