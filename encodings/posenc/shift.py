"""Moving by k positions is one rotation, the same everywhere."""

import math

import numpy as np

from .checks import Array, as_count
from .family import Absolute, Rotary
from .schemes.sinusoidal import Sinusoidal

MOST_ROWS = 512


def shift_matrix(k: float, dim: int, base: float = 10000.0, layout: str = "interleaved") -> Array:
    """The matrix M_k with table[p + k] = table[p] @ M_k.T for every p: (dim, dim) float64, orthogonal.

    Vaswani et al. 2017, arXiv:1706.03762, section 3.5: "for any fixed offset k, PE(pos+k) can be represented as a
    linear function of PE(pos)". dim must be even, for a lone sine cannot be shifted.

    >>> shift_matrix(1, 2).round(2).tolist()
    [[0.54, 0.84], [-0.84, 0.54]]
    """
    if not isinstance(k, int | float | np.integer | np.floating) or not math.isfinite(k):
        raise ValueError(f"k must be a finite number; got {k!r}")
    matrix = Sinusoidal(base=base, layout=layout).shift_matrix(k, as_count("dim", dim, 2, multiple=2))
    assert matrix is not None
    return matrix


def shift_error(scheme: Absolute | Rotary, k: int, dim: int, length: int) -> float:
    """How far one matrix, the same for every p, is from moving the table by k: max |table[p + k] − table[p] @ M.T|.

    M is the scheme's own `shift_matrix`; where it has none, as a learned table, the linear map that fits the even
    positions best, tried on the odd ones. Measured at up to 512 positions, spread over 0…length−1.

    >>> shift_error(Sinusoidal(), 3, 64, 128) < 1e-12
    True
    """
    last = as_count("length", length, 2) - 1 - as_count("k", k, 0, length - 2)
    where = np.unique(np.linspace(0, last, min(last + 1, MOST_ROWS)).astype(np.int64))
    here, there = scheme.table(where, dim, np.float64), scheme.table(where + k, dim, np.float64)
    matrix = scheme.shift_matrix(k, dim)
    if matrix is not None:
        return float(np.abs(here @ matrix.T - there).max())
    if len(where) < 2:
        return 0.0
    fitted = np.linalg.lstsq(here[0::2], there[0::2], rcond=None)[0]
    return float(np.abs(here[1::2] @ fitted - there[1::2]).max())
