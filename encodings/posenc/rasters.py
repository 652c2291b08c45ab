"""Tables and similarities at screen resolution: each cell is the exact mean of what it covers, however much that is."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .families import Absolute, Rotary, Scheme, mean_rows, with_table
from .numeric.checks import WHOLE, Array, as_choice, as_count, as_table, shown
from .similarities import HELD, MEASURES, ByOffset, along, by_offset, squared_distances, unit

MAX_CELLS = 4096
MAX_POSITIONS = 1 << 20
MAX_PRODUCTS = 1 << 26
MAX_NUMBERS = 1 << 25
"""A table with more numbers than this is not made row by row: these take a third of a second."""


def raster(scheme: Scheme, positions: Any, dim: int, rows: int, columns: int) -> Array:
    """The table of a scheme in (rows, columns) cells, float32, each the mean of the numbers that it covers.

    positions is (start, stop), or a length n for (0, n). Row r covers the positions from `edges(start, stop, rows)[r]`
    to the next edge, column c the features likewise; there are never more cells than positions or features. For
    sinusoids and rotations the mean over positions is a closed form: a million positions cost what a thousand do.

    >>> from posenc import scheme
    >>> raster(scheme("sinusoidal"), (0, 1048576), dim=64, rows=2, columns=3).shape
    (2, 3)
    """
    tabled = with_table(scheme)
    start, stop = _range(positions)
    down = min(as_count("rows", rows, 1, MAX_CELLS), stop - start)
    return mean_columns(tabled.mean_table(edges(start, stop, down), as_count("dim", dim)), columns).astype(np.float32)


def mean_columns(table: ArrayLike, columns: int) -> Array:
    """A table (n, dim) with neighbouring columns averaged, down to at most `columns` of them: (n, columns).

    >>> mean_columns(np.array([[1.0, 3.0, 5.0, 7.0]]), 2).tolist()
    [[2.0, 6.0]]
    """
    rows = as_table("table", table)
    across = min(as_count("columns", columns, 1, MAX_CELLS), rows.shape[1])
    return rows if across == rows.shape[1] else mean_rows(rows.T, edges(0, rows.shape[1], across)).T


def similarity_raster(scheme: Scheme, length: int, dim: int, cells: int, measure: str = "dot") -> Array:
    """The similarity of every two of the positions 0…length−1, in (cells, cells) float32: means of the pairs covered.

    The mean of dot products over a block is the dot product of the two mean vectors, so no n × n matrix is built.
    For "euclidean" a cell is the root of the mean squared distance. Rows of one norm, as those of sinusoids, rotations
    and most grids, have a closed form. Where norms differ, "cosine" and "euclidean" are made row by row: ValueError
    beyond 4,096 positions and 2²⁵ numbers (length times dim).

    >>> from posenc import scheme
    >>> similarity_raster(scheme("sinusoidal"), 1048576, 64, 2).shape
    (2, 2)
    """
    blocks = _blocks(scheme, length, dim, cells, measure)
    return _alike(blocks, blocks, measure)


def similarity_profile(scheme: Scheme, position: int, length: int, dim: int, cells: int, measure: str = "dot") -> Array:
    """The similarity of one position to the positions 0…length−1, in (cells,) float32: means of what is covered.

    Cells and limits as for `similarity_raster`.

    >>> from posenc import scheme
    >>> similarity_profile(scheme("sinusoidal"), 5, 1048576, 64, 3).shape
    (3,)
    """
    tabled, last = with_table(scheme), _as_length(length) - 1  # asked for too: some tables depend on the length
    row = tabled.table([as_count("position", position, 0, last), last], dim, np.float64)[:1]
    one = unit(row) if as_choice("measure", measure, MEASURES) == "cosine" else row
    return _alike((one, np.zeros((1, 1))), _blocks(scheme, length, dim, cells, measure), measure)[0]


def similarity_by_offset(
    scheme: Scheme, length: int, dim: int, measure: str = "dot", offsets: int = 96, places: int = 16
) -> ByOffset:
    """Mean, smallest and largest similarity of the positions 0…length−1 at each offset, float64, at a bounded cost.

    Over all pairs, as `by_offset`, where that is little work. Else over a sample: at most `offsets` offsets, spaced
    geometrically, and at each `places` pairs, spread evenly. The pairs of an empty row, as padding's, are always among
    them, and weigh in the mean as much as they do among all pairs.

    >>> from posenc import scheme
    >>> bool(similarity_by_offset(scheme("sinusoidal"), 1048576, 64).spread.max() < 1e-7)
    True
    """
    tabled, stop = with_table(scheme), _as_length(length)
    maximum, each = as_count("offsets", offsets, maximum=MAX_CELLS), as_count("places", places, maximum=MAX_CELLS)
    as_choice("measure", measure, MEASURES)
    if stop**2 * as_count("dim", dim) <= MAX_PRODUCTS:
        return by_offset(tabled.table(stop, dim, np.float64), measure)
    where = np.arange(stop) if stop <= maximum else np.unique(np.geomspace(1, stop, maximum).astype(np.int64)) - 1
    last = stop - 1 - where
    first = (np.linspace(0, 1, each) * last[:, None]).astype(np.int64)
    weights = np.full(first.shape, 1 / each)
    if tabled.empty_row is not None:
        first, weights = _with_empty(tabled.empty_row, where, last, first)
    near, far = np.split(tabled.table(np.concatenate([first, first + where[:, None]]).ravel(), dim, np.float64), 2)
    pairs = along(near, far, measure).reshape(first.shape)
    return ByOffset(where, (pairs * weights).sum(1), pairs.min(1), pairs.max(1))


def largest_divisor(n: int, maximum: int) -> int:
    """The number of cells, at most `maximum`, that n positions are drawn in: n itself, or its largest divisor.

    Equal cells make an even picture: where some cover two positions and some three, stripes appear that are not there.
    Where no divisor is at least half of the maximum, as of a prime, as few cells as possible are smaller by one.

    >>> largest_divisor(200, 256), largest_divisor(768, 320), largest_divisor(1048576, 320), largest_divisor(997, 256)
    (200, 256, 256, 250)
    """
    least = min(as_count("n", n), as_count("maximum", maximum))
    equal = next(cells for cells in range(least, 0, -1) if n % cells == 0)
    return equal if 2 * equal >= least else -(-n // -(-n // maximum))


def edges(start: int, stop: int, cells: int) -> Array:
    """The positions where nearly equal cells begin, and where the last ends: (cells + 1,) whole numbers.

    No cell is empty: cells is at most stop − start.

    >>> edges(0, 10, 4).tolist()
    [0, 2, 5, 7, 10]
    """
    begin = as_count("start", start, 0, WHOLE)
    size = as_count("stop", stop, begin + 1, begin + MAX_POSITIONS) - begin
    return begin + np.arange(as_count("cells", cells, 1, size) + 1) * size // cells


def _blocks(scheme: Scheme, length: int, dim: int, cells: int, measure: str) -> tuple[Array, Array]:
    """The mean vector (cells, dim) of each block of positions, and the mean squared distance (cells, 1) of rows from it.

    Of unit rows for "cosine"; the distances are 0 but for "euclidean".
    """
    tabled, stop = with_table(scheme), _as_length(length)
    as_choice("measure", measure, MEASURES), as_count("dim", dim)
    borders = edges(0, stop, min(as_count("cells", cells, 1, MAX_CELLS), stop))
    norm = tabled.row_norm(dim)
    if stop <= MAX_CELLS or (norm is None and measure != "dot"):
        return _row_by_row(tabled, stop, dim, borders, measure)
    means, nothing = tabled.mean_table(borders, dim), np.zeros((len(borders) - 1, 1))
    if measure == "dot" or norm is None:
        return means, nothing
    if measure == "cosine":
        return means / (norm or 1), nothing
    spreads = tabled.mean_spread(borders, dim)
    if spreads is None:
        spreads = norm**2 * (1 - _share_empty(tabled, borders)) - (means**2).sum(1)
    return means, np.maximum(spreads, 0)[:, None]


def _row_by_row(tabled: Absolute | Rotary, stop: int, dim: int, borders: Array, measure: str) -> tuple[Array, Array]:
    """The same from the rows themselves, a few at a time: first the means of pieces of blocks, then those of blocks."""
    if stop > MAX_CELLS and stop * dim > MAX_NUMBERS:
        maximum = max(MAX_NUMBERS // dim, MAX_CELLS)
        raise ValueError(
            f"length must be at most {maximum} for {measure} in {dim} dimensions, where rows differ in length, as"
            f" {tabled.id}'s do; got {stop}"
        )
    step = max(MAX_CELLS // 4, HELD // dim)
    cuts = np.union1d(borders, np.arange(0, stop, step))
    means, spreads = np.empty((len(cuts) - 1, dim)), np.zeros((len(cuts) - 1, 1))
    for start in range(0, stop, step):
        end = min(start + step, stop)
        where = np.arange(start, end)
        asked = np.append(where, stop - 1) if tabled.by_length else where
        rows = tabled.table(asked, dim, np.float64)[: len(where)]
        rows = unit(rows) if measure == "cosine" else rows
        piece = slice(*np.searchsorted(cuts, [start, end]))
        inside = cuts[piece.start : piece.stop + 1] - start
        means[piece] = mean_rows(rows, inside)
        if measure == "euclidean":
            rows -= np.repeat(means[piece], np.diff(inside), axis=0)
            spreads[piece] = mean_rows((rows**2).sum(1, keepdims=True), inside)
    if len(cuts) == len(borders):
        return means, spreads
    counts, begins = np.diff(cuts)[:, None], np.searchsorted(cuts, borders[:-1])
    widths = np.diff(borders)[:, None]
    whole = np.add.reduceat(means * counts, begins) / widths
    pieces = np.diff(np.append(begins, len(counts)))
    apart = ((means - np.repeat(whole, pieces, axis=0)) ** 2).sum(1, keepdims=True)
    return whole, np.add.reduceat((spreads + apart) * counts, begins) / widths


def _alike(one: tuple[Array, Array], other: tuple[Array, Array], measure: str) -> Array:
    if measure != "euclidean":
        return (one[0] @ other[0].T).astype(np.float32)
    return np.sqrt(squared_distances(one[0], other[0]) + one[1] + other[1].T).astype(np.float32)


def _share_empty(tabled: Absolute | Rotary, borders: Array) -> Array:
    """The share of empty rows in each block: (cells,)."""
    shares = np.zeros(len(borders) - 1)
    row = tabled.empty_row
    if row is not None and row < borders[-1]:
        block = np.searchsorted(borders, row, "right") - 1
        shares[block] = 1 / (borders[block + 1] - borders[block])
    return shares


def _with_empty(row: int, where: Array, last: Array, first: Array) -> tuple[Array, Array]:
    """The first positions (offsets, places + 2) of pairs, those of the empty row among them, and the pairs' weights.

    The empty row stands first in one pair, last in another, where the offset leaves room for both.
    """
    own = np.stack([np.full(len(where), row), np.where(where > 0, row - where, -1)], 1)
    there = (own >= 0) & (own <= last[:, None])
    others = (first != row) & (first + where[:, None] != row)
    count = others.sum(1, keepdims=True)
    weights = np.concatenate(
        [others * (last[:, None] + 1 - there.sum(1, keepdims=True)) / np.maximum(count, 1), there.astype(float)], 1
    )
    return np.concatenate([first, np.where(there, own, first[:, :1])], 1), weights / weights.sum(1, keepdims=True)


def _range(positions: Any) -> tuple[int, int]:
    both = positions if isinstance(positions, tuple | list) else (0, positions)
    if len(both) != 2:
        raise ValueError(f"positions must be a length or (start, stop); got {shown(positions)}")
    start, stop = both
    begin = as_count("positions' start", start, 0, MAX_POSITIONS)
    return begin, as_count("positions' stop", stop, begin + 1, MAX_POSITIONS)


def _as_length(length: int) -> int:
    return as_count("length", length, 1, MAX_POSITIONS)
