"""What a scheme of any family does to the score of a query and a key, by their two positions."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..families import Absolute, Bias, Rotary, Scheme
from ..numeric.checks import Array, as_count
from ..self_attention import AttentionWeights, softmax
from .attention_bias import added_bias, mean_by_offset
from .toy_words import word_vectors

MAX_COMPARED = 512
"""Positions whose scores are compared, every two of them."""
CONTENT = "content"


@dataclass(frozen=True, eq=False)
class Added:
    """What a scheme adds before any content: values, and what their rows and columns are called."""

    values: Array
    rows: str
    columns: str


class Difference(NamedTuple):
    """Where two schemes' scores differ most, by how much there, and on average."""

    query: int
    key: int
    largest: float
    mean: float


def position_scores(scheme: Scheme, n: int, dim: int = 64, heads: int = 8, causal: bool = False) -> Array:
    """The score of query i and key j minus the score of query i and key i, by position alone: (heads, n, n) float64.

    All tokens have the same content. Softmax does not see what a whole row has in common, so the key at the query's own
    place counts as 0 in every family, and all are in the unit of the score:

    - absolute: (p_i · p_j − p_i · p_i) / √dim, the position vectors' own dot products;
    - rotary: the score of a query and a key of ones, rotated, over √dim (the mean score of features of unit variance);
    - bias: what is added to the score.

    Masked keys, and positions from the scheme's max_length on, are not a number.

    >>> from posenc import scheme
    >>> position_scores(scheme("alibi"), 3, heads=1)[0].round(3).tolist()
    [[0.0, -0.004, -0.008], [-0.004, 0.0, -0.004], [-0.008, -0.004, 0.0]]
    >>> bool(np.abs(position_scores(scheme("none"), 3)).max() == 0)
    True
    """
    if not isinstance(scheme, Scheme):
        raise ValueError(f"scheme must be a posenc scheme; got {scheme!r}")
    asked, count = as_count("n", n, 1, MAX_COMPARED), as_count("heads", heads)
    size = known_length(scheme, asked)
    if isinstance(scheme, Bias):
        scores = added_bias(scheme, [CONTENT] * size, count, causal)
    else:
        where = np.arange(size)
        added = scheme.add_to_input(np.zeros((size, as_count("dim", dim))), where)
        content = np.ones((1, size, dim))
        queries, keys = scheme.rotate_qk(content, content, where)
        scores = np.broadcast_to((added @ added.T + queries @ keys.swapaxes(1, 2)) / np.sqrt(dim), (count, size, size))
        scores = np.where(np.tri(size, dtype=bool) | (not causal), scores, np.nan)
    own = np.diagonal(scores, axis1=1, axis2=2)[..., None]
    return np.pad(scores - own, ((0, 0), (0, asked - size), (0, asked - size)), constant_values=np.nan)


def sentence_weights(scheme: Scheme, words: list[str], dim: int = 64, heads: int = 8, causal: bool = False) -> Array:
    """The attention weights of one layer over the words of a sentence: (heads, n, n), rows summing to 1.

    Words have toy vectors, and every head of every scheme has the same toy query and key weights, so that schemes differ in
    nothing else. Raises ValueError for a sentence longer than the scheme's max_length.

    >>> from posenc import scheme
    >>> sentence_weights(scheme("none"), ["a", "a"], dim=8, heads=1).tolist()
    [[[0.5, 0.5], [0.5, 0.5]]]
    """
    n, count, size = (
        as_count("words' number", len(words), 1, MAX_COMPARED),
        as_count("heads", heads),
        as_count("dim", dim),
    )
    if known_length(scheme, n) < n:
        raise ValueError(f"words must be at most {scheme.max_length} for {scheme.id}; got {n}")
    where = np.arange(n)
    rows = scheme.add_to_input(word_vectors(words, size, np.float64), where)
    projected = rows @ AttentionWeights.random(size, dtype=np.float64).in_proj_weight[: 2 * size].T
    queries, keys = np.broadcast_to(projected.reshape(n, 2, size).swapaxes(0, 1)[:, None], (2, count, n, size))
    queries, keys = scheme.rotate_qk(queries, keys, where)
    scores = np.where(np.tri(n, dtype=bool) | (not causal), queries @ keys.swapaxes(1, 2) / np.sqrt(size), -np.inf)
    return softmax(scheme.add_to_scores(scores, queries, keys, where))


def difference(scores: Array, reference: Array) -> Difference:
    """How two matrices of scores (n, n) differ, where both are numbers.

    >>> difference(np.array([[0.0, 1.0], [3.0, np.nan]]), np.zeros((2, 2)))
    Difference(query=1, key=0, largest=3.0, mean=1.3333333333333333)
    """
    apart = np.abs(scores - reference)
    query, key = np.unravel_index(np.nanargmax(apart), apart.shape)
    return Difference(int(query), int(key), float(np.nanmax(apart)), float(np.nanmean(apart)))


def what_is_added(scheme: Scheme, n: int, dim: int = 64, heads: int = 8, causal: bool = False) -> Added:
    """A scheme's table where it has one, else what it adds to the scores at each offset; nothing where it adds nothing.

    >>> from posenc import scheme
    >>> [what_is_added(scheme(id), 4, 8, 2).values.shape for id in ("none", "rotary", "alibi")]
    [(0, 0), (4, 8), (2, 7)]
    """
    size = known_length(scheme, as_count("n", n, 1, MAX_COMPARED))
    if isinstance(scheme, Absolute | Rotary):
        return Added(scheme.table(size, dim, np.float64), "position", "dimension")
    if isinstance(scheme, Bias):
        scores = added_bias(scheme, [CONTENT] * size, as_count("heads", heads), causal)
        return Added(mean_by_offset(scores).mean, "head", "offset")
    return Added(np.empty((0, 0)), "", "")


def known_length(scheme: Scheme, n: int) -> int:
    """How many of n positions a scheme has an answer for."""
    return n if scheme.max_length is None else min(n, scheme.max_length)
