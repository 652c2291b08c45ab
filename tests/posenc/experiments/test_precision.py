"""Precision: rounding held against Fractions and NumPy, errors and first positions against trying every one."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.experiments.precision import (
    DIGITS,
    PRECISIONS,
    angle_errors,
    first_beyond,
    first_without,
    largest_errors,
    rounded,
)

FREQUENCIES = 10000.0 ** (-np.arange(8) / 8)


def nearest(value: float, digits: int) -> float:
    """The nearest number of so many binary digits, a tie to the even one, in exact arithmetic."""
    if value == 0:
        return 0.0
    exact = Fraction(value)
    unit = Fraction(2) ** (math.floor(math.log2(abs(value))) - digits + 1)
    if abs(exact) / unit >= 2**digits:  # math.log2 rounded up
        unit *= 2
    return float(round(exact / unit) * unit)


@given(st.floats(1e-4, 6e4))
def test_rounding_is_to_the_nearest_number_that_the_type_can_hold(value):
    for precision in PRECISIONS:
        once = float(np.float32(value))  # numbers reach a model as float32
        assert rounded(value, precision) == nearest(once, DIGITS[precision])


def test_float16_is_numpys_own_below_its_normal_range_and_beyond_its_largest():
    values = np.array([0.0, -0.0, 1e-9, 3e-8, 5e-6, 65504, 65519, 65520, 1e9, -1e9, np.inf, -np.inf])
    with np.errstate(over="ignore"):
        expected = values.astype(np.float32).astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(rounded(values, "float16"), expected)


@pytest.mark.parametrize("value", [np.inf, -np.inf, 0.0, 3.3895313892515355e38])
def test_bfloat16_keeps_what_it_has(value):
    assert rounded(value, "bfloat16") == value


def test_bfloat16_ties_go_to_the_even_digit():
    assert rounded([257, 259, 258], "bfloat16").tolist() == [256, 260, 258]


@pytest.mark.parametrize("precision", PRECISIONS)
def test_an_error_is_the_distance_from_the_exact_angle_in_turns(precision):
    positions = np.array([0, 1, 300, 70000 if precision != "float16" else 60000])
    expected = [
        [
            abs(float(rounded(rounded(p, precision) * rounded(f, precision), precision)) - p * f) / (2 * math.pi)
            for f in FREQUENCIES
        ]
        for p in positions.tolist()
    ]
    np.testing.assert_allclose(angle_errors(positions, FREQUENCIES, precision), expected, rtol=1e-12, atol=1e-18)


def test_float16_has_no_positions_beyond_its_largest_number():
    assert angle_errors([65519, 65520], [1e-3], "float16").ravel().tolist()[1] == np.inf
    assert np.isfinite(angle_errors([65519], [1e-3], "float16")).all()


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("turns", [0.001, 0.01, 0.1])
def test_the_first_position_beyond_is_the_one_found_by_trying_all(precision, turns):
    maximum = 1 << 17
    every = angle_errors(maximum + 1, FREQUENCIES, precision) > turns
    expected = np.where(every.any(0), every.argmax(0), -1)
    assert first_beyond(FREQUENCIES, turns, precision, maximum).tolist() == expected.tolist()
    assert (expected >= 0).any() or precision == "float32"


@given(
    frequency=st.floats(1e-6, 4),
    turns=st.floats(1e-4, 0.5),
    precision=st.sampled_from(PRECISIONS),
)
def test_nothing_before_the_first_position_is_beyond_whatever_the_frequency(frequency, turns, precision):
    maximum = 1 << 12
    errors = angle_errors(maximum + 1, [frequency], precision)[:, 0]
    beyond = np.flatnonzero(errors > turns)
    assert first_beyond([frequency], turns, precision, maximum)[0] == (beyond[0] if len(beyond) else -1)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_largest_error_up_to_each_position_is_that_of_all_before_it(precision):
    positions = np.array([1, 5, 20000, 33000])
    every = angle_errors(33001, [FREQUENCIES[2]], precision)[:, 0]
    expected = [every[: position + 1].max() for position in positions]
    np.testing.assert_array_equal(largest_errors(FREQUENCIES[2], positions, precision), expected)


def test_a_frequency_of_one_is_exact_in_float32_and_not_in_bfloat16():
    assert largest_errors(1.0, [1 << 20], "float32")[0] == 0
    assert first_beyond([1.0], 0.01, "bfloat16")[0] == 257
    assert first_beyond([0.0], 0.01, "bfloat16")[0] == -1


def test_float32_is_off_by_less_than_a_hundredth_of_a_turn_up_to_a_million():
    assert (first_beyond(FREQUENCIES, 0.01, "float32") == -1).all()
    assert first_beyond(FREQUENCIES[:4], 0.01, "bfloat16").tolist() == [257, 65, 163, 322]


@pytest.mark.parametrize("frequency", [1e-3, 1.0, 1.5, 7.0, 1e3, 1e6])
def test_the_first_position_without_a_number_is_that_found_by_trying_all(frequency):
    errors = angle_errors(70_000, [frequency], "float16")[:, 0]
    assert first_without(frequency, "float16", 69_999) == np.isinf(errors).argmax()
    assert first_without(frequency, "bfloat16", 69_999) == -1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rounded(1.0, "float8"), "precision must be one of 'float32', 'bfloat16', 'float16'; got 'float8'"),
        (lambda: angle_errors(-1, [1.0], "float32"), "positions must be a whole number of at least 0; got -1"),
        (lambda: angle_errors(4, 1.0, "float32"), r"frequencies must be real numbers of shape \(any\)"),
        (lambda: first_beyond([1.0], 0.1, "float32", 1 << 21), "maximum must be a whole number"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
