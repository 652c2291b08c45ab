"""The parts of Long context: which model, what its pairs do far out, and what precision costs."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from charts import long_context as draw
from posenc.experiments import long_context, precision, public_models
from posenc.numeric.tolerances import EXACT64
from posenc.rasters import MAX_POSITIONS
from ui import controls, links
from ui.badges import badge
from ui.chart import chart
from ui.controls import BOUND
from ui.frame import experiment, section
from ui.numbers import amount, plural
from ui.quote import worded

EXAMPLE = """{"rope_theta": 10000.0, "head_dim": 128, "max_position_embeddings": 4096,
 "rope_scaling": {"rope_type": "dynamic", "factor": 2.0}}"""
OWN = "A config of your own"
MAX_TEXT = 20_000
RANGES, DIALS = 100, 9
KINDS = {
    long_context.SEEN: "finished a turn",
    long_context.INTERPOLATES: "no new angles",
    long_context.EXTRAPOLATES: "new angles",
}
"""What the first picture says of a pair that turns."""


@dataclass(frozen=True)
class Reading:
    """A config that can be read: the pasted one, or that of the public model in its place."""

    title: str
    source: str
    config: Mapping[str, Any]
    models: Mapping[str, public_models.RotaryModel]
    """By kind of layer, as `_by_layer`."""
    trouble: ValueError | None = None
    """Why the pasted config cannot be read."""


@dataclass(frozen=True)
class Chosen:
    """A model, by its preset's name or from a pasted config, and the two lengths that it is looked at."""

    name: str
    source: str
    config: Mapping[str, Any]
    layer_type: str | None
    model: public_models.RotaryModel
    trained: int
    length: int

    @cached_property
    def stretch(self) -> long_context.Stretch:
        model = self.model
        return long_context.stretch(model.scheme, model.dim, self.trained, self.length, model.window)

    @cached_property
    def decay(self) -> long_context.Decay:
        model = self.model
        return long_context.decay(
            model.scheme,
            model.dim,
            self.length,
            window=model.window,
            head=model.head,
            softmax_scale=model.softmax_scale,
        )

    @property
    def turns(self) -> bool:
        """Whether any pair turns."""
        return bool(self.stretch.turning.any())

    @property
    def scores_change(self) -> bool:
        """Whether the scaling gives two equal vectors another score at any distance."""
        return not np.allclose(self.decay.before, self.decay.after, rtol=0, atol=EXACT64)


def reading(text: str | None, name: str) -> Reading:
    """The pasted config, or where there is none, or none that can be read, the public model of that name."""
    try:
        config = public_models.parse(text or "")
        return Reading(OWN, OWN, config, _by_layer(config, partial(public_models.read, config)))
    except ValueError as error:
        public, trouble = public_models.MODELS[name], error if text and text.strip() else None
        return Reading(name, public.source, public.config, _by_layer(public.config, public.read), trouble)


def _by_layer(
    config: Mapping[str, Any], read: Callable[..., public_models.RotaryModel]
) -> dict[str, public_models.RotaryModel]:
    """What a config says of each kind of layer: of the kind "" where all are alike."""
    whole = read()
    return {layer_type: read(layer_type) for layer_type in public_models.layer_types(config)} or {"": whole}


def ask_for_model(default: str) -> Chosen:
    """The model's picker, a place to paste a config, and two lengths that start at what the config says."""
    line = controls.row()
    says = st.container()
    names = list(public_models.MODELS)
    links.note("model", default)
    links.note("config", "")
    name = line.selectbox("Model", names, names.index(default), key="model", on_change=_other_model, **BOUND)
    with line.popover("config.json", icon=":material/data_object:"):
        text = st.text_area(
            "Paste a model's config.json, or a part of it",
            key="config", placeholder=EXAMPLE, height=150, max_chars=MAX_TEXT, on_change=_as_stated, **BOUND,
        )  # fmt: skip
        found = reading(text, name)
        layer_type = _ask_for_layers(list(found.models))
        st.caption(f"In use: {found.source}")
        st.code(json.dumps(found.config, indent=1), language="json", height=220)
    model = found.models[layer_type or ""]
    if found.trouble:
        with says:
            controls.instead(found.trouble, f"{name} is shown")
    for sentence in model.assumed:
        says.info(sentence)
    if found.title == OWN:
        says.caption("Shown: a config of your own. Choose a model to leave it.")
    named = max(model.trained, model.longest)
    if named > MAX_POSITIONS:
        says.info(f"The config names {named:,} positions. This page looks at {MAX_POSITIONS:,} at most.")
    trained, longest = _lengths(model)
    options = sorted({*controls.LENGTHS, trained, longest})
    with line:
        trained = controls.steps(
            "Trained on",
            "trained",
            options,
            trained,
            "Positions that it had seen before scaling, counted as so many steps.",
        )
        length = controls.steps("Positions", "length", options, longest)
    return Chosen(found.title, found.source, found.config, layer_type, model, trained, length)


