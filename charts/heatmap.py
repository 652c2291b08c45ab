"""A table as a picture: positions down, dimensions across, with one row and one column beside it."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from .style import BLUE, ORANGE, axis, caption, cells, centres, figure, guides, heatmap, line, percent

Array = NDArray[Any]


def table(
    means: Array,
    edges: tuple[Array, Array],
    vector: Array,
    wave: Array,
    position: int,
    dimension: int,
    amplitude: float,
) -> go.Figure:
    """The heatmap of means (rows, columns), with one position's vector under it and one dimension's wave beside it.

    edges: where the rows' positions and the columns' dimensions begin, and where the last end; vector: the value of
    each dimension at `position`; wave: the value of each row in `dimension`.
    """
    rows, columns = edges
    reach = [-1.1 * amplitude, 1.1 * amplitude]
    traces = [
        heatmap(
            percent(means, amplitude),
            **cells(columns, "x"),
            **cells(rows, "y"),
            hovertemplate="position %{y:,.0f}<br>dimension %{x:,.0f}<br>%{z} % of full height<extra></extra>",
        ),
        line(
            np.arange(len(vector)),
            vector.astype(np.float32),
            yaxis="y2",
            line={"width": 1.4, "color": BLUE},
            hovertemplate="dimension %{x}: %{y:.3f}<extra></extra>",
        ),
        line(
            wave.astype(np.float32),
            centres(rows),
            xaxis="x2",
            line={"width": 1.4, "color": ORANGE},
            hovertemplate="position %{y:,.0f}: %{x:.3f}<extra></extra>",
        ),
    ]
    return figure(
        traces,
        height=460,
        margin={"l": 84, "r": 10, "t": 26, "b": 46},
        xaxis=axis("dimension", automargin=False, domain=[0, 0.78], anchor="y2", range=[-0.5, columns[-1] - 0.5]),
        yaxis=axis("position", automargin=False, domain=[0.27, 1], range=[rows[-1] - 0.5, -0.5], tickformat=",d"),
        xaxis2=axis(automargin=False, domain=[0.82, 1], range=reach, nticks=3),
        yaxis2=axis(automargin=False, domain=[0, 0.2], range=reach, nticks=3),
        shapes=guides("x", "y", y=position) + guides("x", "y", x=dimension),
        annotations=[
            caption(f"<b>Position {position:,}</b>", 0, 0.2),
            caption(f"<b>Dimension {dimension:,}</b>", 0.82, 1),
        ],
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


def wavelengths(lengths: Array, shown: int) -> go.Figure:
    """The wavelength of each dimension, in positions, on a logarithmic axis; `shown` positions are in the picture."""
    return figure(
        [
            line(
                np.arange(len(lengths)),
                lengths,
                line={"width": 2, "color": BLUE},
                hovertemplate="dimension %{x}: one turn in %{y:,.1f} positions<extra></extra>",
            )
        ],
        height=340,
        xaxis=axis("dimension"),
        yaxis=axis("positions for one turn", type="log", exponentformat="power", dtick=1, showgrid=True),
        shapes=guides("x", "y", y=shown),
        annotations=[
            caption("<b>Wavelengths</b>", 0, 1),
            caption(f"{shown:,} positions are shown", 0.02, float(np.log10(shown)), yref="y", font={"size": 12}),
        ],
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
