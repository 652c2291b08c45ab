"""The look that all charts share, in light and dark alike."""

import html
from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import east_asian_width

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from .numbers import number

BLUE, ORANGE, GREY = "rgb(24,112,196)", "rgb(222,98,16)", "rgb(128,128,128)"


def faint(color: str, opacity: float) -> str:
    """One of the colours above, more or less see-through: 0 to 1.

    >>> faint(GREY, 0.25)
    'rgba(128,128,128,0.25)'
    """
    return f"rgba{color[3:-1]},{opacity})"


# The middle is transparent, so that 0 has the colour of the page: one figure serves light and dark.
DIVERGING = [
    (0.0, faint(ORANGE, 1)),
    (0.25, faint(ORANGE, 0.55)),
    (0.5, faint(GREY, 0)),
    (0.75, faint(BLUE, 0.55)),
    (1.0, faint(BLUE, 1)),
]
SEQUENTIAL = [(0.0, faint(BLUE, 0)), (0.5, faint(BLUE, 0.5)), (1.0, faint(BLUE, 1))]
QUIET = faint(GREY, 0.25)
INK, CLEAR = "rgb(1,2,3)", "rgba(0,0,0,0)"
"""ui/style.css paints text in ink with the page's colour, and the white behind a chart not at all: a picture that is
saved is black on white, in dark mode too."""
USUAL = 0.998
"""The share of numbers that a colour scale is made for, where the others are far larger."""
FONT = {"size": 13, "family": "Source Sans, sans-serif"}
STROKES = [{"color": "rgba(255,255,255,0.85)", "width": 3.5}, {"color": "rgba(20,20,20,0.9)", "width": 1.2}]
"""Of a guide, from below: a light edge and a dark line, which show on any colour."""


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


def full_colour(*parts: NDArray[Any]) -> float:
    """The size of number that gets full colour: the largest, or where a few in a thousand are more than twice as large as
    all others, the largest of those others.

    >>> full_colour(np.array([0.5, -2.0])), full_colour(np.append(np.ones(999), 9.0))
    (2.0, 1.0)
    """
    sizes = [np.abs(part) for part in parts]
    largest, usual = (max(float(np.quantile(size, share)) for size in sizes) for share in (1, USUAL))
    return largest if largest <= 2 * usual or not usual else usual


def with_legend(
    trace: dict[str, Any], largest: float, beyond: bool = False, least: float = 0.0, **bar: Any
) -> dict[str, Any]:
    """A heatmap of per cents of the largest number, with a bar that tells which colour stands for which number.

    beyond: whether some numbers are larger still; least: the number that is clear, where per cents go from it on.
    """
    shares = (-100, 0, 100) if trace["zmin"] < 0 else (0, 50, 100)
    said = [number(least + (largest - least) * share / 100 + 0.0).replace("-", "−") for share in shares]
    said[-1] = "≥ " * beyond + said[-1]
    said[0] = "≤ " * (beyond and shares[0] < 0) + said[0]
    look = {"thickness": 10, "outlinewidth": 0, "xpad": 4, "tickvals": list(shares), "ticktext": said}
    return trace | {"showscale": True, "colorbar": look | bar}


def line(x: Any, y: Any, **options: Any) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"width": 1.6}, "showlegend": False} | options


def band(x: Any, low: Any, high: Any, fill: str, **options: Any) -> list[dict[str, Any]]:
    """What lies between two curves, filled: to be drawn below the curve of their mean."""
    look = options | {"line": {"width": 0}, "hoverinfo": "skip"}
    return [line(x, high, **look), line(x, low, fill="tonexty", fillcolor=fill, **look)]


def figure(traces: list[dict[str, Any]], height: int, **layout: Any) -> go.Figure:
    """A figure with the house's margins, fonts and colours.

    Nothing is drawn twice, which halves what the browser does for a page:

    - Streamlit hands each chart to plotly twice, and plotly draws it again unless it sees that nothing changed. It takes
      every template and typed array for a new one, so there is none, and one datarevision.
    - Margins are not left to plotly, which draws again once it has measured its text: `room` guesses. On a phone a
      legend takes two lines, so each has room for two.

    Plotly does not check what it is given, the tests do: 3 ms a chart, of 20 that a page took to answer.
    """
    shared: dict[str, Any] = {
        "height": height,
        "margin": {"l": 68, "r": 8, "t": 28, "b": 48, "pad": 8, "autoexpand": False},
        "font": {"color": INK, **FONT},
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {"bgcolor": "rgb(34,44,56)", "bordercolor": GREY, "font": {"color": "white", **FONT}},
        "uirevision": "keep",
        "datarevision": 1,
        "paper_bgcolor": "white",
        "plot_bgcolor": CLEAR,
        "legend": {"bgcolor": CLEAR, "entrywidth": 0, "font": {"size": 12}},
        "modebar": {"bgcolor": CLEAR, "color": GREY, "activecolor": BLUE},
    }
    own = {name: shared.get(name, {}) | value if isinstance(value, dict) else value for name, value in layout.items()}
    drawn = go.Figure({"data": [_listed(trace) for trace in traces], "layout": shared | own}, _validate=False)
    drawn.layout.template = None
    return drawn


def digits(values: NDArray[Any], count: int = 8) -> list[Any]:
    """Numbers of so many digits, short in a message and enough for any screen; None, a gap, for one not finite.

    >>> digits(np.array([2 / 3, 2e-9 / 3, 0.0, np.nan]), 3)
    [0.667, 6.67e-10, 0.0, None]
    """
    if values.dtype.kind != "f":
        return values.tolist()
    finite = np.isfinite(values)
    magnitude = np.floor(np.log10(np.clip(np.abs(values, dtype=np.float64), 1e-290, 1e290)))
    shift = 10.0 ** (count - 1 - magnitude)
    rounded = np.rint(np.where(finite, values, 0) * shift) / shift
    return (rounded if finite.all() else np.where(finite, rounded, np.array(None))).tolist()


