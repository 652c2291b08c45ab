"""xPos against its formula, and that its scores fade with the offset alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.xpos import XPos

dims, seeds = st.integers(1, 8).map(lambda half: 2 * half), st.integers(0, 99)
offsets = np.arange(-300, 1)


def vectors(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def textbook(x, positions, n, base, scale_base, centre, sign):
    dim, out = x.shape[1], x.copy()
    c = n // 2 if centre == "floor" else -(-n // 2)
    for row, p in enumerate(positions):
        for i in range(dim // 2):
            angle = p * base ** (-2 * i / dim)
            scale = ((2 * i + 0.4 * dim) / (1.4 * dim)) ** (sign * (p - c) / scale_base)
            a, b = x[row, 2 * i : 2 * i + 2]
            out[row, 2 * i] = (a * np.cos(angle) - b * np.sin(angle)) * scale
            out[row, 2 * i + 1] = (b * np.cos(angle) + a * np.sin(angle)) * scale
    return out


@given(dim=dims, n=st.integers(1, 30), base=st.floats(10.0, 1e6), scale_base=st.floats(8.0, 1024.0), seed=seeds)
@pytest.mark.parametrize("centre", ["floor", "ceil"])
def test_rotation_equals_the_textbook(centre, dim, n, base, scale_base, seed):
    scheme, x = XPos(base, scale_base, centre), vectors(seed, n, dim)
    for rotate, sign in ((scheme.rotate, 1), (scheme.rotate_key, -1)):
        expected = textbook(x, range(n), n, base, scale_base, centre, sign)
        np.testing.assert_allclose(rotate(x, n), expected, atol=1e-9)


def test_rows_of_a_longer_sequence():
    """Positions alone end a sequence at the last of them; `length` tells that it goes on."""
    scheme, x, rows = XPos(), vectors(0, 101, 8), [3, 50, 7]
    for rotate in (scheme.rotate, scheme.rotate_key):
        np.testing.assert_allclose(rotate(x[rows], rows, length=101), rotate(x, 101)[rows], atol=1e-12)
        np.testing.assert_allclose(rotate(x[rows], rows), rotate(x[:51], 51)[rows], atol=1e-12)


@given(dim=dims, n=st.integers(1, 40), seed=seeds)
def test_the_centre_is_in_no_score(dim, n, seed):
    q, k = vectors(seed, 2, n, dim)
    scores = [
        scheme.rotate(q, n, length=length) @ scheme.rotate_key(k, n, length=length).T
        for scheme in (XPos(), XPos(centre="ceil"))
        for length in (None, n + 7)
    ]
    for other in scores[1:]:
        np.testing.assert_allclose(other, scores[0], rtol=1e-9, atol=1e-9)


def test_centres_differ_for_odd_lengths_alone():
    x = vectors(0, 9, 8)
    floor, ceil = XPos(), XPos(centre="ceil")
    np.testing.assert_array_equal(floor.rotate(x[:8], 8), ceil.rotate(x[:8], 8))
    assert np.abs(floor.rotate(x, 9) - ceil.rotate(x, 9)).max() > 1e-4


@given(start=st.integers(0, 500), offset=st.integers(-100, 100))
def test_kernel_is_the_score_of_equal_vectors(start, offset):
    scheme, x = XPos(scale_base=64), np.full((1, 16), 0.25)
    n, query = 1024, start + 100
    score = scheme.rotate(x, [query], length=n) @ scheme.rotate_key(x, [query + offset], length=n).T
    np.testing.assert_allclose(scheme.kernel([offset], dim=16, heads=2), np.full((2, 1), score.item()), rtol=1e-9)


def test_kernel_decays_towards_the_past():
    faded = np.abs(XPos(scale_base=32).kernel(offsets, dim=64, heads=1)[0])
    steady = np.abs(XPos(scale_base=1e9).kernel(offsets, dim=64, heads=1)[0])
    assert (faded <= steady + 1e-9).all()
    assert faded[-1] == pytest.approx(1, abs=1e-14)
    assert steady[-1] == pytest.approx(1, abs=1e-14)
    assert faded[:100].max() < faded[100:200].max() < faded[200:].max()
    assert faded[0] < steady[0] / 2


def test_precision_is_kept_and_the_table_is_the_rotation_alone():
    x = np.ones((2, 5, 8), np.float32)
    assert XPos().rotate(x, 5).dtype == XPos().rotate_key(x, 5).dtype == np.float32
    table = XPos().table(20, 8, np.float64)
    np.testing.assert_allclose(table[:, 0::2] ** 2 + table[:, 1::2] ** 2, 1, atol=1e-12)


def test_a_scale_beyond_the_precision_is_refused():
    x = np.ones((1, 8), np.float32)
    with pytest.raises(ValueError, match=r"positions must be nearer to the middle: .* scale_base 512.0, .* float32"):
        XPos().rotate_key(x, [200_000])
    assert np.isfinite(XPos(scale_base=4096).rotate_key(x, [200_000])).all()


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"scale_base": 0}, "scale_base must be a number from 1.0 .* got 0"),
        ({"centre": "middle"}, "centre must be one of 'floor', 'ceil'; got 'middle'"),
    ],
)
def test_bad_parameters(parameters, words):
    with pytest.raises(ValueError, match=words):
        XPos(**parameters)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.ones((3, 5)), 3), "dim must be .* that 2 divides; got 5"),
        ((np.ones((3, 4)), 2), "positions must be as many as the rows of x, 3; got 2"),
        ((np.ones((3, 4)), 3, 0), "length must be .* got 0"),
    ],
)
def test_bad_arguments(arguments, words):
    with pytest.raises(ValueError, match=words):
        XPos().rotate(*arguments)
