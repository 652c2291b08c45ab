"""Sinusoids of the offset, seen through a learned projection, which query and a learned bias are compared with."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from ..families import Bias, Paper
from ..numeric.checks import Array, as_count, as_positions, as_shaped
from ..numeric.offsets import offsets_between
from ..numeric.once import once
from ..parameters import parameter
from .sinusoidal import Sinusoidal

TOY_DIM = 32


@dataclass(frozen=True)
class TransformerXL(Bias):
    """Transformer-XL: ((q_i + u) · k_j + (q_i + v) · W R_{i−j}) / √head_dim, R the sinusoid of the offset.

    Dai et al. 2019, arXiv:1901.02860, section 3.3. The learned u and v tell how much any query cares for a content
    and for an offset, W projects the sinusoids. Position alone adds v · W R / √head_dim: that is `bias`. The rest
    depends on the content: `add_to_scores` takes the real queries and keys.

    >>> TransformerXL().table([1, 0, -1], 2).round(2).tolist()
    [[0.8399999737739563, 0.5400000214576721], [0.0, 1.0], [-0.8399999737739563, 0.5400000214576721]]
    """

    id = "transformer_xl"
    title = "Transformer-XL"
    paper = Paper(
        "Dai et al.", 2019, "Transformer-XL: Attentive Language Models Beyond a Fixed-Length Context", "1901.02860"
    )
    formula = r"\mathrm{score}_{ij} = \frac{(q_i + u) \cdot k_j + (q_i + v) \cdot W R_{i - j}}{\sqrt{d}}"
    idea = "The score gets a part that depends on the offset, made from sines, cosines and learned vectors."
    letters = (
        "$i, j$ positions of query and key; $q_i, k_j$ query and key; $u, v$ learned vectors"
        "; $W$ a learned matrix; $R_{i - j}$ sines and cosines of the distance"
        "; $d$ how many dimensions a head has"
    )
    used_by = "Transformer-XL, XLNet, Conformer (sine and cosine side by side)"
    learned = "two vectors for each head and a projection"

    base: float = parameter(10000.0, "The slowest wave is up to 2π times the base long.", minimum=1.0, maximum=1e9)
    layout: str = parameter(
        "concatenated",
        "All sines first, or sine and cosine of a pair side by side, as Conformer has them.",
        choices=("concatenated", "interleaved"),
    )
    seed: int = parameter(0, "Draws the toy values that stand in for learned ones.", minimum=0)

    def table(self, offsets: ArrayLike, dim: int, dtype: DTypeLike = np.float32) -> Array:
        """The sinusoids of relative offsets (query − key), in any order, negative and fractional too: (n, dim)."""
        return Sinusoidal(self.base, self.layout).table(as_positions(offsets, "offsets"), dim, dtype)

    def bias(self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int) -> Array:
        """What position alone adds to the scores, v · W R / √head_dim with toy v and W: (heads, n_q, n_k)."""
        offsets = -offsets_between(query_positions, key_positions)
        _, preferred = self._toy_biases(as_count("heads", heads), TOY_DIM)
        position = self._position_term(preferred, offsets, lambda distinct: self._toy_rows(distinct, heads, TOY_DIM))
        return (position / np.sqrt(TOY_DIM)).astype(np.float32)

    def scores(
        self,
        queries: ArrayLike,
        keys: ArrayLike,
        offsets: ArrayLike,
        position_projection: ArrayLike,
        content_bias: ArrayLike,
        position_bias: ArrayLike,
    ) -> Array:
        """The whole scores of queries (heads, n_q, head_dim) and keys (heads, n_k, head_dim): (heads, n_q, n_k).

        offsets (n_q, n_k) query − key; content_bias u, and the other arguments as in `position_scores`.
        """
        asked = as_shaped("queries", queries, (None, None, None))
        heads, _, head_dim = asked.shape
        position = self.position_scores(asked, offsets, position_projection, position_bias)
        content = as_shaped("keys", keys, (heads, position.shape[2], head_dim))
        preferred = asked + as_shaped("content_bias", content_bias, (heads, head_dim))[:, None]
        return ((preferred @ content.swapaxes(1, 2) + position) / np.sqrt(head_dim)).astype(np.float32)

    def position_scores(
        self, queries: ArrayLike, offsets: ArrayLike, position_projection: ArrayLike, position_bias: ArrayLike
    ) -> Array:
        """The position term (q_i + v) · W R alone and not scaled, as XLNet has it: (heads, n_q, n_k).

        queries (heads, n_q, head_dim), offsets (n_q, n_k) query − key, W position_projection (heads·head_dim, dim),
        v position_bias (heads, head_dim).
        """
        asked = as_shaped("queries", queries, (None, None, None))
        heads, n, head_dim = asked.shape
        preferred = asked + as_shaped("position_bias", position_bias, (heads, head_dim))[:, None]
        projection = as_shaped("position_projection", position_projection, (heads * head_dim, None))
        where = as_shaped("offsets", offsets, (n, None))
        return self._position_term(preferred, where, lambda distinct: self._project(distinct, projection)).astype(
            np.float32
        )

    def add_to_scores(self, scores: Array, queries: Array, keys: Array, positions: Array) -> Array:
        heads, _, head_dim = queries.shape
        u, v = self._toy_biases(heads, head_dim)
        offsets = -offsets_between(positions, positions)
        position = self._position_term(queries + v, offsets, lambda distinct: self._toy_rows(distinct, heads, head_dim))
        return scores + ((u @ keys.swapaxes(1, 2) + position) / np.sqrt(head_dim)).astype(scores.dtype)

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        width = heads * dim
        return width * (width + 2 * length + 1) + super()._numbers(length, dim, heads)

    def _position_term(self, preferred: Array, offsets: Array, project: Callable[[Array], Array]) -> Array:
        """(q_i + v) · W R for each pair: (heads, n_q, n_k), from q + v (heads, n_q or 1, head_dim).

        Each distinct offset is projected once.
        """
        heads, _, head_dim = preferred.shape
        distinct, places = np.unique(offsets, return_inverse=True)
        products = preferred @ project(distinct).reshape(-1, heads, head_dim).transpose(1, 2, 0)
        return np.take_along_axis(products, places.reshape(1, *offsets.shape), 2)

    def _project(self, offsets: Array, projection: Array) -> Array:
        """W R of each offset: (n, heads·head_dim)."""
        return self.table(offsets, projection.shape[1], np.float64) @ projection.T

    def _toy_biases(self, heads: int, head_dim: int) -> Array:
        """u and v: (2, heads, 1, head_dim)."""
        return np.random.default_rng(self.seed).standard_normal((2, heads, 1, head_dim))

    @once
    def _toy_rows(self, offsets: Array, heads: int, head_dim: int) -> Array:
        """W R of each offset with toy W, which is drawn after u and v."""
        draw, dim = np.random.default_rng(self.seed).standard_normal, heads * head_dim
        draw(2 * dim)
        return self._project(offsets, draw((dim, dim)) / np.sqrt(dim))
