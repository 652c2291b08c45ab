"""Kernels of the distance with learned parameters a head: power, logarithm, and both."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bias, Paper
from ..numeric.checks import Array, as_count, as_shaped, refuse, shown
from ..numeric.offsets import offsets_between
from ..parameters import parameter

LARGEST = {"log": (2.0, 1.0), "power": (1.0, 2.0), "log_power": (2.0, 1.0, 2.0)}
"""The toy parameters r1, r2 … of each kind lie between 0.01 and these, as the authors draw them before training."""


@dataclass(frozen=True)
class Kerple(Bias):
    """KERPLE: with δ = i − j, −r1·ln(1 + r2·δ) or −r1·δ^r2 is added to the score of query i and key j.

    Chi et al. 2022, arXiv:2205.09921. Each head learns its own r1 and r2, positive, for power r2 ≤ 2. It is made for a
    causal mask: keys ahead of the query get 0. The third kind, −r1·ln(1 + r2·δ^r3), has δ = abs(i − j).

    >>> Kerple("power").bias([3], [0, 3, 4], heads=1, r1=[2.0], r2=[1.0]).tolist()
    [[[-6.0, 0.0, 0.0]]]
    """

    id = "kerple"
    title = "KERPLE"
    paper = Paper(
        "Chi et al.", 2022, "KERPLE: Kernelized Relative Positional Embedding for Length Extrapolation", "2205.09921"
    )
    formula = (
        r"\mathrm{score}_{ij} = s_{ij} - r_1 \ln(1 + r_2 \delta) \quad\text{or}\quad s_{ij} - r_1 \delta^{r_2},"
        r" \quad \delta = \max(i - j, 0)"
    )
    idea = "The score falls with the distance along a curve whose shape each head learns."
    letters = (
        Bias.letters
        + r"; $r_1, r_2$ learned positive numbers of each head; $\delta$ how far the key is behind the query"
    )
    used_by = "research models of its authors"
    learned = "two or three numbers for each head"

    kind: str = parameter("log", "The kernel: logarithm, power, or the logarithm of a power.", choices=tuple(LARGEST))
    seed: int = parameter(0, "Draws the toy values that stand in for learned ones.", minimum=0)

    def bias(
        self,
        query_positions: ArrayLike,
        key_positions: ArrayLike,
        heads: int,
        r1: ArrayLike | None = None,
        r2: ArrayLike | None = None,
        r3: ArrayLike | None = None,
    ) -> Array:
        """What is added to the scores: (heads, n_q, n_k), from a model's r1, r2 and r3 (heads,) or toy values."""
        offsets = offsets_between(query_positions, key_positions)
        distances = np.abs(offsets) if self.kind == "log_power" else np.maximum(-offsets, 0)
        given = dict(r1=r1, r2=r2, r3=r3)
        toys = self._toy_parameters(as_count("heads", heads))
        if r3 is not None and "r3" not in toys:
            raise ValueError(f"r3 must be left out unless kind is 'log_power'; got {shown(r3)} and kind {self.kind!r}")
        a, b, *c = (_positive(name, given[name], toy)[:, None, None] for name, toy in toys.items())
        powers = distances ** c[0] if c else distances
        grown = distances**b if self.kind == "power" else np.log1p(b * powers)
        return (0 - a * grown).astype(np.float32)

    def _toy_parameters(self, heads: int) -> dict[str, Array]:
        limits = np.array(LARGEST[self.kind])
        drawn = np.random.default_rng(self.seed).uniform(0.01, limits, (heads, len(limits)))
        return {f"r{number}": column for number, column in enumerate(drawn.T, 1)}


def _positive(name: str, given: ArrayLike | None, toy: Array) -> Array:
    if given is None:
        return toy
    values = as_shaped(name, given, toy.shape)
    refuse(f"{name} must be positive", values, values <= 0)
    return values
