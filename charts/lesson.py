"""The lesson's own pictures: numbers for places, the table of waves, two places on a circle, turns never made."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from .style import (
    BLUE,
    GREY,
    ORANGE,
    QUIET,
    axis,
    caption,
    faint,
    figure,
    guides,
    heatmap,
    line,
    percent,
    whole,
    with_legend,
)

Array = NDArray[Any]


def numbers(values: Array, title: str) -> go.Figure:
    """Numbers for places (places, numbers), a row a place: blue above 0, orange below; full colour at the largest."""
    largest = float(np.abs(values).max()) or 1.0
    return figure(
        [with_legend(heatmap(percent(values, largest), hoverinfo="skip"), largest, len=0.9)],
        height=300,
        margin={"l": 56, "r": 64},
        xaxis=axis("number in the list", **whole(values.shape[1], 16)),
        yaxis=axis("place", range=[len(values) - 0.5, -0.5], **whole(len(values), 8)),
        annotations=[caption(title, 0, 1)],
    )


def table(values: Array, place: int, column: int) -> go.Figure:
    """The table of waves (places, numbers), with a line across the chosen place and one down the chosen column."""
    drawn = numbers(values, "each row is the list of one place")
    drawn.layout.shapes = [*guides("x", "y", y=place), *guides("x", "y", x=column)]
    return drawn


def circle(angles: Sequence[float], moved: Sequence[float], names: Sequence[str]) -> go.Figure:
    """Places as points on a circle, before a move (rings) and after it (dots), and the turn that is the same for all."""
    round_trip = np.linspace(0, 2 * np.pi, 121)
    traces = [line(np.cos(round_trip), np.sin(round_trip), line={"width": 1, "color": GREY}, hoverinfo="skip")]
    for before, after, name, color, radius in zip(angles, moved, names, (BLUE, ORANGE), (0.5, 0.36), strict=False):
        arc = np.linspace(before, before + (after - before) % (2 * np.pi), 61)
        way = {"width": 2.4, "color": faint(color, 0.5)}
        traces.append(line(radius * np.cos(arc), radius * np.sin(arc), line=way, hoverinfo="skip"))
        for angle, symbol, width in ((before, "circle-open", 1.2), (after, "circle", 2.4)):
            x, y = np.cos(angle), np.sin(angle)
            marker = {"size": 11, "symbol": symbol, "color": color}
            traces += [
                line([0, x], [0, y], line={"width": width, "color": color}, hoverinfo="skip"),
                line([x], [y], mode="markers", marker=marker, hoverinfo="skip"),
            ]
        traces.append(_label(name, after, "top" if color == BLUE else "bottom"))
    span: dict[str, Any] = {"range": [-1.5, 1.5], "showticklabels": False, "constrain": "domain"}
    return figure(
        traces,
        height=300,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        xaxis=axis(**span),
        yaxis=axis(**span, scaleanchor="x"),
        annotations=[caption("rings: before the move; dots: after it", 0, 1)],
    )


def _label(name: str, angle: float, side: str) -> dict[str, Any]:
    """A point's name outside the circle; on sides of their own, the names of points that lie close are apart."""
    across = "center" if abs(np.cos(angle)) < 0.3 else "right" if np.cos(angle) > 0 else "left"
    radius = 1.3 if across == "center" else 1.1
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    look = {"textposition": f"{side} {across}", "cliponaxis": False, "hoverinfo": "skip"}
    return line([x], [y], mode="text", text=[name], **look)


def turns(trained: Array, used: Array) -> go.Figure:
    """How many turns each clock hand made in training (line) and makes now (dots; orange at angles never seen)."""
    hands, least = np.arange(len(trained)), 1e-4
    new = (trained < 1) & (used > trained)
    before, now = (np.log10(np.maximum(made, least)) for made in (trained, used))
    named = {"mode": "markers", "showlegend": True}
    return figure(
        [
            line(hands, before, name="in training", showlegend=True, line={"width": 2, "color": GREY}),
            line(hands[~new], now[~new], name="now", marker={"size": 7, "color": BLUE}, **named),
            line(
                hands[new],
                now[new],
                name="now, at angles never seen",
                marker={"size": 7, "symbol": "diamond", "color": ORANGE},
                **named,
            ),
        ],
        height=300,
        margin={"t": 40},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        xaxis=axis("clock hand, fastest first", **whole(len(hands), 8)),
        yaxis=axis("turns", tickvals=[-4, -2, 0, 2, 4], ticktext=["0.0001", "0.01", "1", "100", "10,000"]),
        shapes=[{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0, "line": {"color": QUIET}}],
    )
