"""Sandwich: sums of cosines, pair by pair, and what they have to do with sinusoids."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.schemes.sandwich import Sandwich

places = st.lists(st.floats(0, 100), min_size=1, max_size=5)


@given(places, places, st.integers(1, 8), st.floats(1.0, 1e6), st.sampled_from([0, 1]), st.booleans())
def test_bias_pair_by_pair(queries, keys, pairs, base, first, centred):
    bias = Sandwich(2 * pairs, base, first, centred).bias(queries, keys, 3)
    for i, query in enumerate(queries):
        for j, key in enumerate(keys):
            dot = sum(math.cos((query - key) * base ** (-2 * k / (2 * pairs))) for k in range(first, first + pairs))
            expected = [(dot - centred * pairs) / (8 * h / 3) for h in (1, 2, 3)]
            np.testing.assert_allclose(bias[:, i, j], expected, rtol=1e-5, atol=1e-5)


def test_from_0_it_is_the_dot_product_of_sinusoids():
    offsets = np.arange(-40, 41)
    kernel = Sandwich(64, first=0, centred=False).kernel(offsets, heads=8)
    sinusoids = posenc.scheme("sinusoidal").kernel(offsets, 64, 8)
    np.testing.assert_allclose(kernel * np.arange(1, 9)[:, None], sinusoids, atol=1e-4)


def test_it_decays_near_and_never_rises_above_itself():
    kernel = Sandwich().kernel(np.arange(200), heads=4)
    assert not kernel[:, 0].any()
    assert (np.diff(kernel[:, :10]) < 0).all()
    assert (kernel[:, 1:] < 0).all()
    np.testing.assert_allclose(kernel[3] * 4, kernel[0], rtol=1e-5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Sandwich(dim=7), "dim must be a whole number of at least 2 that 2 divides; got 7"),
        (lambda: Sandwich(dim=0), "dim must be .* got 0"),
        (lambda: Sandwich(base=0.5), "base must be a number from 1.0 .* got 0.5"),
        (lambda: Sandwich(first=2), "first must be one of 0, 1; got 2"),
        (lambda: Sandwich(centred=0), "centred must be one of False, True; got 0"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
