"""Multimodal rotation against its formula, pair by pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.schemes.mrope import Mrope

seeds = st.integers(0, 99)
three = st.lists(st.integers(0, 6), min_size=3, max_size=3).filter(sum).map(tuple)


def axis_of(i, form, sections):
    if form == "chunked":
        return int(np.searchsorted(np.cumsum(sections), i, side="right")) % 3
    if i % 3 and i < 3 * sections[i % 3]:
        return i % 3
    return 0


def textbook(x, places, base, form, sections):
    dim, out = x.shape[1], x.copy()
    for row in range(len(x)):
        for i in range(dim // 2):
            angle = places[axis_of(i, form, sections)][row] * base ** (-2 * i / dim)
            a, b = x[row, i], x[row, i + dim // 2]
            out[row, i] = a * np.cos(angle) - b * np.sin(angle)
            out[row, i + dim // 2] = b * np.cos(angle) + a * np.sin(angle)
    return out


def vectors(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


@given(sections=three, n=st.integers(0, 20), base=st.floats(10.0, 1e7), seed=seeds, consecutive=st.booleans())
@pytest.mark.parametrize("form", ["chunked", "interleaved"])
def test_rotation_equals_the_textbook(form, sections, n, base, seed, consecutive):
    x = vectors(seed, n, 2 * sum(sections))
    places = np.random.default_rng(seed).integers(-50, 500, (3, n))
    if consecutive:
        places[:] = np.arange(n)
    scheme = Mrope(base, sections, form)
    np.testing.assert_allclose(scheme.rotate(x, places), textbook(x, places, base, form, sections), atol=1e-10)
    np.testing.assert_array_equal(scheme.rotate_key(x, places), scheme.rotate(x, places))


def test_more_than_three_sections_go_round():
    assert Mrope(sections=(1, 2, 1, 2, 1)).axes(14).tolist() == [0, 1, 1, 2, 0, 0, 1]


def test_unset_sections_are_those_of_qwen2_vl():
    for dim, expected in ((64, [8, 12, 12]), (128, [16, 24, 24])):
        assert np.bincount(Mrope().axes(dim)).tolist() == expected
    for dim in range(2, 40, 2):
        assert len(Mrope().axes(dim)) == dim // 2


@pytest.mark.parametrize("form", ["chunked", "interleaved"])
def test_text_turns_as_in_plain_rotary_embedding(form):
    x, positions = vectors(0, 9, 32), [3, 1, 4, 1, 5, 9, 2, 6, 5]
    plain, scheme = posenc.scheme("rotary", base=1e6), Mrope(form=form)
    np.testing.assert_allclose(scheme.rotate(x, positions), plain.rotate(x, positions), atol=1e-14)
    np.testing.assert_allclose(scheme.rotate(x, 9), plain.rotate(x, 9), atol=1e-14)
    np.testing.assert_allclose(scheme.table(40, 32), plain.table(40, 32), atol=1e-6)
    np.testing.assert_array_equal(scheme.kernel(range(-9, 9), 32), plain.kernel(range(-9, 9), 32))
    weights = posenc.AttentionWeights.random(32, dtype=np.float64)
    got, expected = (posenc.attention(x, weights, 2, scheme=known).output for known in (scheme, plain))
    np.testing.assert_allclose(got, expected, atol=1e-12)


def test_table_takes_three_axes():
    table = Mrope(sections=(1, 1, 1)).table([[0, 1], [2, 3], [4, 5]], 6, np.float64)
    np.testing.assert_allclose(table[:, :3], np.cos([[0, 0.02, 4e-4], [1, 0.03, 5e-4]]), atol=1e-12)
    assert table.shape == (2, 6)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_shape_and_precision_are_kept(dtype):
    x = np.ones((2, 4, 8), dtype)
    turned = Mrope().rotate(x, np.ones((3, 4)))
    assert (turned.shape, turned.dtype) == (x.shape, x.dtype)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"base": 0}, "base must be .* got 0"),
        ({"form": "half"}, "form must be one of 'chunked', 'interleaved'; got 'half'"),
        ({"sections": (1, 2)}, r"sections must be three numbers of pairs, .* got \(1, 2\)"),
        ({"sections": 32}, "sections must be three numbers of pairs, .* got 32"),
        ({"sections": (1, 2, -1)}, "sections must be a whole number of at least 0 .* got -1"),
        ({"sections": (1, 2, 1, 1), "form": "interleaved"}, r"sections must be three .* got \(1, 2, 1, 1\)"),
    ],
)
def test_bad_parameters(parameters, words):
    with pytest.raises(ValueError, match=words):
        Mrope(**parameters)


@pytest.mark.parametrize(
    ("positions", "words"),
    [
        (np.ones((2, 4)), r"positions must have shape \(3, n\): time, row and column; got \(2, 4\)"),
        ([[1, 2], [3]], r"positions must be an array of .* numbers; got \[\[1, 2\], \[3\]\]"),
        (np.ones((3, 5)), "positions must be as many as the rows of x, 4; got 5"),
        (np.full((3, 4), np.inf), "positions must be .* finite numbers"),
        ("four", "positions must be .* got 'four'"),
    ],
)
def test_bad_positions(positions, words):
    with pytest.raises(ValueError, match=words):
        Mrope().rotate(np.ones((4, 8)), positions)


@pytest.mark.parametrize(("dim", "words"), [(7, "dim must be .* got 7"), (6, "sections must add up to dim/2, 3; got")])
def test_bad_dim(dim, words):
    with pytest.raises(ValueError, match=words):
        Mrope(sections=(1, 2, 1)).rotate(np.ones((4, dim)), 4)


def test_of_one_pair_the_column_turns_it():
    places = np.array([np.arange(40) * 3, np.arange(40) * 2, np.arange(40)])
    np.testing.assert_allclose(Mrope().table(places, 2, np.float64)[:, 0], np.cos(np.arange(40)))
