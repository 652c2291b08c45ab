"""Attention with linear biases: the further away, the lower the score."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Paper, Sloped
from ..numeric.checks import Array, as_count, as_positions
from ..parameters import parameter


@dataclass(frozen=True)
class Alibi(Sloped):
    """ALiBi: −slope·abs(i − j) is added to the score of query i and key j, with a slope a head.

    Press et al. 2021, arXiv:2108.12409. With symmetric=False slope·(j − i), which under a causal mask is the same.

    >>> Alibi().slopes(2).tolist()
    [0.0625, 0.00390625]
    >>> Alibi().bias(2, 2, 1)[0].tolist()
    [[0.0, -0.00390625], [-0.00390625, 0.0]]
    """

    id = "alibi"
    title = "ALiBi"
    paper = Paper(
        "Press et al.",
        2021,
        "Train Short, Test Long: Attention with Linear Biases Enables Input Length Extrapolation",
        "2108.12409",
    )
    formula = r"\mathrm{score}_{ij} = s_{ij} - m_h \, |i - j|, \quad m_h = 2^{-8h/H} \text{ where } H \text{ is a power of two}"
    idea = "Each head takes something away from the score for each step of distance: far keys count less."
    letters = (
        Sloped.letters + "; $m_h$ slope of a head; $h$ number of the head, from 1 on; $H$ how many heads there are"
    )
    used_by = "BLOOM, MPT, Baichuan 13B"

    symmetric: bool = parameter(True, "Blind to the side: −m·|i − j|. Off: m·(j − i), which tells left from right.")
    max_bias: float = parameter(
        8.0, "The flattest head's slope is 2 to the minus this (MPT's alibi_bias_max).", minimum=0.0, maximum=64.0
    )

    def slopes(self, heads: int) -> Array:
        """The slope of each head: (heads,) float64.

        A number of heads that is no power of two takes the closest lower power's slopes, then every other of the
        doubled, starting with the first.
        """
        lower = 2 ** int(math.log2(as_count("heads", heads)))
        doubled = self._geometric(2 * lower)
        return np.concatenate([self._geometric(lower), doubled[0::2]])[:heads]

    def bias(self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int) -> Array:
        queries = as_positions(query_positions, "query_positions")
        offsets = as_positions(key_positions, "key_positions") - queries[:, None]
        distances = -np.abs(offsets) if self.symmetric else offsets
        return (self.slopes(heads)[:, None, None] * distances).astype(np.float32)

    def _geometric(self, heads: int) -> Array:
        return 2.0 ** (-self.max_bias * np.arange(1, heads + 1) / heads)
