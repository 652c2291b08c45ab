"""The two rotary layouts: each turned into the other, weights converted, and what mixing them does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.experiments.rotary import conversions
from posenc.rotary_layouts import LAYOUTS, convert_layout, feature_order
from posenc.schemes.rotary import RotaryEmbedding

seeds = st.integers(0, 2**32 - 1)
halves = st.integers(1, 12)
both = st.sampled_from(LAYOUTS)


def other(layout):
    return LAYOUTS[1 - LAYOUTS.index(layout)]


@given(half=halves, part=halves, source=both, seed=seeds)
def test_permuted_features_rotated_in_the_other_layout_are_the_rotated_features_permuted(half, part, source, seed):
    dim, m = 2 * half, 2 * min(part, half)
    x, target = np.random.default_rng(seed).standard_normal((20, dim)), other(source)
    order = feature_order(dim, source, target, m)
    here, there = (RotaryEmbedding(layout=layout, rotary_dim=m) for layout in (source, target))
    np.testing.assert_array_equal(there.rotate(x[:, order], 20), here.rotate(x, 20)[:, order])


@given(half=halves, part=halves, source=both)
def test_there_and_back_is_no_change(half, part, source):
    dim, m = 2 * half, 2 * min(part, half)
    there, back = feature_order(dim, source, other(source), m), feature_order(dim, other(source), source, m)
    assert there[back].tolist() == list(range(dim))
    assert feature_order(dim, source, source, m).tolist() == list(range(dim))


def test_features_that_do_not_turn_stay():
    assert feature_order(8, "interleaved", "half", 4).tolist() == [0, 2, 1, 3, 4, 5, 6, 7]


@given(heads=st.integers(1, 5), half=halves, width=st.integers(1, 6), seed=seeds)
def test_conversion_equals_the_reshaping_that_conversion_scripts_do(heads, half, width, seed):
    weight = np.random.default_rng(seed).standard_normal((heads * 2 * half, width))
    theirs = weight.reshape(heads, half, 2, width).swapaxes(1, 2).reshape(weight.shape)
    np.testing.assert_array_equal(convert_layout(weight, heads, "interleaved", "half"), theirs)
    np.testing.assert_array_equal(convert_layout(theirs, heads, "half", "interleaved"), weight)


@given(source=both, rotary_dim=st.sampled_from([None, 4, 8]), seed=seeds)
def test_a_converted_model_scores_as_before(source, rotary_dim, seed):
    heads, head_dim, n, width = 3, 8, 12, 10
    draw = np.random.default_rng(seed).standard_normal
    x, target = draw((n, width)), other(source)
    weights, biases = draw((2, heads * head_dim, width)), draw((2, heads * head_dim))

    def scores(layout, weights, biases):
        scheme = RotaryEmbedding(layout=layout, rotary_dim=rotary_dim)
        split = [(x @ w.T + b).reshape(n, heads, head_dim).swapaxes(0, 1) for w, b in zip(weights, biases, strict=True)]
        queries, keys = (scheme.rotate(vectors, n) for vectors in split)
        return queries @ keys.swapaxes(1, 2)

    right = scores(source, weights, biases)
    converted = [[convert_layout(a, heads, source, target, rotary_dim) for a in both] for both in (weights, biases)]
    np.testing.assert_allclose(scores(target, *converted), right, atol=1e-10)
    assert np.abs(scores(target, weights, biases) - right).max() > 0.1


@pytest.mark.parametrize("trained", LAYOUTS)
@pytest.mark.parametrize("rotary_dim", [None, 8])
def test_ports(trained, rotary_dim):
    query, key = np.random.default_rng(3).standard_normal((2, 16))
    ports = {port.name: port for port in conversions(query, key, 24, trained, rotary_dim=rotary_dim)}
    scheme = RotaryEmbedding(layout=trained, rotary_dim=rotary_dim)
    queries, keys = (scheme.rotate(np.tile(vector, (24, 1)), 24) for vector in (query, key))
    expected = queries @ keys.T / np.linalg.norm(query) / np.linalg.norm(key)
    for name, port in ports.items():
        np.testing.assert_allclose(port.expected, expected, atol=1e-12)
        assert port.first_error < 1e-12, "one token tells nothing"
        assert (port.error < 1e-12) == (name in ("trained", "converted"))
        assert (port.spread < 1e-12) == (name in ("trained", "converted", "unconverted"))
        assert (port.stretch < 1e-12) == (name != "mixed")
    mixed = RotaryEmbedding(layout="mixed", rotary_dim=rotary_dim).rotate(np.tile(query, (24, 1)), 24)
    np.testing.assert_allclose(ports["mixed"].norms, np.linalg.norm(mixed, axis=1) / np.linalg.norm(query))


def test_ports_of_a_single_pair_are_all_right():
    assert max(port.error for port in conversions([1.0, 2.0], [2.0, 1.0], 9)) < 1e-15


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: feature_order(7, "half", "interleaved"), "dim must be .* 2 divides; got 7"),
        (lambda: feature_order(8, "half", "mixed"), "target must be one of 'half', 'interleaved'; got 'mixed'"),
        (lambda: feature_order(8, "neox", "half"), "source must be one of .* got 'neox'"),
        (lambda: feature_order(8, "half", "interleaved", 10), "rotary_dim must be .* at most 8 .* got 10"),
        (lambda: convert_layout(np.ones((9, 2)), 3, "half", "interleaved"), r"weight must have an even .* \(9, 2\)"),
        (lambda: convert_layout(1.0, 1, "half", "interleaved"), r"weight must have .* got shape \(\)"),
        (lambda: convert_layout(np.ones(8), 0, "half", "interleaved"), "heads must be .* got 0"),
        (lambda: conversions([1.0, 2.0], [1.0, 2.0, 3.0], 4), "key must be real numbers of shape"),
        (lambda: conversions([0.0, 0.0], [1.0, 2.0], 4), "no vectors of zeros"),
        (lambda: conversions([1.0, 2.0], [1.0, 2.0], 0), "n must be .* got 0"),
        (lambda: conversions([1.0, 2.0], [1.0, 2.0], 4, "mixed"), "trained must be one of"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
