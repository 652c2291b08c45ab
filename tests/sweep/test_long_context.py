"""Long context with every public model, a score of configs and lengths short and long: each claim, computed again.

Frequencies are written down from transformers' own rules, not by posenc; the errors of narrow types with NumPy's.
"""

import json
import re
from typing import Any

import numpy as np
import pytest

from posenc.experiments.public_models import MODELS
from tests.pages.app import open_page
from tests.pages.seen import figure, numbers, text
from tests.sweep import chosen

STEM = "8_long_context"
OLD = {"rope_theta": 10000.0, "head_dim": 64, "max_position_embeddings": 4096}
PLAIN = {name: value for name, value in OLD.items() if name != "head_dim"}
CONFIGS: dict[str, dict[str, Any]] = {
    "faster": OLD | {"rope_scaling": {"type": "linear", "factor": 0.25}},
    "much faster": OLD | {"rope_scaling": {"type": "linear", "factor": 0.001}},
    "unchanged": OLD | {"rope_scaling": {"type": "linear", "factor": 1.0}},
    "yarn, lower": OLD | {"rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 1024,
                                           "attention_factor": 0.8782}},
    "yarn below 1": OLD | {"rope_scaling": {"type": "yarn", "factor": 0.5, "original_max_position_embeddings": 1024}},
    "yarn in a part": OLD | {"partial_rotary_factor": 0.5, "rope_scaling": {
        "type": "yarn", "factor": 8.0, "original_max_position_embeddings": 1024}},
    "proportional": {"rope_theta": 1e6, "head_dim": 128, "max_position_embeddings": 8192,
                     "rope_parameters": {"rope_type": "proportional", "partial_rotary_factor": 0.25}},
    "proportional, stretched": OLD | {"rope_scaling": {"rope_type": "proportional", "partial_rotary_factor": 0.75,
                                                      "factor": 8.0}},
    "longrope": OLD | {"head_dim": 8, "original_max_position_embeddings": 64, "rope_scaling": {
        "type": "longrope", "short_factor": [1, 1, 1, 1], "long_factor": [1, 0.5, 8, 64], "factor": 64.0}},
    "dynamic": OLD | {"rope_scaling": {"type": "dynamic", "factor": 2.0}},
    "llama3 below 1": OLD | {"rope_scaling": {"rope_type": "llama3", "factor": 0.5, "low_freq_factor": 1.0,
                                              "high_freq_factor": 4.0, "original_max_position_embeddings": 1024}},
    "layers": OLD | {"sliding_window": 128, "layer_types": ["sliding_attention", "full_attention"]},
    "layers, scaled": OLD | {"sliding_window": 128, "layer_types": ["sliding_attention", "full_attention"],
                             "rope_scaling": {"type": "linear", "factor": 0.5}},
    "all slide": OLD | {"sliding_window": 2048, "layer_types": ["sliding_attention"]},
    "some slide": OLD | {"sliding_window": 512},
    "one pair": OLD | {"head_dim": 2},
    "one slow pair": OLD | {"head_dim": 4, "max_position_embeddings": 256},
    "base 1": OLD | {"rope_theta": 1.0, "max_position_embeddings": 64},
    "all finish": OLD | {"rope_theta": 10.5},
    "three axes": OLD | {"rope_scaling": {"type": "mrope", "mrope_section": [8, 12, 12]}},
    "a part by name": PLAIN | {"qk_rope_head_dim": 32},
    "deepseek": PLAIN | {"qk_rope_head_dim": 32, "qk_nope_head_dim": 96, "rope_scaling": {
        "type": "yarn", "factor": 16, "mscale": 0.707, "mscale_all_dim": 0.5, "original_max_position_embeddings": 512}},
    "ten million": OLD | {"max_position_embeddings": 10_000_000},
}  # fmt: skip
LENGTHS = [{}, {"trained": "16", "length": "16"}, {"trained": "131072", "length": "32"}, {"length": "1048576"}]
LAYERS = ("full_attention", "sliding_attention")
OWN = [
    {"config": name} | ({"layer_type": layer} if layer else {}) | lengths
    for name, config in CONFIGS.items()
    for layer in (LAYERS if "full_attention" in config.get("layer_types", ()) else ("",))
    for lengths in LENGTHS
]
PUBLIC = [
    {"model": name} | ({"layer_type": layer} if layer else {}) | lengths
    for name in MODELS
    for layer in (LAYERS if name == "Gemma 3" else ("",))
    for lengths in LENGTHS
]
KNOWN = [
    {"config": "yarn, lower"},  # L1
    {"model": "DeepSeek V3"},  # L2
    {"model": "Gemma 3", "layer_type": "sliding_attention"},  # L3
    {"config": "proportional"},  # L4
    {"config": "proportional", "tolerated": "0.1", "pair": "15"},
    {"config": "much faster", "pair": "0"},
    {"config": "all finish"},
    {"model": "Llama 2", "trained": "16", "length": "16"},
]


