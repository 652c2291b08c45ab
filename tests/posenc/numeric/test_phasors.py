"""The kernel: angle addition against plain sines, and the closed form of a mean against a sum."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.numeric import phasors as kernel
from posenc.numeric.phasors import consecutive, geometric, mean_phasors, mean_spreads, phasors, phasors_apart

FLOAT32, FLOAT64 = np.dtype("float32"), np.dtype("float64")
FREQUENCIES = np.array([0.0, 1e-4, 0.3, 1.0, np.pi])


def plain(positions, frequencies, phase=1):
    return np.exp(1j * np.asarray(positions, float)[:, None] * frequencies) * phase


@pytest.mark.parametrize("n", [0, 3, 40])
def test_no_frequencies_make_no_phasors(n):
    assert phasors(np.arange(n), np.empty(0), FLOAT64).shape == (n, 0)
    assert phasors_apart(np.arange(n), np.empty(0), FLOAT64).shape == (n, 0)


def test_geometric_frequencies():
    np.testing.assert_allclose(geometric(10000.0, 8, 4), [1, 0.1, 0.01, 0.001], rtol=1e-15)
    np.testing.assert_allclose(geometric(2.0, 3, 2), [1, 2 ** (-2 / 3)], rtol=1e-15)


@given(start=st.integers(-(10**6), 10**6), n=st.integers(0, 400))
def test_consecutive_positions_equal_plain_sines(start, n):
    positions = np.arange(start, start + n)
    np.testing.assert_allclose(phasors(positions, FREQUENCIES, FLOAT64), plain(positions, FREQUENCIES), atol=2e-9)
    error = np.abs(phasors(positions, FREQUENCIES, FLOAT32) - plain(positions, FREQUENCIES))
    assert error.max(initial=0) < 2.5e-7  # of a complex number: 2e-7 in each part


@given(st.lists(st.floats(-1e5, 1e5) | st.integers(-(10**5), 10**5), max_size=60))
def test_any_positions_equal_plain_sines(positions):
    where = np.asarray(positions, float)
    np.testing.assert_allclose(phasors(where, FREQUENCIES, FLOAT64), plain(where, FREQUENCIES), atol=1e-9)


@pytest.mark.parametrize(
    ("dtype", "precision"), [("float16", "complex64"), ("float32", "complex64"), ("float64", "complex128")]
)
@pytest.mark.parametrize("n", [3, 100])
def test_precision(dtype, precision, n):
    assert phasors(np.arange(n), FREQUENCIES, np.dtype(dtype)).dtype == precision


@pytest.mark.parametrize("n", [5, 50])
def test_phase_turns_all_alike(n):
    positions = np.arange(n)
    np.testing.assert_allclose(
        phasors(positions, FREQUENCIES, FLOAT64, phase=1j), plain(positions, FREQUENCIES, 1j), atol=1e-13
    )


@pytest.mark.parametrize("n", [16, 17, 1000, 131072])
def test_consecutive_positions_take_four_rows_of_sines(n, monkeypatch):
    rows = []
    exact = kernel._exact
    monkeypatch.setattr(kernel, "_exact", lambda p, *rest: rows.append(len(p)) or exact(p, *rest))
    phasors(np.arange(n), FREQUENCIES, FLOAT32)
    assert sum(rows) == 4


@given(
    positions=st.builds(lambda start, n: np.arange(start, start + n), st.integers(0, 10**6), st.integers(0, 300))
    | st.lists(st.floats(0, 1e4), max_size=20).map(np.array),
    dtype=st.sampled_from([FLOAT32, FLOAT64]),
)
def test_apart_holds_the_same_numbers(positions, dtype):
    waves = phasors(positions, FREQUENCIES, dtype, 1j)
    apart = phasors_apart(positions, FREQUENCIES, dtype, 1j)
    assert apart.dtype == dtype
    np.testing.assert_array_equal(apart, np.concatenate([waves.real, waves.imag], 1))


@pytest.mark.parametrize(
    ("positions", "answer"),
    [
        ([], True),
        ([5], True),
        ([-2, -1, 0], True),
        ([0, 2], False),
        ([1, 0], False),
        ([0, 0], False),
        ([0.0, 1.0], False),
    ],
)
def test_consecutive(positions, answer):
    assert consecutive(np.array(positions, dtype=None if positions else int)) is answer


@given(
    start=st.integers(0, 10**5),
    widths=st.lists(st.integers(1, 50), min_size=1, max_size=6)
    | st.builds(lambda width, count: [width] * count, st.integers(1, 50), st.integers(1, 40)),
    frequency=st.floats(-np.pi, np.pi)
    | st.floats(-1e-6, 1e-6)
    | st.floats(-30, 30)
    | st.integers(-3, 3).map(lambda turns: 2 * np.pi * turns),
)
def test_mean_is_the_mean(start, widths, frequency):
    edges = start + np.cumsum([0, *widths])
    waves = plain(np.arange(edges[0], edges[-1]), np.array([frequency]))
    parts = [waves[a - start : b - start] for a, b in pairwise(edges)]
    expected = [part.mean(0) for part in parts]
    np.testing.assert_allclose(mean_phasors(edges, np.array([frequency])), expected, atol=2e-9)
    apart = [(np.abs(part - part.mean(0)) ** 2).mean(0) for part in parts]
    np.testing.assert_allclose(mean_spreads(edges, np.array([frequency])), apart, atol=2e-9)


@pytest.mark.parametrize("width", [1, 2, 7, 1 << 20])
@pytest.mark.parametrize("frequency", [1e-12, 1e-9, 1e-7, 1e-4])
def test_the_spread_of_slow_turns_keeps_its_digits(width, frequency):
    """Of angles so small that waves are straight: ω²(n² − 1)/12, the variance of n numbers in a row."""
    if width * frequency < 1e-3:
        spread = mean_spreads(np.array([5, 5 + width]), np.array([frequency]))[0, 0]
        assert spread == pytest.approx(frequency**2 * (width**2 - 1) / 12, rel=1e-6, abs=0)


@pytest.mark.parametrize("n", [3, 100])
def test_no_frequencies(n):
    assert phasors(np.arange(n), np.array([]), FLOAT64).shape == (n, 0)
    assert phasors_apart(np.arange(n), np.array([]), FLOAT64).shape == (n, 0)
    assert mean_phasors(np.array([0, 1, n]), np.array([])).shape == (2, 0)


def test_mean_of_a_million_positions():
    edges = np.array([3, 1 << 20])
    sums = sum(plain(np.arange(a, min(a + 65536, 1 << 20)), FREQUENCIES).sum(0) for a in range(3, 1 << 20, 65536))
    np.testing.assert_allclose(mean_phasors(edges, FREQUENCIES, 1j)[0], sums / ((1 << 20) - 3) * 1j, atol=1e-10)
