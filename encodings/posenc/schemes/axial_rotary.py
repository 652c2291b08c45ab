"""Rotary embedding on a grid: some pairs rotate with the row, the others with the column."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..families import AxisWaves, Paper, Rotary, Scheme
from ..fourier_features import bands
from ..grid_table import AnyGrid
from ..numeric.checks import Array, as_count, as_edges, as_positions, as_shaped, as_vectors
from ..numeric.grid import MAX_SIDE, Axis, as_tokens, counts
from ..numeric.pairs import arrange, join, rotate_pairs
from ..numeric.phasors import geometric, phasors
from ..parameters import parameter


def in_equal_ratios(scheme: "AxialRotary", axes: int, count: int) -> list[Array]:
    """For each axis the frequencies of plain rotary embedding: (count,) an axis."""
    return [geometric(scheme.temperature, 2 * count, count)] * axes


def dealt_out(scheme: "AxialRotary", axes: int, count: int) -> list[Array]:
    """The frequencies of the whole vector, dealt out to the axes one by one: (count,) an axis."""
    whole = geometric(scheme.temperature, 2 * axes * count, axes * count)
    return [whole[axis::axes] for axis in range(axes)]


def up_to_max_resolution(scheme: "AxialRotary", axes: int, count: int) -> list[Array]:
    """For each axis the bands of Fourier features up to max_resolution: (count,) an axis."""
    return [bands(count, scheme.max_resolution, scheme.linear_bands)] * axes


def up_to_max_freq(scheme: "AxialRotary", axes: int, count: int) -> list[Array]:
    """For each axis bands in equal steps up to max_freq: (count,) an axis."""
    return [bands(count, scheme.max_freq, linear=True)] * axes


@dataclass(frozen=True)
class Form:
    """How one model or library lays out pairs, counts coordinates, and chooses frequencies."""

    layout: str = "interleaved"
    axis: Callable[[int, float], Axis] = Axis
    """The axis of this size; the coordinates of some forms begin at the scheme's grid_offset."""
    frequencies: Callable[["AxialRotary", int, int], list[Array]] = in_equal_ratios
    """The frequencies of a scheme, for this number of axes and of pairs an axis."""
    column_first: bool = False
    class_token: bool = False
    """Whether a token that does not rotate comes after the grid's."""


FORMS = {
    "index": Form(),
    "pixel": Form(axis=lambda size, _: Axis.symmetric(size), frequencies=up_to_max_resolution),
    "dinov3": Form("half", axis=lambda size, _: Axis(size, 1 / size - 1, 2 / size).times(2 * np.pi)),
    "pixtral": Form("half", frequencies=dealt_out),
    "qwen2vl-vision": Form("half"),
    "llama4-vision": Form(axis=lambda size, offset: Axis(size, offset + 1), column_first=True, class_token=True),
    "ret-lang": Form(),
    "ret-pixel": Form(axis=lambda size, _: Axis.symmetric(size), frequencies=up_to_max_freq),
}


