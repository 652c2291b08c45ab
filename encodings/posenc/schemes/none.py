"""No positions at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Paper, Scheme
from ..numeric.checks import Array, as_positions


@dataclass(frozen=True)
class NoPositions(Scheme):
    """NoPE: attention sees a set. Only a causal mask lets it tell an order.

    Kazemnejad et al. 2023, arXiv:2305.19466.

    >>> NoPositions().kernel([-1, 0, 1], heads=1)
    array([[0., 0., 0.]])
    """

    id = "none"
    title = "No positions (NoPE)"
    family = "none"
    paper = Paper("Kazemnejad et al.", 2023, "The Impact of Positional Encoding on Length Generalization", "2305.19466")
    formula = r"\mathrm{score}_{ij} = \frac{q_i \cdot k_j}{\sqrt{d}}"
    idea = "No positions at all. With a causal mask attention can still tell an order, without one it cannot."
    letters = "$i, j$ positions of query and key; $q_i, k_j$ query and key; $d$ how many dimensions a head has"
    used_by = "some layers of Llama 4 and SmolLM3"

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        return self._per_head(np.zeros(len(as_positions(offsets, "offsets"))), heads)
