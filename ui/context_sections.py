"""The parts of Long context: which model, what its pairs do far out, and what precision costs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from charts import context as draw
from posenc import context, models, precision
from posenc.raster import MOST_POSITIONS

from . import controls
from .chart import chart
from .controls import BOUND
from .page import experiment, section
from .quote import worded

EXAMPLE = """{"rope_theta": 10000.0, "head_dim": 128, "max_position_embeddings": 4096,
 "rope_scaling": {"rope_type": "dynamic", "factor": 2.0}}"""
OWN = "A config of your own"
MOST_TEXT = 20_000
RANGES, DIALS = 100, 9


@dataclass(frozen=True)
class Chosen:
    """A model, by its preset's name or from a pasted config, and the two lengths that it is looked at."""

    name: str
    config: Mapping[str, Any]
    layer_type: str | None
    model: models.RotaryModel
    trained: int
    length: int

    @property
    def stretch(self) -> context.Stretch:
        return context.stretch(self.model.scheme, self.model.dim, self.trained, self.length)


def ask_for_model(default: str) -> Chosen:
    """The model's picker, a place to paste a config, and two lengths that start at what the config says."""
    line = controls.row()
    says = st.container()
    names = list(models.MODELS)
    name = line.selectbox("Model", names, names.index(default), key="model", on_change=_other_model, **BOUND)
    with line.popover("config.json", icon=":material/data_object:"):
        text = st.text_area(
            "Paste a model's config.json, or a part of it",
            key="config", placeholder=EXAMPLE, height=150, max_chars=MOST_TEXT, on_change=_as_stated, **BOUND,
        )  # fmt: skip
        config: Mapping[str, Any]
        try:
            title, config = OWN, _own(text)
            layer_type = _ask_for_layers(config)
            model = models.read(config, layer_type)
        except ValueError as error:
            public = models.MODELS[name]
            title, config = f"{name}: {public.source}", public.config
            layer_type = _ask_for_layers(config)
            model = public.read(layer_type)
            if text and text.strip():
                with says:
                    controls.instead(error, f"{name} is shown")
        st.caption(f"In use: {title}")
        st.code(json.dumps(config, indent=1), language="json", height=220)
    for sentence in model.assumed:
        says.info(sentence)
    if title == OWN:
        says.caption("Shown: a config of your own. Choose a model to leave it.")
    trained, longest = _lengths(model)
    options = sorted({*controls.LENGTHS, trained, longest})
    with line:
        trained = controls.steps(
            "Trained on", "trained", options, trained, "Positions that it had seen before scaling."
        )
        length = controls.steps("Positions", "length", options, longest)
    return Chosen(title, config, layer_type, model, trained, length)


def _own(text: str | None) -> dict[str, Any]:
    """The pasted config; ValueError where there is none, or none that can be read."""
    config = models.parse(text or "")
    models.read(config)
    return config


def _ask_for_layers(config: Mapping[str, Any]) -> str | None:
    types = models.layer_types(config)
    return controls.choice("Layers", "layer_type", types, types[0], format_func=worded) if types else None


def _other_model() -> None:
    st.session_state["config"] = ""
    _as_stated()


def _as_stated() -> None:
    """Set both lengths to what the chosen model says: a slider keeps its place when only its default changes."""
    try:
        model = models.read(_own(st.session_state["config"]))
    except ValueError:
        model = models.MODELS[st.session_state["model"]].read()
    st.session_state["trained"], st.session_state["length"] = _lengths(model)


def _lengths(model: models.RotaryModel) -> tuple[int, int]:
    return min(model.trained, MOST_POSITIONS), min(model.worth_showing, MOST_POSITIONS)


def pictures(chosen: Chosen) -> None:
    pairs, fading = chosen.stretch, context.decay(chosen.model.scheme, chosen.model.dim, chosen.length)
    left, right = st.columns([1.25, 1], gap="medium")
    chart(
        draw.wavelengths(
            pairs.wavelengths_before, pairs.wavelengths_after, by_kind(pairs), chosen.trained, chosen.length
        ),
        key="wavelengths",
        alt="The positions that each pair takes for one turn, before and after scaling.",
        place=left,
    )
    chart(
        draw.decay(fading.distances, fading.before, fading.after, chosen.trained, chosen.length),
        key="decay",
        alt="The mean score of two equal vectors by distance, before and after scaling.",
        place=right,
    )


def by_kind(pairs: context.Stretch) -> dict[str, NDArray[np.int64]]:
    kinds = np.array(pairs.kinds())
    return {kind: np.flatnonzero(kinds == kind) for kind in context.KINDS}


