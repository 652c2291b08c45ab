"""Moving by k positions is one rotation, the same everywhere."""

import numpy as np

from .families import Scheme, with_table
from .numeric.checks import WHOLE, Array, as_count
from .schemes.sinusoidal import Sinusoidal

MAX_ROWS = 512


def shift_matrix(k: float, dim: int, base: float = 10000.0, layout: str = "interleaved") -> Array:
    """The matrix M_k with table[p + k] = table[p] @ M_k.T for every p: (dim, dim) float64, orthogonal.

    Vaswani et al. 2017, arXiv:1706.03762, section 3.5: "for any fixed offset k, PE(pos+k) can be represented as a
    linear function of PE(pos)". dim must be even, for a lone sine cannot be shifted.

    >>> shift_matrix(1, 2).round(2).tolist()
    [[0.54, 0.84], [-0.84, 0.54]]
    """
    matrix = Sinusoidal(base=base, layout=layout).shift_matrix(k, as_count("dim", dim, 2, multiple=2))
    assert matrix is not None
    return matrix


def shift_error(scheme: Scheme, k: int, dim: int, length: int) -> float:
    """How far one matrix, the same for every p, is from moving the table by k: max |table[p + k] − table[p] @ M.T|.

    M is the scheme's own `shift_matrix`; where it has none, as a learned table, the linear map that fits the even
    positions best, tried on the odd ones, and on those that meet an empty row. Measured in a sequence of that length at
    up to 512 positions, spread over 0…length−1−k.

    >>> shift_error(Sinusoidal(), 3, 64, 128) < 1e-12
    True
    """
    tabled = with_table(scheme)
    size = as_count("length", length, 2, WHOLE)
    step = as_count("k", k, 0, size - 2)
    last = size - 1 - step
    spread = np.unique(np.linspace(0, last, min(last + 1, MAX_ROWS)).astype(np.int64))
    row = tabled.empty_row
    empty = [] if row is None else [place for place in (row, row - step) if 0 <= place <= last]
    where = np.append(spread, np.array(empty, np.int64))
    here, there = np.split(tabled.table(np.append(where, where + step), dim, np.float64), 2)  # as of one sequence
    matrix = tabled.shift_matrix(step, dim)
    if matrix is not None:
        return float(np.abs(here @ matrix.T - there).max())
    fit, tried = slice(0, len(spread), 2), np.r_[1 : len(spread) : 2, len(spread) : len(where)]
    if not len(tried):
        return 0.0
    fitted = np.linalg.lstsq(here[fit], there[fit], rcond=None)[0]
    return float(np.abs(here[tried] @ fitted - there[tried]).max())
