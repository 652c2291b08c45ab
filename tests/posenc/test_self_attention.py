"""Attention against a loop over heads and queries, and what order does to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments.king_and_queen import reorder
from posenc.self_attention import softmax

WITH_ORDER = [
    posenc.scheme("sinusoidal"),
    posenc.scheme("learned"),
    posenc.scheme("rotary"),
    posenc.scheme("rotary", layout="interleaved", rotary_dim=2),
    posenc.scheme("alibi", symmetric=False),
]


@st.composite
def sentences(draw, dtype, least=1):
    """A sentence as vectors (n, dim), heads that divide dim, weights, and a new order of its words."""
    n, heads, head_dim = draw(st.integers(least, 10)), draw(st.sampled_from([1, 2, 3])), 2 * draw(st.integers(1, 4))
    seed, order = draw(st.integers(0, 10**6)), draw(st.permutations(range(n)))
    x = np.random.default_rng(seed).standard_normal((n, heads * head_dim)).astype(dtype)
    return x, heads, posenc.AttentionWeights.random(heads * head_dim, seed, dtype), order


def sensitivity(x, heads, weights, order, **options):
    return posenc.order_sensitivity(lambda x: posenc.attention(x, weights, heads, **options).output, x, order)


def textbook(x, weights, heads, causal=False):
    n, dim = x.shape
    queries, keys, values = np.split(x @ weights.in_proj_weight.T + weights.in_proj_bias, 3, axis=1)
    shares, mixed = np.zeros((heads, n, n)), np.zeros((n, dim))
    for h in range(heads):
        part = slice(h * dim // heads, (h + 1) * dim // heads)
        for i in range(n):
            seen = range(i + 1) if causal else range(n)
            powers = np.exp([queries[i, part] @ keys[j, part] / np.sqrt(dim // heads) for j in seen])
            shares[h, i, list(seen)] = powers / powers.sum()
        mixed[:, part] = shares[h] @ values[:, part]
    return mixed @ weights.out_weight.T + weights.out_bias, shares


@given(sentences(np.float64), st.booleans())
def test_attention_equals_the_textbook(drawn, causal):
    x, heads, weights, _ = drawn
    result = posenc.attention(x, weights, heads, causal)
    output, shares = textbook(x, weights, heads, causal)
    np.testing.assert_allclose(result.output, output, atol=1e-12)
    np.testing.assert_allclose(result.weights, shares, atol=1e-12)


@given(sentences(np.float32))
def test_without_positions_it_is_permutation_equivariant_in_float32(drawn):
    assert sensitivity(*drawn) < 1e-6


@given(sentences(np.float64))
def test_without_positions_it_is_permutation_equivariant_in_float64(drawn):
    assert sensitivity(*drawn) < 1e-12
    assert sensitivity(*drawn, scheme=posenc.scheme("none")) < 1e-12


@given(sentences(np.float64, least=3))
@pytest.mark.parametrize("scheme", WITH_ORDER, ids=lambda scheme: scheme.id)
def test_with_positions_it_is_not(scheme, drawn):
    x, heads, weights, _ = drawn
    order = [1, 0, *range(2, len(x))]  # the first two words change places
    assert sensitivity(x, heads, weights, order, scheme=scheme) > 1e-6


def test_king_and_queen():
    """The two sentences of the article: one to attention alone, two with positions."""
    rng = np.random.default_rng(0)
    x, weights = rng.standard_normal((3, 64)).astype(np.float32), posenc.AttentionWeights.random(64)
    queen_and_king = [2, 1, 0]
    assert sensitivity(x, 4, weights, queen_and_king) < 1e-6
    assert sensitivity(x, 4, weights, queen_and_king, scheme=posenc.scheme("alibi")) < 1e-6
    for scheme in WITH_ORDER:
        assert sensitivity(x, 4, weights, queen_and_king, scheme=scheme) > 0.01


@given(sentences(np.float64, least=2))
def test_a_causal_mask_alone_breaks_equivariance(drawn):
    x, heads, weights, _ = drawn
    assert sensitivity(x, heads, weights, np.arange(len(x))[::-1], causal=True) > 1e-6


@given(sentences(np.float64))
@pytest.mark.parametrize("scheme", WITH_ORDER, ids=lambda scheme: scheme.id)
def test_positions_that_move_along_with_the_words_are_equivariant(scheme, drawn):
    """Order lives in the positions alone: permute both and the outputs are permuted."""
    x, heads, weights, order = drawn
    straight = posenc.attention(x, weights, heads, scheme=scheme)
    moved = posenc.attention(x[order], weights, heads, scheme=scheme, positions=order)
    np.testing.assert_allclose(moved.output, straight.output[order], atol=1e-12)


@pytest.mark.parametrize("scheme", [posenc.scheme("rotary"), posenc.scheme("alibi")], ids=lambda scheme: scheme.id)
def test_rotary_and_alibi_see_offsets_alone(scheme):
    x, weights = np.random.default_rng(1).standard_normal((5, 8)), posenc.AttentionWeights.random(8, dtype=np.float64)
    near, far = (posenc.attention(x, weights, 2, scheme=scheme, positions=start + np.arange(5)) for start in (0, 1000))
    np.testing.assert_allclose(far.weights, near.weights, atol=1e-12)


def test_what_is_added_rotated_or_biased():
    """Each family meets attention where it says: absolute at the input, bias at the scores."""
    x, weights = np.random.default_rng(2).standard_normal((5, 8)), posenc.AttentionWeights.random(8, dtype=np.float64)
    sinusoidal, alibi = posenc.scheme("sinusoidal"), posenc.scheme("alibi")
    added = posenc.attention(x + sinusoidal.table(5, 8, np.float64), weights, 2).output
    np.testing.assert_allclose(posenc.attention(x, weights, 2, scheme=sinusoidal).output, added, atol=1e-12)
    plain, biased = (posenc.attention(x, weights, 2, scheme=scheme).weights for scheme in (None, alibi))
    moved = plain * np.exp(alibi.bias(5, 5, 2))
    np.testing.assert_allclose(biased, moved / moved.sum(-1, keepdims=True), atol=1e-12)


@pytest.mark.parametrize("scheme", [None, *WITH_ORDER], ids=lambda scheme: scheme.id if scheme else "None")
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_shapes_shares_and_precision(dtype, causal, scheme):
    x = np.random.default_rng(0).standard_normal((6, 12)).astype(dtype)
    result = posenc.attention(x, posenc.AttentionWeights.random(12, dtype=dtype), 3, causal, scheme)
    assert (result.output.shape, result.weights.shape) == ((6, 12), (3, 6, 6))
    assert result.output.dtype == result.weights.dtype == dtype
    np.testing.assert_allclose(result.weights.sum(-1), 1, atol=1e-6)
    assert not causal or not np.triu(result.weights, 1).any()


def test_large_scores_do_not_overflow():
    x = np.full((3, 4), 1e4, np.float32)
    assert np.isfinite(posenc.attention(x, posenc.AttentionWeights.random(4), 2).output).all()


def test_softmax_of_masked_scores():
    np.testing.assert_allclose(softmax(np.array([[1.0, -np.inf], [1000.0, 1000.0]])), [[1, 0], [0.5, 0.5]])


def test_random_weights_are_the_same_every_time():
    one, other, third = (posenc.AttentionWeights.random(8, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.in_proj_weight, other.in_proj_weight)
    assert (one.in_proj_weight != third.in_proj_weight).all()


@pytest.mark.parametrize(("model", "expected"), [(np.cumsum, True), (np.sin, False), (np.zeros_like, False)])
def test_order_sensitivity_of_other_models(model, expected):
    x = np.random.default_rng(0).standard_normal((7, 3))
    options = {"axis": 0} if model is np.cumsum else {}
    assert (posenc.order_sensitivity(lambda x: model(x, **options), x, np.arange(7)[::-1]) > 0.1) is expected


def test_order_sensitivity_is_relative_to_the_largest_output():
    x = np.array([[1.0], [2.0], [4.0]])
    for size in (1, 1000):  # the running sum is 1, 3, 7; of the reversal 4, 6, 7, where 7, 3, 1 would be
        found = posenc.order_sensitivity(lambda x, size=size: size * np.cumsum(x, axis=0), x, [2, 1, 0])
        assert found == pytest.approx(6 / 7)


def test_weights_of_lists_become_arrays():
    given = posenc.AttentionWeights(np.eye(6, 2).tolist(), [0] * 6, [[1, 0], [0, 1]], [0.0, 0.0])
    assert [part.dtype for part in vars(given).values()] == ["float64", "float32", "float32", "float64"]
    made = posenc.AttentionWeights(np.eye(6, 2), np.zeros(6), np.eye(2), np.zeros(2))
    x = np.random.default_rng(0).standard_normal((3, 2))
    np.testing.assert_allclose(posenc.attention(x, given).output, posenc.attention(x, made).output)


@pytest.mark.parametrize("n", [3, 200])
def test_toy_weights_make_queries_keys_and_values_as_large_as_inputs(n):
    """Outputs are not: they are means of values, of the more the smaller."""
    x = np.random.default_rng(1).standard_normal((n, 64))
    weights = posenc.AttentionWeights.random(64, dtype=float)
    assert np.std(x @ weights.in_proj_weight.T) == pytest.approx(1, abs=0.1)
    assert np.std(posenc.attention(x, weights, 4).output) < {3: 0.8, 200: 0.3}[n]


def test_a_model_whose_outputs_are_no_numbers_has_no_order_sensitivity():
    assert np.isnan(posenc.order_sensitivity(lambda x: x * np.nan, np.eye(3), [2, 1, 0]))


def test_a_model_whose_outputs_are_zeros_sees_no_order():
    assert posenc.order_sensitivity(np.zeros_like, np.eye(3), [2, 1, 0]) == 0
    outputs = iter([np.zeros((2, 2)), np.ones((2, 2))])
    assert posenc.order_sensitivity(lambda x: next(outputs), np.eye(2), [1, 0]) == np.inf


W = posenc.AttentionWeights.random(8)
X = np.ones((3, 8), np.float32)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: posenc.attention(np.ones(8), W), r"x must be .* got float64 \(8,\)"),
        (lambda: posenc.attention(np.ones((2, 3, 8)), W), r"x must have shape \(n, dim\) .* got \(2, 3, 8\)"),
        (lambda: posenc.attention(np.ones((0, 8)), W), r"x must have shape .* at least 1; got \(0, 8\)"),
        (lambda: posenc.attention([[1, 2], [3]], W), "x must be an array of real numbers"),
        (lambda: posenc.attention(np.ones((3, 6)), W), "x must have 8 features, as the weights do; got 6"),
        (lambda: posenc.attention(X, W, 3), "heads must divide dim 8; got 3"),
        (lambda: posenc.attention(X, W, 0), "heads must be a whole number of at least 1 and at most 8; got 0"),
        (lambda: posenc.attention(X, W, scheme="rotary"), "scheme must be a posenc scheme or None; got 'rotary'"),
        (lambda: posenc.attention(X, W, positions=4), "positions must be as many as the rows of x, 3; got 4"),
        (lambda: posenc.attention(X, W, positions=[0, 1, np.inf]), "positions must be .* finite"),
        (
            lambda: posenc.AttentionWeights(X, X[0], X, X[0]),
            r"in_proj_weight must have shape \(24, 8\) .* got \(3, 8\)",
        ),
        (lambda: posenc.attention(X, None), "weights must be posenc.AttentionWeights; got None"),
        (lambda: posenc.attention(X, W, causal="no"), "causal must be one of False, True; got 'no'"),
        (lambda: posenc.attention(np.full((3, 8), np.nan), W), "x must be .* all of them finite; got nan"),
        (lambda: posenc.AttentionWeights.random(-1), "dim must be a whole number of at least 1; got -1"),
        (lambda: posenc.AttentionWeights.random("4"), "dim must be .* got '4'"),
        (
            lambda: posenc.AttentionWeights.random(2, dtype=int),
            "dtype must be a floating-point type .* got <class 'int'>",
        ),
        (
            lambda: posenc.order_sensitivity(lambda x: x[:2], X, [0, 1, 2]),
            r"model's output must have a row .* \(2, 8\)",
        ),
        (lambda: posenc.order_sensitivity(np.sin, X, [0, 1]), r"permutation must hold each of 0…2 once; got \[0, 1\]"),
        (lambda: posenc.order_sensitivity(np.sin, X, [0, 1, 1]), "permutation must hold each of 0…2 once"),
        (lambda: posenc.order_sensitivity(np.sin, X, [2.0, 1.0, 0.0]), "permutation must hold each of 0…2 once"),
        (lambda: posenc.order_sensitivity(np.sin, X[:2], [True, False]), "permutation must hold each of 0…1 once"),
        (lambda: posenc.order_sensitivity(np.sin, X, "abc"), "permutation must hold .* got 'abc'"),
        (lambda: posenc.order_sensitivity(np.sin, X, [[0], [1, 2]]), "permutation must hold .* got"),
        (lambda: reorder(X, [2.0, 1.0, 0.0], W), "permutation must hold each of 0…2 once"),
        (lambda: posenc.order_sensitivity(np.sin, [1, 2], [0, 1]), "x must be an array"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
