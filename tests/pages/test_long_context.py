"""Long context: pictures and words follow the model's config, public or pasted; what cannot be read is said."""

import json
import re
from itertools import cycle

import numpy as np
import pytest

from posenc.experiments import long_context, precision, public_models
from sections.long_context import KINDS, reading
from tests.pages.app import open_page
from tests.pages.seen import bytes_of, figure, numbers, press, text
from tests.ui.test_quote import HOSTILE, outside_code
from ui.quote import quoted

STEM = "8_long_context"
OWN = {"rope_theta": 500.0, "head_dim": 32, "max_position_embeddings": 512}
LISTS = (
    '{"rope_scaling": {"rope_type": "longrope", "short_factor": %s, "long_factor": %s,'
    ' "original_max_position_embeddings": 64}}'
)
PART = '{"rope_theta": 1e4, "partial_rotary_factor": 0.5, %s}'
LINEAR = OWN | {"rope_scaling": {"rope_type": "linear", "factor": 4.0}}


def own(config: dict, **link: str):
    return open_page(STEM, config=json.dumps(config), **link)


def dots(at) -> dict[str, tuple[list[int], list[float]]]:
    """The pairs and their wavelengths by what they do."""
    kinds = {said: kind for kind, said in KINDS.items()}
    return {
        kinds[trace["name"]]: (numbers(trace["x"]).tolist(), numbers(trace["y"]).tolist())
        for trace in figure(at, "wavelengths")["data"][1:]
    }


@pytest.mark.parametrize("name", public_models.MODELS)
def test_every_public_model_is_drawn_as_its_config_says(name):
    at = open_page(STEM, model=name)
    model = public_models.MODELS[name].read()
    pairs = long_context.stretch(model.scheme, model.dim, model.trained, model.worth_showing)
    before, *_ = figure(at, "wavelengths")["data"]
    np.testing.assert_allclose(numbers(before["y"]), pairs.wavelengths_before)
    drawn = dots(at)
    for kind in long_context.KINDS:
        where = [pair for pair, does in enumerate(pairs.kinds()) if does == kind]
        assert drawn.get(kind, ([], []))[0] == where
        np.testing.assert_allclose(drawn.get(kind, ([], []))[1], pairs.wavelengths_after[where])
    whole = dict(window=model.window, head=model.head, softmax_scale=model.softmax_scale)
    fading = long_context.decay(model.scheme, model.dim, model.worth_showing, **whole)
    curves = (fading.before, fading.after) if model.scheme.scaling else (fading.after,)
    for trace, values in zip(figure(at, "decay")["data"], curves, strict=True):
        np.testing.assert_allclose(numbers(trace["y"]), values, rtol=1e-5, atol=1e-6)
    assert bytes_of(at) < 350_000
    assert public_models.MODELS[name].source in text(at)


def test_what_is_seen_is_counted():
    said = text(open_page(STEM, model="DeepSeek V3"))
    assert "**9 of 32 pairs never finished a turn** in the 4,096 positions of training: pairs 23 to 31" in said
    assert "9 of them would extrapolate unscaled" in said
    assert "as scaled **0 extrapolate and 9 interpolate**" in said
    assert "11 turn as fast as before, 21 up to 40 times slower." in said
    assert "Queries and keys are multiplied" not in said
    assert "so every score by 1.296" in text(open_page(STEM, model="Qwen 2.5"))
    assert "as scaled **29 extrapolate and 0 interpolate**" in text(open_page(STEM, model="Llama 3.1"))
    assert "Every pair turns 8 times slower." in text(open_page(STEM, model="Gemma 3"))
    assert "Every pair turns slower, 1.08 to 64.84 times." in text(open_page(STEM, model="Phi 3.5"))
    assert "base 1,000,000, not scaled." in text(open_page(STEM, model="Mistral"))
    unchanged = {"rope_theta": 1e4, "head_dim": 64, "rope_scaling": {"type": "linear", "factor": 1.0}}
    assert "Every pair turns as fast as before." in text(own(unchanged))
    still = {"rope_theta": 1e4, "head_dim": 64, "rope_type": "proportional", "partial_rotary_factor": 0.25}
    assert "8 turn as fast as before, 24 stand still." in text(own(still))