@dataclass(frozen=True)
class AxialRotary(AnyGrid, Rotary):
    """The rotary embedding of image models: the first half of the pairs rotates with the row, the second with the column.

    Heo et al. 2024, arXiv:2403.13298 (RoPE-Axial, there with the column first and T = 100). Each form is a model's or
    library's:

    - "index" (timm, EVA): coordinates 0, 1, 2, …, moved by grid_offset, and times reference/size where a reference
      size is given; "qwen2vl-vision" and "ret-lang" are the same; "llama4-vision" counts from 1, puts the column
      first and ends with a class token that does not rotate;
    - "pixel" (timm): coordinates from −1 to 1 at the bands of Fourier features up to max_resolution; "ret-pixel"
      (rotary-embedding-torch): evenly spaced bands up to max_freq;
    - "dinov3": the middles of the cells, from −1 to 1, times 2π;
    - "pixtral": the axes take turns at the frequencies of the whole vector.

    Positions are indices of tokens, row-major; None means all of them.

    >>> AxialRotary(height=1, width=3).rotate(np.ones((3, 4)), None).round(2).tolist()
    [[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, -0.3, 1.38], [1.0, 1.0, -1.33, 0.49]]
    """

    id = "axial_rotary"
    title = "Axial rotary (2-D RoPE)"
    paper = Paper("Heo et al.", 2024, "Rotary Position Embedding for Vision Transformer", "2403.13298")
    formula = r"\theta_i = r\,\omega_i \ (i < d/4), \quad \theta_{d/4 + i} = c\,\omega_i, \quad \omega_i = T^{-4i/d}"
    idea = "Rotary for pictures: half of the pairs turn with the row, the other half with the column."
    letters = (
        r"$\theta_i$ angle of a pair; $i$ number of the pair; $r, c$ row and column"
        r"; $\omega_i$ how far a pair turns from one row or column to the next; $T$ the temperature, a base"
        "; $d$ how many dimensions a head has"
    )
    used_by = (
        "Qwen2-VL for images; RoPE-ViT, Llama 4 (the column first), EVA-02, DINOv3, Pixtral (scaled or shared out)"
    )

    height: int = parameter(14, "Rows of the grid.", minimum=1, maximum=MAX_SIDE)
    width: int = parameter(14, "Columns of the grid.", minimum=1, maximum=MAX_SIDE)
    temperature: float = parameter(
        10000.0,
        "The larger, the slower the later pairs of an axis; not for pixel, ret-pixel.",
        minimum=1.0,
        maximum=1e9,
    )
    form: str = parameter("index", "Whose coordinates and frequencies.", choices=tuple(FORMS))
    layout: str = parameter(
        None,
        "Which features form a pair: (i, i + dim/2) or (2i, 2i + 1); the form's own unless set.",
        choices=("half", "interleaved"),
        optional=True,
    )
    max_resolution: float = parameter(
        224.0, "pixel: frequencies run from π to π/2 times it, radians a unit.", minimum=1.0, maximum=1e6
    )
    linear_bands: bool = parameter(False, "pixel: frequencies evenly spaced, not in octaves.")
    max_freq: float = parameter(
        10.0, "ret-pixel: frequencies run from π to π/2 times it, radians a unit.", minimum=1.0, maximum=1e6
    )
    reference_height: int | None = parameter(
        None, "The height it was trained at: rows are stretched to it.", minimum=0, maximum=MAX_SIDE, optional=True
    )
    reference_width: int | None = parameter(
        None, "The width it was trained at: columns are stretched to it.", minimum=0, maximum=MAX_SIDE, optional=True
    )
    grid_offset: float = parameter(
        0.0, "Added to rows and columns; not for pixel, ret-pixel, dinov3.", minimum=-1e6, maximum=1e6
    )
    column_first: bool = parameter(False, "The column's pairs come first; tokens stay row-major.")
    shape: tuple[int, ...] | None = parameter(
        None,
        "A grid of any number of axes, instead of height and width.",
        minimum=1,
        maximum=MAX_SIDE,
        optional=True,
        several=True,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.grid) != 2 and (self.reference_height or self.reference_width):
            raise ValueError(f"shape must have two axes for a reference height or width; got {self.shape}")
        if self.layout is None:
            object.__setattr__(self, "layout", self._form.layout)

    @property
    def max_length(self) -> int | None:
        return math.prod(self.grid) + self._form.class_token

    @property
    def _form(self) -> Form:
        return FORMS[self.form]

    def frequencies(self, dim: int, length: int | None = None) -> Array:
        """The frequency of each pair, in radians a step along its axis: (dim/2,) float64."""
        pairs = zip(self._axes(), self._frequencies(dim), strict=True)
        return np.concatenate(self._ordered([axis.step * frequencies for axis, frequencies in pairs]))

    # From token to token the angle jumps at the end of each row, so what holds for positions in a line does not here.
    wavelengths, shift_matrix, mean_spread = Scheme.wavelengths, Scheme.shift_matrix, Scheme.mean_spread

    def axis_waves(self, dim: int) -> AxisWaves:
        """Which axis of the grid each column of the table runs along, and how long its wave is there.

        >>> AxialRotary(form="pixtral").axis_waves(8).axis.tolist()
        [0, 0, 1, 1, 0, 0, 1, 1]
        """
        marks = [np.full(len(own), axis) for axis, own in enumerate(self._frequencies(dim))]
        with np.errstate(divide="ignore"):
            waves = 2 * np.pi / np.abs(self.frequencies(dim))
        axis, wavelengths = (join(part, part, self.layout) for part in (np.concatenate(self._ordered(marks)), waves))
        return AxisWaves(self.axis_names, self.grid, axis, wavelengths)

    def mean_table(self, edges: Array, dim: int) -> Array:
        borders = as_edges(edges)
        as_tokens(borders[[0, -1]] - [0, 1], self.grid, self._form.class_token)
        found = counts(np.minimum(borders, math.prod(self.grid)), self.grid)
        waves = self._waves(dim, np.dtype(np.float64))
        sums = np.concatenate(self._ordered([n @ wave for n, wave in zip(found, waves, strict=True)]), 1)
        tokens = np.diff(borders)[:, None]
        return arrange((sums + (tokens - found[0].sum(1, keepdims=True))) / tokens, self.layout)

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        """For two tokens of one row, so many columns apart: only the column's pairs rotate."""
        where, pairs = as_positions(offsets, "offsets"), as_count("dim", dim, 2, multiple=2) // 2
        speeds = self._axes()[-1].step * self._frequencies(dim)[-1]
        rotating = phasors(where, speeds, np.dtype(np.float64)).real.sum(1)
        return self._per_head((rotating + pairs - len(speeds)) / pairs, heads)

    def rotate_mixed(self, x: ArrayLike, frequencies: ArrayLike) -> Array:
        """x (…, heads, height·width, dim) rotated by a model's learned frequencies (2, heads, dim/2): column's, row's.

        RoPE-Mixed of the same paper: pair i of head h, interleaved, is rotated by column · frequencies[0, h, i] +
        row · frequencies[1, h, i].
        """
        vectors, tokens = as_vectors("x", x), self.height * self.width
        if vectors.ndim < 3 or vectors.shape[-2] != tokens:
            raise ValueError(f"x must have shape (…, heads, {tokens}, dim); got {vectors.shape}")
        learned = as_shaped("frequencies", frequencies, (2, vectors.shape[-3], vectors.shape[-1] // 2))
        row, column = np.divmod(np.arange(tokens)[:, None], self.width)
        angles = column * learned[0][:, None] + row * learned[1][:, None]
        return rotate_pairs(vectors, np.exp(1j * angles), "interleaved")

    def _ordered(self, parts: list[Array]) -> list[Array]:
        return parts[::-1] if self.column_first or self._form.column_first else parts

    def _axes(self) -> tuple[Axis, ...]:
        trained = (self.reference_height, self.reference_width) if len(self.grid) == 2 else (None,) * len(self.grid)
        return tuple(
            self._form.axis(size, self.grid_offset).times((reference or size) / size)
            for size, reference in zip(self.grid, trained, strict=True)
        )

    def _frequencies(self, dim: int) -> list[Array]:
        axes = len(self.grid)
        return self._form.frequencies(self, axes, as_count("dim", dim, 2 * axes, multiple=2 * axes) // (2 * axes))

    def _waves(self, dim: int, dtype: np.dtype[Any]) -> list[Array]:
        pairs = zip(self._axes(), self._frequencies(dim), strict=True)
        return [phasors(axis.coordinates(), frequencies, dtype) for axis, frequencies in pairs]

    def _phasors(self, positions: Any, dim: int, dtype: np.dtype[Any]) -> Array:
        tokens, end = as_tokens(positions, self.grid, self._form.class_token), math.prod(self.grid)
        places = np.unravel_index(np.minimum(tokens, end - 1), self.grid)
        along = [wave[place] for wave, place in zip(self._waves(dim, dtype), places, strict=True)]
        rotations = np.concatenate(self._ordered(along), 1)
        rotations[tokens == end] = 1
        return rotations
