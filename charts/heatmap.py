"""A table as a picture: positions down, dimensions across, with one row and one column beside it."""

from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from posenc.numeric.checks import Array

from .scrub import Scrub
from .style import BLUE, GREY, ORANGE, axis, caption, cells, empty, figure, heatmap, line, percent, span, whole

PICTURE = "picture"
POSITION, DIMENSION = Scrub("position", PICTURE, "y"), Scrub("dimension", PICTURE, "x")


class Cut(NamedTuple):
    """One row or one column of a table: its number, and its values."""

    at: int
    values: Array


def table(means: Array, edges: tuple[Array, Array], vector: Cut, wave: Cut, wavelengths: Array | None) -> go.Figure:
    """The heatmap of means (rows, columns), one position's vector under it, one dimension's wave beside it.

    edges: where the rows' positions and the columns' dimensions begin, and where the last end; vector: the value of
    each dimension at a position; wave: the value of each row in a dimension; wavelengths: of each dimension, in
    positions, drawn in the corner.
    """
    rows, columns = edges
    down, across = span(rows[-1]), span(columns[-1])
    amplitude = float(max(np.abs(means).max(), np.abs(vector.values).max()))
    reach = 1.1 * (amplitude or 1)
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
        *POSITION.guides("y", vector.at, across),
        *DIMENSION.guides("x", wave.at, down),
        POSITION.caption("Position", vector.at, across[0], reach, yaxis="y2"),
        DIMENSION.caption("Dimension", wave.at, -reach, down[0], xaxis="x2"),
    ]
    notes = empty(means, "Every number is 0.", 0.39, 0.63)
    if wavelengths is not None:
        one_turn = "dimension %{x}: one turn in %{y:,.1f} positions<extra></extra>"
        traces.append(line(None, wavelengths, xaxis="x3", yaxis="y3", line={"color": GREY}, hovertemplate=one_turn))
        notes.append(caption("<b>Wavelengths</b>", 0.83, 0.2))
    margin = {"l": 84, "r": 10, "t": 26, "b": 46}
    return figure(
        traces, height=440, margin=margin, **_panels(int(rows[-1]), int(columns[-1]), reach), annotations=notes
    )


def _panels(positions: int, dims: int, reach: float) -> dict[str, Any]:
    """The axes of the table, of the wave at its right, of the vector under it, and of the wavelengths in the corner."""
    (main, right), (above, below), ends = ([0, 0.78], [0.83, 1]), ([0.27, 1], [0, 0.2]), [-reach, reach]
    return {
        "xaxis": axis("dimension", domain=main, anchor="y2", range=span(dims)),
        "yaxis": axis("position", domain=above, range=span(positions)[::-1], **whole(positions, 8)),
        "xaxis2": axis(domain=right, range=ends, showticklabels=False, anchor="y"),
        "yaxis2": axis(domain=below, range=ends, nticks=3),
        "xaxis3": axis(domain=right, anchor="y3", nticks=3),
        "yaxis3": axis(domain=below, anchor="x3", type="log", nticks=3, exponentformat="power"),
    }


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
