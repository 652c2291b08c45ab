"""A learned vector for each clipped relative position, which the query is compared with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bucketed, Paper
from ..numeric.checks import Array, as_count, as_number, as_shaped, as_whole
from ..numeric.offsets import whole_offsets_between
from ..numeric.once import once
from ..parameters import parameter

TOY_DIM = 32


@dataclass(frozen=True)
class Shaw(Bucketed):
    """Shaw's relative positions: the score of query i and key j gets q_i · embedding[clip(j − i)] / √dim.

    Shaw et al. 2018, arXiv:1803.02155, section 3.2, the vectors added to the keys. What is added depends on the
    query: `add_to_scores` takes the real ones. There is no term of position alone, so `bias` without queries takes one toy
    query everywhere, and shows which offsets are one to the model.

    >>> Shaw(max_distance=2).buckets([-9, -1, 0, 1, 9]).tolist()
    [0, 1, 2, 3, 4]
    """

    id = "shaw"
    title = "Shaw's relative positions"
    paper = Paper("Shaw et al.", 2018, "Self-Attention with Relative Position Representations", "1803.02155")
    formula = r"\mathrm{score}_{ij} = \frac{q_i \cdot \left(k_j + a_{\mathrm{clip}(j - i,\,-k,\,k)}\right)}{\sqrt{d}}"
    idea = "The key gets a learned vector for its offset from the query, up to a largest offset."
    letters = (
        "$i, j$ positions of query and key; $q_i, k_j$ query and key; $a$ learned vectors, one for each offset"
        "; $k$ the largest offset (max_distance); $d$ how many dimensions a head has"
    )
    used_by = "Music Transformer, Wav2Vec2-BERT"
    learned = "a vector for each offset up to the limit"

    max_distance: int = parameter(
        16,
        "From this distance on all offsets of a side share a vector; left and right can differ.",
        minimum=0,
        maximum=4096,
    )
    left: int | None = parameter(
        None, "The limit for keys behind the query alone.", minimum=0, maximum=4096, optional=True
    )
    right: int | None = parameter(
        None, "The limit for keys ahead of the query alone.", minimum=0, maximum=4096, optional=True
    )
    seed: int = parameter(0, "Draws the toy values that stand in for learned ones.", minimum=0)

    def buckets(self, offsets: ArrayLike) -> Array:
        """The row of each offset (key − query, whole) in the embedding: the same shape, int64."""
        left, right = self._limits
        return np.clip(as_whole("offsets", offsets), -left, right) + left

    def bias(
        self,
        query_positions: ArrayLike,
        key_positions: ArrayLike,
        heads: int,
        queries: ArrayLike | None = None,
        embedding: ArrayLike | None = None,
        scale: float | None = None,
    ) -> Array:
        """What is added to the scores: (heads, n_q, n_k).

        From queries (heads, n_q, dim), else one toy query, and an embedding (rows, dim), else toy vectors; times
        scale, else 1/√dim.
        """
        rows = self.buckets(whole_offsets_between(query_positions, key_positions))
        if queries is None:
            shape = (as_count("heads", heads), 1, TOY_DIM)
            asked = np.random.default_rng((self.seed, 1)).standard_normal(shape)
        else:
            asked = as_shaped("queries", queries, (as_count("heads", heads), len(rows), None))
        factor = None if scale is None else as_number("scale", scale)
        return self._compare(asked, rows, embedding, factor).astype(np.float32)

    def add_to_scores(self, scores: Array, queries: Array, keys: Array, positions: Array) -> Array:
        rows = self.buckets(whole_offsets_between(positions, positions))
        return scores + self._compare(queries, rows).astype(scores.dtype)

    def _compare(
        self, queries: Array, rows: Array, embedding: ArrayLike | None = None, scale: float | None = None
    ) -> Array:
        dim = queries.shape[-1]
        used, places = np.unique(rows, return_inverse=True)
        given = None if embedding is None else as_shaped("embedding", embedding, (self._rows, dim))[used]
        vectors = self._toy_rows(used, dim) if given is None else given
        products = queries @ vectors.T * (dim**-0.5 if scale is None else scale)
        return np.take_along_axis(products, places.reshape(1, *rows.shape), 2)

    @once
    def _toy_rows(self, used: Array, dim: int) -> Array:
        return np.random.default_rng(self.seed).standard_normal((self._rows, dim))[used]

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return self._rows * dim + super()._numbers(length, dim, heads)

    @property
    def _rows(self) -> int:
        return sum(self._limits) + 1

    @property
    def _limits(self) -> tuple[int, int]:
        left = self.max_distance if self.left is None else self.left
        return left, self.max_distance if self.right is None else self.right