def test_lengths_start_at_what_the_config_says_and_can_be_moved():
    at = open_page(STEM, model="Qwen 2.5")
    assert (at.select_slider(key="trained").value, at.select_slider(key="length").value) == (32768, 131072)
    at = open_page(STEM, model="Qwen 2.5", trained="131072", length="262144")
    pairs = long_context.stretch(public_models.MODELS["Qwen 2.5"].read().scheme, 128, 131072, 262144)
    assert dots(at)[long_context.SEEN][0] == np.flatnonzero(pairs.turns_trained >= 1).tolist()


def test_another_model_brings_its_own_lengths_and_drops_the_pasted_config():
    at = own(OWN, length="4096", trained="1024")
    at.selectbox(key="model").set_value("Llama 2")
    at.run()
    assert not at.exception
    assert at.text_area(key="config").value == ""
    assert (at.select_slider(key="trained").value, at.select_slider(key="length").value) == (4096, 16384)


def test_a_pasted_config_is_drawn():
    at = own(LINEAR)
    assert (at.select_slider(key="trained").value, at.select_slider(key="length").value) == (512, 2048)
    model = public_models.read(LINEAR)
    np.testing.assert_allclose(
        sorted(value for _, values in dots(at).values() for value in values),
        2 * np.pi / model.scheme.frequencies(32),
    )
    assert "**A config of your own.** 16 pairs turn in a head of 32 features, base 500, scaling “linear”." in text(at)
    assert long_context.EXTRAPOLATES not in dots(at)
    assert [info.value for info in at.info] == [
        "The config names no length before scaling: it is assumed to be trained on 512 positions."
    ]


def test_what_a_config_does_not_say_is_named():
    at = own({"rope_theta": 10000.0})
    assert [info.value for info in at.info] == [
        "The config says nothing of head_dim: 128 features a head are assumed.",
        "The config names no length: it is assumed to be trained on 4,096 positions.",
    ]


def test_kinds_of_layers_are_a_choice():
    full, local = (
        open_page(STEM, model="Gemma 3", layer_type=kind) for kind in ("full_attention", "sliding_attention")
    )
    assert "base 1,000,000" in text(full)
    assert "base 10,000" in text(local)
    assert not [group for group in open_page(STEM).button_group if group.key == "layer_type"]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ('{"rope_theta": }', "the config is not JSON: expecting value at line 1, column 16"),
        ("hello", "the config is not JSON"),
        ("[" * 15000, "nested too deeply"),
        ("{}", "config must have rope_parameters, or rope_theta"),
        ('{"rope_theta": 1e4, "rope_scaling": {"type": "magic"}}', "rope_type must be one of 'default', 'linear'"),
        (
            '{"rope_theta": 1e4, "rope_scaling": {"type": "yarn"}}',
            "yarn needs factor, original_max_position_embeddings",
        ),
        ('{"rope_theta": 1e4, "head_dim": 65536}', "head_dim must be a whole number of at least 2 and at most 512"),
        ('{"rope_theta": NaN}', "base must be a number"),
        (LISTS % ("[1, 1]", "[1]"), "long_factor must be 2 numbers, one for each pair of 4 features"),
        (LISTS % ("[1]", "[1, 1]"), "long_factor must be 1 numbers, one for each pair of 2 features"),
        (PART % f'"head_dim": 1{"0" * 298}', "head_dim must be a whole number of at least 1 and at most 1048576"),
        (PART % f'"hidden_size": 1{"0" * 298}, "num_attention_heads": 2', "hidden_size must be a whole number"),
        (PART % f'"head_dim": 1{"0" * 310}', "whole numbers of at most 300 digits; got one of 311"),
        ('{"rope_theta": 1' + "0" * 4300 + "}", "whole numbers of at most 300 digits; got one of 4301"),
        ('{"rope_theta": 1e4, "a": ' + "[" * 200 + "]" * 200 + "}", "nested too deeply"),
        (
            '{"rope_theta": Infinity, "rope_theta": -Infinity}',
            "base must be a number from 1.0 to 1000000000.0; got -inf",
        ),
        ('{"rope_theta": 1e4, "partial_rotary_factor": true}', "partial_rotary_factor must be more than 0"),
    ],
)
def test_a_config_that_cannot_be_read_is_said_and_the_model_shown(config, words):
    at = open_page(STEM, config=config, model="Llama 2")
    (info,) = at.info
    assert words in info.value.replace("`", "")
    assert info.value.endswith("Meanwhile Llama 2 is shown.")
    assert "base 10,000, not scaled" in text(at)
    assert at.text_area(key="config").value == config  # nothing is lost


