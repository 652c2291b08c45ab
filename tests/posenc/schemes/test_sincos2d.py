"""Two-dimensional sinusoids against each library's formula, feature by feature."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.schemes.sincos2d import Sincos2d

FORMS = ("timm", "timm-interleaved", "mae", "simple-vit", "positional-encodings", "detr")
sizes, temperatures = st.integers(1, 7), st.floats(1.0, 1e5)
every_form = pytest.mark.parametrize("form", FORMS)


def waves(x, n, temperature, last=None):
    """Sines and cosines (n,) of one coordinate."""
    angles = [x * temperature ** -(k / (last or n)) for k in range(n)]
    return np.sin(angles), np.cos(angles)


def side_by_side(x, n, temperature):
    return np.stack(waves(x, n, temperature), -1).ravel()


def vector(form, r, c, size, dim, temperature):
    """The vector of row r and column c, in the words of the conventions."""
    height, width = size
    n = dim // 4
    if form in ("timm", "timm-interleaved"):
        (sr, cr), (sc, cc) = waves(r, n, temperature), waves(c, n, temperature)
        return np.concatenate([sr, sc, cr, cc] if form == "timm" else [sr, cr, sc, cc])
    if form in ("mae", "simple-vit"):
        last = n - 1 if form == "simple-vit" else n
        return np.concatenate([*waves(c, n, temperature, last), *waves(r, n, temperature, last)])
    if form == "positional-encodings":
        n = -(-dim // 4)
        return np.concatenate([side_by_side(r, n, temperature), side_by_side(c, n, temperature)])[:dim]
    y, x = ((i + 1) / (last + 1e-6) * 2 * np.pi for i, last in ((r, height), (c, width)))
    return np.concatenate([side_by_side(y, n, temperature), side_by_side(x, n, temperature)])


@given(height=sizes, width=sizes, quarter=st.integers(2, 6), temperature=temperatures, data=st.data())
@every_form
def test_table_equals_the_formula(form, *, height, width, quarter, temperature, data):
    dim = 4 * quarter
    if form == "positional-encodings":
        dim -= data.draw(st.integers(0, 3))
    scheme = Sincos2d(height, width, temperature, form)
    table = scheme.table(None, dim, np.float64)
    grid = [(r, c) for r in range(height) for c in range(width)]
    expected = [vector(form, r, c, (height, width), dim, temperature) for r, c in grid]
    np.testing.assert_allclose(table, expected, atol=1e-12)
    rows = data.draw(st.lists(st.integers(0, len(grid) - 1), max_size=5))
    np.testing.assert_array_equal(scheme.table(rows, dim, np.float64), table[rows])
    np.testing.assert_array_equal(scheme.table(len(grid), dim), scheme.table(None, dim))


def test_detr_without_normalisation_counts_from_one():
    table = Sincos2d(3, 2, form="detr", normalize=False).table(None, 8, np.float64)
    expected = [np.concatenate([side_by_side(r, 2, 1e4), side_by_side(c, 2, 1e4)]) for r in (1, 2, 3) for c in (1, 2)]
    np.testing.assert_allclose(table, expected, atol=1e-12)


@pytest.mark.parametrize("normalize", [True, False])
def test_detr_counts_real_pixels_alone(normalize):
    padding = np.array([[0, 0, 0, 1], [0, 0, 0, 1], [1, 1, 1, 1]], bool)
    scheme = Sincos2d(3, 4, form="detr", normalize=normalize)
    table = scheme.table(None, 8, np.float64, padding=padding)
    # an image of 2 × 3 in the corner: its own coordinates, whose last are 2 and 3
    inner = Sincos2d(2, 3, form="detr", normalize=normalize).table(None, 8, np.float64)
    np.testing.assert_allclose(table.reshape(3, 4, 8)[:2, :3].reshape(6, 8), inner, atol=1e-12)
    lines = table.reshape(3, 4, 8)[:, :, :4]
    np.testing.assert_array_equal(lines[2], lines[1])  # no pixel more, so the count down the column stays
    nothing = np.zeros((3, 4), int)
    np.testing.assert_allclose(scheme.table(None, 8, padding=nothing), scheme.table(None, 8), atol=1e-6)
    np.testing.assert_array_equal(scheme.table([5, 2], 8, np.float64, padding=padding), table[[5, 2]])


@pytest.mark.parametrize("form", ["timm", "timm-interleaved"])
def test_reversed_coordinates_swap_roles_and_tokens(form):
    height, width = 3, 5
    table = Sincos2d(height, width, form=form, reverse_coord=True).table(None, 16, np.float64)
    for token, row in enumerate(table):
        column, line = divmod(token, height)
        np.testing.assert_allclose(row, vector(form, column, line, (width, height), 16, 1e4), atol=1e-12)


@every_form
def test_class_token_is_a_row_of_zeros_in_front(form):
    plain, scheme = Sincos2d(3, 4, form=form), Sincos2d(3, 4, form=form, cls_token=True)
    table = scheme.table(None, 16)
    assert (plain.max_length, scheme.max_length) == (12, 13)
    assert not table[0].any()
    np.testing.assert_array_equal(table[1:], plain.table(None, 16))


def test_coordinates_are_stretched_to_the_base_grid():
    table = Sincos2d(4, 6, form="mae", base_size=8, interpolation_scale=0.5).table(None, 16, np.float64)
    expected = [vector("mae", r * 8 / 4 / 0.5, c * 8 / 6 / 0.5, (4, 6), 16, 1e4) for r in range(4) for c in range(6)]
    np.testing.assert_allclose(table, expected, atol=1e-12)


@given(height=sizes, width=sizes, cls_token=st.booleans(), data=st.data())
@every_form
def test_mean_table_is_the_mean_of_rows(form, height, width, cls_token, data):
    scheme = Sincos2d(height, width, form=form, cls_token=cls_token, interpolation_scale=0.7)
    n = scheme.max_length
    edges = np.array(sorted({0, n, *data.draw(st.lists(st.integers(0, n), max_size=4))}))
    table = scheme.table(None, 8, np.float64)
    expected = [table[a:b].mean(0) for a, b in itertools.pairwise(edges)]
    np.testing.assert_allclose(scheme.mean_table(edges, 8), expected, atol=1e-12)


@given(row=st.integers(0, 2), start=st.integers(0, 4), offset=st.integers(-4, 4))
@every_form
def test_kernel_is_the_dot_product_along_a_row(form, row, start, offset):
    scheme = Sincos2d(3, 9, form=form, interpolation_scale=0.5)
    first, second = scheme.table([9 * row + 4, 9 * row + 4 + offset], 16, np.float64)
    kernel = scheme.kernel([offset], dim=16, heads=2)
    np.testing.assert_allclose(kernel, np.full((2, 1), first @ second), atol=1e-12)


@every_form
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_dtype_is_as_asked(form, dtype):
    table = Sincos2d(form=form).table(None, 16, dtype)
    assert (table.shape, table.dtype) == ((196, 16), dtype)


def test_attention_takes_the_tokens_one_after_the_other():
    x = np.random.default_rng(0).standard_normal((6, 16))
    weights = posenc.AttentionWeights.random(16, dtype=np.float64)
    scheme = Sincos2d(2, 3)
    got = posenc.attention(x, weights, 2, scheme=scheme).output
    np.testing.assert_allclose(got, posenc.attention(x + scheme.table(None, 16, np.float64), weights, 2).output)
    with pytest.raises(ValueError, match=r"positions must be .* the tokens of a 2 × 2 grid; got 4"):
        posenc.attention(x, weights, 2, scheme=Sincos2d(2, 2))


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"height": 0}, "height must be a whole number of at least 1 .* got 0"),
        ({"width": 2.0}, "width .* got 2.0"),
        ({"temperature": 0.5}, "temperature must be a number from 1.0 .* got 0.5"),
        ({"form": "vit"}, "form must be one of 'timm', .* got 'vit'"),
        ({"cls_token": 1}, "cls_token must be one of False, True; got 1"),
        ({"base_size": 0}, "base_size .* got 0"),
        ({"interpolation_scale": 0.0}, "interpolation_scale .* got 0.0"),
    ],
)
def test_bad_parameters(parameters, words):
    with pytest.raises(ValueError, match=words):
        Sincos2d(**parameters)


@pytest.mark.parametrize(
    ("form", "arguments", "words"),
    [
        ("timm", (None, 6), "dim must be .* that 4 divides; got 6"),
        ("simple-vit", (None, 4), "dim must be a whole number of at least 8 that 4 divides; got 4"),
        ("positional-encodings", (None, 0), "dim must be .* got 0"),
        ("timm", (197, 8), "positions must be whole numbers from 0 to 195, the tokens of a 14 × 14 grid; got 196"),
        ("timm", (None, 8, int), "dtype must be a floating-point type"),
        ("timm", (None, 8, float, np.zeros((14, 14))), "padding must be None but for form='detr'"),
        ("detr", (None, 8, float, np.zeros((14, 13), bool)), r"padding must be .* 14 × 14 pixels; got bool \(14, 13\)"),
        ("detr", (None, 8, float, np.zeros((14, 14))), "padding must be .* got float64"),
    ],
)
def test_bad_arguments(form, arguments, words):
    with pytest.raises(ValueError, match=words):
        Sincos2d(form=form).table(*arguments)


def test_mean_table_ends_with_the_grid():
    with pytest.raises(ValueError, match=r"positions must be .* got 6"):
        Sincos2d(2, 3).mean_table(np.array([0, 7]), 8)
