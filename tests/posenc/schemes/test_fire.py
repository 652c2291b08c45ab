"""FIRE: shares and network, pair by pair, and when the query's position counts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.fire import Fire

places = st.lists(st.floats(0, 1000), min_size=1, max_size=5)


@given(places, places, st.floats(0.01, 10), st.floats(0, 100), st.floats(1e-9, 1e-3))
def test_bias_pair_by_pair(queries, keys, c, threshold, eps):
    draw = np.random.default_rng(0).standard_normal
    w1, b1, w2, b2 = draw((6, 1)), draw(6), draw((3, 6)), draw(3)
    bias = Fire(6, c, threshold, eps).bias(queries, keys, 3, [(w1, b1), (w2, b2)])
    for i, query in enumerate(queries):
        for j, key in enumerate(keys):
            share = math.log(c * abs(query - key) + 1) / (math.log(c * max(query, threshold) + 1) + eps)
            hidden = np.maximum(w1[:, 0] * share + b1, 0)
            np.testing.assert_allclose(bias[:, i, j], w2 @ hidden + b2, rtol=1e-4, atol=1e-4)


def test_shares_of_keys_up_to_the_query_lie_between_0_and_1():
    shares = np.tril(Fire(threshold=4.0).shares(300, 300))
    assert shares.min() == 0
    assert 0.999 < shares.max() <= 1
    np.testing.assert_allclose(shares[4:, 0], 1, atol=1e-5)  # the first key, however long the sequence


def test_the_query_counts_from_the_threshold_on():
    bias = Fire(threshold=20.0).bias(60, 60, 2)
    np.testing.assert_array_equal(bias[:, 20, 10:21], bias[:, 13, 3:14])
    assert np.abs(bias[:, 50, 40:51] - bias[:, 20, 10:21]).max() > 0.01


def test_kernel_is_that_of_any_query_before_the_threshold():
    scheme = Fire(threshold=20.0)
    np.testing.assert_allclose(scheme.kernel(np.arange(-15, 1), heads=2), scheme.bias([15], 16, 2)[:, 0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Fire(width=0), "width must be a whole number of at least 1 .* got 0"),
        (lambda: Fire(c=-1.0), "c must be a number from 0.0 .* got -1.0"),
        (lambda: Fire(threshold="L"), "threshold must be a number .* got 'L'"),
        (lambda: Fire(eps=0.0), "eps must be a number from 1e-12 .* got 0.0"),
        (lambda: Fire().bias(2, 2, 1, [([[1.0]], [1.0])]), "layers must be 2 pairs of weight and bias; got 1"),
        (
            lambda: Fire(1).bias(2, 2, 3, [([[1.0]], [1.0]), ([[1.0]], [1.0])]),
            r"weight 1 of layers must be real numbers of shape \(3, 1\); got shape \(1, 1\)",
        ),
        (
            lambda: Fire(1).bias(2, 2, 1, [([[1.0]], [1.0, 2.0]), ([[1.0]], [1.0])]),
            r"bias 0 of layers must be real numbers of shape \(1\); got shape \(2,\)",
        ),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
