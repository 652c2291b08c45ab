"""Small networks against their definition, and activations against theirs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.numeric.mlp import log_sigmoid, mlp, relu, sigmoid, silu, toy_layers

numbers = st.lists(st.floats(-30, 30), min_size=1, max_size=8).map(np.array)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.integers(0, 1000))
def test_layer_by_layer(sizes, seed):
    layers = toy_layers(sizes, seed)
    x = np.random.default_rng(seed + 1).standard_normal((3, 2, sizes[0]))
    expected = x
    for weight, bias in layers[:-1]:
        expected = np.tanh(np.einsum("oi,abi->abo", weight, expected) + bias)
    expected = np.einsum("oi,abi->abo", layers[-1][0], expected) + layers[-1][1]
    np.testing.assert_allclose(mlp(x, layers, sizes, np.tanh), expected, atol=1e-12)
    without = [(weight, None) for weight, _ in layers]
    np.testing.assert_array_equal(
        mlp(x, without, sizes, np.tanh), mlp(x, [(w, np.zeros_like(b)) for w, b in layers], sizes, np.tanh)
    )


@given(numbers)
def test_activations(x):
    np.testing.assert_allclose(sigmoid(x), 1 / (1 + np.exp(-x)), atol=1e-15)
    np.testing.assert_allclose(silu(x), x / (1 + np.exp(-x)), atol=1e-13)
    np.testing.assert_allclose(log_sigmoid(x), -np.log(1 + np.exp(-x)), atol=1e-12)
    np.testing.assert_array_equal(relu(x), [max(value, 0) for value in x])


def test_activations_far_out():
    far = np.array([-1e30, 1e30])
    assert sigmoid(far).tolist() == [0, 1]
    assert sigmoid(np.array([-np.inf, np.inf])).tolist() == [0, 1]
    assert log_sigmoid(far).tolist() == [-1e30, 0]


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([], "layers must be 1 pairs of weight and bias; got 0"),
        ([(np.ones((2, 3)), None)], r"weight 0 of layers must be real numbers of shape \(3, 2\); got shape \(2, 3\)"),
        ([(np.ones((3, 2)), np.ones(2))], r"bias 0 of layers must be real numbers of shape \(3\); got shape \(2,\)"),
    ],
)
def test_bad_layers(layers, words):
    with pytest.raises(ValueError, match=words):
        mlp(np.ones((4, 2)), layers, (2, 3), relu)
