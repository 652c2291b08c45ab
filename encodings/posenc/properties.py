"""What a scheme does, measured there and then: each property with the positions that prove or break it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .added import HEAD_DIM
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
    n = known_length(scheme, as_count("n", setting.n))
    scores = setting.scores(scheme, n)
    shares = sentence_shares(scheme, [WORD] * n, setting.dim, setting.heads, setting.causal)[setting.head]
    return [
        offset_alone(scores),
        decays(scores),
        left_from_right("Tells left from right", scores, setting.causal),
        left_from_right("… through toy weights", shares, setting.causal),
        keeps_norms(scheme, n, setting.dim),
        unique(scheme, scores, setting.dim),
        beyond(scheme, setting),
        needs_no_learning(scheme, setting, n),
        cost(scheme, setting, n),
    ]


def offset_alone(scores: Array) -> Finding:
    """Whether the score of a query and a key depends on how far apart they are, and on nothing else.

    >>> offset_alone(np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 3.0], [0.0, 3.0, 0.0]])).measured
    '(2, 1) and (1, 0) differ by 2'
    """
    n = len(scores)
    apart, where = -1.0, (0, 0, 0, 0)
    for offset in sorted(range(2 - n, n - 1), key=abs):
        pairs, first = np.diagonal(scores, offset), max(-offset, 0)
        if offset and not np.isnan(pairs[0]) and np.ptp(pairs) > apart:
            high, low = (first + int(at) for at in (pairs.argmax(), pairs.argmin()))
            low = low if high != low else first + len(pairs) - 1  # all alike: the two that lie furthest apart
            apart, where = float(np.ptp(pairs)), (high, high + offset, low, low + offset)
    holds = apart <= _rounding(scores)
    return Finding("Depends on the offset alone", holds, _apart(where, max(apart, 0), not holds), where)


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


def left_from_right(name: str, scores: Array, causal: bool) -> Finding:
    """Whether a query's keys at the same distance on either side of it differ in score.

    >>> left_from_right("", np.array([[0.0, 1.0, 2.0], [3.0, 0.0, 1.0], [0.0, 0.0, 0.0]]), causal=False).measured
    '(1, 2) and (1, 0) differ by 2'
    """
    n = len(scores)
    if causal or n < 3:
        return Finding(name, None, "no key to the right" if causal else "too few positions")
    query, k = np.arange(n)[:, None], np.arange(1, n // 2 + 1)
    inside = (query >= k) & (query + k < n)
    right, left = (scores[query, np.clip(query + side * k, 0, n - 1)] for side in (1, -1))
    apart = np.where(inside, np.abs(right - left), -1)
    middle, step = _place(apart)
    where = (middle, middle + step + 1, middle, middle - step - 1)
    holds = bool(apart.max() > _rounding(scores))
    return Finding(name, holds, _apart(where, float(apart.max()), holds), where)


def keeps_norms(scheme: Scheme, n: int, dim: int) -> Finding:
    """Whether a vector is as long after the scheme has added to it or turned it as before, at every position.

    >>> from posenc import scheme
    >>> keeps_norms(scheme("rotary"), 8, 4).holds, keeps_norms(scheme("sinusoidal"), 8, 4).holds
    (True, False)
    """
    vector, where = word_vectors([WORD], dim, np.float64), np.arange(n)
    rows = scheme.embed(np.repeat(vector, n, 0), where)[None]
    ratios = np.linalg.norm(scheme.turn(rows, rows, where)[0][0], axis=1) / np.linalg.norm(vector)
    low, high = int(ratios.argmin()), int(ratios.argmax())
    if np.abs(ratios - 1).max() <= ROUNDING:
        low, high = (low, high) if low != high else (0, n - 1)
        return Finding("Keeps norms", True, f"a vector at {low} is as long as at {high}", (low, high))
    said = f"{ratios[low]:.3g} times as long at {low}, {ratios[high]:.3g} times at {high}"
    return Finding("Keeps norms", False, said, (low, high))


def unique(scheme: Scheme, scores: Array, dim: int) -> Finding:
    """Whether no two positions have one and the same row: of the table where there is one, else of the scores.

    >>> from posenc import scheme
    >>> unique(scheme("none"), np.zeros((3, 3)), 4).measured
    'nearest: rows 0 and 1 of the scores, 0 apart'
    """
    n, name = len(scores), "A row of its own for each position"
    rows, what = np.nan_to_num(scores), "scores"
    if isinstance(scheme, Absolute | Rotary):
        rows, what = scheme.table(n, dim, np.float64), "table"
    if n < 2:
        return Finding(name, None, "too few positions")
    distances = similarity(rows, "euclidean") + np.diag(np.full(n, np.inf))
    one, other = _place(-distances)
    nearest = distances[one, other]
    said = f"nearest: rows {one} and {other} of the {what}, {nearest:.2g} apart"
    return Finding(name, bool(nearest > _rounding(rows)), said, (one, other))


def beyond(scheme: Scheme, setting: Setting) -> Finding:
    """Whether there is an answer at twice the length, and whether its scores were seen before.

    >>> from posenc import scheme
    >>> beyond(scheme("learned"), Setting(n=500)).measured
    'no answer from position 512 on'
    """
    name, n = "Answers beyond the length", setting.n
    if scheme.max_length is not None and scheme.max_length < 2 * n:
        return Finding(name, False, f"no answer from position {scheme.max_length} on", (scheme.max_length,))
    scores = setting.scores(scheme, 2 * n)
    seen, last = scores[:n, :n], scores[-1]
    low, high = np.nanmin(seen), np.nanmax(seen)
    outside = np.nan_to_num(np.maximum(last - high, low - last))
    key = int(outside.argmax())
    if outside[key] <= _rounding(scores):
        said = f"at {2 * n - 1}, every score is within those up to {n - 1}"
    else:
        said = f"({2 * n - 1}, {key}) scores {last[key]:.3g}; up to {n - 1} it was {low:.3g} to {high:.3g}"
    return Finding(name, True, said, (2 * n - 1, key))


def needs_no_learning(scheme: Scheme, setting: Setting, n: int) -> Finding:
    """Whether it is a formula; else other learned values, or toy ones that stand in for them, give other scores.

    >>> from posenc import scheme
    >>> needs_no_learning(scheme("learned"), DEFAULT, 8).measured
    'a learned table of 512 × 384 = 196,608 numbers'
    """
    name, settings = "Needs no learning", len(scheme.parameters())
    if scheme.max_dim is not None and scheme.max_length is not None:
        rows, columns = scheme.max_length, scheme.max_dim
        return Finding(name, False, f"a learned table of {rows} × {columns} = {rows * columns:,} numbers")
    if "seed" not in scheme.parameters():
        return Finding(name, True, f"a formula with {settings} parameter{'s' * (settings != 1)}")
    other: Any = {"seed": vars(scheme)["seed"] + 1}
    apart = np.nan_to_num(np.abs(setting.scores(scheme, n) - setting.scores(replace(scheme, **other), n)))
    query, key = _place(apart)
    said = f"with other toy values ({query}, {key}) changes by {apart.max():.2g}"
    return Finding(name, bool(apart.max() <= ROUNDING), said, (query, key))


def cost(scheme: Scheme, setting: Setting, n: int) -> Finding:
    """How many numbers it changes for one token, and how often: found by comparing before and after.

    >>> from posenc import scheme
    >>> cost(scheme("sinusoidal"), DEFAULT, 8).measured
    '64 features, once'
    """
    where, rows = np.arange(n), np.repeat(word_vectors([WORD], setting.dim, np.float64), n, 0)
    queries, keys = rows[None], rows[None, :, ::-1]
    turned = scheme.turn(queries, keys, where)
    # heads as many and as wide as those of the scores above, so that what was made for them need not be made again
    scores, heads = np.zeros((setting.heads, n, n)), (setting.heads, 1, 1)
    asked, known = (np.tile(rows[..., :HEAD_DIM], heads) for rows in (queries, keys))
    changed = {
        "features, once": _most_changed(rows, scheme.embed(rows, where)),
        "features of query and key, in each head and layer": sum(
            _most_changed(before[0], after[0]) for before, after in zip((queries, keys), turned, strict=True)
        ),
        "scores, in each head and layer": _most_changed(scores[0], scheme.adjust(scores, asked, known, where)[0]),
    }
    said = "; ".join(f"{count:,} {what}" for what, count in changed.items() if count)
    return Finding("Numbers changed for a token", None, said or "none")


def _apart(where: tuple[int, int, int, int], apart: float, clearly: bool) -> str:
    one, other = where[:2], where[2:]
    if clearly:
        return f"{one} and {other} differ by {apart:.2g}"
    return f"at most {f'{apart:.0e}' if apart else 0}, {one} and {other}"


def _most_changed(before: Array, after: Array) -> int:
    """The most numbers of a row that differ; all of a row's where there are more of them than before."""
    return int((before != after).sum(1).max()) if before.shape == after.shape else after.shape[1]


def _place(values: Array) -> tuple[int, int]:
    """Row and column of the largest value."""
    row, column = np.unravel_index(values.argmax(), values.shape)
    return int(row), int(column)


def _rounding(values: Array) -> float:
    return ROUNDING * max(float(np.nanmax(np.abs(values))), 1.0)
