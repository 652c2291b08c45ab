"""Sines and cosines of the row and the column of an image patch."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from ..families import Paper
from ..grid_table import GridTable, blocks, interleaved
from ..numeric.checks import Array, as_count, as_floating, as_mask
from ..numeric.grid import MAX_SIDE, Axis, as_tokens
from ..numeric.phasors import geometric, phasors
from ..parameters import parameter


@dataclass(frozen=True)
class Sincos2d(GridTable):
    """Each patch of a grid gets waves along its row and waves along its column; libraries order them differently.

    Chen, Xie and He 2021, arXiv:2104.02057 (MoCo v3, whose code has the order of "mae"). With S(r), C(r) the sines and
    cosines of the row r at dim/4 frequencies, S(c), C(c) of the column c:

    - "timm": S(r), S(c), C(r), C(c); "timm-interleaved": S(r), C(r), S(c), C(c);
    - "mae": S(c), C(c), S(r), C(r): the column comes first; "simple-vit" likewise, with tensor2tensor's spacing;
    - "positional-encodings": row, then column, sine and cosine side by side; any dim, cut to size;
    - "detr": likewise, coordinates from 1 on, divided by (size + 1e-6), times 2π unless normalize=False.

    >>> Sincos2d(height=2, width=3).table(None, 8).shape
    (6, 8)
    >>> Sincos2d(2, 2, form="mae").table(None, 4).round(2)[1].tolist()
    [0.8399999737739563, 0.5400000214576721, 0.0, 1.0]
    """

    id = "sincos2d"
    title = "2-D sinusoidal"
    paper = Paper(
        "Chen, Xie and He", 2021, "An Empirical Study of Training Self-Supervised Vision Transformers", "2104.02057"
    )
    formula = (
        r"\mathrm{PE}_{r,c} = \left[\sin r\omega,\ \sin c\omega,\ \cos r\omega,\ \cos c\omega\right],"
        r" \quad \omega_k = T^{-4k/d}, \ {k < d/4}"
    )
    idea = "Each patch of a picture has sines and cosines of its row, and others of its column."
    letters = (
        r"$r, c$ row and column; $d$ how many dimensions; $\omega, \omega_k$ speeds of the waves"
        "; $k$ number of the wave; $T$ the temperature, a base"
    )
    used_by = "timm; MoCo v3, MAE, DiT, SimpleViT (the column first), DETR (sines and cosines side by side)"

    height: int = parameter(14, "Rows of the grid.", minimum=1, maximum=MAX_SIDE)
    width: int = parameter(14, "Columns of the grid.", minimum=1, maximum=MAX_SIDE)
    temperature: float = parameter(10000.0, "The slowest wave is up to 2π times this long.", minimum=1.0, maximum=1e9)
    form: str = parameter(
        "timm",
        "Whose order of the features.",
        choices=("timm", "timm-interleaved", "mae", "simple-vit", "positional-encodings", "detr"),
    )
    reverse_coord: bool = parameter(False, "Row and column change places: tokens run column by column.")
    cls_token: bool = parameter(False, "A row of zeros in front, for the class token.")
    base_size: int | None = parameter(
        None, "Coordinates are stretched to a grid of this size.", minimum=1, maximum=65536, optional=True
    )
    interpolation_scale: float = parameter(1.0, "Coordinates are divided by this.", minimum=1e-3, maximum=1e3)
    normalize: bool = parameter(True, "detr: coordinates over the size, times 2π. Off: 1, 2, 3 and so on.")

    def table(self, positions: Any, dim: int, dtype: DTypeLike = np.float32, padding: ArrayLike | None = None) -> Array:
        """The vectors of these tokens, row-major, or of all with None: (n, dim).

        For detr with a `padding` mask (height, width), true where there is no image: coordinates count real pixels.
        """
        if padding is None:
            return super().table(positions, dim, dtype)
        if self != Sincos2d(self.height, self.width, self.temperature, "detr", normalize=self.normalize):
            raise ValueError(f"padding must be None but for form='detr' on a plain grid; got a mask for {self}")
        tokens = as_tokens(positions, (self.height, self.width))
        axes = zip(self._counts(padding), self._frequencies(dim), strict=True)
        waves = [phasors(count[tokens], frequencies, np.dtype(np.float64)) for count, frequencies in axes]
        return interleaved(waves).astype(as_floating(dtype))

    @property
    def _leading_rows(self) -> int:
        return int(self.cls_token)

    @property
    def axis_names(self) -> tuple[str, ...]:
        return ("column", "row") if self.reverse_coord else ("row", "column")

    def _axes(self) -> tuple[Axis, ...]:
        sizes = (self.width, self.height) if self.reverse_coord else (self.height, self.width)
        return tuple(self._axis(size) for size in sizes)

    def _axis(self, size: int) -> Axis:
        stretched = (self.base_size or size) / size / self.interpolation_scale
        if self.form != "detr":
            return Axis(size).times(stretched)
        return Axis(size, 1.0).times(stretched * (2 * np.pi / (size + 1e-6) if self.normalize else 1.0))

    def _frequencies(self, dim: int) -> tuple[Array, ...]:
        if self.form == "simple-vit":
            count = as_count("dim", dim, 8, multiple=4) // 4
            return (geometric(self.temperature, 2 * (count - 1), count),) * 2
        whole = self.form == "positional-encodings"
        count = -(-as_count("dim", dim, multiple=1 if whole else 4) // 4)
        return (geometric(self.temperature, 2 * count, count),) * 2

    def _arrange(self, waves: list[Array], coordinates: list[Array], dim: int) -> Array:
        row, column = waves
        if self.form == "timm":
            return np.concatenate([row.imag, column.imag, row.real, column.real], 1)
        if self.form == "timm-interleaved":
            return blocks([row, column])
        if self.form in ("mae", "simple-vit"):
            return blocks([column, row])
        return interleaved([row, column])[:, :dim]

    def _counts(self, padding: ArrayLike) -> list[Array]:
        """How many real pixels there are up to each one along its column and along its row, (height·width,) each."""
        mask = as_mask("padding", padding, (self.height, self.width))
        down, across = np.cumsum(~mask, 0), np.cumsum(~mask, 1)
        if not self.normalize:
            return [down.ravel(), across.ravel()]
        return [
            (2 * np.pi * count / (last + 1e-6)).ravel() for count, last in ((down, down[-1:]), (across, across[:, -1:]))
        ]
