"""How alike positions are: as a matrix, from one position, and by their distance."""

import numpy as np
import plotly.graph_objects as go

from posenc import similarities
from posenc.numeric.checks import Array

from .scrub import Scrub
from .style import BLUE, ORANGE, axis, band, caption, cells, empty, faint, figure, heatmap, line, percent, span, whole

MATRIX = "matrix"
POSITION = Scrub("position", MATRIX, "y")


def matrix(means: Array, edges: Array, position: int, diverging: bool) -> go.Figure:
    """The similarity of every two positions, means (cells, cells) of blocks between edges; `position`'s row is marked."""
    ends, ticks = span(edges[-1]), whole(int(edges[-1]), 6)
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
            *POSITION.guides("y", position, ends),
        ],
        height=430,
        margin={"l": 84, "r": 10, "t": 28, "b": 46},
        xaxis=axis("position", range=ends, **ticks),
        yaxis=axis("position", range=ends[::-1], scaleanchor="x", constrain="domain", **ticks),
        annotations=[caption("<b>Every two positions</b>", 0, 1), *empty(means, "Every number is 0.")],
    )


def profile(values: Array, edges: Array, position: int, reach: tuple[float, float]) -> go.Figure:
    """The similarity of one position to all, values (cells,); reach: the smallest and the largest of any two."""
    ends = span(edges[-1])
    low, high = min(reach[0], values.min()), max(reach[1], values.max())
    room = 0.06 * (high - low or 1)
    low, high = low - room, high + room
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
        height=212,
        xaxis=axis("position", range=ends, **whole(int(edges[-1]), 6)),
        yaxis=axis(nticks=4, range=[low, high]),
    )


def by_offset(measured: similarities.ByOffset, logarithmic: bool) -> go.Figure:
    """The mean similarity at each distance, in a band from the smallest to the largest."""
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
        height=212,
        xaxis=axis("distance + 1", type="log") if logarithmic else axis("distance", **whole(len(offsets), 6)),
        yaxis=axis(nticks=4),
        annotations=[caption("<b>By distance</b>, smallest to largest", 0, 1)],
    )


def _mode(values: Array) -> str:
    """One value is a dot: a line through it would not be seen."""
    return "lines" if len(values) > 1 else "markers"
