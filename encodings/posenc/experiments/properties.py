"""What a scheme does, measured: for each property the numbers and the positions that prove or break it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..families import Absolute, Rotary, Scheme
from ..numeric.checks import Array, as_count
from ..numeric.tolerances import FLOAT32
from ..similarities import similarity
from .attention_bias import HEAD_DIM
from .compare import known_length, position_scores, sentence_weights
from .toy_words import word_vectors

WORD = "word"
VECTORS = 32
"""So many random vectors tell whether norms are kept."""


@dataclass(frozen=True)
class Finding:
    """What was measured of one property."""

    holds: bool | None
    """None where that is no question."""
    values: tuple[float, ...] = ()
    """The numbers that say so; each property says which."""
    witness: tuple[int, ...] = ()
    """The positions that prove or break it: one, or two rows, or one or two pairs of query and key."""
    toy: bool = False
    """Measured through toy weights or random vectors, whatever the scheme's own values are."""


@dataclass(frozen=True)
class Setting:
    """What is measured on: n positions, features a head, heads, the head that is looked at, and the mask."""

    n: int = 32
    dim: int = 64
    heads: int = 8
    head: int = 0
    causal: bool = False

    def scores(self, scheme: Scheme, n: int) -> Array:
        """What n positions alone do to the scores in the head that is looked at: (n, n)."""
        return position_scores(scheme, n, self.dim, self.heads, self.causal)[self.head]


DEFAULT = Setting()


def properties(scheme: Scheme, setting: Setting = DEFAULT) -> dict[str, Finding]:
    """Every property of a scheme by its name, measured on tokens of equal content at the positions 0…n−1.

    >>> from posenc import scheme
    >>> {name: finding.holds for name, finding in list(properties(scheme("alibi")).items())[:3]}
    {'offset_alone': True, 'decays': True, 'left_from_right': False}
    """
    as_count("head", setting.head, 0, setting.heads - 1)
    n = known_length(scheme, as_count("n", setting.n))
    scores = setting.scores(scheme, n)
    weights = sentence_weights(scheme, [WORD] * n, setting.dim, setting.heads, setting.causal)[setting.head]
    return {
        "offset_alone": offset_alone(scores),
        "decays": decays(scores),
        "left_from_right": left_from_right(scores, setting.causal),
        "left_from_right_in_attention": replace(left_from_right(weights, setting.causal), toy=True),
        "keeps_norms": keeps_norms(scheme, n, setting.dim),
        "unique": unique(scheme, scores, setting.dim),
        "beyond": beyond(scheme, setting),
        "needs_no_learning": needs_no_learning(scheme, setting, n),
        "cost": cost(scheme, setting, n),
    }


def offset_alone(scores: Array) -> Finding:
    """Whether the score of a query and a key depends on how far apart they are, and on nothing else.

    Value: the largest difference between two pairs of one offset; witness: those pairs.

    >>> offset_alone(np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 3.0], [0.0, 3.0, 0.0]]))
    Finding(holds=False, values=(2.0,), witness=(2, 1, 1, 0), toy=False)
    """
    n = len(scores)
    if n < 3:
        return Finding(None)
    apart, where = -1.0, (0, 0, 0, 0)
    for offset in sorted(range(2 - n, n - 1), key=abs):
        pairs, first = np.diagonal(scores, offset), max(-offset, 0)
        if offset and not np.isnan(pairs[0]) and np.ptp(pairs) > apart:
            high, low = (first + int(at) for at in (pairs.argmax(), pairs.argmin()))
            low = low if high != low else first + len(pairs) - 1  # all alike: the two that lie furthest apart
            apart, where = float(np.ptp(pairs)), (high, high + offset, low, low + offset)
    return Finding(apart <= _rounding(scores), (apart,), where)


