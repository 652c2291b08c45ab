"""The parts of Compare: what is measured of each scheme, what is seen, and the table of properties."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import posenc
from charts import compare as draw
from charts.style import percent
from posenc import similarities
from posenc.experiments.attention_bias import mean_by_offset
from posenc.experiments.bounds import refuse_costly
from posenc.experiments.compare import Added, sentence_shares, what_is_added
from posenc.experiments.properties import Finding, Setting, number, properties
from posenc.numeric.tolerances import FLOAT32
from ui.badges import badge
from ui.chart import chart
from ui.frame import section
from ui.quote import refusal
from ui.runs import cached
from ui.tables import markdown_table

SLOTS = 4
MARKS = {True: ":green[:material/check:]", False: ":red[:material/close:]", None: ":gray[:material/remove:]"}


@dataclass(frozen=True, eq=False)
class Column:
    """A scheme and all that is drawn of it."""

    name: str
    scheme: posenc.Scheme
    scores: NDArray[np.float64]
    by_offset: similarities.ByOffset
    findings: list[Finding]
    added: Added
    shares: NDArray[np.float64] | None
    """None where the sentence is longer than the scheme's last position."""


@dataclass(frozen=True)
class Comparison:
    """What is compared: schemes by the slot they stand in, what they are measured on, the words of a sentence."""

    chosen: tuple[tuple[int, posenc.Scheme], ...]
    setting: Setting
    words: tuple[str, ...]


@cached
def measured(comparison: Comparison) -> tuple[dict[int, Column], list[str]]:
    """What is measured of the schemes, by their slots, and what is said of those that cannot be."""
    ids = [scheme.id for _, scheme in comparison.chosen]
    known, said = {}, []
    for slot, scheme in comparison.chosen:
        name = scheme.id if ids.count(scheme.id) == 1 else f"{scheme.id} {slot}"
        try:
            known[slot] = _measure(name, scheme, comparison.setting, [*comparison.words])
        except ValueError as error:
            said.append(f"{scheme.title} cannot be shown with these settings: {refusal(error)}.")
    return known, said


def _measure(name: str, scheme: posenc.Scheme, setting: Setting, words: list[str]) -> Column:
    refuse_costly(scheme, 2 * setting.n, setting.dim, setting.heads)  # one property is tried at twice the length
    scores = setting.scores(scheme, setting.n)
    size = (setting.dim, setting.heads, setting.causal)
    long = scheme.max_length is not None and len(words) > scheme.max_length
    return Column(
        name,
        scheme,
        scores,
        mean_by_offset(scores),
        properties(scheme, setting),
        what_is_added(scheme, setting.n, *size),
        None if long else sentence_shares(scheme, words, *size)[setting.head],
    )


def full_colour(known: Mapping[int, Column]) -> dict[int, float]:
    """The largest score of each column."""
    return {slot: float(np.nanmax(np.abs(column.scores))) for slot, column in known.items()}


@cached
def draw_scores(comparison: Comparison, own: bool, cursor: tuple[int, int]) -> None:
    """own: full colour is each scheme's own largest score, else the largest of all."""
    known, _ = measured(comparison)
    scale = full_colour(known)
    if not own:
        scale = dict.fromkeys(known, max(scale.values()))
    everyone = {column.name: percent(np.nan_to_num(column.scores), scale[slot]) for slot, column in known.items()}
    low = min(float(np.nanmin(column.by_offset.low)) for column in known.values())
    high = max(float(np.nanmax(column.by_offset.high)) for column in known.values())
    room = 0.05 * (high - low or 1)
    shared = draw.Shared(everyone, (low - room, high + room), cursor, comparison.setting.causal)
    for slot, cell in zip(range(1, SLOTS + 1), st.columns(SLOTS, gap="small"), strict=True):
        if slot in known:
            column = known[slot]
            chart(
                draw.scores(column.name, column.scores, column.by_offset, scale[slot], shared),
                key=f"scores_{slot}",
                alt=f"What position does to the score in {column.name}, for every query and key, and by offset.",
                place=cell,
            )


@cached
def draw_pictures(comparison: Comparison) -> None:
    known, _ = measured(comparison)
    first, *others = known.values()
    apart = [np.nanmax(np.abs(column.scores - first.scores), initial=0) for column in others]
    differs = f", and what differs from {first.name}"
    for slot, cell in zip(range(1, SLOTS + 1), st.columns(SLOTS, gap="small"), strict=True):
        if slot in known:
            column = known[slot]
            less = draw.Difference(column.scores - first.scores, max(apart, default=1), first.name)
            chart(
                draw.pictures(
                    column.name,
                    column.added,
                    comparison.words,
                    column.shares,
                    None if column is first else less,
                ),
                key=f"pictures_{slot}",
                alt=f"What {column.name} puts in, its attention to the sentence through toy weights"
                f"{differs * (column is not first)}.",
                place=cell,
            )


@cached
def what_is_seen(comparison: Comparison, own: bool) -> None:
    """In words: what full colour is, and where the others differ most from the first scheme."""
    known, _ = measured(comparison)
    largest = max(full_colour(known).values())
    scale = (
        ("full colour is each one's own largest score" if own else f"full colour is a score of ±{number(largest, 3)}")
        if largest
        else "here all scores are 0, and nothing is coloured"
    )
    said = [
        "Each cell: how much higher (blue) or lower (orange) a query scores a key than one at its own place, as far as"
        f" position alone goes; {scale}."
    ]
    first, *others = known.values()
    for column in others:
        apart = np.abs(column.scores - first.scores)
        if np.nanmax(apart) <= FLOAT32 * largest:
            said.append(f"- **{column.name}** and **{first.name}** do not differ.")
            continue
        query, key = (int(place) for place in np.unravel_index(np.nanargmax(apart), apart.shape))
        said.append(
            f"- **{column.name}** and **{first.name}** differ most for query {query} and key {key}:"
            f" {number(column.scores[query, key], 3)} against {number(first.scores[query, key], 3)}; on average by"
            f" {number(float(np.nanmean(apart)), 3)}."
        )
    section("What you see", "\n".join(said))


@cached
def findings(comparison: Comparison) -> None:
    """The table: a property a row, a scheme a column; what was measured, and on what."""
    known, _ = measured(comparison)
    columns, setting = [*known.values()], comparison.setting
    heads = ["Measured now", *(f"{column.name} {badge(column.scheme.values)}" for column in columns)]
    rows = []
    for same in zip(*(column.findings for column in columns), strict=True):
        name = f"{same[0].name} {badge('toy') * same[0].toy}".strip()
        rows.append([name, *(f"{MARKS[finding.holds]} {finding.measured}" for finding in same)])
    st.markdown(markdown_table(heads, rows))
    short = any(column.scheme.max_length is not None and column.scheme.max_length < setting.n for column in columns)
    ends = " or a scheme's last" if short else ""
    mask = ", under a causal mask" if setting.causal else ""
    st.caption(
        f"Measured with one content at every position from 0 to {setting.n - 1}{ends}, in head {setting.head} of"
        f" {setting.heads}{mask}. Places in brackets are (query, key). “To a millionth” is of the largest score, or of 1 if"
        " that is larger. A label on a scheme is of all its rows but those with a label of their own."
    )
