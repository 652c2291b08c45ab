"""The one kernel under every sinusoid and every rotation: e^{ipω} for positions p and frequencies ω.

Angles are float64 whatever the result's precision, because a float32 angle loses its digits far out.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from .checks import Array

# Consecutive positions are split p = B·q + r with B of about √n: e^{ipω} = e^{iBqω} · e^{irω}. That takes 2√n rows and
# one complex multiplication a pair, 8 to 20 times faster than n rows of sines. The 2√n rows come by doubling, from a
# row of sines each: e^{i(k + 2ʲ)ω} = e^{ikω} · e^{i2ʲω}, in complex128, where ten doublings lose 1e-13.
FEW = 16
"""Fewer rows than this are sines themselves."""
SMALL = 0.05
"""Half of the angle that a range of positions turns through, in radians: below this a series is the better sum."""


def geometric(base: float, dim: float, count: int) -> Array:
    """The frequencies base^(−2i/dim), i < count: (count,) float64, radians per position.

    Vaswani et al. 2017, arXiv:1706.03762, section 3.5.

    >>> geometric(10000.0, 4, 2)
    array([1.  , 0.01])
    """
    return float(base) ** (-2.0 * np.arange(count) / dim)


def phasors(positions: Array, frequencies: Array, dtype: np.dtype, phase: complex = 1) -> Array:
    """e^{ipω} · phase, (n, m): complex64 for a dtype of up to 32 bits, else complex128.

    >>> phasors(np.array([0, 1]), np.array([np.pi / 2]), np.dtype("float64")).round(3).tolist()
    [[(1+0j)], [1j]]
    """
    if len(positions) < FEW or not consecutive(positions):
        return _exact(positions, frequencies, phase).astype(_complex(dtype))
    coarse, fine = _factors(positions, frequencies, dtype, phase)
    return (coarse[:, None, :] * fine).reshape(len(coarse) * len(fine), fine.shape[1])[: len(positions)]


def phasors_apart(positions: Array, frequencies: Array, dtype: np.dtype, phase: complex = 1) -> Array:
    """The same as all real parts, then all imaginary parts: (n, 2m) real, of at least 32 bits.

    Split block by block, while a block is in the processor's cache: half the time of splitting the whole.

    >>> phasors_apart(np.array([0, 1]), np.array([np.pi / 2]), np.dtype("float64")).round(3).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    m = len(frequencies)
    if len(positions) < FEW or not consecutive(positions):
        waves = _exact(positions, frequencies, phase).astype(_complex(dtype))
        return np.concatenate([waves.real, waves.imag], 1)
    coarse, fine = _factors(positions, frequencies, dtype, phase)
    apart, block = np.empty((len(coarse), len(fine), 2 * m), fine.real.dtype), np.empty_like(fine)
    for rows, first in zip(apart, coarse, strict=True):
        np.multiply(first, fine, out=block)
        rows[:, :m], rows[:, m:] = block.real, block.imag
    return apart.reshape(len(coarse) * len(fine), 2 * m)[: len(positions)]


def mean_phasors(edges: Array, frequencies: Array, phase: complex = 1) -> Array:
    """The exact mean of e^{ipω} · phase over the positions a…b−1 between neighbouring edges: (len(edges) − 1, m).

    A geometric series: e^{iω(a+b−1)/2} · sin(ω(b−a)/2) / ((b−a) sin(ω/2)), the same cost however wide the range.

    >>> mean_phasors(np.array([0, 2]), np.array([np.pi])).round(12).tolist()
    [[0j]]
    """
    first, widths, seen = edges[:-1], np.diff(edges), _as_seen(frequencies)
    if (widths == widths[0]).all():
        widths = widths[:1]
        centres = _evenly(first[0] + (widths[0] - 1) / 2, widths[0], len(first), seen, phase)
    else:
        centres = _exact(first + (widths - 1) / 2, seen, phase)
    return centres * _shrunk(widths, seen)


