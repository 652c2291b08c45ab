"""The look that all charts share, in light and dark alike."""

import html
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

BLUE, ORANGE = "rgb(24,112,196)", "rgb(222,98,16)"
_BLUE, _ORANGE = "rgba(24,112,196,{})", "rgba(222,98,16,{})"
# The middle is transparent, so that 0 has the colour of the page: one figure serves light and dark.
DIVERGING = [
    (0.0, _ORANGE.format(1)),
    (0.25, _ORANGE.format(0.55)),
    (0.5, "rgba(128,128,128,0)"),
    (0.75, _BLUE.format(0.55)),
    (1.0, _BLUE.format(1)),
]
SEQUENTIAL = [(0.0, _BLUE.format(0)), (0.5, _BLUE.format(0.5)), (1.0, _BLUE.format(1))]
GREY = "rgb(128,128,128)"
QUIET = "rgba(128,128,128,0.25)"
STROKES = [{"color": "rgba(255,255,255,0.85)", "width": 3.5}, {"color": "rgba(20,20,20,0.9)", "width": 1.2}]
"""Of a guide, from below: a light edge and a dark line, which show on any colour."""

CONFIG = {"displaylogo": False, "modeBarButtons": [["toImage"]]}


def percent(values: NDArray[Any], amplitude: float = 1.0) -> NDArray[np.int8]:
    """Values as whole per cents of an amplitude: a quarter of float32's bytes on the way to the browser.

    >>> percent(np.array([-0.5, 0.25]), 0.5).tolist()
    [-100, 50]
    """
    return np.rint(np.clip(values / (amplitude or 1), -1, 1) * 100).astype(np.int8)


def heatmap(z: NDArray[np.int8], diverging: bool = True, **options: Any) -> dict[str, Any]:
    """A heatmap trace of per cents: −100…100 in two colours, or 0…100 in one."""
    scale = {"colorscale": DIVERGING, "zmin": -100} if diverging else {"colorscale": SEQUENTIAL, "zmin": 0}
    return {"type": "heatmap", "z": z, "zmax": 100, "showscale": False, **scale, **options}


def line(x: Any, y: Any, **options: Any) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"width": 1.6}, "showlegend": False} | options


def figure(traces: list[dict[str, Any]], height: int, **layout: Any) -> go.Figure:
    """A figure with the house's margins and fonts."""
    shared = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8, "autoexpand": True},
        "font": {"size": 13},
        "hovermode": "closest",
        "uirevision": "keep",
    }
    return go.Figure({"data": traces, "layout": shared | layout})


def axis(title: str = "", **options: Any) -> dict[str, Any]:
    quiet = {"showgrid": False, "zeroline": False, "automargin": True, "ticks": ""}
    return quiet | {"title": {"text": title, "standoff": 6, "font": {"size": 13}}} | options


def caption(text: str, x: float, y: float, **options: Any) -> dict[str, Any]:
    """A panel's title, written above its left corner (x, y in parts of the plot)."""
    where = {"xref": "paper", "yref": "paper", "x": x, "y": y, "xanchor": "left", "yanchor": "bottom"}
    return where | {"text": text, "showarrow": False, "font": {"size": 13}} | options


def guides(xref: str, yref: str, x: float | None = None, y: float | None = None) -> list[dict[str, Any]]:
    """A line across a panel at x or y: dark on a light edge, so that it shows on any colour."""
    if x is None:
        ends = {"xref": f"{xref} domain", "x0": 0, "x1": 1, "yref": yref, "y0": y, "y1": y}
    else:
        ends = {"xref": xref, "x0": x, "x1": x, "yref": f"{yref} domain", "y0": 0, "y1": 1}
    return [{"type": "line", "line": stroke, **ends} for stroke in STROKES]


def cells(edges: NDArray[Any], along: str) -> dict[str, Any]:
    """Where the cells between edges lie along "x" or "y", in whole positions or dimensions from the first edge on.

    Equal steps, off by less than one position: only then does plotly draw a heatmap as an image, 10 times faster.
    """
    step = (edges[-1] - edges[0]) / (len(edges) - 1)
    return {f"{along}0": float(edges[0] + (step - 1) / 2), f"d{along}": float(step)}


def label(word: str, most: int = 14) -> str:
    """A person's word as a chart's text: cut to a length, and never read as markup.

    >>> label("<b>" + "a" * 20, 6)
    '&lt;b&gt;aa…'
    """
    return html.escape(word if len(word) <= most else word[: most - 1] + "…")
