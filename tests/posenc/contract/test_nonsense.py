"""A pool of nonsense for every argument of every public function and method: a sentence that names it, or an answer.

No other exception and no warning (which is an error in our tests), whatever is handed over.
"""

import dataclasses
import inspect
import itertools
from functools import partial

import numpy as np
import pytest

import posenc
from posenc import fourier_features, padded_positions, rasters, resize, similarities
from posenc.experiments.attention_bias import (
    BucketBoundaries,
    added_bias,
    block_means,
    bucket_boundaries,
    mean_by_offset,
    power_of_two_above,
    slopes_from_above,
)
from posenc.experiments.heatmap import Layout, binary_counter, column_order, other_layout, rounded_bits
from posenc.experiments.king_and_queen import Reordered, compare, is_reversal_invariant, rank_by_order, reorder
from posenc.experiments.rotary import (
    Conversion,
    axes_of,
    conversions,
    grid_hands,
    positions_to_play,
    rotary_hands,
    rotated_scores,
)
from posenc.experiments.sequence_models import last_attention
from posenc.experiments.start import Finding, claims
from posenc.experiments.toy_words import split, word_vectors
from posenc.families import Paper
from posenc.parameters import Parameter
from posenc.rope_scalings import RopeScaling
from posenc.rotary_layouts import feature_order
from posenc.self_attention import Attention
from posenc.shift import shift_error

NAN, INF = float("nan"), float("inf")
GARBAGE = {
    "text": "3",
    "half": "half",
    "bytes": b"3",
    "dict": {1: 2},
    "set": {1, 2},
    "object": object(),
    "function": len,
    "class": int,
    "scheme class": posenc.Scheme,
    "true": True,
    "-1": -1,
    "2.5": 2.5,
    "nan": NAN,
    "inf": INF,
    "-inf": -INF,
    "1j": 1j,
    "2^70": 2**70,
    "-2^70": -(2**70),
    "10^5000": 10**5000,
    "[None]": [None],
    "[a]": ["a"],
    "[true]": [True, False],
    "[1j]": [1j],
    "[2^70]": [2**70],
    "[10^5000]": [10**5000],
    "ragged": [[1.0], [1.0, 2.0]],
    "masked": np.ma.masked,
    "masked array": np.ma.array([1.0, 2.0], mask=[False, True]),
    "[masked]": [np.ma.masked, 1.0],
    "dates": np.array(["2020"], "M8[Y]"),
    "records": np.zeros(1, [("a", int)]),
    "[[nan]]": [[NAN] * 2] * 2,
    "[[inf]]": [[INF, 1.0], [1.0, 1.0]],
}
MISFITS = {
    "None": None,
    "10^10": 10**10,
    "[]": [],
    "[[]]": [[]],
    "empty": np.zeros(0),
    "no rows": np.zeros((0, 4)),
    "no columns": np.zeros((3, 0)),
    "4 axes": np.zeros((1, 1, 1, 1)),
    "[nan]": [NAN],
    "[inf]": [INF],
    "uint64": np.array([2**64 - 1], np.uint64),
    "int64 min": np.array([-(2**63)]),
}
"""May be right by themselves and not fit the other arguments: the sentence may name one of those."""
NOTHING = {"[]", "[[]]", "empty", "no rows", "no columns"}

