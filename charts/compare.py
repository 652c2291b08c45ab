"""Schemes side by side: each one a column of the same panels, to be read across."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from posenc.experiments.compare import Added
from posenc.numeric.checks import Array
from posenc.similarities import ByOffset

from .numbers import number
from .style import (
    BLUE,
    axis,
    band,
    caption,
    causal_mask,
    faint,
    figure,
    frame,
    guides,
    heatmap,
    line,
    named,
    percent,
    span,
)

MARGIN = {"l": 2, "r": 2, "t": 24, "b": 22}
SMALL: dict[str, Any] = {"tickfont": {"size": 11}}
BELOW = {"yaxis": "y2", "xaxis": "x2"}


@dataclass(frozen=True, eq=False)
class Shared:
    """What the scores of all schemes are drawn with."""

    everyone: Mapping[str, Array]
    """The scores of each by its name, (n, n) whole per cents of its full colour: the pointer reads them off together."""
    reach: tuple[float, float]
    """The ends of the curve's axis."""
    cursor: tuple[int, int]
    """A query and a key."""
    causal: bool
    """Whether the keys ahead of the query are covered."""


@dataclass(frozen=True, eq=False)
class Difference:
    """The scores of a scheme (n, n) less those of another, its reference; amplitude: what has full colour."""

    values: Array
    amplitude: float
    reference: str


def scores(name: str, values: Array, by_offset: ByOffset, amplitude: float, shared: Shared) -> go.Figure:
    """The score of every query (down) and key (across), and under it the same by offset: mean, in a band.

    values: the scores (n, n) of the named scheme, those not a number are hidden; amplitude: what has full colour.
    """
    n, (query, key) = len(values), shared.cursor
    everyone = np.stack([*shared.everyone.values()], -1)
    read = "<br>".join(f"{each}: %{{customdata[{k}]}} %" for k, each in enumerate(shared.everyone))
    ends, ticks = span(n), _ticks(*shared.reach)
    return figure(
        [
            heatmap(
                percent(np.nan_to_num(values), amplitude),
                customdata=everyone,
                hovertemplate=f"query %{{y}}, key %{{x}}<br>{read}<extra></extra>",
            ),
            *(edge | BELOW for edge in band(by_offset.offsets, by_offset.low, by_offset.high, faint(BLUE, 0.25))),
            line(
                by_offset.offsets, by_offset.mean, xaxis="x2", yaxis="y2", line={"width": 2, "color": BLUE},
                hovertemplate="offset %{x}: %{y:.2f}<extra></extra>",
            ),
        ],
        height=400,
        margin=MARGIN,
        xaxis=_square(range=ends, anchor="y", domain=[0, 1]),
        yaxis=_square(range=ends[::-1], anchor="x", domain=[0.355, 1], scaleanchor="x"),
        xaxis2=axis(anchor="y2", range=[1 - n, n - 1], nticks=5, **SMALL),
        yaxis2=axis(
            anchor="x2", domain=[0, 0.27], range=list(shared.reach), tickvals=ticks, showgrid=True, showticklabels=False,
        ),
        shapes=[
            *guides("x", "y", y=query),
            *guides("x", "y", x=key),
            *guides("x2", "y2", x=key - query),
            *([causal_mask(n)] if shared.causal else []),
            frame("x", "y"),
        ],
        annotations=[
            caption(f"<b>{name}</b> ({query}, {key}): {_said(values[query, key])}", 0, 1),
            caption("by offset, key − query", 0, 0.27, font={"size": 12}),
            *(caption(_said(tick), 1, tick, xanchor="right", yref="y2", font={"size": 11}) for tick in ticks),
        ],
    )  # fmt: skip


def pictures(
    name: str, added: Added, words: Sequence[str], weights: Array | None, difference: Difference | None
) -> go.Figure:
    """What the named scheme puts in, who looks at whom in a sentence, and its scores less those of the first scheme.

    weights: of each word's attention (words, words), None where the scheme does not reach so far; difference: None
    for the first scheme itself.
    """
    traces, notes, shapes = [], [], []
    values, rows, columns = added.values, added.rows, added.columns
    notes.append(caption(f"<b>{name}</b>: {rows} × {columns}" if values.size else f"<b>{name}</b>: nothing", 0, 1))
    if values.size:
        traces.append(
            heatmap(
                percent(np.nan_to_num(values), float(np.nanmax(np.abs(values)))),
                x0=-(values.shape[1] // 2) if columns == "offset" else 0,
                hovertemplate=f"{rows} %{{y}}, {columns} %{{x}}<br>%{{z}} % of the largest<extra></extra>",
            )
        )
        shapes.append(frame("x", "y"))
    notes.append(caption("<b>Who looks at whom</b>, toy weights", 0, 0.69))
    if weights is not None:
        traces.append(
            heatmap(
                percent(weights), False, xaxis="x2", yaxis="y2", xgap=1, ygap=1,
                hovertemplate="%{y} looks at %{x}: %{z} %<extra></extra>",
            )
        )  # fmt: skip
    if difference is not None:
        notes.append(caption(f"<b>Less {difference.reference}</b>", 0, 0.3))
        traces.append(
            heatmap(
                percent(np.nan_to_num(difference.values), difference.amplitude), xaxis="x3", yaxis="y3",
                hovertemplate="query %{y}, key %{x}<br>%{z} % of the largest<extra></extra>",
            )
        )  # fmt: skip
        shapes.append(frame("x3", "y3"))
    across = span(len(words))
    return figure(
        traces,
        height=760,
        margin=MARGIN,
        xaxis=axis(anchor="y", visible=False),
        yaxis=axis(anchor="x", domain=[0.76, 1], autorange="reversed", visible=False),
        xaxis2=_words(words, across, anchor="y2", domain=[0.2, 1], tickangle=-60),
        yaxis2=_words(words, across[::-1], anchor="x2", domain=[0.44, 0.69], scaleanchor="x2"),
        xaxis3=_square(anchor="y3"),
        yaxis3=_square(anchor="x3", domain=[0, 0.3], scaleanchor="x3", autorange="reversed"),
        shapes=shapes,
        annotations=notes,
    )


def _words(words: Sequence[str], ends: list[float], **options: Any) -> dict[str, Any]:
    return axis(range=ends, **named(words, 6), constrain="domain", **SMALL, **options)


def _square(**options: Any) -> dict[str, Any]:
    return axis(showticklabels=False, constrain="domain", **options)


def _ticks(low: float, high: float) -> list[float]:
    """0 and the round number next to the further end of an axis: few, for they stand inside the panel."""
    end = low if -low > high else high
    step = 10.0 ** np.floor(np.log10(max(abs(end), 1e-9)))
    return [0.0, float(np.trunc(end / step) * step)]


def _said(value: float) -> str:
    return "hidden" if np.isnan(value) else number(value, 3).replace("-", "−")
