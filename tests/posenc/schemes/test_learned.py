"""The learned table: a real model's rows, and straight lines between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.schemes.learned import FILES, Learned, load

TABLE = load("minilm-l6-v2")


def stretched(positions, length, dim):
    """np.interp, feature by feature: a sequence longer than the table is squeezed into it, end on end."""
    inside = np.asarray(positions, float) * min(1, 511 / max(length - 1, 1))
    return np.stack([np.interp(inside, np.arange(512), TABLE[:, j]) for j in range(dim)], axis=1)


def test_the_real_table():
    assert TABLE.shape == (512, 384)
    table = Learned().table(512, 384)
    assert table.dtype == np.float32
    np.testing.assert_array_equal(table, TABLE.astype(np.float16).astype(np.float32))  # stored as float16
    assert len(np.unique(table, axis=0)) == 512  # no two positions alike
    assert 0.1 < np.linalg.norm(table, axis=1).min() < np.linalg.norm(table, axis=1).max() < 10


def test_rows_are_the_positions_and_fewer_features_the_first():
    np.testing.assert_array_equal(Learned().table([511, 0, 7, 7], 5, np.float64), TABLE[[511, 0, 7, 7], :5])
    np.testing.assert_array_equal(Learned().table(3, 384), Learned().table([0.0, 1.0, 2.0], 384))
    assert Learned().table(0, 8).shape == (0, 8)


def test_nobody_can_write_to_the_table():
    with pytest.raises(ValueError, match="read-only"):
        TABLE[0, 0] = 1


def test_limits_are_told():
    assert (Learned().max_length, Learned().max_dim) == (512, 384)
    assert (Learned(interpolate=True).max_length, Learned(interpolate=True).max_dim) == (None, 384)
    assert Learned.parameters()["source"].choices == tuple(FILES)


@pytest.mark.parametrize("positions", [513, [512], [0, 600, 3], [-1], [0.5], 1 << 20])
def test_beyond_the_table_is_an_error_that_says_its_length(positions):
    with pytest.raises(ValueError, match=r"positions must be whole numbers from 0 to 511, the 512 rows .* got "):
        Learned().table(positions, 8)


def test_negative_positions_are_an_error_when_interpolating_too():
    with pytest.raises(ValueError, match=r"positions must be at least 0; got -0\.5"):
        Learned(interpolate=True).table([3, -0.5], 8)


@pytest.mark.parametrize("dim", [0, 385, 2.0])
def test_bad_dim(dim):
    with pytest.raises(ValueError, match=f"dim must be a whole number of at least 1 and at most 384; got {dim}"):
        Learned().table(4, dim)


@pytest.mark.parametrize("parameters", [{"source": "gpt-2"}, {"interpolate": 1}, {"interpolate": None}])
def test_bad_parameters(parameters):
    (name, value), *_ = parameters.items()
    with pytest.raises(ValueError, match=f"{name} must be one of .* got {value!r}"):
        Learned(**parameters)


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=30))
def test_interpolation_is_straight_lines(positions):
    length = int(max(positions)) + 1
    got = Learned(interpolate=True).table(positions, 6, np.float64)
    np.testing.assert_allclose(got, stretched(positions, length, 6), atol=1e-12)


@pytest.mark.parametrize("length", [1, 2, 100, 512, 513, 2048, 100_000])
def test_interpolated_length(length):
    got = Learned(interpolate=True).table(length, 4, np.float64)
    np.testing.assert_allclose(got, stretched(np.arange(length), length, 4), atol=1e-12)
    if length > 512:  # the first row stands first, the last one last
        np.testing.assert_allclose(got[[0, -1]], TABLE[[0, -1], :4], atol=1e-12)


def test_kernel_is_the_mean_dot_product_at_each_offset():
    offsets = np.array([0, 1, -1, 30, 511])
    kernel = Learned().kernel(offsets, dim=48, heads=3)
    assert kernel.shape == (3, 5)
    np.testing.assert_allclose(kernel[2], posenc.by_offset(TABLE[:, :48]).mean[np.abs(offsets)], rtol=1e-12)
    assert np.isnan(Learned().kernel([512, -600])).all()
