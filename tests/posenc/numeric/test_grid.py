"""Tokens of a grid: their indices, their coordinates, and how many of a range stand where."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.grid_table import blocks, interleaved
from posenc.numeric.grid import Axis, as_tokens, counts

shapes = st.lists(st.integers(1, 6), min_size=1, max_size=3).map(tuple)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_symmetric_axis_is_linspace(size):
    np.testing.assert_allclose(Axis.symmetric(size).coordinates(), np.linspace(-1, 1, size), atol=1e-15)


def test_times_stretches_the_start_too():
    np.testing.assert_allclose(Axis(4, 1.0, 2.0).times(0.5).coordinates(), [0.5, 1.5, 2.5, 3.5])


@pytest.mark.parametrize(
    ("positions", "expected"),
    [(None, range(6)), (4, range(4)), ([5, 0, 5], [5, 0, 5]), ([1.0, 2.0], [1, 2]), (0, []), ([], [])],
)
def test_tokens(positions, expected):
    tokens = as_tokens(positions, (2, 3))
    assert tokens.dtype == np.int64
    assert tokens.tolist() == list(expected)


@pytest.mark.parametrize("positions", [7, [6], [-1], [0.5], [0, 1e6]])
def test_tokens_outside_the_grid(positions):
    with pytest.raises(
        ValueError, match="positions must be whole numbers from 0 to 5, the tokens of a 2 × 3 grid; got "
    ):
        as_tokens(positions, (2, 3))


def test_a_class_token_is_one_more():
    assert as_tokens(None, (2, 3), more=1).tolist() == list(range(7))
    with pytest.raises(ValueError, match="from 0 to 6, the tokens of a 2 × 3 grid and its class token; got 7"):
        as_tokens([7], (2, 3), more=1)


@given(shape=shapes, data=st.data())
def test_counts_are_those_of_the_tokens_one_by_one(shape, data):
    n = int(np.prod(shape))
    edges = np.array(sorted(data.draw(st.sets(st.integers(0, n), min_size=2))) if n > 1 else [0, 1])
    places = np.unravel_index(np.arange(n), shape)
    for size, place, found in zip(shape, places, counts(edges, shape), strict=True):
        ranges = itertools.pairwise(edges)
        assert found.tolist() == [np.bincount(place[a:b], minlength=size).tolist() for a, b in ranges]


def test_blocks_and_interleaved():
    first, second = np.array([[1 + 2j, 3 + 4j]]), np.array([[5 + 6j]])
    assert blocks([first, second]).tolist() == [[2, 4, 1, 3, 6, 5]]
    assert interleaved([first, second]).tolist() == [[2, 1, 4, 3, 6, 5]]
