"""A small network from the offset between two places of a window to a number, so that windows of any size fit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bias, Paper
from ..numeric.checks import Array, as_count
from ..numeric.mlp import Layers, mlp, relu, sigmoid, toy_layers
from ..parameters import parameter
from .swin import Swin, along_a_row

HIDDEN = 512


@dataclass(frozen=True)
class SwinV2(Bias):
    """Swin v2's continuous bias: 16 · sigmoid(w2 relu(w1 c + b1)), c the offset on a logarithmic scale.

    Liu et al. 2021, arXiv:2111.09883, section 3.3. Positions are token numbers of the window, row by row.

    >>> SwinV2(height=1, width=3).coords()[0, :, 1].astype(float).round(2).tolist()
    [-1.06, -0.77, 0.0, 0.77, 1.06]
    """

    id = "swinv2"
    title = "Swin v2 continuous bias"
    paper = Paper("Liu et al.", 2021, "Swin Transformer V2: Scaling Up Capacity and Resolution", "2111.09883")
    formula = (
        r"\mathrm{score}_{ij} = s_{ij} + 16\,\sigma(\mathrm{MLP}(a, b)_h), \quad a = \ell\left(\tfrac{r_i - r_j}{H - 1}\right),"
        r" \quad b = \ell\left(\tfrac{c_i - c_j}{W - 1}\right), \quad \ell(x) = \mathrm{sign}(x) \log_8(1 + |8x|)"
    )
    idea = "A small network makes of each offset in rows and columns a number for each head, so windows may have other sizes."
    letters = (
        Bias.letters + "; $r_i, c_i$ row and column of a patch; $H, W$ rows and columns of the window"
        r"; $a, b$ offset in rows and in columns, squeezed; $\ell$ squeezes long offsets; $x$ any number"
        r"; $\mathrm{MLP}$ a small learned network; $\sigma$ the sigmoid, from 0 to 1; $h$ the head"
    )
    used_by = "Swin v2"
    learned = "a network from the offset to a number for each head"

    height: int = parameter(8, "Rows of the window.", minimum=1, maximum=64)
    width: int = parameter(8, "Columns of the window.", minimum=1, maximum=64)
    pretrained_height: int | None = parameter(
        None, "Rows of the window that the network was trained on; this one's unless set.", minimum=0, optional=True
    )
    pretrained_width: int | None = parameter(
        None, "Columns of the window that the network was trained on; this one's unless set.", minimum=0, optional=True
    )
    seed: int = parameter(0, "Draws the toy weights that stand in for learned ones.", minimum=0)

    @property
    def grid(self) -> tuple[int, ...]:
        return self.height, self.width

    @property
    def max_length(self) -> int | None:
        return self.height * self.width

    def coords(self) -> Array:
        """Each offset on a logarithmic scale: (2·height − 1, 2·width − 1, 2), the row's and the column's."""
        rows = _log_offsets(self.height, self.pretrained_height or self.height)
        columns = _log_offsets(self.width, self.pretrained_width or self.width)
        return np.stack(np.meshgrid(rows, columns, indexing="ij"), -1).astype(np.float32)

    def bias(
        self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int, layers: Layers | None = None
    ) -> Array:
        """What is added to the scores: (heads, n_q, n_k), from a model's layers 2 → 512 → heads or toy ones."""
        sizes = (2, HIDDEN, as_count("heads", heads))
        index = Swin(self.height, self.width).index(query_positions, key_positions)
        learned = self._toy_layers(sizes) if layers is None else layers
        used, places = np.unique(index, return_inverse=True)
        values = 16 * sigmoid(mlp(self.coords().reshape(-1, 2)[used], learned, sizes, relu))
        return values.T.astype(np.float32)[:, places.reshape(index.shape)]

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        """What is added at each offset along one row of the window; not a number beyond it."""
        return along_a_row(self, np.arange(self.width), offsets, heads)

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        rows = min(self.height, -(-length // self.width))  # that so many tokens stand in
        offsets = (2 * rows - 1) * (2 * self.width - 1)
        return HIDDEN * (offsets + 3 + heads) + super()._numbers(length, dim, heads)

    def _toy_layers(self, sizes: tuple[int, ...]) -> Layers:
        first, (last, _) = toy_layers(sizes, self.seed)
        return [first, (last, None)]


def _log_offsets(size: int, trained: int) -> Array:
    """Every offset of an axis, −(size − 1)…size − 1, as sign(x) · log₈(1 + |x|) with x = 8 at the trained end."""
    x = 8 * np.arange(1 - size, size) / max(trained - 1, 1)
    return np.sign(x) * np.log2(1 + np.abs(x)) / 3