def mean_spreads(edges: Array, frequencies: Array) -> Array:
    """The mean of |e^{ipω} − the mean of all|² over the positions a…b−1 between neighbouring edges: (len(edges) − 1, m).

    That is 1 − D², D the length of the mean: for turns so small that it would lose its digits, by the series of ln D.

    >>> mean_spreads(np.array([0, 2]), np.array([np.pi, 1e-9]))[0].tolist()
    [1.0, 2.5e-19]
    """
    widths, seen = np.diff(edges).astype(np.float64)[:, None], _as_seen(frequencies)
    powers = (seen / 2) ** 2
    grown = widths**2 * powers
    logarithm = (grown - powers) / 3 + (grown**2 - powers**2) / 90 + 2 * (grown**3 - powers**3) / 2835
    small = grown < SMALL**2
    return np.where(small, -np.expm1(-np.where(small, logarithm, 0)), 1 - _shrunk(widths[:, 0], seen) ** 2)


def rotation(angles: Array, apart: bool) -> Array:
    """The matrix that adds each angle to its (sin, cos) pair: (2m, 2m); apart: all sines first, then all cosines.

    >>> rotation(np.array([np.pi / 2]), apart=False).round(12).tolist()
    [[0.0, 1.0], [-1.0, 0.0]]
    """
    pairs = np.arange(len(angles))
    sines, cosines = (pairs, pairs + len(angles)) if apart else (2 * pairs, 2 * pairs + 1)
    matrix = np.zeros((2 * len(angles), 2 * len(angles)))
    matrix[sines, sines] = matrix[cosines, cosines] = np.cos(angles)
    matrix[sines, cosines] = np.sin(angles)
    matrix[cosines, sines] = -np.sin(angles)
    return matrix


def consecutive(positions: Array) -> bool:
    """Whether the positions are whole and each is one more than the last."""
    return positions.dtype.kind in "iu" and bool((np.diff(positions) == 1).all())


def _factors(positions: Array, frequencies: Array, dtype: np.dtype, phase: complex) -> tuple[Array, Array]:
    """Two tables: each row of the first times each row of the second are the phasors, and some more at the end."""
    block = math.isqrt(len(positions) - 1) + 1
    coarse = _evenly(positions[0], block, -(-len(positions) // block), frequencies, phase)
    fine = _evenly(0, 1, block, frequencies)
    return coarse.astype(_complex(dtype)), fine.astype(_complex(dtype))


def _evenly(start: float, step: float, count: int, frequencies: Array, phase: complex = 1) -> Array:
    """e^{ipω} · phase for the positions start + step·k, k < count: (count, m) complex128."""
    waves = np.empty((count, len(frequencies)), np.complex128)
    waves[:1], turn = _exact([start], frequencies, phase), _exact([step], frequencies)
    done = 1
    while done < count:
        more = min(done, count - done)
        np.multiply(waves[:more], turn, out=waves[done : done + more])
        turn, done = turn * turn, done + more
    return waves


def _as_seen(frequencies: Array) -> Array:
    """The same turns from −π to π, as they look at whole positions: a whole turn a position is none."""
    return frequencies - 2 * np.pi * np.rint(frequencies / (2 * np.pi))


def _shrunk(widths: Array, frequencies: Array) -> Array:
    """How long the mean of so many phasors in a row is, at up to π radians apart: (widths, m)."""
    turns = np.abs(frequencies) / (2 * np.pi)
    return np.sinc(widths[:, None] * turns) / np.sinc(turns)


def _exact(positions: ArrayLike, frequencies: Array, phase: complex = 1) -> Array:
    angles = np.asarray(positions, np.float64)[:, None] * frequencies
    waves = np.empty(angles.shape, np.complex128)
    np.cos(angles, out=waves.real)
    np.sin(angles, out=waves.imag)
    return waves if phase == 1 else waves * phase


def _complex(dtype: np.dtype) -> type[np.complexfloating]:
    return np.complex64 if dtype.itemsize <= 4 else np.complex128
