"""Two orders of one sentence through attention: outputs, attention matrices, and who can tell them apart."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from posenc.numeric.checks import Array

from .style import (
    BLUE,
    GREY,
    ORANGE,
    QUIET,
    axis,
    caption,
    figure,
    frame,
    heatmap,
    line,
    named,
    percent,
    room,
    span,
)

ANGLE = 40  # degrees, of words below a picture that have no room side by side
COLUMNS = ((0.0, 0.31), (0.345, 0.655), (0.69, 1.0))
RINGS = ((GREY, 15), (ORANGE, 19))
SMALLEST = 1e-17
"""Drawn in place of an order sensitivity that is smaller, 0 too: a logarithmic axis has no 0."""


def outputs(words: Sequence[str], rows: Sequence[tuple[str, Array, Array]], floor: float) -> go.Figure:
    """Outputs of a sentence in two orders, and their difference: three pictures (words, features) beside one another.

    - words: in the first order;
    - rows: for each row of pictures its title, the outputs in the first order, and those of the second order with their
      rows put back into the first;
    - floor: a difference below it, in parts of the outputs, is rounding.

    Full colour is, of outputs, each row's largest but for one number in a hundred; of differences the largest of all,
    unless that is rounding.
    """
    traces, layout, notes = [], {}, []
    count = len(rows)
    height = 60 + count * (40 + 22 * max(len(words), 4))
    gap = 56 / (height - 36)
    tall = (1 - gap * (count - 1)) / count
    apart = max(float(np.abs(second - first).max()) for _, first, second in rows)
    for r, (title, first, second) in enumerate(rows):
        top = 1 - r * (tall + gap)
        largest = float(np.quantile(np.abs(first), 0.99))
        panels = (f"<b>{title}</b>", "second order", "difference")
        spans = (largest, largest, apart if apart > floor * largest else largest)
        for c, values in enumerate((first, second, second - first)):
            i = str(r * 3 + c + 1) if r + c else ""
            traces.append(
                heatmap(
                    percent(values, spans[c]),
                    xaxis=f"x{i}",
                    yaxis=f"y{i}",
                    hovertemplate="feature %{x}: %{z} % of full colour<extra></extra>",
                )
            )
            layout[f"xaxis{i}"] = axis(domain=list(COLUMNS[c]), anchor=f"y{i}", showticklabels=False, showline=False)
            layout[f"yaxis{i}"] = _words_axis(
                words, domain=[max(top - tall, 0.0), top], anchor=f"x{i}", visible=c == 0
            ) | {"showgrid": False}
            notes.append(caption(panels[c], COLUMNS[c][0], top))
    frames = [frame(f"x{i}", f"y{i}") for i in ("", *range(2, 3 * count + 1))]
    margin = {"l": _beside(words), "b": 8}
    return figure(traces, height, margin=margin, annotations=notes, shapes=frames, **layout)


def matrices(panels: Sequence[tuple[str, Sequence[str], Array]]) -> go.Figure:
    """Four attention matrices, two by two, each (title, words, weights (n, n)): who (row) looks at whom (column)."""
    traces, layout, notes = [], {}, []
    for place, (title, words, weights) in enumerate(panels):
        i = str(place + 1) if place else ""
        left, bottom = 0.57 * (place % 2), 0.58 * (1 - place // 2)
        traces.append(
            heatmap(
                percent(weights),
                diverging=False,
                xaxis=f"x{i}",
                yaxis=f"y{i}",
                xgap=1,
                ygap=1,
                hovertemplate="%{z} %<extra></extra>",
            )
        )
        # Columns are in the order of the rows, so where their names would overlap the rows' are enough.
        named = len(words) <= 9
        layout[f"xaxis{i}"] = _words_axis(
            words, domain=[left, left + 0.43], anchor=f"y{i}", reverse=False, visible=named, maximum=7
        )
        layout[f"yaxis{i}"] = _words_axis(words, domain=[bottom, bottom + 0.42], anchor=f"x{i}", maximum=7)
        notes.append(caption(title, left, bottom + 0.42))
    words = panels[0][1]
    margin = {"l": _beside(words, 7), "b": _below(words, 7)}
    return figure(traces, 330 + 12 * len(words), margin=margin, annotations=notes, **layout)


def by_word(words: Sequence[str], series: Sequence[tuple[str, Array]], floor: float) -> go.Figure:
    """How much each word's output changed with the order, a bar a series; where all are rounding they stay flat.

    series: the name and the changes (words,) of two; floor: what is below it is rounding.
    """
    largest = max(float(values.max()) for _, values in series)
    bars = [
        {
            "type": "bar",
            "marker": {"color": color},
            "name": name,
            "x": np.arange(len(words)),
            "y": values,
            "hovertemplate": "%{y:.2g}<extra></extra>",
        }
        for (name, values), color in zip(series, (GREY, BLUE), strict=True)
    ]
    return figure(
        bars,
        height=250,
        margin={"t": 40, "b": _below(words)},
        xaxis=_words_axis(words, reverse=False),
        yaxis=axis("change of its output", range=[0, 1.05 * largest if largest > floor else 1], showgrid=True),
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 1, "xanchor": "right"},
    )


def ranking(names: Sequence[str], values: Array, floor: float, chosen: str) -> go.Figure:
    """The order sensitivity of each scheme, values (names,), on a logarithmic axis; below the floor it is rounding."""
    shown = np.maximum(values, SMALLEST)
    stems = [line([SMALLEST, value], [name, name], line={"width": 2, "color": QUIET}, hoverinfo="skip")
             for name, value in zip(names, shown, strict=True)]  # fmt: skip
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": shown,
        "y": list(names),
        "showlegend": False,
        "marker": {
            "size": [14 if name == chosen else 9 for name in names],
            "color": [BLUE if value > floor else GREY for value in values],
            "symbol": ["circle" if value > floor else "circle-open" for value in values],
            "line": {"width": 2, "color": GREY},
        },
        "hovertemplate": "%{y}: %{x:.1e}<extra></extra>",
    }
    return figure(
        [*stems, dots],
        height=70 + 24 * len(names),
        margin={"l": room(names)},
        xaxis=_sensitivity(),
        yaxis=axis(autorange="reversed", type="category"),
        shapes=[_rounding(floor)],
        annotations=[caption("<b>rounding</b>", 0, 1), caption("<b>told apart</b>", 1, 1, xanchor="right")],
    )


def _sensitivity() -> dict[str, Any]:
    """The axis of order sensitivities, from far below rounding to more than any."""
    return axis("order sensitivity", type="log", range=[-17.2, 1], exponentformat="power", dtick=4, showgrid=True)


def _rounding(floor: float) -> dict[str, Any]:
    """A band over the order sensitivities below the floor, which are rounding."""
    ends = {"xref": "x", "x0": SMALLEST / 10, "x1": floor, "yref": "paper", "y0": 0, "y1": 1}
    return {"type": "rect", **ends, "line": {"width": 0}, "fillcolor": QUIET, "layer": "below"}


def _wide(names: Sequence[str]) -> bool:
    """Whether they would not stand side by side below a picture."""
    return len(names) * max(map(len, names)) > 24


def _beside(words: Sequence[str], maximum: int = 14) -> int:
    return room(named(words, maximum)["ticktext"])


def _below(words: Sequence[str], maximum: int = 14) -> int:
    names = named(words, maximum)["ticktext"]
    return round(12 + room(names) * np.sin(np.radians(ANGLE))) if _wide(names) else 32


def _words_axis(
    words: Sequence[str], reverse: bool = True, visible: bool = True, maximum: int = 14, **options: Any
) -> dict[str, Any]:
    names, ends = named(words, maximum), span(len(words))
    return axis(
        **names,
        range=ends[::-1] if reverse else ends,
        showticklabels=visible,
        tickangle=-ANGLE if _wide(names["ticktext"]) and not reverse else 0,
        **options,
    )


def models(names: Sequence[str], off: Array, on: Array, floor: float) -> go.Figure:
    """The order sensitivity of each model without positions and with them (not a number: it cannot have any)."""
    rows = np.arange(len(names))
    series = (
        ("without positions", off, "circle-open", GREY, -0.14),
        ("with positions", on, "circle", BLUE, 0.14),
    )
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": np.maximum(values, SMALLEST),
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
        xaxis=_sensitivity(),
        yaxis=axis(tickvals=rows, ticktext=list(names), range=span(len(names))[::-1]),
        legend={"orientation": "h", "y": 1.1, "yanchor": "bottom", "x": 1, "xanchor": "right"},
        shapes=[_rounding(floor)],
        annotations=[caption("<b>rounding</b>", 0, 1)],
    )


def all_orders(panels: Sequence[tuple[str, Array]], texts: Sequence[str], here: int) -> go.Figure:
    """Every order as a dot, in two panels on the same axes, with rings around the first order and the one `here`.

    panels: the title of each, and its places (orders, 2); texts: what the order of each dot is.
    """
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
    return figure(
        traces, 300, margin={"l": 8, "b": 8}, annotations=notes, shapes=[frame("x", "y"), frame("x2", "y2")], **layout
    )
