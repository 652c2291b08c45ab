"""Swin's index and bias, token by token."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.swin import Swin

sides = st.integers(1, 6)


def textbook(query, key, height, width, class_token):
    rows = (2 * height - 1) * (2 * width - 1)
    if class_token and 0 in (query, key):
        return rows + 2 if query == key else rows + (key == 0)
    (row_q, column_q), (row_k, column_k) = (divmod(token - class_token, width) for token in (query, key))
    return (row_q - row_k + height - 1) * (2 * width - 1) + column_q - column_k + width - 1


@given(sides, sides, st.booleans())
def test_index(height, width, class_token):
    scheme = Swin(height, width, class_token)
    index, tokens = scheme.index(), range(height * width + class_token)
    assert index.dtype == np.int64
    assert index.tolist() == [[textbook(q, k, height, width, class_token) for k in tokens] for q in tokens]
    assert scheme.max_length == len(tokens)
    rows = (2 * height - 1) * (2 * width - 1) + 3 * class_token
    assert index.min() == 0
    assert index.max() == rows - 1


@given(sides, sides, st.booleans(), st.data())
def test_bias_is_the_embedding_of_the_index(height, width, class_token, data):
    count = height * width + class_token
    tokens = st.lists(st.integers(0, count - 1), max_size=5)
    queries, keys = data.draw(tokens), data.draw(tokens)
    rows = (2 * height - 1) * (2 * width - 1) + 3 * class_token
    embedding = np.random.default_rng(0).standard_normal((rows, 2)).astype(np.float32)
    bias = Swin(height, width, class_token).bias(queries, keys, 2, embedding)
    assert bias.shape == (2, len(queries), len(keys))
    for i, query in enumerate(queries):
        for j, key in enumerate(keys):
            np.testing.assert_array_equal(bias[:, i, j], embedding[textbook(query, key, height, width, class_token)])


@pytest.mark.parametrize("class_token", [False, True])
def test_kernel_runs_along_a_row_and_ends_with_it(class_token):
    scheme = Swin(3, 5, class_token)
    kernel = scheme.kernel(np.arange(-6, 7), heads=2)
    middle = class_token + 5 + 2  # second row, third column
    np.testing.assert_array_equal(kernel[:, 4:9], scheme.bias([middle], middle + np.arange(-2, 3), 2)[:, 0])
    assert np.isnan(kernel).any(0).tolist() == [True] * 2 + [False] * 9 + [True] * 2
    assert len(set(kernel[0, 2:11])) == 9


def test_the_same_offset_anywhere_in_the_window_is_the_same_number():
    bias = Swin(4, 4).bias(16, 16, 1)[0]
    assert bias[0, 5] == bias[10, 15]  # a row down, a column right
    assert bias[0, 5] != bias[5, 0]
    assert bias[3, 4] != bias[2, 3]  # the next token, but on the next row


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Swin(height=0), "height must be a whole number of at least 1 .* got 0"),
        (lambda: Swin(width=65), "width must be .* at most 64; got 65"),
        (lambda: Swin(class_token=1), "class_token must be one of False, True; got 1"),
        (lambda: Swin(2, 3).bias(7, 6, 1), "query_positions must be tokens of the window, 0 to 5; got 6"),
        (lambda: Swin(2, 3).index([0], [-1]), "key_positions must be tokens of the window, 0 to 5; got -1"),
        (lambda: Swin(2, 3, True).index(8), "query_positions must be tokens of the window, 0 to 6; got 7"),
        (lambda: Swin(2, 2).bias(4, 4, 1, np.ones((8, 1))), r"embedding must be .* shape \(9, 1\); got shape \(8, 1\)"),
        (lambda: Swin().kernel([0.5]), "offsets must be whole numbers .* got 0.5"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
