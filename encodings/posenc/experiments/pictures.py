"""Three pictures to cut into patches, drawn by formula from a few shapes.

A shape is its signed distance in pixels from each pixel: negative inside, 0 on the edge.
"""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from ..numeric.checks import Array, as_choice

PICTURES = ("digit", "face", "landscape")
SIDE = 224
"""Pixels along each edge of a picture, ViT's input size (Dosovitskiy et al. 2020, arXiv:2010.11929)."""
Point = tuple[float, float]
"""x to the right, y down, in pixels."""
Colour = tuple[int, int, int]


@cache
def picture(name: str) -> Array:
    """A built-in picture, drawn by formula: "digit", "face" or "landscape", (224, 224, 3) uint8, not to be written to.

    >>> picture("face").shape
    (224, 224, 3)
    """
    drawing = {"digit": _digit, "face": _face, "landscape": _landscape}[as_choice("name", name, PICTURES)]
    image = np.rint(np.clip(drawing(), 0, 255)).astype(np.uint8)
    image.setflags(write=False)
    return image


def _digit() -> Array:
    """A handwritten 5 in chalk on a dark board, lighter towards the top left."""
    y, x = _pixels()
    canvas = _shade((58, 80, 120), (14, 18, 44), (x + y) / (2 * SIDE))
    bowl = _arc((108, 138), (48, 42), -2.25, 2.45)
    stroke = np.concatenate([_line((152, 48), (88, 46)), _line((88, 46), (78, 106)), bowl])
    distance = _distance(stroke)
    canvas = _paint(canvas, (120, 160, 230), 0.35 * np.exp(-np.maximum(distance, 0) / 14))
    return _paint(canvas, _shade((255, 250, 235), (255, 196, 110), y / SIDE), _inside(distance - 12))


def _face() -> Array:
    """A smiling face with hair, on a teal ground."""
    y, x = _pixels()
    canvas = _shade((122, 200, 196), (38, 92, 128), np.hypot(x - 112, y - 100) / 150)
    canvas = _paint(canvas, (196, 78, 82), _inside(_ellipse((112, 236), (86, 50))))
    canvas = _paint(canvas, (206, 150, 112), _inside(_ellipse((112, 182), (22, 30))))
    canvas = _paint(canvas, (62, 38, 30), _inside(_ellipse((112, 98), (72, 80))))
    skin = _shade((255, 222, 184), (222, 164, 124), (x + y - 100) / 200)
    canvas = _paint(canvas, skin, _inside(_ellipse((112, 118), (58, 68))))
    fringe = np.maximum(_ellipse((112, 118), (60, 70)), -_ellipse((138, 142), (84, 70)))
    canvas = _paint(canvas, (74, 46, 36), _inside(fringe))
    for side in (-1, 1):
        canvas = _paint(canvas, (240, 128, 112), 0.5 * _inside(_ellipse((112 + 36 * side, 142), (13, 9)), 6))
        canvas = _paint(canvas, (255, 255, 255), _inside(_ellipse((112 + 24 * side, 114), (12, 9))))
        canvas = _paint(canvas, (44, 92, 72), _inside(_ellipse((112 + 24 * side, 115), (7, 7))))
        canvas = _paint(canvas, (16, 20, 24), _inside(_ellipse((112 + 24 * side, 115), (3.5, 3.5))))
        brow = _arc((112 + 24 * side, 108), (16, 12), -2.5, -0.64)
        canvas = _paint(canvas, (62, 38, 30), _inside(_distance(brow) - 2.2))
    canvas = _paint(canvas, (196, 132, 98), _inside(_distance(_arc((112, 130), (7, 9), 0.3, 2.84)) - 1.6))
    mouth = np.maximum(_ellipse((112, 150), (25, 21)), 152 - y)
    canvas = _paint(canvas, (150, 40, 52), _inside(mouth))
    return _paint(canvas, (255, 250, 244), _inside(np.maximum(mouth, y - 158)))


def _landscape() -> Array:
    """A low sun over the sea: sky, two ranges of hills, and the sun's path on the water."""
    y, x = _pixels()
    horizon = 138
    canvas = _shade((40, 52, 112), (255, 176, 104), y / horizon)
    glow = np.hypot(x - 146, y - 104)
    canvas = _paint(canvas, (255, 226, 150), 0.85 * np.exp(-glow / 38))
    canvas = _paint(canvas, (255, 246, 214), _inside(glow - 21))
    far = 116 - 13 * np.sin(x / 27 + 0.6) - 6 * np.sin(x / 11)
    canvas = _paint(canvas, _shade((150, 110, 142), (206, 138, 126), (y - 95) / 45), _inside(far - y))
    near = 112 + 0.16 * x - 8 * np.sin(x / 19 + 2.2) - 3 * np.sin(x / 7)
    canvas = _paint(canvas, _shade((66, 58, 98), (92, 70, 104), (y - 100) / 40), _inside(near - y))
    depth = np.clip((y - horizon) / (SIDE - horizon), 0, 1)
    sea = _shade((214, 142, 118), (22, 48, 92), np.sqrt(depth))
    ripples = 0.5 + 0.5 * np.sin(46 * np.sqrt(depth) + 0.6 * np.sin(x / 9))
    path = np.exp(-(((x - 146) / (12 + 34 * depth)) ** 2)) * ripples
    return _paint(canvas, _paint(sea, (255, 226, 168), 0.8 * path), _inside(horizon - y))


def _pixels() -> tuple[Array, Array]:
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    return y, x


def _shade(start: Colour, end: Colour, share: Array) -> Array:
    """A colour at each pixel, from start where share is 0 to end where it is 1."""
    return np.asarray(start) + (np.asarray(end) - start) * np.clip(share, 0, 1)[..., None]


def _paint(canvas: Array, colour: ArrayLike, cover: Array) -> Array:
    return canvas + (np.asarray(colour) - canvas) * cover[..., None]


def _inside(distance: Array, softness: float = 1.0) -> Array:
    """How much of each pixel a shape covers, 0 to 1, its edge softness pixels wide."""
    return np.clip(0.5 - distance / softness, 0, 1)


def _ellipse(centre: Point, radii: Point) -> Array:
    """About the signed distance to an ellipse."""
    y, x = _pixels()
    u, v = (x - centre[0]) / radii[0], (y - centre[1]) / radii[1]
    return (np.hypot(u, v) - 1) * min(radii)


def _arc(centre: Point, radii: Point, start: float, stop: float) -> Array:
    """Points (x, y) along an ellipse's arc; angles in radians, 0 to the right, clockwise on the screen."""
    angles = np.linspace(start, stop, 80)
    return np.stack([centre[0] + radii[0] * np.cos(angles), centre[1] + radii[1] * np.sin(angles)], axis=1)


def _line(start: Point, stop: Point) -> Array:
    return np.linspace(start, stop, 40)


def _distance(points: Array) -> Array:
    """Each pixel's distance to the nearest of the points."""
    pixels = np.arange(SIDE) + 0.5
    nearest = np.full((SIDE, SIDE), np.inf)
    for x, y in points:
        np.minimum(nearest, np.add.outer((pixels - y) ** 2, (pixels - x) ** 2), out=nearest)
    return np.sqrt(nearest)
