"""Which models see an order, and all orders at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from .order import box
from .style import BLUE, GREY, ORANGE, QUIET, axis, caption, figure, room

Array = NDArray[Any]
RINGS = ((GREY, 15), (ORANGE, 19))


def models(names: Sequence[str], without: Array, having: Array, floor: float) -> go.Figure:
    """The order sensitivity of each model without positions and with them (not a number: it cannot have any)."""
    rows = np.arange(len(names))
    series = (
        ("without positions", without, "circle-open", GREY, -0.14),
        ("with positions", having, "circle", BLUE, 0.14),
    )
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": np.maximum(values, 1e-17),
            "y": rows + shift,
            "text": list(names),
            "marker": {"size": 11, "symbol": symbol, "color": color, "line": {"width": 2, "color": color}},
            "hovertemplate": "%{text}: %{x:.1e}<extra></extra>",
        }
        for name, values, symbol, color, shift in series
    ]
    return figure(
        traces,
        height=122 + 36 * len(names),
        margin={"l": room(names), "t": 64, "b": 52},
        xaxis=axis("order sensitivity", type="log", range=[-17.2, 1], exponentformat="power", dtick=4, showgrid=True),
        yaxis=axis(tickvals=rows, ticktext=list(names), range=[len(names) - 0.5, -0.5]),
        legend={"orientation": "h", "y": 1.1, "yanchor": "bottom", "x": 1, "xanchor": "right"},
        shapes=[
            {"type": "rect", "xref": "x", "x0": 1e-18, "x1": floor, "yref": "paper", "y0": 0, "y1": 1,
             "line": {"width": 0}, "fillcolor": QUIET, "layer": "below"}
        ],
        annotations=[caption("<b>rounding</b>", 0, 1)],
    )  # fmt: skip


def all_orders(panels: Sequence[tuple[str, Array]], texts: Sequence[str], here: int) -> go.Figure:
    """Every order as a dot at its place (k, 2), in two panels (title, places) on the same axes, with rings around the
    first order and the one that is `here`. `texts` says for each dot what its order is."""
    reach = 1.15 * max(float(np.abs(places).max()) for _, places in panels) or 1.0
    small = len(texts) > 150
    traces, layout, notes = [], {}, []
    for c, (title, places) in enumerate(panels):
        i, left = (str(c + 1) if c else ""), c * 0.52
        ends = {"xaxis": f"x{i}", "yaxis": f"y{i}", "type": "scatter", "mode": "markers", "showlegend": False}
        for (color, size), row in zip(RINGS, (0, here), strict=True):
            ring = {"symbol": "circle-open", "size": size, "color": color, "line": {"width": 2}}
            traces.append(ends | {"x": places[[row], 0], "y": places[[row], 1], "marker": ring, "hoverinfo": "skip"})
        dots = {"size": 5 if small else 8, "color": BLUE, "opacity": 0.45 if small else 0.75}
        traces.append(
            ends
            | {"x": places[:, 0], "y": places[:, 1], "marker": dots, "text": list(texts)}
            | {"hovertemplate": "%{text}<extra></extra>"}
        )
        layout[f"xaxis{i}"] = axis(
            domain=[left, left + 0.48], anchor=f"y{i}", showticklabels=False, range=[-reach, reach]
        )
        layout[f"yaxis{i}"] = axis(anchor=f"x{i}", showticklabels=False, range=[-reach, reach])
        notes.append(caption(title, left, 1))
    return figure(traces, 300, margin={"l": 8, "b": 8}, annotations=notes, shapes=[box(""), box(2)], **layout)
