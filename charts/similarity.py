"""How alike positions are: as a matrix, from one position, and by their distance."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

import posenc

from .scrub import Scrub
from .style import BLUE, ORANGE, axis, caption, cells, empty, figure, heatmap, line, percent

Array = NDArray[Any]
POSITION = Scrub("position", "matrix", "y")


def matrix(means: Array, edges: Array, position: int, diverging: bool) -> go.Figure:
    """The similarity of every two positions; `position`'s row is marked."""
    first, last = -0.5, edges[-1] - 0.5
    amplitude = float(np.abs(means).max())
    return figure(
        [
            heatmap(
                percent(means, amplitude),
                diverging,
                **cells(edges, "x"),
                **cells(edges, "y"),
                meta=amplitude,
                hovertemplate="positions %{y:,.0f} and %{x:,.0f}<br>%{z} % of the largest<extra></extra>",
            ),
            *POSITION.guides("y", position, (first, last)),
        ],
        height=430,
        margin={"l": 84, "r": 10, "t": 28, "b": 46},
        xaxis=axis("position", range=[first, last], tickformat=",d", nticks=6),
        yaxis=axis(
            "position",
            range=[last, first],
            tickformat=",d",
            scaleanchor="x",
            constrain="domain",
            nticks=6,
        ),
        annotations=[caption("<b>Every two positions</b>", 0, 1), *empty(means, "Every number is 0.")],
    )


def profile(values: Array, edges: Array, position: int, reach: tuple[float, float]) -> go.Figure:
    """The similarity of one position to all; reach: the smallest and the largest of any two."""
    first, last = -0.5, edges[-1] - 0.5
    low, high = min(reach[0], values.min()), max(reach[1], values.max())
    room = 0.06 * (high - low or 1)
    low, high = low - room, high + room
    profile_line = line(
        None,
        values,
        **cells(edges, "x"),
        line={"width": 1.8, "color": BLUE},
        hovertemplate="position %{x:,.0f}: %{y:.4g}<extra></extra>",
    )
    return figure(
        [
            POSITION.values(profile_line),
            *POSITION.guides("x", position, (low, high)),
            POSITION.caption("From position", position, first, high),
        ],
        height=212,
        xaxis=axis("position", tickformat=",d", range=[first, last]),
        yaxis=axis(nticks=4, range=[low, high]),
    )


def by_offset(measured: posenc.ByOffset, logarithmic: bool) -> go.Figure:
    """The mean similarity at each distance, in a band from the smallest to the largest."""
    offsets, mean, low, high = measured.offsets, measured.mean, measured.low, measured.high
    x = offsets + 1 if logarithmic else offsets
    band = {"line": {"width": 0}, "hoverinfo": "skip"}
    return figure(
        [
            line(x, high, **band),
            line(x, low, fill="tonexty", fillcolor="rgba(222,98,16,0.25)", **band),
            line(
                x,
                mean,
                line={"width": 1.8, "color": ORANGE},
                customdata=np.stack([offsets, high - low], 1),
                hovertemplate="distance %{customdata[0]:,}: %{y:.4g}, spread %{customdata[1]:.1e}<extra></extra>",
            ),
        ],
        height=212,
        xaxis=axis("distance + 1" if logarithmic else "distance", type="log" if logarithmic else "linear"),
        yaxis=axis(nticks=4),
        annotations=[caption("<b>By distance</b>, smallest to largest", 0, 1)],
    )
