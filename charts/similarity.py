"""How alike positions are: as a matrix, from one position, and by their distance."""

import numpy as np
import plotly.graph_objects as go

from posenc import similarities
from posenc.numeric.checks import Array

from .numbers import number
from .scrub import Scrub
from .style import (
    BLUE,
    ORANGE,
    axis,
    band,
    caption,
    cells,
    empty,
    faint,
    figure,
    heatmap,
    line,
    percent,
    room,
    span,
    whole,
    with_legend,
)

MATRIX = "matrix"
POSITION = Scrub("position", MATRIX, "y")


def matrix(means: Array, edges: Array, position: int, diverging: bool, name: str, full: float) -> go.Figure:
    """The similarity of every two positions, means (cells, cells) of blocks between edges; `position`'s row is marked.

    name: of the similarity; full: the number of full colour.
    """
    ends, ticks = span(edges[-1]), whole(int(edges[-1]), 6)
    cell = heatmap(
        percent(means, full),
        diverging,
        **cells(edges, "x"),
        **cells(edges, "y"),
        meta=full,
        hovertemplate=f"positions %{{y:,.0f}} and %{{x:,.0f}}<br>{name} %{{z}} % of {number(full, 3)}<extra></extra>",
    )
    return figure(
        [
            with_legend(cell, full, bool(np.abs(means).max() > full), len=0.8),
            *POSITION.guides("y", position, ends),
        ],
        height=400,
        margin={"l": 22 + room([f"{int(edges[-1]):,}"]), "r": 62, "t": 28, "b": 46},
        xaxis=axis("position", range=ends, **ticks),
        yaxis=axis("position", range=ends[::-1], scaleanchor="x", constrain="domain", **ticks),
        annotations=[
            caption(f"<b>{name.capitalize()}</b> of every two positions", 0, 1),
            *empty(means, "Every number is 0."),
        ],
    )


def profile(values: Array, edges: Array, position: int, reach: tuple[float, float], name: str) -> go.Figure:
    """The similarity of one position to all, values (cells,); reach: from where to where the axis goes at least."""
    ends = span(edges[-1])
    low, high = _ends(values, reach)
    profile_line = line(
        None,
        values,
        **cells(edges, "x"),
        mode=_mode(values),
        line={"width": 1.8, "color": BLUE},
        hovertemplate="position %{x:,.0f}: %{y:.4g}<extra></extra>",
    )
    return figure(
        [
            POSITION.values(profile_line),
            *POSITION.guides("x", position, (low, high)),
            POSITION.caption("From position", position, ends[0], high),
        ],
        height=197,
        xaxis=axis("position", range=ends, **whole(int(edges[-1]), 6)),
        yaxis=axis(name, nticks=4, range=[low, high]),
    )


def by_offset(measured: similarities.ByOffset, logarithmic: bool, reach: tuple[float, float], name: str) -> go.Figure:
    """The mean similarity at each distance, in a band from the smallest to the largest; reach: as of `profile`."""
    offsets, low, high = measured.offsets, measured.low, measured.high
    x = offsets + 1 if logarithmic else offsets
    return figure(
        [
            *band(x, low, high, faint(ORANGE, 0.25)),
            line(
                x,
                measured.mean,
                mode=_mode(measured.mean),
                line={"width": 1.8, "color": ORANGE},
                customdata=np.stack([offsets, low, high], 1),
                hovertemplate="distance %{customdata[0]:,}: mean %{y:.4g}, from %{customdata[1]:.4g} to"
                " %{customdata[2]:.4g}<extra></extra>",
            ),
        ],
        height=197,
        xaxis=axis("distance + 1", type="log", tickformat=",d")
        if logarithmic
        else axis("distance", **whole(len(offsets), 6)),
        yaxis=axis(name, nticks=4, range=_ends(measured.mean, reach)),
        annotations=[caption("<b>By distance</b>: mean (line), all pairs (band)", 0, 1)],
    )


def _ends(values: Array, reach: tuple[float, float]) -> list[float]:
    """The ends of an axis that holds all values and goes at least from where to where is asked."""
    low, high = min(reach[0], float(values.min())), max(reach[1], float(values.max()))
    space = 0.06 * (high - low or 1)
    return [low - space, high + space]


def _mode(values: Array) -> str:
    """One value is a dot: a line through it would not be seen."""
    return "lines" if len(values) > 1 else "markers"