TAKEN = {
    "dtype": {"None", "half"},  # NumPy's name of float16
    "source": {"half"},
    "target": {"half"},
    "trained": {"half"},
    "k": {"-1", "2.5", "2^70", "-2^70", "10^10"},
    "seed": {"10^10"},
    "padding_idx": {"None", "10^10"},
    "time": {"10^10"},
    "original_max_position_embeddings": {"10^10"},
    "positions": {"None", *NOTHING},
    "offsets": {*NOTHING, "4 axes"},
    "query_positions": {"None", *NOTHING},
    "key_positions": {"None", *NOTHING},
    "length": {"None", "10^10"},
    "matrix": {"[[nan]]", "[[inf]]", "4 axes"},
    "scheme": {"None"},
    "chosen": {"None"},
    "words": {"[]", "empty", "[a]"},
    "sentence": {"text", "half"},
    "tokens": {*NOTHING, "4 axes"},
    "x": {*NOTHING, "4 axes"},
    "cls": {"scheme class"},
    "scale": {"None", "-1", "2.5", "2^70", "-2^70", "10^10"},
    **dict.fromkeys(("table", "other", "rows", "columns", "weight", "bits", "waves"), NOTHING),
    **{
        name: {"None"}
        for name in ("queries", "embedding", "layers", "phase", "padding", "rotary_dim", "r1", "r2", "r3")
    },
    **{
        name: {"true"}
        for name in ("causal", "whole", "key", "antialias", "align_corners", "include_input", "log_sampling")
    },
    **{name: {"2.5"} for name in ("base", "max_bias")},
}
OF_ANY_SHAPE = {
    "buckets": {"-1", "10^10"},
    "added_buckets": {"-1", "10^10"},
    "inputs": {"-1", "2.5", "10^10", "uint64", "int64 min"},
}
PARAMETER = {"None", "true", "2.5", "-1", "10^10", "half", "[]"}
"""What some parameter of a scheme or of a rope scaling may be."""

