"""The parts of Compare: what is measured of each scheme, what is seen, and the table of properties."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import posenc
from charts import compare as draw
from charts.numbers import number
from charts.style import percent
from posenc import similarities
from posenc.experiments.attention_bias import mean_by_offset
from posenc.experiments.bounds import refuse_costly
from posenc.experiments.compare import Added, difference, sentence_weights, what_is_added
from posenc.experiments.properties import VECTORS, Finding, Setting, properties
from posenc.numeric.tolerances import FLOAT32
from ui.badges import badge
from ui.chart import chart
from ui.frame import section
from ui.numbers import plural
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
    findings: dict[str, Finding]
    added: Added
    weights: NDArray[np.float64] | None
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
    columns, said = {}, []
    for slot, scheme in comparison.chosen:
        name = scheme.id if ids.count(scheme.id) == 1 else f"{scheme.id} {slot}"
        try:
            columns[slot] = _measure(name, scheme, comparison.setting, [*comparison.words])
        except ValueError as error:
            said.append(f"{scheme.title} cannot be shown with these settings: {refusal(error)}.")
    return columns, said


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
        None if long else sentence_weights(scheme, words, *size)[setting.head],
    )


def full_colour(columns: Mapping[int, Column]) -> dict[int, float]:
    """The largest score of each column."""
    return {slot: float(np.nanmax(np.abs(column.scores))) for slot, column in columns.items()}


@cached
def draw_scores(comparison: Comparison, own: bool, cursor: tuple[int, int]) -> None:
    """own: full colour is each scheme's own largest score, else the largest of all."""
    columns, _ = measured(comparison)
    scale = full_colour(columns)
    if not own:
        scale = dict.fromkeys(columns, max(scale.values()))
    everyone = {column.name: percent(np.nan_to_num(column.scores), scale[slot]) for slot, column in columns.items()}
    low = min(float(np.nanmin(column.by_offset.low)) for column in columns.values())
    high = max(float(np.nanmax(column.by_offset.high)) for column in columns.values())
    room = 0.05 * (high - low or 1)
    shared = draw.Shared(everyone, (low - room, high + room), cursor, comparison.setting.causal)
    for slot, cell in zip(range(1, SLOTS + 1), st.columns(SLOTS, gap="small"), strict=True):
        if slot in columns:
            column = columns[slot]
            chart(
                draw.scores(column.name, column.scores, column.by_offset, scale[slot], shared),
                key=f"scores_{slot}",
                alt=f"What position does to the score in {column.name}, for every query and key, and by offset.",
                place=cell,
            )