def _listed(parts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: digits(value) if isinstance(value, np.ndarray) and value.ndim == 1 else value
        for name, value in parts.items()
    }


def axis(title: str = "", **options: Any) -> dict[str, Any]:
    """An axis without a line of its own. Its range stays: a finger on the chart scrolls the page, and nothing zooms."""
    quiet = {"showgrid": False, "gridcolor": QUIET, "zeroline": False, "automargin": False, "ticks": ""}
    titled = {"title": {"text": title, "standoff": 6, "font": {"size": 13}}, "fixedrange": True}
    return quiet | titled | _listed(options)


def bare(**options: Any) -> dict[str, Any]:
    """An axis that is not seen, and cannot be zoomed."""
    return {"visible": False, "fixedrange": True} | options


def span(count: float) -> list[float]:
    """The ends of an axis over so many cells, each 1 wide, its number in the middle.

    >>> span(3)
    [-0.5, 2.5]
    """
    return [-0.5, count - 0.5]


def named(words: Sequence[str], maximum: int = 14) -> dict[str, Any]:
    """The options of an axis whose cells have a person's words for names, cut to a length.

    >>> named(["King", "<b>"])
    {'tickvals': [0, 1], 'ticktext': ['King', '&lt;b&gt;']}
    """
    return {"tickvals": list(range(len(words))), "ticktext": [label(word, maximum) for word in words]}


def whole(stop: int, maximum: int) -> dict[str, Any]:
    """The options of an axis over 0…stop−1, whole numbers, that is given so many ticks at most.

    >>> whole(3, 6), whole(100, 6)
    ({'tickformat': ',d', 'dtick': 1}, {'tickformat': ',d', 'nticks': 6})
    """
    return {"tickformat": ",d"} | ({"dtick": 1} if stop <= maximum else {"nticks": maximum})


def room(labels: Iterable[str], size: int = 13) -> int:
    """The pixels that the widest of some labels takes beside an axis, about.

    >>> room(["King", "and"]), room(["王"])
    (45, 29)
    """
    widths = (sum(1.0 if east_asian_width(c) in "FW" else 0.56 for c in html.unescape(text)) for text in labels)
    return round(16 + size * max(widths))


def caption(text: str, x: float, y: float, **options: Any) -> dict[str, Any]:
    """A panel's title, written above its left corner (x, y in parts of the plot)."""
    where = {"xref": "paper", "yref": "paper", "x": x, "y": y, "xanchor": "left", "yanchor": "bottom"}
    return where | {"text": text, "showarrow": False, "font": {"size": 13}} | options


def ink(text: str, color: str) -> str:
    """Words in a line's colour, in place of a legend."""
    return f'<span style="color:{color}"><b>{text}</b></span>'


def note(text: str, x: float, y: float, **options: Any) -> dict[str, Any]:
    """A small caption at x and y in the units of the first panel."""
    return caption(text, x, y, **{"xref": "x", "yref": "y", "font": {"size": 12}} | options)


def empty(values: NDArray[Any], why: str, x: float = 0.5, y: float = 0.5) -> list[dict[str, Any]]:
    """Why there is nothing to see, for the middle of a picture whose numbers are all 0 or none; of any other, nothing.

    >>> empty(np.zeros(3), "all are 0")[0]["text"], empty(np.ones(3), "all are 0")
    ('all are 0', [])
    """
    return [] if np.nan_to_num(values).any() else [caption(why, x, y, xanchor="center")]


def guides(xref: str, yref: str, x: float | None = None, y: float | None = None) -> list[dict[str, Any]]:
    """A line across a panel at x or y: dark on a light edge, so that it shows on any colour."""
    if x is None:
        ends = {"xref": f"{xref} domain", "x0": 0, "x1": 1, "yref": yref, "y0": y, "y1": y}
    else:
        ends = {"xref": xref, "x0": x, "x1": x, "yref": f"{yref} domain", "y0": 0, "y1": 1}
    return [{"type": "line", "line": stroke, **ends} for stroke in STROKES]


def frame(x: str, y: str) -> dict[str, Any]:
    """A thin frame around the panel of two axes."""
    ends = {"xref": f"{x} domain", "yref": f"{y} domain", "x0": 0, "x1": 1, "y0": 0, "y1": 1}
    return {"type": "rect", "line": {"color": QUIET, "width": 1}, **ends}


def causal_mask(count: float) -> dict[str, Any]:
    """A cover over the keys ahead of their query, which a causal mask hides, in the first panel of so many each way."""
    first, last = span(count)
    path = f"M {first},{first} L {last},{first} L {last},{last} Z"
    return {"type": "path", "path": path, "fillcolor": QUIET, "line": {"width": 0}}


def cells(edges: NDArray[Any], along: str) -> dict[str, Any]:
    """Where the cells between edges lie along "x" or "y", in whole positions or dimensions from the first edge on.

    Equal steps, off by less than one position: only then does plotly draw a heatmap as an image, 10 times faster.
    """
    step = (edges[-1] - edges[0]) / (len(edges) - 1)
    return {f"{along}0": float(edges[0] + (step - 1) / 2), f"d{along}": float(step)}


def label(word: str, maximum: int = 14) -> str:
    """A person's word as a chart's text: cut to a length, and never read as markup.

    >>> label("<b>" + "a" * 20, 6)
    '&lt;b&gt;aa…'
    """
    return html.escape(
        word if len(word) <= maximum else word[: maximum - 1] + "…", quote=False
    )  # plotly knows no &quot;
