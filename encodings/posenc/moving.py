"""Can one rotation move every position by k? Measured on what no rotation changes: dot products."""

from dataclasses import dataclass

import numpy as np

from .checks import as_count
from .family import Absolute, Rotary

MOST_ROWS = 128
ROUNDING = 1e-9
"""A dot product of float64 vectors that changes by less than this part of the largest has not changed."""


@dataclass(frozen=True)
class Moved:
    """The dot product that changes most when both of its positions move by k.

    One matrix M with table[p + k] = M table[p] for every p tried that changes no length and no angle, a rotation,
    exists exactly where no dot product changes.
    """

    positions: tuple[int, int]
    """Before the move; the same twice where a vector's length changes most."""
    before: float
    after: float
    tried: int
    """How many positions were moved."""
    of: int
    """How many can be."""
    same: bool
    """Whether no dot product changes by more than rounding."""


def moved(scheme: Absolute | Rotary, k: int, dim: int, length: int) -> Moved:
    """What moving by k does to the dot products of the positions 0…length−1: of up to 128, spread evenly, and a zero row.

    >>> from posenc import scheme
    >>> moved(scheme("sinusoidal"), 3, 64, 128).same, moved(scheme("sinusoidal"), 3, 5, 128).same
    (True, False)
    """
    of = as_count("length", length, 2) - as_count("k", k, 0, length - 1)
    where = np.linspace(0, of - 1, min(of, MOST_ROWS)).astype(np.int64)
    if scheme.zero_row is not None:  # no sample may miss it, neither as it is nor as what another becomes
        where = np.append(where, [scheme.zero_row, scheme.zero_row - k])
    where = np.unique(where[(where >= 0) & (where < of)])
    # The last position comes along, for some tables depend on the length.
    rows = scheme.table(np.append(where, length - 1), dim, np.float64)[:-1]
    there = scheme.table(np.append(where + k, length - 1), dim, np.float64)[:-1]
    before, after = rows @ rows.T, there @ there.T
    change = np.abs(after - before)
    # A length is the plainest witness: a change of two positions' product is named where none changes as much.
    one, other = divmod(int(change.argmax()), len(where))
    alone = int(change.diagonal().argmax())
    if change[alone, alone] >= change[one, other] * (1 - ROUNDING):
        one = other = alone
    largest = max(np.abs(before).max(), np.abs(after).max())
    return Moved(
        positions=(int(where[one]), int(where[other])),
        before=float(before[one, other]),
        after=float(after[one, other]),
        tried=len(where),
        of=of,
        same=bool(change[one, other] <= ROUNDING * largest),
    )
