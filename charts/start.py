"""The first minute: the numbers of each word, of each place, and their sums, as strips."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from posenc.numeric.checks import Array

from .style import axis, bare, caption, figure, heatmap, label, percent

LEFT = (0, 0.37, 0.72)
"""Where each begins, in parts of the width."""
TITLES = ("<b>the word</b>", "+ <b>its place</b>", "= <b>the sum</b>")


def sums(words: Sequence[str], vectors: Array, places: Array) -> go.Figure:
    """Of each word (n) its numbers (n, d), those of the place it stands at (n, d), and both added up: three strips a row.

    All on one scale, the same in every order of the words: blue above 0, orange below.
    """
    strips = (vectors, places, vectors + places)
    largest = float(np.quantile(np.abs(vectors), 0.99) + np.abs(places).max()) or 1.0
    layout, traces = {}, []
    for i, strip in enumerate(strips, 1):
        left = LEFT[i - 1]
        names = [label(word) for word in words] if i == 1 else [str(place) for place in range(len(words))]
        ticks: dict[str, Any] = {"tickvals": list(range(len(words))), "ticktext": names, "showticklabels": i < 3}
        layout[f"xaxis{i}"] = bare(domain=[left, left + 0.27], anchor=f"y{i}")
        layout[f"yaxis{i}"] = axis(autorange="reversed", anchor=f"x{i}", **ticks)
        traces.append(
            heatmap(percent(strip, largest), xaxis=f"x{i}", yaxis=f"y{i}", ygap=6, hoverinfo="skip")
            | ({"showscale": True, "colorbar": _bar(largest)} if i == 3 else {})
        )
    titles = [caption(title, LEFT[i], 1.02) for i, title in enumerate(TITLES)]
    return figure(
        traces,
        height=64 + 44 * len(words),
        margin={"l": 64, "r": 60, "t": 30, "b": 8},
        annotations=titles,
        **layout,
    )


def _bar(largest: float) -> dict[str, object]:
    ends = [f"{value:.2g}".replace("-", "−") for value in (-largest, 0, largest)]
    return {"thickness": 10, "outlinewidth": 0, "tickvals": [-100, 0, 100], "ticktext": ends, "xpad": 4}
