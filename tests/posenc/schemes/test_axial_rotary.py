"""Axial rotation against each model's formula, pair by pair."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.schemes.axial_rotary import FORMS, AxialRotary

every_form = pytest.mark.parametrize("form", FORMS)
TWO_AXES = ("index", "pixel", "dinov3", "pixtral", "qwen2vl-vision", "llama4-vision")


def vectors(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def coordinate(form, i, size):
    if form in ("pixel", "ret-pixel"):
        return np.linspace(-1, 1, size)[i]
    if form == "dinov3":
        return 2 * np.pi * (2 * (i + 0.5) / size - 1)
    return i + (form == "llama4-vision")


def angles(scheme, place, dim):
    """The dim/2 angles of a place, in the words of the conventions."""
    form, shape = scheme.form, scheme.shape or (scheme.height, scheme.width)
    axes, n, t = len(shape), dim // (2 * len(shape)), scheme.temperature
    bands = [[t ** -(k / n) for k in range(n)]] * axes
    if form == "pixel" and scheme.linear_bands:
        bands = [np.pi * np.linspace(1, scheme.max_resolution / 2, n)] * axes
    elif form == "pixel":
        bands = [np.pi * 2 ** np.linspace(0, np.log2(scheme.max_resolution) - 1, n)] * axes
    elif form == "ret-pixel":
        bands = [np.pi * np.linspace(1, scheme.max_freq / 2, n)] * axes
    elif form == "pixtral":
        bands = [[t ** (-2 * i / dim) for i in range(dim // 2) if i % axes == axis] for axis in range(axes)]
    parts = [[coordinate(form, i, size) * f for f in own] for i, size, own in zip(place, shape, bands, strict=True)]
    if scheme.column_first or form == "llama4-vision":
        parts.reverse()
    return np.concatenate(parts)


def turned(x, theta, layout):
    out, m = x.copy(), len(x) // 2
    for i in range(m):
        a, b = (i, i + m) if layout == "half" else (2 * i, 2 * i + 1)
        out[a] = x[a] * np.cos(theta[i]) - x[b] * np.sin(theta[i])
        out[b] = x[b] * np.cos(theta[i]) + x[a] * np.sin(theta[i])
    return out


def check(scheme, dim, layout):
    shape = scheme.shape or (scheme.height, scheme.width)
    places = list(np.ndindex(*shape))
    x = vectors(0, scheme.max_length, dim)
    got = scheme.rotate(x, None)
    for token, place in enumerate(places):
        np.testing.assert_allclose(got[token], turned(x[token], angles(scheme, place, dim), layout), atol=1e-10)
    np.testing.assert_array_equal(got[len(places) :], x[len(places) :])  # a class token does not turn
    np.testing.assert_array_equal(scheme.rotate_key(x[[1, 0]], [1, 0]), got[[1, 0]])
    np.testing.assert_allclose(np.linalg.norm(got, axis=1), np.linalg.norm(x, axis=1))


@given(
    height=st.integers(1, 5),
    width=st.integers(2, 5),
    quarter=st.integers(1, 4),
    temperature=st.floats(1.0, 1e5),
    resolution=st.floats(2.0, 300.0),
    linear=st.booleans(),
    column_first=st.booleans(),
    layout=st.sampled_from(["half", "interleaved", None]),
)
@every_form
def test_rotation_equals_the_formula(
    form, *, height, width, quarter, temperature, resolution, linear, column_first, layout
):
    scheme = AxialRotary(
        height, width, temperature, form, layout, resolution, linear, resolution / 2, column_first=column_first
    )
    check(scheme, 4 * quarter, layout or FORMS[form].layout)


@pytest.mark.parametrize("form", ["ret-lang", "ret-pixel", "index", "pixtral"])
@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 4)])
def test_any_number_of_axes(form, shape):
    check(AxialRotary(form=form, shape=shape, max_freq=20.0), 12 * len(shape), FORMS[form].layout)


@pytest.mark.parametrize("form", ["index", "pixel"])
def test_coordinates_are_stretched_to_the_reference(form):
    x = vectors(1, 12, 8)
    scheme = AxialRotary(3, 4, form=form, reference_height=6, reference_width=14, max_resolution=16.0)
    got = scheme.rotate(x, None)
    plain = AxialRotary(3, 4, form=form, max_resolution=16.0)
    for token, (r, c) in enumerate(np.ndindex(3, 4)):
        theta = angles(plain, (r, c), 8) * np.repeat([6 / 3, 14 / 4], 2)
        np.testing.assert_allclose(got[token], turned(x[token], theta, "interleaved"), atol=1e-12)
    none_given = AxialRotary(3, 4, form=form, reference_height=0, max_resolution=16.0)
    np.testing.assert_array_equal(none_given.rotate(x, None), plain.rotate(x, None))


def test_grid_offset_is_added_before_stretching():
    x = vectors(1, 6, 4)
    got = AxialRotary(2, 3, grid_offset=0.5, reference_height=4, reference_width=12).rotate(x, None)
    for token, (r, c) in enumerate(np.ndindex(2, 3)):
        expected = turned(x[token], [(r + 0.5) * 2, (c + 0.5) * 4], "interleaved")
        np.testing.assert_allclose(got[token], expected, atol=1e-12)


def test_qwens_vision_is_the_half_layout_of_index():
    x = vectors(2, 12, 16)
    got, expected = AxialRotary(3, 4, form="qwen2vl-vision"), AxialRotary(3, 4, layout="half")
    np.testing.assert_array_equal(got.rotate(x, None), expected.rotate(x, None))


@pytest.mark.parametrize("seed", [0, 1])
def test_mixed_frequencies_column_first(seed):
    frequencies, x = vectors(seed, 2, 3, 4), vectors(seed + 9, 5, 3, 6, 8)
    got = AxialRotary(2, 3).rotate_mixed(x, frequencies)
    for batch, head, token in np.ndindex(5, 3, 6):
        r, c = divmod(token, 3)
        theta = c * frequencies[0, head] + r * frequencies[1, head]
        expected = turned(x[batch, head, token], theta, "interleaved")
        np.testing.assert_allclose(got[batch, head, token], expected, atol=1e-12)


@every_form
def test_scores_depend_on_the_two_offsets_alone(form):
    scheme = AxialRotary(5, 6, form=form)
    (query, key), moved = vectors(3, 2, 1, 16), 2 * 6 + 3
    scores = [(scheme.rotate(query, [p]) @ scheme.rotate(key, [p + 7]).T).item() for p in (0, 1, 6, moved)]
    np.testing.assert_allclose(scores, scores[0], atol=1e-9)


@every_form
@pytest.mark.parametrize("offset", [-3, 0, 1, 4])
def test_kernel_is_the_score_of_equal_vectors_in_one_row(form, offset):
    scheme, x = AxialRotary(3, 9, form=form), np.full((1, 16), 0.25)
    score = scheme.rotate(x, [13]) @ scheme.rotate(x, [13 + offset]).T
    np.testing.assert_allclose(scheme.kernel([offset], dim=16, heads=2), np.full((2, 1), score.item()), atol=1e-9)


@every_form
def test_mean_table_is_the_mean_of_rows(form):
    scheme = AxialRotary(3, 4, form=form)
    table = scheme.table(None, 8, np.float64)
    edges = np.array([0, 1, 7, 10, 11, scheme.max_length])
    expected = [table[a:b].mean(0) for a, b in itertools.pairwise(edges)]
    np.testing.assert_allclose(scheme.mean_table(edges, 8), expected, atol=1e-12)


@every_form
def test_table_is_what_vectors_of_ones_and_zeros_turn_into(form):
    scheme = AxialRotary(3, 4, form=form)
    unit = np.zeros((scheme.max_length, 8))
    unit[:, slice(0, 4) if scheme.layout == "half" else slice(0, 8, 2)] = 1
    np.testing.assert_allclose(scheme.table(None, 8, np.float64), scheme.rotate(unit, None), atol=1e-14)
    assert scheme.frequencies(8).shape == (4,)
    assert scheme.wavelengths(8) is None


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_shape_and_precision_are_kept(dtype):
    x = np.ones((2, 12, 8), dtype)
    turned_x = AxialRotary(3, 4).rotate(x, None)
    assert (turned_x.shape, turned_x.dtype) == (x.shape, x.dtype)
    assert AxialRotary(3, 4).rotate_mixed(x, np.ones((2, 2, 4))).dtype == dtype


def test_attention_takes_the_tokens_one_after_the_other():
    x, weights = vectors(4, 6, 16), posenc.AttentionWeights.random(16, dtype=np.float64)
    first = posenc.attention(x, weights, 2, scheme=AxialRotary(2, 3)).output
    assert np.abs(first - posenc.attention(x, weights, 2, scheme=AxialRotary(3, 2)).output).max() > 1e-3
    with pytest.raises(ValueError, match=r"positions must be .* the tokens of a 2 × 2 grid; got 4"):
        posenc.attention(x, weights, 2, scheme=AxialRotary(2, 2))


def test_the_form_decides_the_layout_unless_it_is_set():
    assert AxialRotary() == AxialRotary(layout="interleaved")
    assert AxialRotary(form="dinov3").layout == "half"
    assert AxialRotary(form="dinov3", layout="interleaved").layout == "interleaved"
    assert [AxialRotary(2, 3, form=form).max_length for form in TWO_AXES] == [6, 6, 6, 6, 6, 7]
    assert AxialRotary(shape=[2, 3, 4]).max_length == math.prod((2, 3, 4))


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"height": 0}, "height must be .* got 0"),
        ({"form": "mixed"}, "form must be one of 'index', 'pixel', .* got 'mixed'"),
        ({"layout": "mixed"}, "layout must be one of 'half', 'interleaved'; got 'mixed'"),
        ({"max_resolution": 0}, "max_resolution must be .* got 0"),
        ({"reference_height": -1}, "reference_height must be .* got -1"),
        ({"grid_offset": np.nan}, "grid_offset must be .* got nan"),
        ({"shape": ()}, r"shape must be the sizes of one or more axes; got \(\)"),
        ({"shape": (2, 3, 4), "reference_width": 3}, "shape must have two axes for a reference height or width; got"),
    ],
)
def test_bad_parameters(parameters, words):
    with pytest.raises(ValueError, match=words):
        AxialRotary(**parameters)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda s: s.rotate(np.ones((6, 6)), None), "dim must be a whole number of at least 4 that 4 divides; got 6"),
        (lambda s: s.rotate(np.ones((5, 8)), None), "positions must be as many as the rows of x, 5; got 6"),
        (lambda s: s.rotate(np.ones((7, 8)), 7), "positions must be .* the tokens of a 2 × 3 grid; got 6"),
        (lambda s: s.mean_table(np.array([0, 7]), 8), "positions must be .* got 6"),
        (lambda s: s.rotate_mixed(np.ones((6, 8)), np.ones((2, 1, 4))), r"x must have shape \(…, heads, 6, dim\)"),
        (lambda s: s.rotate_mixed(np.ones((1, 6, 8)), np.ones((2, 1, 3))), r"frequencies must be .* \(2, 1, 4\)"),
    ],
)
def test_bad_arguments(make, words):
    with pytest.raises(ValueError, match=words):
        make(AxialRotary(2, 3))
