"""A learned number for each bucket of distances: near ones a bucket each, far ones together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bucketed, Paper
from ..numeric.checks import WHOLE, Array, as_count, as_shaped, as_whole
from ..numeric.offsets import log_steps, whole_offsets_between
from ..numeric.tolerances import EXACT64
from ..parameters import parameter


@dataclass(frozen=True)
class T5(Bucketed):
    """T5's relative bias: the score of query i and key j gets embedding[bucket(j − i), head].

    Raffel et al. 2019, arXiv:1910.10683, section 2.1. The first half of a side's buckets hold one distance each, the
    others widen with the logarithm up to max_distance, beyond which all keys share the last. Bidirectional: keys
    ahead of the query have buckets of their own. Causal: all of them share bucket 0.

    >>> T5().buckets([-1000, -9, -1, 0, 1, 9]).tolist()
    [15, 8, 1, 0, 17, 24]
    >>> T5().bias(2, 3, heads=1, embedding=np.arange(32.0)[:, None])[0].tolist()
    [[0.0, 17.0, 18.0], [1.0, 0.0, 17.0]]
    """

    id = "t5"
    title = "T5 relative bias"
    paper = Paper(
        "Raffel et al.",
        2019,
        "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
        "1910.10683",
    )
    formula = r"\mathrm{score}_{ij} = s_{ij} + E_{\mathrm{bucket}(j - i),\,h}"
    idea = "Each head adds a learned number to the score, one for each range of offsets."
    letters = (
        Bucketed.letters + "; $E$ learned numbers, one for each bucket and head"
        r"; $\mathrm{bucket}$ the range that an offset falls into; $h$ the head"
    )
    used_by = "T5, mT5, UL2, MPNet"
    learned = "a number for each bucket and head"

    bidirectional: bool = parameter(
        True,
        "Keys ahead of the query have buckets of their own. Off: they share bucket 0, as a causal mask hides them.",
    )
    num_buckets: int = parameter(32, "How many numbers each head learns.", minimum=2, maximum=65536)
    max_distance: int = parameter(128, "From here on all distances share the last bucket.", minimum=2, maximum=1 << 30)
    scale: float = parameter(1.0, "The bias is multiplied by this, as in x-transformers.", minimum=0.0, maximum=1e6)
    seed: int = parameter(0, "Draws the toy values that stand in for learned ones.", minimum=0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.bidirectional:
            as_count("num_buckets", self.num_buckets, 4)
        as_count("max_distance", self.max_distance, self._side // 2 + 1, WHOLE)

    def buckets(self, offsets: ArrayLike) -> Array:
        """The bucket of each offset (key − query, whole), 0…num_buckets − 1: the same shape, int64."""
        where, near = as_whole("offsets", offsets), self._side // 2
        distances = np.abs(where) if self.bidirectional else np.maximum(-where, 0)
        steps = log_steps(distances, near, self.max_distance, self._side - near)
        far = np.minimum(near + np.floor(steps + EXACT64).astype(np.int64), self._side - 1)
        ahead = self._side * (where > 0) if self.bidirectional else 0
        return ahead + np.where(distances < near, distances, far)

    def bias(
        self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int, embedding: ArrayLike | None = None
    ) -> Array:
        """What is added to the scores: (heads, n_q, n_k), from an embedding (num_buckets, heads) or toy values."""
        buckets = self.buckets(whole_offsets_between(query_positions, key_positions))
        shape = (self.num_buckets, as_count("heads", heads))
        rows = self._toy_rows(heads) if embedding is None else as_shaped("embedding", embedding, shape).T
        return (rows * self.scale).astype(np.float32)[:, buckets]

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return heads * self.num_buckets + super()._numbers(length, dim, heads)

    @property
    def _side(self) -> int:
        return self.num_buckets // 2 if self.bidirectional else self.num_buckets

    def _toy_rows(self, heads: int) -> Array:
        return np.random.default_rng(self.seed).standard_normal((heads, self.num_buckets))
