"""The dynamic position bias, pair by pair."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.dynamic_position_bias import DynamicPositionBias

places = st.lists(st.floats(0, 50), min_size=1, max_size=5)


def layers(dim, depth, heads):
    draw = np.random.default_rng(0).standard_normal
    sizes = [1, *[dim] * depth, heads]
    return [(draw((out, into)), draw(out)) for into, out in pairwise(sizes)]


@given(places, places, st.integers(1, 5), st.integers(1, 3), st.booleans())
def test_bias_pair_by_pair(queries, keys, dim, depth, log_distance):
    learned = layers(dim, depth, 2)
    bias = DynamicPositionBias(dim, depth, log_distance).bias(queries, keys, 2, learned)
    for i, query in enumerate(queries):
        for j, key in enumerate(keys):
            x = query - key
            x = np.array([math.copysign(math.log(abs(x) + 1), x) if log_distance else x])
            for weight, shift in learned[:-1]:
                x = weight @ x + shift
                x = x / (1 + np.exp(-x))
            np.testing.assert_allclose(bias[:, i, j], learned[-1][0] @ x + learned[-1][1], rtol=1e-4, atol=1e-3)


def test_kernel_tells_left_from_right():
    kernel = DynamicPositionBias().kernel(np.arange(-5, 6), heads=2)
    assert np.abs(kernel - kernel[:, ::-1]).max() > 0.1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: DynamicPositionBias(dim=0), "dim must be a whole number of at least 1 .* got 0"),
        (lambda: DynamicPositionBias(depth=17), "depth must be .* at most 16; got 17"),
        (lambda: DynamicPositionBias(log_distance=1), "log_distance must be one of False, True; got 1"),
        (lambda: DynamicPositionBias(3, 2).bias(2, 2, 1, layers(3, 1, 1)), "layers must be 3 pairs .* got 2"),
        (
            lambda: DynamicPositionBias(3, 1).bias(2, 2, 1, layers(4, 1, 1)),
            r"weight 0 of layers must be .* shape \(3, 1\); got shape \(4, 1\)",
        ),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
