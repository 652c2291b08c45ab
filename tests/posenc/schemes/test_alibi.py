"""ALiBi: slopes by the paper's rule and by MPT's, and the bias entry by entry."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments.attention_bias import slopes_from_above
from posenc.schemes.alibi import Alibi
from posenc.self_attention import softmax

lines = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=12)


def test_slopes_of_a_power_of_two():
    assert Alibi().slopes(8).tolist() == [2.0**-h for h in range(1, 9)]
    assert Alibi().slopes(1).tolist() == [2.0**-8]
    assert Alibi(max_bias=4).slopes(2).tolist() == [2.0**-2, 2.0**-4]


def test_slopes_of_other_numbers_take_every_other_of_the_doubled():
    np.testing.assert_allclose(Alibi().slopes(12), [*Alibi().slopes(8), *Alibi().slopes(16)[[0, 2, 4, 6]]])
    np.testing.assert_allclose(Alibi().slopes(3), [2**-4, 2**-8, 2**-2])


def test_mpt_words_it_otherwise_and_gets_the_same():
    """`slopes_from_above` (Attention bias shows it) is MPT's rule, for every number of heads there is."""
    for heads, max_bias in product(range(1, 257), (3.5, 8.0, 16.0)):
        expected = slopes_from_above(heads, max_bias)
        np.testing.assert_allclose(
            Alibi(max_bias=max_bias).slopes(heads), expected, rtol=1e-14, err_msg=f"{heads} heads"
        )


def test_mpt_rule_of_twelve_heads_by_hand():
    sixteen = 2.0 ** (-np.arange(1, 17) / 2)
    np.testing.assert_allclose(slopes_from_above(12), [*sixteen[1::2], *sixteen[:8:2]])


@given(queries=lines, keys=lines, heads=st.integers(1, 6), symmetric=st.booleans())
def test_bias_entry_by_entry(queries, keys, heads, symmetric):
    scheme = Alibi(symmetric=symmetric)
    bias = scheme.bias(queries, keys, heads)
    assert (bias.shape, bias.dtype) == ((heads, len(queries), len(keys)), np.float32)
    for h, slope in enumerate(scheme.slopes(heads)):
        for i, query in enumerate(queries):
            expected = [-slope * abs(query - key) if symmetric else slope * (key - query) for key in keys]
            np.testing.assert_allclose(bias[h, i], expected, rtol=1e-6, atol=1e-6)


def test_lengths_mean_positions_from_0():
    np.testing.assert_array_equal(Alibi().bias(4, 6, 2), Alibi().bias(range(4), np.arange(6), 2))


def test_under_a_causal_mask_both_forms_are_one():
    mask = np.where(np.tri(9, dtype=bool), 0, -np.inf)
    one, other = (softmax(Alibi(symmetric=s).bias(9, 9, 4) + mask) for s in (True, False))
    np.testing.assert_allclose(one, other, atol=1e-7)


def test_kernel_is_the_bias_at_each_offset():
    offsets = np.array([-3, 0, 2, 1.5])
    for symmetric, line in ((True, -np.abs(offsets)), (False, offsets)):
        kernel = Alibi(symmetric=symmetric).kernel(offsets, heads=4)
        assert kernel.dtype == np.float64
        np.testing.assert_allclose(kernel, Alibi().slopes(4)[:, None] * line, rtol=1e-6)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("symmetric", [False, True])
def test_only_symmetric_and_without_a_mask_is_it_blind_to_reversal(symmetric, causal):
    x = np.random.default_rng(0).standard_normal((6, 16))
    weights = posenc.AttentionWeights.random(16, dtype=np.float64)

    def model(x):
        return posenc.attention(x, weights, 4, causal, Alibi(symmetric=symmetric)).output

    sensitivity = posenc.order_sensitivity(model, x, np.arange(6)[::-1])
    assert sensitivity < 1e-12 if symmetric and not causal else sensitivity > 0.01
    assert posenc.order_sensitivity(model, x, [1, 0, 2, 3, 4, 5]) > 0.01  # a swap of neighbours it always sees


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Alibi(symmetric=0), "symmetric must be one of False, True; got 0"),
        (lambda: Alibi(max_bias=-1), "max_bias must be a number from 0.0 to 64.0; got -1"),
        (lambda: Alibi().bias(4, 4, 0), "heads must be a whole number of at least 1; got 0"),
        (lambda: Alibi().slopes(2.0), "heads must be a whole number of at least 1; got 2.0"),
        (lambda: Alibi().bias(-4, 4, 2), "query_positions must be .* got -4"),
        (lambda: Alibi().bias(4, "all", 2), "key_positions must be .* got 'all'"),
        (lambda: Alibi().kernel([[1]]), r"offsets must be .* shape \(1, 1\)"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
