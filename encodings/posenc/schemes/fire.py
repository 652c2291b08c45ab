"""A small network from the distance, as a share of the query's position, to a number."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bias, Paper
from ..numeric.checks import Array, as_count, as_positions
from ..numeric.mlp import Layers, mlp, relu, toy_layers
from ..numeric.offsets import offsets_between
from ..parameters import parameter

ROWS = 1024
"""Shares that go through the network at a time."""


@dataclass(frozen=True)
class Fire(Bias):
    """FIRE: MLP(ψ(abs(i − j)) / ψ(max(i, threshold))), ψ(x) = ln(abs(c·x) + 1), is added to the score.

    Li et al. 2023, arXiv:2310.04418. However long the sequence, the share lies between 0 and 1, for keys
    up to the query: so the network meets nothing new beyond the trained length. Queries count from 0. The kernel is
    that of a query before `threshold`, where it is the same for all.

    >>> Fire(threshold=0.0).shares([9], [0, 9]).round(3).tolist()
    [[1.0, 0.0]]
    """

    id = "fire"
    title = "FIRE"
    paper = Paper(
        "Li et al.",
        2023,
        "Functional Interpolation for Relative Positions Improves Long Context Transformers",
        "2310.04418",
    )
    formula = (
        r"\mathrm{score}_{ij} = s_{ij} + \mathrm{MLP}\left(\frac{\psi(|i - j|)}{\psi(\max(i, L)) + \epsilon}\right)_h,"
        r" \quad \psi(x) = \ln(|c x| + 1)"
    )
    idea = "A small network adds a number to the score. It reads the distance as a share of the query's position."
    letters = (
        Bias.letters + r"; $\mathrm{MLP}$ a small learned network; $\psi$ squeezes long distances; $x$ any number"
        r"; $c$ a learned number; $L$ threshold; $\epsilon$ a tiny number, so that nothing is divided by 0"
        "; $h$ the head"
    )
    used_by = "Abacus arithmetic models, research models of its authors"
    learned = "a network from a share of the way to a number for each head"

    width: int = parameter(32, "Hidden units of the network.", minimum=1, maximum=1024)
    c: float = parameter(
        0.1, "How soon distances are squeezed together; learned, 0.1 at first.", minimum=0.0, maximum=1e6
    )
    threshold: float = parameter(
        512.0, "L: for queries before this the bias depends on the distance alone; learned.", minimum=0.0, maximum=1e9
    )
    eps: float = parameter(1e-6, "Keeps the division finite where the share's base is 0.", minimum=1e-12, maximum=1.0)
    seed: int = parameter(0, "Draws the toy weights that stand in for learned ones.", minimum=0)

    def shares(self, query_positions: ArrayLike, key_positions: ArrayLike) -> Array:
        """ψ(distance) as a share of ψ(the query's position, at least threshold): (n_q, n_k) float64."""
        queries = as_positions(query_positions, "query_positions")
        distances = np.abs(offsets_between(queries, key_positions))
        return (
            self._log_distance(distances)
            / (self._log_distance(np.maximum(queries, self.threshold)) + self.eps)[:, None]
        )

    def bias(
        self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int, layers: Layers | None = None
    ) -> Array:
        """What is added to the scores: (heads, n_q, n_k), from a model's layers 1 → width → heads or toy ones."""
        sizes = (1, self.width, as_count("heads", heads))
        learned = toy_layers(sizes, self.seed) if layers is None else layers
        shares = self.shares(query_positions, key_positions)
        distinct, places = np.unique(shares, return_inverse=True)  # before threshold, one for each distance
        values = np.empty((heads, len(distinct)), np.float32)
        for first in range(0, len(distinct), ROWS):  # the hidden units of all would be width times as much
            some = slice(first, first + ROWS)
            values[:, some] = mlp(distinct[some, None], learned, sizes, relu).T
        return values[:, places.reshape(shares.shape)]

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return self.width * (2 + heads + length) + super()._numbers(length, dim, heads)

    def _log_distance(self, x: Array) -> Array:
        return np.log1p(np.abs(self.c * x))
