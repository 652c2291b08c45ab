"""The dot product of two sinusoids as a bias, at a strength that differs from head to head."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bias, Paper
from ..numeric.checks import Array, as_count
from ..numeric.offsets import offsets_between, per_offset
from ..parameters import parameter


@dataclass(frozen=True)
class Sandwich(Bias):
    """Sandwich: the dot product of the sinusoids of i and j, over 8h/H, is added to head h's scores.

    Chi et al. 2022, arXiv:2212.10356: Σ cos((i − j)·base^(−2k/dim)), k = 1…dim/2. Nothing is learned.

    >>> Sandwich(dim=2, base=1.0).bias([0], [0, 3], heads=1).round(3).tolist()
    [[[0.0, -0.24899999797344208]]]
    """

    id = "sandwich"
    title = "Sandwich"
    paper = Paper(
        "Chi et al.",
        2022,
        "Dissecting Transformer Length Extrapolation via the Lens of Receptive Field Analysis",
        "2212.10356",
    )
    formula = (
        r"\mathrm{score}_{ij} = s_{ij} + \frac{H}{8h}"
        r" \left(\sum_{k=1}^{d/2} \cos\left((i - j)\, b^{-2k/d}\right) - \frac{d}{2}\right)"
    )
    idea = "The dot product of the sinusoidal lists of both positions is added to the score. Nothing is learned."
    letters = (
        Bias.letters
        + "; $h$ number of the head, from 1 on; $H$ how many heads there are; $k$ number of the wave; $b$ the base"
        "; $d$ how many dimensions the lists have"
    )
    used_by = "NVIDIA NeMo"

    dim: int = parameter(128, "Features of the sinusoids, whatever the model's.", minimum=2, maximum=65536)
    base: float = parameter(10000.0, "The slowest wave is up to 2π times the base long.", minimum=1.0, maximum=1e9)
    first: int = parameter(1, "The first k of the sum; Vaswani's sinusoids count from 0.", choices=(0, 1))
    centred: bool = parameter(True, "dim/2 is subtracted, so that a token's bias to itself is 0.")

    def __post_init__(self) -> None:
        super().__post_init__()
        as_count("dim", self.dim, 2, multiple=2)

    def bias(self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int) -> Array:
        strengths = as_count("heads", heads) / (8 * np.arange(1, heads + 1))
        offsets = np.abs(offsets_between(query_positions, key_positions))
        return per_offset(lambda distances: strengths[:, None] * self._dot(distances), offsets)

    def _dot(self, distances: Array) -> Array:
        pairs = self.dim // 2
        frequencies = self.base ** (-2 * np.arange(self.first, self.first + pairs) / self.dim)
        # a distance at a time: the waves of all would be as many times as much
        return np.array([np.cos(distance * frequencies).sum() for distance in distances]) - pairs * self.centred

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return self.dim // 2 + super()._numbers(length, dim, heads)
