"""How alike positions are: as a matrix, from one position, and by their distance."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

import posenc

from .style import BLUE, ORANGE, axis, caption, cells, centres, figure, guides, heatmap, line, percent

Array = NDArray[Any]


def matrix(means: Array, edges: Array, position: int, diverging: bool) -> go.Figure:
    """The similarity of every two positions; `position`'s row is marked."""
    span = [-0.5, edges[-1] - 0.5]
    return figure(
        [
            heatmap(
                percent(means, float(np.abs(means).max())),
                diverging,
                **cells(edges, "x"),
                **cells(edges, "y"),
                hovertemplate="positions %{y:,.0f} and %{x:,.0f}<br>%{z} % of the largest<extra></extra>",
            )
        ],
        height=430,
        margin={"l": 84, "r": 10, "t": 28, "b": 46},
        xaxis=axis("position", automargin=False, range=span, tickformat=",d", nticks=6),
        yaxis=axis(
            "position",
            automargin=False,
            range=span[::-1],
            tickformat=",d",
            scaleanchor="x",
            constrain="domain",
            nticks=6,
        ),
        shapes=guides("x", "y", y=position),
        annotations=[caption("<b>Every two positions</b>", 0, 1)],
    )


def profile(values: Array, edges: Array, position: int) -> go.Figure:
    """The similarity of one position to all."""
    return figure(
        [
            line(
                centres(edges),
                values,
                line={"width": 1.8, "color": BLUE},
                hovertemplate="position %{x:,.0f}: %{y:.4g}<extra></extra>",
            )
        ],
        height=212,
        xaxis=axis("position", tickformat=",d", range=[-0.5, edges[-1] - 0.5]),
        yaxis=axis(nticks=4),
        shapes=guides("x", "y", x=position),
        annotations=[caption(f"<b>From position {position:,}</b>", 0, 1)],
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
