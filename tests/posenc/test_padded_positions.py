"""Positions of tokens among padding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.padded_positions import position_ids


@given(tokens=st.lists(st.integers(0, 3), max_size=12), padding_idx=st.integers(0, 4))
def test_counts_the_tokens_that_are_no_padding(tokens, padding_idx):
    expected, count = [], 0
    for token in tokens:
        count += token != padding_idx
        expected.append(padding_idx + count if token != padding_idx else padding_idx)
    got = position_ids(np.array(tokens, int), padding_idx)
    assert got.dtype == np.int64
    assert got.tolist() == expected
    np.testing.assert_array_equal(position_ids(np.array([tokens, tokens], int), padding_idx), [expected, expected])


@pytest.mark.parametrize(
    ("tokens", "padding_idx", "words"),
    [
        ([1, 2], -1, "padding_idx must be a whole number of at least 0; got -1"),
        ([1.5], 1, "tokens must be whole numbers"),
        (["a"], 1, "tokens must be whole numbers"),
        (7, 1, r"tokens must be an array of token ids, \(…, n\); got 7"),
    ],
)
def test_bad_arguments(tokens, padding_idx, words):
    with pytest.raises(ValueError, match=words):
        position_ids(tokens, padding_idx)
