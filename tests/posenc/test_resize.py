"""Tables made to fit another size: what interpolation must keep, and what it must equal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.resize import clamped, resize_grid, resize_line, widened

sides = st.integers(1, 9)


def keys(x, a):
    x = abs(x)
    if x <= 1:
        return (a + 2) * x**3 - (a + 3) * x**2 + 1
    return a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a if x < 2 else 0.0


def one_row(old, place, a):
    """The weight of each old cell at a place, taps beyond an edge falling on it."""
    weights, first = np.zeros(old), int(np.floor(place)) - 1
    for tap in range(first, first + 4):
        weights[min(max(tap, 0), old - 1)] += keys(place - tap, a)
    return weights


@given(old=sides, new=sides)
def test_clamped_weights_tap_by_tap(old, new):
    expected = [one_row(old, (i + 0.5) * old / new - 0.5, -0.75) for i in range(new)]
    np.testing.assert_allclose(clamped(old, new), expected, atol=1e-12)


@given(old=sides, new=sides)
def test_widened_weights_tap_by_tap(old, new):
    scale = max(old / new, 1)
    expected = []
    for i in range(new):
        centre = (i + 0.5) * old / new
        inside = range(max(int(centre - 2 * scale + 0.5), 0), min(int(centre + 2 * scale + 0.5), old))
        row = np.zeros(old)
        row[list(inside)] = [keys((tap + 0.5 - centre) / scale, -0.5) for tap in inside]
        expected.append(row / row.sum())
    np.testing.assert_allclose(widened(old, new), expected, atol=1e-12)


@given(old=st.tuples(sides, sides), new=st.tuples(sides, sides), front=st.integers(0, 2), seed=st.integers(0, 99))
@pytest.mark.parametrize("antialias", [False, True])
def test_resizing_keeps_prefix_and_constants_and_separates(antialias, old, new, front, seed):
    weigh = widened if antialias else clamped
    table = np.random.default_rng(seed).standard_normal((front + old[0] * old[1], 3))
    got = resize_grid(table, old, new, front, antialias)
    np.testing.assert_array_equal(got[:front], table[:front])
    image = table[front:].reshape(*old, 3)
    for r in range(new[0]):
        for c in range(new[1]):
            weights = np.outer(weigh(old[0], new[0])[r], weigh(old[1], new[1])[c])
            expected = (weights[..., None] * image).sum((0, 1))
            np.testing.assert_allclose(got[front + r * new[1] + c], expected, atol=1e-12)
    flat = resize_grid(np.full_like(table, 2.5), old, new, front, antialias)
    np.testing.assert_allclose(flat, 2.5, atol=1e-12)


@pytest.mark.parametrize("antialias", [False, True])
def test_the_same_size_changes_nothing(antialias):
    table = np.random.default_rng(0).standard_normal((13, 4)).astype(np.float32)
    got = resize_grid(table, (3, 4), (3, 4), 1, antialias)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, table, atol=1e-6)


@given(old=sides, new=sides, seed=st.integers(0, 99))
@pytest.mark.parametrize("align_corners", [False, True])
def test_lines_equal_numpy(align_corners, old, new, seed):
    table = np.random.default_rng(seed).standard_normal((old, 2))
    if align_corners:
        places = np.linspace(0, old - 1, new) if new > 1 else [0]
    else:
        places = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    expected = np.stack([np.interp(places, np.arange(old), column) for column in table.T], 1)
    np.testing.assert_allclose(resize_line(table, new, align_corners), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: resize_grid(np.ones((5, 2)), (2, 2), (3, 3)),
            r"table must have 4 rows: 0 in front of 2 × 2; got shape",
        ),
        (lambda: resize_grid(np.ones((4, 2)), (2, 2), (3, 0)), "new's width must be .* got 0"),
        (lambda: resize_grid(np.ones((4, 2)), 4, (3, 3)), "old must be a height and a width; got 4"),
        (lambda: resize_grid(np.ones((4, 2)), (2, 2), (3, 3), -1), "prefix_tokens must be .* got -1"),
        (lambda: resize_grid(np.ones((4, 2)), (2, 2), (3, 3), 0, 1), "antialias must be one of False, True; got 1"),
        (lambda: resize_line(np.ones((0, 2)), 3), r"table must have shape \(length, dim\)"),
        (lambda: resize_line(np.ones((4, 2)), 0), "length must be .* got 0"),
        (lambda: resize_line(np.ones((4, 2)), 3, None), "align_corners must be one of .* got None"),
    ],
)
def test_bad_arguments(make, words):
    with pytest.raises(ValueError, match=words):
        make()
