"""The common view: each family's scores by the two positions, held against the kernel and against attention itself."""

import numpy as np
import pytest

import posenc
from posenc.experiments.attention_bias import added_bias, mean_by_offset
from posenc.experiments.compare import known_length, position_scores, sentence_weights, what_is_added
from posenc.experiments.toy_words import word_vectors

IDS = list(posenc.schemes())
WORDS = ["the", "King", "and", "the", "Queen"]


def from_kernel(scheme: posenc.Scheme, n: int, dim: int, scale: float) -> np.ndarray:
    """(n, n) from the kernel by offset, next to offset 0."""
    curve = scheme.kernel(np.arange(1 - n, n), dim, 1)[0]
    offsets = np.arange(n) - np.arange(n)[:, None]
    return (curve[offsets + n - 1] - curve[n - 1]) * scale


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("causal", [False, True])
def test_every_scheme_has_scores_whose_own_place_is_zero(id, causal):
    scores = position_scores(posenc.scheme(id), 40, 32, 4, causal)
    assert (scores.shape, scores.dtype) == ((4, 40, 40), np.float64)
    seen = np.tri(40, dtype=bool) if causal else np.ones((40, 40), bool)
    assert (np.isnan(scores) == ~seen).all()
    np.testing.assert_array_equal(np.diagonal(scores, axis1=1, axis2=2), 0)
    np.testing.assert_array_equal(scores, position_scores(posenc.scheme(id), 40, 32, 4, causal))


@pytest.mark.parametrize("parameters", [{}, {"base": 50.0}, {"layout": "concatenated"}])
def test_absolute_scores_are_the_kernel_over_the_root_of_dim(parameters):
    scheme = posenc.scheme("sinusoidal", **parameters)
    np.testing.assert_allclose(
        position_scores(scheme, 24, 36, 2)[1], from_kernel(scheme, 24, 36, 1 / 6), rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("id", ["rotary", "xpos", "mrope"])
def test_rotary_scores_are_the_kernel_times_the_root_of_dim(id):
    scheme = posenc.scheme(id)
    np.testing.assert_allclose(
        position_scores(scheme, 24, 36, 1)[0], from_kernel(scheme, 24, 36, 6), rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("id", ["alibi", "t5", "kerple", "sandwich", "fire"])
def test_biases_without_contents_are_the_bias_itself(id):
    scheme = posenc.scheme(id)
    bias = scheme.bias(np.arange(20), np.arange(20), 3).astype(float)
    own = np.diagonal(bias, axis1=1, axis2=2)[..., None]
    np.testing.assert_allclose(position_scores(scheme, 20, heads=3), bias - own, rtol=0, atol=1e-12)


def test_no_scheme_changes_nothing():
    assert not position_scores(posenc.scheme("none"), 9).any()


def test_beyond_its_last_position_a_scheme_has_no_scores():
    scores = position_scores(posenc.scheme("swin", height=2, width=3), 8)
    assert np.isfinite(scores[:, :6, :6]).all()
    assert np.isnan(scores[:, 6:]).all()
    assert np.isnan(scores[:, :, 6:]).all()
    assert known_length(posenc.scheme("swin", height=2, width=3), 8) == 6
    assert known_length(posenc.scheme("rotary"), 8) == 8


@pytest.mark.parametrize("id", IDS)
def test_shares_of_a_sentence_sum_to_one(id):
    for causal in (False, True):
        weights = sentence_weights(posenc.scheme(id), WORDS, 16, 2, causal)
        assert weights.shape == (2, 5, 5)
        np.testing.assert_allclose(weights.sum(-1), 1, rtol=0, atol=1e-12)
        assert not causal or not np.triu(weights, 1).any()


def test_shares_are_those_of_attention_with_the_same_weights():
    x = word_vectors(WORDS, 16, np.float64)
    weights = posenc.AttentionWeights.random(16, dtype=np.float64)
    for id in ("sinusoidal", "rotary", "alibi"):
        expected = posenc.attention(x, weights, heads=1, scheme=posenc.scheme(id)).weights
        np.testing.assert_allclose(sentence_weights(posenc.scheme(id), WORDS, 16, 1), expected, rtol=0, atol=1e-12)


def test_without_positions_equal_words_get_equal_shares_in_all_heads():
    weights = sentence_weights(posenc.scheme("none"), WORDS, 16, 3)
    np.testing.assert_allclose(weights[:, :, 0], weights[:, :, 3])
    np.testing.assert_array_equal(weights[0], weights[2])


def test_the_same_weights_meet_every_scheme():
    steepless = posenc.scheme("alibi", max_bias=64.0)  # the last head's slope is 2^-64: no bias at all
    np.testing.assert_allclose(
        sentence_weights(steepless, WORDS, 16, 8)[7],
        sentence_weights(posenc.scheme("none"), WORDS, 16, 8)[7],
        atol=1e-12,
    )


@pytest.mark.parametrize("id", IDS)
def test_what_is_added_is_a_table_or_a_curve_a_head(id):
    scheme = posenc.scheme(id)
    added = what_is_added(scheme, 12, 16, 3)
    if scheme.family in ("absolute", "rotary"):
        np.testing.assert_array_equal(added.values, scheme.table(12, 16, np.float64))
        assert (added.rows, added.columns) == ("position", "dimension")
    elif scheme.family == "bias":
        expected = mean_by_offset(added_bias(scheme, ["content"] * 12, 3)).mean
        np.testing.assert_array_equal(added.values, expected)
        assert (added.rows, added.columns) == ("head", "offset")
    else:
        assert added.values.size == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: position_scores("rotary", 4), "scheme must be a posenc scheme; got 'rotary'"),
        (lambda: position_scores(posenc.scheme("rotary"), 0), "n must be a whole number of at least 1"),
        (lambda: position_scores(posenc.scheme("rotary"), 513), "n must be a whole number of at least 1 and at most 512"),
        (lambda: position_scores(posenc.scheme("rotary"), 4, 7), "dim must be a whole number of at least 2 that 2"),
        (lambda: position_scores(posenc.scheme("alibi"), 4, heads=0), "heads must be a whole number of at least 1"),
        (lambda: sentence_weights(posenc.scheme("none"), []), "words' number must be a whole number of at least 1"),
        (lambda: sentence_weights(posenc.scheme("swin", height=1, width=2), WORDS), "words must be at most 2 for swin; got 5"),
        (lambda: what_is_added(posenc.scheme("none"), 0), "n must be a whole number of at least 1"),
    ],
)  # fmt: skip
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
