"""A small network from the offset to a number."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bias, Paper
from ..numeric.checks import Array, as_count, as_numbers
from ..numeric.mlp import Layers, mlp, silu, toy_layers
from ..numeric.offsets import offsets_between, per_offset
from ..parameters import parameter


@dataclass(frozen=True)
class DynamicPositionBias(Bias):
    """Dynamic position bias: MLP(i − j) is added to the score, so that one network fits every length.

    Wang et al. 2021, arXiv:2108.00154, section 3.2, there for two axes; here for one, as in x-transformers, with SiLU
    after each of `depth` layers and one more layer to the heads.

    >>> DynamicPositionBias(log_distance=True).inputs([2, -2]).round(3).tolist()
    [1.099, -1.099]
    """

    id = "dynamic_position_bias"
    title = "Dynamic position bias"
    paper = Paper(
        "Wang et al.",
        2021,
        "CrossFormer: A Versatile Vision Transformer Hinging on Cross-scale Attention",
        "2108.00154",
    )
    formula = r"\mathrm{score}_{ij} = s_{ij} + \mathrm{MLP}(i - j)_h"
    idea = "A small network makes of each offset a number for each head, which is added to the score."
    letters = Bias.letters + r"; $\mathrm{MLP}$ a small learned network; $h$ the head"
    used_by = "x-transformers, CrossFormer (for rows and columns)"
    learned = "a network from the offset to a number for each head"

    dim: int = parameter(64, "Units of each hidden layer.", minimum=1, maximum=1024)
    depth: int = parameter(2, "Hidden layers.", minimum=1, maximum=16)
    log_distance: bool = parameter(False, "The network sees sign·ln(abs(i − j) + 1) instead of i − j.")
    seed: int = parameter(0, "Draws the toy weights that stand in for learned ones.", minimum=0)

    def inputs(self, offsets: ArrayLike) -> Array:
        """What the network sees of offsets, here query − key: the same shape, float64."""
        where = as_numbers("offsets", offsets).astype(np.float64)
        return np.sign(where) * np.log1p(np.abs(where)) if self.log_distance else where

    def bias(
        self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int, layers: Layers | None = None
    ) -> Array:
        """What is added to the scores: (heads, n_q, n_k), from a model's layers 1 → dim → … → heads or toy ones."""
        sizes = (1, *[self.dim] * self.depth, as_count("heads", heads))
        learned = toy_layers(sizes, self.seed) if layers is None else layers
        offsets = -offsets_between(query_positions, key_positions)
        return per_offset(lambda where: mlp(self.inputs(where)[:, None], learned, sizes, silu).T, offsets)

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        weights = self.dim * (2 + (self.depth - 1) * (self.dim + 1) + heads) + heads
        return weights + (2 * length - 1) * self.dim + super()._numbers(length, dim, heads)
