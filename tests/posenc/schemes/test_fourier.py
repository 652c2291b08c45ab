"""Fourier features of a grid against each library's formula, feature by feature."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.fourier import Fourier

FORMS = ("timm", "timm-embed", "perceiver")
sizes, counts, resolutions = st.integers(1, 6), st.integers(1, 5), st.floats(2.0, 300.0)
every_form = pytest.mark.parametrize("form", FORMS)


def frequencies(count, resolution, linear):
    if linear:
        return [np.pi * f for f in np.linspace(1, resolution / 2, count)]
    return [np.pi * 2**e for e in np.linspace(0, np.log2(resolution) - 1, count)]


def vector(place, bands, form, coordinates, sine_only):
    """The vector at a place, whose axes have these bands, in the words of the conventions."""
    sines = [[np.sin(f * x) for f in own] for x, own in zip(place, bands, strict=True)]
    cosines = [] if sine_only else [[np.cos(f * x) for f in own] for x, own in zip(place, bands, strict=True)]
    if form == "timm-embed":  # band by band, not axis by axis
        sines, cosines = (list(zip(*part, strict=True)) for part in (sines, cosines))
    first = place if coordinates or form == "timm-embed" else []
    return [*first, *(one for part in (*sines, *cosines) for one in part)]


@given(
    shape=st.lists(sizes, min_size=1, max_size=3).map(tuple),
    count=counts,
    resolution=resolutions,
    linear=st.booleans(),
    coordinates=st.booleans(),
    sine_only=st.booleans(),
)
@every_form
def test_table_equals_the_formula(form, *, shape, count, resolution, linear, coordinates, sine_only):
    if len(shape) == 2:
        scheme = Fourier(*shape, count, resolution, form, linear, coordinates, sine_only)
    else:
        scheme = Fourier(2, 2, count, resolution, form, linear, coordinates, sine_only, shape)
    bands = [frequencies(count, resolution, linear or form != "timm")] * len(shape)
    grid = np.stack(np.meshgrid(*(np.linspace(-1, 1, size) for size in shape), indexing="ij"), -1)
    expected = [vector(list(place), bands, form, coordinates, sine_only) for place in grid.reshape(-1, len(shape))]
    table = scheme.table(None, len(expected[0]), np.float64)
    np.testing.assert_allclose(table, expected, atol=1e-10)
    np.testing.assert_array_equal(scheme.table([len(table) - 1, 0], len(expected[0]), np.float64), table[[-1, 0]])
    assert scheme.table([], len(expected[0])).shape == (0, len(expected[0]))
    assert scheme.max_length == len(table)


def test_an_axis_may_have_a_resolution_of_its_own():
    scheme = Fourier(2, 3, 4, max_resolution=[32.0, 24.0], form="perceiver", concat_pos=True)
    bands = [frequencies(4, 32.0, True), frequencies(4, 24.0, True)]
    expected = [vector([r, c], bands, "perceiver", True, False) for r in (-1, 1) for c in (-1, 0, 1)]
    np.testing.assert_allclose(scheme.table(None, 18, np.float64), expected, atol=1e-12)
    assert scheme.max_resolution == (32.0, 24.0)
    assert hash(scheme) == hash(Fourier(2, 3, 4, (32.0, 24.0), "perceiver", concat_pos=True))


@every_form
@pytest.mark.parametrize("coordinates", [True, False])
def test_without_num_bands_dim_decides(form, coordinates):
    dim = 34 if coordinates or form == "timm-embed" else 32
    open_ended, fixed = (Fourier(3, 4, count, form=form, concat_pos=coordinates) for count in (None, 8))
    np.testing.assert_array_equal(open_ended.table(None, dim), fixed.table(None, dim))


@every_form
@pytest.mark.parametrize("options", [{}, {"concat_pos": True}, {"sine_only": True}])
def test_mean_table_is_the_mean_of_rows(form, options):
    scheme, edges = Fourier(4, 5, 3, form=form, **options), np.array([0, 1, 7, 10, 20])
    dim = 6 * (1 if "sine_only" in options else 2) + 2 * (form == "timm-embed" or "concat_pos" in options)
    table = scheme.table(None, dim, np.float64)
    expected = [table[a:b].mean(0) for a, b in itertools.pairwise(edges)]
    np.testing.assert_allclose(scheme.mean_table(edges, dim), expected, atol=1e-12)


@pytest.mark.parametrize("offset", [-3, 0, 1, 4, 20])
@pytest.mark.parametrize("form", ["timm", "perceiver"])
def test_kernel_of_pairs_is_the_dot_product_at_any_place_of_a_row(form, offset):
    first, second = Fourier(3, 30, 4, form=form).table([39, 39 + offset], 16, np.float64)
    kernel = Fourier(3, 30, 4, form=form).kernel([offset], dim=16, heads=2)
    np.testing.assert_allclose(kernel, np.full((2, 1), first @ second), atol=1e-9)


@pytest.mark.parametrize(
    ("options", "dim", "expected"),
    [
        ({"height": 1, "width": 2, "concat_pos": True}, 6, [4, 2]),
        ({"height": 1, "width": 2, "sine_only": True}, 2, [0, 0]),
        ({"height": 1, "width": 1, "form": "timm-embed"}, 6, [4, np.nan]),
        ({"height": 2, "width": 3, "form": "timm-embed"}, 6, [2 + 1 + 2 / 3, 1 + 0 + 1 - 1]),
    ],
)
def test_kernel_of_lone_sines_and_of_coordinates_is_a_mean_over_the_grid(options, dim, expected):
    np.testing.assert_allclose(Fourier(**options).kernel([0, 1], dim, 1)[0], expected, atol=1e-12)


@every_form
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_dtype_is_as_asked(form, dtype):
    table = Fourier(form=form).table(None, 34 if form == "timm-embed" else 32, dtype)
    assert table.dtype == dtype
    assert np.abs(table).max() <= 1


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"height": 0}, "height must be .* got 0"),
        ({"num_bands": 0}, "num_bands must be a whole number of at least 1 .* got 0"),
        ({"num_bands": 2.5}, "num_bands .* got 2.5"),
        ({"max_resolution": 0.5}, "max_resolution must be a number from 1.0 .* got 0.5"),
        ({"max_resolution": (8.0, "x")}, "max_resolution .* got 'x'"),
        ({"max_resolution": (8.0, 8.0, 8.0)}, "max_resolution must be one number, or one for each of 2 axes"),
        ({"form": "nerf"}, "form must be one of 'timm', 'timm-embed', 'perceiver'; got 'nerf'"),
        ({"sine_only": None}, "sine_only must be one of False, True; got None"),
        ({"shape": ()}, r"shape must be the sizes of one or more axes; got \(\)"),
        ({"shape": 3}, "shape must be the sizes of one or more axes; got 3"),
        ({"shape": (3, 0)}, "shape must be a whole number of at least 1 .* got 0"),
    ],
)
def test_bad_parameters(parameters, words):
    with pytest.raises(ValueError, match=words):
        Fourier(**parameters)


@pytest.mark.parametrize(
    ("parameters", "positions", "dim", "words"),
    [
        ({"num_bands": 4}, None, 20, r"dim must be 0 \+ 4 · bands for num_bands=4; got 20"),
        ({"num_bands": 4}, None, 16.0, "dim must be a whole number .* got 16.0"),
        ({"concat_pos": True}, None, 16, r"dim must be 2 \+ 4 · bands for any number of bands; got 16"),
        ({}, None, 2, r"dim must be 0 \+ 4 · bands for any number of bands; got 2"),
        ({}, 197, 8, "positions must be .* the tokens of a 14 × 14 grid; got 196"),
    ],
)
def test_bad_arguments(parameters, positions, dim, words):
    with pytest.raises(ValueError, match=words):
        Fourier(**parameters).table(positions, dim)