W, X, T = posenc.AttentionWeights.random(4, dtype=float), np.eye(3, 4), np.arange(12.0).reshape(3, 4)
WAVES, ROTARY, ALIBI = posenc.scheme("sinusoidal"), posenc.scheme("rotary"), posenc.scheme("alibi")
FUNCTIONS = {
    posenc.AttentionWeights: dict(
        in_proj_weight=np.ones((6, 2)), in_proj_bias=np.ones(6), out_weight=np.ones((2, 2)), out_bias=np.ones(2)
    ),
    posenc.AttentionWeights.random: dict(dim=4, seed=0, dtype=float),
    added_bias: dict(scheme=ALIBI, words=["a", "b"], heads=2, causal=False),
    mean_by_offset: dict(matrix=np.eye(3)),
    posenc.attention: dict(x=X, weights=W, heads=2, causal=False, scheme=ALIBI, positions=3),
    axes_of: dict(field=np.exp(1j * np.arange(12.0)).reshape(2, 3, 2)),
    similarities.between: dict(rows=T, columns=T, measure="dot"),
    binary_counter: dict(length=4, bits=2),
    block_means: dict(matrix=np.eye(3), cells=2),
    posenc.by_offset: dict(table=T, measure="dot"),
    column_order: dict(table=T, other=T[:, ::-1]),
    compare: dict(model=lambda x: posenc.attention(x, W), x=X, permutation=[2, 1, 0], how="each"),
    posenc.convert_layout: dict(weight=np.eye(4), heads=1, source="half", target="interleaved", rotary_dim=4),
    rasters.edges: dict(start=0, stop=9, cells=3),
    rasters.largest_divisor: dict(n=9, maximum=4),
    feature_order: dict(dim=8, source="half", target="interleaved", rotary_dim=4),
    grid_hands: dict(scheme=posenc.scheme("mrope"), height=2, width=2, dim=8, time=0),
    last_attention: dict(x=X, layers=[W], heads=2, causal=False, scheme=ALIBI),
    conversions: dict(query=[1.0, 2.0], key=[2.0, 1.0], n=3, trained="half", base=100.0, rotary_dim=2),
    rasters.mean_columns: dict(table=T, columns=2),
    posenc.order_sensitivity: dict(model=lambda x: x, x=X, permutation=[2, 1, 0]),
    other_layout: dict(scheme=WAVES, positions=4, dim=8),
    positions_to_play: dict(stop=9, position=3, maximum=6, whole=False),
    power_of_two_above: dict(heads=3),
    rank_by_order: dict(x=X, permutation=[2, 1, 0], weights=W, heads=2, causal=False, chosen=ALIBI, how="each"),
    posenc.raster: dict(scheme=WAVES, positions=(0, 9), dim=8, rows=3, columns=3),
    reorder: dict(x=X, permutation=[2, 1, 0], weights=W, heads=2, causal=False, scheme=ALIBI, how="each"),
    rotary_hands: dict(scheme=ROTARY, positions=4, dim=8),
    rounded_bits: dict(bits=[[0, 1]], waves=[[0.1, 0.9]]),
    is_reversal_invariant: dict(scheme=ALIBI, n=4, heads=2),
    posenc.scheme: dict(id="sinusoidal", base=100.0),
    shift_error: dict(scheme=WAVES, k=2, dim=8, length=16),
    posenc.shift_matrix: dict(k=2, dim=8, base=100.0, layout="interleaved"),
    posenc.similarity: dict(table=T, measure="euclidean"),
    rasters.similarity_by_offset: dict(scheme=WAVES, length=9, dim=8, measure="dot", offsets=9, places=3),
    rasters.similarity_profile: dict(scheme=WAVES, position=3, length=9, dim=8, cells=3, measure="dot"),
    rasters.similarity_raster: dict(scheme=WAVES, length=9, dim=8, cells=3, measure="cosine"),
    slopes_from_above: dict(heads=3, max_bias=8.0),
    split: dict(sentence="a b"),
    bucket_boundaries: dict(scheme=posenc.scheme("t5"), maximum=64),
    rotated_scores: dict(scheme=ROTARY, query=[1.0, 2.0], key=[2.0, 1.0], length=9, offsets=5, places=3),
    word_vectors: dict(words=["a", "b"], dim=4, dtype=float),
    resize.resize_grid: dict(table=np.ones((5, 2)), old=(2, 2), new=(3, 1), prefix_tokens=1, antialias=False),
    resize.resize_line: dict(table=T, length=5, align_corners=False),
    padded_positions.position_ids: dict(tokens=[[1, 2]], padding_idx=1),
    fourier_features.nerf_features: dict(x=[[0.5]], num_frequencies=3, include_input=True, log_sampling=True),
    fourier_features.random_features: dict(x=[[0.5, 1.0]], matrix=np.ones((2, 3))),
}
ONLY_FINITE = {fourier_features.random_features}
"""Where `matrix` is one of weights, not of what is known of scores."""
RECORDS = {
    *(Attention, similarities.ByOffset, Layout, Paper, Parameter, Conversion),
    *(Reordered, BucketBoundaries, Finding),
}
"""What functions hand out: nobody else makes them."""
BASES = {posenc.Scheme, posenc.Absolute, posenc.Rotary, posenc.Bias, RopeScaling}
WITHOUT_ARGUMENTS = {posenc.schemes, claims}

