"""PoPE: feature by feature, and what it has in common with rotary embedding."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.schemes.polar import Polar
from posenc.schemes.rotary import RotaryEmbedding


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=4), st.integers(1, 6), st.floats(1.0, 1e6))
def test_feature_by_feature(positions, dim, base):
    draw = np.random.default_rng(0)
    x, phase = draw.standard_normal((2, len(positions), dim)), draw.uniform(-8, 1, (2, 1, dim))
    scheme = Polar(base)
    query, key = scheme.rotate(x, positions), scheme.rotate_key(x, positions, phase)
    assert query.shape == key.shape == (2, len(positions), 2 * dim)
    for h, n, i in np.ndindex(*x.shape):
        magnitude, angle = math.log(1 + math.exp(x[h, n, i])), positions[n] * base ** (-i / dim)
        late = angle + min(max(phase[h, 0, i], -2 * math.pi), 0)
        got = query[h, n, i], query[h, n, dim + i], key[h, n, i], key[h, n, dim + i]
        expected = np.array([math.cos(angle), math.sin(angle), math.cos(late), math.sin(late)]) * magnitude
        np.testing.assert_allclose(got, expected, atol=1e-9)


def test_norms_are_kept_and_scores_depend_on_the_offset_alone():
    q, k = np.random.default_rng(0).standard_normal((2, 10, 6))
    scheme = Polar()
    here, there = (scheme.rotate(q, where) @ scheme.rotate_key(k, where).T for where in (10, np.arange(10) + 500))
    np.testing.assert_allclose(here, there, atol=1e-9)
    np.testing.assert_allclose(
        np.linalg.norm(scheme.rotate(q, 10), axis=1), np.linalg.norm(np.log1p(np.exp(q)), axis=1)
    )


def test_it_is_rotary_on_pairs_of_a_magnitude_and_0():
    x = np.random.default_rng(0).standard_normal((5, 4))
    pairs = np.concatenate([np.log1p(np.exp(x)), np.zeros_like(x)], 1)
    np.testing.assert_allclose(Polar().rotate(x, 5), RotaryEmbedding().rotate(pairs, 5), atol=1e-12)
    np.testing.assert_array_equal(Polar().table(50, 16), RotaryEmbedding().table(50, 16))
    np.testing.assert_array_equal(Polar().frequencies(16), RotaryEmbedding().frequencies(16))


def test_the_key_of_equal_content_is_best_at_the_same_place():
    kernel = Polar().kernel(np.arange(-30, 31), dim=64, heads=2)
    assert kernel.argmax(1).tolist() == [30, 30]
    assert kernel[0, 30] == 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_attention(dtype):
    x = np.random.default_rng(0).standard_normal((6, 16)).astype(dtype)
    result = posenc.attention(x, posenc.AttentionWeights.random(16, dtype=dtype), 4, True, Polar())
    assert (result.output.shape, result.output.dtype) == ((6, 16), dtype)
    np.testing.assert_allclose(result.weights.sum(-1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Polar(base=0.5), "base must be a number from 1.0 .* got 0.5"),
        (lambda: Polar().frequencies(7), "dim must be a whole number of at least 2 that 2 divides; got 7"),
        (lambda: Polar().rotate(np.ones((3, 4)), 2), "positions must be as many as the rows of x, 3; got 2"),
        (lambda: Polar().rotate([1.0], 1), r"x must be an array of real numbers of shape \(…, n, dim\)"),
        (
            lambda: Polar().rotate_key(np.ones((2, 3, 4)), 3, np.zeros((2, 4))),
            r"phase must be real numbers of shape \(2, 1, 4\); got shape \(2, 4\)",
        ),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
