"""Pictures of tables at screen resolution: each cell the exact mean of what it covers, however much that is."""

from typing import Any

import numpy as np

from .checks import Array, as_choice, as_count
from .family import Absolute, Rotary, Scheme, mean_rows
from .similarity import MEASURES, ByOffset, along, by_offset, unit

MOST_CELLS = 4096
MOST_POSITIONS = 1 << 20
MOST_PRODUCTS = 1 << 26


def raster(scheme: Scheme, positions: Any, dim: int, rows: int, columns: int) -> Array:
    """The scheme's table for positions (start, stop) as (rows, columns) cells, float32, each the mean it covers.

    Cell r covers the positions from `edges(start, stop, rows)[r]` to the next edge, column c the features likewise.
    There are never more cells than positions or features. For sinusoids and rotations the mean over positions is a
    closed form, so that a million positions cost what a thousand do. A length n stands for (0, n).

    >>> from posenc import scheme
    >>> raster(scheme("sinusoidal"), (0, 1048576), dim=64, rows=2, columns=3).shape
    (2, 3)
    """
    tabled = _with_table(scheme)
    start, stop = _range(positions)
    down = min(as_count("rows", rows, 1, MOST_CELLS), stop - start)
    return mean_columns(tabled.mean_table(edges(start, stop, down), as_count("dim", dim)), columns).astype(np.float32)


def mean_columns(table: Array, columns: int) -> Array:
    """A table (n, dim) with its columns averaged into at most so many: (n, columns).

    >>> mean_columns(np.array([[1.0, 3.0, 5.0, 7.0]]), 2).tolist()
    [[2.0, 6.0]]
    """
    across = min(as_count("columns", columns, 1, MOST_CELLS), table.shape[1])
    if across == table.shape[1]:
        return table
    return mean_rows(table.T, edges(0, table.shape[1], across)).T


def similarity_raster(scheme: Scheme, length: int, dim: int, cells: int, measure: str = "dot") -> Array:
    """The similarity of positions 0…length−1 as (cells, cells), float32, each the mean of the pairs it covers.

    The mean of dot products over a block is the dot product of the two mean vectors, so no n × n matrix is built.
    For "euclidean" a cell is the root of the mean squared distance. For "cosine" and "euclidean" a table longer than
    4,096 positions must have rows of one norm, as sinusoids and rotations do, else ValueError.

    >>> from posenc import scheme
    >>> similarity_raster(scheme("sinusoidal"), 1048576, 64, 2).shape
    (2, 2)
    """
    blocks = _blocks(scheme, length, dim, cells, measure)
    return _alike(blocks, blocks, measure)


def similarity_profile(scheme: Scheme, position: int, length: int, dim: int, cells: int, measure: str = "dot") -> Array:
    """One row of the similarity of positions 0…length−1 as (cells,), float32: how alike `position` is to the rest.

    Cells and limits as for `similarity_raster`.

    >>> from posenc import scheme
    >>> similarity_profile(scheme("sinusoidal"), 5, 1048576, 64, 3).shape
    (3,)
    """
    _, stop = _range(length)
    last = stop - 1  # asked for too: some tables depend on the length
    row = _with_table(scheme).table([as_count("position", position, 0, last), last], dim, np.float64)[:1]
    one = (unit(row) if measure == "cosine" else row, (row**2).sum(1, keepdims=True))
    return _alike(one, _blocks(scheme, length, dim, cells, measure), measure)[0]


def similarity_by_offset(
    scheme: Scheme, length: int, dim: int, measure: str = "dot", offsets: int = 96, places: int = 16
) -> ByOffset:
    """Mean, smallest and largest similarity of positions 0…length−1 at each offset, float64, at a bounded cost.

    All pairs, as `by_offset`, where that is little work; else a sample: offsets spaced geometrically, and at each
    `places` pairs spread evenly.

    >>> from posenc import scheme
    >>> bool(similarity_by_offset(scheme("sinusoidal"), 1048576, 64).spread.max() < 1e-7)
    True
    """
    tabled = _with_table(scheme)
    _, stop = _range(length)
    most, each = as_count("offsets", offsets), as_count("places", places)
    if stop**2 * as_count("dim", dim) <= MOST_PRODUCTS:
        return by_offset(tabled.table(stop, dim, np.float64), measure)
    where = np.arange(stop) if stop <= most else np.unique(np.geomspace(1, stop, most).astype(np.int64)) - 1
    first = (np.linspace(0, 1, each) * (stop - 1 - where)[:, None]).astype(np.int64)
    both = np.concatenate([first.ravel(), (first + where[:, None]).ravel()])
    near, far = np.split(tabled.table(both, dim, np.float64), 2)
    pairs = along(near, far, measure).reshape(first.shape)
    return ByOffset(where, pairs.mean(1), pairs.min(1), pairs.max(1))