SCHEMES = {id: cls() for id, cls in posenc.schemes().items()}
HOOKS = {"rotate_qk", "add_to_scores"}
"""What attention calls with what it has checked itself."""
FOUR, PAIRS = np.ones((4, 8)), dict(query_positions=3, key_positions=4)
METHODS = {
    "table": dict(positions=4, dim=8, dtype=float),
    "mean_table": dict(edges=[0, 2, 4], dim=8),
    "mean_spread": dict(edges=[0, 2, 4], dim=8),
    "row_norm": dict(dim=8),
    "add_to_input": dict(x=FOUR, positions=[0, 1, 2, 3]),
    "wavelengths": dict(dim=8),
    "wave": dict(dim=8, dimension=3),
    "shift_matrix": dict(k=2, dim=8),
    "kernel": dict(offsets=[-1, 0, 1], dim=8, heads=2),
    "frequencies": dict(dim=8, length=4),
    "rotate": dict(x=FOUR, positions=4),
    "rotate_key": dict(x=FOUR, positions=4),
    "axes": dict(dim=8),
    "hands": dict(positions=4, dim=8, key=False),
    "axis_waves": dict(dim=8),
    "numbers": dict(length=4, dim=8, heads=2),
    "added_buckets": dict(offsets=[-1, 0, 1]),
    "bias": dict(**PAIRS, heads=2),
    "buckets": dict(offsets=[-1, 0, 1]),
    "slopes": dict(heads=3),
    "index": PAIRS,
    "coords": {},
    "shares": PAIRS,
    "inputs": dict(offsets=[-1, 0, 1]),
}
TURNED = dict(
    queries=np.ones((2, 3, 4)),
    offsets=np.ones((3, 3)),
    position_projection=np.ones((8, 6)),
    position_bias=np.ones((2, 4)),
)
OWN_METHODS = {
    ("sinusoidal", "frequencies"): dict(dim=8),
    ("sincos2d", "table"): dict(positions=4, dim=8, dtype=float, padding=None),
    ("xpos", "rotate"): dict(x=FOUR, positions=4, length=4),
    ("xpos", "rotate_key"): dict(x=FOUR, positions=4, length=4),
    ("polar", "rotate_key"): dict(x=FOUR, positions=4, phase=np.zeros((1, 8))),
    ("axial_rotary", "rotate_mixed"): dict(x=np.ones((2, 196, 8)), frequencies=np.ones((2, 2, 4))),
    ("t5", "bias"): dict(**PAIRS, heads=2, embedding=np.ones((32, 2))),
    ("swin", "bias"): dict(**PAIRS, heads=2, embedding=np.ones((169, 2))),
    ("shaw", "bias"): dict(**PAIRS, heads=2, queries=np.ones((2, 3, 5)), embedding=np.ones((33, 5)), scale=1.0),
    ("kerple", "bias"): dict(**PAIRS, heads=2, r1=[1.0, 1.0], r2=[1.0, 1.0], r3=None),
    ("fire", "bias"): dict(**PAIRS, heads=2, layers=[(np.ones((32, 1)), np.ones(32)), (np.ones((2, 32)), None)]),
    ("dynamic_position_bias", "bias"): dict(
        **PAIRS, heads=2, layers=[(np.ones((64, 1)), None), (np.ones((64, 64)), None), (np.ones((2, 64)), None)]
    ),
    ("swinv2", "bias"): dict(**PAIRS, heads=2, layers=[(np.ones((512, 2)), None), (np.ones((2, 512)), None)]),
    ("cope", "bias"): dict(queries=np.ones((2, 3, 5)), scores=np.ones((2, 3, 4)), embeddings=np.ones((64, 5))),
    ("cope", "positions"): dict(scores=np.ones((2, 3, 4))),
    ("forgetting", "context_bias"): dict(x=np.ones((3, 4)), weight=np.ones((2, 4)), bias=np.ones(2)),
    ("transformer_xl", "table"): dict(offsets=[1, 0], dim=8, dtype=float),
    ("transformer_xl", "position_scores"): TURNED,
    ("transformer_xl", "scores"): dict(**TURNED, keys=np.ones((2, 3, 4)), content_bias=np.ones((2, 4))),
}
SCALINGS = {
    "linear": dict(factor=4.0),
    "dynamic": dict(factor=4.0, max_position_embeddings=64),
    "ntk": dict(alpha=4.0),
    "ntk_by_parts": dict(factor=4.0, original_max_position_embeddings=64),
    "yarn": dict(
        factor=4.0, original_max_position_embeddings=64, beta_fast=32.0, beta_slow=1.0, mscale=1.0, mscale_all_dim=1.0,
        attention_factor=1.0, truncate=True
    ),
    "longrope": dict(short_factor=(1.0,), long_factor=(2.0,), original_max_position_embeddings=64, factor=4.0),
    "llama3": dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64),
    "proportional": dict(partial_rotary_factor=0.5, factor=1.0),
}  # fmt: skip


