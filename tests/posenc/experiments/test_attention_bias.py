"""What biases add to a content's scores; means along diagonals and in blocks; how buckets widen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc import rasters
from posenc.experiments.attention_bias import (
    Side,
    added_bias,
    block_means,
    bucket_boundaries,
    effect,
    mean_by_offset,
    power_of_two_above,
    slope_rules,
    slopes_from_above,
)
from posenc.schemes.alibi import Alibi

BIASES = [id for id, cls in posenc.schemes().items() if cls.family == "bias"]
CONTENT = {"shaw", "transformer_xl", "deberta", "cope", "forgetting"}
"""Those that look at the words."""
SENTENCE = ["the", "King", "and", "the", "Queen"]
matrices = st.integers(1, 9).flatmap(
    lambda n: st.lists(st.lists(st.just(np.nan) | st.floats(-9, 9), min_size=n, max_size=n), min_size=n, max_size=n)
)


@pytest.mark.parametrize("id", BIASES)
@pytest.mark.parametrize("causal", [False, True])
def test_added_bias(id, causal):
    scheme = posenc.scheme(id)
    added = added_bias(scheme, SENTENCE, 3, causal)
    assert (added.shape, added.dtype) == ((3, 5, 5), np.float64)
    assert (np.isnan(added) == (~np.tri(5, dtype=bool) & causal)).all()
    np.testing.assert_array_equal(added, added_bias(scheme, SENTENCE, 3, causal))
    if id not in CONTENT:
        seen = np.tri(5, dtype=bool) | (not causal)
        np.testing.assert_array_equal(added[:, seen], scheme.bias(5, 5, 3)[:, seen])


@pytest.mark.parametrize("id", BIASES)
def test_some_biases_look_at_the_words(id):
    apart = added_bias(posenc.scheme(id), SENTENCE, 2) - added_bias(posenc.scheme(id), ["word"] * 5, 2)
    assert (np.abs(apart).max() > 0.01) == (id in CONTENT)


@pytest.mark.parametrize("id", sorted(CONTENT - {"cope"}))
def test_for_one_word_everywhere_the_offset_alone_counts(id):
    assert mean_by_offset(added_bias(posenc.scheme(id), ["King"] * 9, 2)).spread.max() < 1e-12


def test_cope_counts_from_the_key_to_the_end():
    added = added_bias(posenc.scheme("cope"), ["King"] * 6, 2)
    np.testing.assert_allclose(added, added[:, :1].repeat(6, 1))  # every query counts the same keys
    masked = mean_by_offset(added_bias(posenc.scheme("cope"), ["King"] * 6, 2, causal=True))
    assert np.nanmax(masked.spread) < 1e-12  # up to the query alone


@given(rows=matrices)
def test_along_offsets_is_each_diagonal(rows):
    matrix, found = np.array(rows), mean_by_offset(rows)
    n = len(matrix)
    assert found.offsets.tolist() == list(range(1 - n, n))
    for offset, mean, low, high in zip(found.offsets, found.mean, found.low, found.high, strict=True):
        known = np.diagonal(matrix, offset)[~np.isnan(np.diagonal(matrix, offset))]
        expected = [known.mean(), known.min(), known.max()] if len(known) else [np.nan] * 3
        np.testing.assert_allclose([mean, low, high], expected, atol=1e-12)


def test_along_offsets_of_a_stack_is_that_of_each():
    stack = np.random.default_rng(0).standard_normal((3, 7, 7))
    together = mean_by_offset(stack)
    for number, matrix in enumerate(stack):
        np.testing.assert_array_equal(together.mean[number], mean_by_offset(matrix).mean)
        np.testing.assert_array_equal(together.spread[number], mean_by_offset(matrix).spread)


@pytest.mark.parametrize(("n", "cells"), [(128, 64), (192, 96), (256, 64), (96, 96), (49, 49), (97, 96), (101, 96)])
def test_blocks_are_equal_where_that_leaves_enough_of_them(n, cells):
    assert block_means(np.zeros((n, n)), 96).shape == (cells, cells)


@given(rows=matrices, cells=st.integers(1, 12))
def test_block_means(rows, cells):
    matrix, found = np.array(rows), block_means(rows, cells)
    maximum = min(cells, len(matrix))
    assert maximum / 2 <= len(found) <= maximum
    borders = rasters.edges(0, len(matrix), len(found))
    assert found.shape == (len(borders) - 1,) * 2
    for i, row in enumerate(found):
        for j, mean in enumerate(row):
            block = matrix[borders[i] : borders[i + 1], borders[j] : borders[j + 1]]
            known = block[~np.isnan(block)]
            np.testing.assert_allclose(mean, known.mean() if len(known) else np.nan, atol=1e-12)


@pytest.mark.parametrize(
    ("id", "parameters", "reach", "count", "behind", "ahead"),
    [
        ("t5", {}, 256, 31, (8, 91), (8, 91)),  # bucket 16 is for offset 0 ahead, which there is not
        ("t5", {"bidirectional": False}, 256, 32, (16, 113), (1, 0)),
        ("t5", {"num_buckets": 65536, "max_distance": 1 << 30}, 1024, 2049, (16384, 1073015253), (16384, 1073015253)),
        ("t5", {"num_buckets": 4}, 16, 3, (1, 1), (1, 1)),
        ("shaw", {"max_distance": 0}, 16, 1, (1, 0), (1, 0)),
        ("shaw", {"max_distance": 5}, 16, 11, (5, 5), (5, 5)),
        ("shaw", {"max_distance": 20}, 64, 41, (20, 20), (20, 20)),
        ("shaw", {"left": 1, "right": 7}, 16, 9, (1, 1), (7, 7)),
        ("deberta", {}, 1024, 513, (131, 512), (131, 512)),  # 639 are numbered, and the tables end at 256 a side
        ("deberta", {"clamp": True}, 1024, 511, (131, 506), (131, 506)),
        ("deberta", {"bucket_size": 2}, 16, 3, (1, 1), (1, 1)),
    ],
)
def test_staircase(id, parameters, reach, count, behind, ahead):
    scheme = posenc.scheme(id, **parameters)
    stairs = bucket_boundaries(scheme)
    assert stairs.offsets.tolist() == list(range(-reach, reach + 1))
    assert len(set(stairs.buckets.tolist())) == count
    assert stairs.behind == Side(*behind)
    assert stairs.ahead == Side(*ahead)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("id", "parameters"),
    [
        ("t5", {}),
        ("t5", {"bidirectional": False}),
        ("t5", {"num_buckets": 5, "max_distance": 9}),
        ("shaw", {"left": 1, "right": 7}),
        ("deberta", {}),
        ("deberta", {"clamp": True}),
        ("deberta", {"bucket_size": 5, "max_position": 40}),
    ],
)
def test_offsets_share_a_bucket_where_one_value_is_added_whatever_the_weights(id, parameters, seed):
    scheme = posenc.scheme(id, seed=seed, **parameters)
    stairs, far = bucket_boundaries(scheme), [600, 100_000, 1 << 40]
    added = scheme.bias([1 << 41], stairs.offsets + (1 << 41), 3)[:, 0]
    for bucket in set(stairs.buckets.tolist()):
        assert np.ptp(added[:, stairs.buckets == bucket], axis=1).max() == 0
    assert len(np.unique(added, axis=1).T) == len(set(stairs.buckets.tolist()))
    for side, sign in ((stairs.behind, -1), (stairs.ahead, 1)):
        ends = scheme.bias([1 << 41], (1 << 41) + sign * np.array([side.last, *(max(d, side.last) for d in far)]), 3)[
            :, 0
        ]
        assert np.ptp(ends, axis=1).max() == 0
        near = scheme.bias([1 << 41], (1 << 41) + sign * np.arange(side.own + 2), 3)[0, 0]
        assert len(set(near[1 : side.own].tolist())) == side.own - 1
        assert near[side.own] == near[side.own + 1]
        assert side.last == 0 or near[0] != ends[0, 0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: added_bias(posenc.scheme("rotary"), ["a"], 1), "scheme must add to the scores"),
        (lambda: added_bias(posenc.scheme("alibi"), [], 1), "words' number must be .* got 0"),
        (lambda: added_bias(posenc.scheme("alibi"), ["a"], 0), "heads must be .* got 0"),
        (lambda: mean_by_offset(np.ones((2, 3))), r"matrix must have shape .* got \(2, 3\)"),
        (lambda: block_means(np.ones((0, 0)), 3), r"matrix must have shape .* got \(0, 0\)"),
        (lambda: block_means(np.ones((2, 2)), 0), "cells must be .* got 0"),
        (lambda: bucket_boundaries(posenc.scheme("alibi")), "scheme must have buckets"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_power_of_two_above():
    assert [power_of_two_above(heads) for heads in (1, 2, 3, 8, 9, 31, 32)] == [1, 2, 4, 8, 16, 32, 32]


@pytest.mark.parametrize("heads", [0, -1, 2.0, True])
def test_slopes_of_a_bad_number_of_heads(heads):
    with pytest.raises(ValueError, match="heads must be a whole number"):
        slopes_from_above(heads)


def measured(id, words, heads=2, head=0, causal=False, **parameters):
    scheme = posenc.scheme(id, **parameters)
    added = added_bias(scheme, words, heads, causal)
    return effect(added, added_bias(scheme, OTHERS[: len(words)], heads, causal), mean_by_offset(added), head), added


OTHERS = ["a", "dog", "bites", "a", "man"]


@pytest.mark.parametrize("id", BIASES)
@pytest.mark.parametrize("causal", [False, True])
def test_what_a_bias_depends_on(id, causal):
    found, added = measured(id, SENTENCE, head=1, causal=causal)
    assert (found.low, found.high) == (np.nanmin(added[1]), np.nanmax(added[1]))
    assert bool(found.by_words) == (id in CONTENT)
    assert found.largest.tolist() == np.nanmax(np.abs(added), axis=(1, 2)).tolist()
    assert not found.flat
    spreads = [[np.ptp(row) for k in range(-3, 4) if np.isfinite(row := np.diagonal(one, k)).all()] for one in added]
    assert found.spread == pytest.approx(max(map(max, spreads)), abs=1e-5)
    assert found.spread_here == pytest.approx(max(spreads[1]), abs=1e-5)
    if causal:
        assert found.uneven is None
    elif found.uneven is not None:
        query, distance, ahead, behind = found.uneven
        assert (ahead, behind) == (added[1, query, query + distance], added[1, query, query - distance])
        assert ahead != behind
    if not causal:
        nearer = range(1, found.uneven.distance if found.uneven else 3)
        assert all(abs(added[1, q, q + d] - added[1, q, q - d]) < 1e-5 for d in nearer for q in range(d, 5 - d))


def test_what_is_rounding_counts_as_nothing():
    found, _ = measured("alibi", SENTENCE)
    assert (found.uneven, found.spread, found.spread_here, found.by_words, found.flat) == (None, 0, 0, 0, False)
    added = added_bias(posenc.scheme("alibi"), SENTENCE, 2)
    noise = 1e-9 * np.random.default_rng(0).standard_normal(added.shape)
    found = effect(added + noise, added, mean_by_offset(added + noise), 0)
    assert (found.uneven, found.spread, found.spread_here, found.by_words) == (None, 0, 0, 0)
    found = effect(added + 1e4 * noise, added, mean_by_offset(added + 1e4 * noise), 0)
    assert found.uneven
    assert min(found.spread, found.spread_here, found.by_words) > 0
    assert measured("t5", SENTENCE, scale=0.0)[0].flat
    assert measured("shaw", SENTENCE, max_distance=0)[0].by_words
    assert measured("alibi", SENTENCE[:2])[0].uneven is None


@pytest.mark.parametrize("heads", [1, 2, 3, 12, 31, 32])
def test_both_rules_for_slopes_agree(heads):
    found = slope_rules(Alibi(max_bias=4.0), heads)
    np.testing.assert_array_equal(found.chosen, posenc.scheme("alibi", max_bias=4.0).slopes(heads))
    assert len(found.below) <= heads < len(found.above) == 2 * len(found.below)
    assert found.error < 1e-12
