"""Properties: what is known of the schemes, and that the positions named prove or break what is said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments.properties import (
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
NAMES = ["offset_alone", "decays", "left_from_right", "left_from_right_in_attention", "keeps_norms", "unique", "beyond",
         "needs_no_learning", "cost"]  # fmt: skip
ALONE, DECAYS, LEFT, THROUGH, NORMS, UNIQUE, BEYOND, FORMULA, COST = NAMES
KNOWN = {  # offset alone, decays, left from right, the same through toy weights, norms, unique, beyond, formula
    "none": (True, False, False, False, True, False, True, True),
    "sinusoidal": (True, False, False, True, False, True, True, True),
    "learned": (False, False, True, True, False, True, True, False),
    "rotary": (True, False, False, True, True, True, True, True),
    "alibi": (True, True, False, False, True, True, True, True),
    "t5": (True, False, True, True, True, True, True, False),
    "kerple": (True, False, True, True, True, True, True, False),  # made for a mask: flat ahead of the query
    "polar": (True, False, False, False, False, True, True, False),  # its phases are learned
    "fire": (True, True, False, False, True, True, True, False),
    "swin": (False, False, True, True, True, True, False, False),
}


@pytest.mark.parametrize("id", KNOWN)
def test_what_is_known_of_the_schemes(id):
    found = properties(posenc.scheme(id), Setting(n=32, head=3))
    assert tuple(found[name].holds for name in NAMES[:-1]) == KNOWN[id]


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("causal", [False, True])
def test_every_scheme_is_measured_in_numbers_and_positions(id, causal):
    scheme, setting = posenc.scheme(id), Setting(n=24, dim=32, heads=4, head=1, causal=causal)
    found = properties(scheme, setting)
    assert list(found) == NAMES
    assert found == properties(scheme, setting)
    for finding in found.values():
        assert np.isfinite(finding.values).all()
        assert all(isinstance(position, int) and position >= 0 for position in finding.witness)


@pytest.mark.parametrize("id", IDS)
def test_the_named_pairs_differ_as_much_as_is_said(id):
    setting = Setting(n=24, dim=32, heads=4, head=1)
    scores = setting.scores(posenc.scheme(id), 24)
    alone, fades, sides = (properties(posenc.scheme(id), setting)[name] for name in (ALONE, DECAYS, LEFT))
    i, j, k, m = alone.witness
    assert (j - i, (i, j) != (k, m)) == (m - k, True)
    assert alone.values == (abs(scores[i, j] - scores[k, m]),)
    if fades.holds is False and len(fades.witness) == 4:
        query, far, same, near = fades.witness
        assert (query, abs(far - query)) == (same, abs(near - query) + 1)
        assert fades.values == (scores[query, far] - scores[query, near],)
        assert fades.values[0] > 0
        assert _first_rise(scores) == abs(far - query)
    query, right, _, left = sides.witness
    assert right - query == query - left > 0
    assert sides.values == (abs(scores[query, right] - scores[query, left]),)


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
    assert (0, 1) in (broken.witness[:2], broken.witness[2:])


def test_a_rise_too_small_for_float32_is_rounding():
    scores = np.array([[0.0, -1, -1 + 1e-9], [-1, 0, -1], [-1, -1, 0]])
    assert decays(scores).holds
    scores[0, 2] = -0.999
    assert decays(scores).witness == (0, 2, 0, 1)


def test_a_masked_key_is_neither_a_rise_nor_a_side():
    scores = np.where(np.tri(6, dtype=bool), -np.abs(np.subtract.outer(np.arange(6.0), np.arange(6))), np.nan)
    assert decays(scores).holds
    assert decays(scores).witness == (5, 0)
    assert left_from_right(scores, causal=True).holds is None


def test_too_few_positions_are_no_question():
    found = properties(posenc.scheme("swin", height=1, width=1), Setting(n=4, head=0))
    assert [found[name].holds for name in (ALONE, DECAYS, LEFT, THROUGH, UNIQUE)] == [None] * 5
    two = properties(posenc.scheme("swin", height=1, width=2), Setting(n=4, head=0))
    assert [two[name].holds for name in (ALONE, LEFT, THROUGH)] == [None] * 3
    assert two[DECAYS].holds is not None


@pytest.mark.parametrize(
    ("id", "low", "high"), [("sinusoidal", 0.5, 1.9), ("xpos", 0.9, 1.1), ("polar", 0.5, 1.5), ("none", 1, 1)]
)
def test_norms_are_measured_where_they_are_named(id, low, high):
    finding = keeps_norms(posenc.scheme(id), 16, 32)
    assert finding.holds == (low == high)
    first, second = finding.values
    assert low <= first + 1e-9 <= second + 2e-9 <= high + 3e-9


def test_norms_are_kept_by_turns_alone():
    doubled = posenc.rope_scaling("yarn", factor=2.0, original_max_position_embeddings=64, attention_factor=2.0)
    for scheme, kept in (
        (posenc.scheme("rotary", layout="interleaved", rotary_dim=8), True),
        (posenc.scheme("rotary", layout="mixed"), False),
        (posenc.scheme("rotary", scaling=doubled), False),
        (posenc.scheme("sinusoidal", scale=0.0), True),
    ):
        assert keeps_norms(scheme, 16, 32).holds == kept


def test_queries_and_keys_of_any_length_are_tried_for_norms():
    scheme, x = posenc.scheme("xpos", scale_base=16), np.random.default_rng(0).standard_normal((32, 1, 8))
    rows = np.repeat(x, 8, 1)
    ratios = [
        np.linalg.norm(turn(rows, 8), axis=-1) / np.linalg.norm(x, axis=-1)
        for turn in (scheme.rotate, scheme.rotate_key)
    ]
    finding, ratios = keeps_norms(scheme, 8, 8), np.array(ratios)
    assert finding.values == pytest.approx((ratios.min(), ratios.max()))
    low, high = finding.witness
    assert (ratios[..., low].min(), ratios[..., high].max()) == pytest.approx(finding.values)


def test_the_nearest_rows_are_as_near_as_is_said():
    table = posenc.scheme("sinusoidal").table(20, 16, np.float64)
    finding = unique(posenc.scheme("sinusoidal"), np.zeros((20, 20)), 16)
    one, other = finding.witness
    distances = np.linalg.norm(table[:, None] - table, axis=2) + np.diag(np.full(20, np.inf))
    assert distances[one, other] == pytest.approx(distances.min())
    assert finding.values == pytest.approx((distances.min(),))


def test_rows_are_the_tables_where_there_is_one_and_else_the_scores():
    assert unique(posenc.scheme("learned"), np.zeros((20, 20)), 16).holds
    assert unique(posenc.scheme("t5"), np.zeros((20, 20)), 16).holds is False


def test_beyond_the_length_there_is_an_answer_or_the_position_where_it_ends():
    assert beyond(posenc.scheme("learned"), Setting(n=256)).holds
    ends = beyond(posenc.scheme("learned"), Setting(n=257))
    assert (ends.holds, ends.witness) == (False, (512,))
    lower = beyond(posenc.scheme("alibi"), Setting(n=10, heads=1))
    assert lower.witness == (19, 0)
    assert lower.values == pytest.approx((-19 / 256, -9 / 256, 0))
    clipped = beyond(posenc.scheme("shaw", max_distance=4), Setting(n=10))
    assert (clipped.holds, clipped.values, clipped.witness[0]) == (True, (), 19)


def test_what_was_seen_is_what_the_shorter_sequence_gave():
    dynamic = posenc.rope_scaling("dynamic", factor=2.0, max_position_embeddings=8)
    scheme, setting = posenc.scheme("rotary", scaling=dynamic), Setting(n=16, dim=8, heads=1)
    low = setting.scores(scheme, 16).min()  # at 32 positions the pairs turn slower
    assert low != pytest.approx(setting.scores(scheme, 32)[:16, :16].min(), rel=1e-3)
    values = beyond(scheme, setting).values
    assert not values or values[1:] == pytest.approx((low, 0))


@pytest.mark.parametrize("max_bias", [8.0, 64.0])
def test_what_is_rounding_is_no_difference_and_no_fall(max_bias):
    setting = Setting(n=9, heads=1)
    sides = properties(posenc.scheme("alibi", symmetric=False, max_bias=max_bias), setting)[LEFT]
    fades = properties(posenc.scheme("alibi", max_bias=max_bias), setting)[DECAYS]
    assert (sides.holds, fades.holds) == (max_bias == 8, max_bias == 8)
    assert all(finding.values[0] for finding in (sides, fades))
    flat = properties(posenc.scheme("none"), setting)[DECAYS]
    assert (flat.holds, flat.values, len(flat.witness)) == (False, (0.0,), 2)


LONGROPE = posenc.rope_scaling(
    "longrope", short_factor=[1.0] * 4, long_factor=[2.0] * 4, original_max_position_embeddings=64, factor=4.0
)


@pytest.mark.parametrize(
    ("scheme", "holds", "changes"),
    [
        (posenc.scheme("none"), True, None),
        (posenc.scheme("alibi"), True, None),
        (posenc.scheme("polar"), False, None),
        (posenc.scheme("learned", interpolate=True), False, None),
        (posenc.scheme("rotary", scaling=LONGROPE), False, None),
        (posenc.scheme("t5"), False, True),
        (posenc.scheme("t5", scale=0.0), False, False),
        (posenc.scheme("shaw", max_distance=0), False, False),
    ],
)
def test_what_is_learned_and_what_another_seed_changes(scheme, holds, changes):
    finding = needs_no_learning(scheme, Setting(dim=8), 12)
    assert finding.holds == holds
    assert bool(finding.witness) == (changes is not None)
    assert bool(finding.values) == bool(changes)


def test_toy_values_are_declared_by_the_schemes_that_draw_them():
    for id, cls in posenc.schemes().items():
        scheme = cls()
        assert scheme.values in ("formula", "toy", "real")
        assert bool(scheme.learned) == (scheme.values != "formula"), id
        assert "seed" not in cls.parameters() or scheme.values == "toy", id


@pytest.mark.parametrize(
    ("scheme", "counts"),
    [
        (posenc.scheme("none"), (0, 0, 0)),
        (posenc.scheme("sinusoidal"), (32, 0, 0)),
        (posenc.scheme("rotary"), (0, 64, 0)),
        (posenc.scheme("rotary", rotary_dim=8), (0, 16, 0)),
        (posenc.scheme("polar"), (0, 128, 0)),
        (posenc.scheme("alibi"), (0, 0, 11)),
        (posenc.scheme("t5"), (0, 0, 12)),
    ],
)
def test_the_cost_is_counted(scheme, counts):
    assert cost(scheme, Setting(dim=32), 12).values == counts


def test_bad_settings():
    for setting, words in ((Setting(head=8), "head must be"), (Setting(n=0), "n must be"), (Setting(heads=0), "head")):
        with pytest.raises(ValueError, match=words):
            properties(posenc.scheme("alibi"), setting)
