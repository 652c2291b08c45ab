"""Moving by k positions: one orthogonal matrix, the same everywhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.shift import shift_error

LAYOUTS = ("interleaved", "concatenated")
dims = st.integers(1, 16).map(lambda half: 2 * half)
steps = st.floats(-1000, 1000) | st.integers(-1000, 1000)


@given(k=steps, dim=dims, base=st.floats(1.0, 1e6), positions=st.lists(st.floats(-1000, 1000), min_size=1, max_size=20))
@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_moves_every_position_by_k(layout, k, dim, base, positions):
    scheme, where = posenc.scheme("sinusoidal", base=base, layout=layout), np.array(positions)
    matrix = posenc.shift_matrix(k, dim, base, layout)
    moved = scheme.table(where, dim, np.float64) @ matrix.T
    np.testing.assert_allclose(moved, scheme.table(where + k, dim, np.float64), atol=1e-10)


@given(a=steps, b=steps, dim=dims)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_matrices_are_rotations_that_add_up(layout, a, b, dim):
    first, second, both = (posenc.shift_matrix(k, dim, layout=layout) for k in (a, b, a + b))
    np.testing.assert_allclose(first @ first.T, np.eye(dim), atol=1e-12)
    assert np.linalg.det(first) == pytest.approx(1)
    np.testing.assert_allclose(first @ second, both, atol=1e-10)
    np.testing.assert_allclose(posenc.shift_matrix(-a, dim, layout=layout), first.T, atol=1e-12)


def test_not_moving_is_the_identity():
    np.testing.assert_array_equal(posenc.shift_matrix(0, 6), np.eye(6))


@pytest.mark.parametrize(
    "scheme",
    [
        posenc.scheme("sinusoidal", spacing="tensor2tensor", scale=0.5, layout="concatenated"),
        posenc.scheme("rotary", layout="half"),
        posenc.scheme("rotary", layout="interleaved", rotary_dim=6),
    ],
    ids=lambda scheme: f"{scheme.id}-{scheme.layout}",
)
def test_schemes_know_their_own_matrix(scheme):
    table = scheme.table(np.arange(40), 12, np.float64)
    np.testing.assert_allclose(table[:-7] @ scheme.shift_matrix(7, 12).T, table[7:], atol=1e-12)
    assert shift_error(scheme, 7, 12, 40) < 1e-12


def test_an_odd_dim_and_padding_and_a_learned_table_have_none():
    assert posenc.scheme("sinusoidal").shift_matrix(1, 7) is None
    assert posenc.scheme("sinusoidal", padding_idx=3).shift_matrix(1, 8) is None
    assert posenc.scheme("learned").shift_matrix(1, 8) is None
    assert posenc.scheme("axial_rotary").shift_matrix(1, 8) is None


@pytest.mark.parametrize("id", ["xpos", "mrope", "polar"])
def test_every_rotation_that_counts_positions_has_one(id):
    scheme = posenc.scheme(id)
    table = scheme.table(np.arange(40), 12, np.float64)
    np.testing.assert_allclose(table[:-7] @ scheme.shift_matrix(7, 12).T, table[7:], atol=1e-12)
    assert shift_error(scheme, 7, 12, 4096) < 1e-11


@pytest.mark.parametrize("scaling", ["dynamic", "longrope"])
def test_a_length_has_a_matrix_of_its_own(scaling):
    """No matrix fits every length, but in a sequence of one length one rotation moves every position."""
    known = {
        "dynamic": posenc.rope_scaling("dynamic", factor=2.0, max_position_embeddings=100),
        "longrope": posenc.rope_scaling(
            "longrope", short_factor=(1.0, 1.0), long_factor=(2.0, 4.0), original_max_position_embeddings=100
        ),
    }
    scheme = posenc.scheme("rotary", scaling=known[scaling])
    assert scheme.shift_matrix(3, 4) is None
    assert shift_error(scheme, 3, 4, 200) < 1e-9


@pytest.mark.parametrize("row", [0, 300, 301, 8191])
def test_a_row_of_zeros_is_never_missed(row):
    """Of 8,192 rows 512 are tried, and that of the padding always."""
    assert shift_error(posenc.scheme("sinusoidal", padding_idx=row), 5, 8, 8192) > 0.9


def test_a_row_of_zeros_beyond_the_length_is_none():
    assert shift_error(posenc.scheme("sinusoidal", padding_idx=9000), 5, 8, 8192) < 1e-9


def test_shift_error_tells_sinusoids_from_a_learned_table():
    """A sinusoid moves exactly, 1,048,576 positions long too; the best linear map of a learned table misses."""
    sinusoidal, learned = posenc.scheme("sinusoidal"), posenc.scheme("learned")
    assert shift_error(sinusoidal, 5, 64, 512) < 1e-12
    assert shift_error(sinusoidal, 1000, 64, 1 << 20) < 1e-8
    assert shift_error(learned, 5, 64, 512) > 0.1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: posenc.shift_matrix(1, 7), "dim must be a whole number of at least 2 that 2 divides; got 7"),
        (lambda: posenc.shift_matrix(1, 0), "dim must be .* got 0"),
        (lambda: posenc.shift_matrix(1, "8"), "dim must be .* got '8'"),
        (lambda: posenc.shift_matrix(1, 8, base=0.0), "base must be .* got 0.0"),
        (lambda: posenc.shift_matrix(1, 8, layout="half"), "layout must be one of .* got 'half'"),
        (lambda: posenc.shift_matrix(np.nan, 8), "k must be a finite number; got nan"),
        (lambda: posenc.shift_matrix("1", 8), "k must be a finite number; got '1'"),
        (lambda: posenc.shift_matrix([1, 2], 8), r"k must be a finite number; got \[1, 2\]"),
        (lambda: shift_error(posenc.scheme("alibi"), 1, 4, 8), "scheme must have a table .* alibi is of family"),
        (lambda: shift_error(posenc.scheme("sinusoidal"), 9, 8, 10), "k must be .* at most 8; got 9"),
        (lambda: shift_error(posenc.scheme("sinusoidal"), 0, 8, 1), "length must be .* at least 2; got 1"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
