"""Public models and what any config.json says: figures, what is assumed, and sentences where it cannot be read."""

import json
import math
import random
import traceback
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments import long_context
from posenc.experiments.public_models import MODELS, layer_types, parse, read
from posenc.rope_scalings import KINDS

FIGURES = {  # dim, trained, longest, base, kind of scaling, its factor
    "Llama 2": (128, 4096, 4096, 10000.0, None, None),
    "Llama 3.1": (128, 8192, 131072, 500000.0, "llama3", 8.0),
    "Qwen 2.5": (128, 32768, 32768, 1000000.0, "yarn", 4.0),
    "Mistral": (128, 32768, 32768, 1000000.0, None, None),
    "DeepSeek V3": (64, 4096, 163840, 10000.0, "yarn", 40.0),
    "Phi 3.5": (96, 4096, 131072, 10000.0, "longrope", None),
    "Gemma 3": (256, 32768, 131072, 1000000.0, "linear", 8.0),
}


@pytest.mark.parametrize("name", MODELS)
def test_public_figures(name):
    model = MODELS[name].read()
    scaling = model.scheme.scaling
    found = (model.dim, model.trained, model.longest, model.scheme.base, scaling and scaling.kind)
    assert (*found, getattr(scaling, "factor", None)) == FIGURES[name]
    assert model.assumed == ()
    assert model.worth_showing > model.trained
    assert "config.json" in MODELS[name].source
    assert not any(host in MODELS[name].source for host in ("http", "://", ".co/", ".com"))
    json.dumps(MODELS[name].config)


def test_every_model_of_the_issue_is_there():
    assert list(FIGURES) == list(MODELS)


def test_phis_divisors_are_one_a_pair_and_grow():
    scaling = MODELS["Phi 3.5"].read().scheme.scaling
    for divisors in (scaling.short_factor, scaling.long_factor):
        assert len(divisors) == 48
        assert sorted(divisors) == list(divisors)
    assert scaling.long_factor[-1] == 64.83999633789062


def test_gemmas_sliding_layers_are_not_scaled():
    config = MODELS["Gemma 3"].config
    assert layer_types(config) == ("full_attention", "sliding_attention")
    local = read(config, "sliding_attention")
    assert (local.scheme.base, local.scheme.scaling) == (10000.0, None)


def test_layers_of_their_own_as_transformers_5_names_them():
    config = {
        "rope_parameters": {
            "full_attention": {"rope_type": "linear", "rope_theta": 1e6, "factor": 2.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
        },
        "head_dim": 64,
        "max_position_embeddings": 8192,
    }
    assert layer_types(config) == ("full_attention", "sliding_attention")
    assert read(config).scheme.base == 1e6
    assert read(config, "sliding_attention").scheme.base == 1e4
    assert layer_types({"rope_theta": 1.0}) == ()


@pytest.mark.parametrize(
    ("config", "dim", "trained", "assumed"),
    [
        ({"rope_theta": 1e4}, 128, 4096, ["head_dim: 128", "4,096 positions"]),
        ({"rope_theta": 1e4, "head_dim": 64}, 64, 4096, ["4,096 positions"]),
        ({"rope_theta": 1e4, "max_position_embeddings": 100}, 128, 100, ["head_dim: 128"]),
        ({"rope_theta": 1e4, "hidden_size": 64, "num_attention_heads": 4, "max_position_embeddings": 9}, 16, 9, []),
        ({"rope_theta": 1e4, "qk_rope_head_dim": 32, "head_dim": 192, "max_position_embeddings": 9}, 32, 9, []),
        ({"rope_type": "longrope", "short_factor": [1, 1], "long_factor": [2, 2], "factor": 2.0,
          "original_max_position_embeddings": 64}, 4, 64, []),
    ],
)  # fmt: skip
def test_what_a_config_does_not_say_is_assumed_and_named(config, dim, trained, assumed):
    model = read(config)
    assert (model.dim, model.trained) == (dim, trained)
    assert len(model.assumed) == len(assumed)
    assert all(words in said for words, said in zip(assumed, model.assumed, strict=True))


def test_a_model_of_text_and_images_keeps_its_words_in_text_config():
    model = read({"text_config": {"rope_theta": 1e4, "head_dim": 80, "max_position_embeddings": 512}})
    assert (model.dim, model.longest) == (80, 512)


DEEPSEEK = {"qk_rope_head_dim": 64, "qk_nope_head_dim": 128, "max_position_embeddings": 163840, "rope_theta": 1e4,
            "rope_scaling": {"type": "yarn", "factor": 40, "mscale": 1.0, "mscale_all_dim": 1.0,
                             "original_max_position_embeddings": 4096}}  # fmt: skip


def test_the_head_is_all_features_of_a_query():
    assert (MODELS["DeepSeek V3"].read().dim, MODELS["DeepSeek V3"].read().head) == (64, 192)
    assert read({name: value for name, value in DEEPSEEK.items() if name != "qk_nope_head_dim"}).head is None
    assert read({"rope_theta": 1e4, "head_dim": 80, "partial_rotary_factor": 0.4}).head == 80


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (0.1 * math.log(40) + 1) ** 2),
        ({"mscale_all_dim": 0.707}, (0.0707 * math.log(40) + 1) ** 2),
        ({"mscale_all_dim": None}, 1.0),
        ({"factor": 0.5}, 1.0),
        ({"type": "linear"}, 1.0),
    ],
)
def test_deepseeks_softmax_scale(changes, expected):
    model = read(DEEPSEEK | {"rope_scaling": DEEPSEEK["rope_scaling"] | changes})
    assert model.softmax_scale == pytest.approx(expected)
    other = {"head_dim": 64} | {name: value for name, value in DEEPSEEK.items() if name[:3] != "qk_"}
    assert read(other).softmax_scale == 1.0  # other models have such keys, and do not multiply


