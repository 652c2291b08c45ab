"""Many small pictures in one: a single heatmap costs the browser less than one a panel."""

import numpy as np

from posenc.numeric.checks import Array


def tiled(panels: Array, columns: int, gap: tuple[int, int]) -> tuple[Array, Array, Array]:
    """Panels (k, height, width) side by side, in rows of `columns`: the canvas, and the row and column of each corner.

    gap: so many rows and columns of zeros, which are see-through, between them.

    >>> canvas, down, across = tiled(np.ones((3, 1, 2), np.int8), columns=2, gap=(1, 1))
    >>> canvas.tolist(), down.tolist(), across.tolist()
    ([[1, 1, 0, 1, 1], [0, 0, 0, 0, 0], [1, 1, 0, 0, 0]], [0, 0, 2], [0, 3, 0])
    """
    count, height, width = panels.shape
    places = np.arange(count)
    down, across = places // columns * (height + gap[0]), places % columns * (width + gap[1])
    canvas = np.zeros((down.max() + height, across.max() + width), panels.dtype)
    for panel, row, column in zip(panels, down, across, strict=True):
        canvas[row : row + height, column : column + width] = panel
    return canvas, down, across
