"""Positions that the content counts: a query steps over the keys that it deems worth counting."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..checks import Array, as_count, as_positions, as_shaped
from ..family import Bias, Paper, parameter
from ..mlp import sigmoid

TOY_DIM = 32


@dataclass(frozen=True)
class Cope(Bias):
    """CoPE: key j's position is the sum of the gates sigmoid(score) from j to the right end of the row.

    Golovneva et al. 2024, arXiv:2405.18719. The position, at most max_positions − 1, is a fraction: q_i · e[p] is
    interpolated between the whole positions around it. A masked score, −inf, has gate 0, so under a causal mask the
    count ends at the query. Only the order of the keys matters; positions given from outside do not enter.

    >>> Cope(max_positions=4).positions([[[0.0, np.inf, 0.0, -np.inf]]]).tolist()
    [[[2.0, 1.5, 0.5, 0.0]]]
    """

    id = "cope"
    title = "CoPE (contextual)"
    paper = Paper(
        "Golovneva et al.", 2024, "Contextual Position Encoding: Learning to Count What's Important", "2405.18719"
    )
    formula = (
        r"\mathrm{score}_{ij} = \frac{q_i \cdot \left(k_j + e[p_{ij}]\right)}{\sqrt{d}}, \quad"
        r" p_{ij} = \sum_{k=j}^{i} \sigma(q_i \cdot k_k)"
    )
    used_by = "research models of its authors"

    max_positions: int = parameter(
        64, "Rows of the embedding; counts beyond it share the last.", minimum=1, maximum=4096
    )
    seed: int = parameter(0, "Draws the toy values that stand in for learned ones.", minimum=0)

    def positions(self, scores: ArrayLike) -> Array:
        """The position of each key as each query counts it, 0…max_positions − 1: (heads, n_q, n_k) float64."""
        gates = sigmoid(as_shaped("scores", scores, (None, None, None), infinite=True))
        return np.minimum(gates[..., ::-1].cumsum(-1)[..., ::-1], self.max_positions - 1)

    def bias(self, queries: ArrayLike, scores: ArrayLike, embeddings: ArrayLike) -> Array:
        """q_i · e[p_ij], not scaled: (heads, n_q, n_k).

        From queries (heads, n_q, dim), scores (heads, n_q, n_k) with masked ones −inf, and embeddings
        (max_positions, dim).
        """
        asked = as_shaped("queries", queries, (None, None, None))
        known = as_shaped("scores", scores, (*asked.shape[:2], None), infinite=True)
        table = as_shaped("embeddings", embeddings, (self.max_positions, asked.shape[2]))
        return self._interpolate(asked @ table.T, known).astype(np.float32)

    def adjust(self, scores: Array, queries: Array, keys: Array, positions: Array) -> Array:
        """As in the authors' heads: gates from the scaled scores, the position term over √head_dim too."""
        dim = queries.shape[-1]
        products = queries @ self._toy_embeddings(dim).T / np.sqrt(dim)
        return scores + self._interpolate(products, scores).astype(scores.dtype)

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        """What is added where content says nothing: every gate half open, and the same toy query everywhere.

        Keys behind the query are masked and have position 0; those before it half their count up to the query.
        """
        counts = np.maximum(1 - as_positions(offsets, "offsets"), 0) / 2
        queries = np.random.default_rng((self.seed, 1)).standard_normal((as_count("heads", heads), TOY_DIM))
        products = queries @ self._toy_embeddings(TOY_DIM).T / np.sqrt(TOY_DIM)
        return np.array([np.interp(counts, np.arange(self.max_positions), row) for row in products])

    def _interpolate(self, products: Array, scores: Array) -> Array:
        """The products of queries and embeddings (heads, n_q, max_positions), each at its key's position."""
        where = self.positions(scores)
        below = np.floor(where).astype(np.int64)
        above = np.ceil(where).astype(np.int64)
        low, high = (np.take_along_axis(products, rows, 2) for rows in (below, above))
        return low + (where - below) * (high - low)

    def _toy_embeddings(self, dim: int) -> Array:
        return np.random.default_rng(self.seed).standard_normal((self.max_positions, dim))
