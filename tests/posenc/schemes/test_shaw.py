"""Shaw's relative positions, pair by pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.shaw import Shaw

limits = st.integers(0, 6)


@given(st.integers(-20, 20), limits, st.none() | limits, st.none() | limits)
def test_buckets_are_clipped_offsets(offset, both, left, right):
    before = both if left is None else left
    behind = both if right is None else right
    assert Shaw(both, left, right).buckets([offset]).tolist() == [min(max(offset, -before), behind) + before]


@given(st.lists(st.integers(0, 20), min_size=1, max_size=6), st.lists(st.integers(0, 20), max_size=6), limits, limits)
def test_bias_pair_by_pair(query_positions, key_positions, left, right):
    draw = np.random.default_rng(0).standard_normal
    queries, embedding = draw((3, len(query_positions), 5)), draw((left + right + 1, 5))
    scheme = Shaw(left=left, right=right)
    scaled = scheme.bias(query_positions, key_positions, 3, queries, embedding)
    bare = scheme.bias(query_positions, key_positions, 3, queries, embedding, scale=1.0)
    for i, query in enumerate(query_positions):
        for j, key in enumerate(key_positions):
            expected = queries[:, i] @ embedding[min(max(key - query, -left), right) + left]
            np.testing.assert_allclose(bare[:, i, j], expected, rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(scaled[:, i, j], expected / np.sqrt(5), rtol=1e-5, atol=1e-6)


def test_adjust_compares_the_real_queries():
    scheme, queries = Shaw(3), np.random.default_rng(1).standard_normal((2, 9, 8))
    added = scheme.add_to_scores(np.zeros((2, 9, 9)), queries, queries, np.arange(9))
    np.testing.assert_allclose(added, scheme.bias(9, 9, 2, queries), atol=1e-6)
    queries[:, 4] = 0
    assert not scheme.add_to_scores(np.zeros((2, 9, 9)), queries, queries, np.arange(9))[:, 4].any()


@pytest.mark.parametrize("limit", [2, 40, 4096])
def test_the_rows_are_those_of_the_whole_toy_table(limit):
    """Only the rows that are used are multiplied: the same scores as with all of them."""
    queries, where = np.random.default_rng(1).standard_normal((2, 6, 8)), np.array([0, 1, 2, 9, 30, 31])
    table = np.random.default_rng(5).standard_normal((2 * limit + 1, 8))
    got = Shaw(limit, seed=5).add_to_scores(np.ones((2, 6, 6)), queries, queries, where)
    for i, j in np.ndindex(6, 6):
        row = table[min(max(where[j] - where[i], -limit), limit) + limit]
        np.testing.assert_allclose(got[:, i, j], 1 + queries[:, i] @ row / np.sqrt(8), rtol=1e-12)


def test_kernel_is_constant_beyond_the_limits_and_differs_within():
    kernel = Shaw(left=3, right=2).kernel(np.arange(-9, 10), heads=2)
    for head in kernel:
        assert len(set(head[:7])) == len(set(head[11:])) == 1
        assert len(set(head)) == 6


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Shaw(max_distance=-1), "max_distance must be a whole number of at least 0 .* got -1"),
        (lambda: Shaw(left=1.5), "left must be a whole number .* got 1.5"),
        (lambda: Shaw(right=5000), "right must be .* at most 4096; got 5000"),
        (lambda: Shaw().buckets([0.5]), "offsets must be whole numbers .* got 0.5"),
        (
            lambda: Shaw().bias(4, 4, 2, np.ones((2, 3, 8))),
            r"queries must be .* shape \(2, 4, any\); got .*\(2, 3, 8\)",
        ),
        (
            lambda: Shaw(2).bias(4, 4, 2, np.ones((2, 4, 8)), np.ones((4, 8))),
            r"embedding must be real numbers of shape \(5, 8\); got shape \(4, 8\)",
        ),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
