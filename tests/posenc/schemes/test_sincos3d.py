"""Three-dimensional sinusoids against each library's formula, feature by feature."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.sincos2d import Sincos2d
from posenc.schemes.sincos3d import Sincos3d

FORMS = ("positional-encodings", "cogvideox", "simple-vit")
sizes = st.integers(1, 4)
every_form = pytest.mark.parametrize("form", FORMS)


def waves(x, n, temperature, last=None):
    angles = [x * temperature ** -(k / (last or n)) for k in range(n)]
    return np.sin(angles), np.cos(angles)


def vector(form, t, r, c, dim, temperature):
    """The vector of frame t, row r and column c, in the words of the conventions."""
    if form == "cogvideox":
        n, plane = dim // 8, 3 * dim // 16
        parts = waves(t, n, temperature), waves(c, plane, temperature), waves(r, plane, temperature)
    elif form == "simple-vit":
        n = dim // 6
        parts = [waves(x, n, temperature, n - 1) for x in (c, r, t)]
    else:
        n = -(-dim // 6)
        return np.concatenate([np.stack(waves(x, n, temperature), -1).ravel() for x in (t, r, c)])[:dim]
    return np.concatenate([wave for part in parts for wave in part])


@given(
    depth=sizes,
    height=sizes,
    width=sizes,
    part=st.integers(1, 3),
    cut=st.integers(0, 5),
    temperature=st.floats(1.0, 1e5),
    scales=st.tuples(st.floats(0.5, 4), st.floats(0.5, 4)),
)
@every_form
def test_table_equals_the_formula(form, *, depth, height, width, part, cut, temperature, scales):
    dim = {"positional-encodings": 6 * part - cut, "cogvideox": 16 * part, "simple-vit": 6 * part + 6}[form]
    space, time = scales
    scheme = Sincos3d(depth, height, width, temperature, form, spatial_scale=space, temporal_scale=time)
    grid = [(t, r, c) for t in range(depth) for r in range(height) for c in range(width)]
    expected = [vector(form, t / time, r / space, c / space, dim, temperature) for t, r, c in grid]
    table = scheme.table(None, dim, np.float64)
    np.testing.assert_allclose(table, expected, atol=1e-12)
    np.testing.assert_array_equal(scheme.table([len(grid) - 1, 0], dim, np.float64), table[[-1, 0]])
    assert scheme.max_length == len(grid)


def test_cogvideox_holds_the_table_of_mae():
    table = Sincos3d(3, 4, 5, form="cogvideox").table(None, 32).reshape(3, 20, 32)
    np.testing.assert_array_equal(table[2, :, 8:], Sincos2d(4, 5, form="mae").table(None, 24))


@every_form
def test_mean_table_is_the_mean_of_rows(form):
    scheme, edges = Sincos3d(3, 4, 5, form=form), np.array([0, 1, 17, 20, 41, 60])
    table = scheme.table(None, 48, np.float64)
    expected = [table[a:b].mean(0) for a, b in itertools.pairwise(edges)]
    np.testing.assert_allclose(scheme.mean_table(edges, 48), expected, atol=1e-12)


@every_form
@pytest.mark.parametrize("offset", [-3, 0, 1, 4])
def test_kernel_is_the_dot_product_along_a_row(form, offset):
    scheme = Sincos3d(2, 3, 9, form=form)
    first, second = scheme.table([40, 40 + offset], 48, np.float64)  # row 1 of frame 1, from column 4 on
    np.testing.assert_allclose(scheme.kernel([offset], dim=48, heads=2), np.full((2, 1), first @ second), atol=1e-12)


@every_form
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_dtype_is_as_asked(form, dtype):
    table = Sincos3d(form=form).table(None, 48, dtype)
    assert (table.shape, table.dtype) == ((256, 48), dtype)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"depth": 0}, "depth must be .* got 0"),
        ({"form": "mae"}, "form must be one of 'positional-encodings', 'cogvideox', 'simple-vit'; got 'mae'"),
        ({"spatial_scale": 0.0}, "spatial_scale .* got 0.0"),
        ({"temporal_scale": "slow"}, "temporal_scale .* got 'slow'"),
    ],
)
def test_bad_parameters(parameters, words):
    with pytest.raises(ValueError, match=words):
        Sincos3d(**parameters)


@pytest.mark.parametrize(
    ("form", "positions", "dim", "words"),
    [
        ("cogvideox", None, 24, "dim must be .* that 16 divides; got 24"),
        ("simple-vit", None, 6, "dim must be a whole number of at least 12 that 6 divides; got 6"),
        ("positional-encodings", 257, 6, "positions must be .* the tokens of a 4 × 8 × 8 grid; got 256"),
    ],
)
def test_bad_arguments(form, positions, dim, words):
    with pytest.raises(ValueError, match=words):
        Sincos3d(form=form).table(positions, dim)
