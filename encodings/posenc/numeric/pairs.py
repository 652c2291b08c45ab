"""Pairs of features, each one complex number, and where a layout puts them."""

import numpy as np

from .checks import Array, as_count

CACHED = 2**19
"""How many numbers are turned at a time, about: a few MB with what they are multiplied by."""


def rotate_pairs(x: Array, turns: Array, layout: str) -> Array:
    """x (…, n, dim) with its first 2m features turned in pairs by the phasors (…, n, m); the rest pass through.

    "half" pairs feature i with i + m, all other layouts 2i with 2i + 1. A pair is one complex number, so that turning
    is one multiplication: (x₁ + i·x₂)·e^{iθ}. "interleaved-in-half-out" writes all first components, then all second.
    "mixed" turns feature j by angle j mod m, so the two features of a pair by different angles: no rotation.
    """
    m = turns.shape[-1]
    turning, still = x[..., : 2 * m], x[..., 2 * m :]
    near = far = turns
    if layout == "half":
        first, second = turning[..., :m], turning[..., m:]
    else:
        first, second = turning[..., 0::2], turning[..., 1::2]
    if layout == "mixed":
        twice = np.concatenate([turns, turns], -1)
        near, far = twice[..., 0::2], twice[..., 1::2]
    out = "interleaved" if layout == "mixed" else layout
    cosines = join(near.real, far.real, out).astype(x.dtype, copy=False)
    sines = join(-near.imag, far.imag, out).astype(x.dtype, copy=False)
    straight = join(first, second, out) if layout == "interleaved-in-half-out" else turning
    turned = np.empty(x.shape, x.dtype)
    turned[..., 2 * m :] = still
    # Rows as they lie, and as many heads at a time as stay in the cache: a third of the time that halves of all take.
    heads = max(1, CACHED // max(1, x[:1].size))
    split = x.ndim > 2 and turns.ndim == 2
    for some in [slice(k, k + heads) for k in range(0, len(x), heads)] if split else [...]:
        across = join(second[some], first[some], out)
        across *= sines
        into = turned[some][..., : 2 * m]
        np.multiply(straight[some], cosines, out=into)
        into += across
    return turned


def with_still(turns: Array, dim: int) -> Array:
    """The turns (n, m) of all dim/2 pairs: 1 for those that do not turn."""
    missing = as_count("dim", dim, 2, multiple=2) // 2 - turns.shape[1]
    return np.concatenate([turns, np.ones((len(turns), missing), turns.dtype)], 1) if missing else turns


def arrange(turns: Array, layout: str) -> Array:
    """Phasors (n, m) as a picture (n, 2m): the cosine and sine of each pair, side by side or all cosines first."""
    if layout == "interleaved":
        return np.ascontiguousarray(turns).view(turns.real.dtype)
    return np.concatenate([turns.real, turns.imag], -1)


def join(first: Array, second: Array, layout: str) -> Array:
    """The first and second components (…, m) of pairs as features (…, 2m): side by side, or all first ones first."""
    if layout == "interleaved":
        return np.stack([first, second], -1).reshape(*first.shape[:-1], 2 * first.shape[-1])
    return np.concatenate([first, second], -1)
