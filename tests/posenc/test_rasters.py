"""Rasters against the means of the full table and of the full similarity matrix, cell by cell."""

import sys
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import posenc
from posenc import rasters, similarities
from posenc.rasters import MAX_CELLS, MAX_NUMBERS, MAX_POSITIONS
from tests.posenc.unusual import TABLED, TURN

sinusoidal = st.builds(
    lambda **chosen: posenc.scheme("sinusoidal", **chosen),
    base=st.floats(1.0, 1e6),
    layout=st.sampled_from(["interleaved", "concatenated"]),
    spacing=st.sampled_from(["vaswani", "tensor2tensor"]),
    odd=st.sampled_from(["plain", "round-up"]),
    scale=st.floats(0.0, 2.0),
    padding_idx=st.none() | st.integers(0, 700),
)
rotary = st.builds(
    lambda **chosen: posenc.scheme("rotary", **chosen),
    base=st.floats(1.0, 1e6),
    layout=st.sampled_from(["half", "interleaved"]),
    rotary_dim=st.none() | st.integers(1, 6).map(lambda half: 2 * half),
)
learned = st.builds(lambda interpolate: posenc.scheme("learned", interpolate=interpolate), st.booleans())

module = sys.modules["posenc.rasters"]

LEARNED, STRETCHED = posenc.scheme("learned"), posenc.scheme("learned", interpolate=True)
ANY = [
    posenc.scheme("sinusoidal", layout="concatenated"),
    posenc.scheme("sinusoidal", spacing="tensor2tensor", scale=0.5, padding_idx=3),
    posenc.scheme("rotary", rotary_dim=4),
    LEARNED,
    STRETCHED,
]


def names(scheme):
    return scheme.id


def block_means(table, rows, columns):
    """The mean of each block, with the borders that NumPy's floor division gives; rows and columns one at a time."""
    down, across = (
        [i * size // cells for i in range(cells + 1)] for size, cells in zip(table.shape, (rows, columns), strict=True)
    )
    return np.array(
        [[table[down[r] : down[r + 1], across[c] : across[c + 1]].mean() for c in range(columns)] for r in range(rows)]
    )


@given(st.data())
@pytest.mark.parametrize("schemes", [sinusoidal, rotary, learned], ids=["sinusoidal", "rotary", "learned"])
def test_raster_is_block_means_of_the_table(schemes, data):
    scheme = data.draw(schemes)
    start, n = data.draw(st.integers(0, 400)), data.draw(st.integers(1, 112))
    dim = data.draw(st.integers(1, 25) if scheme.family == "absolute" else st.integers(6, 12).map(lambda i: 2 * i))
    assume(scheme.id != "sinusoidal" or dim % 2 == 0 or scheme.spacing == "vaswani" or scheme.odd == "round-up")
    rows, columns = data.draw(st.integers(1, 130)), data.draw(st.integers(1, 30))
    got = posenc.raster(scheme, (start, start + n), dim, rows, columns)
    table = scheme.table(np.arange(start, start + n), dim, np.float64)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, block_means(table, min(rows, n), min(columns, dim)), atol=3e-7)


@pytest.mark.parametrize("positions", [(0, 3000), (100, 5117), (4999, 5003), 20_000])
@pytest.mark.parametrize("scheme", [*ANY[:3], STRETCHED], ids=names)
def test_long_ranges(scheme, positions):
    start, stop = positions if isinstance(positions, tuple) else (0, positions)
    rows = min(7, stop - start)
    table = scheme.table(np.arange(start, stop), 12, np.float64)
    got = posenc.raster(scheme, positions, 12, 7, 5)
    np.testing.assert_allclose(got, block_means(table, rows, 5), atol=3e-7)


def test_a_cell_for_each_entry_is_the_table_itself():
    for scheme in ANY:
        np.testing.assert_allclose(posenc.raster(scheme, 40, 8, 360, 700), scheme.table(40, 8), atol=2e-7)


