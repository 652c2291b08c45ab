"""Pictures as a vision Transformer reads them: cut into patches, shuffled, embedded, and put together again.

Dosovitskiy et al. 2020, An Image Is Worth 16x16 Words, arXiv:2010.11929.
"""

import numpy as np
from numpy.typing import ArrayLike

from .adding import nearest
from .checks import Array, as_count, as_vectors


def cut(image: Array, size: int = 16) -> Array:
    """The size × size patches of an image (height, width, channels), row by row, each laid out flat.

    Returns (n, size·size·channels), n = (height/size)·(width/size). Raises ValueError if size does not divide both.

    >>> cut(np.zeros((224, 224, 3), np.uint8), 16).shape
    (196, 768)
    """
    if np.ndim(image) != 3:
        raise ValueError(f"image must have shape (height, width, channels); got {np.shape(image)}")
    height, width, channels = np.shape(image)
    rows, columns = _grid(height, width, size)
    blocks = np.asarray(image).reshape(rows, size, columns, size, channels).swapaxes(1, 2)
    return np.ascontiguousarray(blocks).reshape(rows * columns, size * size * channels)


def paste(patches: Array, height: int, width: int, size: int = 16) -> Array:
    """The image (height, width, channels) of patches laid row by row: what `cut` undoes.

    >>> paste(cut(np.arange(12).reshape(2, 6, 1), 2), 2, 6, 2)[..., 0].tolist()
    [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]
    """
    rows, columns = _grid(height, width, size)
    features = np.shape(patches)[1] if np.ndim(patches) == 2 else 0
    if len(patches) != rows * columns or features % size**2 or not features:
        raise ValueError(
            f"patches must have shape ({rows * columns}, {size * size}·channels) for {height} × {width} pixels in"
            f" patches of {size}; got {np.shape(patches)}"
        )
    blocks = np.asarray(patches).reshape(rows, columns, size, size, -1).swapaxes(1, 2)
    return np.ascontiguousarray(blocks).reshape(height, width, -1)


def shuffle(n: int, seed: int = 0) -> Array:
    """A random order of n patches, from a seed: (n,) whole numbers, which patch stands at each place.

    >>> sorted(shuffle(4).tolist())
    [0, 1, 2, 3]
    """
    return np.random.default_rng(seed).permutation(as_count("n", n))


def shuffle_rows(rows: int, columns: int, seed: int = 0) -> Array:
    """A random order of whole rows of patches: (rows·columns,) whole numbers.

    >>> shuffle_rows(3, 2).tolist()
    [4, 5, 0, 1, 2, 3]
    """
    places = np.arange(as_count("rows", rows) * as_count("columns", columns))
    return places.reshape(rows, columns)[shuffle(rows, seed)].reshape(-1)


def swap(n: int, first: int, second: int) -> Array:
    """The order of n patches in which two have changed places: (n,) whole numbers.

    >>> swap(4, 0, 2).tolist()
    [2, 1, 0, 3]
    """
    last = as_count("n", n) - 1
    pair = [as_count("first", first, 0, last), as_count("second", second, 0, last)]
    order = np.arange(n)
    order[pair] = order[pair[::-1]]
    return order


def embed_patches(patches: ArrayLike, dim: int, seed: int = 0) -> Array:
    """Patches (n, features), numbers from 0 to 255, as vectors (n, dim) float32: ViT's linear projection, toy weights.

    Pixels are brought to −1…1 first, as ViT does.

    >>> embed_patches(np.zeros((196, 768)), 64).shape
    (196, 64)
    """
    pixels = as_vectors("patches", patches).astype(np.float32) / 127.5 - 1
    features = pixels.shape[-1]
    weights = np.random.default_rng(seed).standard_normal((features, as_count("dim", dim))) / np.sqrt(features)
    return np.asarray(pixels @ weights.astype(np.float32))


def read_places(vectors: ArrayLike, table: ArrayLike) -> Array:
    """Which row of a position table (m, dim) each of the vectors (n, dim) is nearest to: (n,) whole numbers.

    What all vectors share, and what all rows share, tells no place and is taken away first.

    >>> table = np.eye(4)
    >>> read_places(table[[2, 0, 3, 1]] + 5, table).tolist()
    [2, 0, 3, 1]
    """
    inputs, rows = as_vectors("vectors", vectors), as_vectors("table", table)
    return nearest(inputs - inputs.mean(0), rows - rows.mean(0))


def put_back(patches: Array, places: ArrayLike, blank: int = 128) -> Array:
    """The patches (n, features), each moved to its place: (n, features).

    Of several patches for one place the last is seen; a place that none claims is filled with blank.

    >>> put_back(np.array([[1], [2], [3]]), [2, 0, 0], blank=9).tolist()
    [[3], [9], [1]]
    """
    where = np.asarray(places)
    n = len(patches)
    if where.shape != (n,) or where.dtype.kind not in "iu" or (where < 0).any() or (where >= n).any():
        raise ValueError(f"places must be {n} whole numbers from 0 to {n - 1}; got {places!r}")
    whole = np.full_like(patches, blank)
    whole[where] = patches
    return whole


def mosaic(similarities: ArrayLike, rows: int, columns: int) -> Array:
    """Similarities (n, n) of rows × columns patches laid out as the image: (rows·rows, columns·columns).

    Tile (r, c) of the mosaic is the map of patch (r, c)'s similarities to all patches, as in the ViT paper, figure 7.

    >>> mosaic(np.arange(16).reshape(4, 4), 2, 2).tolist()
    [[0, 1, 4, 5], [2, 3, 6, 7], [8, 9, 12, 13], [10, 11, 14, 15]]
    """
    n = as_count("rows", rows) * as_count("columns", columns)
    if np.shape(similarities) != (n, n):
        raise ValueError(f"similarities must have shape ({n}, {n}); got {np.shape(similarities)}")
    tiles = np.asarray(similarities).reshape(rows, columns, rows, columns).swapaxes(1, 2)
    return np.ascontiguousarray(tiles).reshape(rows * rows, columns * columns)


def _grid(height: int, width: int, size: int) -> tuple[int, int]:
    as_count("size", size)
    return as_count("height", height, multiple=size) // size, as_count("width", width, multiple=size) // size
