"""Two orders through one model: what is read, how far apart, and which schemes mind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments.king_and_queen import ROUNDING, compare, is_reversal_invariant, rank_by_order, reorder
from posenc.experiments.sequence_models import POOLINGS, last_attention, pool
from posenc.self_attention import Attention

DIM = 16
X = np.random.default_rng(0).standard_normal((5, DIM))
LAYERS = [posenc.AttentionWeights.random(DIM, seed, np.float64) for seed in range(3)]
orders = st.permutations(range(5))


@given(orders, st.sampled_from(POOLINGS), st.integers(1, 3), st.booleans())
def test_what_is_read_is_compared(order, how, layers, causal):
    scheme = posenc.scheme("sinusoidal")
    both = reorder(X, order, LAYERS[:layers], 2, causal, scheme, how)
    first, second = (last_attention(x, LAYERS[:layers], 2, causal, scheme).output for x in (X, X[order]))
    if how == "each":
        again = np.empty_like(second)
        again[order] = second
        assert np.array_equal(both.second, again)
    else:
        assert np.array_equal(both.first[0], pool(first, how))
        assert np.array_equal(both.second[0], pool(second, how))
    assert np.array_equal(both.difference, both.second - both.first)
    expected = np.abs(both.second - both.first).max() / np.abs(both.first).max()
    assert both.sensitivity == expected
    assert both.distinguishable == (expected > ROUNDING)
    assert both.by_word.shape == (len(both.first),)


@given(orders)
def test_each_is_the_order_sensitivity(order):
    scheme = posenc.scheme("rotary")
    expected = posenc.order_sensitivity(lambda x: posenc.attention(x, LAYERS[0], 2, scheme=scheme).output, X, order)
    assert reorder(X, order, LAYERS[0], 2, scheme=scheme).sensitivity == pytest.approx(expected)


@given(orders)
def test_compare_takes_any_model(order):
    both = compare(lambda x: Attention(np.cumsum(x, 0), np.ones((1, 5, 5))), X, order, "last")
    assert not both.distinguishable
    both = compare(lambda x: posenc.attention(x, LAYERS[0], 2, True), X, order)
    assert both.sensitivity == reorder(X, order, LAYERS[0], 2, True).sensitivity


def test_lengths_by_word_are_parts_of_the_mean_length():
    both = compare(lambda x: Attention(x * np.arange(1, 3)[:, None], np.ones((1, 2, 2))), np.eye(2), [1, 0])
    np.testing.assert_allclose(both.by_word, [1 / 1.5, 1 / 1.5])


@pytest.mark.parametrize("how", POOLINGS)
def test_every_scheme_is_ranked_as_it_reorders(how):
    order = [3, 1, 2, 0, 4]
    names, values = rank_by_order(X, order, LAYERS[:2], 2, True, posenc.scheme("alibi", symmetric=False), how)
    assert "none" in names
    for name, value in zip(names, values, strict=True):
        scheme = posenc.scheme(name, symmetric=False) if name == "alibi" else posenc.scheme(name)
        assert value == reorder(X, order, LAYERS[:2], 2, True, scheme, how).sensitivity


@pytest.mark.parametrize("how", POOLINGS)
def test_no_difference_between_outputs_of_zeros(how):
    nothing = posenc.AttentionWeights(np.zeros((12, 4)), np.zeros(12), np.zeros((4, 4)), np.zeros(4))
    for weights, rows in ((nothing, np.eye(3, 4)), (posenc.AttentionWeights.random(4), np.zeros((3, 4)))):
        both = reorder(rows, [2, 1, 0], weights, how=how)
        assert (both.sensitivity, both.distinguishable, both.by_word.max()) == (0, False, 0)


def test_a_difference_in_parts_of_nothing_is_infinite():
    outputs = iter([np.zeros((2, 2)), np.ones((2, 2))])
    both = compare(lambda x: Attention(next(outputs), np.ones((1, 2, 2))), np.eye(2), [1, 0])
    assert both.sensitivity == np.inf == both.by_word.max()


@pytest.mark.parametrize(
    ("scheme", "same"),
    [
        (posenc.scheme("none"), True),
        (posenc.scheme("alibi", max_bias=64.0), True),
        (posenc.scheme("alibi", max_bias=64.0, symmetric=False), False),
        (posenc.scheme("sandwich"), True),
        (posenc.scheme("fire"), True),
        (posenc.scheme("fire", threshold=2.0), False),
        (posenc.scheme("polar"), True),
        (posenc.scheme("rotary"), False),
        (posenc.scheme("sinusoidal"), False),
        (posenc.scheme("sinusoidal", scale=1e-10), False),
        (posenc.scheme("sinusoidal", scale=0.0), True),
        (posenc.scheme("learned"), False),
        (posenc.scheme("t5"), False),
        (posenc.scheme("t5", scale=0.0), True),
        (posenc.scheme("kerple"), False),
    ],
)
@pytest.mark.parametrize("heads", [1, 4])
def test_who_cannot_tell_a_sentence_from_its_reversal(scheme, same, heads):
    assert is_reversal_invariant(scheme, 6, heads) == same


def test_what_is_refused():
    with pytest.raises(ValueError, match="x must have shape"):
        rank_by_order(np.eye(4)[None], [3, 2, 1, 0], LAYERS[0])
    with pytest.raises(ValueError, match="heads must divide dim 16; got 3"):
        rank_by_order(X, range(5), LAYERS[0], heads=3)
    with pytest.raises(ValueError, match=r"model must give a posenc\.self_attention\.Attention; it gave array"):
        compare(lambda x: x, X, range(5))
    with pytest.raises(ValueError, match="how must be one of 'each', 'mean', 'last'; got 'max'"):
        _ = reorder(X, range(5), LAYERS[0], how="max").first
    with pytest.raises(ValueError, match="permutation must hold each of 0…4 once"):
        reorder(X, [0, 0, 1, 2, 3], LAYERS[0])


def test_a_reversal_is_tried_at_the_width_of_the_model():
    wide = posenc.scheme("rotary", rotary_dim=64)
    assert not is_reversal_invariant(wide, 3, dim=64)
    with pytest.raises(ValueError, match="rotary_dim must be"):
        is_reversal_invariant(wide, 3)