def test_edges_cover_all_and_differ_by_one_at_most():
    for start, stop, cells in ((0, 10, 4), (7, 1_048_576, 360), (3, 4, 1)):
        borders = rasters.edges(start, stop, cells)
        assert (borders[0], borders[-1], len(borders)) == (start, stop, cells + 1)
        assert np.diff(borders).min() >= 1
        assert np.ptp(np.diff(borders)) <= 1


@given(n=st.integers(1, MAX_POSITIONS), maximum=st.integers(1, 512))
def test_cells_are_many_and_nearly_equal(n, maximum):
    cells = rasters.largest_divisor(n, maximum)
    assert min(n, maximum) / 2 <= cells <= min(n, maximum)
    assert np.ptp(np.diff(rasters.edges(0, n, cells))) <= 1
    if n % cells:
        assert all(n % count for count in range(-(-maximum // 2), maximum + 1))


def test_mean_columns():
    table = np.arange(12.0).reshape(2, 6)
    np.testing.assert_array_equal(rasters.mean_columns(table, 3), [[0.5, 2.5, 4.5], [6.5, 8.5, 10.5]])
    np.testing.assert_array_equal(rasters.mean_columns(table, 99), table)


@pytest.mark.parametrize("scheme", [*ANY[:3], STRETCHED], ids=names)
def test_a_million_positions_take_the_memory_of_a_thousand(scheme):
    """What they take of time, `python -m benchmarks.tables` says."""

    def peak(length):
        posenc.raster(scheme, length, 64, 360, 64)
        tracemalloc.start()
        posenc.raster(scheme, length, 64, 360, 64)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(MAX_POSITIONS) < 1.5 * peak(1024)


@pytest.mark.parametrize("measure", similarities.MEASURES)
@pytest.mark.parametrize("scheme", ANY, ids=names)
@pytest.mark.parametrize(("length", "cells"), [(30, 30), (30, 99), (101, 7), (512, 10), (1, 1)])
def test_similarity_raster_is_block_means_of_the_matrix(length, cells, scheme, measure):
    matrix = posenc.similarity(scheme.table(length, 12, np.float64), measure)
    cells_in_fact = min(cells, length)
    if measure == "euclidean":
        expected = np.sqrt(block_means(matrix**2, cells_in_fact, cells_in_fact))
    else:
        expected = block_means(matrix, cells_in_fact, cells_in_fact)
    got = rasters.similarity_raster(scheme, length, 12, cells, measure)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, atol=2e-6)


@pytest.mark.parametrize("measure", similarities.MEASURES)
@pytest.mark.parametrize("scheme", [ANY[0], ANY[2]], ids=names)
def test_similarity_raster_of_a_long_table(scheme, measure):
    length, cells = MAX_CELLS + 404, 3
    table, borders = scheme.table(length, 8, np.float64), rasters.edges(0, length, cells)
    expected = np.empty((cells, cells))
    for r in range(cells):
        for c in range(cells):
            block = similarities.between(
                table[borders[r] : borders[r + 1]], table[borders[c] : borders[c + 1]], measure
            )
            expected[r, c] = np.sqrt((block**2).mean()) if measure == "euclidean" else block.mean()
    np.testing.assert_allclose(rasters.similarity_raster(scheme, length, 8, cells, measure), expected, atol=1e-6)


@pytest.mark.parametrize("measure", similarities.MEASURES)
@pytest.mark.parametrize("scheme", [ANY[0], ANY[2], STRETCHED], ids=names)
@pytest.mark.parametrize(("position", "length"), [(0, 40), (17, 40), (3, MAX_CELLS), (3, 5000), (4999, 5000)])
def test_similarity_profile_is_one_row_of_the_matrix(position, length, scheme, measure):
    length = min(length, MAX_CELLS) if scheme is STRETCHED else length
    position = min(position, length - 1)
    table = scheme.table(length, 8, np.float64)
    row = similarities.between(table[[position]], table, measure)
    expected = np.sqrt(block_means(row**2, 1, 9)) if measure == "euclidean" else block_means(row, 1, 9)
    got = rasters.similarity_profile(scheme, position, length, 8, 9, measure)
    np.testing.assert_allclose(got, expected[0], atol=2e-6)


@pytest.mark.parametrize("measure", similarities.MEASURES)
@pytest.mark.parametrize("scheme", ANY, ids=names)
def test_similarity_by_offset_of_a_short_table_is_by_offset(scheme, measure):
    whole = posenc.by_offset(scheme.table(30, 8, np.float64), measure)
    found = rasters.similarity_by_offset(scheme, 30, 8, measure, offsets=5)
    for name in ("offsets", "mean", "low", "high"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))


@pytest.mark.parametrize("places", [1, 5])
@pytest.mark.parametrize("scheme", [ANY[1], STRETCHED], ids=names)
def test_similarity_by_offset_of_a_long_table_is_a_sample(scheme, places):
    """Of the table of the whole length, which a stretched one depends on."""
    whole = posenc.by_offset(scheme.table(6000, 2, np.float64))
    found = rasters.similarity_by_offset(scheme, 6000, 2, offsets=20, places=places)
    at = found.offsets
    assert (at[0], at[-1], len(at) <= 20) == (0, 5999, True)
    for low, high in (
        (whole.low[at], found.low),
        (found.low, found.mean),
        (found.mean, found.high),
        (found.high, whole.high[at]),
    ):
        assert (low <= high + 1e-12).all()


def test_a_million_by_offset():
    found = rasters.similarity_by_offset(posenc.scheme("sinusoidal"), MAX_POSITIONS, 64)
    assert found.offsets[-1] == MAX_POSITIONS - 1
    assert found.spread.max() < 1e-7


def pairs(table, measure):
    """The similarity of every two rows, from the rows themselves, however near to one another and far from 0."""
    if measure == "euclidean":
        return np.sqrt(((table[:, None] - table) ** 2).sum(2))
    if measure == "cosine":
        lengths = np.linalg.norm(table, axis=1, keepdims=True)
        table = np.divide(table, lengths, out=np.zeros_like(table), where=lengths > 0)
    return table @ table.T


def cell_means(matrix, rows, columns, measure):
    return (
        np.sqrt(block_means(matrix**2, rows, columns)) if measure == "euclidean" else block_means(matrix, rows, columns)
    )


def near(got, expected, rounding=0.0):
    """To a millionth of the largest value, as a picture has it, or to rounding."""
    np.testing.assert_allclose(got, expected, atol=max(1e-6 * np.abs(expected).max(), rounding, 1e-12), rtol=0)


@given(data=st.data())
@pytest.mark.parametrize("long", [False, True], ids=["short", "long"])
@pytest.mark.parametrize("id", TABLED)
def test_every_table_and_measure_at_unusual_settings(id, long, data):
    """Short tables from their rows, long ones from closed forms, and from rows a few at a time where there are none."""
    scheme, dim = data.draw(TABLED[id])
    length = data.draw(st.integers(1, min(scheme.max_length or 70, 70)))
    cells = data.draw(st.integers(1, 5))
    position = data.draw(st.integers(0, length - 1))
    table = scheme.table(length, dim, np.float64)
    with pytest.MonkeyPatch.context() as patched:
        if long:
            patched.setattr(module, "MAX_CELLS", 5)
            patched.setattr(module, "HELD", 8 * dim)
        rows = min(cells, length - position)
        near(posenc.raster(scheme, (position, length), dim, cells, 5), block_means(table[position:], rows, min(5, dim)))
        # A distance is the root of a difference of squares, so of two alike rows it may be that of their rounding.
        lengths = np.linalg.norm(table, axis=1).max()
        for measure in similarities.MEASURES:
            matrix, rounding = pairs(table, measure), 1e-7 * lengths * (measure == "euclidean")
            got = rasters.similarity_raster(scheme, length, dim, cells, measure)
            near(got, cell_means(matrix, *got.shape, measure), rounding)
            profile = rasters.similarity_profile(scheme, position, length, dim, cells, measure)
            near(profile, cell_means(matrix[[position]], 1, len(profile), measure)[0], rounding)


@pytest.mark.parametrize("measure", similarities.MEASURES)
@pytest.mark.parametrize(
    ("scheme", "length", "dim"),
    [
        (posenc.scheme("sincos2d", height=64, width=65), 4160, 4),
        (posenc.scheme("sincos2d", height=64, width=65, cls_token=True), 4161, 4),
        (posenc.scheme("sincos3d", depth=5, height=30, width=30, form="cogvideox"), 4400, 16),
        (posenc.scheme("fourier", height=64, width=65, concat_pos=True), 4160, 6),
        (posenc.scheme("axial_rotary", height=64, width=65, form="llama4-vision"), 4161, 4),
        (posenc.scheme("sinusoidal", scale=0.0), 4097, 2),
        (posenc.scheme("sinusoidal", padding_idx=5), 4500, 4),
        (posenc.scheme("sinusoidal"), 4500, 5),
        (STRETCHED, 4500, 6),
        (posenc.scheme("rotary", scaling=posenc.rope_scaling("linear", factor=1e9)), 5000, 4),
        (posenc.scheme("rotary", scaling=posenc.rope_scaling("linear", factor=1 / TURN)), 5000, 4),
    ],
    ids=lambda it: getattr(it, "id", None),
)
def test_beyond_4096_positions(scheme, length, dim, measure, monkeypatch):
    monkeypatch.setattr(module, "HELD", 1 << 12)
    table = scheme.table(length, dim, np.float64)
    if measure == "cosine":
        table = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-300)
    cells, borders = 7, rasters.edges(0, length, 7)
    means = np.add.reduceat(table, borders[:-1]) / np.diff(borders)[:, None]
    expected = means @ means.T
    if measure == "euclidean":
        blocks = [table[a:b] for a, b in pairwise(borders)]
        spreads = np.array([((block - mean) ** 2).sum(1).mean() for block, mean in zip(blocks, means, strict=True)])
        expected = np.sqrt(((means[:, None] - means) ** 2).sum(2) + spreads[:, None] + spreads)
    near(rasters.similarity_raster(scheme, length, dim, cells, measure), expected)


