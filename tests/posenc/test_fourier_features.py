"""Fourier features of any points: NeRF's and random ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.fourier_features import bands, nerf_features, random_features

points = st.tuples(st.integers(0, 5), st.integers(1, 3), st.integers(0, 99)).map(
    lambda t: np.random.default_rng(t[2]).uniform(-1, 1, t[:2])
)


def test_bands_go_from_pi_to_half_the_resolution():
    for linear in (True, False):
        found = bands(5, 64.0, linear) / np.pi
        np.testing.assert_allclose(found[[0, -1]], [1, 32])
        steps = np.diff(found) if linear else np.diff(np.log(found))
        np.testing.assert_allclose(steps, steps[0])


@given(x=points, count=st.integers(1, 6), include_input=st.booleans(), octaves=st.booleans())
def test_nerf_equals_its_formula(x, count, include_input, octaves):
    frequencies = [2**k for k in range(count)] if octaves else np.linspace(1, 2 ** (count - 1), count)
    expected = [x] if include_input else []
    for f in frequencies:
        expected += [np.sin(f * x), np.cos(f * x)]
    got = nerf_features(x, count, include_input, octaves)
    np.testing.assert_allclose(got, np.concatenate(expected, 1), atol=1e-12)


@given(x=points, features=st.integers(1, 4), seed=st.integers(0, 99))
def test_random_features_equal_their_formula(x, features, seed):
    matrix = np.random.default_rng(seed).standard_normal((x.shape[1], features))
    angles = 2 * np.pi * (2 * x - 1) @ matrix
    expected = np.concatenate([np.sin(angles), np.cos(angles)], 1)
    np.testing.assert_allclose(random_features(x, matrix), expected, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_precision_and_leading_axes_are_kept(dtype):
    x = np.ones((2, 3, 2), dtype)
    for got in (nerf_features(x, 4), random_features(x, np.ones((2, 9)))):
        assert (got.shape, got.dtype) == ((2, 3, 18), dtype)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nerf_features([1.0, 2.0]), "x must be an array of real numbers of shape"),
        (lambda: nerf_features([[1.0]], 0), "num_frequencies must be .* at least 1 .* got 0"),
        (lambda: nerf_features([[1.0]], include_input=1), "include_input must be one of False, True; got 1"),
        (lambda: nerf_features([[1.0]], log_sampling="yes"), "log_sampling must be one of .* got 'yes'"),
        (lambda: random_features([[1.0]], np.ones((2, 3))), r"matrix must be real numbers of shape \(1, any\)"),
    ],
)
def test_bad_arguments(make, words):
    with pytest.raises(ValueError, match=words):
        make()
