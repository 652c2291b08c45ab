"""How alike two positions are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .numeric.checks import Array, as_choice, as_table
from .numeric.tolerances import CANCELLED

MEASURES = ("dot", "cosine", "euclidean")
HELD = 1 << 18
"""So many numbers are held at a time where all of them would be too many: 2 MB, which stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class ByOffset:
    """The similarity of all pairs at each offset 0…n−1: mean, smallest and largest, float64."""

    offsets: Array
    mean: Array
    low: Array
    high: Array

    @property
    def spread(self) -> Array:
        """Largest minus smallest; 0 where the similarity depends on the offset alone."""
        return self.high - self.low


def similarity(table: ArrayLike, measure: str = "dot") -> Array:
    """The similarity of every two rows of a table (n, dim): (n, n), in its precision.

    "dot" product, "cosine" of the angle between them, or "euclidean" distance (where 0 is most alike).
    Memory grows with n²; for long tables see `by_offset` and `similarity_raster`.

    >>> similarity(np.eye(2), "euclidean").round(3).tolist()
    [[0.0, 1.414], [1.414, 0.0]]
    """
    rows = as_table("table", table)
    return _compare(rows, rows, measure)


def between(rows: ArrayLike, columns: ArrayLike, measure: str = "dot") -> Array:
    """The similarity of every row of one table (n, dim) with every row of another (m, dim): (n, m)."""
    first, second = as_table("rows", rows), as_table("columns", columns)
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"rows and columns must be tables of one dim; got {first.shape[1]} and {second.shape[1]}")
    return _compare(first, second, measure)


def squared_distances(first: Array, second: Array) -> Array:
    """The squared distance of every row of one table (n, dim) from every row of another (m, dim): (n, m) float64.

    |a − b|² = |a|² + |b|² − 2 a·b, seen from a row in the middle of all, so that what all rows share is not in it.
    Where that difference would still lose its digits, from a − b itself: a row is at distance 0 from itself.

    >>> squared_distances(np.array([[1e9], [1e9 + 1]]), np.array([[1e9], [0.0]]))[:, 0].tolist()
    [0.0, 1.0]
    """
    squares = np.zeros((len(first), len(second)))
    if 0 in (*squares.shape, first.shape[1]):
        return squares
    mean = (first.sum(0) + second.sum(0)) / (len(first) + len(second))
    middle = first[np.abs(first - mean).max(1).argmin()]
    one, other = first - middle, second - middle
    own, its = (one**2).sum(1)[:, None], (other**2).sum(1)
    step, few = max(1, HELD // len(second)), max(1, HELD // first.shape[1])
    for start in range(0, len(first), step):
        part = squares[start : start + step]
        np.matmul(one[start : start + step], -2 * other.T, out=part)
        lengths = own[start : start + step] + its
        part += lengths
        lengths *= CANCELLED
        rows, columns = np.divmod(np.flatnonzero(part < lengths), len(second))
        for begin in range(0, len(rows), few):
            row, column = rows[begin : begin + few], columns[begin : begin + few]
            part[row, column] = ((first[start + row] - second[column]) ** 2).sum(1)
    return squares


def by_offset(table: ArrayLike, measure: str = "dot") -> ByOffset:
    """Mean, smallest and largest similarity of all pairs of rows k apart, for each offset k = 0…n−1.

    >>> by_offset([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]).mean.tolist()
    [1.0, 0.0, 1.0]
    """
    rows = as_table("table", table).astype(np.float64)
    if as_choice("measure", measure, MEASURES) == "cosine":
        rows, measure = unit(rows), "dot"
    stats = np.empty((3, len(rows)))
    for k in range(len(rows)):  # pair by pair along a diagonal: no n × n matrix is ever held
        pairs = along(rows[: len(rows) - k], rows[k:], measure)
        stats[:, k] = pairs.mean(), pairs.min(), pairs.max()
    return ByOffset(np.arange(len(rows)), *stats)


def along(first: Array, second: Array, measure: str) -> Array:
    """The similarity of each row of one table (n, dim) with the same row of another: (n,)."""
    if as_choice("measure", measure, MEASURES) == "euclidean":
        return np.linalg.norm(first - second, axis=1)
    if measure == "cosine":
        first, second = unit(first), unit(second)
    return np.einsum("pd,pd->p", first, second)


def unit(table: Array) -> Array:
    """The rows scaled to length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(table, axis=-1, keepdims=True)
    return table / np.where(lengths == 0, 1, lengths)


def _compare(first: Array, second: Array, measure: str) -> Array:
    if as_choice("measure", measure, MEASURES) == "cosine":
        first, second = unit(first), unit(second)
    if measure != "euclidean":
        return first @ second.T
    squares = squared_distances(first.astype(np.float64), second.astype(np.float64))
    return np.sqrt(squares, out=squares).astype(np.result_type(first, second), copy=False)
