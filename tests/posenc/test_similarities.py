"""Similarity against a loop over pairs, and the claim that a sinusoid's depends on the distance alone."""

import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc import similarities
from posenc.similarities import along, unit

PAIR = {
    "dot": lambda a, b: a @ b,
    "cosine": lambda a, b: a @ b / (np.linalg.norm(a) * np.linalg.norm(b)),
    "euclidean": lambda a, b: np.linalg.norm(a - b),
}


def rows(seed, n=9, dim=5):
    return np.random.default_rng(seed).standard_normal((n, dim))


def test_every_measure_is_tested():
    assert tuple(PAIR) == similarities.MEASURES


@given(st.integers(0, 10**6))
@pytest.mark.parametrize("measure", similarities.MEASURES)
def test_between_pair_by_pair(measure, seed):
    first, second = rows(seed), rows(seed + 1, n=4)
    expected = [[PAIR[measure](a, b) for b in second] for a in first]
    np.testing.assert_allclose(similarities.between(first, second, measure), expected, atol=1e-12)
    np.testing.assert_allclose(along(first[:4], second, measure), np.diag(expected), atol=1e-12)
    np.testing.assert_array_equal(posenc.similarity(first, measure), similarities.between(first, first, measure))


@pytest.mark.parametrize("measure", similarities.MEASURES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_precision_of_the_table_is_kept(measure, dtype):
    table = posenc.scheme("learned").table(512, 384, dtype)
    exact = posenc.similarity(table.astype(np.float64), measure)
    got = posenc.similarity(table, measure)
    assert got.dtype == dtype
    np.testing.assert_allclose(got, exact, atol=20 * np.finfo(dtype).eps * max(1, np.abs(exact).max()))


def test_a_position_is_at_distance_0_from_itself():
    """The difference of large squares must not lose it: float32 alone gives 0.005 here."""
    distances = posenc.similarity(posenc.scheme("sinusoidal").table(300, 512), "euclidean")
    assert distances.diagonal().max() < 1e-5


@given(
    seed=st.integers(0, 10**6),
    far=st.sampled_from([0.0, 1.0, 1e4, 1e8, 1e12]),
    apart=st.sampled_from([1e-3, 1.0, 1e3]),
    clusters=st.integers(1, 3),
)
def test_distances_of_nearly_equal_rows_far_from_0(seed, far, apart, clusters):
    """The rows lie in clusters that are far from 0 and from one another: each distance as that row minus the other."""
    draw = np.random.default_rng(seed)
    table = far * draw.standard_normal((clusters, 5))[draw.integers(clusters, size=12)]
    table += apart * draw.standard_normal((12, 5))
    table[3] = table[7]
    exact = np.sqrt(((table[:, None] - table) ** 2).sum(2))
    for found in (posenc.similarity(table, "euclidean"), similarities.between(table, table.copy(), "euclidean")):
        np.testing.assert_allclose(found, exact, rtol=1e-8)
        assert found[3, 7] == 0 == np.abs(found.diagonal()).max()
    by_offset = posenc.by_offset(table, "euclidean")
    np.testing.assert_allclose(by_offset.mean, [exact.diagonal(k).mean() for k in range(12)], rtol=1e-8)


def test_what_all_rows_share_is_not_in_their_distances(monkeypatch):
    """So that few of them are left to be measured row by row."""
    monkeypatch.setattr(sys.modules["posenc.similarities"], "CANCELLED", 0.0)
    draw = np.random.default_rng(0).standard_normal((50, 8))
    for row in (0, 20, 49):  # padding far away is no middle
        table = np.insert(draw + 1e7, row, 0.0, axis=0)
        rest = np.delete(posenc.similarity(table, "euclidean"), row, axis=0)
        np.testing.assert_allclose(np.delete(rest, row, axis=1), posenc.similarity(draw, "euclidean"), atol=1e-6)


def test_many_rows_so_near_to_one_another_take_no_more_memory():
    """A million distances of the two clusters are measured row by row."""
    table = np.repeat([[0.0] * 4, [1e9] * 4], 1024, axis=0) + np.random.default_rng(0).standard_normal((2048, 4))
    tracemalloc.start()
    posenc.similarity(table, "euclidean")
    assert tracemalloc.get_traced_memory()[1] < 2.5 * 8 * 2048**2
    tracemalloc.stop()


def test_a_row_of_zeros_is_unlike_all():
    table = np.array([[0.0, 0.0], [3.0, 4.0]])
    np.testing.assert_allclose(posenc.similarity(table, "cosine"), [[0, 0], [0, 1]], atol=1e-15)
    np.testing.assert_allclose(unit(table), [[0, 0], [0.6, 0.8]])


@given(seed=st.integers(0, 10**6), n=st.integers(1, 12))
@pytest.mark.parametrize("measure", similarities.MEASURES)
def test_by_offset_is_the_diagonals_of_the_matrix(measure, seed, n):
    table = rows(seed, n)
    matrix, found = posenc.similarity(table, measure), posenc.by_offset(table, measure)
    diagonals = [matrix.diagonal(k) for k in range(n)]
    assert found.offsets.tolist() == list(range(n))
    np.testing.assert_allclose(found.mean, [d.mean() for d in diagonals], atol=1e-7)
    np.testing.assert_allclose(found.low, [d.min() for d in diagonals], atol=1e-7)
    np.testing.assert_allclose(found.high, [d.max() for d in diagonals], atol=1e-7)
    np.testing.assert_allclose(found.spread, [np.ptp(d) for d in diagonals], atol=1e-7)


@given(
    dim=st.integers(1, 40).map(lambda half: 2 * half),
    start=st.integers(0, 10**5),
    spacing=st.sampled_from(["vaswani", "tensor2tensor"]),
    layout=st.sampled_from(["interleaved", "concatenated"]),
)
@pytest.mark.parametrize("measure", similarities.MEASURES)
def test_sinusoids_depend_on_the_distance_alone(measure, dim, start, spacing, layout):
    scheme = posenc.scheme("sinusoidal", spacing=spacing, layout=layout)
    table = scheme.table(np.arange(start, start + 40), dim, np.float64)
    assert posenc.by_offset(table, measure).spread.max() < 1e-9


@pytest.mark.parametrize("measure", similarities.MEASURES)
def test_learned_rows_do_not(measure):
    spread = posenc.by_offset(posenc.scheme("learned").table(128, 384), measure).spread
    assert spread[1:-1].min() > 0
    assert spread.max() > 0.01


def test_nothing_to_compare():
    assert posenc.similarity(np.ones((0, 4))).shape == (0, 0)
    assert len(posenc.by_offset(np.ones((0, 4))).mean) == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: posenc.similarity(np.eye(2), "manhattan"), "measure must be one of 'dot', .* got 'manhattan'"),
        (lambda: posenc.by_offset(np.eye(2), None), "measure must be one of 'dot', .* got None"),
        (lambda: posenc.similarity([1, 2, 3]), r"table must be .* got int64 \(3,\)"),
        (lambda: posenc.similarity(np.ones((2, 3, 4))), r"table must have shape \(n, dim\); got \(2, 3, 4\)"),
        (lambda: posenc.by_offset(np.ones((2, 3, 4))), r"table must have shape \(n, dim\); got \(2, 3, 4\)"),
        (lambda: posenc.by_offset([["a"]]), "table must be an array of real numbers"),
        (
            lambda: similarities.between(np.ones((2, 3)), np.ones((2, 4))),
            "rows and columns must be tables of one dim; got 3 and 4",
        ),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