def decays(scores: Array) -> Finding:
    """Whether scores fall with the distance on either side of a query: they never rise, and the last is lower.

    Value and witness: the lowest score, and its pair; else how much a key scores above its neighbour nearer to the query,
    and both pairs; else, on a side where all keys score alike, the largest of their scores, and one pair.

    >>> decays(np.array([[0.0, -2.0, -1.0], [-2.0, 0.0, -2.0], [-1.0, -2.0, 0.0]]))
    Finding(holds=False, values=(1.0,), witness=(0, 2, 0, 1), toy=False)
    """
    n, least = len(scores), _rounding(scores)
    if n < 2:
        return Finding(None)
    for pairs in (np.tril_indices(n, -1), np.triu_indices(n, 1)):
        apart = np.abs(scores[pairs]).max()  # not a number where a mask hides them: no flat side
        if apart <= least:
            return Finding(False, (float(apart),), (int(pairs[0][-1]), int(pairs[1][-1])))
    for distance in range(n - 1):
        for side in (1, -1):
            near, far = (np.diagonal(scores, side * k) for k in (distance, distance + 1))
            rises = np.nan_to_num(far - (near[:-1] if side > 0 else near[1:]))
            if rises.max() > least:
                query = int(rises.argmax()) + (0 if side > 0 else distance + 1)
                here, there = query + side * distance, query + side * (distance + 1)
                return Finding(False, (float(rises.max()),), (query, there, query, here))
    query, key = _place(np.nan_to_num(-scores))
    return Finding(True, (float(scores[query, key]),), (query, key))


