"""What a scheme does, measured there and then: each property with the positions that prove or break it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .checks import Array, as_count
from .family import Absolute, Rotary, Scheme
from .side_by_side import known_length, position_scores, sentence_shares
from .similarity import similarity
from .words import word_vectors

ROUNDING = 1e-6
"""Biases are float32: where the largest score is this, or 1, times so much, smaller differences are rounding."""
WORD = "word"


@dataclass(frozen=True)
class Finding:
    """What was measured of one property: whether it holds (None where that is no question) and at which positions."""

    name: str
    holds: bool | None
    measured: str
    positions: tuple[int, ...] = ()


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


def properties(scheme: Scheme, setting: Setting = DEFAULT) -> list[Finding]:
    """Every property of a scheme, measured on tokens of equal content at the positions 0…n−1.

    >>> from posenc import scheme
    >>> [(finding.name, finding.holds) for finding in properties(scheme("alibi"))][:3]
    [('Depends on the offset alone', True), ('Decays with the distance', True), ('Tells left from right', False)]
    """
    as_count("head", setting.head, 0, setting.heads - 1)
    n = known_length(scheme, as_count("n", setting.n, 3))
    scores = setting.scores(scheme, n)
    shares = sentence_shares(scheme, [WORD] * n, setting.dim, setting.heads, setting.causal)[setting.head]
    return [
        offset_alone(scores),
        decays(scores),
        left_from_right("Tells left from right", scores),
        left_from_right("… behind toy weights", shares),
        keeps_norms(scheme, n, setting.dim),
        unique(scheme, scores, setting.dim),
        beyond(scheme, setting),
        needs_no_learning(scheme, setting, n),
        cost(scheme, setting, n),
    ]


def offset_alone(scores: Array) -> Finding:
    """Whether the score of a query and a key depends on how far apart they are, and on nothing else.

    >>> offset_alone(np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 3.0], [0.0, 3.0, 0.0]])).measured
    '(1, 2) and (0, 1) differ by 2'
    """
    n = len(scores)
    apart, where = -1.0, (0, 0, 0, 0)
    for offset in range(2 - n, n - 1):
        pairs, first = np.diagonal(scores, offset), max(-offset, 0)
        if offset and not np.isnan(pairs[0]) and np.ptp(pairs) > apart:
            high, low = (first + int(at) for at in (pairs.argmax(), pairs.argmin()))
            low = low if high != low else first + len(pairs) - 1  # all alike: the two that lie furthest apart
            apart, where = float(np.ptp(pairs)), (high, high + offset, low, low + offset)
    said = f"({where[0]}, {where[1]}) and ({where[2]}, {where[3]}) differ by {max(apart, 0):.2g}"
    holds = apart <= _rounding(scores)
    return Finding("Depends on the offset alone", holds, f"{said}, the most of all" if holds else said, where)


def decays(scores: Array) -> Finding:
    """Whether no key further from a query, on one side of it, scores higher than a nearer one.

    >>> decays(np.array([[0.0, -2.0, -1.0], [-2.0, 0.0, -2.0], [-1.0, -2.0, 0.0]])).measured
    'rises again at distance 2: (0, 2) scores 1 more than (0, 1)'
    """
    name, n, least = "Decays with the distance", len(scores), _rounding(scores)
    if np.nanmax(scores) - np.nanmin(scores) <= least:
        return Finding(name, False, "flat: (0, 0) scores as much as any other", (0, 0))
    for distance in range(n - 1):
        for side in (1, -1):
            near, far = (np.diagonal(scores, side * k) for k in (distance, distance + 1))
            rises = np.nan_to_num(far - (near[:-1] if side > 0 else near[1:]))
            if rises.max() > least:
                query = int(rises.argmax()) + (0 if side > 0 else distance + 1)
                here, there = query + side * distance, query + side * (distance + 1)
                how = "again " if distance else ""
                said = f"({query}, {there}) scores {rises.max():.2g} more than ({query}, {here})"
                where = (query, there, query, here)
                return Finding(name, False, f"rises {how}at distance {distance + 1}: {said}", where)
    query, key = _place(np.nan_to_num(-scores))
    return Finding(name, True, f"never rises; lowest at ({query}, {key}), by {-scores[query, key]:.3g}", (query, key))


def left_from_right(name: str, scores: Array) -> Finding:
    """Whether a query's keys at the same distance on either side of it differ in score.

    >>> left_from_right("", np.array([[0.0, 1.0, 2.0], [3.0, 0.0, 1.0], [0.0, 0.0, 0.0]])).measured
    '(1, 2) and (1, 0) differ by 2'
    """
    n = len(scores)
    if n > 1 and not scores[0, 1] > 0 and (np.isnan(scores[0, 1]) or not np.triu(scores, 1).any()) and _masked(scores):
        return Finding(name, None, "no question: the mask hides all keys to the right")
    query, k = np.arange(n)[:, None], np.arange(1, n // 2 + 1)
    inside = (query >= k) & (query + k < n)
    right, left = (scores[query, np.clip(query + side * k, 0, n - 1)] for side in (1, -1))
    apart = np.where(inside, np.abs(right - left), -1)
    middle, step = _place(apart)
    where = (middle, middle + step + 1, middle, middle - step - 1)
    holds = bool(apart.max() > _rounding(scores))
    said = f"({middle}, {where[1]}) and ({middle}, {where[3]}) differ by {apart.max():.2g}"
    return Finding(name, holds, said if holds else f"{said}, the most of all", where)
