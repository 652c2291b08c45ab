"""A picture cut apart, and how alike its patches' positions are, laid out as the picture."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from posenc.numeric.checks import Array

from .style import axis, caption, figure, heatmap, percent, span
from .tiles import tiled

ZOOM, GAP = 2, 2
FAINT = 50


def cut_apart(image: Array, size: int, missing: Array | None = None) -> NDArray[np.uint8]:
    """The image (height, width, 3) twice as large, with clear gaps between its patches: (…, …, 4), red to alpha.

    missing: of each patch, row by row, whether it is a mere hole, drawn faintly.
    """
    rows, columns = image.shape[0] // size, image.shape[1] // size
    cell = ZOOM * size + GAP
    canvas = np.zeros((rows, cell, columns, cell, 4), np.uint8)
    patches = image.reshape(rows, size, columns, size, 3).repeat(ZOOM, axis=1).repeat(ZOOM, axis=3)
    canvas[:, :-GAP, :, :-GAP, :3] = patches
    solid = np.full((rows, columns), 255) if missing is None else np.where(missing, FAINT, 255).reshape(rows, columns)
    canvas[:, :-GAP, :, :-GAP, 3] = solid[:, None, :, None]
    return canvas.reshape(rows * cell, columns * cell, 4)[:-GAP, :-GAP]


def mosaic(similarities: Array, rows: int, columns: int, step: int, title: str) -> go.Figure:
    """Tiles of rows × columns similarities, one for every step-th patch: the least alike clear, the most alike blue.

    similarities: the tiles side by side without gaps, (tiles down · rows, tiles across · columns).
    """
    low, high = (f"{value:.2f}" for value in (similarities.min(), similarities.max()))
    apart = low != high  # else they are all alike, in the colour that the value itself has
    colours = f"clear {low}, blue {high}" if apart else f"{high} everywhere"
    shares = percent(similarities - similarities.min() * apart, np.ptp(similarities) if apart else 1)
    down, across = shares.shape[0] // rows, shares.shape[1] // columns
    tiles = shares.reshape(down, rows, across, columns).swapaxes(1, 2).reshape(-1, rows, columns)
    canvas, *_ = tiled(tiles, across, gap=(1, 1))
    ends = span(len(canvas))
    square = {"constrain": "domain", "constraintoward": "top", "scaleanchor": "x"}
    left = {"constrain": "domain", "constraintoward": "left"}
    return figure(
        [heatmap(canvas, diverging=False, hoverinfo="skip")],
        height=440,
        margin={"l": 56, "r": 4, "t": 28, "b": 48},
        xaxis=axis("column of the patch", range=ends, **left, **_numbers(across, columns, step)),
        yaxis=axis("row of the patch", range=ends[::-1], **square, **_numbers(down, rows, step)),
        annotations=[caption(f"<b>{title}</b>: {colours}", 0, 1)],
    )


def _numbers(tiles: int, cells: int, step: int) -> dict[str, Any]:
    """Numbers the tiles along an axis by the patch, from 1 on, that each belongs to."""
    shown = range(0, tiles, max(1, tiles // 7))
    return {
        "tickvals": [tile * (cells + 1) + (cells - 1) / 2 for tile in shown],
        "ticktext": [str(tile * step + (step - 1) // 2 + 1) for tile in shown],
    }
