"""All orders of a few words: how many a model tells apart, in theory and as measured, and where their outputs lie."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments.all_orders import all_orders, distinct_in_theory
from posenc.experiments.sequence_models import POOLINGS, attentive, recurrent

DIM = 16
SEEING = {
    "sinusoidal": posenc.scheme("sinusoidal"),
    "learned": posenc.scheme("learned"),
    "rotary": posenc.scheme("rotary"),
}


def words(n, seed=0, dim=DIM, dtype=np.float64):
    return np.random.default_rng(seed).standard_normal((n, dim)).astype(dtype)


sentences = st.lists(st.integers(0, 2), min_size=1, max_size=4)


@pytest.mark.parametrize("name", [None, *SEEING])
@given(sentence=sentences, causal=st.booleans(), layers=st.integers(1, 3), how=st.sampled_from(POOLINGS))
def test_all_orders_are_as_many_as_theory_says(name, sentence, causal, layers, how):
    x = words(3)[sentence]
    model = attentive(DIM, 2, layers, causal=causal, scheme=SEEING.get(name))
    expected = distinct_in_theory(x, name is not None, causal, layers, how)
    assert all_orders(model, x, how).distinct == expected


@given(sentence=sentences)
def test_recurrent_tells_every_order_apart(sentence):
    x = words(3)[sentence]
    for how in POOLINGS:
        assert all_orders(recurrent(DIM), x, how).distinct == len(set(permutations(sentence)))


def test_theory_in_numbers():
    abc, aab = np.eye(3), np.eye(3)[[0, 0, 1]]
    assert [distinct_in_theory(abc, True, how=how) for how in POOLINGS] == [6, 6, 6]
    assert [distinct_in_theory(abc, False, how=how) for how in POOLINGS] == [1, 1, 3]
    assert [distinct_in_theory(aab, True, how=how) for how in POOLINGS] == [3, 3, 3]
    assert [distinct_in_theory(aab, False, how=how) for how in POOLINGS] == [1, 1, 2]
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
    off, on = all_orders(attentive(DIM, 2), x), all_orders(attentive(DIM, 2, scheme=SEEING["sinusoidal"]), x)
    assert (off.distinct, on.distinct) == (1, 720)
    assert off.distances.max() < 1e-6
    assert on.distances[0] == 0
    assert on.distances[1:].min() > 1e-3
    assert on.permutations.tolist() == [list(p) for p in permutations(range(6))]


def test_distance_of_an_order_is_its_order_sensitivity():
    x, model = words(4), attentive(DIM, 2, scheme=SEEING["rotary"])
    result = all_orders(model, x)
    expected = [posenc.order_sensitivity(model, x, permutation) for permutation in result.permutations]
    np.testing.assert_allclose(result.distances, expected, rtol=1e-9, atol=1e-15)


def test_orders_of_repeated_words_are_one():
    x = words(2)[[0, 1, 0]]
    assert all_orders(recurrent(DIM), x).permutations.tolist() == [[0, 1, 2], [0, 2, 1], [1, 0, 2]]


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


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"x must have shape \(n, dim\), n from 1 to 6; got \(7, 16\)"):
        all_orders(recurrent(DIM), words(7))
    with pytest.raises(ValueError, match="limit must be a whole number of at least 1 and at most 8; got 9"):
        all_orders(recurrent(DIM), words(3), limit=9)