def test_whole_turns_a_position_are_none():
    whole = posenc.scheme("rotary", scaling=posenc.rope_scaling("linear", factor=1 / TURN))
    np.testing.assert_allclose(posenc.raster(whole, (0, 100), 4, 3, 4)[:, 0], [1, 1, 1], atol=1e-6)


@pytest.mark.parametrize("measure", similarities.MEASURES)
@pytest.mark.parametrize("row", [0, 300, 8191])
def test_a_row_of_zeros_is_never_missed(measure, row):
    """At an offset the mean counts it as what it is, one or two pairs of all; the lowest or highest is one of them."""
    padded, plain = posenc.scheme("sinusoidal", padding_idx=row), posenc.scheme("sinusoidal")
    found, without = (rasters.similarity_by_offset(scheme, 8192, 4, measure) for scheme in (padded, plain))
    with_row = np.sqrt(2.0) if measure == "euclidean" else 0.0  # every other row has the length √2
    for at, k in enumerate(found.offsets):
        touched = len({pair for pair in ((row, row + k), (row - k, row)) if pair[0] >= 0 and pair[1] < 8192})
        value = 0.0 if k == 0 else with_row
        mean = (without.mean[at] * (8192 - k - touched) + value * touched) / (8192 - k)
        assert found.mean[at] == pytest.approx(mean, abs=1e-9)
        assert not touched or found.low[at] <= value + 1e-12 <= found.high[at] + 2e-12
    assert found.spread.max() > 0.1
    assert without.spread.max() < 1e-9


