"""Rotary embedding on a grid: some pairs turn with the row, the others with the column."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..families import AxisWaves, Paper, Rotary, Scheme
from ..fourier_features import bands
from ..grid_table import AnyGrid
from ..numeric.checks import Array, as_count, as_edges, as_positions, as_shaped, as_vectors
from ..numeric.grid import MAX, Axis, as_tokens, counts
from ..numeric.pairs import arrange, join, rotate_pairs
from ..numeric.phasors import geometric, phasors
from ..parameters import parameter

LAYOUTS = {
    "index": "interleaved",
    "pixel": "interleaved",
    "dinov3": "half",
    "pixtral": "half",
    "qwen2vl-vision": "half",
    "llama4-vision": "interleaved",
    "ret-lang": "interleaved",
    "ret-pixel": "interleaved",
}


@dataclass(frozen=True)
class AxialRotary(AnyGrid, Rotary):
    """The rotary embedding of image models: the first half of the pairs turns with the row, the second with the column.

    Heo et al. 2024, arXiv:2403.13298 (RoPE-Axial, there with the column first and T = 100). Each form is a model's or
    library's:

    - "index" (timm, EVA): coordinates 0, 1, 2, …, moved by grid_offset, and times reference/size where a reference
      size is given; "qwen2vl-vision" and "ret-lang" are the same; "llama4-vision" counts from 1, puts the column
      first and ends with a class token that does not turn;
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
    used_by = (
        "Qwen2-VL for images; RoPE-ViT, Llama 4 (the column first), EVA-02, DINOv3, Pixtral (scaled or shared out)"
    )

    height: int = parameter(14, "Rows of the grid.", minimum=1, maximum=MAX)
    width: int = parameter(14, "Columns of the grid.", minimum=1, maximum=MAX)
    temperature: float = parameter(
        10000.0,
        "The larger, the slower the later pairs of an axis; not for pixel, ret-pixel.",
        minimum=1.0,
        maximum=1e9,
    )
    form: str = parameter("index", "Whose coordinates and frequencies.", choices=tuple(LAYOUTS))
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
        None, "The height it was trained at: rows are stretched to it.", minimum=0, maximum=MAX, optional=True
    )
    reference_width: int | None = parameter(
        None, "The width it was trained at: columns are stretched to it.", minimum=0, maximum=MAX, optional=True
    )
    grid_offset: float = parameter(
        0.0, "Added to rows and columns; not for pixel, ret-pixel, dinov3.", minimum=-1e6, maximum=1e6
    )
    column_first: bool = parameter(False, "The column's pairs come first; tokens stay row-major.")
    shape: tuple[int, ...] | None = parameter(
        None,
        "A grid of any number of axes, instead of height and width.",
        minimum=1,
        maximum=MAX,
        optional=True,
        several=True,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.grid) != 2 and (self.reference_height or self.reference_width):
            raise ValueError(f"shape must have two axes for a reference height or width; got {self.shape}")
        if self.layout is None:
            object.__setattr__(self, "layout", LAYOUTS[self.form])

    @property
    def max_length(self) -> int | None:
        return math.prod(self.grid) + self._after

    def frequencies(self, dim: int, length: int | None = None) -> Array:
        """The turning speed of each pair, radians a step along its axis: (dim/2,) float64."""
        known = zip(self._axes(), self._frequencies(dim), strict=True)
        return np.concatenate(self._ordered([axis.step * own for axis, own in known]))

    # From token to token the angle jumps at the end of each row, so what rotations know of positions does not hold.
    wavelengths, shift_matrix, mean_spread = Scheme.wavelengths, Scheme.shift_matrix, Scheme.mean_spread

    def axis_waves(self, dim: int) -> AxisWaves:
        """Which axis of the grid each column of the table runs along, and how long its wave is there.

        >>> AxialRotary(form="pixtral").axis_waves(8).axis.tolist()
        [0, 0, 1, 1, 0, 0, 1, 1]
        """
        marks = [np.full(len(own), axis) for axis, own in enumerate(self._frequencies(dim))]
        along, speeds = np.concatenate(self._ordered(marks)), np.abs(self.frequencies(dim))
        with np.errstate(divide="ignore"):
            turns = 2 * np.pi / speeds
        axis, wavelengths = (join(part, part, self.layout) for part in (along, turns))
        return AxisWaves(self.axis_names, self.grid, axis, wavelengths)

    def mean_table(self, edges: Array, dim: int) -> Array:
        borders = as_edges(edges)
        as_tokens(borders[[0, -1]] - [0, 1], self.grid, self._after)
        found = counts(np.minimum(borders, math.prod(self.grid)), self.grid)
        waves = self._waves(dim, np.dtype(np.float64))
        sums = np.concatenate(self._ordered([n @ wave for n, wave in zip(found, waves, strict=True)]), 1)
        tokens = np.diff(borders)[:, None]
        return arrange((sums + (tokens - found[0].sum(1, keepdims=True))) / tokens, self.layout)

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        """For two tokens of one row, so many columns apart: only the column's pairs turn."""
        where, pairs = as_positions(offsets, "offsets"), as_count("dim", dim, 2, multiple=2) // 2
        speeds = self._axes()[-1].step * self._frequencies(dim)[-1]
        turning = phasors(where, speeds, np.dtype(np.float64)).real.sum(1)
        return self._per_head((turning + pairs - len(speeds)) / pairs, heads)

    def rotate_mixed(self, x: ArrayLike, frequencies: ArrayLike) -> Array:
        """x (…, heads, height·width, dim) turned by a model's learned frequencies (2, heads, dim/2): column's, row's.

        RoPE-Mixed of the same paper: pair i of head h, interleaved, turns by column · frequencies[0, h, i] +
        row · frequencies[1, h, i].
        """
        vectors, tokens = as_vectors("x", x), self.height * self.width
        if vectors.ndim < 3 or vectors.shape[-2] != tokens:
            raise ValueError(f"x must have shape (…, heads, {tokens}, dim); got {vectors.shape}")
        learned = as_shaped("frequencies", frequencies, (2, vectors.shape[-3], vectors.shape[-1] // 2))
        row, column = np.divmod(np.arange(tokens)[:, None], self.width)
        angles = column * learned[0][:, None] + row * learned[1][:, None]
        return rotate_pairs(vectors, np.exp(1j * angles), "interleaved")

    @property
    def _after(self) -> int:
        """How many tokens come after the grid's and do not turn."""
        return int(self.form == "llama4-vision")

    def _ordered(self, parts: list[Array]) -> list[Array]:
        return parts[::-1] if self.column_first or self.form == "llama4-vision" else parts

    def _axes(self) -> tuple[Axis, ...]:
        references = (self.reference_height, self.reference_width) if len(self.grid) == 2 else [None] * len(self.grid)
        return tuple(
            self._axis(size).times((reference or size) / size)
            for size, reference in zip(self.grid, references, strict=True)
        )

    def _axis(self, size: int) -> Axis:
        if self.form in ("pixel", "ret-pixel"):
            return Axis.symmetric(size)
        if self.form == "dinov3":
            return Axis(size, 1 / size - 1, 2 / size).times(2 * np.pi)
        return Axis(size, self.grid_offset + (self.form == "llama4-vision"))

    def _frequencies(self, dim: int) -> list[Array]:
        axes = len(self.grid)
        count = as_count("dim", dim, 2 * axes, multiple=2 * axes) // (2 * axes)
        if self.form == "pixtral":
            whole = geometric(self.temperature, dim, dim // 2)
            return [whole[axis::axes] for axis in range(axes)]
        if self.form == "pixel":
            return [bands(count, self.max_resolution, self.linear_bands)] * axes
        if self.form == "ret-pixel":
            return [bands(count, self.max_freq, linear=True)] * axes
        return [geometric(self.temperature, 2 * count, count)] * axes

    def _waves(self, dim: int, dtype: np.dtype[Any]) -> list[Array]:
        known = zip(self._axes(), self._frequencies(dim), strict=True)
        return [phasors(axis.coordinates(), frequencies, dtype) for axis, frequencies in known]

    def _phasors(self, positions: Any, dim: int, dtype: np.dtype[Any]) -> Array:
        tokens, after = as_tokens(positions, self.grid, self._after), math.prod(self.grid)
        places = np.unravel_index(np.minimum(tokens, after - 1), self.grid)
        known = zip(self._waves(dim, dtype), places, strict=True)
        turns = np.concatenate(self._ordered([wave[place] for wave, place in known]), 1)
        turns[tokens == after] = 1
        return turns
