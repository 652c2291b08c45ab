"""Rope scaling by name, and what the config.json of real models says (figures from their public configs)."""

import numpy as np
import pytest

import posenc
from posenc import rope_config
from posenc.rope_config import FULL, SLIDING, by_layer
from posenc.rope_scalings import KINDS, Linear, Llama3, LongRope, Yarn
from posenc.schemes.mrope import Mrope
from posenc.schemes.rotary import RotaryEmbedding

from_config = posenc.rope_scaling.from_config

LLAMA_3_1 = {
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "max_position_embeddings": 131072,
    "rope_scaling": {
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
        "rope_type": "llama3",
    },
    "rope_theta": 500000.0,
}
GEMMA_3 = {
    "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
    "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
}


@pytest.mark.parametrize("kind", KINDS)
def test_by_name_equals_the_class(kind):
    scaling = KINDS[kind]
    needed = {name: getattr(scaling(), name) for name in scaling.needed}
    assert posenc.rope_scaling(kind, **needed) == scaling()
    along = posenc.rope_scaling(kind, **needed | {"max_position_embeddings": 4096})
    assert along == scaling() or "max_position_embeddings" in scaling.parameters()


def test_sequences_become_tuples():
    scaling = posenc.rope_scaling(
        "longrope", short_factor=[1.0, 2.0], long_factor=[3.0, 4.0], original_max_position_embeddings=64
    )
    assert scaling.short_factor == (1.0, 2.0)
    assert hash(scaling) == hash(LongRope((1.0, 2.0), (3.0, 4.0), 64))


@pytest.mark.parametrize(
    ("kind", "parameters", "words"),
    [
        ("yearn", {}, "kind must be one of 'linear', 'dynamic', .* got 'yearn'"),
        ("default", {}, "kind must be one of .* got 'default'"),
        ("yarn", {}, "yarn needs factor, original_max_position_embeddings and may have beta_fast, .* got nothing"),
        ("yarn", {"factor": 4.0}, "yarn needs .* got factor"),
        ("linear", {"factor": 4.0, "beta_fast": 32}, "linear needs factor; it has no 'beta_fast'"),
        ("longrope", {"short_factor": (1.0,)}, "longrope needs short_factor, long_factor, original_max_position_emb"),
        ("dynamic", {"factor": 2.0}, "dynamic needs factor, max_position_embeddings; got factor"),
    ],
)
def test_bad_names_and_parameters(kind, parameters, words):
    with pytest.raises(ValueError, match=words):
        posenc.rope_scaling(kind, **parameters)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (LLAMA_3_1, RotaryEmbedding(500000.0, scaling=Llama3(8.0, 1.0, 4.0, 8192))),
        # Llama 2
        ({"hidden_size": 4096, "max_position_embeddings": 4096, "rope_scaling": None}, RotaryEmbedding()),
        # Mistral 7B v0.2
        ({"rope_theta": 1000000.0, "max_position_embeddings": 32768}, RotaryEmbedding(1000000.0)),
        # Qwen 2.5 as its model card extends it
        (
            {
                "rope_theta": 1000000.0,
                "rope_scaling": {"factor": 4.0, "original_max_position_embeddings": 32768, "type": "yarn"},
            },
            RotaryEmbedding(1000000.0, scaling=Yarn(4.0, 32768)),
        ),
        # DeepSeek V3
        (
            {
                "max_position_embeddings": 163840,
                "rope_scaling": {
                    "beta_fast": 32,
                    "beta_slow": 1,
                    "factor": 40,
                    "mscale": 1.0,
                    "mscale_all_dim": 1.0,
                    "original_max_position_embeddings": 4096,
                    "type": "yarn",
                },
                "rope_theta": 10000,
            },
            RotaryEmbedding(scaling=Yarn(40.0, 4096, mscale=1.0, mscale_all_dim=1.0)),
        ),
        # Phi 3: the trained length stands beside rope_scaling, the kind has its first name
        (
            {
                "max_position_embeddings": 131072,
                "original_max_position_embeddings": 4096,
                "rope_theta": 10000.0,
                "rope_scaling": {"long_factor": [2.0, 4.0], "short_factor": [1.0, 1.1], "type": "su"},
            },
            RotaryEmbedding(scaling=LongRope((1.0, 1.1), (2.0, 4.0), 4096, max_position_embeddings=131072)),
        ),
        # Phi 4 mini: partial rotation, head_dim to be worked out
        (
            {"hidden_size": 3072, "num_attention_heads": 24, "partial_rotary_factor": 0.75, "rope_theta": 10000.0},
            RotaryEmbedding(rotary_dim=96),
        ),
        # GPT-NeoX's names
        (
            {"hidden_size": 6144, "num_attention_heads": 64, "rotary_emb_base": 10000, "rotary_pct": 0.25},
            RotaryEmbedding(rotary_dim=24),
        ),
        # transformers 5, the parameters alone
        (
            {"rope_type": "linear", "factor": 2.0, "rope_theta": 5e5, "partial_rotary_factor": 0.5, "head_dim": 64},
            RotaryEmbedding(5e5, rotary_dim=32, scaling=Linear(2.0)),
        ),
        # Gemma 3, of both transformers, and inside a multimodal config
        (GEMMA_3, RotaryEmbedding(1000000.0, scaling=Linear(8.0))),
        ({"rope_parameters": GEMMA_3}, RotaryEmbedding(1000000.0, scaling=Linear(8.0))),
        (
            {"text_config": {"rope_theta": 1000000.0, "rope_scaling": {"factor": 8.0, "rope_type": "linear"}}},
            RotaryEmbedding(1000000.0, scaling=Linear(8.0)),
        ),
        # Qwen2-VL and Qwen3-VL
        (
            {"rope_theta": 1000000.0, "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}},
            Mrope(1000000.0, (16, 24, 24)),
        ),
        (
            {
                "rope_theta": 5000000,
                "rope_scaling": {
                    "rope_type": "default", "mrope_section": [24, 20, 20], "mrope_interleaved": True,
                },
            },
            Mrope(5000000.0, (24, 20, 20), "interleaved"),
        ),
    ],
)  # fmt: skip
def test_configs(config, expected):
    before = repr(config)
    assert from_config(config) == expected
    assert repr(config) == before


