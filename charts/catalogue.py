"""A curve as a small picture beside text: SVG, a hundredth of the bytes of a chart."""

import numpy as np

from posenc.numeric.checks import Array

from .style import BLUE, GREY

WIDTH, HEIGHT, EDGE = 240, 96, 5


def sparkline(curves: Array) -> str:
    """Curves (k, n) over offsets from left to right, 0 in the middle, as SVG; gaps where a value is not a number.

    >>> sparkline(np.zeros((1, 3))).count("<path")
    1
    """
    low, high = (float(end(curves)) for end in (np.nanmin, np.nanmax))
    span = high - low or 1.0
    across = np.linspace(EDGE, WIDTH - EDGE, curves.shape[1])
    down = EDGE + (HEIGHT - 2 * EDGE) * ((high - curves) / span if high > low else np.full(curves.shape, 0.5))
    paths = "".join(
        f'<path d="{_path(across, row)}" fill="none" stroke="{BLUE}" stroke-width="{1.2 if len(curves) > 1 else 2}"'
        f' stroke-opacity="{0.75 if len(curves) > 1 else 1}" stroke-linejoin="round"/>'
        for row in np.where(np.isnan(curves), np.nan, down)
    )
    middle = f'<line x1="{WIDTH / 2}" x2="{WIDTH / 2}" y1="0" y2="{HEIGHT}" stroke="{GREY}" stroke-opacity="0.5"/>'
    box = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return f"<svg {box}>{middle}{paths}</svg>"


def _path(across: Array, down: Array) -> str:
    steps, pen = [], "M"
    for x, y in zip(across.tolist(), down.tolist(), strict=True):
        if np.isnan(y):
            pen = "M"
            continue
        steps.append(f"{pen}{x:.0f} {y:.1f}")
        pen = "L"
    return "".join(steps)
