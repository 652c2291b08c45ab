"""What a narrow floating-point type does to the angle position · frequency, measured position by position.

Position, frequency and their product are each rounded to the type, as where a whole model is cast to it.
"""

import numpy as np
from numpy.typing import ArrayLike

from ..numeric.checks import Array, as_choice, as_count, as_positions, as_shaped

PRECISIONS = ("float32", "bfloat16", "float16")
MAX_POSITIONS = 1 << 20
DIGITS = {"float32": 24, "bfloat16": 8, "float16": 11}
"""Binary digits of a number, the leading one included."""
STEP = 1 << 14
TINY = 2.0**-25
"""Half of float16's smallest number: so much may be lost below the range in which it keeps all digits."""


def rounded(values: ArrayLike, precision: str) -> Array:
    """Values as the nearest ones that a precision can hold, as float32; beyond its largest number, infinity.

    NumPy has no bfloat16: a float32 is rounded to its 8 leading binary digits, a tie to the even one.

    >>> rounded([257.0, 0.1], "bfloat16").tolist()
    [256.0, 0.10009765625]
    >>> rounded([65519.0, 65520.0], "float16").tolist()
    [65504.0, inf]
    """
    as_choice("precision", precision, PRECISIONS)
    with np.errstate(over="ignore"):
        single = np.asarray(values, np.float32)
    if precision == "float16":
        inside = np.clip(single, -65504, 65504).astype(np.float16).astype(np.float32)
        return np.where(np.abs(single) < 65520, inside, np.copysign(np.float32(np.inf), single))
    if precision == "float32":
        return single
    bits = single.view(np.uint32)
    nearest = bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return np.where(np.isfinite(single), (nearest & np.uint32(0xFFFF0000)).view(np.float32), single)


def angle_errors(positions: ArrayLike, frequencies: ArrayLike, precision: str) -> Array:
    """How far each angle is off, in turns: (n, pairs) float64, infinite where the precision has no number for it.

    >>> angle_errors([256, 257], [1.0], "bfloat16").round(3).tolist()
    [[0.0], [0.159]]
    """
    where = as_positions(positions).astype(np.float64)[:, None]
    speeds = as_shaped("frequencies", frequencies, (None,))
    return _errors(where, speeds, rounded(speeds, precision), precision)


def largest_errors(frequency: float, positions: ArrayLike, precision: str) -> Array:
    """The largest error of the angle, in turns, over every whole position from 0 to each of these, ascending: (n,).

    >>> largest_errors(1.0, [256, 512], "bfloat16").round(3).tolist()
    [0.0, 0.159]
    """
    last = as_positions(positions)
    held, errors = rounded(frequency, precision), np.empty(int(last[-1]) + 1)
    for begin in range(0, len(errors), STEP):  # small enough to stay in the processor's cache
        where = np.arange(begin, min(begin + STEP, len(errors)), dtype=np.float64)
        errors[begin:][: len(where)] = _errors(where, frequency, held, precision)
    starts = np.concatenate([[0], last[:-1] + 1])
    return np.maximum.accumulate(np.maximum.reduceat(errors, starts))


def first_beyond(frequencies: ArrayLike, turns: float, precision: str, maximum: int = MAX_POSITIONS) -> Array:
    """The first position at which each angle is off by more than so many turns: (pairs,) int64, −1 for none up to most.

    Every position is tried, but for those whose error cannot be that large: rounding changes a number by at most half
    a unit of its last digit.

    >>> first_beyond([1.0, 1e-5], 0.1, "bfloat16").tolist()
    [257, -1]
    """
    last, speeds = as_count("maximum", maximum, 1, MAX_POSITIONS), as_shaped("frequencies", frequencies, (None,))
    held = rounded(speeds, precision)
    half_unit = 2.0 ** -DIGITS[precision]
    a_position = np.abs(held - speeds) + np.abs(held) * (2 * half_unit + half_unit**2)
    with np.errstate(divide="ignore", over="ignore"):
        safe = np.maximum(2 * np.pi * turns - TINY, 0) / np.where(a_position == 0, np.inf, a_position)
    if precision == "float16":  # no number beyond, for the position or for the angle
        safe = np.minimum(safe, 65504 * (1 - 2 * half_unit) / np.maximum(np.abs(held), 1))
    found = [
        _first(speed, near, int(start), last, turns, precision)
        for speed, near, start in zip(speeds, held, np.minimum(safe, last + 1), strict=True)
    ]
    return np.array(found, np.int64)


def first_without(frequency: float, precision: str, maximum: int = MAX_POSITIONS) -> int:
    """The first position for whose angle the precision has no number, −1 for none up to most.

    >>> first_without(1.0, "float16"), first_without(4.0, "float16"), first_without(1.0, "bfloat16")
    (65520, 16380, -1)
    """
    return int(first_beyond([frequency], 1e300, precision, maximum)[0])  # no finite error is that large


def _first(speed: float, held: Array, start: int, last: int, turns: float, precision: str) -> int:
    for begin in range(start, last + 1, STEP):
        where = np.arange(begin, min(begin + STEP, last + 1), dtype=np.float64)
        beyond = _errors(where, speed, held, precision) > turns
        if beyond.any():
            return begin + int(beyond.argmax())
    return -1


def _errors(where: Array, speeds: Array | float, held: Array, precision: str) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        angles = rounded(rounded(where, precision) * held, precision)
        errors = np.abs(angles - where * speeds) / (2 * np.pi)
    errors[np.isnan(errors)] = np.inf
    return errors
