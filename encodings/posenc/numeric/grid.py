"""Tokens of a grid, row-major: the last axis (the column, in an image) runs fastest."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .checks import Array, as_positions, refuse, shown

MAX_SIDE, MAX_AXES, MAX_TOKENS = 1024, 16, 1 << 24
"""Places along an axis of a grid, axes, and places of the whole grid."""


@dataclass(frozen=True)
class Axis:
    """One axis of a grid: `size` evenly spaced coordinates.

    >>> Axis(3, first=0.5, step=2.0).coordinates().tolist()
    [0.5, 2.5, 4.5]
    """

    size: int
    first: float = 0.0
    step: float = 1.0

    @classmethod
    def symmetric(cls, size: int) -> "Axis":
        """From −1 to 1, both included; a single coordinate is −1, as in numpy.linspace."""
        return cls(size, -1.0, 2.0 / (size - 1) if size > 1 else 0.0)

    def times(self, factor: float) -> "Axis":
        return Axis(self.size, self.first * factor, self.step * factor)

    def coordinates(self) -> Array:
        return self.first + self.step * np.arange(self.size)


def usual_names(count: int) -> tuple[str, ...]:
    """What the places along each axis of a grid are called.

    >>> usual_names(2), usual_names(3), usual_names(1)
    (('row', 'column'), ('frame', 'row', 'column'), ('place',))
    """
    usual: dict[int, tuple[str, ...]] = {1: ("place",), 2: ("row", "column"), 3: ("frame", "row", "column")}
    return usual.get(count, tuple(f"step of axis {axis + 1}" for axis in range(count)))


def check_shape(shape: Any) -> None:
    """Raise a ValueError unless a shape is None, or the sizes of some axes, each of them checked already.

    >>> check_shape((1024, 1024, 1024))
    Traceback (most recent call last):
    ValueError: shape must be of at most 16 axes and 16777216 tokens; got (1024, 1024, 1024)
    """
    if shape is None:
        return
    if not isinstance(shape, tuple) or not shape:
        raise ValueError(f"shape must be the sizes of one or more axes; got {shown(shape)}")
    if len(shape) > MAX_AXES or math.prod(shape) > MAX_TOKENS:
        raise ValueError(f"shape must be of at most {MAX_AXES} axes and {MAX_TOKENS} tokens; got {shown(shape)}")


def as_tokens(positions: Any, shape: tuple[int, ...], more: int = 0) -> Array:
    """Indices of tokens of a grid, (n,) int64: None means all of them. `more` tokens stand beside the grid's.

    >>> as_tokens(None, (2, 2)).tolist()
    [0, 1, 2, 3]
    >>> as_tokens(5, (2, 2))
    Traceback (most recent call last):
    ValueError: positions must be whole numbers from 0 to 3, the tokens of a 2 × 2 grid; got 4
    """
    count = math.prod(shape) + more
    where = as_positions(count if positions is None else positions)
    grid = " × ".join(map(str, shape)) + " grid" + (" and its class token" if more else "")
    allowed = f"positions must be whole numbers from 0 to {count - 1}, the tokens of a {grid}"
    refuse(allowed, where, (where < 0) | (where >= count) | (where != np.floor(where)))
    return where.astype(np.int64)


def counts(edges: Array, shape: tuple[int, ...]) -> list[Array]:
    """How many of each range of tokens a…b−1 stand at each coordinate: for each axis (len(edges) − 1, size).

    >>> [axis.tolist() for axis in counts(np.array([0, 3, 4]), (2, 2))]
    [[[2, 1], [0, 1]], [[2, 1], [0, 1]]]
    """
    found = []
    for axis, size in enumerate(shape):
        stride = math.prod(shape[axis + 1 :])  # so many tokens stand at a coordinate before the next
        whole, part = np.divmod(edges[:, None], size * stride)
        found.append(np.diff(whole * stride + np.clip(part - np.arange(size) * stride, 0, stride), axis=0))
    return found