@pytest.mark.parametrize("text", [None, "", " ", "hello", "{}", json.dumps(OWN), json.dumps(LINEAR)])
def test_what_is_pasted_is_read_or_the_public_model_is(text):
    found = reading(text, "Gemma 3")
    if text and "500" in text:
        assert (found.config, found.models, found.trouble) == (
            json.loads(text),
            {"": public_models.read(found.config)},
            None,
        )
        return
    gemma = public_models.MODELS["Gemma 3"]
    assert (found.title, found.source, found.config) == ("Gemma 3", gemma.source, gemma.config)
    assert found.models == {kind: gemma.read(kind) for kind in ("full_attention", "sliding_attention")}
    assert (found.trouble is None) == (not text or not text.strip())


def test_a_config_is_shown_when_each_kind_of_its_layers_can_be_read():
    layers = {"full_attention": {"rope_theta": 1e4}, "sliding_attention": {"rope_type": "magic"}}
    at = own(OWN | {"rope_parameters": layers}, model="Gemma 3", layer_type="sliding_attention")
    assert "rope_type must be one of" in at.info[0].value
    assert at.info[0].value.endswith("Meanwhile Gemma 3 is shown.")
    assert "base 10,000" in seen(at)


PLACES = [
    lambda theirs: {"rope_theta": 1.0, "rope_scaling": {"type": theirs}},
    lambda theirs: {"rope_theta": theirs},
    lambda theirs: {"rope_scaling": theirs or "x"},
    lambda theirs: {theirs: 1},
    lambda theirs: {"rope_scaling": {"type": "yarn", theirs: 1}},
    lambda theirs: {"rope_parameters": {theirs: {}, "x": {"rope_theta": 1.0}}},
]


@pytest.mark.parametrize(("theirs", "place"), [*zip(HOSTILE, cycle(PLACES), strict=False)])
def test_a_persons_text_is_code_in_our_sentence(theirs, place):
    (info,) = own(place(theirs)).info
    ours = outside_code(info.value)
    assert not re.search(r"[][<>*`$@]|www|//|:\w", ours)
    assert ours.endswith("Meanwhile DeepSeek V3 is shown.")


def test_names_of_layers_are_words_or_code_on_their_buttons():
    rope = {"rope_theta": 1e4}
    config = OWN | {"rope_parameters": {"full_attention": rope} | dict.fromkeys(HOSTILE[:12], rope)}
    at = own(config)
    buttons = next(group for group in at.button_group if group.key == "layer_type")
    assert list(buttons.options) == ["full_attention", *map(quoted, HOSTILE[:12])]
    at = own(config, layer_type=quoted(HOSTILE[1]))
    assert at.session_state["layer_type"] == HOSTILE[1]
    many = own(OWN | {"rope_parameters": {"full_attention": rope} | {f"layer_{number}": rope for number in range(16)}})
    assert "must be of at most 16 kinds of layer; got 17" in many.info[0].value


def test_precision_is_measured_on_the_model_shown():
    at = open_page(STEM, model="Llama 2", pair="8", tolerated="0.01")
    frequencies = public_models.MODELS["Llama 2"].read().scheme.frequencies(128)
    positions = long_context.ranges(1 << 20, 100)
    for curve, dots_, name in zip(
        figure(at, "errors")["data"], figure(at, "beyond")["data"], precision.PRECISIONS, strict=True
    ):
        expected = precision.largest_errors(frequencies[8], positions, name)
        np.testing.assert_allclose(numbers(curve["y"])[np.isfinite(expected)], expected[np.isfinite(expected)])
        first = precision.first_beyond(frequencies, 0.01, name)
        np.testing.assert_array_equal(np.where(first < 0, 2.5 * (1 << 20), first), numbers(dots_["y"]))
        if first[8] >= 0:
            assert f"- **{name}**: pair 8 is first off by more than 0.01 turns at position **{first[8]:,}**." in text(
                at
            )
    assert "- **float32**: pair 8 is off by at most about 0.003 turns. No pair gets beyond 0.01." in text(at)
    assert "From 65,520 on it has no number for the position." in text(at)


