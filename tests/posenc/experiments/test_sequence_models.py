"""Recurrent, convolutional and attentive models: which of them sees an order, and how many orders it tells apart."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments import king_and_queen, sequence_models
from posenc.experiments.all_orders import all_orders, distinct_in_theory
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


sentences = st.lists(st.integers(0, 2), min_size=1, max_size=4)


@pytest.mark.parametrize("name", [None, *SEEING])
@given(
    sentence=sentences, causal=st.booleans(), layers=st.integers(1, 3), how=st.sampled_from(sequence_models.POOLINGS)
)
def test_all_orders_are_as_many_as_theory_says(name, sentence, causal, layers, how):
    x = words(3)[sentence]
    model = attentive(DIM, 2, layers, causal=causal, scheme=SEEING.get(name))
    expected = distinct_in_theory(x, name is not None, causal, layers, how)
    assert all_orders(model, x, how).distinct == expected


@given(sentence=sentences)
def test_recurrent_tells_every_order_apart(sentence):
    x = words(3)[sentence]
    for how in sequence_models.POOLINGS:
        assert all_orders(recurrent(DIM), x, how).distinct == len(set(permutations(sentence)))


def test_theory_in_numbers():
    abc, aab = np.eye(3), np.eye(3)[[0, 0, 1]]
    assert [distinct_in_theory(abc, True, how=how) for how in sequence_models.POOLINGS] == [6, 6, 6]
    assert [distinct_in_theory(abc, False, how=how) for how in sequence_models.POOLINGS] == [1, 1, 3]
    assert [distinct_in_theory(aab, True, how=how) for how in sequence_models.POOLINGS] == [3, 3, 3]
    assert [distinct_in_theory(aab, False, how=how) for how in sequence_models.POOLINGS] == [1, 1, 2]
    assert [distinct_in_theory(abc, False, True, layers, "last") for layers in (1, 2, 3)] == [3, 6, 6]


def test_a_symmetric_bias_takes_an_order_and_its_reversal_for_one():
    blind, seeing = posenc.scheme("alibi"), posenc.scheme("alibi", symmetric=False)
    x = words(4)
    for how in ("each", "mean"):
        assert all_orders(attentive(DIM, 2, scheme=blind), x, how).distinct == 12
        assert all_orders(attentive(DIM, 2, scheme=seeing), x, how).distinct == 24
    assert all_orders(attentive(DIM, 2, causal=True, scheme=blind), x).distinct == 24


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_six_words(dtype):
    x = words(6, dtype=dtype)
    without, having = all_orders(attentive(DIM, 2), x), all_orders(attentive(DIM, 2, scheme=SEEING["sinusoidal"]), x)
    assert (without.distinct, having.distinct) == (1, 720)
    assert without.distances.max() < 1e-6
    assert having.distances[0] == 0
    assert having.distances[1:].min() > 1e-3
    assert having.permutations.tolist() == [list(p) for p in permutations(range(6))]


def test_distance_of_an_order_is_its_order_sensitivity():
    x, model = words(4), attentive(DIM, 2, scheme=SEEING["rotary"])
    result = all_orders(model, x)
    expected = [posenc.order_sensitivity(model, x, permutation) for permutation in result.permutations]
    np.testing.assert_allclose(result.distances, expected, rtol=1e-9, atol=1e-15)


def test_orders_of_repeated_words_are_one():
    x = words(2)[[0, 1, 0]]
    assert all_orders(recurrent(DIM), x).permutations.tolist() == [[0, 1, 2], [0, 2, 1], [1, 0, 2]]


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"x must have shape \(n, dim\), n from 1 to 6; got \(7, 16\)"):
        all_orders(recurrent(DIM), words(7))
    with pytest.raises(ValueError, match="limit must be a whole number of at least 1 and at most 8; got 9"):
        all_orders(recurrent(DIM), words(3), limit=9)
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


@given(sentence=st.lists(st.integers(0, 2), min_size=1, max_size=6), data=st.data())
def test_settled_is_the_same_sentence_with_equal_words_in_their_order(sentence, data):
    permutation = data.draw(st.permutations(range(len(sentence))))
    x = words(3)[sentence]
    settled = king_and_queen.settle(x, permutation)
    assert np.array_equal(x[settled], x[permutation])
    for word in set(sentence):
        assert [i for i in settled if sentence[i] == word] == [i for i, each in enumerate(sentence) if each == word]
    if [sentence[i] for i in permutation] == sentence:
        assert settled.tolist() == list(range(len(sentence)))


def test_a_symmetric_bias_takes_reversals_of_repeated_words_for_one_too():
    blind = posenc.scheme("alibi")
    for how in ("each", "mean"):
        assert all_orders(attentive(DIM, 2, scheme=blind), words(2)[[0, 0, 1]], how).distinct == 2
        assert all_orders(attentive(DIM, 2, scheme=blind), words(2)[[0, 0, 1, 1]], how).distinct == 4


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6])
def test_places_are_principal_components_seen_from_the_first_order(n):
    model, x = attentive(DIM, 2, scheme=SEEING["sinusoidal"]), words(n)
    result = all_orders(model, x)
    outputs = np.array([model(x[p])[np.argsort(p)].ravel() for p in result.permutations]) / np.abs(model(x)).max()
    centred = outputs - outputs.mean(0)
    _, spread, directions = np.linalg.svd(centred, full_matrices=False)
    expected = (centred - centred[0]) @ directions[:2].T
    assert result.places.shape == (len(outputs), 2)
    assert not result.places[0].any()
    for axis in range(expected.shape[1]):
        gap = spread[axis] - spread[axis + 1] if axis + 1 < len(spread) else 1
        if gap > 1e-2 * spread[0]:
            sign = np.sign(result.places[:, axis] @ expected[:, axis])
            np.testing.assert_allclose(result.places[:, axis], sign * expected[:, axis], atol=0.02 * spread[0])
    blind = all_orders(attentive(DIM, 2), x)
    assert np.abs(blind.places).max() < 1e-12
