"""Pairs of features, each one complex number, and where a layout puts them."""

from typing import Any

import numpy as np

from .checks import Array, as_count

READ_AND_WRITTEN = {
    "half": ("half", "half"),
    "interleaved": ("interleaved", "interleaved"),
    "interleaved-in-half-out": ("interleaved", "half"),
    "mixed": ("interleaved", "interleaved"),
}
"""How each layout reads its pairs, and how it writes them."""
CACHED = 2**19
"""How many numbers are rotated at a time, about: a few MB with what they are multiplied by."""


def rotate_pairs(x: Array, phasors: Array, layout: str) -> Array:
    """x (…, n, dim) with its first 2m features rotated in pairs by the phasors e^{iθ} (…, n, m); the rest pass through.

    "half" pairs feature i with i + m, all other layouts 2i with 2i + 1. "interleaved-in-half-out" writes all first
    components, then all second. "mixed" takes angle j mod m for feature j, so the two features of a pair are multiplied
    by different angles' sines and cosines: no rotation.

    >>> rotate_pairs(np.array([[1.0, 0.0, 5.0]]), np.array([[1j]]), "half").tolist()
    [[0.0, 1.0, 5.0]]
    """
    m = phasors.shape[-1]
    read, written = READ_AND_WRITTEN[layout]
    features = x[..., : 2 * m]
    first, second = components(features, read)
    near, far = components(np.concatenate([phasors, phasors], -1), read) if layout == "mixed" else (phasors, phasors)
    # A pair is one complex number: (x₁ + i·x₂)·e^{iθ} = (x₁ cos θ − x₂ sin θ) + i·(x₂ cos θ + x₁ sin θ)
    cosines = join(near.real, far.real, written).astype(x.dtype, copy=False)
    sines = join(-near.imag, far.imag, written).astype(x.dtype, copy=False)
    straight = features if read == written else join(first, second, written)
    rotated = np.empty(x.shape, x.dtype)
    rotated[..., 2 * m :] = x[..., 2 * m :]
    for some in _blocks(x, cosines):
        across = join(second[some], first[some], written)
        across *= sines
        into = rotated[some][..., : 2 * m]
        np.multiply(straight[some], cosines, out=into)
        into += across
    return rotated


def _blocks(x: Array, factors: Array) -> list[Any]:
    """Parts of x (…, n, dim) to be multiplied one after the other by the same factors (n, dim).

    Rows as they lie, and as many heads at a time as stay in the cache: a third of the time that halves of all take.
    """
    if x.ndim == 2 or factors.ndim > 2:
        return [...]
    heads = max(1, CACHED // max(1, x[:1].size))
    return [slice(first, first + heads) for first in range(0, len(x), heads)]


def with_still(phasors: Array, dim: int) -> Array:
    """The phasors (n, m) of all dim/2 pairs: 1 for those that do not rotate."""
    missing = as_count("dim", dim, 2, multiple=2) // 2 - phasors.shape[1]
    return np.concatenate([phasors, np.ones((len(phasors), missing), phasors.dtype)], 1) if missing else phasors


def arrange(phasors: Array, layout: str) -> Array:
    """Phasors (n, m) as a picture (n, 2m): the cosine and sine of each pair, side by side or all cosines first."""
    if layout == "interleaved":
        return np.ascontiguousarray(phasors).view(phasors.real.dtype)
    return np.concatenate([phasors.real, phasors.imag], -1)


def place(layout: str, pairs: int, dimension: int) -> tuple[int, int]:
    """Which component, 0 or 1, of which of so many pairs a column is, in a table as `arrange` makes it.

    >>> place("interleaved", 4, 5), place("half", 4, 5)
    ((1, 2), (1, 1))
    """
    at = as_count("dimension", dimension, 0, 2 * pairs - 1)
    return (at % 2, at // 2) if layout == "interleaved" else (at // pairs, at % pairs)


def join(first: Array, second: Array, layout: str) -> Array:
    """The first and second components (…, m) of pairs as features (…, 2m): side by side, or all first ones first."""
    if layout == "interleaved":
        return np.stack([first, second], -1).reshape(*first.shape[:-1], 2 * first.shape[-1])
    return np.concatenate([first, second], -1)


def components(features: Array, layout: str) -> tuple[Array, Array]:
    """The first and second components (…, m) of the pairs in features (…, 2m): what `join` put together.

    >>> [part.tolist() for part in components(np.arange(4), "interleaved")]
    [[0, 2], [1, 3]]
    """
    if layout == "interleaved":
        return features[..., 0::2], features[..., 1::2]
    m = features.shape[-1] // 2
    return features[..., :m], features[..., m:]
