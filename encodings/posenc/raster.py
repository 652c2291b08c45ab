"""Pictures of tables at screen resolution: each cell the exact mean of what it covers, however much that is."""

from typing import Any

import numpy as np

from .checks import Array, as_choice, as_count
from .family import Absolute, Rotary, Scheme, mean_rows
from .similarity import MEASURES, unit

MOST_CELLS = 4096
MOST_POSITIONS = 1 << 20


def raster(scheme: Scheme, positions: Any, dim: int, rows: int, columns: int) -> Array:
    """The scheme's table for positions (start, stop) as (rows, columns) cells, float32, each the mean it covers.

    Cell r covers the positions from `edges(start, stop, rows)[r]` to the next edge, column c the features likewise.
    There are never more cells than positions or features. For sinusoids and rotations the mean over positions is a
    closed form, so that a million positions cost what a thousand do. A length n stands for (0, n).

    >>> from posenc import scheme
    >>> raster(scheme("sinusoidal"), (0, 1048576), dim=64, rows=2, columns=3).shape
    (2, 3)
    """
    if not isinstance(scheme, Absolute | Rotary):
        raise ValueError(f"scheme must have a table (absolute or rotary); {scheme.id} is of family {scheme.family}")
    start, stop = _range(positions)
    limits = dict(minimum=1, maximum=MOST_CELLS)
    down = min(as_count("rows", rows, **limits), stop - start)
    across = min(as_count("columns", columns, **limits), as_count("dim", dim))
    means = scheme.mean_table(edges(start, stop, down), dim)
    return mean_rows(means.T, edges(0, dim, across)).T.astype(np.float32)


def similarity_raster(scheme: Scheme, length: int, dim: int, cells: int, measure: str = "dot") -> Array:
    """The similarity of positions 0…length−1 as (cells, cells), float32, each the mean of the pairs it covers.

    The mean of dot products over a block is the dot product of the two mean vectors, so no n × n matrix is built.
    For "euclidean" a cell is the root of the mean squared distance. For "cosine" and "euclidean" all positions of a
    scheme have one norm or a table that is short enough to build (up to 4,096 rows), else ValueError.

    >>> from posenc import scheme
    >>> similarity_raster(scheme("sinusoidal"), 1048576, 64, 2).shape
    (2, 2)
    """
    if not isinstance(scheme, Absolute | Rotary):
        raise ValueError(f"scheme must have a table (absolute or rotary); {scheme.id} is of family {scheme.family}")
    as_choice("measure", measure, MEASURES)
    start, stop = _range(length)
    borders = edges(start, stop, min(as_count("cells", cells, 1, MOST_CELLS), stop))
    if measure == "dot":
        means = scheme.mean_table(borders, dim)
        return (means @ means.T).astype(np.float32)
    if stop <= MOST_CELLS:
        table = scheme.table(stop, dim, np.float64)
        rows = unit(table) if measure == "cosine" else table
        means, squares = mean_rows(rows, borders), mean_rows((rows**2).sum(1, keepdims=True), borders)
    else:
        square = _common_square(scheme, dim)
        means = scheme.mean_table(borders, dim) / (np.sqrt(square) if measure == "cosine" else 1)
        squares = np.full((len(borders) - 1, 1), square)
    dots = means @ means.T
    if measure == "cosine":
        return dots.astype(np.float32)
    return np.sqrt(np.maximum(squares + squares.T - 2 * dots, 0)).astype(np.float32)


def edges(start: int, stop: int, cells: int) -> Array:
    """Where each of so many nearly equal cells begins, and where the last ends: (cells + 1,) whole numbers.

    >>> edges(0, 10, 4).tolist()
    [0, 2, 5, 7, 10]
    """
    return start + np.arange(cells + 1) * (stop - start) // cells


def _range(positions: Any) -> tuple[int, int]:
    start, stop = positions if isinstance(positions, tuple | list) else (0, positions)
    begin = as_count("positions' start", start, 0, MOST_POSITIONS)
    return begin, as_count("positions' stop", stop, begin + 1, MOST_POSITIONS)


def _common_square(scheme: Absolute | Rotary, dim: int) -> float:
    sample = scheme.table(np.arange(0, MOST_POSITIONS, MOST_POSITIONS // 64), dim, np.float64)
    squares = (sample**2).sum(1)
    if np.ptp(squares) > 1e-9 * squares.max():
        raise ValueError(
            f"length must be at most {MOST_CELLS} where positions have different norms, as {scheme.id}'s do"
        )
    return float(squares[0])
