"""Positions that the content counts: a query steps over the keys that it deems worth counting."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bias, Paper
from ..numeric.checks import Array, as_count, as_positions, as_shaped
from ..numeric.mlp import sigmoid
from ..numeric.once import once
from ..parameters import parameter

TOY_DIM = 32
CACHED = 1 << 16
"""How many scores are looked up at a time, about."""


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
        r"\mathrm{score}_{ij} = \frac{q_i \cdot \left(k_j + e[p_{ij}]\right)}{\sqrt{d}}, \quad p_{ij} = \min\left("
        r"\sum_{l \ge j} \sigma\left(\frac{q_i \cdot k_l}{\sqrt{d}}\right),\ P - 1\right) \text{ over the keys that } i"
        r" \text{ sees}"
    )
    idea = "The model learns which words count. A key's position is how many of those stand between it and the query."
    letters = (
        "$i, j$ positions of query and key; $q_i, k_j$ query and key; $p_{ij}$ the counted position of the key"
        r"; $e[p]$ learned vector of a counted position; $\sigma$ the sigmoid, from 0 to 1; $l$ each key from j on"
        "; $P$ max_positions; $d$ how many dimensions a head has"
    )
    used_by = "research models of its authors"
    learned = "a vector for each whole count"

    max_positions: int = parameter(
        64, "Rows of the embedding; counts beyond the last row share it.", minimum=1, maximum=4096
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
        given = as_shaped("scores", scores, (*asked.shape[:2], None), infinite=True)
        table = as_shaped("embeddings", embeddings, (self.max_positions, asked.shape[2]))
        return self._interpolate(asked, table[: self._reached(given)], given).astype(np.float32)

    def add_to_scores(self, scores: Array, queries: Array, keys: Array, positions: Array) -> Array:
        """As in the authors' heads: gates from the scaled scores, the position term over √head_dim too."""
        dim = queries.shape[-1]
        table = self._toy_embeddings(self._reached(scores), dim) / np.sqrt(dim)
        return scores + self._interpolate(queries, table, scores).astype(scores.dtype)

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        """What is added where content says nothing: every gate half open, and the same toy query everywhere.

        Keys ahead of the query are masked and have position 0; those behind it half their count up to the query.
        """
        counts = np.maximum(1 - as_positions(offsets, "offsets"), 0) / 2
        queries = np.random.default_rng((self.seed, 1)).standard_normal((as_count("heads", heads), TOY_DIM))
        products = queries @ self._toy_embeddings(self.max_positions, TOY_DIM).T / np.sqrt(TOY_DIM)
        return np.array([np.interp(counts, np.arange(self.max_positions), row) for row in products])

    def _interpolate(self, queries: Array, table: Array, scores: Array) -> Array:
        """The products of queries and embeddings (rows reached, dim), each at its key's position: as the scores.

        As many heads at a time as stay in the cache.
        """
        added = np.empty(scores.shape)
        heads = max(1, CACHED // max(1, scores.shape[1] * scores.shape[2]))
        for first in range(0, len(scores), heads):
            some = slice(first, first + heads)
            products, where = queries[some] @ table.T, self.positions(scores[some])
            below = np.floor(where).astype(np.int64)
            above = np.ceil(where).astype(np.int64)
            low, high = (np.take_along_axis(products, rows, 2) for rows in (below, above))
            added[some] = low + (where - below) * (high - low)
        return added

    def _reached(self, scores: Array) -> int:
        """How many rows of the embedding n_k keys can reach: each counts at most 1."""
        return min(self.max_positions, scores.shape[-1] + 1)

    @once
    def _toy_embeddings(self, rows: int, dim: int) -> Array:
        return np.random.default_rng(self.seed).standard_normal((rows, dim))

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return min(self.max_positions, length + 1) * dim + super()._numbers(length, dim, heads)