def even_cells(n: int, most: int) -> int:
    """How many cells of whole positions n positions fall into, at most so many: n itself or its largest divisor.

    Equal cells make an even picture: where some cover two positions and some three, stripes appear that are not there.
    A number without such a divisor, as a prime, falls into cells of which as few as can be are smaller by one.

    >>> even_cells(200, 256), even_cells(768, 320), even_cells(1048576, 320), even_cells(997, 256)
    (200, 256, 256, 250)
    """
    equal = next(cells for cells in range(min(n, most), 0, -1) if n % cells == 0)
    return equal if 2 * equal >= min(n, most) else -(-n // -(-n // most))


def edges(start: int, stop: int, cells: int) -> Array:
    """Where each of so many nearly equal cells begins, and where the last ends: (cells + 1,) whole numbers.

    >>> edges(0, 10, 4).tolist()
    [0, 2, 5, 7, 10]
    """
    return start + np.arange(cells + 1) * (stop - start) // cells


def _blocks(scheme: Scheme, length: int, dim: int, cells: int, measure: str) -> tuple[Array, Array]:
    """The mean vector (cells, dim) and mean square (cells, 1) of each block of positions, at unit length for cosine."""
    tabled = _with_table(scheme)
    as_choice("measure", measure, MEASURES)
    _, stop = _range(length)
    borders = edges(0, stop, min(as_count("cells", cells, 1, MOST_CELLS), stop))
    if stop > MOST_CELLS:
        square = 1.0 if measure == "dot" else _common_square(tabled, dim)
        means = tabled.mean_table(borders, dim) / (np.sqrt(square) if measure == "cosine" else 1)
        return means, np.full((len(means), 1), square)
    table = tabled.table(stop, dim, np.float64)
    rows = unit(table) if measure == "cosine" else table
    return mean_rows(rows, borders), mean_rows((rows**2).sum(1, keepdims=True), borders)


def _alike(one: tuple[Array, Array], other: tuple[Array, Array], measure: str) -> Array:
    dots = one[0] @ other[0].T
    if measure != "euclidean":
        return dots.astype(np.float32)
    return np.sqrt(np.maximum(one[1] + other[1].T - 2 * dots, 0)).astype(np.float32)


def _with_table(scheme: Scheme) -> Absolute | Rotary:
    if isinstance(scheme, Absolute | Rotary):
        return scheme
    found = f"{scheme.id} is of family {scheme.family}" if isinstance(scheme, Scheme) else f"got {scheme!r}"
    raise ValueError(f"scheme must have a table (absolute or rotary); {found}")


def _range(positions: Any) -> tuple[int, int]:
    both = positions if isinstance(positions, tuple | list) else (0, positions)
    if len(both) != 2:
        raise ValueError(f"positions must be a length or (start, stop); got {positions!r}")
    start, stop = both
    begin = as_count("positions' start", start, 0, MOST_POSITIONS)
    return begin, as_count("positions' stop", stop, begin + 1, MOST_POSITIONS)


def _common_square(scheme: Absolute | Rotary, dim: int) -> float:
    padding = getattr(scheme, "padding_idx", None)  # a row of zeros, wherever it is
    where = np.append(np.arange(0, MOST_POSITIONS, MOST_POSITIONS // 64), padding or 0)
    sample = scheme.table(where, dim, np.float64)
    squares = (sample**2).sum(1)
    if np.ptp(squares) > 1e-9 * squares.max():
        raise ValueError(
            f"length must be at most {MOST_CELLS} where positions have different norms, as {scheme.id}'s do"
        )
    return float(squares[0])