def test_a_frequency_of_one_is_exact_in_float32():
    assert "- **float32**: pair 0 is exact throughout." in text(open_page(STEM, model="Llama 2", pair="0"))


@pytest.mark.parametrize(
    "link",
    [
        {"model": "GPT-7", "trained": "77", "length": "-1", "pair": "999", "tolerated": "7", "layer_type": "x"},
        {"length": "nan", "trained": "", "config": "  ", "pair": "%00"},
    ],
)
def test_a_malformed_link_shows_the_defaults(link):
    at = open_page(STEM, **link)
    assert not at.info
    assert at.selectbox(key="model").value == "DeepSeek V3"
    assert at.select_slider(key="length").value == 163840


@pytest.mark.parametrize(
    "link", [{}, {"model": "Gemma 3", "layer_type": "sliding_attention"}, {"config": json.dumps(LINEAR)}]
)
def test_the_code_makes_what_is_drawn(link):
    at = open_page(STEM, **link)
    made: dict = {}
    exec(at.code[-1].value, made)
    np.testing.assert_allclose(numbers(figure(at, "wavelengths")["data"][0]["y"]), made["pairs"].wavelengths_before)
    np.testing.assert_allclose(
        numbers(figure(at, "decay")["data"][-1]["y"]), made["fading"].after, rtol=1e-5, atol=1e-6
    )
    assert len(made["first"]) == len(made["pairs"].after)


def test_presets_set_model_and_lengths():
    at = open_page(STEM)
    for label, words in (
        ("Not scaled, four times too long", "At 16,384 positions **18 of them extrapolate**"),
        ("Every pair slowed", "Every pair turns 8 times slower."),
        ("Half as much as needed", "as scaled **29 extrapolate and 0 interpolate**"),
        ("A divisor a pair", "scaling “longrope”"),
        ("A config of your own", "**A config of your own.** 64 pairs turn"),
        ("Only the slow pairs", "as scaled **0 extrapolate and 9 interpolate**"),
    ):
        at = press(at, label)
        assert words in text(at)
        assert not at.info


def test_the_same_link_is_the_same_picture():
    first, second = (open_page(STEM) for _ in range(2))
    for key in ("wavelengths", "decay", "dials", "errors", "beyond"):
        assert figure(first, key) == figure(second, key)


def seen(at) -> str:
    """The part of the page that says what is seen."""
    return next(element.value for element in at.markdown if element.value.startswith("### What you see"))


def test_scores_that_are_lowered_are_said_to_be():
    scaling = {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 512, "attention_factor": 0.8782}
    said = seen(own(OWN | {"rope_scaling": scaling}))
    assert "so every score by 0.7712" in said
    assert re.search(r"score 0\.\d+ at distance 1 \(.+?\), less than the 0\.\d+ before scaling", said)
    assert "higher" not in said


def test_the_whole_head_and_every_factor_of_deepseek_are_said():
    said = seen(open_page(STEM, model="DeepSeek V3"))
    assert "32 pairs turn in 64 of the 192 features of a head" in said
    assert "This model multiplies every score by 1.874 as well: (0.1 · 1 · ln 40 + 1)²" in said


def test_the_features_of_a_head_whose_size_is_not_stated_are_not_called_a_head():
    config = {"rope_theta": 500.0, "qk_rope_head_dim": 32, "max_position_embeddings": 512}
    assert "16 pairs turn in those 32 features of a head that carry positions" in seen(own(config))


