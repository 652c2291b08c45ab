"""The parts of Long context: which model, what its pairs do far out, and what precision costs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from charts import context as draw
from charts.style import CONFIG
from posenc import context, models, precision
from posenc.raster import MOST_POSITIONS

from . import controls
from .controls import BOUND

EXAMPLE = '{"rope_theta": 10000.0, "head_dim": 128, "max_position_embeddings": 4096,\n "rope_scaling": {"rope_type": "dynamic", "factor": 2.0}}'
MOST_TEXT = 20_000
RANGES, DIALS = 100, 8


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
    first, second, third, fourth = st.columns([4, 3, 5, 5], vertical_alignment="bottom", gap="medium")
    says = st.container()
    names = list(models.MODELS)
    with first:
        name = st.selectbox("Model", names, names.index(default), key="model", on_change=_other_model, **BOUND)
    public = models.MODELS[name]
    with second.popover("config.json", width="stretch", icon=":material/data_object:"):
        text = st.text_area(
            "Paste a model's config.json, or a part of it",
            key="config", placeholder=EXAMPLE, height=150, max_chars=MOST_TEXT, on_change=_forget_lengths, **BOUND,
        )  # fmt: skip
        title, config, model, layer_type = _read(text or "", name, public, says)
        st.caption(f"In use: {title}")
        st.code(json.dumps(config, indent=1), language="json", height=220)
    for sentence in model.assumed:
        says.info(sentence)
    known_trained = public.trained if config is public.config else None
    trained, longest = (min(length, MOST_POSITIONS) for length in (known_trained or model.trained, model.worth_showing))
    options = sorted({*controls.LENGTHS, trained, longest})
    with third:
        trained = controls.steps(
            "Trained on", "trained", options, trained, "Positions that it had seen before scaling."
        )
    with fourth:
        length = controls.steps("Positions", "length", options, longest)
    return Chosen(title, config, layer_type, model, trained, length)


def _read(
    text: str, name: str, public: models.PublicModel, says: Any
) -> tuple[str, Mapping[str, Any], models.RotaryModel, str | None]:
    """The pasted config where there is one that can be read; what is wrong with it is said. Else the public model's."""
    if text.strip():
        try:
            config = models.parse(text)
            layer_type = _ask_for_layers(config)
            return "a config of your own", config, models.read(config, layer_type), layer_type
        except ValueError as error:
            says.info(f"{error}. Meanwhile {name} is shown.")
    layer_type = _ask_for_layers(public.config)
    return f"{name}: {public.source}", public.config, models.read(public.config, layer_type), layer_type


def _ask_for_layers(config: Mapping[str, Any]) -> str | None:
    types = models.layer_types(config)
    return controls.choice("Layers", "layer_type", types, types[0]) if types else None


def _other_model() -> None:
    st.session_state["config"] = ""
    _forget_lengths()


def _forget_lengths() -> None:
    for key in ("trained", "length"):
        st.session_state.pop(key, None)


def pictures(chosen: Chosen) -> None:
    pairs, fading = chosen.stretch, context.decay(chosen.model.scheme, chosen.model.dim, chosen.length)
    left, right = st.columns([1.25, 1], gap="medium")
    left.plotly_chart(
        draw.wavelengths(
            pairs.wavelengths_before, pairs.wavelengths_after, by_kind(pairs), chosen.trained, chosen.length
        ),
        key="wavelengths", config=CONFIG, alt="The positions that each pair takes for one turn, before and after scaling.",
    )  # fmt: skip
    right.plotly_chart(
        draw.decay(fading.distances, fading.before, fading.after, chosen.trained, chosen.length),
        key="decay", config=CONFIG, alt="The mean score of two equal vectors by distance, before and after scaling.",
    )  # fmt: skip


def by_kind(pairs: context.Stretch) -> dict[str, NDArray[np.int64]]:
    kinds = np.array(pairs.kinds())
    return {kind: np.flatnonzero(kinds == kind) for kind in context.KINDS}


def what_is_seen(chosen: Chosen) -> None:
    st.subheader("What you see", anchor=False)
    model, pairs = chosen.model, chosen.stretch
    scaling = getattr(model.scheme, "scaling", None)
    count, slow = len(pairs.before), np.flatnonzero(pairs.turns_trained < 1)
    st.markdown(
        f"**{chosen.name}.** {count} pairs turn in a head of {model.dim} features, base {vars(model.scheme)['base']:,.0f},"
        f" {f'scaling “{scaling.kind}”' if scaling else 'not scaled'}. {_speeds(pairs)}"
    )
    if not len(slow):
        st.markdown(
            f"**Every pair finished a turn** in {chosen.trained:,} positions: no angle is new, however long the text."
        )
        return
    before, after = (sum(kind == context.EXTRAPOLATES for kind in pairs.kinds(scaled)) for scaled in (False, True))
    last = slow[-1]
    st.markdown(
        f"**{len(slow)} of {count} pairs never finished a turn** in the {chosen.trained:,} positions of training:"
        f" pairs {slow[0]} to {last}. At {chosen.length:,} positions {before} of them would extrapolate unscaled, to angles"
        f" never seen; as scaled **{after} extrapolate and {len(slow) - after} interpolate**. Pair {last} had reached"
        f" {pairs.turns_trained[last]:.3g} turns; unscaled it would reach {pairs.turns_before[last]:.3g}, as scaled"
        f" {pairs.turns_after[last]:.3g}. Training further at a greater length is not counted here."
    )
    factor = model.scheme.attention_factor(chosen.length)
    if factor != 1:
        st.markdown(
            f"Queries and keys are multiplied by {factor:.4g}, so every score by {factor**2:.4g}: the blue curve is higher."
        )


