"""Learned tables made to fit another size: an image of another shape, a longer text."""

import numpy as np
from numpy.typing import ArrayLike

from .numeric.checks import Array, as_choice, as_count, as_vectors, shown


def resize_grid(
    table: ArrayLike, old: tuple[int, int], new: tuple[int, int], prefix_tokens: int = 0, antialias: bool = False
) -> Array:
    """A table (prefix_tokens + old height · old width, dim) of image patches, for a grid of another height and width.

    Bicubic, as models do when an image has another size: ViT in transformers (a = −0.75, edges repeated), or with
    antialias=True timm (a = −0.5, the kernel widened when shrinking, taps outside the image left out). The first
    prefix_tokens rows stay. A relative bias table ((2·window − 1)², heads) is such an image too. In its precision.

    >>> resize_grid([[1.0], [0.0], [1.0], [0.0]], (2, 2), (1, 3), antialias=True).round(2).tolist()
    [[1.07], [0.5], [-0.07]]
    """
    rows = as_vectors("table", table)
    as_choice("antialias", antialias, (False, True))
    (old_height, old_width), (height, width) = _sides("old", old), _sides("new", new)
    front = as_count("prefix_tokens", prefix_tokens, 0)
    if rows.shape[:-1] != (front + old_height * old_width,):
        raise ValueError(
            f"table must have {front + old_height * old_width} rows: {front} in front of {old_height} × {old_width};"
            f" got shape {rows.shape}"
        )
    weigh = widened if antialias else clamped
    image = rows[front:].reshape(old_height, old_width, -1).astype(np.float64)
    resized = np.einsum("yr,xc,rcd->yxd", weigh(old_height, height), weigh(old_width, width), image, optimize=True)
    return np.concatenate([rows[:front], resized.reshape(height * width, -1)]).astype(rows.dtype)


def resize_line(table: ArrayLike, length: int, align_corners: bool = False) -> Array:
    """A table (old length, dim) for another length, with straight lines between its rows: (length, dim).

    With align_corners the first row and the last stay where they are; else rows are cells, and their middles are
    lined up. As torch.nn.functional.interpolate(mode="linear"). In its precision.

    >>> resize_line([[0.0], [1.0]], 3, align_corners=True).tolist(), resize_line([[0.0], [1.0]], 4).tolist()
    ([[0.0], [0.5], [1.0]], [[0.0], [0.25], [0.75], [1.0]])
    """
    rows = as_vectors("table", table)
    if rows.ndim != 2 or len(rows) == 0:
        raise ValueError(f"table must have shape (length, dim) with at least one row; got {rows.shape}")
    as_count("length", length)
    if as_choice("align_corners", align_corners, (False, True)):
        places = np.arange(length) * ((len(rows) - 1) / max(length - 1, 1))
    else:
        places = np.clip(centres(len(rows), length), 0, len(rows) - 1)
    below = np.minimum(places.astype(np.int64), len(rows) - 1)
    above = np.minimum(below + 1, len(rows) - 1)
    part = (places - below)[:, None]
    return (rows[below] * (1 - part) + rows[above] * part).astype(rows.dtype)


def centres(old: int, new: int) -> Array:
    """Where the middles of new cells lie among those of the old: (new,).

    >>> centres(2, 4).tolist()
    [-0.25, 0.25, 0.75, 1.25]
    """
    return (np.arange(new) + 0.5) * (old / new) - 0.5


def cubic(distances: Array, a: float) -> Array:
    """Keys' cubic convolution kernel, 0 from a distance of 2 on.

    >>> cubic(np.array([0.0, 1.0, 1.5, 2.0]), -0.5).tolist()
    [1.0, 0.0, -0.0625, 0.0]
    """
    x = np.abs(distances)
    near = ((a + 2) * x - (a + 3)) * x**2 + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


def clamped(old: int, new: int) -> Array:
    """Bicubic weights (new, old) of torch: a = −0.75, taps beyond an edge take the edge."""
    taps = np.arange(-2, old + 2)
    weights = cubic(centres(old, new)[:, None] - taps, -0.75)
    edges = np.clip(taps, 0, old - 1)[:, None] == np.arange(old)
    return weights @ edges


def widened(old: int, new: int) -> Array:
    """Bicubic weights (new, old) of torch's antialiasing: a = −0.5, as wide as a new cell, each row's sum 1."""
    weights = cubic((centres(old, new)[:, None] - np.arange(old)) / max(old / new, 1.0), -0.5)
    return weights / weights.sum(1, keepdims=True)


def _sides(name: str, size: tuple[int, int]) -> tuple[int, int]:
    if not isinstance(size, tuple | list) or len(size) != 2:
        raise ValueError(f"{name} must be a height and a width; got {shown(size)}")
    height, width = (as_count(f"{name}'s {side}", one) for side, one in zip(("height", "width"), size, strict=True))
    return height, width
