"""Sinusoids against the formula, written out feature by feature in float64."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import posenc
from posenc.schemes.sinusoidal import Sinusoidal

options = st.fixed_dictionaries(
    {
        "base": st.floats(1.0, 1e6),
        "layout": st.sampled_from(["interleaved", "concatenated"]),
        "spacing": st.sampled_from(["vaswani", "tensor2tensor"]),
        "odd": st.sampled_from(["plain", "round-up"]),
    }
)


def textbook(positions, dim, *, base=10000.0, layout="interleaved", spacing="vaswani", odd="plain"):
    """(n, dim) float64, feature j at a time."""
    positions = np.asarray(positions, float)
    pairs = -(-dim // 2)
    table = np.empty((len(positions), dim))
    for j in range(dim):
        if layout == "interleaved":
            i, wave = j // 2, (np.sin, np.cos)[j % 2]
        else:
            i, wave = j % pairs, (np.sin, np.cos)[j // pairs]
        vaswani = i / pairs if odd == "round-up" else 2 * i / dim
        exponent = vaswani if spacing == "vaswani" else i / max(pairs - 1, 1)
        table[:, j] = wave(positions * base**-exponent)
    return table


def allowed(dim, chosen):
    return dim % 2 == 0 or chosen["spacing"] == "vaswani" or chosen["odd"] == "round-up"


@given(positions=st.lists(st.floats(-1e5, 1e5), max_size=40), dim=st.integers(1, 33), chosen=options)
def test_any_positions_equal_the_textbook(positions, dim, chosen):
    assume(allowed(dim, chosen))
    got = Sinusoidal(**chosen).table(positions, dim, np.float64)
    np.testing.assert_allclose(got, textbook(positions, dim, **chosen), atol=1e-9)


@given(start=st.integers(-(10**6), 10**6), n=st.integers(0, 300), dim=st.integers(1, 33), chosen=options)
def test_consecutive_positions_equal_the_textbook(start, n, dim, chosen):
    assume(allowed(dim, chosen))
    got = Sinusoidal(**chosen).table(np.arange(start, start + n), dim)
    assert got.dtype == np.float32
    assert np.abs(got - textbook(np.arange(start, start + n), dim, **chosen)).max(initial=0) <= 2e-7


@pytest.mark.parametrize("layout", ["interleaved", "concatenated"])
@pytest.mark.parametrize("start", [0, 10**6])
def test_a_long_table_is_within_2e_7_of_float64(start, layout):
    n, dim = 131_072, 128
    table = Sinusoidal(layout=layout).table(np.arange(start, start + n), dim)
    assert table.shape == (n, dim)
    for first in range(0, n, 16_384):
        rows = slice(first, first + 16_384)
        expected = textbook(np.arange(start, start + n)[rows], dim, layout=layout)
        assert np.abs(table[rows] - expected).max() <= 2e-7


def test_a_length_means_positions_from_0():
    np.testing.assert_array_equal(Sinusoidal().table(20, 8), Sinusoidal().table(np.arange(20), 8))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("layout", ["interleaved", "concatenated"])
def test_dtype_is_as_asked(dtype, layout):
    table = Sinusoidal(layout=layout, scale=0.5).table(40, 6, dtype)
    assert table.dtype == dtype
    np.testing.assert_allclose(table, 0.5 * textbook(range(40), 6, layout=layout), atol=2 * np.finfo(dtype).eps)


@given(dim=st.integers(1, 40), base=st.floats(1.0, 1e6))
def test_layouts_are_a_permutation_of_columns(dim, base):
    side_by_side = Sinusoidal(base=base).table(50, dim, np.float64)
    sines_first = Sinusoidal(base=base, layout="concatenated").table(50, dim, np.float64)
    columns = [*range(0, dim, 2), *range(1, dim, 2)]
    np.testing.assert_array_equal(sines_first, side_by_side[:, columns])
    np.testing.assert_allclose(posenc.similarity(sines_first), posenc.similarity(side_by_side), atol=1e-12)


def test_spacings_end_where_they_say():
    paper, tensor2tensor = (Sinusoidal(spacing=s).frequencies(32) for s in ("vaswani", "tensor2tensor"))
    assert paper[0] == tensor2tensor[0] == 1
    assert paper[-1] == pytest.approx(10000.0 ** (-1 + 2 / 32), rel=1e-14)
    assert tensor2tensor[-1] == pytest.approx(1 / 10000, rel=1e-14)


def test_odd_dim_as_it_stands_or_rounded_up():
    np.testing.assert_allclose(Sinusoidal().frequencies(7), 10000.0 ** (-np.arange(4) * 2 / 7))
    for layout in ("interleaved", "concatenated"):
        scheme = Sinusoidal(odd="round-up", layout=layout)
        np.testing.assert_array_equal(scheme.table(30, 7), scheme.table(30, 8)[:, :7])


def test_scale_multiplies_the_whole_table():
    plain, scaled = (Sinusoidal(scale=scale).table(30, 8, np.float64) for scale in (1.0, 0.25))
    np.testing.assert_array_equal(scaled, plain / 4)


@pytest.mark.parametrize("positions", [np.arange(20), np.array([5, 1, 7, 1, 0])])
def test_padding_position_is_a_row_of_zeros_and_the_others_stay(positions):
    padded, plain = (Sinusoidal(padding_idx=index).table(positions, 6) for index in (1, None))
    assert not padded[positions == 1].any()
    np.testing.assert_array_equal(padded[positions != 1], plain[positions != 1])


@given(dim=st.integers(1, 20).map(lambda half: 2 * half), start=st.integers(-1000, 1000), scale=st.floats(0.0, 10.0))
def test_kernel_is_the_dot_product_at_each_offset(dim, start, scale):
    scheme = Sinusoidal(scale=scale)
    rows = scheme.table(np.arange(start, start + 50), dim, np.float64)
    np.testing.assert_allclose(scheme.kernel(np.arange(50), dim, heads=1)[0], rows @ rows[0], atol=1e-9)


def test_what_is_often_told_wrong():
    """The dot product is symmetric and rises again from offset 12 (dim 128); no repeat after 62,832 positions."""
    scheme = Sinusoidal()
    curve = scheme.kernel(np.arange(-20, 21), dim=128)[0]
    np.testing.assert_allclose(curve, curve[::-1])
    assert np.flatnonzero(np.diff(curve[20:]) > 0)[0] + 1 == 12
    first, later = scheme.table([0, 62_832], 128, np.float64)
    assert np.abs(first - later).max() > 0.1


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"base": 0.5}, r"base must be a number from 1.0 to .*; got 0.5"),
        ({"base": float("nan")}, "base .* got nan"),
        ({"base": "10000"}, "base .* got '10000'"),
        ({"base": True}, "base .* got True"),
        ({"layout": "half"}, "layout must be one of 'interleaved', 'concatenated'; got 'half'"),
        ({"spacing": 2}, "spacing must be one of 'vaswani', 'tensor2tensor'; got 2"),
        ({"odd": None}, "odd must be one of .* got None"),
        ({"scale": -1.0}, "scale .* got -1.0"),
        ({"padding_idx": -1}, "padding_idx must be a whole number of at least 0; got -1"),
        ({"padding_idx": 1.5}, "padding_idx .* got 1.5"),
    ],
)
def test_bad_parameters(parameters, words):
    with pytest.raises(ValueError, match=words):
        Sinusoidal(**parameters)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((-1, 8), "positions must be .* got -1"),
        ((2.5, 8), "positions must be .* got 2.5"),
        (("ten", 8), "positions must be .* got 'ten'"),
        (([0, np.inf], 8), "positions must be .* finite"),
        ((np.zeros((2, 2)), 8), r"positions must be .* shape \(2, 2\)"),
        ((4, 0), "dim must be a whole number of at least 1; got 0"),
        ((4, 8.0), "dim must be .* got 8.0"),
        ((4, 8, int), "dtype must be a floating-point type .* got .*int"),
        ((4, 8, "float99"), "dtype .* got 'float99'"),
    ],
)
def test_bad_arguments(arguments, words):
    with pytest.raises(ValueError, match=words):
        Sinusoidal().table(*arguments)


def test_odd_dim_has_no_plain_tensor2tensor_spacing():
    with pytest.raises(ValueError, match="dim must be even with tensor2tensor's spacing, or odd='round-up'; got 7"):
        Sinusoidal(spacing="tensor2tensor").table(4, 7)