def methods(scheme):
    """The public methods of a scheme that have something to say: name, and good arguments."""
    for name, method in inspect.getmembers(scheme, inspect.ismethod):
        silent = getattr(posenc.Scheme, name, None) is method.__func__  # the answer is no, whatever is asked
        if not name.startswith("_") and name not in {*HOOKS, "parameters", "attention_factor"} and not silent:
            yield name, OWN_METHODS.get((scheme.id, name), METHODS.get(name))


def throw(call, good, taken):
    """Every piece of nonsense for each argument in turn: what went wrong, as sentences."""
    call(**good)
    for name, (label, value) in itertools.product(good, (GARBAGE | MISFITS).items()):
        if name != "model" or label not in ("class", "scheme class"):  # whose errors are their own
            named = {name} if label in GARBAGE else {*good, "dim", "x"}
            try:
                call(**{**good, name: value})
            except ValueError as error:
                said = str(error)
                if not any(one in said for one in named) or len(said) > 500 or "\n" in said or "ambiguous" in said:
                    yield f"{name}={label}: {said}"
            except Exception as error:
                yield f"{name}={label}: {type(error).__name__}: {error}"
            else:
                if label not in taken(name):
                    yield f"{name}={label} was taken"


def by_name(name):
    return TAKEN.get(name, set())


@pytest.mark.parametrize("call", FUNCTIONS, ids=lambda call: call.__qualname__)
def test_functions(call):
    taken = (lambda name: by_name(name) if name != "matrix" else set()) if call in ONLY_FINITE else by_name
    assert list(throw(call, FUNCTIONS[call], taken)) == []


def test_every_public_name_is_tried():
    public = {getattr(posenc, name) for name in posenc.__all__ if callable(getattr(posenc, name))}
    assert public <= {*FUNCTIONS, *RECORDS, *BASES, *WITHOUT_ARGUMENTS, posenc.rope_scaling}


@pytest.mark.parametrize("id", SCHEMES)
def test_parameters_of_schemes(id):
    cls, own = type(SCHEMES[id]), dataclasses.asdict(SCHEMES[id])
    assert list(throw(cls, own, lambda name: PARAMETER)) == []


@pytest.mark.parametrize("id", SCHEMES)
def test_methods_of_schemes(id):
    scheme = SCHEMES[id]
    for name, good in methods(scheme):
        assert good is not None, f"{id}.{name} is tried with nothing"
        call = getattr(scheme, name)
        assert set(good) == set(inspect.signature(call).parameters), f"{id}.{name}"
        ignored = {"dim"} if scheme.family in ("bias", "none") else {"length"} if name == "frequencies" else set()
        given = {one: value for one, value in good.items() if one not in ignored or id == "rotary"}
        more = OF_ANY_SHAPE.get(name, set())
        wrong = throw(partial(call, **good), given, lambda one, more=more: by_name(one) | more)
        assert list(wrong) == [], f"{id}.{name}"


@pytest.mark.parametrize("kind", SCALINGS)
def test_parameters_of_rope_scalings(kind):
    good = {"kind": kind, **SCALINGS[kind]}
    assert list(throw(posenc.rope_scaling, good, lambda name: PARAMETER if name != "kind" else set())) == []


def test_no_scheme_of_a_family_that_it_must_have():
    """Nor a scheme of another family: each function says which it takes."""
    calls = {
        "must have a table": [
            lambda scheme: posenc.raster(scheme, 8, 8, 8, 8),
            lambda scheme: rasters.similarity_raster(scheme, 8, 8, 8),
            lambda scheme: rasters.similarity_profile(scheme, 1, 8, 8, 8),
            lambda scheme: rasters.similarity_by_offset(scheme, 8, 8),
            lambda scheme: shift_error(scheme, 1, 4, 8),
            lambda scheme: other_layout(scheme, 3, 4),
        ],
        "must rotate": [
            lambda scheme: rotary_hands(scheme, 3, 4),
            lambda scheme: grid_hands(scheme, 3, 3, 4),
            lambda scheme: rotated_scores(scheme, [1.0, 2.0], [1.0, 2.0], 8),
        ],
    }
    for words, functions in calls.items():
        for call in functions:
            with pytest.raises(ValueError, match=f"scheme {words} .*alibi is of family bias"):
                call(ALIBI)