def what_is_seen(chosen: Chosen) -> None:
    model, pairs = chosen.model, chosen.stretch
    scaling = getattr(model.scheme, "scaling", None)
    count, slow = len(pairs.before), np.flatnonzero(pairs.turns_trained < 1)
    said = (
        f"**{chosen.name}.** {count} pairs turn in a head of {model.dim} features, base {vars(model.scheme)['base']:,.0f},"
        f" {f'scaling “{scaling.kind}”' if scaling else 'not scaled'}. {_speeds(pairs)}"
    )
    if not len(slow):
        said += f"\n\n**Every pair finished a turn** in {chosen.trained:,} positions: no angle is new, however long the text."
        section("What you see", said)
        return
    before, after = (pairs.kinds(scaled).count(context.EXTRAPOLATES) for scaled in (False, True))
    last = slow[-1]
    now = (
        f"{before} of them would extrapolate unscaled, to angles never seen; as scaled **{after} extrapolate and"
        f" {len(slow) - after} interpolate**. Pair {last} had reached {pairs.turns_trained[last]:.3g} turns; unscaled it"
        f" would reach {pairs.turns_before[last]:.3g}, as scaled {pairs.turns_after[last]:.3g}."
        if scaling
        else f"**{after} of them extrapolate**, to angles never seen. Pair {last} had reached"
        f" {pairs.turns_trained[last]:.3g} turns; now it reaches {pairs.turns_after[last]:.3g}."
    )
    said += (
        f"\n\n**{len(slow)} of {count} pairs never finished a turn** in the {chosen.trained:,} positions of training:"
        f" pairs {slow[0]} to {last}. At {chosen.length:,} positions {now} Training further at a greater length is not"
        " counted here."
    )
    factor = model.scheme.attention_factor(chosen.length)
    if factor != 1:
        said += (
            f"\n\nQueries and keys are multiplied by {factor:.4g}, so every score by {factor**2:.4g}: the blue curve is"
            " higher."
        )
    section("What you see", said)


def hands(chosen: Chosen) -> None:
    """A few of the pairs that never finished a turn, as dials."""
    pairs = chosen.stretch
    slow = np.flatnonzero(pairs.turns_trained < 1)
    if len(slow):
        few = slow[np.unique(np.linspace(0, len(slow) - 1, DIALS).astype(int))]
        chart(
            draw.dials(few, pairs.turns_trained[few], pairs.turns_before[few], pairs.turns_after[few]),
            key="dials",
            alt="How far the hands of slow pairs got in training, and get now.",
        )


def _speeds(pairs: context.Stretch) -> str:
    slowed = pairs.slowed[np.isfinite(pairs.slowed)]
    kept, still = int((np.abs(slowed - 1) < context.ROUNDING).sum()), len(pairs.slowed) - len(slowed)
    if kept == len(pairs.slowed):
        return "Every pair turns as fast as before."
    if np.ptp(slowed) < context.ROUNDING and not still:
        return f"Every pair turns {slowed[0]:.4g} times slower."
    if not kept and not still:
        return f"Every pair turns slower, {slowed.min():.4g} to {slowed.max():.4g} times."
    parts = [f"{kept} turn as fast as before"] + [f"{still} stand still"] * bool(still)
    if len(slowed) > kept:
        parts.insert(1, f"{len(slowed) - kept} up to {slowed.max():.4g} times slower")
    return ", ".join(parts) + "."


@experiment
def precisions(chosen: Chosen) -> None:
    """What float32, bfloat16 and float16 do to the angles of this model, as scaled for this length."""
    section(
        "Precision: how far is the angle off?",
        "An angle is position times frequency. Far out, a narrow number type has no digits left for its fraction of a turn."
        f" Measured here for every position up to {MOST_POSITIONS:,}: position, frequency and product rounded to each type,"
        " against float64.",
    )
    frequencies = tuple(chosen.stretch.after.tolist())
    with controls.row():
        pair = controls.number("Pair", "pair", 0, len(frequencies) - 1, min(8, len(frequencies) - 1))
        tolerated = float(controls.choice("Tolerated error, in turns", "tolerated", ("0.001", "0.01", "0.1"), "0.01"))
    left, right = st.columns(2, gap="medium")
    positions = context.ranges(MOST_POSITIONS, RANGES)
    curves = {name: largest_errors(frequencies[pair], name) for name in precision.PRECISIONS}
    first = {name: first_beyond(frequencies, tolerated, name) for name in precision.PRECISIONS}
    chart(
        draw.errors(positions, curves, tolerated, pair),
        key="errors",
        alt=f"The error of pair {pair}'s angle by position, in three precisions.",
        place=left,
    )
    chart(
        draw.beyond(first, MOST_POSITIONS),
        key="beyond",
        alt="For each pair the first position whose angle is off by more than is tolerated.",
        place=right,
    )
    said = [f"- **{name}**: {_precision(pair, tolerated, curves[name], first[name])}" for name in precision.PRECISIONS]
    st.markdown("\n".join(said))


def _precision(pair: int, tolerated: float, curve: NDArray[np.float64], first: NDArray[np.int64]) -> str:
    at, known = int(first[pair]), first[first >= 0]
    if at >= 0:
        here = f"pair {pair} is first off by more than {tolerated:g} turns at position **{at:,}**."
    else:
        here = (
            f"pair {pair} is off by at most {curve[-1]:.1g} turns."
            if curve[-1]
            else f"pair {pair} is exact throughout."
        )
    earliest = int(np.where(first < 0, MOST_POSITIONS + 1, first).argmin())
    others = (
        f" {len(known)} of {len(first)} pairs get beyond {tolerated:g}, the first being pair {earliest} at position"
        f" {first[earliest]:,}."
        if len(known)
        else f" No pair gets beyond {tolerated:g}."
    )
    return here + others + (" From 65,520 on it has no number for the position." if np.isinf(curve[-1]) else "")


@st.cache_data(max_entries=256, show_spinner=False)
def largest_errors(frequency: float, name: str) -> NDArray[np.float64]:
    return precision.largest_errors(frequency, context.ranges(MOST_POSITIONS, RANGES), name)


@st.cache_data(max_entries=64, show_spinner=False)
def first_beyond(frequencies: tuple[float, ...], turns: float, name: str) -> NDArray[np.int64]:
    return precision.first_beyond(frequencies, turns, name)
