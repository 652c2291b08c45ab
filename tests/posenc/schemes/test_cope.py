"""CoPE: positions and bias, key by key."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.cope import TOY_DIM, Cope


def example(seed=0, heads=2, n=7, dim=5, max_positions=4):
    draw = np.random.default_rng(seed).standard_normal
    return draw((heads, n, dim)), 2 * draw((heads, n, n)), draw((max_positions, dim))


def causal(scores):
    return np.where(np.tri(*scores.shape[1:], dtype=bool), scores, -np.inf)


@given(st.integers(0, 10**6), st.integers(1, 6), st.booleans())
def test_bias_key_by_key(seed, max_positions, masked):
    queries, scores, embeddings = example(seed, max_positions=max_positions)
    scores = causal(scores) if masked else scores
    bias = Cope(max_positions).bias(queries, scores, embeddings)
    assert (bias.shape, bias.dtype) == (scores.shape, np.float32)
    for h, i, j in np.ndindex(*scores.shape):
        gates = [1 / (1 + math.exp(-score)) for score in scores[h, i, j:] if score > -np.inf]
        position = min(sum(gates), max_positions - 1)
        below, above = math.floor(position), math.ceil(position)
        between = embeddings[below] * (1 - (position - below)) + embeddings[above] * (position - below)
        np.testing.assert_allclose(bias[h, i, j], queries[h, i] @ between, rtol=1e-4, atol=1e-5)


def test_a_masked_key_adds_nothing():
    queries, scores, embeddings = example()
    masked = Cope(4).bias(queries, causal(scores), embeddings)
    for i in range(7):
        alone = Cope(4).bias(queries[:, i : i + 1], scores[:, i : i + 1, : i + 1], embeddings)
        np.testing.assert_allclose(masked[:, i, : i + 1], alone[:, 0], atol=1e-6)
        np.testing.assert_allclose(masked[:, i, i + 1 :], (queries[:, i] @ embeddings[0])[:, None].repeat(6 - i, 1))


def test_with_open_gates_it_counts_tokens_and_with_shut_ones_nothing():
    open_gates = Cope(100).positions(causal(np.full((1, 5, 5), 100.0)))[0]
    np.testing.assert_allclose(open_gates, np.maximum(1 + np.subtract.outer(range(5), range(5)), 0))
    assert not Cope(100).positions(np.full((1, 5, 5), -1e30)).any()
    assert Cope(3).positions(np.full((1, 5, 5), 100.0)).max() == 2


def test_only_the_counted_move_the_position():
    """A key with a shut gate between query and key changes nothing; an open one does."""
    scores = np.array([[[0.0, -np.inf, 1.0]], [[0.0, 5.0, 1.0]]])
    shut, open_gate = Cope(9).positions(scores)
    assert shut[0, 0] == Cope(9).positions([[[0.0, 1.0]]])[0, 0, 0]
    assert open_gate[0, 0] > shut[0, 0] + 0.9


def test_adjust_adds_the_bias_over_the_root_of_the_dimension():
    queries, scores, _ = example(dim=8)
    scheme, scores = Cope(6, seed=3), causal(scores)
    bias = scheme.bias(queries, scores, scheme._toy_embeddings(6, 8))
    np.testing.assert_allclose(
        scheme.add_to_scores(scores, queries, queries, np.arange(7)), scores + bias / np.sqrt(8), atol=1e-6
    )


@pytest.mark.parametrize("rows", [1, 5, 8, 9, 4096])
@pytest.mark.parametrize("content", [0.0, 40.0])
def test_adjust_reads_the_whole_toy_table_though_it_draws_what_keys_can_reach(rows, content):
    queries, scores, _ = example(dim=8)
    scores = scores + content  # gates that are wide open: the last count is as many as there are keys
    table = np.random.default_rng(3).standard_normal((rows, 8))
    expected = scores + Cope(rows).bias(queries, scores, table) / np.sqrt(8)
    np.testing.assert_allclose(
        Cope(rows, seed=3).add_to_scores(scores, queries, queries, np.arange(7)), expected, rtol=1e-5, atol=1e-5
    )
    between = np.minimum((1 / (1 + np.exp(-scores)))[..., ::-1].cumsum(-1)[..., ::-1], rows - 1)
    products = queries @ table.T
    for h, i in np.ndindex(2, 7):
        plain = np.interp(between[h, i], np.arange(rows), products[h, i])
        np.testing.assert_allclose(Cope(rows).bias(queries, scores, table)[h, i], plain, rtol=1e-4, atol=1e-5)


def test_kernel_is_what_is_added_to_scores_of_0():
    scheme, n = Cope(4), 12
    queries = np.random.default_rng((0, 1)).standard_normal((3, 1, TOY_DIM)).repeat(n, 1)
    scores = causal(np.zeros((3, n, n)))
    last = scheme.add_to_scores(scores, queries, queries, np.arange(n))[:, -1]
    kernel = scheme.kernel(np.arange(1 - n, 1), heads=3)
    np.testing.assert_allclose(kernel, last)
    assert (np.diff(kernel[:, :6]) == 0).all()  # from 3 / (1/2) keys on all share the last position
    np.testing.assert_array_equal(scheme.kernel([1, 7], heads=3), scheme.kernel([1, 1], heads=3))


@pytest.mark.parametrize(
    ("number", "wrong", "words"),
    [
        (0, np.ones((7, 5)), r"queries must be .* shape \(any, any, any\); got shape \(7, 5\)"),
        (1, np.ones((2, 6, 7)), r"scores must be .* shape \(2, 7, any\); got shape \(2, 6, 7\)"),
        (1, np.full((2, 7, 7), np.nan), "scores must be .* got one that is not a number"),
        (2, np.ones((5, 5)), r"embeddings must be .* shape \(4, 5\); got shape \(5, 5\)"),
        (2, [[1], [1, 2]], r"embeddings must be .* shape \(4, 5\); got \[\[1\], \[1, 2\]\]"),
    ],
)
def test_bad_arguments(number, wrong, words):
    arguments = [wrong if k == number else argument for k, argument in enumerate(example())]
    with pytest.raises(ValueError, match=words):
        Cope(4).bias(*arguments)


def test_bad_parameters():
    with pytest.raises(ValueError, match=r"max_positions must be a whole number of at least 1 .* got 0"):
        Cope(max_positions=0)
