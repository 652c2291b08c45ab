"""The binary counter and its waves; another layout; how much neighbours differ; where on a grid a position lies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments.heatmap import (
    NEIGHBOURS,
    binary_counter,
    column_order,
    other_layout,
    place_on_grid,
    rounded_bits,
    steps,
)


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
    assert found.own == scheme.layout != found.name


def test_a_scheme_without_another_layout_has_none():
    assert other_layout(posenc.scheme("learned"), 16, 8) is None
    with pytest.raises(ValueError, match="positions must be at least one; got none"):
        other_layout(posenc.scheme("sinusoidal"), 0, 8)


@pytest.mark.parametrize("id", ["sinusoidal", "learned", "sincos2d", "rotary"])
def test_steps_are_the_mean_changes_of_the_table(id):
    scheme = posenc.scheme(id)
    table = scheme.table(100, 96, np.float64)
    np.testing.assert_allclose(steps(scheme, 100, 96), np.abs(np.diff(table, axis=0)).mean(0), atol=1e-12)


def test_of_many_positions_some_are_looked_at():
    found = steps(posenc.scheme("sinusoidal"), 1 << 20, 64)
    assert found.shape == (64,)
    assert found[0] == pytest.approx(steps(posenc.scheme("sinusoidal"), NEIGHBOURS, 64)[0], rel=0.2)


def test_a_table_that_is_stretched_with_the_length_is_looked_at_in_that_length():
    scheme = posenc.scheme("learned", interpolate=True)
    table = scheme.table(1024, 96, np.float64)
    rows = np.unique(np.linspace(0, 1022, NEIGHBOURS).astype(int))
    np.testing.assert_allclose(steps(scheme, 1024, 96), np.abs(table[rows + 1] - table[rows]).mean(0), atol=1e-12)


def test_one_position_has_no_neighbour():
    with pytest.raises(ValueError, match="length"):
        steps(posenc.scheme("sinusoidal"), 1, 8)


@pytest.mark.parametrize(
    ("scheme", "position", "place"),
    [
        (posenc.scheme("sincos2d"), 37, {"row": 2, "column": 9}),
        (posenc.scheme("sincos2d", cls_token=True), 38, {"row": 2, "column": 9}),
        (posenc.scheme("sincos2d", cls_token=True), 0, None),
        (posenc.scheme("sincos2d", reverse_coord=True), 15, {"column": 1, "row": 1}),
        (posenc.scheme("sincos3d"), 64, {"frame": 1, "row": 0, "column": 0}),
        (posenc.scheme("axial_rotary", height=3, width=4), 11, {"row": 2, "column": 3}),
        (posenc.scheme("axial_rotary", height=3, width=4), 12, None),
        (posenc.scheme("sinusoidal"), 5, None),
        (posenc.scheme("learned"), 5, None),
    ],
)
def test_a_position_is_found_on_its_grid(scheme, position, place):
    assert place_on_grid(scheme, position, 96) == place
