"""The one kernel under every sinusoid and every rotation: e^{ipω} for positions p and frequencies ω.

Angles are float64 whatever the result's precision, because a float32 angle loses its digits far out.
"""

import math

import numpy as np

from .checks import Array

# Consecutive positions are split p = B·q + r with B of about √n: e^{ipω} = e^{iBqω} · e^{irω}. That takes 2√n rows
# of sines and one complex multiplication a pair, 8 to 20 times faster than n rows of sines. The 2√n rows are split
# once more, in complex128, into four of fourth roots: a quarter off 4,096 × 1,024.


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
    precision = np.complex64 if dtype.itemsize <= 4 else np.complex128
    n = len(positions)
    if n < 16 or not consecutive(positions):
        return _exact(positions, frequencies, phase).astype(precision)
    block = math.isqrt(n - 1) + 1
    coarse = _evenly(positions[0], block, -(-n // block), frequencies, phase).astype(precision)
    fine = _evenly(0, 1, block, frequencies).astype(precision)
    return _products(coarse, fine)[:n]


def mean_phasors(edges: Array, frequencies: Array, phase: complex = 1) -> Array:
    """The exact mean of e^{ipω} · phase over the positions a…b−1 between neighbouring edges: (len(edges) − 1, m).

    A geometric series: e^{iω(a+b−1)/2} · sin(ω(b−a)/2) / ((b−a) sin(ω/2)), the same cost however wide the range.
    Frequencies up to π radians per position.

    >>> mean_phasors(np.array([0, 2]), np.array([np.pi])).round(12).tolist()
    [[0j]]
    """
    first, behind = edges[:-1], edges[1:]
    centres = (first + behind - 1) / 2
    turns = np.abs(frequencies) / (2 * np.pi)
    shrink = np.sinc((behind - first)[:, None] * turns) / np.sinc(turns)
    return _exact(centres, frequencies, phase) * shrink


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


def _evenly(start: int, step: int, count: int, frequencies: Array, phase: complex = 1) -> Array:
    """e^{ipω} · phase for the positions start + step·k, k < count: (count, m) complex128."""
    block = math.isqrt(count - 1) + 1
    coarse = _exact(start + step * np.arange(0, count, block), frequencies, phase)
    fine = _exact(step * np.arange(block), frequencies)
    return _products(coarse, fine)[:count]


def _products(coarse: Array, fine: Array) -> Array:
    """Each row of `coarse` times every row of `fine`: (len(coarse) · len(fine), m)."""
    return (coarse[:, None, :] * fine).reshape(-1, fine.shape[1])


def _exact(positions: Array, frequencies: Array, phase: complex = 1) -> Array:
    angles = np.asarray(positions, np.float64)[:, None] * frequencies
    waves = np.empty(angles.shape, np.complex128)
    np.cos(angles, out=waves.real)
    np.sin(angles, out=waves.imag)
    return waves if phase == 1 else waves * phase
