"""Offsets of pairs, logarithmic steps, curves spread over a matrix."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.numeric.offsets import log_steps, offsets_between, per_offset, whole_offsets_between

places = st.lists(st.integers(-50, 50), max_size=6)


@given(places, places)
def test_offsets_are_key_minus_query(queries, keys):
    for between in (offsets_between, whole_offsets_between):
        offsets = between(np.array(queries, float), keys)
        assert offsets.shape == (len(queries), len(keys))
        assert offsets.tolist() == [[key - query for key in keys] for query in queries]
    assert whole_offsets_between(np.array(queries, float), keys).dtype == np.int64


@given(st.integers(1, 500), st.integers(1, 30), st.integers(31, 500), st.integers(0, 20))
def test_log_steps(distance, first, last, steps):
    expected = 0 if distance <= first else math.log(distance / first) / math.log(last / first) * steps
    assert log_steps(np.array([distance]), first, last, steps)[0] == pytest.approx(expected)


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 1000))
def test_a_curve_is_evaluated_once_an_offset(rows, columns, seed):
    offsets = np.random.default_rng(seed).integers(-3, 4, (rows, columns)) / 2
    asked = []

    def curve(where):
        asked.extend(where.tolist())
        return np.stack([where, where**2])

    spread = per_offset(curve, offsets)
    assert sorted(asked) == sorted(set(offsets.flat))
    assert spread.dtype == np.float32
    np.testing.assert_array_equal(spread, [offsets, offsets**2])
