"""Recurrent, convolutional and attentive models: which of them sees an order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments import sequence_models
from posenc.experiments.sequence_models import attentive, convolutional, pool, recurrent

DIM = 16
orders = st.integers(2, 12).flatmap(lambda n: st.permutations(range(n)))
seeds = st.integers(0, 2**32 - 1)
SEEING = {
    "sinusoidal": posenc.scheme("sinusoidal"),
    "learned": posenc.scheme("learned"),
    "rotary": posenc.scheme("rotary"),
}


def words(n, seed=0, dim=DIM, dtype=np.float64):
    return np.random.default_rng(seed).standard_normal((n, dim)).astype(dtype)


def moved(permutation):
    return list(permutation) != sorted(permutation)


@given(permutation=orders, seed=seeds, heads=st.sampled_from([1, 2, 4, 16]), layers=st.integers(1, 3))
def test_attention_without_positions_is_blind_to_order(permutation, seed, heads, layers):
    x = words(len(permutation), seed)
    model = attentive(DIM, heads, layers, seed=seed)
    assert posenc.order_sensitivity(model, x, permutation) < 1e-12
    if layers == 1:
        assert posenc.order_sensitivity(model, x.astype(np.float32), permutation) < 1e-6


@given(permutation=orders.filter(moved), seed=seeds)
def test_recurrent_and_convolutional_see_order_without_help(permutation, seed):
    x = words(len(permutation), seed)
    assert posenc.order_sensitivity(recurrent(DIM, seed), x, permutation) > 1e-3
    assert posenc.order_sensitivity(convolutional(DIM, seed), x, permutation) > 1e-3


@pytest.mark.parametrize("name", SEEING)
@given(permutation=orders.filter(moved), seed=seeds, layers=st.integers(1, 3))
def test_attention_with_positions_sees_order(name, permutation, seed, layers):
    model = attentive(DIM, 2, layers, scheme=SEEING[name], seed=seed)
    assert posenc.order_sensitivity(model, words(len(permutation), seed), permutation) > 1e-3


@given(permutation=orders.filter(moved), seed=seeds)
def test_a_causal_mask_alone_shows_order(permutation, seed):
    x = words(len(permutation), seed)
    assert posenc.order_sensitivity(attentive(DIM, 2, causal=True, seed=seed), x, permutation) > 1e-3


@given(permutation=orders.filter(lambda p: p[-1] == len(p) - 1 and moved(p)), seed=seeds)
def test_the_last_word_of_one_causal_layer_is_blind_to_what_precedes_it_and_of_two_is_not(permutation, seed):
    x = words(len(permutation), seed)
    changes = []
    for layers in (1, 2, 3):
        model = attentive(DIM, 2, layers, causal=True, seed=seed)
        straight, shuffled = model(x)[-1], model(x[list(permutation)])[-1]
        changes.append(np.abs(straight - shuffled).max() / np.abs(straight).max())
    assert changes[0] < 1e-12
    assert min(changes[1:]) > 1e-6


@pytest.mark.parametrize("name", SEEING)
def test_one_layer_is_residual_plus_attention(name):
    weights = posenc.AttentionWeights.random(DIM, 3)
    x = words(5)
    entered = x + SEEING[name].table(5, DIM, np.float64) if name != "rotary" else x
    rotary = SEEING[name] if name == "rotary" else None
    expected = entered + posenc.attention(entered, weights, 4, True, rotary).output
    got = attentive(DIM, 4, causal=True, scheme=SEEING[name], weights=weights)(x)
    np.testing.assert_allclose(got, expected, rtol=1e-12)
    again = expected + posenc.attention(expected, weights, 4, True, rotary).output
    twice = attentive(DIM, 4, 2, causal=True, scheme=SEEING[name], weights=weights)(x)
    np.testing.assert_allclose(twice, again, rtol=1e-12)


def test_layers_have_weights_of_their_own():
    x = words(4)
    one, two = attentive(DIM, layers=1)(x), attentive(DIM, layers=2)(x)
    repeated = attentive(DIM, layers=1)(one)
    assert np.abs(two - repeated).max() > 0.1
    assert np.array_equal(two, attentive(DIM, layers=2)(x))
    assert not np.array_equal(two, attentive(DIM, layers=2, seed=1)(x))


@given(seeds, st.integers(1, 8))
def test_recurrent_follows_its_formula(seed, n):
    x = words(n, seed)
    model = recurrent(DIM, seed)
    into = np.stack([np.arctanh(model(1e-3 * unit[None])[0]) for unit in np.eye(DIM)], axis=1) / 1e-3
    states = model(x)
    if n > 1:
        onward = np.arctanh(states[1]) - into @ x[1]
        np.testing.assert_allclose(np.arctanh(model(np.stack([x[0], 0 * x[1]]))[1]), onward, atol=1e-6)
    np.testing.assert_allclose(np.arctanh(states[0]), into @ x[0], atol=1e-6)
    np.testing.assert_allclose(model(x[: n // 2 + 1]), states[: n // 2 + 1], rtol=1e-12)


@given(seeds, st.sampled_from([1, 3, 5]))
def test_convolution_looks_at_its_neighbours_alone_with_the_same_weights_everywhere(seed, width):
    model, x = convolutional(DIM, seed, width), words(12, seed)
    changed = x.copy()
    changed[6] += 1
    touched = np.abs(model(changed) - model(x)).max(1) > 1e-9
    assert np.flatnonzero(touched).tolist() == list(range(6 - width // 2, 7 + width // 2))
    shifted = np.roll(x, 1, axis=0)
    np.testing.assert_allclose(model(shifted)[4:-3], model(x)[3:-4], rtol=1e-9)


def test_convolution_is_tanh_of_a_sum_over_the_window():
    model, x = convolutional(DIM), words(3)
    alone = [np.zeros((3, DIM)) for _ in range(3)]
    for k in range(3):
        alone[k][k] = x[k]
    np.testing.assert_allclose(np.arctanh(model(x)[1]), sum(np.arctanh(model(part)[1]) for part in alone), rtol=1e-6)
    assert np.abs(model(alone[0])[2]).max() == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("model", [recurrent(DIM), convolutional(DIM), attentive(DIM, 2, 2)])
def test_outputs_keep_shape_and_precision(model, dtype):
    for n in (1, 2, 24):
        output = model(words(n, dtype=dtype))
        assert (output.shape, output.dtype) == ((n, DIM), dtype)


def test_pool():
    x = words(4)
    assert np.array_equal(pool(x), x)
    assert np.array_equal(pool(x, "last"), x[3])
    np.testing.assert_allclose(pool(x, "mean"), x.sum(0) / 4)
    with pytest.raises(ValueError, match="how must be one of 'each', 'mean', 'last'; got 'max'"):
        pool(x, "max")


def test_what_is_refused():
    with pytest.raises(ValueError, match="width must be odd, so that a word stands in the middle; got 4"):
        convolutional(DIM, width=4)
    with pytest.raises(ValueError, match="layers must be a whole number of at least 1 and at most 12; got 0"):
        attentive(DIM, layers=0)
    with pytest.raises(ValueError, match="dim must be"):
        recurrent(0)


@pytest.mark.parametrize("name", [None, *SEEING])
@given(seed=seeds, causal=st.booleans(), layers=st.integers(1, 3))
def test_last_attention_is_what_the_last_layer_adds(name, seed, causal, layers):
    x, scheme = words(5, seed), SEEING.get(name)
    weights = posenc.AttentionWeights.random(DIM, seed, np.float64)
    through = attentive(DIM, 2, layers, causal=causal, scheme=scheme, weights=weights)(x)
    last = sequence_models.last_attention(x, [weights] * layers, 2, causal, scheme)
    entered = through - last.output
    if layers > 1:
        before = attentive(DIM, 2, layers - 1, causal=causal, scheme=scheme, weights=weights)(x)
        np.testing.assert_allclose(entered, before, rtol=1e-9, atol=1e-12)
    elif name in (None, "rotary"):
        np.testing.assert_allclose(entered, x, atol=1e-12)
    within = scheme if isinstance(scheme, posenc.Rotary) else None
    alone = posenc.attention(entered, weights, 2, causal, within)
    np.testing.assert_allclose(last.weights, alone.weights, atol=1e-9)


def test_last_attention_of_one_layer_is_attention():
    x, weights = words(4), posenc.AttentionWeights.random(DIM, dtype=np.float64)
    expected = posenc.attention(x, weights, 4, True, SEEING["sinusoidal"])
    for layers in (weights, [weights]):
        assert np.array_equal(
            sequence_models.last_attention(x, layers, 4, True, SEEING["sinusoidal"]).output, expected.output
        )
    with pytest.raises(ValueError, match="layers must hold the weights of at least one layer; got \\[\\]"):
        sequence_models.last_attention(x, [])