def _ask_for_layers(types: list[str]) -> str | None:
    return None if types == [""] else controls.choice("Layers", "layer_type", types, types[0], format_func=worded)


def follow(values: Mapping[str, Any]) -> dict[str, int]:
    """Where the two lengths stand at first, by the model, config and layers that are chosen."""
    models = reading(values["config"], values["model"]).models
    trained, longest = _lengths(models.get(values.get("layer_type", ""), next(iter(models.values()))))
    return {"trained": trained, "length": longest}


def _other_model() -> None:
    st.session_state["config"] = ""
    _as_stated()


def _as_stated() -> None:
    """Set both lengths to what the chosen model says: a slider keeps its place when only its default changes."""
    found = reading(st.session_state["config"], st.session_state["model"])
    st.session_state["trained"], st.session_state["length"] = _lengths(next(iter(found.models.values())))


def _lengths(model: public_models.RotaryModel) -> tuple[int, int]:
    return min(model.trained, MAX_POSITIONS), min(model.worth_showing, MAX_POSITIONS)


def pictures(chosen: Chosen) -> None:
    pairs, fading = chosen.stretch, chosen.decay
    left, right = st.columns([1.25, 1], gap="medium")
    scaled = ", before and after scaling" if pairs.changed else ""
    chart(
        draw.wavelengths(
            pairs.wavelengths_before,
            pairs.wavelengths_after,
            by_kind(pairs),
            chosen.trained,
            chosen.length,
            pairs.window,
            pairs.changed,
        ),
        key="wavelengths",
        alt=f"The positions that each pair takes for one turn{scaled}.",
        place=left,
    )
    scaled = ", before and after scaling" if chosen.scores_change else ""
    chart(
        draw.decay(
            fading.distances, fading.before, fading.after, pairs.reach_trained, pairs.reach, chosen.scores_change
        ),
        key="decay",
        alt=f"The mean score of two equal vectors, spread evenly, by distance{scaled}.",
        place=right,
    )


def nothing_turns() -> None:
    st.info("No pair turns in this model: its config lets all of them stand still. So no length changes a score.")


def by_kind(pairs: long_context.Stretch) -> dict[str, NDArray[np.int64]]:
    kinds = np.array(pairs.kinds())
    return {said: np.flatnonzero(kinds == kind) for kind, said in KINDS.items()}


def what_is_seen(chosen: Chosen) -> None:
    said = [_model(chosen), _window(chosen), _slow_pairs(chosen), _scores(chosen)]
    section("What you see", "\n\n".join(filter(None, said)))


def _model(chosen: Chosen) -> str:
    model, pairs = chosen.model, chosen.stretch
    scaling = model.scheme.scaling
    base = f"base {vars(model.scheme)['base']:,.10g}"
    return (
        f"**{chosen.name}.** {plural(pairs.turning.sum(), 'pair turns', 'pairs turn')} {_where(model)}, {base},"
        + (f" scaling “{scaling.kind}”. {_speeds(pairs)}" if scaling else " not scaled.")
        + (" Counted for text, where time, row and column are one." if len(model.scheme.axis_names) > 1 else "")
    )


def _where(model: public_models.RotaryModel) -> str:
    if model.head == model.dim:
        return f"in a head of {model.dim:,} features"
    if model.head is None:
        return f"in those {model.dim:,} features of a head that carry positions"
    return f"in {model.dim:,} of the {model.head:,} features of a head"


def _window(chosen: Chosen) -> str:
    pairs = chosen.stretch
    if pairs.window is None or pairs.window >= max(pairs.trained, pairs.length):
        return ""
    return (
        f"**A token of these layers sees {pairs.window:,} positions**, its own included: a sliding window. No two tokens"
        " that are further apart meet, in training or later."
    )


