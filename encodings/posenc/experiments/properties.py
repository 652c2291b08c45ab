"""What a scheme does, measured there and then: each property with the positions that prove or break it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..families import Absolute, Rotary, Scheme
from ..numeric.checks import Array, as_count
from ..similarities import similarity
from .attention_bias import HEAD_DIM
from .compare import known_length, position_scores, sentence_shares
from .toy_words import word_vectors

ROUNDING = 1e-6
"""Biases are float32: where the largest score is this, or 1, times so much, smaller differences are rounding."""
WORD = "word"
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
VECTORS = 32
"""So many random vectors tell whether norms are kept."""


@dataclass(frozen=True)
class Finding:
    """What was measured of one property: whether it holds (None where that is no question) and at which positions."""

    name: str
    holds: bool | None
    measured: str
    positions: tuple[int, ...] = ()
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
        replace(left_from_right("… in one layer's attention", shares, setting.causal), toy=True),
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
    name, n = "Depends on the offset alone", len(scores)
    if n < 3:
        return Finding(name, None, "too few positions")
    apart, where = -1.0, (0, 0, 0, 0)
    for offset in sorted(range(2 - n, n - 1), key=abs):
        pairs, first = np.diagonal(scores, offset), max(-offset, 0)
        if offset and not np.isnan(pairs[0]) and np.ptp(pairs) > apart:
            high, low = (first + int(at) for at in (pairs.argmax(), pairs.argmin()))
            low = low if high != low else first + len(pairs) - 1  # all alike: the two that lie furthest apart
            apart, where = float(np.ptp(pairs)), (high, high + offset, low, low + offset)
    return Finding(name, apart <= _rounding(scores), _apart(where, apart, scores), where)


def decays(scores: Array) -> Finding:
    """Whether scores fall with the distance on either side of a query: they never rise, and the last is lower.

    >>> decays(np.array([[0.0, -2.0, -1.0], [-2.0, 0.0, -2.0], [-1.0, -2.0, 0.0]])).measured
    'rises again at distance 2: (0, 2) scores 1 more than (0, 1)'
    """
    name, n, least = "Decays with the distance", len(scores), _rounding(scores)
    if n < 2:
        return Finding(name, None, "too few positions")
    for place, pairs in (("behind", np.tril_indices(n, -1)), ("ahead of", np.triu_indices(n, 1))):
        apart = np.abs(scores[pairs]).max()  # not a number where a mask hides them: no flat side
        if apart <= least:
            said = (
                f"flat{' to a millionth' if apart else ''}: every key {place} a query scores as much as its own place"
            )
            return Finding(name, False, said, (int(pairs[0][-1]), int(pairs[1][-1])))
    for distance in range(n - 1):
        for side in (1, -1):
            near, far = (np.diagonal(scores, side * k) for k in (distance, distance + 1))
            rises = np.nan_to_num(far - (near[:-1] if side > 0 else near[1:]))
            if rises.max() > least:
                query = int(rises.argmax()) + (0 if side > 0 else distance + 1)
                here, there = query + side * distance, query + side * (distance + 1)
                how = "again " if distance else ""
                said = f"({query}, {there}) scores {number(rises.max())} more than ({query}, {here})"
                where = (query, there, query, here)
                return Finding(name, False, f"rises {how}at distance {distance + 1}: {said}", where)
    query, key = _place(np.nan_to_num(-scores))
    return Finding(
        name, True, f"never rises; lowest at ({query}, {key}): {number(scores[query, key], 3)}", (query, key)
    )


def left_from_right(name: str, scores: Array, causal: bool) -> Finding:
    """Whether a query's keys at the same distance on either side of it differ in score.

    >>> left_from_right("", np.array([[0.0, 1.0, 2.0], [3.0, 0.0, 1.0], [0.0, 0.0, 0.0]]), causal=False).measured
    '(1, 2) and (1, 0) differ by 2'
    """
    n = len(scores)
    if causal or n < 3:
        return Finding(name, None, "no key ahead: the mask" if causal else "too few positions")
    query, k = np.arange(n)[:, None], np.arange(1, n // 2 + 1)
    inside = (query >= k) & (query + k < n)
    right, left = (scores[query, np.clip(query + side * k, 0, n - 1)] for side in (1, -1))
    apart = np.where(inside, np.abs(right - left), -1)
    middle, step = _place(apart)
    where = (middle, middle + step + 1, middle, middle - step - 1)
    return Finding(name, bool(apart.max() > _rounding(scores)), _apart(where, float(apart.max()), scores), where)


def keeps_norms(scheme: Scheme, n: int, dim: int) -> Finding:
    """Whether queries and keys are as long after the scheme has added to them or turned them, at every position.

    Tried on random vectors: the smallest and the largest ratio of all.

    >>> from posenc import scheme
    >>> keeps_norms(scheme("rotary"), 8, 4).holds, keeps_norms(scheme("sinusoidal"), 8, 4).holds
    (True, False)
    """
    name, where = f"Keeps norms of {VECTORS} random vectors", np.arange(n)
    vectors = np.random.default_rng(0).standard_normal((VECTORS, 1, dim))
    rows = scheme.add_to_input(np.repeat(vectors, n, 1), where)
    turned = np.stack(scheme.rotate_qk(rows, rows, where))
    ratios = (np.linalg.norm(turned, axis=-1) / np.linalg.norm(vectors, axis=-1)).reshape(-1, n)
    low, high = int(ratios.min(0).argmin()), int(ratios.max(0).argmax())
    if np.abs(ratios - 1).max() <= ROUNDING:
        return Finding(name, True, "each is as long as before, at every position", (0, n - 1), toy=True)
    said = f"one is {number(ratios.min(), 3)} times as long at {low}, one {number(ratios.max(), 3)} times at {high}"
    return Finding(name, False, said, (low, high), toy=True)


def unique(scheme: Scheme, scores: Array, dim: int) -> Finding:
    """Whether no two positions have one and the same row: of the table where there is one, else of the scores.

    >>> from posenc import scheme
    >>> unique(scheme("none"), np.zeros((3, 3)), 4).measured
    'nearest: rows 0 and 1 of the scores, 0 apart'
    """
    n, name = len(scores), "A row of its own for each position"
    rows, what = np.nan_to_num(scores), "scores, masked ones as 0" if np.isnan(scores).any() else "scores"
    if isinstance(scheme, Absolute | Rotary):
        rows, what = scheme.table(n, dim, np.float64), "table"
    if n < 2:
        return Finding(name, None, "too few positions")
    distances = similarity(rows, "euclidean") + np.diag(np.full(n, np.inf))
    one, other = _place(-distances)
    nearest = distances[one, other]
    said = f"nearest: rows {one} and {other} of the {what}, {number(nearest)} apart"
    return Finding(name, bool(nearest > _rounding(rows)), said, (one, other))


def beyond(scheme: Scheme, setting: Setting) -> Finding:
    """Whether there is an answer at twice the length, and whether its scores are among those seen up to it.

    >>> from posenc import scheme
    >>> beyond(scheme("learned"), Setting(n=500)).measured
    'no answer from position 512 on'
    """
    name, n = "Answers beyond the length", setting.n
    if scheme.max_length is not None and scheme.max_length < 2 * n:
        return Finding(name, False, f"no answer from position {scheme.max_length} on", (scheme.max_length,))
    seen, last = setting.scores(scheme, n), setting.scores(scheme, 2 * n)[-1]
    low, high = np.nanmin(seen), np.nanmax(seen)
    outside = np.nan_to_num(np.maximum(last - high, low - last))
    key = int(outside.argmax())
    if outside[key] <= max(_rounding(last), _rounding(seen)):
        said = f"at {2 * n - 1}, every score is within those up to {n - 1}"
    else:
        range_seen = f"{number(low, 3)} to {number(high, 3)}"
        said = f"({2 * n - 1}, {key}) scores {number(last[key], 3)}; up to {n - 1} it was {range_seen}"
    return Finding(name, True, said, (2 * n - 1, key))


def needs_no_learning(scheme: Scheme, setting: Setting, n: int) -> Finding:
    """Whether the scheme says that nothing of it is learned; and what toy values, where they stand in, decide.

    >>> from posenc import scheme
    >>> needs_no_learning(scheme("learned"), DEFAULT, 8).measured
    'learned: a table of 512 × 384 = 196,608 numbers'
    """
    name, settings = "Needs no learning", len(scheme.parameters())
    if not scheme.learned:
        return Finding(name, True, f"a formula with {settings} parameter{'s' * (settings != 1)}")
    said = f"learned: {scheme.learned}"
    if scheme.seed is None:
        return Finding(name, False, said)
    other: Any = {"seed": scheme.seed + 1}
    apart = np.nan_to_num(np.abs(setting.scores(scheme, n) - setting.scores(replace(scheme, **other), n)))
    query, key = _place(apart)
    changes = f"change ({query}, {key}) by {number(apart.max())}" if apart.max() > ROUNDING else "change no score here"
    return Finding(name, False, f"{said}; other toy values {changes}", (query, key))


def cost(scheme: Scheme, setting: Setting, n: int) -> Finding:
    """How many numbers it changes for one token, and how often: found by comparing before and after.

    >>> from posenc import scheme
    >>> cost(scheme("sinusoidal"), DEFAULT, 8).measured
    '64 features, once'
    """
    where, rows = np.arange(n), np.repeat(word_vectors([WORD], setting.dim, np.float64), n, 0)
    queries, keys = rows[None], rows[None, :, ::-1]
    turned = scheme.rotate_qk(queries, keys, where)
    # heads as many and as wide as those of the scores above, so that what was made for them need not be made again
    scores, heads = np.zeros((setting.heads, n, n)), (setting.heads, 1, 1)
    asked, known = (np.tile(rows[..., :HEAD_DIM], heads) for rows in (queries, keys))
    changed = {
        ("feature", "once"): _most_changed(rows, scheme.add_to_input(rows, where)),
        ("feature", "of query and key together, in each head and layer"): sum(
            _most_changed(before[0], after[0]) for before, after in zip((queries, keys), turned, strict=True)
        ),
        ("score", "in each head and layer"): _most_changed(
            scores[0], scheme.add_to_scores(scores, asked, known, where)[0]
        ),
    }
    said = "; ".join(f"{count:,} {what}{'s' * (count > 1)}, {when}" for (what, when), count in changed.items() if count)
    return Finding("Most numbers changed for a token", None, said or "none")


def _apart(where: tuple[int, int, int, int], apart: float, scores: Array) -> str:
    """How much the scores of two pairs (query, key) differ, in words."""
    said = f"differ by {number(apart)}" if apart > _rounding(scores) else f"are {_alike(apart)}"
    return f"{where[:2]} and {where[2:]} {said}"


def _alike(apart: float) -> str:
    return "alike to a millionth" if apart else "alike"


def number(value: float, digits: int = 2) -> str:
    """A number of any size as people write it.

    >>> [number(value) for value in (0.2149, -12.0, 1330.4, 2.5e-7, 0.0)]
    ['0.21', '-12', '1,330', '2.5·10⁻⁷', '0']
    """
    if value and abs(value) < 1e-4:
        mantissa, _, power = f"{value:.{digits - 1}e}".partition("e-")
        return f"{float(mantissa):g}·10⁻{power.lstrip('0').translate(SUPERSCRIPTS)}"
    return f"{value:,.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"


def _most_changed(before: Array, after: Array) -> int:
    """The most numbers of a row that differ; all of a row's where there are more of them than before."""
    return int((before != after).sum(1).max()) if before.shape == after.shape else after.shape[1]


def _place(values: Array) -> tuple[int, int]:
    """Row and column of the largest value."""
    row, column = np.unravel_index(values.argmax(), values.shape)
    return int(row), int(column)


def _rounding(values: Array) -> float:
    return ROUNDING * max(float(np.nanmax(np.abs(values))), 1.0)
