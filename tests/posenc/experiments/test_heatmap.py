"""The binary counter and its waves; a layout as another's columns in another order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments.heatmap import binary_counter, column_order, other_layout, rounded_bits


@pytest.mark.parametrize(("length", "bits"), [(1, 1), (64, 7), (1000, 10)])
def test_the_counter_counts(length, bits):
    counted, waves = binary_counter(length, bits)
    assert counted.shape == waves.shape == (length, bits)
    assert (counted @ 2 ** np.arange(bits)).tolist() == [n % 2**bits for n in range(length)]
    np.testing.assert_array_equal(np.rint(waves), counted)
    assert rounded_bits(counted, waves) == length * bits


def test_a_wave_is_as_long_as_its_bit():
    _, waves = binary_counter(256, 5)
    for bit in range(5):
        period = 2 ** (bit + 1)
        np.testing.assert_allclose(waves[period:, bit], waves[:-period, bit], atol=1e-12)
        half = waves[: period // 2, bit]
        np.testing.assert_allclose(waves[period // 2 : period, bit], 1 - half, atol=1e-12)


def test_bits_that_waves_do_not_give_are_not_counted():
    assert rounded_bits([[0, 1], [1, 0]], [[0.4, 0.6], [0.4, 0.6]]) == 2
    with pytest.raises(ValueError, match=r"bits and waves must be of one shape; got \(1, 2\) and \(2, 1\)"):
        rounded_bits([[0, 1]], [[0.0], [1.0]])


@given(st.permutations(range(7)), st.integers(0, 99), st.booleans())
def test_the_order_of_columns_is_found(order, seed, twice):
    table = np.random.default_rng(seed).standard_normal((3, 7))
    if twice:
        table[:, 1] = table[:, 0]  # equal columns: which is which does not matter
    other = table[:, order]
    np.testing.assert_array_equal(table[:, column_order(table, other)], other)
    other[1, 2] += 1
    assert column_order(table, other) is None
    assert column_order(table, other[:, :6]) is None


@pytest.mark.parametrize("id", ["sinusoidal", "rotary"])
@pytest.mark.parametrize("dim", [2, 8, 64])
def test_another_layout_holds_the_same_columns(id, dim):
    scheme = posenc.scheme(id)
    found = other_layout(scheme, 16, dim)
    there = posenc.scheme(id, layout=found.name).table(16, dim, np.float64)
    np.testing.assert_array_equal(there[:, found.order], scheme.table(16, dim, np.float64))
    assert found.error < 1e-12
    assert found.name != scheme.layout


def test_a_scheme_without_another_layout_has_none():
    assert other_layout(posenc.scheme("learned"), 16, 8) is None
    with pytest.raises(ValueError, match="positions must be at least one; got none"):
        other_layout(posenc.scheme("sinusoidal"), 0, 8)