def test_a_class_token_is_one_row_of_many():
    with_token, without = (
        rasters.similarity_by_offset(posenc.scheme("sincos2d", height=96, width=96, cls_token=token), 9216, 64)
        for token in (True, False)
    )
    assert with_token.low[0] == 0 < without.low[0]
    assert with_token.mean[0] == pytest.approx(32 * 9215 / 9216)


@pytest.mark.parametrize("measure", ["cosine", "euclidean"])
def test_rows_of_different_lengths_take_a_bounded_memory(measure):
    """Each one row by row, as many as are taken: half a second of work, and a few MB."""
    for scheme, dim in ((S, 31), (STRETCHED, 32)):
        assert MAX_POSITIONS * dim <= MAX_NUMBERS
        tracemalloc.start()
        rasters.similarity_raster(scheme, MAX_POSITIONS, dim, 256, measure)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 40e6


S = posenc.scheme("sinusoidal")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: posenc.raster(posenc.scheme("alibi"), 8, 8, 8, 8),
            "scheme must have a table .* alibi is of family bias",
        ),
        (lambda: posenc.raster("sinusoidal", 8, 8, 8, 8), "scheme must have a table .* got 'sinusoidal'"),
        (lambda: posenc.raster(S, 0, 8, 8, 8), "positions' stop must be a whole number of at least 1 .* got 0"),
        (lambda: posenc.raster(S, (8, 8), 8, 8, 8), "positions' stop must be .* at least 9 .* got 8"),
        (lambda: posenc.raster(S, (-1, 8), 8, 8, 8), "positions' start must be .* got -1"),
        (lambda: posenc.raster(S, (0, 1 << 21), 8, 8, 8), "positions' stop must be .* at most 1048576; got 2097152"),
        (
            lambda: posenc.raster(S, (0, 4, 8), 8, 8, 8),
            r"positions must be a length or \(start, stop\); got \(0, 4, 8\)",
        ),
        (lambda: posenc.raster(S, 2.5, 8, 8, 8), "positions' stop must be a whole number .* got 2.5"),
        (lambda: posenc.raster(S, 8, 0, 8, 8), "dim must be a whole number of at least 1; got 0"),
        (lambda: posenc.raster(S, 8, 8, 0, 8), "rows must be a whole number of at least 1 and at most 4096; got 0"),
        (lambda: posenc.raster(S, 8, 8, 8, 4097), "columns must be .* at most 4096; got 4097"),
        (
            lambda: posenc.raster(LEARNED, (0, 513), 8, 8, 8),
            "positions must be .* from 0 to 511, the 512 rows .* got 512",
        ),
        (lambda: posenc.raster(LEARNED, 8, 385, 8, 8), "dim must be .* at most 384; got 385"),
        (lambda: rasters.similarity_raster(posenc.scheme("none"), 8, 8, 8), "scheme must have a table"),
        (lambda: rasters.similarity_raster(S, 8, 8, 8, "manhattan"), "measure must be one of .* got 'manhattan'"),
        (lambda: rasters.similarity_raster(S, 8, 8, 0), "cells must be .* got 0"),
        (lambda: rasters.similarity_raster(STRETCHED, 8, None, 8, "cosine"), "dim must be .* got None"),
        (lambda: rasters.similarity_raster(S, 1 << 21, 8, 8), "length must be .* at most 1048576; got 2097152"),
        (
            lambda: rasters.similarity_raster(STRETCHED, 1 << 20, 384, 8, "cosine"),
            "length must be at most 87381 for cosine in 384 dimensions, .* as learned's do; got 1048576",
        ),
        (
            lambda: rasters.similarity_profile(S, 3, 1 << 18, 1023, 8, "euclidean"),
            "length must be at most 32800 for euclidean in 1023 dimensions, .* as sinusoidal's do; got 262144",
        ),
        (lambda: rasters.similarity_profile(S, 8, 8, 8, 8), "position must be .* at most 7; got 8"),
        (lambda: rasters.similarity_profile(S, 0, "8", 8, 8), "length must be .* got '8'"),
        (lambda: rasters.similarity_by_offset(S, 8, 8, "manhattan"), "measure must be one of"),
        (lambda: rasters.similarity_by_offset(S, 8, 8, offsets=0), "offsets must be .* got 0"),
        (lambda: rasters.similarity_by_offset(S, 8, 8, places=0), "places must be .* got 0"),
        (lambda: rasters.mean_columns(np.ones((2, 6)), 0), "columns must be .* got 0"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
