"""A word vector, a position vector and their sum; what is nearest to it; how much is read back right."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from posenc.numeric.checks import Array

from .numbers import number
from .style import (
    BLUE,
    GREY,
    ORANGE,
    axis,
    caption,
    faint,
    figure,
    guides,
    heatmap,
    ink,
    line,
    named,
    percent,
    span,
    with_legend,
)


def vectors(rows: Sequence[tuple[str, Array]]) -> go.Figure:
    """Vectors (dim,) as strips under one another, each with its title, in per cents of the largest number in any."""
    titles, values = [title for title, _ in rows], np.stack([vector for _, vector in rows])
    largest = float(np.abs(values).max())
    strips = heatmap(
        percent(values, largest),
        ygap=10,
        hovertemplate=f"dimension %{{x}}: %{{z}} % of {number(largest)}<extra></extra>",
    )
    return figure(
        [with_legend(strips, largest)],
        height=190,
        margin={"l": 104, "r": 56, "t": 4, "b": 44},
        xaxis=axis("dimension", range=span(values.shape[1])),
        yaxis=axis(range=span(len(rows))[::-1], **named(titles)),
    )


def nearest_words(names: Sequence[str], distances: Array, right: int | None) -> go.Figure:
    """The words nearest to the sum, the nearest on top, by distance; right: which of them was added, if any."""
    places = np.arange(len(names))
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": distances,
        "y": places,
        "marker": {"color": [BLUE if place == right else faint(GREY, 0.5) for place in places]},
        "hovertemplate": "distance %{x:.3g}<extra></extra>",
    }
    return figure(
        [bars],
        height=250,
        bargap=0.45,
        margin={"l": 96, "r": 4, "t": 28, "b": 44},
        xaxis=axis("distance", rangemode="tozero", nticks=5),
        yaxis=axis(range=[len(names) - 0.4, -0.6], **named(names, 12)),
        annotations=[caption("<b>Nearest words</b> to the sum", 0, 1)],
    )


def positions(from_sum: Array, from_rest: Array, position: int) -> go.Figure:
    """The distance of the sum, and of the rest without the word, from each position (n,); `position` was added."""
    traces = []
    for distances, color in ((from_sum, GREY), (from_rest, BLUE)):
        found = int(distances.argmin())
        hover = {"hovertemplate": "position %{x}: %{y:.3g}<extra></extra>"}
        dot = {"mode": "markers", "marker": {"size": 10, "color": color}, **hover}
        traces += [
            line(None, distances, line={"width": 1.8, "color": color}, **hover),
            line([found], distances[[found]], **dot),
        ]
    return figure(
        traces,
        height=250,
        margin={"l": 48, "r": 4, "t": 28, "b": 44},
        xaxis=axis("position", range=[-2, len(from_sum) + 1]),
        yaxis=axis("distance", rangemode="tozero", nticks=5),
        shapes=guides("x", "y", x=position),
        annotations=[caption(f"<b>Nearest position</b> to {ink('the sum', GREY)}, {ink('the rest', BLUE)}", 0, 1)],
    )


def recovery(title: str, dims: Sequence[int], word: Array, position: Array, chosen: int | None) -> go.Figure:
    """The share, 0 to 1, of words and of positions read back right, at each number of dimensions."""
    traces = [
        line(
            np.log2(dims),
            shares,
            mode="lines+markers",
            line={"width": 2, "color": color},
            marker={"size": 7, "symbol": symbol},
            text=[str(dim) for dim in dims],
            hovertemplate=f"{name}, %{{text}} dimensions: %{{y:.0%}}<extra></extra>",
        )
        for name, shares, color, symbol in (("word", word, BLUE, "circle"), ("position", position, ORANGE, "square"))
    ]
    ticks = {"tickvals": list(range(2, 11)), "ticktext": [str(2**k) for k in range(2, 11)]}
    levels = {"range": [-0.04, 1.06], "tickformat": ".0%", "nticks": 6, "showgrid": True}
    return figure(
        traces,
        height=280,
        margin={"l": 54, "r": 8, "t": 28, "b": 44},
        xaxis=axis("dimensions", range=[0.9, 10.2], **ticks),
        yaxis=axis("read back right", **levels),
        shapes=guides("x", "y", x=float(np.log2(chosen))) if chosen else [],
        annotations=[caption(f"<b>{title}</b>: {ink('word', BLUE)}, {ink('position', ORANGE)}", 0, 1)],
    )
