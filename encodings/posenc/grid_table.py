"""Schemes whose positions are the places of a grid, and their tables, put together from waves along each axis."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .families import Absolute, AxisWaves, Scheme
from .numeric.checks import Array, as_edges, as_floating, as_positions, as_whole
from .numeric.grid import Axis, as_tokens, check_shape, counts
from .numeric.pairs import join
from .numeric.phasors import phasors


class AnyGrid(Scheme):
    """Schemes on a grid of height and width, or of a shape, which may have any number of axes."""

    height: int
    width: int
    shape: tuple[int, ...] | None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_shape(self.shape)

    @property
    def grid(self) -> tuple[int, ...]:
        return self.shape or (self.height, self.width)


class GridTable(Absolute):
    """Absolute schemes whose vectors are put together from waves along each axis of a grid.

    Positions are indices of tokens, row-major; None means all of them.
    """

    @property
    def grid(self) -> tuple[int, ...]:
        return tuple(axis.size for axis in self._axes())

    @property
    def max_length(self) -> int | None:
        return math.prod(self.grid) + self._leading_rows

    @property
    def _leading_rows(self) -> int:
        """The number of rows of zeros before the grid's own."""
        return 0

    def _axes(self) -> tuple[Axis, ...]:
        raise NotImplementedError

    def _frequencies(self, dim: int) -> tuple[Array, ...]:
        """The frequencies of the waves along each axis."""
        raise NotImplementedError

    def _arrange(self, waves: list[Array], coordinates: list[Array], dim: int) -> Array:
        """Features (n, dim) from each axis's waves e^{iθ}, (n, k) complex, and coordinates (n,)."""
        raise NotImplementedError

    def axis_waves(self, dim: int) -> AxisWaves:
        """Which axis of the grid each column of the table runs along, and how long its wave is there.

        >>> from posenc import scheme
        >>> waves = scheme("sincos2d", height=2, width=3).axis_waves(4)
        >>> waves.names, waves.axis.tolist(), waves.wavelengths.round(2).tolist()
        (('row', 'column'), [0, 1, 0, 1], [6.28, 6.28, 6.28, 6.28])
        """
        axes, frequencies = self._axes(), self._frequencies(dim)
        speeds = [axis.step * own for axis, own in zip(axes, frequencies, strict=True)]
        # Arranged as the table is, but from the numbers of the axes, so that each column tells which axis it runs along.
        along = self._marked(
            [np.full(len(own), index) for index, own in enumerate(speeds)], list(range(len(axes))), dim
        )
        with np.errstate(divide="ignore"):
            wavelengths = 2 * np.pi / np.abs(self._marked(speeds, [np.nan] * len(axes), dim))
        return AxisWaves(self.axis_names, self.grid, along.astype(np.int64), wavelengths)

    def _marked(self, waves: list[Array], coordinates: list[float], dim: int) -> Array:
        """One row of the table, (dim,), with these numbers in place of sine and cosine and of the coordinates."""
        both = [wave[None] * (1 + 1j) for wave in waves]
        return self._arrange(both, [np.array([float(mark)]) for mark in coordinates], dim)[0]

    def table(self, positions: Any, dim: int, dtype: DTypeLike = np.float32) -> Array:
        """The vectors of these tokens, row-major, or of all with None: (n, dim)."""
        precision, axes = as_floating(dtype), self._axes()
        tokens = as_tokens(positions, self.grid, self._leading_rows) - self._leading_rows
        places = np.unravel_index(np.maximum(tokens, 0), self.grid)
        waves = self._waves(dim, precision)
        table = self._arrange(
            [wave[place] for wave, place in zip(waves, places, strict=True)],
            [axis.coordinates()[place] for axis, place in zip(axes, places, strict=True)],
            dim,
        ).astype(precision, copy=False)
        table[tokens < 0] = 0
        return table

    @property
    def empty_row(self) -> int | None:
        return 0 if self._leading_rows else None

    def row_norm(self, dim: int) -> float | None:
        pairs = self._pairs(dim)
        return None if pairs is None else float(np.sqrt(pairs))

    def mean_table(self, edges: Array, dim: int) -> Array:
        axes, borders = self._axes(), as_edges(edges)
        as_tokens(borders[[0, -1]] - [0, 1], self.grid, self._leading_rows)
        found = counts(np.maximum(borders - self._leading_rows, 0), self.grid)
        spread = [tokens / np.diff(borders)[:, None] for tokens in found]
        waves = self._waves(dim, np.dtype(np.float64))
        return self._arrange(
            [share @ wave for share, wave in zip(spread, waves, strict=True)],
            [share @ axis.coordinates() for share, axis in zip(spread, axes, strict=True)],
            dim,
        )

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        """The dot product of two tokens of one row so many columns apart.

        Where lone sines, or the coordinates themselves, make it depend on the place: its mean over all such pairs of
        the grid, at whole offsets, and not a number beyond the row.
        """
        where = as_positions(offsets, "offsets")
        if self._pairs(dim) is None:
            distances, places = np.unique(np.abs(as_whole("offsets", where)), return_inverse=True)
            return self._per_head(np.array([self._mean_product(k, dim) for k in distances])[places], heads)
        *others, column = self._frequencies(dim)
        along = phasors(where, column * self._axes()[-1].step, np.dtype(np.float64)).real
        waves = [np.ones((len(where), len(other))) for other in others] + [along]
        nowhere = [np.zeros(len(where))] * len(waves)
        squares = self._arrange([wave * (1 + 1j) for wave in waves], nowhere, dim)  # cos² + sin² = 1: ½ for each
        return self._per_head(squares.sum(1) / 2, heads)

    def _pairs(self, dim: int) -> int | None:
        """How many (sin, cos) pairs the features are; None where there are lone sines, or coordinates."""
        sines, cosines, coordinates = (self._sum(dim, *one) for one in ((1j, 0.0), (1 + 0j, 0.0), (0j, 1.0)))
        return sines if sines == cosines and not coordinates else None

    def _sum(self, dim: int, wave: complex, place: float) -> int:
        """The sum of the features of a token, were this each of its waves, and this each of its coordinates."""
        waves = [np.full((1, len(frequencies)), wave) for frequencies in self._frequencies(dim)]
        return int(self._arrange(waves, [np.array([place])] * len(waves), dim).sum())

    def _mean_product(self, apart: int, dim: int) -> float:
        """The mean dot product of all pairs of tokens that stand so many columns apart in one row."""
        axes, waves = self._axes(), self._waves(dim, np.dtype(np.float64))
        if apart >= axes[-1].size:
            return np.nan
        steps = [*[0] * (len(axes) - 1), apart]
        products = [_mean_product(wave, step) for wave, step in zip(waves, steps, strict=True)]
        places = [axis.coordinates()[:, None] for axis in axes]
        squares = [_mean_product(place, step).real[0] for place, step in zip(places, steps, strict=True)]
        return float(self._arrange(products, squares, dim).sum())

    def _waves(self, dim: int, dtype: np.dtype[Any]) -> list[Array]:
        """e^{iθ} at each coordinate of each axis: (size, k) complex."""
        axes = zip(self._axes(), self._frequencies(dim), strict=True)
        return [phasors(axis.coordinates(), frequencies, dtype) for axis, frequencies in axes]


def blocks(waves: list[Array]) -> Array:
    """Sines, then cosines of the first axis, then the next's: (n, features)."""
    return np.concatenate([part for wave in waves for part in (wave.imag, wave.real)], 1)


def interleaved(waves: list[Array]) -> Array:
    """Sine and cosine of each wave side by side, one axis after the other: (n, features)."""
    return np.concatenate([join(wave.imag, wave.real, "interleaved") for wave in waves], 1)


def _mean_product(waves: Array, step: int) -> Array:
    """The mean product of each row's real parts with those so many rows on, and of the imaginary ones: (1, k)."""
    near, far = waves[: len(waves) - step], waves[step:]
    return (near.real * far.real + 1j * (near.imag * far.imag)).mean(0, keepdims=True)
