"""Transformer-XL: the table against the formula, the scores pair by pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.transformer_xl import TOY_DIM, TransformerXL

offsets = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=20)
HEADS, HEAD_DIM, DIM = 2, 4, 6


def sinusoid(offset, dim, base=10000.0):
    angles = offset * base ** (-2 * np.arange(dim // 2) / dim)
    return np.concatenate([np.sin(angles), np.cos(angles)])


@given(offsets, st.integers(1, 16).map(lambda half: 2 * half), st.floats(1.0, 1e6))
def test_table(offsets, dim, base):
    table = TransformerXL(base).table(offsets, dim, np.float64)
    np.testing.assert_allclose(table, [sinusoid(offset, dim, base) for offset in offsets], atol=1e-9)
    interleaved = TransformerXL(base, "interleaved").table(offsets, dim, np.float64)
    np.testing.assert_array_equal(interleaved[:, 0::2], table[:, : dim // 2])
    np.testing.assert_array_equal(interleaved[:, 1::2], table[:, dim // 2 :])
    assert TransformerXL().table(offsets, dim).dtype == np.float32


def learned(seed=0):
    """W (HEADS·HEAD_DIM, DIM), u and v (HEADS, HEAD_DIM)."""
    draw = np.random.default_rng(seed).standard_normal
    return draw((HEADS * HEAD_DIM, DIM)), draw((HEADS, HEAD_DIM)), draw((HEADS, HEAD_DIM))


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=5), st.lists(st.floats(-50, 50), max_size=5), st.integers(0, 99)
)
def test_scores_pair_by_pair(query_positions, key_positions, seed):
    draw = np.random.default_rng(seed).standard_normal
    queries, keys = draw((HEADS, len(query_positions), HEAD_DIM)), draw((HEADS, len(key_positions), HEAD_DIM))
    projection, u, v = learned(seed)
    differences = np.subtract.outer(query_positions, key_positions)
    scores = TransformerXL().scores(queries, keys, differences, projection, u, v)
    xlnet = TransformerXL().position_scores(queries, differences, projection, v)
    assert scores.dtype == xlnet.dtype == np.float32
    assert scores.shape == xlnet.shape == (HEADS, *differences.shape)
    for i, j in np.ndindex(*differences.shape):
        rows = (projection @ sinusoid(differences[i, j], DIM)).reshape(HEADS, HEAD_DIM)
        position = ((queries[:, i] + v) * rows).sum(-1)
        content = ((queries[:, i] + u) * keys[:, j]).sum(-1)
        np.testing.assert_allclose(xlnet[:, i, j], position, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(scores[:, i, j], (content + position) / 2, rtol=1e-5, atol=1e-5)


def test_adjust_is_the_whole_score_with_toy_weights():
    scheme, (queries, keys) = TransformerXL(), np.random.default_rng(3).standard_normal((2, 3, 7, 4))
    where = np.array([0, 1, 5, 2.5, 9, 10, 30])
    draw = np.random.default_rng(0).standard_normal
    u, v = draw((2, 3, 4))
    projection = draw((12, 12)) / np.sqrt(12)
    whole = scheme.scores(queries, keys, np.subtract.outer(where, where), projection, u, v)
    adjusted = scheme.add_to_scores(queries @ keys.swapaxes(1, 2) / 2, queries, keys, where)
    np.testing.assert_allclose(adjusted, whole, atol=1e-5)


def test_bias_is_what_is_added_where_there_is_no_content():
    scheme, nothing = TransformerXL(), np.zeros((2, 6, TOY_DIM))
    added = scheme.add_to_scores(np.zeros((2, 6, 6)), nothing, nothing, np.arange(6))
    np.testing.assert_allclose(scheme.bias(6, 6, 2), added, atol=1e-6)


def test_kernel_tells_left_from_right():
    kernel = TransformerXL().kernel(np.arange(-9, 10), heads=2)
    assert np.abs(kernel - kernel[:, ::-1]).max() > 0.1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: TransformerXL(base=0.0), "base must be a number from 1.0 .* got 0.0"),
        (lambda: TransformerXL(layout="half"), "layout must be one of 'concatenated', 'interleaved'; got 'half'"),
        (lambda: TransformerXL().table([[1.0]], 4), r"offsets must be .* shape \(1, 1\)"),
        (lambda: TransformerXL().table([1.0], 0), "dim must be a whole number of at least 1; got 0"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    ("number", "wrong", "words"),
    [
        (0, np.ones((3, 4)), r"queries must be .* shape \(any, any, any\); got shape \(3, 4\)"),
        (1, np.ones((2, 3, 5)), r"keys must be .* shape \(2, 3, 4\); got shape \(2, 3, 5\)"),
        (2, np.ones((2, 3)), r"offsets must be .* shape \(3, any\); got shape \(2, 3\)"),
        (2, 5, r"offsets must be .* shape \(3, any\); got shape \(\)"),
        (2, np.full((3, 3), np.inf), "offsets must be .* finite"),
        (3, np.ones((4, 6)), r"position_projection must be .* shape \(8, any\); got shape \(4, 6\)"),
        (4, np.ones(4), r"content_bias must be .* shape \(2, 4\); got shape \(4,\)"),
        (5, "v", "position_bias must be real numbers .* got 'v'"),
    ],
)
def test_bad_weights(number, wrong, words):
    good = [np.ones((2, 3, 4)), np.ones((2, 3, 4)), np.ones((3, 3)), *learned()]
    TransformerXL().scores(*good)
    with pytest.raises(ValueError, match=words):
        TransformerXL().scores(*(wrong if k == number else argument for k, argument in enumerate(good)))