TABLE = WAVES.table


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: TABLE(np.array([2**64 - 1], np.uint64), 2), r"positions must be .* between −2\^53 and 2\^53; got 184467"),
        (lambda: TABLE([2**70], 2), r"positions must be .* between −2\^53 and 2\^53; got \[1180591620717411303424\]"),
        (lambda: TABLE(2**70, 2), "positions must be .* at most 16777216; got 1180591620717411303424"),
        (lambda: TABLE([1e300], 2), r"positions must be .* between −2\^53 and 2\^53; got 1e\+300"),
        (lambda: TABLE([10**5000], 2), "positions must be .*; got a list with a number of more digits than Python"),
        (lambda: TABLE(np.ma.array([1, 2], mask=[0, 1]), 2), "positions must be .* no masked ones among them; got"),
        (lambda: posenc.attention(X, None), "weights must be posenc.AttentionWeights; got None"),
        (lambda: rasters.mean_columns([1.0, 2.0], 1), r"table must be an array .* got float64 \(2,\)"),
        (lambda: rasters.largest_divisor(0, 4), "n must be a whole number of at least 1; got 0"),
        (lambda: rasters.largest_divisor(4, 0), "maximum must be a whole number of at least 1; got 0"),
        (lambda: rasters.edges(0, 4, 0), "cells must be a whole number of at least 1 and at most 4; got 0"),
        (lambda: rasters.edges(0, 4, 5), "cells must be .* at most 4; got 5"),
        (lambda: column_order(np.ones((0, 2)), np.ones((0, 2))), "table must have at least one row; got none"),
        (lambda: word_vectors([1], 2), r"words must be a list of strings; got \[1\]"),
        (lambda: word_vectors("King", 2), "words must be a list of strings; got 'King'"),
        (lambda: added_bias(ALIBI, "King", 1), "words must be a list of strings; got 'King'"),
        (lambda: split(None), "sentence must be a string; got None"),
        (lambda: split(b"a"), "sentence must be a string; got b'a'"),
        (lambda: posenc.scheme("fourier", shape=(1024,) * 7).table([0], 14), "shape must be of at most 16 axes and 1677"),
    ],
)  # fmt: skip
def test_known_cases(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_an_array_of_which_nothing_is_masked_is_an_array():
    where = np.ma.array([1, 2], mask=[False, False])
    np.testing.assert_array_equal(TABLE(where, 4), TABLE([1, 2], 4))


def test_no_dtype_is_the_default():
    for made in (TABLE(3, 4, None), word_vectors(["a"], 4, None), ROTARY.table(3, 4, None)):
        assert made.dtype == np.float32
    assert posenc.AttentionWeights.random(4, dtype=None).out_bias.dtype == np.float32


def test_numbers_of_numpy_are_numbers_of_parameters():
    made = posenc.scheme("fourier", height=np.int64(3), width=np.uint8(4), max_resolution=[np.float64(8.0), 4])
    assert made == posenc.scheme("fourier", height=3, width=4, max_resolution=(8.0, 4))
    assert repr(made.height) == "3"
    assert hash(made) == hash(posenc.scheme("fourier", height=3, width=4, max_resolution=(8.0, 4)))


def test_a_list_of_columns_is_a_table():
    np.testing.assert_array_equal(rasters.mean_columns([[1.0, 2.0]], 1), [[1.5]])
