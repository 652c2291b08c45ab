"""Forgetting attention: sums of log gates, pair by pair, and what is left of them without content."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.forgetting import Forgetting


@given(st.integers(0, 10**6), st.integers(1, 7), st.integers(1, 3), st.integers(1, 4))
def test_context_bias_pair_by_pair(seed, n, heads, dim):
    draw = np.random.default_rng(seed).standard_normal
    x, weight, shift = draw((n, dim)), draw((heads, dim)), draw(heads)
    bias = Forgetting().context_bias(x, weight, shift)
    assert (bias.shape, bias.dtype) == ((heads, n, n), np.float32)
    for h, i, j in np.ndindex(heads, n, n):
        logs = [math.log(1 / (1 + math.exp(-(weight[h] @ x[k] + shift[h])))) for k in range(j + 1, i + 1)]
        np.testing.assert_allclose(bias[h, i, j], sum(logs), rtol=1e-5, atol=1e-5)


def test_without_content_it_is_alibi_with_other_slopes():
    scheme = Forgetting()
    kernel = scheme.kernel(np.arange(-20, 21), heads=4)
    np.testing.assert_allclose(kernel[:, :21], kernel[:, 19:20] * np.arange(20, -1, -1), rtol=1e-5)
    assert (kernel[:, 19] < 0).all()
    assert not kernel[:, 20:].any()
    toys = scheme._toy_biases(4)[:, 0, 0]
    np.testing.assert_allclose(
        scheme.bias(6, 6, 4), scheme.context_bias(np.zeros((6, 3)), np.ones((4, 3)), toys), atol=1e-6
    )
    nothing = np.zeros((4, 6, 3))
    np.testing.assert_allclose(
        scheme.add_to_scores(np.zeros((4, 6, 6)), nothing, nothing, np.arange(6)), scheme.bias(6, 6, 4), atol=1e-6
    )


def test_a_token_that_shuts_its_gate_hides_what_came_before():
    """Gates are open (0 is added) but for that of token 3: only pairs across it lose."""
    x = np.where(np.arange(6) == 3, -50.0, 50.0)[:, None]
    bias = Forgetting().context_bias(x, [[1.0]], [0.0])[0]
    across = np.outer(np.arange(6) >= 3, np.arange(6) < 3)
    np.testing.assert_allclose(bias, np.where(across, -50.0, 0.0), atol=1e-4)


def test_adjust_reads_each_query():
    queries = np.random.default_rng(0).standard_normal((2, 5, 4))
    added = Forgetting().add_to_scores(np.zeros((2, 5, 5)), queries, queries, np.arange(5))
    assert (np.tril(added) <= 0).all()
    queries[:, 3] += 1
    moved = np.abs(Forgetting().add_to_scores(np.zeros((2, 5, 5)), queries, queries, np.arange(5)) - added)
    across = np.outer(np.arange(5) >= 3, np.arange(5) < 3)  # only pairs across token 3
    np.testing.assert_array_equal(moved > 1e-9, [across, across])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.ones(3), np.ones((2, 3)), np.ones(2)), r"x must be .* shape \(any, any\); got shape \(3,\)"),
        ((np.ones((5, 3)), np.ones((2, 4)), np.ones(2)), r"weight must be .* shape \(any, 3\); got shape \(2, 4\)"),
        ((np.ones((5, 3)), np.ones((2, 3)), np.ones(3)), r"bias must be .* shape \(2\); got shape \(3,\)"),
    ],
)
def test_bad_arguments(arguments, words):
    with pytest.raises(ValueError, match=words):
        Forgetting().context_bias(*arguments)