def _slow_pairs(chosen: Chosen) -> str:
    """How many pairs never finished a turn in training, and which of them meet new angles."""
    pairs = chosen.stretch
    slow, turning = pairs.slow, int(pairs.turning.sum())
    stretch = (
        "positions of training" if pairs.reach_trained == pairs.trained else "positions that a token saw in training"
    )
    if not len(slow):
        return (
            f"**Every pair that turns finished a turn** in the {pairs.reach_trained:,} {stretch}. So no pair comes to a"
            " part of the circle that is new to it."
        )
    before, after = (pairs.kinds(scaled).count(long_context.EXTRAPOLATES) for scaled in (False, True))
    last = slow[-1]
    reached, unscaled, now = (
        amount(float(t[last])) for t in (pairs.turns_trained, pairs.turns_before, pairs.turns_after)
    )
    named = f"pair {last}" if len(slow) == 1 else f"pairs {slow[0]} to {last}"
    at = f"At {pairs.length:,} positions"
    if pairs.changed:
        then = (
            f"{at} {before} of them would extrapolate unscaled, to angles never seen; as scaled **{after} extrapolate and"
            f" {len(slow) - after} interpolate** (stay within the angles seen). Pair {last} had reached {reached} turns;"
            f" unscaled it would reach {unscaled}, as scaled {now}. Training means training before the scaling; what was"
            " learned with it is not counted."
        )
    else:
        far = f"**{after} of them extrapolate**, to angles never seen" if after else "none of them meets new angles"
        then = f"{at} {far}. Pair {last} had reached {reached} turns; now it reaches {now}."
    return (
        f"**{len(slow)} of {plural(turning, 'pair')} never finished a turn** in the {pairs.reach_trained:,} {stretch}:"
        f" {named}. {then}"
    )


def _scores(chosen: Chosen) -> str:
    """What the second picture shows of the score of two equal vectors, and what multiplies it."""
    model, fading = chosen.model, chosen.decay
    before, after = float(fading.before[0]), float(fading.after[0])
    over = "those features" if model.head is None else "the head"
    said = (
        f"**The score** {badge('exact')} Two equal vectors, spread evenly over {over}, score {after:.3f} at distance 1"
        " (their product, divided by both lengths)"
    )
    if not chosen.scores_change:
        return said + "."
    higher = "as much" if f"{after:.3f}" == f"{before:.3f}" else "more" if after > before else "less"
    said += f", {higher} {'as' if higher == 'as much' else 'than'} the {before:.3f} before scaling."
    factor, whole = model.scheme.attention_factor(chosen.length), 2 * int(chosen.stretch.turning.sum()) == model.head
    each, squared = _four(factor), _four(factor**2)
    if factor != 1 and whole:
        said += f" Queries and keys are multiplied by {each}, so every score by {squared}."
    elif factor != 1:
        said += f" The features that turn are multiplied by {each}, so their part of every score by {squared}."
    if model.softmax_scale != 1:
        scaling = vars(model.scheme)["scaling"]
        formula = f"(0.1 · {_four(scaling.mscale_all_dim)} · ln {_four(scaling.factor)} + 1)²"
        said += (
            f" This model multiplies every score by {_four(model.softmax_scale)} as well: {formula}, its mscale_all_dim and"
            " factor."
        )
    return said


def _four(value: float) -> str:
    return amount(float(value), 4)


def hands(chosen: Chosen) -> None:
    """A few of the pairs that never finished a turn, as dials."""
    pairs = chosen.stretch
    slow = pairs.slow
    if len(slow):
        few = slow[np.unique(np.linspace(0, len(slow) - 1, DIALS).astype(int))]
        chart(
            draw.dials(few, pairs.turns_trained[few], pairs.turns_before[few], pairs.turns_after[few], pairs.changed),
            key="dials",
            alt="How far the hands of slow pairs got in training, and get now.",
        )