def test_layers_with_a_sliding_window_never_meet_new_angles():
    at = press(open_page(STEM), "A sliding window")
    said = seen(at)
    assert "**A token of these layers sees 1,024 positions**" in said
    assert "**57 of 128 pairs never finished a turn** in the 1,024 positions that a token saw in training" in said
    assert "At 131,072 positions none of them meets new angles." in said
    assert long_context.EXTRAPOLATES not in dots(at)
    assert numbers(figure(at, "decay")["data"][0]["x"]).max() < 1024
    notes = [note["text"] for note in figure(at, "wavelengths")["layout"]["annotations"]]
    assert "window of 1,024" in notes
    assert not any("trained" in note for note in notes)
    assert "extrapolate" not in said
    assert "sees" not in seen(press(at, "Every pair slowed"))


def test_layers_that_differ_in_their_window_alone_are_a_choice():
    config = OWN | {"sliding_window": 64, "layer_types": ["sliding_attention", "full_attention"]}
    assert "sees 64 positions" in seen(own(config, layer_type="sliding_attention"))
    assert "sees" not in seen(own(config, layer_type="full_attention"))


def test_pairs_that_stand_still_by_design_were_never_slowed():
    still = {"rope_theta": 1e6, "head_dim": 128, "rope_type": "proportional", "partial_rotary_factor": 0.25,
             "max_position_embeddings": 8192}  # fmt: skip
    at = own(still)
    said = seen(at)
    assert "16 pairs turn in a head of 128 features" in said
    assert "unscaled" not in said
    assert "16 turn as fast as before, 48 stand still." in said
    assert "- **float16**: " in text(at)
    assert "of 16 pairs get beyond" in text(at)
    assert "64 pairs" not in text(at)


def test_faster_pairs_are_not_called_slower():
    assert "Every pair turns 4 times faster." in seen(own(OWN | {"rope_scaling": {"type": "linear", "factor": 0.25}}))


def test_where_every_pair_finished_a_turn_none_comes_to_a_new_part_of_the_circle():
    said = seen(own(OWN | {"rope_theta": 4.0}))
    assert "**Every pair that turns finished a turn** in the 512 positions of training." in said
    assert "new to it" in said


def test_a_shorter_text_than_trained_meets_no_new_angles():
    said = seen(open_page(STEM, model="Llama 2", trained="4096", length="16"))
    assert "At 16 positions none of them meets new angles." in said


def test_a_length_beyond_the_page_is_said():
    at = own(OWN | {"max_position_embeddings": 10_000_000})
    assert at.info[0].value == "The config names 10,000,000 positions. This page looks at 1,048,576 at most."
    assert at.select_slider(key="trained").value == 1 << 20


def test_sources_name_what_is_not_in_the_file_and_where_llamas_scaling_stands():
    said = text(open_page(STEM))
    assert "Gemma3TextConfig" in said
    assert "apply_scaling" in said
    assert "2407.21783" not in said


@pytest.mark.parametrize(
    ("link", "head"),
    [
        ({"model": "Llama 2"}, 128),
        ({"model": "Qwen 2.5"}, 128),
        ({"model": "DeepSeek V3"}, 192),
        (
            {
                "config": json.dumps(
                    OWN | {"partial_rotary_factor": 0.5, "rope_scaling": {"type": "yarn", "factor": 8.0}}
                )
            },
            32,
        ),
    ],
)
def test_the_exact_score_is_that_of_any_two_equal_vectors_spread_evenly(link, head):
    at = open_page(STEM, **link)
    stated = float(re.search(r"\*\*The score\*\* :blue-badge\[exact\].+? score ([\d.]+) at distance 1", seen(at))[1])
    model = (
        public_models.read(json.loads(link["config"]))
        if "config" in link
        else public_models.MODELS[link["model"]].read()
    )
    m = 2 * len(model.scheme.frequencies(model.dim))
    for seed in range(3):
        angles = np.random.default_rng(seed).uniform(0, 2 * np.pi, head // 2)
        first, second = np.cos(angles), np.sin(angles)
        turning = np.concatenate([first[: m // 2], second[: m // 2]])
        still = np.concatenate([first[m // 2 :], second[m // 2 :]])
        queries = model.scheme.rotate(np.tile(turning, (2, 1)), [7, 8])
        score = (queries[0] @ queries[1] + still @ still) / (head / 2) * model.softmax_scale
        assert stated == pytest.approx(score, abs=5.1e-4)