def test_the_present_name_wins_and_so_does_the_inner_level():
    config = {
        "rope_theta": 1.0,
        "rope_scaling": {"rope_type": "linear", "type": "yarn", "factor": 2, "rope_theta": 5.0},
    }
    assert from_config(config) == RotaryEmbedding(5.0, scaling=Linear(2.0))


def test_layers_of_several_kinds():
    full, sliding = RotaryEmbedding(1000000.0, scaling=Linear(8.0)), RotaryEmbedding(10000.0)
    older = {
        "rope_theta": 1000000.0,
        "rope_local_base_freq": 10000.0,
        "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
    }
    for config in (GEMMA_3, {"rope_parameters": GEMMA_3}, older):
        assert from_config(config, layer_type="full_attention") == full
        assert from_config(config, layer_type="sliding_attention") == sliding
    with pytest.raises(ValueError, match="layer_type must be one of 'full_attention', 'sliding_attention'; got 'no'"):
        from_config(GEMMA_3, layer_type="no")


def test_as_transformers_a_missing_trained_length_is_the_longest():
    config = {"max_position_embeddings": 2048, "rope_scaling": {"rope_type": "yarn", "factor": 2.0}}
    assert from_config(config) == RotaryEmbedding(scaling=Yarn(2.0, 2048))


