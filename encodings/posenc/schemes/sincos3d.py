"""Sines and cosines of the frame, the row and the column of a patch of a video."""

from dataclasses import dataclass

from ..families import Paper
from ..grid_table import GridTable, blocks, interleaved
from ..numeric.checks import Array, as_count
from ..numeric.grid import MAX_SIDE, Axis
from ..numeric.phasors import geometric
from ..parameters import parameter


@dataclass(frozen=True)
class Sincos3d(GridTable):
    """Each patch of a video gets waves along its frame, its row and its column; libraries order them differently.

    Yang et al. 2024, arXiv:2408.06072, for "cogvideox": a quarter of the features is the frame's, the rest MAE's
    two-dimensional table (column first). "positional-encodings": a third for frame, row and column each, sine and
    cosine side by side; any dim, cut to size. "simple-vit": sines and cosines of column, row and frame, with
    tensor2tensor's spacing. Tokens run frame by frame, row by row.

    >>> Sincos3d(depth=2, height=3, width=4).table(None, 12).shape
    (24, 12)
    >>> Sincos3d(2, 2, 2).table([4], 6).round(2).tolist()
    [[0.8399999737739563, 0.5400000214576721, 0.0, 1.0, 0.0, 1.0]]
    """

    id = "sincos3d"
    title = "3-D sinusoidal"
    paper = Paper(
        "Yang et al.", 2024, "CogVideoX: Text-to-Video Diffusion Models with An Expert Transformer", "2408.06072"
    )
    formula = (
        r"\mathrm{PE}_{t,r,c} = \left[\mathrm{PE}_t, \mathrm{PE}_r, \mathrm{PE}_c\right], \quad \mathrm{PE}_{x} ="
        r" \left[\sin x\omega_0, \cos x\omega_0, \sin x\omega_1, \dots\right], \quad \omega_k = T^{-6k/d}, \ {k < d/6}"
    )
    idea = "Each patch of a video has sines and cosines of its frame, its row and its column."
    letters = (
        r"$t, r, c$ frame, row and column; $x$ one of these; $d$ how many dimensions; $\omega_k$ speed of a wave"
        "; $k$ number of the wave; $T$ the temperature, a base"
    )
    used_by = (
        "positional-encodings; CogVideoX (a quarter for the frame, then column and row), SimpleViT for video (the column"
        " first)"
    )

    depth: int = parameter(4, "Frames.", minimum=1, maximum=MAX_SIDE)
    height: int = parameter(8, "Rows of a frame.", minimum=1, maximum=MAX_SIDE)
    width: int = parameter(8, "Columns of a frame.", minimum=1, maximum=MAX_SIDE)
    temperature: float = parameter(10000.0, "The slowest wave is up to 2π times this long.", minimum=1.0, maximum=1e9)
    form: str = parameter(
        "positional-encodings",
        "Whose order of the features.",
        choices=("positional-encodings", "cogvideox", "simple-vit"),
    )
    spatial_scale: float = parameter(1.0, "Rows and columns are divided by this.", minimum=1e-3, maximum=1e3)
    temporal_scale: float = parameter(1.0, "Frames are divided by this.", minimum=1e-3, maximum=1e3)

    def _axes(self) -> tuple[Axis, ...]:
        frame = Axis(self.depth).times(1 / self.temporal_scale)
        row, column = (Axis(size).times(1 / self.spatial_scale) for size in (self.height, self.width))
        return frame, row, column

    def _frequencies(self, dim: int) -> tuple[Array, ...]:
        if self.form == "cogvideox":
            part = as_count("dim", dim, 16, multiple=16) // 16
            frame, plane = (geometric(self.temperature, 2 * count, count) for count in (2 * part, 3 * part))
            return frame, plane, plane
        if self.form == "simple-vit":
            count = as_count("dim", dim, 12, multiple=6) // 6
            return (geometric(self.temperature, 2 * (count - 1), count),) * 3
        count = -(-as_count("dim", dim) // 6)
        return (geometric(self.temperature, 2 * count, count),) * 3

    def _arrange(self, waves: list[Array], coordinates: list[Array], dim: int) -> Array:
        frame, row, column = waves
        if self.form == "cogvideox":
            return blocks([frame, column, row])
        if self.form == "simple-vit":
            return blocks([column, row, frame])
        return interleaved([frame, row, column])[:, :dim]
