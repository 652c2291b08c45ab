"""The parts of Rotary: its pictures, what is seen, the two layouts, partial rotation, hands on a grid."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import posenc
from charts import rotary as draw

from . import controls
from .chart import chart
from .kind import badge
from .page import kept, section
from .quote import refusal

Array = NDArray[Any]
FRAMES, DIALS, LONGEST = 64, 8, 1_000_000
TOKENS, APART, GRID_DIM, LARGEST_GRID = 48, 8, 16, 14
PORTS = {
    "trained": ("As trained", "Interleaved weights, interleaved rotation."),
    "converted": ("Converted", "Features of q and k permuted, half rotation."),
    "unconverted": ("Not converted", "Interleaved weights, half rotation."),
    "split": ("Two layouts", "q turned interleaved, k turned half."),
    "mixed": ("Mixed partners", "Angles of half, pairs of interleaved."),
}
AXES = {
    "row": "with the row alone",
    "column": "with the column alone",
    "both": "with row and column",
    "neither": "with neither",
}
CONVERT = '''def to_half(weight, heads, rotary_dim=None):
    """Interleaved to half: the rows of q_proj and k_proj, weights and biases. v_proj and o_proj stay."""
    head_dim = len(weight) // heads
    m = rotary_dim or head_dim
    order = [*range(0, m, 2), *range(1, m, 2), *range(m, head_dim)]
    return weight.reshape(heads, head_dim, -1)[:, order].reshape(weight.shape)


def to_interleaved(weight, heads, rotary_dim=None):
    head_dim = len(weight) // heads
    m = rotary_dim or head_dim
    order = [i + part for i in range(m // 2) for part in (0, m // 2)] + [*range(m, head_dim)]
    return weight.reshape(heads, head_dim, -1)[:, order].reshape(weight.shape)'''


def measured(scheme: posenc.Rotary, length: int, dim: int) -> None:
    """Make what is drawn of the scheme; ValueError for values that do not fit together, or that no clock can show."""
    scores_of(scheme, length, dim)
    kernel_of(scheme, length, dim)
    if np.abs(posenc.rotary_hands(scheme, [0, length - 1], dim)).max() > LONGEST:
        raise ValueError(f"Some hands would be more than {LONGEST:,} times as long as their clock is wide")


@kept
def scores_of(scheme: posenc.Rotary, length: int, dim: int) -> posenc.ByOffset:
    """The score of King and Queen by distance; ValueError for values that do not fit together."""
    query, key = _king_and_queen(dim)
    return posenc.turned_scores(scheme, query, key, length)


@kept
def kernel_of(scheme: posenc.Rotary, length: int, dim: int) -> Array:
    """The score of two equal vectors at the same offsets."""
    return scheme.kernel(scores_of(scheme, length, dim).offsets, dim, heads=1)[0]


@kept
def pictures(scheme: posenc.Rotary, dim: int, length: int, position: int, offset: int) -> None:
    pairs = np.unique(np.linspace(0, dim // 2 - 1, DIALS).astype(int))
    positions = posenc.positions_to_play(length - offset, position, FRAMES, whole=posenc.has_axes(type(scheme)))
    queries, keys = (posenc.rotary_hands(scheme, positions + far, dim)[:, pairs] for far in (0, offset))
    start, frequencies = int(np.searchsorted(positions, position)), scheme.frequencies(dim, length)
    clocks, curve = st.columns([1.1, 1], gap="medium")
    chart(
        draw.clocks(queries, keys, positions, start, _below(pairs, frequencies, scheme.layout != "mixed")),
        key="clocks",
        alt=f"Clocks of {len(pairs)} pairs, each with a hand for the query and one for the key.",
        place=clocks,
    )
    scores = scores_of(scheme, length, dim)
    chart(
        draw.scores(scores.offsets, kernel_of(scheme, length, dim), scores.mean, scores.low, scores.high, offset),
        key="scores",
        alt="The score of two equal vectors, and of King and Queen, at each offset.",
        place=curve,
    )


@kept
def what_is_seen(scheme: posenc.Rotary, dim: int, length: int, offset: int) -> None:
    scores = scores_of(scheme, length, dim)
    speeds = scheme.frequencies(dim, length)
    moving = speeds[speeds > 0]
    unfinished = dim // 2 - int((moving * length >= 2 * np.pi).sum())
    speed = (
        f"**Fast and slow** {badge('exact')} In one step the fastest pair turns by {np.degrees(moving.max()):.1f}°, the"
        f" slowest that turns by {np.degrees(moving.min()):.2g}°. Within {length:,} positions {unfinished} of"
        f" {dim // 2} pairs do not finish a turn."
    )
    here, there = (float(scores.mean[scores.offsets == side][0]) for side in (offset, -offset))
    spread = float(scores.spread.max())
    if spread < posenc.ROUNDING:
        behind = f" With the key {offset} behind it is {there:.3f}." if abs(here - there) > posenc.ROUNDING else ""
        distance = (
            f"**The distance alone counts** {badge('exact')} Play: at a distance of {offset} the angles between the"
            f" hands stay, and so does the score of “King” and “Queen”, {here:.3f}: from place to place no score"
            f" differs by more than {spread:.0e}.{behind}"
        )
    else:
        distance = (
            f"**The distance alone does not tell the score** {badge('toy')} At one and the same distance, the score of"
            f" “King” and “Queen” differs by up to **{spread:.2f}** from place to place: the band in the picture."
        )
    section("What you see", f"{speed}\n\n{distance}")


@kept
def layouts(dim: int, base: float, rotary_dim: int) -> None:
    section(
        "Two layouts: each is right, mixing them is not",
        "Which two features form a pair is a convention that the weights have learned. Permuting the features of"
        " queries and keys turns one layout into the other:",
    )
    query, key = _king_and_queen(dim)
    shown = min(dim, 16)
    turning = min(rotary_dim, shown)
    chart(
        draw.pairing(posenc.feature_order(shown, "interleaved", "half", turning), turning),
        key="pairing",
        alt="Which features form a pair in either layout, and which feature of one is which of the other.",
    )
    st.markdown(
        f"Now a model trained with *interleaved* meets code for *half*. The same “King” asks the same “Queen” at every"
        f" two of {TOKENS} positions:"
    )
    ports = posenc.layout_ports(query, key, TOKENS, base=base, rotary_dim=rotary_dim)
    for port, column in zip(ports, st.columns(len(ports), gap="small"), strict=True):
        with column:
            _port(port, ports[0])
    _say_what_is_wrong(ports)
    controls.code(CONVERT, "Convert a checkpoint")


@kept
def parts(scheme: posenc.Rotary, dim: int, length: int) -> None:
    offsets = scores_of(scheme, length, dim).offsets
    distances = offsets[offsets >= 0]
    turning = [max(2, dim // share // 2 * 2) for share in (1, 2, 4)]
    curves = [dataclasses.replace(scheme, rotary_dim=m).kernel(distances, dim, heads=1)[0] for m in turning]  # type: ignore[call-arg]
    words, picture = st.columns([2, 3], vertical_alignment="center", gap="medium")
    with words:
        section(
            "Not all features need to turn",
            f"With `rotary_dim` only the first features turn; the others are blind to the position. {badge('exact')} Within"
            f" {distances[-1] + 1:,} positions, the score of two equal vectors of {dim} features falls to"
            f" {curves[0].min():.2f} of its height when all turn, and to {curves[-1].min():.2f} when {turning[-1]} do.",
        )
    chart(
        draw.partial(distances, [(f"{m} of {dim} turn", curve) for m, curve in zip(turning, curves, strict=True)]),
        key="partial",
        alt="The score of two equal vectors by distance, when all features turn, half of them, and a quarter.",
        place=picture,
    )


def rotary(id: str) -> posenc.Rotary:
    """The scheme of that id with its defaults."""
    scheme = posenc.scheme(id)
    assert isinstance(scheme, posenc.Rotary)
    return scheme


def grid(scheme: posenc.Rotary) -> None:
    section("On a grid: rows, columns, time")
    known = [id for id, cls in posenc.schemes().items() if posenc.has_axes(cls)]
    if scheme.id not in known:
        id = controls.choice("Scheme on the grid", "grid", [*known, scheme.id], known[0])
        scheme = scheme if id == scheme.id else rotary(id)
    time = controls.number("Time", "time", 0, 31, 0) if hasattr(scheme, "axes") else 0
    height, width = (min(getattr(scheme, side, size), LARGEST_GRID) for side, size in (("height", 9), ("width", 12)))
    _field(scheme, height, width, time)


@kept
def _field(scheme: posenc.Rotary, height: int, width: int, time: int) -> None:
    try:
        field = posenc.grid_hands(scheme, height, width, GRID_DIM, time)
    except ValueError as error:
        st.info(f"{refusal(error)}. So there are no hands to draw on a grid.")
        return
    axes = posenc.axes_of(field)
    chart(
        draw.field(field, [f"<b>{pair}</b> {axis}" for pair, axis in enumerate(axes)]),
        key="field",
        alt=f"The hand of each pair at every place of {height} rows and {width} columns.",
    )
    counts = ", ".join(f"{axes.count(axis)} {words}" for axis, words in AXES.items() if axis in axes)
    st.markdown(
        f"Each cell is a place of {height} × {width}, with the hand of its token; blue points up, orange down. Of"
        f" {len(axes)} pairs turn {counts}."
        + (" Those that turn with neither wait for the time." if hasattr(scheme, "axes") and "neither" in axes else "")
        + (f" Where only the token's number counts, the cell below is {width} steps on." if "both" in axes else "")
    )


def _king_and_queen(dim: int) -> Array:
    return posenc.word_vectors(["King", "Queen"], dim, np.float64)


def _below(pairs: Array, frequencies: Array, rotates: bool) -> list[str]:
    """Below each clock: how many positions a turn takes."""
    if not rotates:
        return [f"<b>pair {pair}</b><br>not a rotation" for pair in pairs]
    turns = [2 * np.pi / frequencies[p] if p < len(frequencies) and frequencies[p] else np.inf for p in pairs]
    words = [f"a turn in {turn:,.{0 if turn > 99 else 1}f}" if np.isfinite(turn) else "stands still" for turn in turns]
    return [f"<b>pair {pair}</b><br>{word}" for pair, word in zip(pairs, words, strict=True)]


def _port(port: posenc.Port, right: posenc.Port) -> None:
    title, about = PORTS[port.name]
    wrong = port.error > posenc.ROUNDING
    captions = (
        f"scores: off by <b>{_exact(port.error)}</b>",
        f"{APART} apart: spread <b>{_exact(port.spread)}</b>",
        f"length: off by <b>{_exact(port.stretch)}</b>",
    )
    along, expected = (np.diagonal(each.scores, APART) for each in (port, right))
    mark = ":red[:material/close:]" if wrong else ":green[:material/check:]"
    st.markdown(f"{mark} **{title}**  \n:small[:gray[{about}]]")
    chart(
        draw.port(port.scores, along, expected, port.norms, float(np.abs(right.scores).max()), captions, wrong),
        key=f"port_{port.name}",
        alt=f"{title}. {about} {'; '.join(captions)}.",
    )


def _say_what_is_wrong(ports: Sequence[posenc.Port]) -> None:
    wrong = [port for port in ports if port.error > posenc.ROUNDING]
    if not wrong:
        st.markdown("With one pair both layouts are the same, so there is nothing to mix up. Choose more dimensions.")
        return
    one = max(port.first_error for port in ports)
    slyest = [PORTS[port.name][0] for port in wrong if max(port.spread, port.stretch) < posenc.ROUNDING]
    said = (
        f"**Fine for one token, broken after** {badge('exact')} At position 0 nothing turns, so with one token all five"
        f" give the same score (they differ by {one:.0e}). From the second token on {len(wrong)} of {len(ports)} are"
        " wrong."
    )
    for name in slyest:
        said += (
            f"\n\n**{name}** is the slyest: its scores depend on the distance alone and lengths are kept, so both usual"
            " checks pass. Only a comparison with the trained model's scores shows it."
        )
    st.markdown(said)


def _exact(value: float) -> str:
    return f"{value:.2f}" if value > posenc.ROUNDING else f"0 ({value:.0e})"
