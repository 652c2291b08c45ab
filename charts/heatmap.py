"""A table as a picture: positions down, dimensions across, with one row and one column beside it."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from .scrub import Scrub
from .style import BLUE, GREY, ORANGE, axis, caption, cells, empty, figure, heatmap, line, percent, whole

Array = NDArray[Any]
POSITION, DIMENSION = Scrub("position", "picture", "y"), Scrub("dimension", "picture", "x")


def table(
    means: Array,
    edges: tuple[Array, Array],
    vector: tuple[int, Array],
    wave: tuple[int, Array],
    wavelengths: Array | None,
) -> go.Figure:
    """The heatmap of means (rows, columns), one position's vector under it, one dimension's wave beside it.

    edges: where the rows' positions and the columns' dimensions begin, and where the last end; vector: a position and
    the value of each dimension there; wave: a dimension and the value of each row in it; wavelengths: of each
    dimension, in positions, drawn in the corner.
    """
    (rows, columns), (position, across), (dimension, down) = edges, vector, wave
    amplitude = float(max(np.abs(means).max(), np.abs(across).max()))
    low, high = reach = (-1.1 * (amplitude or 1), 1.1 * (amplitude or 1))
    left, right, top, bottom = -0.5, columns[-1] - 0.5, -0.5, rows[-1] - 0.5
    vector_line = line(
        None,
        across,
        yaxis="y2",
        line={"width": 1.4, "color": BLUE},
        hovertemplate="dimension %{x}: %{y:.3f}<extra></extra>",
    )
    wave_line = line(
        down,
        None,
        **cells(rows, "y"),
        xaxis="x2",
        line={"width": 1.4, "color": ORANGE},
        hovertemplate="position %{y:,.0f}: %{x:.3f}<extra></extra>",
    )
    traces = [
        heatmap(
            percent(means, amplitude),
            **cells(columns, "x"),
            **cells(rows, "y"),
            meta=amplitude,
            hovertemplate="position %{y:,.0f}<br>dimension %{x:,.0f}<br>%{z} % of full height<extra></extra>",
        ),
        POSITION.values(vector_line),
        DIMENSION.values(wave_line),
        *POSITION.guides("y", position, (left, right)),
        *DIMENSION.guides("x", dimension, (top, bottom)),
        POSITION.caption("Position", position, left, high, yaxis="y2"),
        DIMENSION.caption("Dimension", dimension, low, top, xaxis="x2"),
    ]
    notes = empty(means, "Every number is 0.", 0.39, 0.63)
    if wavelengths is not None:
        one_turn = "dimension %{x}: one turn in %{y:,.1f} positions<extra></extra>"
        traces.append(
            line(
                None,
                wavelengths,
                xaxis="x3",
                yaxis="y3",
                line={"color": GREY},
                hovertemplate=one_turn,
            )
        )
        notes.append(caption("<b>Wavelengths</b>", 0.83, 0.2))
    return figure(
        traces,
        height=440,
        margin={"l": 84, "r": 10, "t": 26, "b": 46},
        xaxis=axis("dimension", domain=[0, 0.78], anchor="y2", range=[left, right]),
        yaxis=axis("position", domain=[0.27, 1], range=[bottom, top], **whole(int(rows[-1]), 8)),
        xaxis2=axis(domain=[0.83, 1], range=reach, showticklabels=False, anchor="y"),
        yaxis2=axis(domain=[0, 0.2], range=reach, nticks=3),
        xaxis3=axis(domain=[0.83, 1], anchor="y3", nticks=3),
        yaxis3=axis(domain=[0, 0.2], anchor="x3", type="log", nticks=3, exponentformat="power"),
        annotations=notes,
    )


def counter(bits: Array, waves: Array) -> go.Figure:
    """The bits of a binary counter, and beside them the waves that smooth them: each (n, number of bits), 0…1."""
    n, count = bits.shape
    places = [f"{2**k}" for k in range(count)]
    panels = [
        heatmap(
            percent(values * 2 - 1),
            x=places,
            y=np.arange(n),
            xaxis=f"x{panel}",
            xgap=3,
            hovertemplate="position %{y}, %{x}: %{z}<extra></extra>",
        )
        for panel, values in (("", bits), ("2", waves))
    ]
    return figure(
        panels,
        height=340,
        xaxis=axis("worth of the bit", domain=[0, 0.48], type="category"),
        xaxis2=axis("half a wave, in positions", domain=[0.52, 1], type="category"),
        yaxis=axis("position", range=[n - 0.5, -0.5]),
        annotations=[caption("<b>Bits of a counter</b>", 0, 1), caption("<b>Waves</b>", 0.52, 1)],
    )


def strip(means: Array) -> go.Figure:
    """A table as an ornament, without axes."""
    bare = {"visible": False, "fixedrange": True}
    return figure(
        [heatmap(percent(means), hoverinfo="skip", zsmooth="best")],
        height=170,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        xaxis=bare,
        yaxis=bare | {"autorange": "reversed"},
    )
