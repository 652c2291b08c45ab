"""What Heatmap shows beside the table: a binary counter, and one layout as a permutation of another's columns."""

import dataclasses
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..families import Absolute, Rotary, with_table
from ..numeric.checks import Array, as_count, as_numbers, as_table, as_whole
from ..numeric.phasors import phasors
from ..similarities import similarity


def binary_counter(length: int, bits: int) -> tuple[Array, Array]:
    """The bits of 0…length−1, and the waves that smooth them: two arrays (length, bits), values 0…1.

    Bit k is 0 for 2^k positions, then 1 for as many. Its wave is as long, (1 − sin(2π(p + ½)/2^(k+1)))/2: rounded,
    it is the bit, so a sinusoidal encoding counts as a binary counter does, with waves for its bits.

    >>> bits, waves = binary_counter(4, 2)
    >>> bits.tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    >>> bool((np.rint(waves) == bits).all())
    True
    """
    positions = np.arange(as_count("length", length))
    places = np.arange(as_count("bits", bits, maximum=62))
    waves = phasors(positions + 0.5, np.pi / 2.0**places, np.dtype(np.float64)).imag
    return positions[:, None] >> places & 1, (1 - waves) / 2


def rounded_bits(bits: ArrayLike, waves: ArrayLike) -> int:
    """How many of the bits equal the waves when these are rounded.

    >>> rounded_bits([[0, 1]], [[0.1, 0.9]])
    2
    """
    counted, smooth = as_whole("bits", bits), as_numbers("waves", waves)
    if counted.shape != smooth.shape:
        raise ValueError(f"bits and waves must be of one shape; got {counted.shape} and {smooth.shape}")
    return int((np.rint(smooth) == counted).sum())


NEIGHBOURS = 256
"""How many pairs of neighbouring positions are looked at, where there are more."""


def steps(scheme: Absolute | Rotary, length: int, dim: int) -> Array:
    """How much the number in each column changes from one position to the next, on average: (dim,).

    >>> from posenc import scheme
    >>> fast, slow = steps(scheme("sinusoidal"), 128, 64)[[0, 62]]
    >>> bool(fast > 100 * slow)
    True
    """
    last = as_count("length", length, 2) - 1
    where = np.unique(np.linspace(0, last - 1, min(last, NEIGHBOURS)).astype(np.int64))
    # The last position comes along, for some tables depend on the length.
    rows = with_table(scheme).table(np.concatenate([where, where + 1, [last]]), dim, np.float64)
    return np.asarray(np.abs(rows[len(where) : -1] - rows[: len(where)]).mean(0))


def place_on_grid(scheme: Absolute | Rotary, position: int, dim: int) -> dict[str, int] | None:
    """The row, column, … of the grid that a position numbers; None: no grid, or the position of a class token.

    >>> from posenc import scheme
    >>> place_on_grid(scheme("sincos2d", height=3, width=4), 6, 8)
    {'row': 1, 'column': 2}
    """
    waves = scheme.axis_waves(dim)
    token = as_count("position", position, 0) - (scheme.empty_row == 0)
    if waves is None or not 0 <= token < np.prod(waves.sizes):
        return None
    places = np.unravel_index(token, waves.sizes)
    return {name: int(place) for name, place in zip(waves.names, places, strict=True)}


class Layout(NamedTuple):
    """A layout whose table holds the same columns as another's, in another order."""

    name: str
    order: Array
    """(dim,): table[:, order] is the other table."""
    error: float
    """The largest difference between the dot products of both tables."""
    own: str
    """The name of the other layout."""


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
    """Another layout of this scheme that gives the first positions the same columns in another order, or None.

    >>> from posenc import scheme
    >>> found = other_layout(scheme("sinusoidal"), 8, 6)
    >>> found.name, found.order.tolist()
    ('concatenated', [0, 3, 1, 4, 2, 5])
    """
    here = with_table(scheme).table(positions, dim, np.float64)
    if not len(here):
        raise ValueError("positions must be at least one; got none")
    layouts = scheme.parameters().get("layout")
    own = str(getattr(scheme, layouts.name)) if layouts else ""
    for name in layouts.choices if layouts else ():
        changed: dict[str, Any] = {"layout": name}
        other = dataclasses.replace(scheme, **changed)
        there = other.table(positions, dim, np.float64)
        order = column_order(there, here)
        if other != scheme and order is not None:
            return Layout(name, order, float(np.abs(similarity(here) - similarity(there)).max()), own)
    return None
