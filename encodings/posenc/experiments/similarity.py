"""Can one rotation move every position by k? Measured on what no rotation changes: dot products."""

from dataclasses import dataclass

import numpy as np

from ..families import Absolute, Rotary, Wave
from ..numeric.checks import Array, as_count
from ..numeric.tolerances import EXACT64

MAX_ROWS = 128


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


def hands(scheme: Absolute | Rotary, dim: int) -> list[Wave]:
    """The pairs of columns that turn as the hand of a clock does, a sine and a cosine of one angle: the sine of each.

    >>> from posenc import scheme
    >>> [hand.power for hand in hands(scheme("sinusoidal"), 6)], hands(scheme("learned"), 6)
    ([0, 2, 4], [])
    """
    waves = [wave for column in range(as_count("dim", dim)) if (wave := scheme.wave(dim, column))]
    cosines = {wave.power for wave in waves if wave.function == "cos"}
    sines = [wave for wave in waves if wave.function == "sin" and wave.power in cosines]
    return sorted(sines, key=lambda wave: wave.power)


def moved(scheme: Absolute | Rotary, k: int, dim: int, length: int) -> Moved:
    """What moving by k does to the dot products of the positions 0…length−1.

    Where those are many, of 128 drawn by chance, and of all that are unlike the others: the first, the last, the ends of
    rows and frames, a row of zeros.

    >>> from posenc import scheme
    >>> moved(scheme("sinusoidal"), 3, 64, 128).same, moved(scheme("sinusoidal"), 3, 5, 128).same
    (True, False)
    """
    of = as_count("length", length, 2) - as_count("k", k, 0, length - 1)
    where = _to_try(scheme, k, dim, of)
    # The last position comes along, for some tables depend on the length.
    rows = scheme.table(np.append(where, length - 1), dim, np.float64)[:-1]
    there = scheme.table(np.append(where + k, length - 1), dim, np.float64)[:-1]
    before, after = rows @ rows.T, there @ there.T
    change = np.abs(after - before)
    # A length is the plainest witness: a change of two positions' product is named where none changes as much.
    one, other = divmod(int(change.argmax()), len(where))
    alone = int(change.diagonal().argmax())
    if change[alone, alone] >= change[one, other] * (1 - EXACT64):
        one = other = alone
    largest = max(np.abs(before).max(), np.abs(after).max())
    return Moved(
        positions=(int(where[one]), int(where[other])),
        before=float(before[one, other]),
        after=float(after[one, other]),
        tried=len(where),
        of=of,
        same=bool(change[one, other] <= EXACT64 * largest),
    )


def _to_try(scheme: Absolute | Rotary, k: int, dim: int, of: int) -> Array:
    """Positions to move: of so many that can be, drawn by chance, for evenly spread ones might step over a grid's edges."""
    if of <= MAX_ROWS:
        return np.arange(of)
    special, waves = [0, of - 1], scheme.axis_waves(dim)
    if waves is not None:
        for tokens in np.cumprod(waves.sizes[:0:-1]):
            special += [int(tokens) - 1, int(tokens)]
    if scheme.empty_row is not None:
        special += [scheme.empty_row, scheme.empty_row - k]
    drawn = np.random.default_rng(0).choice(of, MAX_ROWS, replace=False, shuffle=False)
    where = np.unique(np.append(drawn, special))
    return where[(where >= 0) & (where < of)]
