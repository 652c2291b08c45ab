"""Disentangled attention: content meets relative position, in buckets that widen with the logarithm."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bucketed, Paper
from ..numeric.checks import WHOLE, Array, as_count, as_whole
from ..numeric.offsets import log_steps, whole_offsets_between
from ..numeric.once import once
from ..numeric.tolerances import EXACT64
from ..parameters import parameter

TOY_DIM = 32


@dataclass(frozen=True)
class Deberta(Bucketed):
    """DeBERTa's two position terms: q_i · K[bucket(i − j)] and k_j · Q[bucket(j − i)], content against position.

    He et al. 2020, arXiv:2006.03654, section 3; the buckets are those of its second version. Both terms depend on
    the content: `add_to_scores` takes the real queries and keys, `bias` one and the same toy query and key everywhere, so
    that it shows the buckets. There is no term of position alone. With all three terms scores are over √(3·dim).

    >>> Deberta().buckets([-128, 0, 128, 129, 511]).tolist()
    [-128, 0, 128, 129, 255]
    """

    id = "deberta"
    title = "DeBERTa's disentangled bias"
    paper = Paper("He et al.", 2020, "DeBERTa: Decoding-enhanced BERT with Disentangled Attention", "2006.03654")
    formula = (
        r"\mathrm{score}_{ij} = \frac{q_i \cdot k_j + q_i \cdot K_{\mathrm{bucket}(i - j)}"
        r" + k_j \cdot Q_{\mathrm{bucket}(j - i)}}{\sqrt{3d}}"
    )
    idea = "The query is compared with a learned vector of the offset, the key with another, and both are added to the score."
    letters = (
        "$i, j$ positions of query and key; $q_i, k_j$ query and key; $K, Q$ learned vectors, one for each bucket"
        r"; $\mathrm{bucket}$ the range that an offset falls into; $d$ how many dimensions a head has"
    )
    used_by = "DeBERTa v2 and v3"
    learned = "a vector for each bucket, for queries and for keys"

    bucket_size: int = parameter(
        256, "Rows of the tables for each side; the first half hold one distance each.", minimum=2, maximum=2048
    )
    max_position: int = parameter(
        512, "The distance max_position − 1 has bucket 2·⌊bucket_size/2⌋ − 1 on its side.", minimum=3, maximum=1 << 30
    )
    clamp: bool = parameter(
        False,
        "Distances beyond max_position − 1 count as that, as in the authors' code; in transformers they go on, until the"
        " tables end.",
    )
    seed: int = parameter(0, "Draws the toy values that stand in for learned ones.", minimum=0)

    def __post_init__(self) -> None:
        super().__post_init__()
        as_count("max_position", self.max_position, self.bucket_size // 2 + 2, WHOLE)

    def buckets(self, offsets: ArrayLike) -> Array:
        """The signed bucket of each offset, here query − key, whole: the same shape, int64."""
        where, near, last = as_whole("offsets", offsets), self.bucket_size // 2, self.max_position - 1
        if self.clamp:
            where = np.clip(where, -last, last)
        distances = np.abs(where)
        steps = log_steps(distances, near, last, near - 1)
        far = near + np.ceil(steps - EXACT64).astype(np.int64)
        return np.where(distances <= near, where, np.sign(where) * far)

    def added_buckets(self, offsets: ArrayLike) -> Array:
        """The bucket of each offset, here key − query, as far as the tables tell them apart: the same shape, int64.

        The tables end at bucket_size on either side: one thing is added for all buckets from there on.
        """
        return np.clip(self.buckets(-as_whole("offsets", offsets)), -self.bucket_size, self.bucket_size)

    def bias(self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int) -> Array:
        """What is added to the scores where every query and every key is the same toy vector: (heads, n_q, n_k)."""
        shape = (2, as_count("heads", heads), 1, TOY_DIM)
        query, key = np.random.default_rng((self.seed, 1)).standard_normal(shape)
        offsets = -whole_offsets_between(query_positions, key_positions)
        return (self._position_terms(query, key, offsets) / np.sqrt(3 * TOY_DIM)).astype(np.float32)

    def add_to_scores(self, scores: Array, queries: Array, keys: Array, positions: Array) -> Array:
        terms = self._position_terms(queries, keys, -whole_offsets_between(positions, positions))
        return ((scores + terms / np.sqrt(queries.shape[-1])) / np.sqrt(3)).astype(scores.dtype)

    def _position_terms(self, queries: Array, keys: Array, offsets: Array) -> Array:
        """q_i · K[bucket(i − j)] + k_j · Q[bucket(j − i)]: (heads, n_q, n_k), from (heads, n or 1, dim) each."""
        heads, _, dim = queries.shape
        rows, back = self._rows(offsets), self._rows(-offsets.T)
        used, places = np.unique(np.concatenate([rows.ravel(), back.ravel()]), return_inverse=True)
        to, fro = np.split(places.reshape(-1), [rows.size])
        key_rows, query_rows = self._toy_rows(used, heads, dim)
        to_position = np.take_along_axis(queries @ key_rows.swapaxes(1, 2), to.reshape(1, *rows.shape), 2)
        from_position = np.take_along_axis(keys @ query_rows.swapaxes(1, 2), fro.reshape(1, *back.shape), 2)
        return to_position + from_position.swapaxes(1, 2)

    @once
    def _toy_rows(self, used: Array, heads: int, dim: int) -> Array:
        """The rows that are used of either table: (2, heads, used, dim); a head is drawn at a time, and all of it."""
        draw, shape = np.random.default_rng(self.seed).standard_normal, (2 * self.bucket_size, dim)
        return np.array([[draw(shape)[used] for _ in range(heads)] for _ in range(2)])

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return 2 * heads * 2 * self.bucket_size * dim + super()._numbers(length, dim, heads)

    def _rows(self, offsets: Array) -> Array:
        """A bucket's row in the tables, which end at bucket_size on either side."""
        return np.clip(self.buckets(offsets) + self.bucket_size, 0, 2 * self.bucket_size - 1)
