"""How alike two positions are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .checks import Array, as_choice, as_vectors

MEASURES = ("dot", "cosine", "euclidean")


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
    return between(table, table, measure)


def between(rows: ArrayLike, columns: ArrayLike, measure: str = "dot") -> Array:
    """The similarity of every row of one table (n, dim) with every row of another (m, dim): (n, m)."""
    first, second = _as_table(rows), _as_table(columns)
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"tables must have one dim; got {first.shape[1]} and {second.shape[1]}")
    as_choice("measure", measure, MEASURES)
    if measure == "cosine":
        first, second = unit(first), unit(second)
    if measure != "euclidean":
        return first @ second.T
    # float64, for the small difference of large squares would lose all of float32's digits
    one, other = first.astype(np.float64), second.astype(np.float64)
    squares = one @ (-2 * other.T)
    squares += (one**2).sum(1)[:, None]
    squares += (other**2).sum(1)
    return np.sqrt(np.maximum(squares, 0, out=squares), out=squares).astype(np.result_type(first, second), copy=False)


def by_offset(table: ArrayLike, measure: str = "dot") -> ByOffset:
    """Mean, smallest and largest similarity of all pairs of rows k apart, for each offset k = 0…n−1.

    >>> by_offset([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]).mean.tolist()
    [1.0, 0.0, 1.0]
    """
    rows = _as_table(table).astype(np.float64)
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


def _as_table(value: ArrayLike) -> Array:
    table = as_vectors("table", value)
    if table.ndim != 2:
        raise ValueError(f"table must have shape (n, dim); got {table.shape}")
    return table