def test_proportional_counts_over_all_features():
    scheme = from_config(
        {"rope_type": "proportional", "partial_rotary_factor": 0.25, "rope_theta": 1e6, "head_dim": 64}
    )
    assert np.count_nonzero(scheme.frequencies(64)) == 8
    assert scheme.frequencies(64)[1] == pytest.approx(1e6 ** (-2 / 64))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "config must have rope_parameters, or rope_theta .* it has no keys"),
        ({"hidden_size": 768}, "config must have rope_parameters, .* it has hidden_size"),
        ("yarn", "config must be a dict, as in a config.json; got 'yarn'"),
        ({"rope_scaling": "yarn"}, "rope_parameters and rope_scaling must be a dict; got 'yarn'"),
        ({"rope_scaling": {"type": "yearn"}}, "rope_type must be one of 'default', 'linear', .* got 'yearn'"),
        ({"rope_scaling": {"type": ["yarn"]}}, r"rope_type must be one of .* got \['yarn'\]"),
        ({"rope_scaling": {"type": "linear"}}, "linear needs factor; the config has rope_scaling, rope_type"),
        (
            {"rope_type": "yarn", "factor": 4.0},
            "yarn needs factor, original_max_position_embeddings and may have .* the config has rope_type, factor",
        ),
        ({"rope_theta": "10000"}, "base must be a number .* got '10000'"),
        ({"rope_theta": 1e4, "partial_rotary_factor": 0.5}, "partial_rotary_factor 0.5 needs head_dim, or hidden_size"),
        (
            {"rope_theta": 1e4, "partial_rotary_factor": "half"},
            "partial_rotary_factor must be more than 0 .* got 'half'",
        ),
        ({"rope_theta": 1e4, "partial_rotary_factor": 0.5, "head_dim": "64"}, "head_dim must be .* got '64'"),
        (
            {"rope_type": "yarn", "factor": 4.0, "mrope_section": [1, 1, 1]},
            "rope_type beside mrope_section must be one of 'default'; got 'yarn'",
        ),
    ],
)
def test_bad_configs(config, words):
    with pytest.raises(ValueError, match=words):
        from_config(config)


PLAIN = {"rope_theta": 1e4, "head_dim": 64, "max_position_embeddings": 4096}


@pytest.mark.parametrize(
    ("config", "layers"),
    [
        (PLAIN, {"": PLAIN}),
        ({"text_config": PLAIN, "head_dim": 8, "use_cache": True}, {"": PLAIN | {"use_cache": True}}),
        ({"rotary_emb_base": 5.0, "type": "linear", "rope_theta": None}, {"": {"rope_type": "linear"}}),
        ({"rope_theta": 5.0, "rope_scaling": None}, {"": {"rope_theta": 5.0}}),
        (GEMMA_3, GEMMA_3),
        (PLAIN | {"rope_parameters": GEMMA_3},
         {label: PLAIN | {"rope_parameters": GEMMA_3} | own for label, own in GEMMA_3.items()}),
        (PLAIN | {"rope_local_base_freq": 5.0, "rope_scaling": {"type": "linear", "factor": 2.0}},
         {label: PLAIN | {"rope_local_base_freq": 5.0, "rope_scaling": {"type": "linear", "factor": 2.0}} | own
          for label, own in ((FULL, {"rope_type": "linear", "factor": 2.0}),
                             (SLIDING, {"rope_type": "default", "factor": 2.0, "rope_theta": 5.0}))}),
    ],
)  # fmt: skip
def test_each_kind_of_layer_has_its_keys_flat_and_under_their_present_names(config, layers):
    before = repr(config)
    assert by_layer(config) == layers
    assert repr(config) == before


def test_layers_differ_by_their_window_too_where_the_config_lists_both():
    both = PLAIN | {"sliding_window": 512, "layer_types": [SLIDING, FULL, SLIDING]}
    assert by_layer(both) == {FULL: both, SLIDING: both}
    assert by_layer(both | {"layer_types": [SLIDING]}).keys() == {""}
    assert by_layer(both | {"use_sliding_window": False}).keys() == {""}
    assert [rope_config.window(both, label) for label in (FULL, SLIDING)] == [(None, True), (512, True)]
    assert rope_config.window(both) == (512, False)


def test_a_base_of_sliding_layers_alone_does_not_say_that_of_the_others():
    for layer_type in (None, FULL, SLIDING):
        with pytest.raises(ValueError, match="config must have rope_parameters"):
            from_config({"rope_local_base_freq": 1e4, "head_dim": 64}, layer_type)


def test_lengths_are_the_models_whatever_its_layers_turn_by():
    scaling = {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 1024}
    layers = by_layer(PLAIN | {"rope_local_base_freq": 5.0, "rope_scaling": scaling})
    assert [rope_config.lengths(keys) for keys in layers.values()] == [(1024, 4096)] * 2


def test_kinds_of_layer_are_bounded():
    rope = {f"layer_{number}": {"rope_theta": 1.0} for number in range(17)}
    for config in (rope, {"rope_parameters": rope}):
        with pytest.raises(ValueError, match="rope_parameters must be of at most 16 kinds of layer; got 17"):
            by_layer(config)
