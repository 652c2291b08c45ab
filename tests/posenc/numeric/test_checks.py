"""Arguments from outside: what is taken, what it becomes, and the sentence about what is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.numeric.checks import as_choice, as_count, as_floating, as_positions, as_shaped, as_vectors, as_whole

NEITHER = [True, None, "3", 3.0, 1j, [3], np.float64(3), np.array([3]), b"3", pytest.param(object(), id="object")]


@given(st.integers(0, 1000))
def test_a_length_is_the_positions_from_0(n):
    for length in (n, np.int64(n), np.array(n)):
        np.testing.assert_array_equal(as_positions(length), np.arange(n))


@given(st.lists(st.integers(1 - 2**53, 2**53 - 1)) | st.lists(st.floats(-1e15, 1e15)))
def test_an_array_of_positions_stays_what_it_is(values):
    np.testing.assert_array_equal(as_positions(values), np.asarray(values, float))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint64"])
def test_whole_positions_become_int64(dtype):
    """So that a difference of two never wraps around."""
    assert as_positions(np.array([3, 1], dtype)).dtype == np.int64


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_fractional_positions_keep_their_dtype(dtype):
    assert as_positions(np.array([0.5], dtype)).dtype == dtype


@pytest.mark.parametrize(
    "bad", [-1, 2.5, True, None, "3", 1j, [1, None], [[1], [1, 2]], [[1, 2]], [np.nan], [1, np.inf], {1: 2}, 2**70]
)
def test_bad_positions(bad):
    with pytest.raises(ValueError, match=r"where must be a (length of 0 or more|whole number of at least 0).*; got "):
        as_positions(bad, "where")


@given(st.integers(-100, 100), st.integers(-100, 100), st.integers(-100, 100), st.integers(1, 7))
def test_count_within_limits(value, minimum, maximum, multiple):
    if minimum <= value <= maximum and value % multiple == 0:
        assert as_count("rows", value, minimum, maximum, multiple) == value
    else:
        with pytest.raises(ValueError, match=rf"rows must be .* {minimum} and at most {maximum}.*; got {value}"):
            as_count("rows", value, minimum, maximum, multiple)


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3), np.array(3)])
def test_count_is_a_plain_int(value):
    assert (as_count("rows", value), type(as_count("rows", value))) == (3, int)


@pytest.mark.parametrize("value", NEITHER, ids=repr)
def test_what_is_no_count(value):
    with pytest.raises(ValueError, match="rows must be a whole number of at least 1; got "):
        as_count("rows", value)


@pytest.mark.parametrize("value", ["dots", 1, None, ["dot"], np.array(["dot", "dot"])], ids=repr)
def test_what_is_no_choice(value):
    with pytest.raises(ValueError, match="measure must be one of 'dot', 'cosine'; got "):
        as_choice("measure", value, ("dot", "cosine"))


def test_1_is_not_true():
    assert as_choice("symmetric", True, (False, True)) is True
    with pytest.raises(ValueError, match="symmetric must be one of False, True; got 1"):
        as_choice("symmetric", 1, (False, True))


@pytest.mark.parametrize("dtype", ["float16", np.float32, np.dtype("float64"), float])
def test_floating(dtype):
    assert as_floating(dtype) == np.dtype(dtype)


@pytest.mark.parametrize("dtype", [int, bool, "complex64", "float99", object, "U3", 7])
def test_what_is_not_floating(dtype):
    with pytest.raises(ValueError, match="dtype must be a floating-point type such as float32; got "):
        as_floating(dtype)


def test_vectors():
    assert as_vectors("x", [[1, 2]]).dtype == np.float32
    x = np.ones((2, 3, 4), np.float16)
    assert as_vectors("x", x) is x


@pytest.mark.parametrize("value", [3, [1, 2], [[True]], [["a"]], [[1j]], None, [[1], [1, 2]]], ids=repr)
def test_what_are_no_vectors(value):
    with pytest.raises(ValueError, match=r"x must be an array of real numbers of shape \(…, n, dim\); got "):
        as_vectors("x", value)


@given(st.lists(st.integers(-(2**52), 2**52), max_size=6))
def test_whole_numbers_of_any_kind_become_int64(values):
    for array in (np.array(values, np.int64), np.array(values, float), [values]):
        whole = as_whole("offsets", array)
        assert whole.dtype == np.int64
        np.testing.assert_array_equal(whole, array)


@pytest.mark.parametrize("value", [0.5, [1, 1.25], np.nan, [np.inf], 2.0**53, 2**60, True, "3", None, [1, [2]], 1j])
def test_what_is_not_whole(value):
    with pytest.raises(ValueError, match="offsets must be whole numbers between −2\\^53 and 2\\^53; got "):
        as_whole("offsets", value)


@pytest.mark.parametrize("shape", [(2, 3), (None, 3), (2, None), (None, None)])
def test_shaped(shape):
    shaped = as_shaped("w", np.ones((2, 3), np.float32), shape)
    assert (shaped.shape, shaped.dtype) == ((2, 3), np.float64)
    assert as_shaped("w", [-np.inf], (1,), infinite=True).tolist() == [-np.inf]  # a masked score
    with pytest.raises(ValueError, match=r"w must be real numbers of shape \(1\), all of them finite; got -inf"):
        as_shaped("w", [-np.inf], (1,))


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (np.ones((3, 2)), r"shape \(3, 2\)"),
        (np.ones((2, 3, 1)), r"shape \(2, 3, 1\)"),
        (1.0, r"shape \(\)"),
        ([[1, 2, np.nan]] * 2, "one that is not a number"),
        ([["a"] * 3] * 2, r"\[\['a'"),
        (None, "None"),
        ([[1], [1, 2]], r"\[\[1\], \[1, 2\]\]"),
    ],
)
def test_what_is_not_so_shaped(value, got):
    with pytest.raises(ValueError, match=rf"w must be real numbers of shape \(any, 3\); got {got}"):
        as_shaped("w", value, (None, 3))
