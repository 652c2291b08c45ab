"""Where each rotary layout reads and writes its pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.numeric.pairs import CACHED, join, rotate_pairs, with_still

dims, seeds = st.integers(1, 8).map(lambda half: 2 * half), st.integers(0, 99)


def vectors(seed, n, dim):
    return np.random.default_rng(seed).standard_normal((n, dim))


@given(dim=dims, n=st.integers(0, 20), seed=seeds)
def test_deepseek_reads_interleaved_and_writes_half(dim, n, seed):
    x = vectors(seed, n, dim)
    got, plain = (posenc.scheme("rotary", layout=layout) for layout in ("interleaved-in-half-out", "interleaved"))
    expected = plain.rotate(x, n)
    np.testing.assert_array_equal(got.rotate(x, n), np.concatenate([expected[:, 0::2], expected[:, 1::2]], 1))
    np.testing.assert_allclose(got.rotate(x, n) @ got.rotate(x, n).T, expected @ expected.T, atol=1e-12)


@given(dim=dims, n=st.integers(1, 20), seed=seeds)
def test_mixed_takes_half_tables_with_interleaved_partners(dim, n, seed):
    x, m = vectors(seed, n, dim), dim // 2
    angles = np.arange(n)[:, None] * 10000.0 ** (-2 * (np.arange(dim) % m) / dim)
    partners = np.stack([-x[:, 1::2], x[:, 0::2]], -1).reshape(n, dim)
    expected = x * np.cos(angles) + partners * np.sin(angles)
    np.testing.assert_allclose(posenc.scheme("rotary", layout="mixed").rotate(x, n), expected, atol=1e-12)


def test_mixed_is_no_rotation():
    x = vectors(0, 30, 16)
    turned = posenc.scheme("rotary", layout="mixed").rotate(x, 30)
    assert np.abs(np.linalg.norm(turned, axis=1) / np.linalg.norm(x, axis=1) - 1).max() > 0.1


@pytest.mark.parametrize("layout", ["interleaved-in-half-out", "mixed"])
def test_features_beyond_rotary_dim_pass_through(layout):
    x = vectors(1, 9, 12)
    turned = posenc.scheme("rotary", layout=layout, rotary_dim=4).rotate(x, 9)
    np.testing.assert_array_equal(turned[:, 4:], x[:, 4:])
    np.testing.assert_array_equal(turned[:, :4], posenc.scheme("rotary", layout=layout).rotate(x[:, :4], 9))


@pytest.mark.parametrize("layout", posenc.schemes()["rotary"].parameters()["layout"].choices)
def test_nothing_turns_at_position_0_and_no_rows_are_no_rows(layout):
    x = vectors(2, 1, 8)
    turned = rotate_pairs(x, np.ones((1, 4), complex), layout)
    assert sorted(turned[0]) == sorted(x[0])
    assert rotate_pairs(x[:0], np.ones((0, 4), complex), layout).shape == (0, 8)


def test_join_and_with_still():
    first, second = np.array([[1, 2]]), np.array([[3, 4]])
    assert join(first, second, "interleaved").tolist() == [[1, 3, 2, 4]]
    assert join(first, second, "half").tolist() == [[1, 2, 3, 4]]
    assert with_still(np.array([[1j]]), 6).tolist() == [[1j, 1, 1]]
    with pytest.raises(ValueError, match=r"dim must be .* that 2 divides; got 5"):
        with_still(np.array([[1j]]), 5)


@pytest.mark.parametrize("layout", posenc.schemes()["rotary"].parameters()["layout"].choices)
def test_many_heads_are_turned_as_each_alone(layout):
    x = np.random.default_rng(0).standard_normal((5, 4096, 64), np.float32)
    assert 1 < CACHED // x[0].size < len(x)
    scheme = posenc.scheme("rotary", layout=layout, rotary_dim=32)
    np.testing.assert_array_equal(scheme.rotate(x, 4096), [scheme.rotate(head, 4096) for head in x])
    assert scheme.rotate(x[:0], 4096).shape == (0, 4096, 64)