@pytest.mark.parametrize(
    ("keys", "layer_type", "window"),
    [
        ({}, "sliding_attention", None),
        ({"sliding_window": 512}, "sliding_attention", 512),
        ({"sliding_window": 512}, "full_attention", None),
        ({"sliding_window": 512, "use_sliding_window": False}, "sliding_attention", None),
        ({"sliding_window": None}, "sliding_attention", None),
        ({"sliding_window": 512, "layer_types": ["sliding_attention"] * 2}, None, 512),
        ({"sliding_window": 512, "layer_types": ["full_attention"]}, None, None),
    ],
)
def test_a_sliding_window_is_that_of_the_layers_that_have_it(keys, layer_type, window):
    model = read({"rope_theta": 1e4, "head_dim": 64, "max_position_embeddings": 4096, **keys}, layer_type)
    assert model.window == window
    assert model.assumed == ()


def test_a_window_of_layers_that_are_not_named_is_said_and_not_counted():
    model = read({"rope_theta": 1e4, "head_dim": 64, "max_position_embeddings": 4096, "sliding_window": 512})
    assert model.window is None
    assert "sliding window of 512 positions" in model.assumed[0]


def test_layers_that_differ_in_their_window_alone_are_two_kinds():
    config = {"rope_theta": 1e4, "sliding_window": 512, "layer_types": ["sliding_attention", "full_attention"]}
    assert layer_types(config) == ("full_attention", "sliding_attention")
    assert layer_types(config | {"use_sliding_window": False}) == ()
    assert layer_types(config | {"layer_types": ["full_attention"]}) == ()
    assert MODELS["Gemma 3"].read("sliding_attention").window == 1024
    assert MODELS["Gemma 3"].read("full_attention").window is None


@pytest.mark.parametrize(
    ("scaling", "said"),
    [
        ({"type": "linear", "factor": 8.0}, True),
        ({"type": "yarn", "factor": 8.0}, True),
        ({"type": "yarn", "factor": 8.0, "original_max_position_embeddings": 512}, False),
        ({"type": "dynamic", "factor": 8.0}, False),
        ({"type": "linear", "factor": 1.0}, False),
        (None, False),
    ],
)
def test_a_config_that_names_the_stretched_length_alone_is_said_to(scaling, said):
    model = read({"rope_theta": 1e4, "head_dim": 64, "max_position_embeddings": 4096, "rope_scaling": scaling})
    sentence = "The config names no length before scaling: it is assumed to be trained on 4,096 positions."
    assert model.assumed == (sentence,) * said


def test_sources_tell_the_files_values_from_transformers_defaults():
    for name in ("Llama 2", "Gemma 3"):
        assert "default" in MODELS[name].source


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the config is not JSON: expecting value at line 1, column 1"),
        ("{\n 'rope_theta': 1}", "the config is not JSON: expecting property name .* at line 2, column 2"),
        ("[1, 2]", "the config must be an object in braces"),
        ("3", "the config must be an object in braces"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": ' * 33 + "1" + "}" * 33, "nested too deeply"),
        ('{"a": 1' + "0" * 5000 + "}", "the config must have whole numbers of at most 300 digits; got one of 5001"),
    ],
)
def test_what_is_not_json_is_said_with_its_place(text, words):
    with pytest.raises(ValueError, match=words):
        parse(text)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "config must have rope_parameters, or rope_theta .* it has no keys"),
        ({"rope_theta": 1e4, "rope_scaling": {"type": "magic"}}, "rope_type must be one of 'default', 'linear'"),
        ({"rope_theta": 1e4, "rope_scaling": {"type": "linear"}}, "linear needs factor; the config has"),
        ({"rope_theta": 1e4, "head_dim": 7}, "head_dim must be a whole number .* that 2 divides; got 7"),
        ({"rope_theta": 1e4, "head_dim": 4096}, "head_dim must be a whole number of at least 2 and at most 512"),
        ({"rope_theta": "fast"}, "base must be a number"),
        ({"rope_theta": 1e4, "sliding_window": 1}, "sliding_window must be a whole number of at least 2"),
        ({"rope_theta": 1e4, "qk_rope_head_dim": 64, "qk_nope_head_dim": 7}, "qk_nope_head_dim must be"),
        ({"rope_theta": 1e4, "max_position_embeddings": -1}, "max_position_embeddings must be a whole number"),
        ({"rope_theta": 1e4, "hidden_size": 8, "num_attention_heads": 0}, "num_attention_heads must be"),
        ({"rope_type": "longrope", "short_factor": [1.0] * 3, "long_factor": [1.0] * 2,
          "original_max_position_embeddings": 9, "max_position_embeddings": 99}, "long_factor must be 3 numbers"),
        ({"rope_type": "longrope", "short_factor": [1.0] * 3, "long_factor": [1.0] * 2,
          "original_max_position_embeddings": 9}, "long_factor must be 3 numbers"),
        ({"rope_theta": 1e4, "partial_rotary_factor": 0.5, "head_dim": 10**310}, "head_dim must be .* at most 1048576"),
        ({"rope_theta": 1e4, "partial_rotary_factor": 0.5, "hidden_size": 10**310, "num_attention_heads": 2},
         "hidden_size must be .* at most 1048576"),
        ({"rope_theta": 10**5000}, "base must be a number from 1.0 to .*; got a number of more digits than Python writes"),
        ({"rope_theta": 1e4, "head_dim": 10**5000}, "head_dim must be .*; got a number of more digits than Python writes"),
        ({"rope_theta": 1e4, "partial_rotary_factor": True}, "partial_rotary_factor must be more than 0"),
    ],
)  # fmt: skip
def test_a_config_that_cannot_be_read_says_why(config, words):
    with pytest.raises(ValueError, match=words):
        read(config)


