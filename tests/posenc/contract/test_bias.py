"""What every bias keeps, whatever its parameters: shape, dtype, finite numbers, the same answer for the same input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc

seeds = st.integers(0, 2**40)
sides = st.integers(1, 6)

PARAMETERS = {
    "alibi": {"symmetric": st.booleans(), "max_bias": st.floats(0.0, 64.0)},
    "t5": {
        "bidirectional": st.booleans(),
        "num_buckets": st.integers(4, 80),
        "max_distance": st.integers(81, 5000),
        "scale": st.floats(0.0, 100.0),
        "seed": seeds,
    },
    "deberta": {
        "bucket_size": st.integers(2, 80),
        "max_position": st.integers(83, 5000),
        "clamp": st.booleans(),
        "seed": seeds,
    },
    "shaw": {
        "max_distance": st.integers(0, 50),
        "left": st.none() | st.integers(0, 50),
        "right": st.none() | st.integers(0, 50),
        "seed": seeds,
    },
    "transformer_xl": {
        "base": st.floats(1.0, 1e6),
        "layout": st.sampled_from(["concatenated", "interleaved"]),
        "seed": seeds,
    },
    "swin": {"height": st.integers(3, 6), "width": st.integers(3, 6), "class_token": st.booleans(), "seed": seeds},
    "swinv2": {
        "height": st.integers(3, 6),
        "width": st.integers(3, 6),
        "pretrained_height": st.none() | st.integers(0, 20),
        "pretrained_width": st.none() | st.integers(0, 20),
        "seed": seeds,
    },
    "kerple": {"kind": st.sampled_from(["log", "power", "log_power"]), "seed": seeds},
    "sandwich": {
        "dim": st.integers(1, 40).map(lambda half: 2 * half),
        "base": st.floats(1.0, 1e6),
        "first": st.sampled_from([0, 1]),
        "centred": st.booleans(),
    },
    "fire": {
        "width": st.integers(1, 40),
        "c": st.floats(0.0, 1e3),
        "threshold": st.floats(0.0, 1e4),
        "eps": st.floats(1e-12, 1.0),
        "seed": seeds,
    },
    "cope": {"max_positions": st.integers(1, 40), "seed": seeds},
    "dynamic_position_bias": {
        "dim": st.integers(1, 20),
        "depth": st.integers(1, 4),
        "log_distance": st.booleans(),
        "seed": seeds,
    },
    "forgetting": {"seed": seeds},
}

CONTEXTUAL = {"cope"}
"""Their bias takes queries and scores instead of positions."""

CONTENT = CONTEXTUAL | {"deberta", "forgetting", "shaw", "transformer_xl"}
"""What they add depends on the queries."""

every = pytest.mark.parametrize("id", list(PARAMETERS))
positional = pytest.mark.parametrize("id", [id for id in PARAMETERS if id not in CONTEXTUAL])
tokens = st.lists(st.integers(0, 8), min_size=1, max_size=8)  # few enough for the smallest window


def drawn(data, id):
    return data.draw(st.fixed_dictionaries(PARAMETERS[id]), label="parameters")


def test_every_bias_is_here():
    assert set(PARAMETERS) == {id for id, cls in posenc.schemes().items() if cls.family == "bias"}
    for id, parameters in PARAMETERS.items():
        assert set(parameters) == set(posenc.schemes()[id].parameters())


@positional
@given(data=st.data(), queries=tokens, keys=tokens, heads=st.integers(1, 5))
def test_bias(id, data, queries, keys, heads):
    parameters = drawn(data, id)
    bias = posenc.scheme(id, **parameters).bias(queries, keys, heads)
    assert (bias.shape, bias.dtype) == ((heads, len(queries), len(keys)), np.float32)
    assert np.isfinite(bias).all()
    np.testing.assert_array_equal(bias, posenc.scheme(id, **parameters).bias(queries, keys, heads))


@positional
@given(data=st.data(), n=st.integers(0, 9), heads=st.integers(1, 5))
def test_a_length_means_positions_from_0(id, data, n, heads):
    scheme = posenc.scheme(id, **drawn(data, id))
    np.testing.assert_array_equal(scheme.bias(n, 9, heads), scheme.bias(np.arange(n), np.arange(9.0), heads))


@every
@given(data=st.data(), offsets=st.lists(st.integers(-2, 2), min_size=1, max_size=9), heads=st.integers(1, 5))
def test_kernel(id, data, offsets, heads):
    scheme = posenc.scheme(id, **drawn(data, id))
    kernel = scheme.kernel(offsets, heads=heads)
    assert (kernel.shape, kernel.dtype) == ((heads, len(offsets)), np.float64)
    assert np.isfinite(kernel).all()
    np.testing.assert_allclose(kernel[:, -1:], scheme.kernel(offsets[-1:], heads=heads), rtol=1e-6, atol=1e-6)


@every
@given(data=st.data(), heads=st.integers(1, 4), n=st.integers(1, 9), seed=seeds, causal=st.booleans())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_adjust_keeps_the_precision_and_the_mask(id, dtype, data, heads, n, seed, causal):
    scheme = posenc.scheme(id, **drawn(data, id))
    queries, keys = np.random.default_rng(seed).standard_normal((2, heads, n, 6)).astype(dtype)
    seen = np.tri(n, dtype=bool) | (not causal)
    scores = np.where(seen, queries @ keys.swapaxes(1, 2), np.array(-np.inf, dtype))
    adjusted = scheme.add_to_scores(scores, queries, keys, np.arange(n))
    assert (adjusted.shape, adjusted.dtype) == (scores.shape, dtype)
    assert np.isfinite(adjusted[:, seen]).all()
    assert (adjusted[:, ~seen] == -np.inf).all()
    np.testing.assert_array_equal(adjusted, scheme.add_to_scores(scores, queries, keys, np.arange(n)))


@pytest.mark.parametrize("id", [id for id in PARAMETERS if id not in CONTENT])
def test_adjust_adds_the_bias_where_content_does_not_matter(id):
    scheme, (scores, other) = posenc.scheme(id), np.random.default_rng(0).standard_normal((2, 3, 7, 7))
    adjusted = scheme.add_to_scores(scores, other, other, np.arange(7))
    np.testing.assert_allclose(adjusted, scores + scheme.bias(7, 7, 3), atol=1e-6)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("id", [id for id in PARAMETERS if posenc.scheme(id).values == "formula"])
def test_what_is_called_a_formula_adds_the_same_whatever_the_weights(id, seed):
    added = []
    for number in (0, seed):
        scores, queries, keys = np.random.default_rng(number).standard_normal((3, 4, 9, 9))
        added.append(posenc.scheme(id).add_to_scores(scores, queries, keys, np.arange(9)) - scores)
    np.testing.assert_allclose(added[0], added[1], atol=1e-12)


@every
@pytest.mark.parametrize("causal", [False, True])
def test_attention_sees_a_swap(id, causal):
    x = np.random.default_rng(0).standard_normal((6, 16))
    weights = posenc.AttentionWeights.random(16, dtype=np.float64)
    scheme = posenc.scheme(id)
    result = posenc.attention(x, weights, 4, causal, scheme)
    assert (result.output.shape, result.output.dtype) == ((6, 16), np.float64)
    np.testing.assert_allclose(result.weights.sum(-1), 1)
    assert not causal or not result.weights[:, ~np.tri(6, dtype=bool)].any()
    swap = [1, 0, 2, 3, 4, 5]
    sensitivity = posenc.order_sensitivity(lambda x: posenc.attention(x, weights, 4, causal, scheme).output, x, swap)
    assert sensitivity > 1e-3


@pytest.mark.parametrize("id", [id for id, parameters in PARAMETERS.items() if "seed" in parameters])
def test_another_seed_is_another_toy(id):
    kernels = [posenc.scheme(id, seed=seed).kernel([-3, -2, -1]) for seed in (0, 1)]
    assert np.abs(kernels[0] - kernels[1]).max() > 0.01
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0; got -1"):
        posenc.scheme(id, seed=-1)


@pytest.mark.parametrize("id", ["alibi", "kerple", "sandwich", "transformer_xl", "dynamic_position_bias"])
def test_bias_depends_on_the_offset_alone(id):
    scheme, where = posenc.scheme(id), np.array([0.0, 0.5, 3.0, 7.25])
    np.testing.assert_allclose(scheme.bias(where, where, 3), scheme.bias(where + 100, where + 100, 3), atol=1e-4)


@pytest.mark.parametrize("id", ["t5", "deberta", "shaw", "forgetting"])
def test_bias_of_whole_positions_depends_on_the_offset_alone(id):
    scheme = posenc.scheme(id)
    np.testing.assert_array_equal(scheme.bias(40, 40, 3)[:, 7:, 7:], scheme.bias(33, 33, 3))


@pytest.mark.parametrize("id", ["t5", "deberta", "shaw", "swin", "swinv2"])
def test_a_table_with_a_row_an_offset_takes_whole_positions(id):
    with pytest.raises(ValueError, match=r"query_positions must be whole numbers .* got 0.5"):
        posenc.scheme(id).bias([0.5], [0], 2)
    with pytest.raises(ValueError, match=r"key_positions must be whole numbers .* got 0.5"):
        posenc.scheme(id).bias([0], [0.5], 2)


@positional
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((-4, 4, 2), "query_positions must be .* got -4"),
        ((4, "all", 2), "key_positions must be .* got 'all'"),
        ((4, [0, np.nan], 2), "key_positions must be .* finite"),
        ((4, 4, 0), "heads must be a whole number of at least 1; got 0"),
        ((4, 4, 2.0), "heads must be .* got 2.0"),
    ],
)
def test_bad_arguments(id, arguments, words):
    with pytest.raises(ValueError, match=words):
        posenc.scheme(id).bias(*arguments)


@every
def test_bad_kernel_arguments(id):
    with pytest.raises(ValueError, match=r"offsets must be .* shape \(1, 1\)"):
        posenc.scheme(id).kernel([[1]])
    with pytest.raises(ValueError, match="heads must be a whole number of at least 1; got 0"):
        posenc.scheme(id).kernel([1], heads=0)
