"""Properties: what is known of the schemes, and that the positions named prove or break what is said."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.properties import (
    Setting,
    beyond,
    cost,
    decays,
    keeps_norms,
    left_from_right,
    needs_no_learning,
    offset_alone,
    properties,
    unique,
)

IDS = list(posenc.schemes())
ALONE, DECAYS, LEFT, THROUGH, NORMS, UNIQUE, BEYOND, FORMULA, COST = range(9)
KNOWN = {  # offset alone, decays, left from right, the same through toy weights, norms, unique, beyond, formula
    "none": (True, False, False, False, True, False, True, True),
    "sinusoidal": (True, False, False, True, False, True, True, True),
    "learned": (False, False, True, True, False, True, True, False),
    "rotary": (True, False, False, True, True, True, True, True),
    "alibi": (True, True, False, False, True, True, True, True),
    "t5": (True, False, True, True, True, True, True, False),
    "kerple": (True, True, True, True, True, True, True, False),
    "fire": (True, True, False, False, True, True, True, False),
    "swin": (False, False, True, True, True, True, False, False),
}


@pytest.mark.parametrize("id", KNOWN)
def test_what_is_known_of_the_schemes(id):
    found = properties(posenc.scheme(id), Setting(n=32, head=3))
    assert tuple(finding.holds for finding in found[:COST]) == KNOWN[id]


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("causal", [False, True])
def test_every_scheme_is_measured_in_the_same_words(id, causal):
    scheme, setting = posenc.scheme(id), Setting(n=24, dim=32, heads=4, head=1, causal=causal)
    found = properties(scheme, setting)
    assert [finding.name for finding in found] == [
        finding.name for finding in properties(posenc.scheme("none"), setting)
    ]
    assert found == properties(scheme, setting)
    for finding in found:
        assert finding.measured
        assert "nan" not in finding.measured
        assert all(isinstance(position, int) and position >= 0 for position in finding.positions)


@pytest.mark.parametrize("id", IDS)
def test_the_named_pairs_differ_as_much_as_is_said(id):
    setting = Setting(n=24, dim=32, heads=4, head=1)
    scores = setting.scores(posenc.scheme(id), 24)
    alone, fades, sides = (properties(posenc.scheme(id), setting)[k] for k in (ALONE, DECAYS, LEFT))
    i, j, k, m = alone.positions
    assert (j - i, (i, j) != (k, m)) == (m - k, True)
    if not alone.holds:
        assert f"differ by {abs(scores[i, j] - scores[k, m]):.2g}" in alone.measured
    if fades.holds is False and len(fades.positions) == 4:
        query, far, same, near = fades.positions
        assert (query, abs(far - query)) == (same, abs(near - query) + 1)
        assert scores[query, far] > scores[query, near]
        assert _first_rise(scores) == abs(far - query)
    query, right, _, left = sides.positions
    assert right - query == query - left > 0
    if sides.holds:
        assert f"differ by {abs(scores[query, right] - scores[query, left]):.2g}" in sides.measured


def _first_rise(scores: np.ndarray) -> int:
    """The smallest distance at which some query scores a key higher than its neighbour on the way there."""
    n, least = len(scores), 1e-6 * max(np.abs(scores).max(), 1)
    rises = [
        d + 1
        for q in range(n)
        for side in (-1, 1)
        for d in range(n - 1)
        if 0 <= q + side * (d + 1) < n and scores[q, q + side * (d + 1)] - scores[q, q + side * d] > least
    ]
    return min(rises)


@given(st.integers(3, 24), st.integers(0, 3))
def test_a_matrix_of_its_offsets_depends_on_nothing_else_until_one_cell_is_changed(n, seed):
    curve = np.random.default_rng(seed).standard_normal(2 * n - 1)
    scores = curve[np.arange(n) - np.arange(n)[:, None] + n - 1]
    assert offset_alone(scores).holds
    scores[0, 1] += 0.5
    broken = offset_alone(scores)
    assert broken.holds is False
    assert (0, 1) in (broken.positions[:2], broken.positions[2:])


def test_a_rise_too_small_for_float32_is_rounding():
    scores = np.array([[0.0, -1, -1 + 1e-9], [-1, 0, -1], [-1, -1, 0]])
    assert decays(scores).holds
    scores[0, 2] = -0.999
    assert decays(scores).positions == (0, 2, 0, 1)


def test_a_masked_key_is_neither_a_rise_nor_a_side():
    scores = np.where(np.tri(6, dtype=bool), -np.abs(np.subtract.outer(np.arange(6.0), np.arange(6))), np.nan)
    assert decays(scores).holds
    assert decays(scores).positions == (5, 0)
    assert left_from_right("", scores, causal=True).holds is None


def test_too_few_positions_are_no_question():
    found = properties(posenc.scheme("swin", height=1, width=1), Setting(n=4, head=0))
    assert [found[k].holds for k in (LEFT, THROUGH, UNIQUE)] == [None, None, None]


@pytest.mark.parametrize(
    ("id", "low", "high"), [("sinusoidal", 0.5, 1.6), ("xpos", 0.9, 1.1), ("polar", 0.5, 1.5), ("none", 1, 1)]
)
def test_norms_are_measured_where_they_are_named(id, low, high):
    finding = keeps_norms(posenc.scheme(id), 16, 32)
    assert finding.holds == (low == high)
    if not finding.holds:
        first, second = (float(number) for number in re.findall(r"([\d.]+) times", finding.measured))
        assert low < first <= second < high


def test_the_nearest_rows_are_as_near_as_is_said():
    table = posenc.scheme("sinusoidal").table(20, 16, np.float64)
    finding = unique(posenc.scheme("sinusoidal"), np.zeros((20, 20)), 16)
    one, other = finding.positions
    distances = np.linalg.norm(table[:, None] - table, axis=2) + np.diag(np.full(20, np.inf))
    assert distances[one, other] == pytest.approx(distances.min())
    assert f"{distances.min():.2g} apart" in finding.measured


def test_rows_are_the_tables_where_there_is_one_and_else_the_scores():
    assert unique(posenc.scheme("learned"), np.zeros((20, 20)), 16).holds
    assert unique(posenc.scheme("t5"), np.zeros((20, 20)), 16).holds is False


def test_beyond_the_length_there_is_an_answer_or_the_position_where_it_ends():
    assert beyond(posenc.scheme("learned"), Setting(n=256)).holds
    ends = beyond(posenc.scheme("learned"), Setting(n=257))
    assert (ends.holds, ends.positions) == (False, (512,))
    lower = beyond(posenc.scheme("alibi"), Setting(n=10, heads=1))
    assert lower.measured == "(19, 0) scores -0.0742; up to 9 it was -0.0352 to 0"
    clipped = beyond(posenc.scheme("shaw", max_distance=4), Setting(n=10))
    assert clipped.measured == "at 19, every score is within those up to 9"


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("none", "a formula with 0 parameters"),
        ("polar", "a formula with 1 parameter"),
        ("alibi", "a formula with 2 parameters"),
        ("learned", "a learned table of 512 × 384 = 196,608 numbers"),
        ("t5", r"with other toy values \(\d+, \d+\) changes by [\d.]+"),
    ],
)
def test_what_is_learned(id, words):
    assert re.fullmatch(words, needs_no_learning(posenc.scheme(id), Setting(), 12).measured)


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        (posenc.scheme("none"), "none"),
        (posenc.scheme("sinusoidal"), "32 features, once"),
        (posenc.scheme("rotary"), "64 features of query and key, in each head and layer"),
        (posenc.scheme("rotary", rotary_dim=8), "16 features of query and key, in each head and layer"),
        (posenc.scheme("polar"), "128 features of query and key, in each head and layer"),
        (posenc.scheme("alibi"), "11 scores, in each head and layer"),
        (posenc.scheme("t5"), "12 scores, in each head and layer"),
    ],
)
def test_the_cost_is_counted(scheme, words):
    assert cost(scheme, Setting(dim=32), 12).measured == words


def test_bad_settings():
    for setting, words in ((Setting(head=8), "head must be"), (Setting(n=0), "n must be"), (Setting(heads=0), "head")):
        with pytest.raises(ValueError, match=words):
            properties(posenc.scheme("alibi"), setting)
