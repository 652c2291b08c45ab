"""Fourier features: sines and cosines of coordinates between −1 and 1, at frequencies up to the image's resolution."""

from dataclasses import dataclass

import numpy as np

from ..families import Paper
from ..fourier_features import bands
from ..grid_table import AnyGrid, GridTable
from ..numeric.checks import Array, as_count
from ..numeric.grid import MAX_SIDE, Axis
from ..parameters import parameter


@dataclass(frozen=True)
class Fourier(AnyGrid, GridTable):
    """Waves along each axis of a grid that spans −1 to 1 whatever its size.

    Tancik et al. 2020, arXiv:2006.10739; as in Perceiver, Jaegle et al. 2021, arXiv:2103.03206. "timm" and
    "perceiver": sines axis by axis, then cosines likewise, from π on in equal ratios or (perceiver) equal steps.
    "timm-embed": equal steps; the coordinates, then sines band by band, then cosines. dim follows from num_bands,
    or num_bands from dim.

    >>> Fourier(height=2, width=3, num_bands=4).table(None, 16).shape
    (6, 16)
    >>> Fourier(1, 3, max_resolution=2.0, concat_pos=True).table(None, 6).round(2)[2].tolist()
    [-1.0, 1.0, -0.0, 0.0, -1.0, -1.0]
    """

    id = "fourier"
    title = "Fourier features"
    paper = Paper(
        "Tancik et al.",
        2020,
        "Fourier Features Let Networks Learn High Frequency Functions in Low Dimensional Domains",
        "2006.10739",
    )
    formula = (
        r"\mathrm{PE}_{r,c} = \left[\sin \pi r f,\ \sin \pi c f,\ \cos \pi r f,\ \cos \pi c f\right], \quad r, c \in [-1, 1],"
        r" \quad f_k = (R/2)^{k/(K-1)}, \ {k < K}"
    )
    idea = "Rows and columns, counted from −1 to 1 whatever the size of the picture, become sines and cosines."
    letters = (
        "$r, c$ row and column, from −1 to 1; $f, f_k$ frequencies; $k$ number of the frequency"
        "; $K$ how many there are (num_bands); $R$ max_resolution"
    )
    used_by = "timm; Perceiver (frequencies evenly spaced), NeRF (without π), SAM (random frequencies)"

    height: int = parameter(14, "Rows of the grid.", minimum=1, maximum=MAX_SIDE)
    width: int = parameter(14, "Columns of the grid.", minimum=1, maximum=MAX_SIDE)
    num_bands: int | None = parameter(
        None, "Frequencies an axis; as many as dim has room for unless set.", minimum=1, maximum=65536, optional=True
    )
    max_resolution: float | tuple[float, ...] = parameter(
        224.0,
        "Of several bands the last frequency is half of it, times π; one for all axes, or one each.",
        minimum=1.0,
        maximum=1e6,
        several=True,
    )
    form: str = parameter(
        "timm", "Whose frequencies and order of the features.", choices=("timm", "timm-embed", "perceiver")
    )
    linear_bands: bool = parameter(False, "timm: frequencies in equal steps, not in equal ratios.")
    concat_pos: bool = parameter(False, "The coordinates themselves come first.")
    sine_only: bool = parameter(False, "No cosines.")
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
        if isinstance(self.max_resolution, tuple) and len(self.max_resolution) != len(self.grid):
            raise ValueError(
                f"max_resolution must be one number, or one for each of {len(self.grid)} axes;"
                f" got {self.max_resolution}"
            )

    def _axes(self) -> tuple[Axis, ...]:
        return tuple(Axis.symmetric(size) for size in self.grid)

    def _frequencies(self, dim: int) -> tuple[Array, ...]:
        axes = len(self.grid)
        in_front, a_band = axes * self._starts_with_coordinates, axes * (1 if self.sine_only else 2)
        count = self.num_bands or max((as_count("dim", dim) - in_front) // a_band, 1)
        if as_count("dim", dim) != in_front + a_band * count:
            bands_named = f"num_bands={self.num_bands}" if self.num_bands else "any number of bands"
            raise ValueError(f"dim must be {in_front} + {a_band} · bands for {bands_named}; got {dim}")
        linear = self.linear_bands or self.form != "timm"
        highest = self.max_resolution if isinstance(self.max_resolution, tuple) else (self.max_resolution,) * axes
        return tuple(bands(count, resolution, linear) for resolution in highest)

    def _arrange(self, waves: list[Array], coordinates: list[Array], dim: int) -> Array:
        sines, cosines = [wave.imag for wave in waves], [wave.real for wave in waves]
        if self.form == "timm-embed":
            count = sum(wave.shape[1] for wave in waves)
            sines, cosines = ([np.stack(part, -1).reshape(len(part[0]), count)] for part in (sines, cosines))
        first = [place[:, None] for place in coordinates] if self._starts_with_coordinates else []
        return np.concatenate(first + sines + ([] if self.sine_only else cosines), 1)

    @property
    def _starts_with_coordinates(self) -> bool:
        return self.concat_pos or self.form == "timm-embed"
