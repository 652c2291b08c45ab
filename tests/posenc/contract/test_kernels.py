"""Kernels of every scheme, whatever its parameters, against what their docstring says: tables, rotations, biases."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import posenc
from posenc.families import Bias, Rotary
from tests.posenc.unusual import TABLED

GRIDS = ["fourier", "sincos2d", "sincos3d"]
ROTARY = ["rotary", "xpos", "mrope"]
HEADS = 2
offsets = st.integers(-7, 7)


def test_every_scheme_with_a_table_is_tried():
    with_table = {id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Absolute | posenc.Rotary)}
    assert with_table == set(TABLED) == {"sinusoidal", "learned", "axial_rotary", "polar", *GRIDS, *ROTARY}


def kernel(scheme, offset, dim):
    """The kernel at one offset, which is the same in every head."""
    found = scheme.kernel([offset], dim, HEADS)
    assert (found.shape, found.dtype) == ((HEADS, 1), np.float64)
    assert np.array_equal(found[0], found[1], equal_nan=True)
    return found[0, 0]


@given(chosen=TABLED["sinusoidal"], offset=offsets, start=st.floats(0, 1000))
def test_sinusoids_are_the_dot_product_of_any_two_rows_a_lone_sine_the_mean_of_all(chosen, offset, start):
    scheme, dim = chosen
    slowest = scheme.frequencies(dim)[-1]
    places = start + np.arange(7) * 2 * math.pi / (7 * slowest)  # spread over one turn of the last wave
    assume(scheme.padding_idx not in (*places, *(places + offset)))
    near, far = (scheme.table(where, dim, np.float64) for where in (places, places + offset))
    expected = (near * far).sum(1)
    tolerance = 1e-6 * max(1.0, scheme.scale**2)
    if dim % 2 == 0:
        assert np.ptp(expected) < tolerance
    assert kernel(scheme, offset, dim) == pytest.approx(expected.mean(), abs=tolerance)


@given(chosen=TABLED["learned"], offset=st.integers(-600, 600))
def test_learned_rows_are_the_mean_over_all_pairs(chosen, offset):
    scheme, dim = chosen
    rows = scheme.table(512, dim, np.float64)
    k = abs(offset)
    expected = np.nan if k > 511 else np.einsum("pd,pd->p", rows[: 512 - k], rows[k:]).mean()
    np.testing.assert_allclose(kernel(scheme, offset, dim), expected, atol=1e-9)


@given(data=st.data(), offset=offsets)
@pytest.mark.parametrize("id", GRIDS)
def test_grids_are_the_mean_over_all_pairs_in_a_row(id, data, offset):
    scheme, dim = data.draw(TABLED[id])
    sizes = [axis.size for axis in scheme._axes()]
    rows = scheme.table(None, dim, np.float64)[scheme.empty_row is not None :].reshape(-1, sizes[-1], dim)
    k, found = abs(offset), kernel(scheme, offset, dim)
    if k >= sizes[-1]:
        assert np.isnan(found) == (scheme.row_norm(dim) is None)
        return
    products = (rows[:, : sizes[-1] - k] * rows[:, k:]).sum(2)
    np.testing.assert_allclose(found, products.mean(), atol=1e-8)
    if scheme.row_norm(dim) is not None:
        np.testing.assert_allclose(products, found, atol=1e-8)


@given(data=st.data(), offset=offsets, start=st.integers(0, 9))
@pytest.mark.parametrize("id", ROTARY)
def test_rotations_are_the_factor_of_a_score_spread_evenly(id, data, offset, start):
    """The mean over all directions of an equal query and key: the trace of one rotation against the other."""
    scheme, dim = data.draw(TABLED[id])
    query, key = (0, offset) if offset >= 0 else (-offset, 0)
    if not scheme.by_length:
        query, key = query + start, key + start
    more = {"length": 64} if id == "xpos" else {}
    basis = np.concatenate([np.eye(dim), np.eye(dim)])
    where = np.repeat([query, key], dim)
    queries = scheme.rotate(basis, where, **more)[:dim]
    keys = scheme.rotate_key(basis, where, **more)[dim:]
    assert kernel(scheme, offset, dim) == pytest.approx((queries * keys).sum() / dim, abs=1e-9)


@given(chosen=TABLED["axial_rotary"], data=st.data())
def test_rotations_on_a_grid_are_that_factor_along_a_row(chosen, data):
    scheme, dim = chosen
    rows, columns = math.prod(scheme.grid[:-1]), scheme.grid[-1]
    query, key = (data.draw(st.integers(0, columns - 1)) for _ in range(2))
    row = columns * data.draw(st.integers(0, rows - 1))
    queries, keys = (scheme.rotate(np.eye(dim), np.full(dim, row + column)) for column in (query, key))
    assert kernel(scheme, key - query, dim) == pytest.approx((queries * keys).sum() / dim, abs=1e-6)


@given(chosen=TABLED["polar"], offset=offsets, size=st.floats(-2, 2))
def test_polar_is_that_factor_for_equal_features(chosen, offset, size):
    scheme, dim = chosen
    query, key = scheme.rotate(np.full((2, dim // 2), size), [8, 8 + offset])
    assert kernel(scheme, offset, dim) == pytest.approx(query @ key / (query @ query), abs=1e-9)


@given(where=st.lists(st.integers(-300, 300), min_size=1, max_size=9), heads=st.integers(1, 4))
@pytest.mark.parametrize("id", [id for id, cls in posenc.schemes().items() if cls.kernel is Bias.kernel])
def test_biases_are_what_is_added_to_a_query_at_0(id, where, heads):
    scheme = posenc.scheme(id)
    np.testing.assert_array_equal(scheme.kernel(where, heads=heads), scheme.bias([0], where, heads)[:, 0])


@pytest.mark.parametrize("id", ["swin", "swinv2"])
def test_biases_of_a_window_are_those_along_its_rows(id):
    scheme = posenc.scheme(id, height=3, width=5)
    found, whole = scheme.kernel(np.arange(-6, 7), heads=HEADS), scheme.bias(15, 15, HEADS)
    assert np.isnan(found[:, [0, 1, -2, -1]]).all()
    for row in (0, 5, 10):
        for query in range(5):
            for key in range(5):
                np.testing.assert_array_equal(found[:, key - query + 6], whole[:, row + query, row + key])


def test_the_kernels_not_tried_here_are_tried_with_their_scheme():
    own = {id for id, cls in posenc.schemes().items() if issubclass(cls, Bias) and cls.kernel is not Bias.kernel}
    assert own == {"swin", "swinv2", "cope"}
    assert posenc.schemes()["mrope"].kernel is Rotary.kernel


@pytest.mark.parametrize(
    ("id", "options", "offset", "dim", "expected"),
    [
        ("sinusoidal", {}, 0, 1, 0.5),
        ("sinusoidal", {}, 0, 3, 1.5),
        ("sinusoidal", {"scale": 0.0}, 5, 4, 0.0),
        ("sincos2d", {"form": "positional-encodings"}, 0, 6, 3.0),
        ("mrope", {}, 0, 2, 1.0),
    ],
)
def test_known_cases(id, options, offset, dim, expected):
    assert kernel(posenc.scheme(id, **options), offset, dim) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        (posenc.scheme("learned"), "offsets must be whole numbers .* got 0.5"),
        (posenc.scheme("fourier", concat_pos=True), "offsets must be whole numbers .* got 0.5"),
        (posenc.scheme("t5"), "offsets must be whole numbers .* got 0.5"),
    ],
    ids=lambda it: getattr(it, "id", ""),
)
def test_a_fraction_where_only_whole_offsets_have_a_row(scheme, words):
    with pytest.raises(ValueError, match=words):
        scheme.kernel([0.5], 66 if scheme.id == "fourier" else 64)


def test_an_offset_where_the_scale_of_xpos_ends():
    with pytest.raises(ValueError, match="offsets must be nearer to 0"):
        posenc.scheme("xpos", scale_base=1.0).kernel([-4096, 4096], 64)
