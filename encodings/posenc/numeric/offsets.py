"""What biases of relative positions share: offsets, buckets that widen with the logarithm, one value per offset."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .checks import Array, as_positions, as_whole


def offsets_between(query_positions: ArrayLike, key_positions: ArrayLike) -> Array:
    """Key − query position of every pair: (n_q, n_k).

    >>> offsets_between(2, 3).tolist()
    [[0, 1, 2], [-1, 0, 1]]
    """
    queries = as_positions(query_positions, "query_positions")
    return as_positions(key_positions, "key_positions") - queries[:, None]


def whole_offsets_between(query_positions: ArrayLike, key_positions: ArrayLike) -> Array:
    """Key − query position of every pair, of whole positions alone, for tables with a row an offset: (n_q, n_k) int64.

    >>> whole_offsets_between([0.5], [0, 1])
    Traceback (most recent call last):
    ValueError: query_positions must be whole numbers between −2^53 and 2^53; got 0.5
    """
    queries = as_whole("query_positions", as_positions(query_positions, "query_positions"))
    return as_whole("key_positions", as_positions(key_positions, "key_positions")) - queries[:, None]


def log_steps(distances: Array, first: int, last: int, steps: int) -> Array:
    """How far each distance is on the way from first to last, in so many steps on a logarithmic scale.

    Where that is exactly whole, float64 may fall short of it or go beyond it by EXACT64.

    >>> log_steps(np.array([8, 16, 128]), first=8, last=128, steps=8)
    array([0., 2., 8.])
    """
    return np.log(np.maximum(distances, first) / first) / np.log(last / first) * steps


def per_offset(curve: Callable[[Array], Array], offsets: Array) -> Array:
    """A curve, offsets → (heads, offsets), for a matrix of offsets, each evaluated once: (heads, n_q, n_k) float32.

    >>> per_offset(lambda offsets: -np.abs(offsets)[None], np.array([[0, 1], [-1, 0]])).tolist()
    [[[0.0, -1.0], [-1.0, 0.0]]]
    """
    distinct, places = np.unique(offsets, return_inverse=True)
    return curve(distinct).astype(np.float32)[:, places.reshape(offsets.shape)]
