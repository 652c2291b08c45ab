"""Rotary positions far out: how fast each pair turns, which angles are new, how scores fade, what precision costs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from posenc.numeric.checks import Array

from .style import BLUE, GREY, ORANGE, QUIET, axis, bare, caption, empty, figure, line, note

LOG = {"type": "log", "exponentformat": "power", "dtick": 1, "showgrid": True, "tickfont": {"size": 12}}
LEGEND = {"orientation": "h", "x": 0, "y": -0.17, "yanchor": "top"}
DIAL = 2.6


def wavelengths(
    before: Array,
    after: Array,
    kinds: Mapping[str, Array],
    trained: int,
    length: int,
    window: int | None = None,
    scaled: bool = True,
) -> go.Figure:
    """The positions that each pair takes for one turn, before (line) and after (dots) scaling, against two lengths.

    kinds: the pairs of each kind, in the order grey, blue, orange; those that never finished a turn stand on a band. A
    shorter window stands in place of a length. Not scaled, line and dots are one.
    """
    pairs = np.arange(len(before))
    seen = window or max(trained, length)
    reach, now = min(trained, seen), min(length, seen)
    learned = f"trained on {trained:,}" if reach == trained else f"window of {seen:,}"
    looked = f"looked at: {length:,}" if now == length else f"window of {seen:,}"
    dots = [
        {
            "type": "scatter", "mode": "markers", "name": name, "x": where, "y": after[where],
            "marker": {"size": 7, "color": color},
            "hovertemplate": f"pair %{{x}}: a turn in %{{y:,.0f}} positions, {name}<extra></extra>",
        }
        for (name, where), color in zip(kinds.items(), (GREY, BLUE, ORANGE), strict=True)
        if len(where)
    ]  # fmt: skip
    hover = {"hovertemplate": "pair %{x}, before: a turn in %{y:,.0f} positions<extra></extra>"}
    waves = np.concatenate([before[np.isfinite(before)], after[np.isfinite(after)]])
    bottom, top = min(10**0.5, 0.7 * float(waves.min())), 2 * max(float(waves.max()), reach, now)
    return figure(
        [
            line(
                pairs, before, name="before scaling", showlegend=scaled, line={"width": 1.4, "color": GREY},
                **(hover if scaled else {"hoverinfo": "skip"}),
            ),
            *dots,
        ],
        height=420,
        margin={"b": 100},
        xaxis=axis("pair", range=[-0.7, len(pairs) - 0.3]),
        yaxis=axis("positions a turn", range=[np.log10(bottom), np.log10(top)], **LOG),
        shapes=[*_band(before, reach), _level(reach), *([_level(now, "dot")] if now != reach else [])],
        annotations=[
            caption("<b>How long a turn takes</b>", 0, 1),
            _on_level(learned, reach),
            *([_on_level(looked, now)] if now != reach else []),
        ],
        legend=LEGEND,
    )  # fmt: skip


def decay(distances: Array, before: Array, after: Array, trained: int, length: int, scaled: bool = True) -> go.Figure:
    """The mean score of two equal vectors at about each distance, unscaled and scaled; not scaled, one curve.

    trained and length: how far apart two tokens came in training, and come now.
    """
    curves = (
        (("before scaling", before, GREY), ("as scaled", after, BLUE)) if scaled else (("not scaled", after, BLUE),)
    )
    beyond = {"type": "rect", "xref": "x", "x0": trained, "x1": length, "yref": "y domain", "y0": 0, "y1": 1,
              "line": {"width": 0}, "fillcolor": QUIET, "opacity": 0.5, "layer": "below"}  # fmt: skip
    shaded = "; shaded: beyond training" if length > trained else ""
    return figure(
        [
            line(
                distances, values, name=name, showlegend=True, line={"width": 2, "color": color},
                hovertemplate="distance about %{x:,.0f}: %{y:.3f}<extra></extra>",
            )
            for name, values, color in curves
        ],
        height=420,
        margin={"b": 100},
        xaxis=axis(f"distance, in positions{shaded}", **LOG),
        yaxis=axis(showgrid=True, nticks=6),
        shapes=[beyond] if length > trained else [],
        annotations=[caption("<b>Score of two equal vectors</b>, evenly spread", 0, 1)],
        legend=LEGEND,
    )  # fmt: skip


def dials(pairs: Array, trained: Array, before: Array, after: Array, scaled: bool = True) -> go.Figure:
    """How far the hand of each pair got in training (wedge), and gets now, scaled and unscaled (arcs), in turns.

    More than a turn is a full circle. Not scaled, there is one arc.
    """
    centres = DIAL * np.arange(len(pairs))
    both = (("now, as scaled", after, 0.8, BLUE), ("now, unscaled", before, 1, ORANGE))
    now = both if scaled else (("now", after, 0.8, BLUE),)
    arcs = [
        line(
            *_arcs(np.minimum(turns, 1), radius, centres), name=name, showlegend=True,
            line={"width": 3, "color": color, "simplify": False},
            hoverinfo="skip",
        )
        for name, turns, radius, color in now
    ]  # fmt: skip
    wedge = line(
        *_arcs(np.minimum(trained, 1), 0.65, centres, filled=True), name="in training", showlegend=True,
        line={"width": 0, "simplify": False}, fill="toself", fillcolor=GREY, hoverinfo="skip",
    )  # fmt: skip
    below = {"xanchor": "center", "yanchor": "top"}
    return figure(
        [wedge, *arcs],
        height=230,
        margin={"l": 4, "r": 4, "b": 34},
        xaxis=bare(constrain="domain", range=[-1.2, DIAL * (max(len(pairs), 6) - 1) + 1.2]),
        yaxis=bare(constrain="domain", range=[-1.6, 1.1], scaleanchor="x"),
        annotations=[
            caption("<b>How far the hands get</b> of pairs that never finished a turn", 0, 1),
            *(
                note(f"pair {pair}", x, -1.15, **below)
                for pair, x in zip(pairs.tolist(), centres.tolist(), strict=True)
            ),
        ],
        legend=LEGEND | {"y": 0},
    )


def errors(positions: Array, curves: Mapping[str, Array], tolerated: float, pair: int) -> go.Figure:
    """The largest error of one pair's angle up to each position, in turns, a line a precision."""
    drawn = {name: np.where((values > 0) & np.isfinite(values), values, np.nan) for name, values in curves.items()}
    nothing = empty(np.stack([*drawn.values()]), "Each error is 0 or has no number: there is no line.")
    return figure(
        [
            line(
                positions, values, name=name, showlegend=True, line={"width": 2, "color": color},
                hovertemplate=f"{name}, up to %{{x:,.0f}}: %{{y:.2g}} turns<extra></extra>",
            )
            for (name, values), color in zip(drawn.items(), (BLUE, ORANGE, GREY), strict=True)
        ],
        height=340,
        margin={"b": 90},
        xaxis=axis("position", **LOG),
        yaxis=axis("turns", **LOG | {"dtick": 2} | ({"range": [-10, 1]} if nothing else {})),
        shapes=[_level(tolerated)],
        annotations=[
            caption(f"<b>How far pair {pair}'s angle is off</b>", 0, 1), _on_level("tolerated", tolerated), *nothing,
        ],
        legend=LEGEND,
    )  # fmt: skip