class Truth:
    """What a link sets, computed again."""

    def __init__(self, link: dict[str, str], trained: int, length: int):
        config = CONFIGS[link["config"]] if "config" in link else MODELS[link["model"]].config
        flat = config | config.get("text_config", {})
        scaling = dict(flat.get("rope_scaling") or flat.get("rope_parameters") or {})
        self.base = flat.get("rope_theta", 1e4)
        self.layer = link.get("layer_type")
        if self.layer == "sliding_attention" and "rope_local_base_freq" in flat:
            self.base, scaling = flat["rope_local_base_freq"], {}
        self.kind = scaling.get("rope_type", scaling.get("type", "default"))
        if self.kind == "mrope":
            self.kind, scaling = "default", {}
        self.flat, self.scaling, self.trained, self.length = flat, scaling, trained, length
        self.dim = (
            flat.get("qk_rope_head_dim") or flat.get("head_dim") or flat["hidden_size"] // flat["num_attention_heads"]
        )
        nope = flat.get("qk_nope_head_dim")
        self.head = self.dim if "qk_rope_head_dim" not in flat else None if nope is None else self.dim + nope
        slides = self.layer == "sliding_attention" or flat.get("layer_types") == ["sliding_attention"]
        self.window = flat["sliding_window"] if slides and "sliding_window" in flat else None
        self.m = int(self.dim * flat.get("partial_rotary_factor", 1))
        self.before = self.base ** (-np.arange(0, self.m, 2) / self.m)
        self.after, self.factor = self.scaled()
        if self.kind == "proportional":
            still = np.arange(self.m // 2) >= int(scaling["partial_rotary_factor"] * self.m // 2)
            self.before[still] = self.after[still] = 0
        growth = 0.1 * scaling.get("mscale_all_dim", 0) * np.log(scaling.get("factor", 1)) + 1
        self.softmax_scale = growth**2 if "qk_rope_head_dim" in flat and self.kind == "yarn" else 1.0
        self.reach_trained, self.reach = (min(n, self.window or n) for n in (trained, length))

    def scaled(self) -> tuple[np.ndarray, float]:
        s, f, d = self.scaling, self.before.copy(), self.m
        original = s.get("original_max_position_embeddings",
                         self.flat.get("original_max_position_embeddings", self.flat["max_position_embeddings"]))  # fmt: skip
        if self.kind in ("linear", "proportional"):
            return f / s.get("factor", 1), 1.0
        if self.kind == "dynamic":
            times = s["factor"] * max(self.length, original) / original - (s["factor"] - 1)
            return (self.base * times ** (d / (d - 2))) ** (-np.arange(0, d, 2) / d), 1.0
        if self.kind == "yarn":
            at = [d * np.log(original / (beta * 2 * np.pi)) / (2 * np.log(self.base)) for beta in (32, 1)]
            low, high = max(np.floor(at[0]), 0), min(np.ceil(at[1]), d - 1)
            ramp = np.clip((np.arange(d // 2) - low) / (high - low or 0.001), 0, 1)

            def growth(mscale):
                return 0.1 * mscale * np.log(s["factor"]) + 1 if s["factor"] > 1 else 1

            scale = growth(1)
            if "mscale" in s:
                scale = growth(s["mscale"]) / growth(s["mscale_all_dim"])
            return f * (1 - ramp) + f / s["factor"] * ramp, s.get("attention_factor", scale)
        if self.kind == "longrope":
            divisors = s["long_factor"] if self.length > original else s["short_factor"]
            factor = s.get("factor", self.flat["max_position_embeddings"] / original)
            return f / np.array(divisors), np.sqrt(1 + np.log(factor) / np.log(original))
        if self.kind == "llama3":
            wave, low, high = 2 * np.pi / f, s["low_freq_factor"], s["high_freq_factor"]
            smooth = np.clip((original / wave - low) / (high - low), 0, 1)
            return (1 - smooth) * f / s["factor"] + smooth * f, 1.0
        return f, 1.0

    def score(self, frequencies: np.ndarray, distances: Any, factor: float) -> np.ndarray:
        """Of two vectors spread evenly over a head, so far apart."""
        head = self.head or self.dim
        waves = np.cos(np.multiply.outer(distances, frequencies)).sum(-1) * factor**2
        return (waves + head / 2 - len(frequencies)) / (head / 2)


def near(words: str, value: float) -> bool:
    return float(words.replace(",", "")) == pytest.approx(value, rel=6e-3, abs=1e-12)


def check(link: dict[str, str]) -> None:
    stated = link | ({"config": json.dumps(CONFIGS[link["config"]])} if "config" in link else {})
    at = open_page(STEM, **stated)
    sliders = {slider.key: slider.value for slider in at.select_slider}
    known = Truth(link, int(sliders["trained"]), int(sliders["length"]))
    assert not [info.value for info in at.info if "Meanwhile" in info.value]
    said = next(element.value for element in at.markdown if element.value.startswith("### What you see"))
    slow = known.before > 0
    slow &= known.before * known.reach_trained / (2 * np.pi) < 1
    model_is_so(said, known)
    pairs_are_so(said, known, np.flatnonzero(slow))
    scores_are_so(at, said, known)
    pictures_are_so(at, known, slow)
    precision_is_so(at, text(at), known)


def model_is_so(said: str, known: Truth) -> None:
    turn = int((known.before > 0).sum())
    found = re.search(r"\*\* (\d+) pairs? turns? in (.+?), base ([\d,.]+), (not scaled|scaling “(\w+)”)\.(.*)", said)
    assert int(found[1]) == turn
    assert [int(n) for n in re.findall(r"\d+", found[2])] == (
        [known.dim] if known.head in (None, known.dim) else [known.dim, known.head]
    )
    assert float(found[3].replace(",", "")) == known.base
    assert found[5] == (None if known.kind == "default" else known.kind)
    slowed = known.before[known.before > 0] / known.after[known.before > 0]
    speeds, still = found[6], len(known.before) - turn
    if known.kind == "default":
        return
    slower, faster = slowed[slowed > 1 + 1e-9], 1 / slowed[slowed < 1 - 1e-9]
    if "Every pair turns as fast as before" in speeds:
        assert len(slower) == len(faster) == still == 0
        return
    whole = re.search(r"Every pair turns (?:(slower|faster), (\S+) to (\S+) times|(\S+) times (slower|faster))", speeds)
    if whole:
        changed = slower if "slower" in whole[0] else faster
        assert len(changed) == len(known.before)
        assert near(whole[2] or whole[4], changed.min())
        assert near(whole[3] or whole[4], changed.max())
        return
    counts = {"kept": 0, "slower": 0, "faster": 0, "still": 0}
    for count, kind in re.findall(
        r"(\d+) (turn as fast as before|stand still|up to \S+ times (?:slower|faster))", speeds
    ):
        name = {"turn as fast as before": "kept", "stand still": "still"}.get(kind) or kind.split()[-1]
        counts[name] = int(count)
        if name in ("slower", "faster"):
            assert near(kind.split()[2], (slower if name == "slower" else faster).max())
    assert counts == {
        "kept": turn - len(slower) - len(faster),
        "slower": len(slower),
        "faster": len(faster),
        "still": still,
    }


def pairs_are_so(said: str, known: Truth, slow: np.ndarray) -> None:
    turn, windowed = (
        int((known.before > 0).sum()),
        known.window is not None and known.window < max(known.trained, known.length),
    )
    window = re.search(r"A token of these layers sees ([\d,]+) positions", said)
    assert (window is not None) == windowed
    assert window is None or int(window[1].replace(",", "")) == known.window
    if not len(slow):
        found = re.search(r"Every pair that turns finished a turn\*\* in the ([\d,]+) positions", said)
        assert int(found[1].replace(",", "")) == known.reach_trained
        return
    found = re.search(
        r"\*\*(\d+) of (\d+) pairs? never finished a turn\*\* in the ([\d,]+) positions .*?: pairs? (\d+)(?: to (\d+))?\."
        r" At ([\d,]+) positions",
        said,
    )
    first, last = int(found[4]), int(found[5] or found[4])
    assert (int(found[1]), int(found[2]), int(found[3].replace(",", ""))) == (len(slow), turn, known.reach_trained)
    assert list(range(first, last + 1)) == slow.tolist()
    assert int(found[6].replace(",", "")) == known.length
    seen, unscaled, scaled = (
        frequencies[slow] * reach for frequencies, reach in
        ((known.before, known.reach_trained), (known.before, known.reach), (known.after, known.reach))
    )  # fmt: skip
    new, new_unscaled = (int((angles > seen * (1 + 1e-9)).sum()) for angles in (scaled, unscaled))
    changed = bool((np.abs(known.before - known.after) > 1e-9 * known.before).any())
    turns = [angles[-1] / (2 * np.pi) for angles in (seen, unscaled, scaled)]
    if changed:
        assert f"{new_unscaled} of them would extrapolate unscaled" in said
        assert f"**{new} extrapolate and {len(slow) - new} interpolate**" in said
        words = re.search(r"had reached (\S+) turns; unscaled it would reach (\S+), as scaled (\S+)\. ", said).groups()
    else:
        assert "unscaled" not in said
        assert (f"**{new} of them extrapolate**" in said) == (new > 0) == ("none of them meets new angles" not in said)
        words, turns = (
            re.search(r"had reached (\S+) turns; now it reaches (\S+)\.(?:\n|$)", said).groups(),
            [turns[0], turns[2]],
        )
    assert all(near(word, value) for word, value in zip(words, turns, strict=True)), (words, turns)


def scores_are_so(at: Any, said: str, known: Truth) -> None:
    before = float(known.score(known.before, 1, 1.0))
    after = float(known.score(known.after, 1, known.factor)) * known.softmax_scale
    found = re.search(r"\*\*The score\*\* :blue-badge\[exact\] .*? score (-?[\d.]+) at distance 1", said)
    assert float(found[1]) == pytest.approx(after, abs=5.1e-4)
    drawn = {trace["name"]: (numbers(trace["x"]), numbers(trace["y"])) for trace in figure(at, "decay")["data"]}
    edges = np.unique(np.rint(np.geomspace(1, known.reach, 121)).astype(int))
    curves = [("before scaling", known.before, 1.0, 1.0), ("as scaled", known.after, known.factor, known.softmax_scale)]
    if len(drawn) == 1:
        curves = [("not scaled", known.after, known.factor, known.softmax_scale)]
    for name, frequencies, factor, times in curves:
        x, y = drawn[name]
        for k in np.flatnonzero(edges[1:] < 3000):
            exact = known.score(frequencies, np.arange(edges[k], edges[k + 1]), factor).mean() * times
            assert y[k] == pytest.approx(exact, abs=2e-6)
            assert edges[k] <= x[k] + 1e-6 < edges[k + 1]
    compared = re.search(r"at distance 1 .*?, (as much as|more than|less than) the (-?[\d.]+) before scaling", said)
    assert (compared is not None) == (len(drawn) == 2)
    if compared:
        assert float(compared[2]) == pytest.approx(before, abs=5.1e-4)
        assert (compared[1] == "more than") == (f"{after:.3f}" != f"{before:.3f}" and after > before)
        assert (compared[1] == "less than") == (f"{after:.3f}" != f"{before:.3f}" and after < before)
    whole = known.head == 2 * int((known.before > 0).sum())
    multiplied = re.search(
        r"(Queries and keys|The features that turn) are multiplied by ([\d.]+), so (?:every score|their part of every score)"
        r" by ([\d.]+)\.",
        said,
    )
    assert (multiplied is not None) == (abs(known.factor - 1) > 1e-12)
    if multiplied:
        assert (multiplied[1] == "Queries and keys") == whole
        assert near(multiplied[2], known.factor)
        assert near(multiplied[3], known.factor**2)
    besides = re.search(r"multiplies every score by ([\d.]+) as well", said)
    assert (besides is not None) == (known.softmax_scale != 1)
    assert besides is None or near(besides[1], known.softmax_scale)


def pictures_are_so(at: Any, known: Truth, slow: np.ndarray) -> None:
    with np.errstate(divide="ignore"):
        waves = 2 * np.pi / known.before, 2 * np.pi / known.after
    line, *dots = figure(at, "wavelengths")["data"]
    turning = known.before > 0
    np.testing.assert_allclose(numbers(line["y"])[turning], waves[0][turning])
    beyond = known.after * known.reach > known.before * known.reach_trained * (1 + 1e-9)
    kinds = {
        "finished a turn": turning & ~slow,
        "no new angles": slow & ~beyond,
        "new angles": slow & beyond,
    }
    found = {dot["name"]: numbers(dot["x"]).astype(int).tolist() for dot in dots}
    assert found == {name: np.flatnonzero(where).tolist() for name, where in kinds.items() if where.any()}
    bands = [shape for shape in figure(at, "wavelengths")["layout"]["shapes"] if shape["type"] == "rect"]
    ends = [(shape["x0"] + 0.5, shape["x1"] - 0.5) for shape in bands]
    assert ends == ([(np.flatnonzero(slow)[0], np.flatnonzero(slow)[-1])] if slow.any() else [])
    shades = figure(at, "decay")["layout"]["shapes"]
    assert [(shape["x0"], shape["x1"]) for shape in shades] == [(known.reach_trained, known.reach)] * (
        known.reach > known.reach_trained
    )
    for key in ("wavelengths", "decay", "errors", "beyond", *(["dials"] if slow.any() else [])):
        values = [numbers(trace["y"]).astype(float) for trace in figure(at, key)["data"]]
        assert any(np.isfinite(value).any() for value in values), key


def held(values: np.ndarray, name: str) -> np.ndarray:
    """Numbers as a type holds them: float16 is NumPy's own, bfloat16 is made of float32 by its first 16 bits."""
    single = np.asarray(values, np.float32)
    with np.errstate(over="ignore"):
        if name == "float16":
            return single.astype(np.float16).astype(np.float32)
    if name == "float32":
        return single
    bits = single.view(np.uint32).astype(np.uint64)
    low, kept = bits & 0xFFFF, bits >> 16
    kept += (low > 0x8000) | ((low == 0x8000) & (kept % 2 == 1))
    return (kept << 16).astype(np.uint32).view(np.float32)


def errors(positions: np.ndarray, frequency: float, name: str) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):
        angles = held(held(positions, name) * held(np.array([frequency]), name), name).astype(np.float64)
        off = np.abs(angles - positions * frequency) / (2 * np.pi)
    return np.where(np.isnan(off), np.inf, off)


def precision_is_so(at: Any, said: str, known: Truth) -> None:
    frequencies = known.after[known.after > 0]
    pair = next((slider.value for slider in at.slider if slider.key == "pair"), 0)
    tolerated = float(next(group.value for group in at.button_group if group.key == "tolerated"))
    for name in ("float32", "bfloat16", "float16"):
        bullet = re.search(rf"- \*\*{name}\*\*: (.+)", said)[1]
        every = errors(np.arange((1 << 20) + 1), frequencies[pair], name)
        first = int((every > tolerated).argmax()) if (every > tolerated).any() else -1
        stated = re.search(r"first off by more than ([\d.]+) turns at position \*\*([\d,]+)\*\*", bullet)
        assert (int(stated[2].replace(",", "")) if stated else -1) == first
        maximum = re.search(r"off by at most about ([\d.]+) turns", bullet)
        if maximum:
            assert float(maximum[1]) == pytest.approx(every.max(), rel=0.5)
        assert ("exact throughout" in bullet) == (every.max() == 0)
        nothing = re.search(r"From ([\d,]+) on it has no number for the (position|angle)", bullet)
        assert (int(nothing[1].replace(",", "")) if nothing else -1) == (
            int(np.isinf(every).argmax()) if np.isinf(every).any() else -1
        )
        trace = next(trace for trace in figure(at, "beyond")["data"] if trace["name"] == name)
        firsts = [-1 if "not" in words else int(words.replace(",", "")) for words in trace["text"]]
        assert len(firsts) == len(frequencies)
        assert firsts[pair] == first
        for frequency, position in zip(frequencies, firsts, strict=True):
            some = (
                np.arange(max(position - 300, 0), position)
                if position >= 0
                else np.arange((1 << 20) - 300, (1 << 20) + 1)
            )
            assert not (errors(some, frequency, name) > tolerated).any()
            assert position < 0 or errors(np.array([position]), frequency, name)[0] > tolerated
        beyond = [position for position in firsts if position >= 0]
        if not beyond:
            assert f"No pair gets beyond {tolerated:g}." in bullet
            continue
        assert f"{len(beyond)} of {len(firsts)} pair" in bullet
        assert f"the first being pair {firsts.index(min(beyond))} at position {min(beyond):,}." in bullet


@pytest.mark.parametrize("link", KNOWN, ids=str)
def test_known_cases(link):
    check(link)


@pytest.mark.parametrize("link", chosen([*PUBLIC, *OWN], one_in=15), ids=str)
def test_every_claim_is_computed_right(link):
    check(link)


def test_a_model_whose_pairs_all_stand_still_is_said_to_turn_nothing():
    config = OLD | {"rope_scaling": {"rope_type": "proportional", "partial_rotary_factor": 0.0}}
    at = open_page(STEM, config=json.dumps(config))
    assert "No pair turns in this model" in at.info[0].value
    assert "What you see" not in text(at)