@cached
def draw_pictures(comparison: Comparison) -> None:
    columns, _ = measured(comparison)
    first, *others = columns.values()
    apart = [difference(column.scores, first.scores).largest for column in others]
    differs = f", and what differs from {first.name}"
    for slot, cell in zip(range(1, SLOTS + 1), st.columns(SLOTS, gap="small"), strict=True):
        if slot in columns:
            column = columns[slot]
            less = draw.Difference(column.scores - first.scores, max(apart, default=1), first.name)
            chart(
                draw.pictures(
                    column.name,
                    column.added,
                    comparison.words,
                    column.weights,
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
    columns, _ = measured(comparison)
    largest = max(full_colour(columns).values())
    scale = (
        ("full colour is each one's own largest score" if own else f"full colour is a score of ±{number(largest, 3)}")
        if largest
        else "here all scores are 0, and nothing is coloured"
    )
    said = [
        "Each cell: how much higher (blue) or lower (orange) a query scores a key than one at its own place, as far as"
        f" position alone goes; {scale}."
    ]
    first, *others = columns.values()
    for column in others:
        apart = difference(column.scores, first.scores)
        if apart.largest <= FLOAT32 * largest:
            said.append(f"- **{column.name}** and **{first.name}** do not differ.")
            continue
        here, there = (number(scores[apart.query, apart.key], 3) for scores in (column.scores, first.scores))
        said.append(
            f"- **{column.name}** and **{first.name}** differ most for query {apart.query} and key {apart.key}:"
            f" {here} against {there}; on average by {number(apart.mean, 3)}."
        )
    section("What you see", "\n".join(said))


@cached
def findings(comparison: Comparison) -> None:
    """The table: a property a row, a scheme a column; what was measured, and on what."""
    columns, setting = [*measured(comparison)[0].values()], comparison.setting
    heads = ["Measured now", *(f"{column.name} {badge(column.scheme.values)}" for column in columns)]
    rows = [
        [
            f"{title} {badge('toy') * columns[0].findings[name].toy}".strip(),
            *(_cell(say, column.findings[name], column.scheme, setting) for column in columns),
        ]
        for name, (title, say) in PROPERTIES.items()
    ]
    st.markdown(markdown_table(heads, rows))
    short = any(column.scheme.max_length is not None and column.scheme.max_length < setting.n for column in columns)
    ends = " or a scheme's last" if short else ""
    mask = ", under a causal mask" if setting.causal else ""
    st.caption(
        f"Measured with one content at every position from 0 to {setting.n - 1}{ends}, in head {setting.head} of"
        f" {setting.heads}{mask}. Places in brackets are (query, key). “To a millionth” is of the largest score, or of 1 if"
        " that is larger. A label on a scheme is of all its rows but those with a label of their own."
    )


Say = Callable[[Finding, posenc.Scheme, Setting], str]


def _cell(say: Say, finding: Finding, scheme: posenc.Scheme, setting: Setting) -> str:
    return f"{MARKS[finding.holds]} {say(finding, scheme, setting)}"


def of_offsets(finding: Finding, scheme: posenc.Scheme, setting: Setting) -> str:
    return "too few positions" if finding.holds is None else _apart(finding, differ=not finding.holds)


def of_decay(finding: Finding, scheme: posenc.Scheme, setting: Setting) -> str:
    if finding.holds is None:
        return "too few positions"
    query, key, *nearer = finding.witness
    (value,) = finding.values
    if finding.holds:
        return f"never rises; lowest at ({query}, {key}): {number(value, 3)}"
    if not nearer:
        side, how = "behind" if key < query else "ahead of", " to a millionth" * bool(value)
        return f"flat{how}: every key {side} a query scores as much as its own place"
    distance = abs(key - query)
    return (
        f"rises {'again ' * (distance > 1)}at distance {distance}: ({query}, {key}) scores {number(value)} more than"
        f" ({query}, {nearer[1]})"
    )


def of_sides(finding: Finding, scheme: posenc.Scheme, setting: Setting) -> str:
    if finding.holds is None:
        return "no key ahead: the mask" if setting.causal else "too few positions"
    return _apart(finding, differ=finding.holds)


def of_norms(finding: Finding, scheme: posenc.Scheme, setting: Setting) -> str:
    if finding.holds:
        return "each is as long as before, at every position"
    (low, high), (at_low, at_high) = finding.values, finding.witness
    return f"one is {number(low, 3)} times as long at {at_low}, one {number(high, 3)} times at {at_high}"


def of_rows(finding: Finding, scheme: posenc.Scheme, setting: Setting) -> str:
    if finding.holds is None:
        return "too few positions"
    tabled = isinstance(scheme, posenc.Absolute | posenc.Rotary)
    what = "table" if tabled else "scores, masked ones as 0" if setting.causal else "scores"
    (one, other), (distance,) = finding.witness, finding.values
    return f"nearest: rows {one} and {other} of the {what}, {number(distance)} apart"


def of_length(finding: Finding, scheme: posenc.Scheme, setting: Setting) -> str:
    if not finding.holds:
        return f"no answer from position {finding.witness[0]} on"
    if not finding.values:
        return f"at {finding.witness[0]}, every score is within those up to {setting.n - 1}"
    score, low, high = (number(value, 3) for value in finding.values)
    return f"{finding.witness} scores {score}; up to {setting.n - 1} it was {low} to {high}"


def of_learning(finding: Finding, scheme: posenc.Scheme, setting: Setting) -> str:
    if finding.holds:
        return f"a formula with {plural(len(scheme.parameters()), 'parameter')}"
    if not finding.witness:
        return f"learned: {scheme.learned}"
    changes = f"change {finding.witness} by {number(finding.values[0])}" if finding.values else "change no score here"
    return f"learned: {scheme.learned}; other toy values {changes}"


def of_cost(finding: Finding, scheme: posenc.Scheme, setting: Setting) -> str:
    kinds = (
        ("feature", "once"),
        ("feature", "of query and key together, in each head and layer"),
        ("score", "in each head and layer"),
    )
    counts = zip(map(int, finding.values), kinds, strict=True)
    return "; ".join(f"{plural(count, what)}, {when}" for count, (what, when) in counts if count) or "none"


def _apart(finding: Finding, differ: bool) -> str:
    """How much the scores of two pairs (query, key) differ."""
    (apart,) = finding.values
    alike = f"are alike{' to a millionth' * bool(apart)}"
    return f"{finding.witness[:2]} and {finding.witness[2:]} {f'differ by {number(apart)}' if differ else alike}"


PROPERTIES: dict[str, tuple[str, Say]] = {
    "offset_alone": ("Depends on the offset alone", of_offsets),
    "decays": ("Decays with the distance", of_decay),
    "left_from_right": ("Tells left from right", of_sides),
    "left_from_right_in_attention": ("… in one layer's attention", of_sides),
    "keeps_norms": (f"Keeps norms of {VECTORS} random vectors", of_norms),
    "unique": ("A row of its own for each position", of_rows),
    "beyond": ("Answers beyond the length", of_length),
    "needs_no_learning": ("Needs no learning", of_learning),
    "cost": ("Most numbers changed for a token", of_cost),
}
"""What each property is called, and what is said of what was found."""
