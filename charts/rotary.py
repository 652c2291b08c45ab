"""Rotary embedding: pairs as clock hands, scores by distance, layouts right and mixed, hands on a grid."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from posenc.numeric.checks import Array
from posenc.similarities import ByOffset

from .style import (
    BLUE,
    GREY,
    ORANGE,
    QUIET,
    axis,
    band,
    bare,
    caption,
    faint,
    figure,
    guides,
    heatmap,
    ink,
    line,
    note,
    percent,
    span,
)
from .tiles import tiled

ACROSS, DOWN = 2.6, 3.1
PACE = 90
"""Milliseconds a frame."""
FAR = 1.2
"""From frames this far apart a hand jumps instead of gliding, which would be along the chord."""
LONG, SHORT, WEDGE, RIM = 0.94, 0.7, 0.42, 1.0
GAP = (3, 1)


def clocks(query: Array, key: Array, positions: Array, offset: int, start: int, names: Sequence[str]) -> go.Figure:
    """A dial for each pair, in rows of four, its query's and key's hands at each position: played in the browser.

    Below them a line of all positions, on which the query and the key, `offset` ahead of it, move along.

    query and key (frames, dials) complex, 1 at twelve o'clock, turning clockwise, cut where they pass the dial's rim;
    positions (frames,) of the query; start: the frame that is shown at rest; names: what stands below each dial.
    """
    dials = query.shape[1]
    columns = min(dials, 4)
    centres = ACROSS * (np.arange(dials) % columns) - 1j * DOWN * (np.arange(dials) // columns)
    last, (left, right) = float(positions[-1]) + offset, (-1.0, ACROSS * (columns - 1) + 1)
    along = left + (right - left) * (positions[:, None] + [0, offset]) / (last or 1)
    ruler = centres.imag.min() - 2.35
    hands = [_wedges(query, key, centres), _hands(query, LONG, centres), _hands(key, SHORT, centres)]
    moving = [*hands, (along.astype(np.float32), np.full(along.shape, ruler, np.float32))]
    traces = [
        line(x[start], y[start], fill="toself", fillcolor=color, line={"width": 0}, hoverinfo="skip")
        for (x, y), color in zip(hands, (QUIET, BLUE, ORANGE), strict=True)
    ]
    dots = {"size": [14, 9], "color": [BLUE, ORANGE], "opacity": 1}
    traces.append(line(moving[-1][0][start], moving[-1][1][start], mode="markers", marker=dots, hoverinfo="skip"))
    glide = len(positions) > 1 and np.abs(np.diff(query, axis=0)).max() < FAR
    stops = [np.format_float_positional(position, trim="-") for position in positions]
    rail = {"type": "line", "x0": left, "x1": right, "y0": ruler, "y1": ruler, "layer": "below"}
    circles = [
        {"type": "circle", "x0": c.real - r, "x1": c.real + r, "y0": c.imag - r, "y1": c.imag + r, **look}
        for c in centres
        for r, look in (
            (1, {"layer": "below", "line": {"color": GREY, "width": 1}}),
            (0.09, {"fillcolor": GREY, "line": {"width": 0}}),
        )
    ]
    below = {"xanchor": "center", "yanchor": "top"}
    drawn = figure(
        traces,
        height=380,
        margin={"l": 4, "r": 4, "b": 44},
        xaxis=bare(constrain="domain", range=[left - 0.15, right + 0.15]),
        yaxis=bare(constrain="domain", range=[ruler - 0.65, 1.1], scaleanchor="x"),
        shapes=[*circles, rail | {"line": {"color": GREY, "width": 1}}],
        annotations=[
            caption(
                f"<b>Each pair is a clock</b>: {ink('query', BLUE)}, {ink('key', ORANGE)}; below: one full turn takes",
                0,
                1,
            ),
            *(note(name, c.real, c.imag - 1.06, **below) for name, c in zip(names, centres, strict=True)),
            note("position 0", left, ruler - 0.2, yanchor="top"),
            note(f"position {last:,.0f}", right, ruler - 0.2, xanchor="right", yanchor="top"),
        ],
        updatemenus=[_buttons(stops[start:] if start + 1 < len(positions) else stops, stops[start], glide)],
    )
    drawn.frames = [{"name": name, "data": [{"x": x[f], "y": y[f]} for x, y in moving]} for f, name in enumerate(stops)]
    return drawn


def scores(toy: ByOffset, even: Array | None, offset: int) -> go.Figure:
    """The score at each offset: of two toy vectors, in a band from low to high, and of two equal ones, even (offsets,).

    offset: the one that is marked.
    """
    named = {"showlegend": True, "hovertemplate": "offset %{x}: %{y:.3f}<extra></extra>"}
    equal = {"name": "two equal vectors, spread evenly over the pairs", "line": {"width": 1.6, "color": GREY}}
    place = "" if even is not None else ", mean of the places"
    words = {"name": f"toy “King” looks at toy “Queen”{place}", "line": {"width": 2.2, "color": BLUE}}
    return figure(
        [
            *([] if even is None else [line(toy.offsets, even, **equal, **named)]),
            *band(toy.offsets, toy.low, toy.high, faint(BLUE, 0.2)),
            line(toy.offsets, toy.mean, **words, **named),
        ],
        height=250,
        margin={"b": 92},
        xaxis=axis("offset: position of the key − position of the query"),
        yaxis=axis("score", showgrid=True, nticks=6),
        shapes=guides("x", "y", x=offset),
        legend={"orientation": "h", "x": 0, "y": -0.36, "yanchor": "top"},
        annotations=[caption("<b>Score of a query and a key</b>, by offset", 0, 1)],
    )  # fmt: skip


def conversion(
    cells: Array, along: Array, expected: Array, norms: Array, amplitude: float, captions: Sequence[str], wrong: bool
) -> go.Figure:
    """One way to rotate, in three panels, each under its caption. What is expected is a broad line behind.

    - cells: the score of every query (down) and key (across), (n, n); `amplitude` has full colour;
    - along: the score at one distance by position, beside what is expected of it;
    - norms: the length of the query by position, (n,), beside 1;
    - wrong: whether the lines are orange in place of blue.
    """
    color, quiet = (ORANGE if wrong else BLUE), {"width": 6, "color": QUIET}
    n = len(cells)
    places, all_places = np.arange(len(along)), np.arange(n)
    at = {"line": {"width": 1.8, "color": color}}
    tops = (1, 0.4, 0.15)
    around = max(0.4, 1.1 * float(np.abs(norms - 1).max()))
    return figure(
        [
            heatmap(
                percent(cells, amplitude), hovertemplate="query %{y}, key %{x}<br>%{z} % of the largest<extra></extra>"
            ),
            line(places, expected, yaxis="y2", line=quiet, hoverinfo="skip"),
            line(places, along, yaxis="y2", hovertemplate="position %{x}: %{y:.3f}<extra></extra>", **at),
            line([0, n - 1], [1, 1], yaxis="y3", line=quiet, hoverinfo="skip"),
            line(all_places, norms, yaxis="y3", hovertemplate="position %{x}: %{y:.3f}<extra></extra>", **at),
        ],
        height=360,
        margin={"l": 2, "r": 2, "t": 20, "b": 42},
        xaxis=axis("position", range=span(n), nticks=4, anchor="y3"),
        yaxis=axis(domain=[0.5, tops[0]], range=span(n)[::-1], visible=False),
        yaxis2=axis(domain=[0.25, tops[1]], range=[-1.1 * amplitude, 1.1 * amplitude], visible=False),
        yaxis3=axis(domain=[0, tops[2]], range=[1 - around, 1 + around], visible=False),
        annotations=[caption(text, 0, top, font={"size": 12}) for text, top in zip(captions, tops, strict=True)],
    )


def pairing(order: Array, turning: int) -> go.Figure:
    """Features laid out interleaved (above) and half (below), each a dot with the number of its pair.

    order: from where above each below comes; features from `turning` on do not turn.
    """
    count, pairs = len(order), turning // 2
    numbers = [str(j % pairs) if j < turning else "" for j in range(count)]
    colors = [GREY if j >= turning else BLUE if j < pairs else ORANGE for j in range(count)]
    back = np.argsort(order)
    threads = [
        line(
            [place for j, source in enumerate(order.tolist()) if colors[j] == color for place in (source, j, None)],
            [1, 0, None] * colors.count(color),
            line={"width": 1.6, "color": color},
            opacity=0.6,
            hoverinfo="skip",
        )
        for color in sorted(set(colors))
    ]
    dots = {
        "type": "scatter",
        "mode": "markers+text",
        "showlegend": False,
        "hoverinfo": "skip",
        "x": [*range(count), *range(count)],
        "y": [1] * count + [0] * count,
        "text": [numbers[j] for j in back] + numbers,
        "textfont": {"color": "white", "size": 11},
        "marker": {"size": 19, "opacity": 1, "color": [colors[j] for j in back] + colors},
    }
    return figure(
        [*threads, dots],
        height=190,
        margin={"l": 4, "r": 4, "t": 24, "b": 22},
        xaxis=bare(range=span(count)),
        yaxis=bare(range=[-0.2, 1.2]),
        annotations=[
            caption("<b>interleaved</b>: pair 0, 0, 1, 1, …", 0, 1),
            caption("<b>half</b>: first components, then second", 0, 0, yanchor="top"),
        ],
    )


def partial(offsets: Array, curves: Sequence[tuple[str, Array]]) -> go.Figure:
    """The score of two equal vectors by distance, a curve for each number of features that turn, from most to fewest.

    curves: what each is called, and its values (offsets,).
    """
    return figure(
        [
            line(offsets, curve, name=name, showlegend=True, line={"width": 2, "color": color},
                 hovertemplate="distance %{x}: %{y:.3f}<extra></extra>")
            for (name, curve), color in zip(curves, (BLUE, GREY, ORANGE), strict=False)
        ],
        height=316,
        margin={"t": 58},
        xaxis=axis("distance"),
        yaxis=axis("score of two equal vectors", showgrid=True, nticks=5),
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )  # fmt: skip


def field(hands: Array, names: Sequence[str]) -> go.Figure:
    """Hands on a grid, a panel a pair, four in a row, coloured by how far up they point.

    hands: (height, width, pairs) complex, 1 points up, turning clockwise; longer ones are drawn of length 1.
    """
    height, width, pairs = hands.shape
    canvas, down, across = tiled(percent(np.moveaxis(hands.real, -1, 0)), min(pairs, 4), GAP)
    rows, columns = canvas.shape
    places = np.arange(width) - 1j * np.arange(height)[:, None]
    corners = across - 1j * down
    start = (places[..., None] + corners).ravel()
    tips = start + 0.45 * ((hands.imag + 1j * hands.real) / np.maximum(np.abs(hands), 1)).ravel()
    # One path: plotly makes an element of each piece of a line with gaps, 150 ms for what takes 20.
    strokes = [
        f"M{a.real:.2f},{a.imag:.2f}L{b.real:.2f},{b.imag:.2f}"
        for a, b in zip(start.tolist(), tips.tolist(), strict=True)
    ]
    return figure(
        [heatmap(canvas, y0=0, dy=-1, opacity=0.4, hoverinfo="skip")],
        height=24 + round(760 * rows / columns),
        margin={"l": 4, "r": 4, "t": 24, "b": 4},
        xaxis=bare(constrain="domain", range=[-0.6, columns - 0.4]),
        yaxis=bare(constrain="domain", range=[0.4 - rows, 0.6], scaleanchor="x"),
        shapes=[{"type": "path", "path": "".join(strokes), "line": {"width": 1.4, "color": GREY}}],
        annotations=[note(name, c.real - 0.5, c.imag + 0.5) for name, c in zip(names, corners, strict=True)],
    )


def _hands(turns: Array, length: float, centres: Array) -> tuple[Array, Array]:
    """Each hand as a slender triangle, then a gap: x and y, (frames, 4·dials); 1 points up, angles go clockwise."""
    up = turns.imag + 1j * turns.real
    size = np.maximum(np.abs(up), 1e-9)
    beside = 0.075j * up / size
    tips = centres + up * np.minimum(length, RIM / size)
    corners = [centres + beside, tips, centres - beside, np.full(up.shape, np.nan)]
    return _coordinates(np.stack(corners, -1).reshape(len(turns), -1))


def _wedges(first: Array, second: Array, centres: Array) -> tuple[Array, Array]:
    """The angle from one hand to the other, the short way, as a sector."""
    between = np.angle(second * first.conj())
    ends = np.exp(1j * (np.angle(first)[..., None] + between[..., None] * np.linspace(0, 1, 9)))
    rim = centres[:, None] + WEDGE * (ends.imag + 1j * ends.real)
    middle = np.broadcast_to(centres[:, None], (*first.shape, 1))
    points = np.concatenate([middle, rim, middle, np.full_like(middle, np.nan)], -1)
    return _coordinates(points.reshape(len(first), -1))


def _coordinates(points: Array) -> tuple[Array, Array]:
    return points.real.astype(np.float32), points.imag.astype(np.float32)


def _buttons(names: Sequence[str], rest: str, glide: bool) -> dict[str, Any]:
    """Play: through all frames, then back to the one at rest. Stop: back to it at once, where the page's slider stands."""
    move = {"duration": PACE if glide else 0, "easing": "linear"}
    play = {"frame": {"duration": PACE, "redraw": False}, "transition": move, "fromcurrent": True, "mode": "immediate"}
    # A move of its own, however short, ends the one on the way; at once, that one would go on to its end.
    hold = {"frame": {"duration": 20, "redraw": False}, "transition": {"duration": 20}, "mode": "immediate"}
    return {
        "type": "buttons",
        "direction": "left",
        "showactive": False,
        "x": 0,
        "y": 0,
        "xanchor": "left",
        "yanchor": "top",
        "pad": {"t": 8, "r": 6},
        "bgcolor": "rgba(128,128,128,0.08)",
        "bordercolor": QUIET,
        "font": {"color": BLUE},
        "buttons": [
            {"label": "▶ Play", "method": "animate", "args": [[*names, rest], play]},
            {"label": "■ Stop", "method": "animate", "args": [[rest], hold]},
        ],
    }