OFTEN: dict[str, list] = {
    "rope_theta": [1.0, 1e4, 500000], "rope_type": [*KINDS, "default", "su", "mrope"], "type": ["yarn", "linear"],
    "factor": [1.0, 2.0, 1e9, 1e-6], "alpha": [4.0], "head_dim": [2, 6, 64, 512], "hidden_size": [4096],
    "num_attention_heads": [32], "qk_rope_head_dim": [64], "max_position_embeddings": [2, 4096, 1 << 40],
    "original_max_position_embeddings": [2, 4096, 1 << 40], "short_factor": [[1.0] * 32, [1e-6]],
    "long_factor": [[2.0] * 32, [1e9]], "beta_fast": [32.0, 1e9], "beta_slow": [1.0], "mscale": [1.0, 0.0],
    "mscale_all_dim": [1.0], "attention_factor": [1.0, 0.0, 1e6], "truncate": [False], "low_freq_factor": [1.0],
    "high_freq_factor": [4.0], "partial_rotary_factor": [0.5, 1e-9], "rotary_pct": [0.25], "rotary_emb_base": [100],
    "mrope_section": [[16, 8, 8], [0, 0, 1]], "mrope_interleaved": [True], "rope_local_base_freq": [1e4],
    "sliding_window": [1024], "layer_types": [["sliding_attention", "full_attention"]], "qk_nope_head_dim": [128],
}  # fmt: skip
"""Every key that is read, with values that go far."""
ODD = [
    *(None, True, False, 0, -1, 3, 10**310, 10**5000, 0.0, 1e-320, 1e308, math.inf, -math.inf, math.nan),
    *("", "10000", "x", "\ud800", [], [1.0, "2"], [None], [[1]], {}, {"x": 1}, "\n"),
]


def any_keys(draw: random.Random) -> dict:
    keys = draw.sample([*OFTEN], draw.randint(0, 8))
    return {key: draw.choice(OFTEN[key] if draw.random() < 0.8 else ODD) for key in keys}


def any_config(draw: random.Random) -> dict:
    inner = draw.choice([any_keys(draw), {"full_attention": any_keys(draw), "x": any_keys(draw)}, draw.choice(ODD)])
    return any_keys(draw) | {draw.choice(["rope_parameters", "rope_scaling", "text_config"]): inner}


def check_that_it_is_ours(error: ValueError) -> None:
    raised = Path(traceback.extract_tb(error.__traceback__)[-1].filename)
    assert raised.is_relative_to(Path(posenc.__file__).parent), error
    assert str(error).splitlines() == [str(error)]


def test_any_config_is_read_or_refused_in_a_sentence_of_ours():
    """A few hundred thousand were tried once."""
    draw, models = random.Random(0), []
    for config in [any_config(draw) for _ in range(1500)]:
        try:
            models.append(read(config, next(iter(layer_types(config)), None)))
        except ValueError as error:
            check_that_it_is_ours(error)
    assert len(models) > 200
    for model in models[:100]:
        for length in {2, min(model.trained, 1 << 20), 1 << 20}:
            fading = long_context.decay(model.scheme, model.dim, length)
            assert np.isfinite(long_context.stretch(model.scheme, model.dim, 2, length).after).all()
            assert np.isfinite([*fading.before, *fading.after]).all()


@given(st.text(max_size=40), st.integers(0, 100), st.sampled_from([*MODELS]))
def test_any_broken_text_is_read_or_refused_in_a_sentence(text, place, name):
    whole = json.dumps(MODELS[name].config)
    at = place * len(whole) // 100
    with suppress(ValueError):
        read(parse(whole[:at] + text + whole[at + len(text) :]))
