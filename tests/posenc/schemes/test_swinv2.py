"""Swin v2's coordinates and network, offset by offset."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.swin import Swin
from posenc.schemes.swinv2 import HIDDEN, SwinV2

sides, trained = st.integers(1, 6), st.none() | st.integers(0, 20)


def coordinate(offset, size, trained):
    x = 8 * offset / max((trained or size) - 1, 1)
    return math.copysign(math.log2(1 + abs(x)) / 3, x)


@given(sides, sides, trained, trained)
def test_coords(height, width, trained_height, trained_width):
    coords = SwinV2(height, width, trained_height, trained_width).coords()
    assert (coords.shape, coords.dtype) == ((2 * height - 1, 2 * width - 1, 2), np.float32)
    for a, row in enumerate(range(1 - height, height)):
        for b, column in enumerate(range(1 - width, width)):
            expected = coordinate(row, height, trained_height), coordinate(column, width, trained_width)
            np.testing.assert_allclose(coords[a, b], expected, atol=1e-6)


def test_the_trained_window_ends_at_log8_of_9():
    assert SwinV2(8, 8).coords()[-1, -1].tolist() == pytest.approx([math.log(9, 8)] * 2)
    assert SwinV2(16, 16, 8, 8).coords()[-1, -1, 0] > math.log(9, 8)
    np.testing.assert_array_equal(SwinV2(4, 4, 0, 0).coords(), SwinV2(4, 4).coords())


def test_bias_is_the_network_at_the_index():
    scheme, draw = SwinV2(2, 3), np.random.default_rng(0).standard_normal
    w1, b1, w2 = draw((HIDDEN, 2)), draw(HIDDEN), draw((4, HIDDEN)) / 10
    bias = scheme.bias(6, 6, 4, [(w1, b1), (w2, None)])
    coords, index = scheme.coords().reshape(-1, 2), Swin(2, 3).index()
    for q, k in np.ndindex(6, 6):
        hidden = np.maximum(w1 @ coords[index[q, k]] + b1, 0)
        np.testing.assert_allclose(bias[:, q, k], 16 / (1 + np.exp(-(w2 @ hidden))), rtol=1e-5)


def test_a_few_places_of_a_large_window_are_those_of_the_whole():
    scheme, places = SwinV2(12, 9, seed=2), [0, 5, 40, 107]
    whole = scheme.bias(108, 108, 3)
    np.testing.assert_allclose(scheme.bias(places, places, 3), whole[:, places][:, :, places], rtol=1e-6)


def test_bias_lies_between_0_and_16_and_is_no_constant():
    bias = SwinV2().bias(64, 64, 4)
    assert bias.min() > 0
    assert bias.max() < 16
    assert np.ptp(bias) > 1


def test_kernel_runs_along_a_row_and_ends_with_it():
    kernel = SwinV2(3, 5).kernel(np.arange(-6, 7), heads=2)
    np.testing.assert_array_equal(kernel[:, 4:9], SwinV2(3, 5).bias([7], range(5, 10), 2)[:, 0])
    assert np.isnan(kernel).any(0).tolist() == [True] * 2 + [False] * 9 + [True] * 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: SwinV2(height=0), "height must be a whole number of at least 1 .* got 0"),
        (lambda: SwinV2(pretrained_width=-1), "pretrained_width must be a whole number of at least 0; got -1"),
        (lambda: SwinV2(2, 3).bias(7, 6, 1), "query_positions must be tokens of the window, 0 to 5; got 6"),
        (lambda: SwinV2(2, 3).bias(6, 6, 1, []), "layers must be 2 pairs of weight and bias; got 0"),
        (
            lambda: SwinV2().bias(2, 2, 1, [(np.ones((9, 2)), None), (np.ones((1, 9)), None)]),
            r"weight 0 of layers must be .* shape \(512, 2\); got shape \(9, 2\)",
        ),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