def _speeds(pairs: long_context.Stretch) -> str:
    """How much slower or faster the scaling makes the pairs, and which stand still."""
    slowed = pairs.slowed[pairs.turning]
    slower, faster = slowed[slowed > 1 + EXACT64], 1 / slowed[slowed < 1 - EXACT64]
    still, kept = len(pairs.before) - len(slowed), len(slowed) - len(slower) - len(faster)
    for changed, how in ((slower, "slower"), (faster, "faster")):
        if len(changed) == len(pairs.before) and np.ptp(changed) < EXACT64 * changed.max():
            return f"Every pair turns {_four(changed[0])} times {how}."
        if len(changed) == len(pairs.before):
            return f"Every pair turns {how}, {_four(changed.min())} to {_four(changed.max())} times."
    if kept == len(pairs.before):
        return "Every pair turns as fast as before."
    parts = [f"{kept} turn as fast as before"] * bool(kept)
    for changed, how in ((slower, "slower"), (faster, "faster")):
        parts += [f"{len(changed)} up to {_four(changed.max(initial=0))} times {how}"] * bool(len(changed))
    return ", ".join(parts + [f"{still} stand still"] * bool(still)) + "."


@experiment
def precisions(chosen: Chosen) -> None:
    """What float32, bfloat16 and float16 do to the angles of this model, as scaled for this length."""
    section(
        "Precision: how far is the angle off?",
        "An angle is position times frequency. Far out, a narrow type may have no digits left for its fraction of a turn."
        f" Measured here for every position up to {MAX_POSITIONS:,}: position, frequency and product rounded to each type,"
        " against float64.",
    )
    after = chosen.stretch.after
    frequencies = tuple(after[after > 0].tolist())  # a pair that stands still has no angle to be off
    with controls.row():
        pair = controls.number("Pair", "pair", 0, len(frequencies) - 1, min(8, len(frequencies) - 1))
        tolerated = float(controls.choice("Tolerated error, in turns", "tolerated", ("0.001", "0.01", "0.1"), "0.01"))
    left, right = st.columns(2, gap="medium")
    positions = long_context.ranges(MAX_POSITIONS, RANGES)
    curves = {name: largest_errors(frequencies[pair], name) for name in precision.PRECISIONS}
    first = {name: first_beyond(frequencies, tolerated, name) for name in precision.PRECISIONS}
    chart(
        draw.errors(positions, curves, tolerated, pair),
        key="errors",
        alt=f"The error of pair {pair}'s angle by position, in three precisions.",
        place=left,
    )
    chart(
        draw.beyond(first, MAX_POSITIONS),
        key="beyond",
        alt="For each pair the first position whose angle is off by more than is tolerated.",
        place=right,
    )
    said = [
        f"- **{name}**: {_precision(pair, tolerated, curves[name], first[name])}{_without(frequencies[pair], name)}"
        for name in precision.PRECISIONS
    ]
    st.markdown("\n".join(said))


def _precision(pair: int, tolerated: float, curve: NDArray[np.float64], first: NDArray[np.int64]) -> str:
    at, off = int(first[pair]), first[first >= 0]
    if at >= 0:
        here = f"pair {pair} is first off by more than {tolerated:g} turns at position **{at:,}**."
    else:
        here = (
            f"pair {pair} is off by at most about {amount(float(curve[-1]), 1)} turns."
            if curve[-1]
            else f"pair {pair} is exact throughout."
        )
    earliest = int(np.where(first < 0, MAX_POSITIONS + 1, first).argmin())
    others = (
        f" {len(off)} of {plural(len(first), 'pair')} get beyond {tolerated:g}, the first being pair {earliest} at position"
        f" {first[earliest]:,}."
        if len(off)
        else f" No pair gets beyond {tolerated:g}."
    )
    return here + others


def _without(frequency: float, name: str) -> str:
    """From where on the precision has no number: for the position itself, or for the angle of a pair that turns faster."""
    first = precision.first_without(frequency, name)
    if first < 0:
        return ""
    return f" From {first:,} on it has no number for the {'position' if frequency <= 1 else 'angle'}."


@st.cache_data(max_entries=256, show_spinner=False)
def largest_errors(frequency: float, name: str) -> NDArray[np.float64]:
    return precision.largest_errors(frequency, long_context.ranges(MAX_POSITIONS, RANGES), name)


@st.cache_data(max_entries=64, show_spinner=False)
def first_beyond(frequencies: tuple[float, ...], turns: float, name: str) -> NDArray[np.int64]:
    return precision.first_beyond(frequencies, turns, name)