def hands(chosen: Chosen) -> None:
    """A few of the pairs that never finished a turn, as dials."""
    pairs = chosen.stretch
    slow = np.flatnonzero(pairs.turns_trained < 1)
    if len(slow):
        few = slow[np.unique(np.linspace(0, len(slow) - 1, DIALS).astype(int))]
        st.plotly_chart(
            draw.dials(few, pairs.turns_trained[few], pairs.turns_before[few], pairs.turns_after[few]),
            key="dials", config=CONFIG, alt="How far the hands of slow pairs got in training, and get now.",
        )  # fmt: skip


def _speeds(pairs: context.Stretch) -> str:
    slowed = pairs.slowed[np.isfinite(pairs.slowed)]
    still, kept = len(pairs.slowed) - len(slowed), int((np.abs(slowed - 1) < context.ROUNDING).sum())
    if kept == len(pairs.before):
        return "Every pair turns as fast as before."
    most = f"the others turn up to {slowed.max():.4g} times slower" if len(slowed) > kept else ""
    standing = f"{still} stand still" if still else ""
    return f"{kept} turn as fast as before, {' and '.join(part for part in (most, standing) if part)}."


def precisions(chosen: Chosen) -> None:
    """What float32, bfloat16 and float16 do to the angles of this model, as scaled for this length."""
    st.subheader("And the angle itself?", anchor=False)
    st.markdown(
        "An angle is position times frequency. Far out, a narrow number type has no digits left for its fraction of a turn."
        f" Measured here for every position up to {MOST_POSITIONS:,}: position, frequency and product rounded to each type,"
        " against float64."
    )
    frequencies = tuple(chosen.stretch.after.tolist())
    left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
    with left:
        pair = controls.number("Pair", "pair", 0, len(frequencies) - 1, min(8, len(frequencies) - 1))
    with right:
        tolerated = float(controls.choice("Tolerated error, in turns", "tolerated", ("0.001", "0.01", "0.1"), "0.01"))
    positions = context.ranges(MOST_POSITIONS, RANGES)
    curves = {name: largest_errors(frequencies[pair], name) for name in precision.PRECISIONS}
    first = {name: first_beyond(frequencies, tolerated, name) for name in precision.PRECISIONS}
    left.plotly_chart(
        draw.errors(positions, curves, tolerated, pair), key="errors", config=CONFIG,
        alt=f"The error of pair {pair}'s angle by position, in three precisions.",
    )  # fmt: skip
    right.plotly_chart(
        draw.beyond(first, MOST_POSITIONS), key="beyond", config=CONFIG,
        alt="For each pair the first position whose angle is off by more than is tolerated.",
    )  # fmt: skip
    said = [f"- **{name}**: {_precision(name, pair, curves[name], first[name])}" for name in precision.PRECISIONS]
    st.markdown("\n".join(said))


def _precision(name: str, pair: int, curve: NDArray[np.float64], first: NDArray[np.int64]) -> str:
    known, at = first[first >= 0], int(first[pair])
    here = (
        f"pair {pair} is first off by more at position **{at:,}**"
        if at >= 0
        else f"pair {pair} is never off by more than {curve.max():.1g} turns"
        if curve.max()
        else f"pair {pair} is exact everywhere"
    )
    others = f"of {len(first)} pairs {len(known)} are off by more" + (
        f", the first at position {known.min():,} (pair {int(np.flatnonzero(first == known.min())[0])})"
        if len(known)
        else ""
    )
    end = " Beyond 65,504 it has no numbers." if np.isinf(curve[-1]) else ""
    return f"{here}; {others}.{end}"


@st.cache_data(max_entries=256, show_spinner=False)
def largest_errors(frequency: float, name: str) -> NDArray[np.float64]:
    return precision.largest_errors(frequency, context.ranges(MOST_POSITIONS, RANGES), name)


@st.cache_data(max_entries=64, show_spinner=False)
def first_beyond(frequencies: tuple[float, ...], turns: float, name: str) -> NDArray[np.int64]:
    return precision.first_beyond(frequencies, turns, name)
