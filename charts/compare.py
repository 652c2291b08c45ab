"""Schemes side by side: each one a column of the same panels, to be read across."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from .numbers import number
from .style import BLUE, QUIET, axis, caption, figure, guides, heatmap, label, line, percent

Array = NDArray[Any]
MARGIN = {"l": 2, "r": 2, "t": 24, "b": 22}
SMALL: dict[str, Any] = {"tickfont": {"size": 11}}


def scores(
    name: str,
    values: Array,
    everyone: Array,
    names: Sequence[str],
    amplitude: float,
    offsets: tuple[Array, Array, Array, Array],
    reach: tuple[float, float],
    cursor: tuple[int, int],
    causal: bool,
) -> go.Figure:
    """The score of every query (down) and key (across), and under it the same by offset: mean, in a band.

    values (n, n) of the named scheme, per cents of `amplitude`; everyone (k, n, n) the per cents of all `names`, which
    the pointer reads off together; offsets: the offsets, mean, low and high; reach: the curve's axis; cursor: query
    and key; causal: the keys to the right of the query are covered.
    """
    n, (query, key) = len(values), cursor
    where, mean, low, high = offsets
    read = "<br>".join(f"{each}: %{{customdata[{k}]}} %" for k, each in enumerate(names))
    band = {"line": {"width": 0}, "hoverinfo": "skip", "yaxis": "y2", "xaxis": "x2"}
    span, ticks = [-0.5, n - 0.5], _ticks(*reach)
    return figure(
        [
            heatmap(
                percent(np.nan_to_num(values), amplitude),
                customdata=np.ascontiguousarray(np.moveaxis(everyone, 0, -1)),
                hovertemplate=f"query %{{y}}, key %{{x}}<br>{read}<extra></extra>",
            ),
            line(where, high, **band),
            line(where, low, fill="tonexty", fillcolor="rgba(24,112,196,0.25)", **band),
            line(
                where, mean, xaxis="x2", yaxis="y2", line={"width": 2, "color": BLUE},
                hovertemplate="offset %{x}: %{y:.2f}<extra></extra>",
            ),
        ],
        height=400,
        margin=MARGIN,
        xaxis=_square(range=span, anchor="y", domain=[0, 1]),
        yaxis=_square(range=span[::-1], anchor="x", domain=[0.355, 1], scaleanchor="x"),
        xaxis2=axis(anchor="y2", range=[1 - n, n - 1], nticks=5, **SMALL),
        yaxis2=axis(
            anchor="x2", domain=[0, 0.27], range=list(reach), tickvals=ticks, showgrid=True, showticklabels=False,
        ),
        shapes=[
            *guides("x", "y", y=query),
            *guides("x", "y", x=key),
            *guides("x2", "y2", x=key - query),
            *([_hidden(n)] if causal else []),
            _frame("x", "y"),
        ],
        annotations=[
            caption(f"<b>{name}</b> ({query}, {key}): {_said(values[query, key])}", 0, 1),
            caption("by offset, key − query", 0, 0.27, font={"size": 12}),
            *(caption(_said(tick), 1, tick, xanchor="right", yref="y2", font={"size": 11}) for tick in ticks),
        ],
    )  # fmt: skip


def pictures(
    name: str,
    added: tuple[Array, str, str],
    words: Sequence[str],
    shares: Array | None,
    difference: Array | None,
    amplitude: float,
    reference: str,
) -> go.Figure:
    """What the named scheme puts in, who looks at whom in a sentence, and its scores less those of the first scheme.

    added: values, and what rows and columns are; shares (words, words), or None; difference (n, n), per cents of
    `amplitude`, or None for the first scheme itself.
    """
    traces, notes, shapes = [], [], []
    values, rows, columns = added
    notes.append(caption(f"<b>{name}</b>: {rows} × {columns}" if values.size else f"<b>{name}</b>: nothing", 0, 1))
    if values.size:
        traces.append(
            heatmap(
                percent(np.nan_to_num(values), float(np.nanmax(np.abs(values)))),
                x0=-(values.shape[1] // 2) if columns == "offset" else 0,
                hovertemplate=f"{rows} %{{y}}, {columns} %{{x}}<br>%{{z}} % of the largest<extra></extra>",
            )
        )
        shapes.append(_frame("x", "y"))
    notes.append(caption("<b>Who looks at whom</b>, toy weights", 0, 0.69))
    if shares is not None:
        traces.append(
            heatmap(
                percent(shares), False, xaxis="x2", yaxis="y2", xgap=1, ygap=1,
                hovertemplate="%{y} looks at %{x}: %{z} %<extra></extra>",
            )
        )  # fmt: skip
    if difference is not None:
        notes.append(caption(f"<b>Less {reference}</b>", 0, 0.3))
        traces.append(
            heatmap(
                percent(np.nan_to_num(difference), amplitude), xaxis="x3", yaxis="y3",
                hovertemplate="query %{y}, key %{x}<br>%{z} % of the largest<extra></extra>",
            )
        )  # fmt: skip
        shapes.append(_frame("x3", "y3"))
    return figure(
        traces,
        height=760,
        margin=MARGIN,
        xaxis=axis(anchor="y", visible=False),
        yaxis=axis(anchor="x", domain=[0.76, 1], autorange="reversed", visible=False),
        xaxis2=_words(words, anchor="y2", domain=[0.2, 1], tickangle=-60),
        yaxis2=_words(words, reverse=True, anchor="x2", domain=[0.44, 0.69], scaleanchor="x2"),
        xaxis3=_square(anchor="y3"),
        yaxis3=_square(anchor="x3", domain=[0, 0.3], scaleanchor="x3", autorange="reversed"),
        shapes=shapes,
        annotations=notes,
    )


def _words(words: Sequence[str], reverse: bool = False, **options: Any) -> dict[str, Any]:
    ends = [-0.5, len(words) - 0.5]
    return axis(
        range=ends[::-1] if reverse else ends, tickvals=list(range(len(words))),
        ticktext=[label(word, 6) for word in words], constrain="domain", **SMALL, **options,
    )  # fmt: skip


def _square(**options: Any) -> dict[str, Any]:
    return axis(showticklabels=False, constrain="domain", **options)


def _frame(x: str, y: str) -> dict[str, Any]:
    ends = {"xref": f"{x} domain", "yref": f"{y} domain", "x0": 0, "x1": 1, "y0": 0, "y1": 1}
    return {"type": "rect", "line": {"color": QUIET, "width": 1}, **ends}


def _hidden(n: int) -> dict[str, Any]:
    """The keys to the right of the query, which a causal mask hides."""
    first, last = -0.5, n - 0.5
    path = f"M {first},{first} L {last},{first} L {last},{last} Z"
    return {"type": "path", "path": path, "fillcolor": QUIET, "line": {"width": 0}}


def _ticks(low: float, high: float) -> list[float]:
    """0 and the round number next to the further end of an axis: few, for they stand inside the panel."""
    end = low if -low > high else high
    step = 10.0 ** np.floor(np.log10(max(abs(end), 1e-9)))
    return [0.0, float(np.trunc(end / step) * step)]


def _said(value: float) -> str:
    return "hidden" if np.isnan(value) else number(value, 3).replace("-", "−")