def left_from_right(scores: Array, causal: bool) -> Finding:
    """Whether a query's keys at the same distance on either side of it differ in score.

    Value: the largest difference; witness: the pair to the right, then the pair to the left.

    >>> left_from_right(np.array([[0.0, 1.0, 2.0], [3.0, 0.0, 1.0], [0.0, 0.0, 0.0]]), causal=False)
    Finding(holds=True, values=(2.0,), witness=(1, 2, 1, 0), toy=False)
    """
    n = len(scores)
    if causal or n < 3:
        return Finding(None)
    query, k = np.arange(n)[:, None], np.arange(1, n // 2 + 1)
    inside = (query >= k) & (query + k < n)
    right, left = (scores[query, np.clip(query + side * k, 0, n - 1)] for side in (1, -1))
    apart = np.where(inside, np.abs(right - left), -1)
    middle, step = _place(apart)
    witness = (middle, middle + step + 1, middle, middle - step - 1)
    return Finding(bool(apart.max() > _rounding(scores)), (float(apart.max()),), witness)


def keeps_norms(scheme: Scheme, n: int, dim: int) -> Finding:
    """Whether queries and keys are as long after the scheme has added to them or rotated them, at every position.

    Tried on random vectors. Values: the smallest and the largest ratio of norms; witness: the positions of both.

    >>> from posenc import scheme
    >>> keeps_norms(scheme("rotary"), 8, 4).holds, keeps_norms(scheme("sinusoidal"), 8, 4).holds
    (True, False)
    """
    where = np.arange(n)
    vectors = np.random.default_rng(0).standard_normal((VECTORS, 1, dim))
    rows = scheme.add_to_input(np.repeat(vectors, n, 1), where)
    turned = np.stack(scheme.rotate_qk(rows, rows, where))
    ratios = (np.linalg.norm(turned, axis=-1) / np.linalg.norm(vectors, axis=-1)).reshape(-1, n)
    low, high = int(ratios.min(0).argmin()), int(ratios.max(0).argmax())
    kept = bool(np.abs(ratios - 1).max() <= FLOAT32)
    return Finding(kept, (float(ratios.min()), float(ratios.max())), (low, high), toy=True)


def unique(scheme: Scheme, scores: Array, dim: int) -> Finding:
    """Whether no two positions have one and the same row: of the table where there is one, else of the scores, masked ones
    as 0.

    Value: the distance of the two nearest rows; witness: those rows.

    >>> from posenc import scheme
    >>> unique(scheme("none"), np.zeros((3, 3)), 4)
    Finding(holds=False, values=(0.0,), witness=(0, 1), toy=False)
    """
    n = len(scores)
    if n < 2:
        return Finding(None)
    rows = scheme.table(n, dim, np.float64) if isinstance(scheme, Absolute | Rotary) else np.nan_to_num(scores)
    distances = similarity(rows, "euclidean") + np.diag(np.full(n, np.inf))
    one, other = _place(-distances)
    nearest = float(distances[one, other])
    return Finding(nearest > _rounding(rows), (nearest,), (one, other))


def beyond(scheme: Scheme, setting: Setting) -> Finding:
    """Whether there is an answer at twice the length, and whether its scores are among those seen up to it.

    Witness: the last pair of query and key whose score is furthest outside, and values that score, the lowest and the highest
    seen; no values where none is outside. Where there is no answer, witness is the first position without one.

    >>> from posenc import scheme
    >>> beyond(scheme("learned"), Setting(n=500))
    Finding(holds=False, values=(), witness=(512,), toy=False)
    """
    n = setting.n
    if scheme.max_length is not None and scheme.max_length < 2 * n:
        return Finding(False, (), (scheme.max_length,))
    seen, last = setting.scores(scheme, n), setting.scores(scheme, 2 * n)[-1]
    low, high = float(np.nanmin(seen)), float(np.nanmax(seen))
    outside = np.nan_to_num(np.maximum(last - high, low - last))
    key = int(outside.argmax())
    within = outside[key] <= max(_rounding(last), _rounding(seen))
    return Finding(True, () if within else (float(last[key]), low, high), (2 * n - 1, key))


def needs_no_learning(scheme: Scheme, setting: Setting, n: int) -> Finding:
    """Whether the scheme says that nothing of it is learned; and what toy values, where they stand in, decide.

    Value and witness: how much another seed changes a score, and the pair whose score changes most; no value where none
    changes, and no witness where the values have no seed.

    >>> from posenc import scheme
    >>> needs_no_learning(scheme("learned"), DEFAULT, 8)
    Finding(holds=False, values=(), witness=(), toy=False)
    """
    if not scheme.learned or scheme.seed is None:
        return Finding(not scheme.learned)
    other: Any = {"seed": scheme.seed + 1}
    apart = np.nan_to_num(np.abs(setting.scores(scheme, n) - setting.scores(replace(scheme, **other), n)))
    return Finding(False, (float(apart.max()),) if apart.max() > FLOAT32 else (), _place(apart))


def cost(scheme: Scheme, setting: Setting, n: int) -> Finding:
    """How many numbers it changes for one token, found by comparing before and after.

    Values: features of the input, once; features of query and key together, in each head and layer; scores, in each head
    and layer.

    >>> from posenc import scheme
    >>> cost(scheme("sinusoidal"), DEFAULT, 8).values
    (64, 0, 0)
    """
    where, rows = np.arange(n), np.repeat(word_vectors([WORD], setting.dim, np.float64), n, 0)
    queries, keys = rows[None], rows[None, :, ::-1]
    turned = scheme.rotate_qk(queries, keys, where)
    # heads as many and as wide as those of the scores above, so that what was made for them need not be made again
    scores, heads = np.zeros((setting.heads, n, n)), (setting.heads, 1, 1)
    asked, answering = (np.tile(rows[..., :HEAD_DIM], heads) for rows in (queries, keys))
    rotated = (_most_changed(before[0], after[0]) for before, after in zip((queries, keys), turned, strict=True))
    added = scheme.add_to_scores(scores, asked, answering, where)
    return Finding(
        None, (_most_changed(rows, scheme.add_to_input(rows, where)), sum(rotated), _most_changed(scores[0], added[0]))
    )


def _most_changed(before: Array, after: Array) -> int:
    """The most numbers of a row that differ; all of a row's where there are more of them than before."""
    return int((before != after).sum(1).max()) if before.shape == after.shape else after.shape[1]


def _place(values: Array) -> tuple[int, int]:
    """Row and column of the largest value."""
    row, column = np.unravel_index(values.argmax(), values.shape)
    return int(row), int(column)


def _rounding(values: Array) -> float:
    return FLOAT32 * max(float(np.nanmax(np.abs(values))), 1.0)
