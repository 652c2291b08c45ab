"""Rotary positions far out: how fast each pair turns, which angles are new, how scores fade, what precision costs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from .style import BLUE, GREY, ORANGE, QUIET, axis, caption, empty, figure, line

Array = NDArray[Any]
LOG = {"type": "log", "exponentformat": "power", "dtick": 1, "showgrid": True, "tickfont": {"size": 12}}
LEGEND = {"orientation": "h", "x": 0, "y": -0.17, "yanchor": "top"}
DIAL = 2.6


def wavelengths(before: Array, after: Array, kinds: Mapping[str, Array], trained: int, length: int) -> go.Figure:
    """The positions that each pair takes for one turn, before (line) and after (dots) scaling, against two lengths.

    kinds: the pairs of each kind, in the order grey, blue, orange; those that never finished a turn stand on a band.
    """
    pairs = np.arange(len(before))
    dots = [
        {
            "type": "scatter", "mode": "markers", "name": name, "x": where, "y": after[where],
            "marker": {"size": 7, "color": color},
            "hovertemplate": f"pair %{{x}}: a turn in %{{y:,.0f}} positions, {name}<extra></extra>",
        }
        for (name, where), color in zip(kinds.items(), (GREY, BLUE, ORANGE), strict=True)
        if len(where)
    ]  # fmt: skip
    top = float(max(before.max(), after[np.isfinite(after)].max(initial=1), length)) * 2
    return figure(
        [
            line(
                pairs, before, name="before scaling", showlegend=True, line={"width": 1.4, "color": GREY},
                hovertemplate="pair %{x}, before: a turn in %{y:,.0f} positions<extra></extra>",
            ),
            *dots,
        ],
        height=420,
        margin={"b": 100},
        xaxis=axis("pair", range=[-0.7, len(pairs) - 0.3]),
        yaxis=axis("positions a turn", range=[0.5, np.log10(top)], **LOG),
        shapes=[*_band(before, trained), _level(trained), *([_level(length, "dot")] if length != trained else [])],
        annotations=[
            caption("<b>How long a turn takes</b>", 0, 1),
            _on_level(f"trained on {trained:,}", trained),
            *([_on_level(f"looked at: {length:,}", length)] if length != trained else []),
        ],
        legend=LEGEND,
    )  # fmt: skip


def decay(distances: Array, before: Array, after: Array, trained: int, length: int) -> go.Figure:
    """The mean score of two equal vectors at about each distance, unscaled and scaled."""
    return figure(
        [
            line(
                distances, values, name=name, showlegend=True, line={"width": 2, "color": color},
                hovertemplate="distance about %{x:,.0f}: %{y:.3f}<extra></extra>",
            )
            for name, values, color in (("before scaling", before, GREY), ("as scaled", after, BLUE))
        ],
        height=420,
        margin={"b": 100},
        xaxis=axis("distance, in positions", **LOG),
        yaxis=axis(showgrid=True, nticks=6),
        shapes=[
            {"type": "rect", "xref": "x", "x0": trained, "x1": max(length, trained), "yref": "y domain", "y0": 0, "y1": 1,
             "line": {"width": 0}, "fillcolor": QUIET, "opacity": 0.5, "layer": "below"}
        ],
        annotations=[caption("<b>Score of two equal vectors</b>; shaded: beyond training", 0, 1)],
        legend=LEGEND,
    )  # fmt: skip


def dials(pairs: Array, trained: Array, before: Array, after: Array) -> go.Figure:
    """How far the hand of each pair got in training (wedge), and gets now, scaled and unscaled (arcs), in turns."""
    centres = DIAL * np.arange(len(pairs))
    arcs = [
        line(
            *_arcs(np.minimum(turns, 1), radius, centres), name=name, showlegend=True,
            line={"width": 3, "color": color, "simplify": False},
            hoverinfo="skip",
        )
        for name, turns, radius, color in (("now, as scaled", after, 0.8, BLUE), ("now, unscaled", before, 1, ORANGE))
    ]  # fmt: skip
    wedge = line(
        *_arcs(np.minimum(trained, 1), 0.65, centres, filled=True), name="in training", showlegend=True,
        line={"width": 0, "simplify": False}, fill="toself", fillcolor=GREY, hoverinfo="skip",
    )  # fmt: skip
    bare = {"visible": False, "fixedrange": True, "constrain": "domain"}
    below = {"xref": "x", "yref": "y", "xanchor": "center", "yanchor": "top", "font": {"size": 12}}
    return figure(
        [wedge, *arcs],
        height=230,
        margin={"l": 4, "r": 4, "b": 34},
        xaxis=bare | {"range": [-1.2, DIAL * (max(len(pairs), 6) - 1) + 1.2]},
        yaxis=bare | {"range": [-1.6, 1.1], "scaleanchor": "x"},
        annotations=[
            caption("<b>How far the hands get</b> of pairs that never finished a turn", 0, 1),
            *(
                caption(f"pair {pair}", x, -1.15, **below)
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


def beyond(first: Mapping[str, Array], most: int) -> go.Figure:
    """The first position at which each pair's angle is off by more than is tolerated; −1, never up to `most`: on top."""
    top = most * 2.5
    return figure(
        [
            {
                "type": "scatter", "mode": "markers", "name": name, "x": np.arange(len(where)),
                "y": np.where(where < 0, top, where),
                "marker": {"size": 7, "color": color, "symbol": np.where(where < 0, "circle-open", "circle").tolist()},
                "hovertemplate": f"{name}, pair %{{x}}: %{{y:,.0f}}<extra></extra>",
            }
            for (name, where), color in zip(first.items(), (BLUE, ORANGE, GREY), strict=True)
        ],
        height=340,
        margin={"b": 90},
        xaxis=axis("pair"),
        yaxis=axis("position", **LOG | {"range": [0, np.log10(top) + 0.2]}),
        shapes=[_level(most)],
        annotations=[
            caption("<b>First position off by more than tolerated</b>", 0, 1),
            _on_level(f"above: not up to {most:,}", most, yanchor="top"),
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
    slow = np.flatnonzero(before > trained)
    ends = {"xref": "x", "x1": len(before) - 0.5, "yref": "y domain", "y0": 0, "y1": 1, "layer": "below"}
    look = {"type": "rect", "line": {"width": 0}, "fillcolor": QUIET, "opacity": 0.5}
    return [look | ends | {"x0": float(slow[0]) - 0.5}] if len(slow) else []


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
