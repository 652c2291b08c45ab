"""Two tables that hold the same columns in another order."""

import dataclasses
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .checks import Array, as_table
from .family import Absolute, Rotary, with_table
from .similarity import similarity


class Layout(NamedTuple):
    """A layout whose table holds the columns of another's: table[:, order] is the other; error: of a dot product."""

    name: str
    order: Array
    error: float


def column_order(table: ArrayLike, other: ArrayLike) -> Array | None:
    """The order in which the columns of one table make the other, table[:, order] == other; None if there is none.

    >>> column_order([[1, 2, 3], [4, 5, 6]], [[3, 1, 2], [6, 4, 5]]).tolist()
    [2, 0, 1]
    """
    first, second = as_table("table", table), as_table("other", other)
    if not len(first):
        raise ValueError("table must have at least one row; got none")
    if first.shape != second.shape:
        return None
    order = np.empty(first.shape[1], np.int64)
    order[np.lexsort(second)] = np.lexsort(first)
    return order if np.array_equal(first[:, order], second) else None


def other_layout(scheme: Absolute | Rotary, positions: int, dim: int) -> Layout | None:
    """Another layout of this scheme whose first positions have the same columns in another order; None: there is none.

    >>> from posenc import scheme
    >>> found = other_layout(scheme("sinusoidal"), 8, 6)
    >>> found.name, found.order.tolist()
    ('concatenated', [0, 3, 1, 4, 2, 5])
    """
    here = with_table(scheme).table(positions, dim, np.float64)
    if not len(here):
        raise ValueError("positions must be at least one; got none")
    known = scheme.parameters().get("layout")
    for name in known.choices if known else ():
        changed: dict[str, Any] = {"layout": name}
        twin = dataclasses.replace(scheme, **changed)
        there = twin.table(positions, dim, np.float64)
        order = column_order(there, here)
        if twin != scheme and order is not None:
            return Layout(name, order, float(np.abs(similarity(here) - similarity(there)).max()))
    return None
