"""Attention biases: matrices, curves over the offset, slopes, buckets."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from posenc.numeric.checks import Array
from posenc.similarities import ByOffset

from .numbers import number
from .style import (
    BLUE,
    GREY,
    ORANGE,
    QUIET,
    axis,
    band,
    bare,
    caption,
    causal_mask,
    cells,
    faint,
    figure,
    guides,
    heatmap,
    line,
    note,
    percent,
    room,
    span,
)
from .tiles import tiled


def matrix(means: Array, edges: Array, head: int, amplitude: float, causal: bool) -> go.Figure:
    """What one head adds to the score of every query (down) and key (across); what a causal mask hides is covered.

    means (cells, cells), each of the block between edges; amplitude: what has full colour.
    """
    ends, sizes = span(edges[-1]), np.diff(edges)
    maximum = f"{'up to ' * (len(set(sizes)) > 1)}{sizes.max()} × {sizes.max()}"
    each = f"; a cell is the mean of {maximum}" if sizes.max() > 1 else ""
    return figure(
        [
            heatmap(
                percent(np.nan_to_num(means), amplitude),
                **cells(edges, "x"),
                **cells(edges, "y"),
                hovertemplate="query %{y:,.0f}, key %{x:,.0f}<br>%{z} % of full colour<extra></extra>",
            )
        ],
        height=400,
        xaxis=axis(f"key's position{each}", range=ends, nticks=6, constrain="domain"),
        yaxis=axis("query's position", range=ends[::-1], scaleanchor="x", constrain="domain", nticks=6),
        shapes=[causal_mask(edges[-1])] if causal else [],
        annotations=[caption(f"<b>Head {head}</b>: blue adds, orange takes, up to {number(amplitude, 3)}", 0, 1)],
    )


def curves(added: ByOffset, head: int) -> go.Figure:
    """What each head (heads, offsets) adds at each offset: the mean, and the chosen head's band from low to high."""
    where: dict[str, Any] = {"x0": int(added.offsets[0]), "dx": 1}
    rest = where | {"line": {"width": 1.1, "color": GREY}, "opacity": 0.55}
    seen = added.offsets[~np.isnan(added.mean[head])]
    return figure(
        [
            *(line(None, row, hovertemplate=_hover(h), **rest) for h, row in enumerate(added.mean) if h != head),
            *band(None, added.low[head], added.high[head], faint(BLUE, 0.2), **where),
            line(None, added.mean[head], hovertemplate=_hover(head), **where, line={"width": 2.6, "color": BLUE}),
        ],
        height=400,
        xaxis=axis("offset: key's position − query's position", range=[seen[0] - 0.5, seen[-1] + 0.5]),
        yaxis=axis("added to the score", nticks=6, showgrid=True),
        shapes=guides("x", "y", x=0),
        annotations=[caption(f"<b>By offset</b>: head {head} blue{', the others grey' * (len(added.mean) > 1)}", 0, 1)],
    )


def heads(panels: Array, amplitude: float) -> go.Figure:
    """All heads, panels (heads, size, size), as small pictures, eight in a row; amplitude: what has full colour."""
    count, size, _ = panels.shape
    title = -(-size // 4)
    canvas, down, across = tiled(percent(np.nan_to_num(panels), amplitude), min(count, 8), (title, 2))
    rows, columns = canvas.shape
    boxes = [
        {"type": "rect", "x0": c - 0.5, "x1": c + size - 0.5, "y0": r - 0.5, "y1": r + size - 0.5,
         "line": {"color": QUIET, "width": 1}}
        for r, c in zip(down.tolist(), across.tolist(), strict=True)
    ]  # fmt: skip
    return figure(
        [heatmap(canvas, hovertemplate="%{z} % of full colour<extra></extra>")],
        height=40 + round(940 * (rows + title) / max(columns, 8 * size)),
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        xaxis=bare(constrain="domain", range=[-0.6, columns - 0.4]),
        yaxis=bare(constrain="domain", range=[rows - 0.4, -title - 0.6], scaleanchor="x"),
        shapes=boxes,
        annotations=[
            note(f"head {h}", c - 0.5, r - 0.5)
            for h, (r, c) in enumerate(zip(down.tolist(), across.tolist(), strict=True))
        ],
    )


def slopes(chosen: Array, below: Array, above: Array) -> go.Figure:
    """The slopes of some heads, and of the powers of two below and above, from which they are taken, on a log axis.

    Blue: a slope of the power below, or the same one in the power above; orange: one that comes from the power above
    alone; grey: one that is not taken.
    """
    names = [f"{len(row)} head{'s' * (len(row) > 1)}" for row in (below, chosen, above)]
    extra = len(chosen) - len(below)
    colors = [BLUE] * len(below), [BLUE] * len(below) + [ORANGE] * extra, [GREY, BLUE] * len(below)
    colors[2][: 2 * extra : 2] = [ORANGE] * extra
    halvings = np.unique(np.round(-np.log2(above[:: max(len(above) // 8, 1)])))
    ticks, written = 2.0**-halvings, [_power(int(k)) for k in halvings]
    return figure(
        [
            {
                "type": "scatter",
                "mode": "markers",
                "showlegend": False,
                "x": values,
                "y": [place] * len(values),
                "customdata": np.arange(1, len(values) + 1),
                "marker": {"size": 12, "color": colors[place], "symbol": _symbols(colors[place], place == 2)},
                "hovertemplate": "number %{customdata}: %{x:.4g}<extra></extra>",
            }
            for place, values in enumerate((below, chosen, above))
        ],
        height=220,
        margin={"l": room(names)},
        xaxis=axis("slope", type="log", autorange="reversed", tickvals=ticks, ticktext=written, showgrid=True),
        yaxis=axis(tickvals=[0, 1, 2], ticktext=names, range=[2.5, -0.5]),
    )


def stairs(offsets: Array, buckets: Array) -> go.Figure:
    """The bucket of each offset, both (n,), as a staircase."""
    return figure(
        [
            line(
                offsets.astype(np.int16),
                buckets.astype(np.int32),
                line={"width": 2, "color": BLUE, "shape": "hvh"},
                hovertemplate="offset %{x}: bucket %{y}<extra></extra>",
            )
        ],
        height=300,
        xaxis=axis("offset: key's position − query's position"),
        yaxis=axis("bucket", showgrid=True, nticks=7),
        shapes=guides("x", "y", x=0),
    )


def _hover(head: int) -> str:
    return f"head {head}, offset %{{x}}: %{{y:.3g}}<extra></extra>"


def _symbols(colors: Sequence[str], above: bool) -> list[str]:
    """Full dots; hollow ones for those of the power above that do not come from it."""
    return ["circle-open" if above and color != ORANGE else "circle" for color in colors]


def _power(halvings: int) -> str:
    """The number that is so many halvings of 1, as a tick's text.

    >>> _power(0), _power(3), _power(20)
    ('1', '1/8', '2<sup>−20</sup>')
    """
    return f"2<sup>−{halvings}</sup>" if halvings > 10 else f"1/{2**halvings:,}" if halvings else "1"
