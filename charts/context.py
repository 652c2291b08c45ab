"""Rotary positions far out: how fast each pair turns, which angles are new, how scores fade, what precision costs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from .style import BLUE, GREY, ORANGE, QUIET, axis, caption, figure, line

Array = NDArray[Any]
LOG = {"type": "log", "exponentformat": "power", "dtick": 1, "showgrid": True}
LEGEND = {"orientation": "h", "x": 0, "y": -0.2, "yanchor": "top"}


def wavelengths(before: Array, after: Array, kinds: Mapping[str, Array], trained: int, length: int) -> go.Figure:
    """The positions that each pair takes for one turn, before (line) and after (dots) scaling, against two lengths.

    kinds: the pairs of each kind, in the order grey, blue, orange. Above the trained length no turn was finished.
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
                pairs, before, name="before scaling", showlegend=True, line={"width": 2, "color": QUIET},
                hovertemplate="pair %{x}, before: a turn in %{y:,.0f} positions<extra></extra>",
            ),
            *dots,
        ],
        height=420,
        xaxis=axis("pair", range=[-0.7, len(pairs) - 0.3]),
        yaxis=axis("positions a turn", range=[0.5, np.log10(top)], **LOG),
        shapes=[_above(trained, top), _level(trained), *([_level(length, "dot")] if length != trained else [])],
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
                distances, values.astype(np.float32), name=name, showlegend=True, line={"width": 2, "color": color},
                hovertemplate="distance about %{x:,.0f}: %{y:.3f}<extra></extra>",
            )
            for name, values, color in (("before scaling", before, GREY), ("as scaled", after, BLUE))
        ],
        height=420,
        xaxis=axis("distance, in positions", **LOG),
        yaxis=axis(showgrid=True, nticks=6),
        shapes=[
            {"type": "rect", "xref": "x", "x0": trained, "x1": max(length, trained), "yref": "y domain", "y0": 0, "y1": 1,
             "line": {"width": 0}, "fillcolor": QUIET, "opacity": 0.5, "layer": "below"}
        ],
        annotations=[caption("<b>Score of two equal vectors</b>, 1 unturned; shaded: beyond training", 0, 1)],
        legend=LEGEND,
    )  # fmt: skip


def reach(pairs: Array, trained: Array, before: Array, after: Array) -> go.Figure:
    """The angle that each pair reached in training (bars) and reaches now, unscaled and scaled, in turns."""
    dot = {"type": "scatter", "mode": "markers", "x": pairs}
    top = float(max(trained.max(initial=0), before.max(initial=0), after.max(initial=0))) * 1.1
    return figure(
        [
            {
                "type": "bar", "x": pairs, "y": trained, "name": "reached in training", "marker": {"color": QUIET},
                "hovertemplate": "pair %{x}: %{y:.3g} turns in training<extra></extra>",
            },
            dot | {
                "y": before, "name": "reached now, unscaled", "marker": {"size": 9, "color": ORANGE, "symbol": "circle-open"},
                "hovertemplate": "pair %{x}: %{y:.3g} turns unscaled<extra></extra>",
            },
            dot | {
                "y": after, "name": "as scaled", "marker": {"size": 8, "color": BLUE},
                "hovertemplate": "pair %{x}: %{y:.3g} turns as scaled<extra></extra>",
            },
        ],
        height=320,
        xaxis=axis("pair"),
        yaxis=axis("turns", showgrid=True, nticks=6, range=[0, top or 1]),
        annotations=[caption("<b>Pairs that never finished a turn</b>: dots above their bar are new angles", 0, 1)],
        legend=LEGEND,
    )  # fmt: skip


def errors(edges: Array, curves: Mapping[str, Array], tolerated: float, pair: int) -> go.Figure:
    """The largest error of one pair's angle in each range of positions, in turns, a line a precision."""
    return figure(
        [
            line(
                edges[1:] - 1, np.where((values > 0) & np.isfinite(values), values, np.nan), name=name, showlegend=True,
                line={"width": 2, "color": color}, hovertemplate=f"{name}, up to %{{x:,.0f}}: %{{y:.2g}} turns<extra></extra>",
            )
            for (name, values), color in zip(curves.items(), (BLUE, ORANGE, GREY), strict=True)
        ],
        height=340,
        xaxis=axis("position", **LOG),
        yaxis=axis("turns", **LOG | {"dtick": 2}),
        shapes=[_level(tolerated)],
        annotations=[caption(f"<b>How far pair {pair}'s angle is off</b>", 0, 1), _on_level("tolerated", tolerated)],
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
        xaxis=axis("pair"),
        yaxis=axis("position", **LOG | {"range": [0, np.log10(top) + 0.2]}),
        shapes=[_level(most)],
        annotations=[
            caption("<b>First position off by more than tolerated</b>, pair by pair", 0, 1),
            _on_level(f"not up to {most:,}", most),
        ],
        legend=LEGEND,
    )  # fmt: skip


def _level(value: float, dash: str = "solid") -> dict[str, Any]:
    ends = {"xref": "x domain", "x0": 0, "x1": 1, "yref": "y", "y0": value, "y1": value}
    return {"type": "line", "line": {"color": GREY, "width": 1.4, "dash": dash}, **ends}


def _on_level(text: str, value: float) -> dict[str, Any]:
    """A note above the left end of a level on a logarithmic axis."""
    return caption(text, 0.01, float(np.log10(value)), yref="y", font={"size": 12})


def _above(value: float, top: float) -> dict[str, Any]:
    ends = {"xref": "x domain", "x0": 0, "x1": 1, "yref": "y", "y0": value, "y1": top}
    return {"type": "rect", "line": {"width": 0}, "fillcolor": QUIET, "opacity": 0.5, "layer": "below", **ends}
