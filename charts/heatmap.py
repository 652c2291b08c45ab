"""A table as a picture: positions down, dimensions across, with one row and one column beside it."""

from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from posenc.numeric.checks import Array

from .numbers import number
from .scrub import Scrub
from .style import (
    BLUE,
    GREY,
    ORANGE,
    axis,
    caption,
    cells,
    empty,
    figure,
    full_colour,
    heatmap,
    line,
    percent,
    room,
    span,
    whole,
    with_legend,
)

PICTURE = "picture"
HEIGHT = 430
LEGEND: dict[str, Any] = {"x": 0.82, "y": 0.09, "len": 0.2, "xanchor": "left"}
"""Of the picture: in the corner under the wave."""
POSITION, DIMENSION = Scrub("position", PICTURE, "y"), Scrub("dimension", PICTURE, "x")


class Cut(NamedTuple):
    """One row or one column of a table: its number, and its values."""

    at: int
    values: Array


def table(means: Array, edges: tuple[Array, Array], vector: Cut, wave: Cut, full: float) -> go.Figure:
    """The heatmap of means (rows, columns), one position's vector under it, one dimension's wave beside it.

    edges: where the rows' positions and the columns' dimensions begin, and where the last end; vector: the value of
    each dimension at a position; wave: the value of each row in a dimension; full: the number of full colour.
    """
    rows, columns = edges
    down, across = span(rows[-1]), span(columns[-1])
    largest = max(full, *(float(np.abs(part).max()) for part in (vector.values, wave.values)))
    reach = 1.1 * (largest or 1)
    vector_line = line(
        None,
        vector.values,
        yaxis="y2",
        line={"width": 1.4, "color": BLUE},
        hovertemplate="dimension %{x}: %{y:.3f}<extra></extra>",
    )
    wave_line = line(
        wave.values,
        None,
        **cells(rows, "y"),
        xaxis="x2",
        line={"width": 1.4, "color": ORANGE},
        hovertemplate="position %{y:,.0f}: %{x:.3f}<extra></extra>",
    )
    picture = heatmap(
        percent(means, full),
        **cells(columns, "x"),
        **cells(rows, "y"),
        meta=full,
        hovertemplate=f"position %{{y:,.0f}}<br>dimension %{{x:,.0f}}<br>%{{z}} % of {number(full, 3)}<extra></extra>",
    )
    traces = [
        with_legend(picture, full, bool(np.abs(means).max() > full), **LEGEND),
        POSITION.values(vector_line),
        DIMENSION.values(wave_line),
        *POSITION.guides("y", vector.at, across),
        *DIMENSION.guides("x", wave.at, down),
        POSITION.caption("Position", vector.at, across[0], reach, yaxis="y2"),
        DIMENSION.caption("Dimension", wave.at, reach, down[0], xaxis="x2", textposition="top left"),
    ]
    margin = {"l": 22 + room([f"{int(rows[-1]):,}", "−0.05"]), "r": 8, "t": 26, "b": 46}
    notes = empty(means, "Every number is 0.", 0.38, 0.65)
    return figure(
        traces, height=HEIGHT, margin=margin, **_panels(int(rows[-1]), int(columns[-1]), reach), annotations=notes
    )


def _panels(positions: int, dims: int, reach: float) -> dict[str, Any]:
    """The axes of the table, of the wave at its right, and of the vector under it."""
    (main, right), (above, below), ends = ([0, 0.76], [0.81, 1]), ([0.33, 1], [0, 0.21]), [-reach, reach]
    return {
        "xaxis": axis("dimension", domain=main, anchor="y2", range=span(dims)),
        "yaxis": axis("position", domain=above, range=span(positions)[::-1], **whole(positions, 8)),
        "xaxis2": axis("number", domain=right, range=ends, anchor="y", nticks=3),
        "yaxis2": axis("number", domain=below, range=ends, nticks=3),
    }


def wavelengths(values: Array) -> go.Figure:
    """How many positions each dimension (dim,) takes to come back to where it began; where it never does, a gap."""
    one_turn = "dimension %{x}: one turn in %{y:,.1f} positions<extra></extra>"
    return figure(
        [line(None, values, line={"width": 2, "color": GREY}, hovertemplate=one_turn)],
        height=230,
        xaxis=axis("dimension", range=span(len(values)), **whole(len(values), 6)),
        yaxis=axis("positions for one turn", type="log", nticks=5, tickformat=",d"),
        annotations=[caption("<b>Wavelengths</b>", 0, 1)],
    )


def layouts(tables: dict[str, Array], edges: Array) -> go.Figure:
    """Tables (positions, cells) of one scheme by the names of their layouts, side by side; edges: of the cells."""
    full, rows = full_colour(*tables.values()), len(next(iter(tables.values())))
    ends = ([0, 0.47], [0.53, 1])
    panels = [
        heatmap(
            percent(values, full),
            **cells(edges, "x"),
            xaxis=f"x{panel}",
            hovertemplate="position %{y}, dimension %{x:,.0f}: %{z} %<extra></extra>",
        )
        for panel, values in zip(("", "2"), tables.values(), strict=True)
    ]
    across = {"range": span(edges[-1])} | whole(int(edges[-1]), 4)
    return figure(
        panels,
        height=230,
        margin={"l": 62},
        xaxis=axis("dimension", domain=ends[0], **across),
        xaxis2=axis("dimension", domain=ends[1], anchor="y", **across),
        yaxis=axis("position", range=[rows - 0.5, -0.5], **whole(rows, 5)),
        annotations=[caption(f"<b>{name}</b>", end[0], 1) for name, end in zip(tables, ends, strict=True)],
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
        xaxis=axis("worth of the digit", domain=[0, 0.48], type="category"),
        xaxis2=axis("positions for half a wave", domain=[0.52, 1], type="category"),
        yaxis=axis("position", range=[n - 0.5, -0.5]),
        annotations=[
            caption("<b>Binary digits</b>: blue 1, orange 0", 0, 1),
            caption("<b>Waves</b>: blue high, orange low", 0.52, 1),
        ],
    )
