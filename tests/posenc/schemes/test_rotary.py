"""Rotary embedding against a rotation matrix for each pair, and the properties it is used for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.rotary import RotaryEmbedding

LAYOUTS = ("half", "interleaved")
dims = st.integers(1, 16).map(lambda half: 2 * half)
seeds = st.integers(0, 2**32 - 1)


def vectors(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def pairs_of(m, layout):
    return [(i, i + m // 2) if layout == "half" else (2 * i, 2 * i + 1) for i in range(m // 2)]


def textbook(x, positions, layout, base=10000.0, rotary_dim=None):
    """(n, dim) float64, a 2 × 2 rotation for each pair of each row."""
    out, m = np.array(x, np.float64), rotary_dim or x.shape[-1]
    for row, position in enumerate(positions):
        for i, pair in enumerate(pairs_of(m, layout)):
            angle = position * base ** (-2 * i / m)
            turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            out[row, pair] = turn @ x[row, pair]
    return out


@given(
    positions=st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=6) | st.integers(1, 20).map(range),
    dim=dims,
    part=st.integers(1, 16),
    base=st.floats(1.0, 1e6),
    seed=seeds,
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_rotation_equals_the_textbook(layout, *, positions, dim, part, base, seed):
    rotary_dim = 2 * part if 2 * part <= dim else None
    scheme, x = RotaryEmbedding(base, layout, rotary_dim), vectors(seed, len(positions), dim)
    expected = textbook(x, positions, layout, base, rotary_dim)
    np.testing.assert_allclose(scheme.rotate(x, positions), expected, atol=1e-9)
    np.testing.assert_array_equal(scheme.rotate_key(x, positions), scheme.rotate(x, positions))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_shape_and_precision_are_kept(layout, dtype):
    x = vectors(0, 2, 3, 40, 8).astype(dtype)
    before = x.copy()
    turned = RotaryEmbedding(layout=layout).rotate(x, 40)
    assert (turned.shape, turned.dtype) == (x.shape, x.dtype)
    np.testing.assert_array_equal(x, before)
    alone = RotaryEmbedding(layout=layout).rotate(x[1, 2], np.arange(40))
    np.testing.assert_array_equal(turned[1, 2], alone)
    np.testing.assert_allclose(alone, textbook(x[1, 2], range(40), layout), atol=20 * np.finfo(dtype).eps)


def test_whole_numbers_become_float32():
    assert RotaryEmbedding().rotate([[1, 0]], [0]).dtype == np.float32


@given(dim=dims, start=st.integers(-(10**5), 10**5), offset=st.integers(-100, 100), seed=seeds)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_scores_depend_on_the_offset_alone(layout, dim, start, offset, seed):
    scheme = RotaryEmbedding(layout=layout)
    query, key = vectors(seed, 2, 1, dim)
    scores = [
        (scheme.rotate(query, [p]) @ scheme.rotate_key(key, [p + offset]).T).item() for p in (0, start, start + 0.25)
    ]
    np.testing.assert_allclose(scores, scores[0], atol=1e-9)


@given(dim=dims, positions=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), seed=seeds)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_norms_are_kept_and_turning_back_undoes_it(layout, dim, positions, seed):
    scheme, x = RotaryEmbedding(layout=layout), vectors(seed, len(positions), dim)
    turned = scheme.rotate(x, positions)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), np.linalg.norm(x, axis=1), rtol=1e-12)
    np.testing.assert_allclose(scheme.rotate(turned, -np.array(positions)), x, atol=1e-12)


@given(dim=dims, seed=seeds)
def test_one_layout_is_the_other_with_features_permuted(dim, seed):
    x = vectors(seed, 30, dim)
    order = [*range(0, dim, 2), *range(1, dim, 2)]  # interleaved to half: first components, then second
    half, interleaved = RotaryEmbedding(layout="half"), RotaryEmbedding(layout="interleaved")
    np.testing.assert_array_equal(half.rotate(x[:, order], 30), interleaved.rotate(x, 30)[:, order])
    np.testing.assert_array_equal(half.table(30, dim), interleaved.table(30, dim)[:, order])


def test_mixing_the_layouts_changes_the_scores():
    query, key = vectors(1, 2, 12, 16)
    half, interleaved = RotaryEmbedding(layout="half"), RotaryEmbedding(layout="interleaved")
    right = half.rotate(query, 12) @ half.rotate(key, 12).T
    wrong = half.rotate(query, 12) @ interleaved.rotate(key, 12).T
    assert np.abs(right - wrong).max() > 0.5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_only_the_first_rotary_dim_features_turn(layout):
    x = vectors(3, 20, 12)
    partly = RotaryEmbedding(layout=layout, rotary_dim=4).rotate(x, 20)
    np.testing.assert_array_equal(partly[:, 4:], x[:, 4:])
    np.testing.assert_array_equal(partly[:, :4], RotaryEmbedding(layout=layout).rotate(x[:, :4], 20))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_table_is_what_vectors_of_ones_and_zeros_turn_into(layout):
    """(1, 0) turns into (cos, sin), pair by pair; features that do not turn stay (1, 0)."""
    for rotary_dim in (None, 4):
        m = rotary_dim or 8
        unit = np.zeros((40, 8))
        unit[:, [first for first, _ in pairs_of(m, layout)]] = 1
        turned = RotaryEmbedding(layout=layout, rotary_dim=rotary_dim).rotate(unit, 40)
        table = RotaryEmbedding(layout=layout, rotary_dim=rotary_dim).table(40, 8, np.float64)
        still = [pair for i, pair in enumerate(pairs_of(8, layout)) if i >= m // 2]
        for (a, b), (c, d) in zip(pairs_of(m, layout), pairs_of(8, layout), strict=False):
            np.testing.assert_allclose(table[:, [c, d]], turned[:, [a, b]], atol=1e-14)
        for c, d in still:
            np.testing.assert_array_equal(table[:, [c, d]], np.broadcast_to([1, 0], (40, 2)))


def test_far_out_float32_is_within_2e_7():
    positions = np.arange(10**6, 10**6 + 5000)
    scheme = RotaryEmbedding()
    angles = positions[:, None] * scheme.frequencies(64)
    exact = np.concatenate([np.cos(angles), np.sin(angles)], 1)
    assert np.abs(scheme.table(positions, 64) - exact).max() <= 2e-7


def test_frequencies():
    np.testing.assert_allclose(RotaryEmbedding(base=500000.0).frequencies(8), 500000.0 ** (-np.arange(4) / 4))
    np.testing.assert_allclose(RotaryEmbedding(rotary_dim=4).frequencies(64), [1, 0.01])
    assert RotaryEmbedding().frequencies(8, length=10**6).tolist() == RotaryEmbedding().frequencies(8).tolist()
    assert RotaryEmbedding().attention_factor(4096) == 1


@pytest.mark.parametrize("rotary_dim", [None, 4])
def test_kernel_is_the_score_of_equal_vectors(rotary_dim):
    scheme, x = RotaryEmbedding(rotary_dim=rotary_dim), np.full((1, 16), 0.25)
    for offset in (-7, 0, 3, 100):
        score = scheme.rotate(x, [0]) @ scheme.rotate_key(x, [offset]).T
        np.testing.assert_allclose(scheme.kernel([offset], dim=16, heads=2), np.broadcast_to(score, (2, 1)), atol=1e-14)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"base": 0}, "base must be a number from 1.0 .* got 0"),
        ({"layout": "concatenated"}, "layout must be one of 'half', 'interleaved', .*; got 'concatenated'"),
        ({"rotary_dim": 0}, "rotary_dim must be a whole number of at least 2 .* got 0"),
        ({"rotary_dim": 4.0}, "rotary_dim .* got 4.0"),
    ],
)
def test_bad_parameters(parameters, words):
    with pytest.raises(ValueError, match=words):
        RotaryEmbedding(**parameters)


@pytest.mark.parametrize(
    ("rotary_dim", "x", "positions", "words"),
    [
        (None, np.ones((3, 5)), 3, "dim must be a whole number of at least 2 that 2 divides; got 5"),
        (3, np.ones((3, 8)), 3, "rotary_dim must be .* at most 8 that 2 divides; got 3"),
        (16, np.ones((3, 8)), 3, "rotary_dim must be .* at most 8 that 2 divides; got 16"),
        (None, np.ones((3, 8)), 4, "positions must be as many as the rows of x, 3; got 4"),
        (None, np.ones(8), 1, r"x must be .* of shape \(…, n, dim\); got float64 \(8,\)"),
        (None, [["a", "b"]], 1, "x must be an array of real numbers"),
        (None, np.ones((1, 8)), [np.nan], "positions must be .* finite numbers"),
    ],
)
def test_bad_arguments(rotary_dim, x, positions, words):
    with pytest.raises(ValueError, match=words):
        RotaryEmbedding(rotary_dim=rotary_dim).rotate(x, positions)