def beyond(first: Mapping[str, Array], maximum: int) -> go.Figure:
    """The first position at which each pair's angle is off by more than is tolerated; −1, never up to `maximum`: on top."""
    top = maximum * 2.5
    return figure(
        [
            {
                "type": "scatter", "mode": "markers", "name": name, "x": np.arange(len(where)),
                "y": np.where(where < 0, top, np.maximum(where, 1)),
                "marker": {"size": 7, "color": color, "symbol": np.where(where < 0, "circle-open", "circle").tolist()},
                "text": [f"{position:,}" if position >= 0 else f"not up to {maximum:,}" for position in where.tolist()],
                "hovertemplate": f"{name}, pair %{{x}}: %{{text}}<extra></extra>",
            }
            for (name, where), color in zip(first.items(), (BLUE, ORANGE, GREY), strict=True)
        ],
        height=340,
        margin={"b": 90},
        xaxis=axis("pair"),
        yaxis=axis("position", **LOG | {"range": [0, np.log10(top) + 0.2]}),
        shapes=[_level(maximum)],
        annotations=[
            caption("<b>First position off by more than tolerated</b>", 0, 1),
            _on_level(f"above: not up to {maximum:,}", maximum, yanchor="top"),
        ],
        legend=LEGEND,
    )  # fmt: skip


def _level(value: float, dash: str = "solid") -> dict[str, Any]:
    ends = {"xref": "x domain", "x0": 0, "x1": 1, "yref": "y", "y0": value, "y1": value}
    return {"type": "line", "line": {"color": GREY, "width": 1.4, "dash": dash}, **ends}


def _on_level(text: str, value: float, **options: Any) -> dict[str, Any]:
    """A note at the left end of a level on a logarithmic axis, above it unless told."""
    return caption(text, 0.01, float(np.log10(value)), yref="y", font={"size": 12}, **options)


def _band(before: Array, trained: int) -> list[dict[str, Any]]:
    """Behind the pairs whose turn took longer than the trained length."""
    slow = np.flatnonzero((before > trained) & np.isfinite(before))
    if not len(slow):
        return []
    look = {"type": "rect", "line": {"width": 0}, "fillcolor": QUIET, "opacity": 0.5}
    ends = {"xref": "x", "x1": float(slow[-1]) + 0.5, "yref": "y domain", "y0": 0, "y1": 1}
    return [{**look, **ends, "layer": "below", "x0": float(slow[0]) - 0.5}]


def _arcs(turns: Array, radius: float, centres: Array, filled: bool = False) -> tuple[list[float | None], ...]:
    """x and y of an arc clockwise from twelve o'clock around each centre, with gaps between them; filled: a wedge."""
    x: list[float | None] = []
    y: list[float | None] = []
    for turn, centre in zip(turns.tolist(), centres.tolist(), strict=True):
        angles = np.linspace(0, 2 * np.pi * turn, 8 + int(56 * turn))
        hub = [centre] if filled else []
        x += [*hub, *(centre + radius * np.sin(angles)).round(3).tolist(), *hub, None]
        y += [*(0.0 for _ in hub), *(radius * np.cos(angles)).round(3).tolist(), *(0.0 for _ in hub), None]
    return x, y
