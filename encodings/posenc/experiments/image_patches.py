"""Pictures as a vision Transformer reads them: cut into patches, shuffled, embedded, and put together again.

Dosovitskiy et al. 2020, An Image Is Worth 16x16 Words, arXiv:2010.11929.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from ..families import Absolute
from ..numeric.checks import Array, as_count, as_floating, as_permutation, as_vectors
from ..numeric.tolerances import EXACT64
from ..similarities import unit
from .adding import mean_length, nearest
from .bounds import refuse_costly
from .king_and_queen import settle
from .sequence_models import Model, attentive


@dataclass(frozen=True, eq=False)
class Puzzle:
    """What one attention layer makes of a picture and of the same patches in another order."""

    order: Array
    """(n,): which patch of the picture stands at each place of the other order."""
    sensitivity: float
    """As `posenc.order_sensitivity`: how much the outputs of the two pictures differ, but for their order."""
    places: Array
    """(n,): the place read from each output, when the picture's patches are handed over in the other order."""

    @property
    def distinguishable(self) -> bool:
        """Whether the two pictures differ by more than rounding (of float64)."""
        return self.sensitivity > EXACT64

    @property
    def recovered(self) -> float:
        """The share of patches, 0 to 1, whose place was read right; by chance 1/n."""
        return float((self.places == self.order).mean())


@dataclass(frozen=True)
class Neighbours:
    """The mean cosine similarity of the position vectors of patches that lie side by side, or seem to."""

    beside: float
    """Of a patch and the next one in its row."""
    below: float
    """Of a patch and the one under it."""
    wrapped: float
    """Of the last patch of a row and the first of the next: neighbours in the sequence, far apart in the picture."""


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


def embed_patches(patches: ArrayLike, dim: int, seed: int = 0, dtype: DTypeLike = np.float32) -> Array:
    """Patches (n, features), numbers from 0 to 255, as vectors (n, dim): ViT's linear projection, toy weights.

    Pixels are brought to −1…1 first, as ViT does.

    >>> embed_patches(np.zeros((196, 768)), 64).shape
    (196, 64)
    """
    pixels = as_vectors("patches", patches).astype(as_floating(dtype)) / 127.5 - 1
    features = pixels.shape[-1]
    weights = np.random.default_rng(seed).standard_normal((features, as_count("dim", dim))) / np.sqrt(features)
    return np.asarray(pixels @ weights.astype(pixels.dtype))


def puzzle(x: ArrayLike, order: ArrayLike, table: ArrayLike, positions: bool = True) -> Puzzle:
    """One attention layer with toy weights on the patches x (n, dim) and on x[order], with a position table (n, dim).

    The table's rows are added to the patches as they stand: the shuffled picture is another picture. Then the first
    picture's patches, each with the row of its own place, are handed over in the other order, as pieces of a puzzle;
    the place of each is read from its output. positions=False leaves the table out, and reads the places all the same.

    >>> x, order = embed_patches(np.eye(4, 48), 16, dtype=float), shuffle(4)
    >>> puzzle(x, order, 3 * np.eye(4, 16)).recovered, puzzle(x, order, 3 * np.eye(4, 16), False).distinguishable
    (1.0, False)
    """
    inputs, rows = as_vectors("x", x), as_vectors("table", table)
    if inputs.ndim != 2 or rows.shape != inputs.shape:
        raise ValueError(f"table must have one row a patch, shape {inputs.shape}; got {rows.shape}")
    permutation, model = as_permutation(order, len(inputs)), _layer(inputs.shape[1])
    added = rows if positions else np.zeros_like(rows)
    straight, shuffled = model(inputs + added), model(inputs[permutation] + added)
    pieces = model((inputs + added)[permutation]) if positions else shuffled
    return Puzzle(
        order=permutation,
        sensitivity=float(np.abs(shuffled - straight[permutation]).max() / np.abs(straight).max()),
        places=read_places(pieces, rows),
    )


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


def mosaic(table: ArrayLike, rows: int, columns: int, step: int = 1) -> Array:
    """How alike the positions of rows × columns patches are, laid out as the image, from their table (n, dim).

    Tile (r, c) is the map, rows × columns, of the cosine similarities of patch (r, c) to all patches, as in the ViT
    paper, figure 7: (rows·rows, columns·columns). With a step only every step-th row and column of patches has a tile,
    the first in the middle of the first step.

    >>> mosaic([[1.0, 0.0], [0.0, 1.0]], 1, 2).tolist()
    [[1.0, 0.0, 0.0, 1.0]]
    >>> mosaic(np.ones((784, 64)), 28, 28, step=4).shape
    (196, 196)
    """
    directions = _grid_of_directions(table, rows, columns)
    first = (as_count("step", step, maximum=min(rows, columns)) - 1) // 2
    shown = directions[first::step, first::step]
    down, across, dim = shown.shape
    alike = shown.reshape(-1, dim) @ directions.reshape(-1, dim).T
    tiles = alike.reshape(down, across, rows, columns).swapaxes(1, 2)
    return np.ascontiguousarray(tiles).reshape(down * rows, across * columns)


def neighbours(table: ArrayLike, rows: int, columns: int) -> Neighbours:
    """How alike the positions of neighbours are, from the table (n, dim) of rows × columns patches, 2 or more each.

    >>> from posenc.schemes.sinusoidal import Sinusoidal
    >>> a = neighbours(Sinusoidal().table(16, 8), 4, 4)
    >>> round(a.beside, 2) == round(a.wrapped, 2) > a.below
    True
    """
    as_count("rows", rows, 2), as_count("columns", columns, 2)
    directions = _grid_of_directions(table, rows, columns)
    pairs = {
        "beside": (directions[:, :-1], directions[:, 1:]),
        "below": (directions[:-1], directions[1:]),
        "wrapped": (directions[:-1, -1], directions[1:, 0]),
    }
    return Neighbours(**{name: float((one * other).sum(-1).mean()) for name, (one, other) in pairs.items()})


class Whole(NamedTuple):
    """A picture put together from the places read, and which of its places no patch claimed, (n,) bool."""

    image: Array
    missing: Array


@dataclass(frozen=True, eq=False)
class Setup:
    """A picture in patches, the same patches in another order, and a scheme for their places."""

    image: Array
    """(side, side, 3) uint8."""
    size: int
    """Pixels along each side of a patch."""
    shuffled: Array
    """(n,): which patch was put at each place."""
    scheme: Absolute
    dim: int

    @property
    def columns(self) -> int:
        return int(self.image.shape[1]) // self.size

    @cached_property
    def pieces(self) -> Array:
        return cut(self.image, self.size)

    @cached_property
    def order(self) -> Array:
        """The other order, in which patches that look alike keep theirs: nobody sees which of them went where."""
        return settle(self.pieces, self.shuffled)

    @cached_property
    def moved(self) -> int:
        """How many places show another patch than before."""
        return int((self.pieces[self.order] != self.pieces).any(1).sum())

    @property
    def alike(self) -> bool:
        """Whether all patches look alike, so that no order shows."""
        return bool((self.pieces == self.pieces[0]).all())

    @property
    def untouched(self) -> bool:
        """Whether no patch was put anywhere else, be it one that looks alike."""
        return np.array_equal(self.shuffled, np.arange(len(self.shuffled)))

    @property
    def kind(self) -> str:
        """What toy attention makes of the patches with these positions: "mixed" where they are a real model's, else "toy"."""
        return "mixed" if self.scheme.values == "real" else "toy"

    @cached_property
    def table(self) -> Array:
        """The places' vectors: (n, dim) float64. ValueError where they would cost too much."""
        refuse_costly(self.scheme, len(self.order), self.dim)
        return self.scheme.table(len(self.order), self.dim, np.float64)

    @cached_property
    def x(self) -> Array:
        """The patches' vectors: (n, dim) float64."""
        return embed_patches(self.pieces, self.dim, dtype=np.float64)

    @property
    def norm_ratio(self) -> float:
        """How many times as long as the patches' vectors those of their places are, on average."""
        return mean_length(self.table) / mean_length(self.x)

    @cached_property
    def unseen(self) -> bool:
        """Whether each place has the vector of the place that its patch came from."""
        return np.array_equal(self.table[self.order], self.table)

    def puzzle(self, positions: bool) -> Puzzle:
        return puzzle(self.x, self.order, self.table, positions)

    def put_together(self, places: Array) -> Whole:
        """The picture with each of the shuffled patches at the place that was read for it."""
        height, width, _ = self.image.shape
        image = paste(put_back(self.pieces[self.order], places), height, width, self.size)
        return Whole(image, ~np.isin(np.arange(len(self.order)), places))


def mosaic_step(side: int, maximum: int = 200) -> int:
    """The smallest step with which a mosaic of side × side patches has at most so many cells along each side.

    >>> mosaic_step(14), mosaic_step(28)
    (1, 4)
    """
    return next(step for step in range(1, as_count("side", side) + 1) if -(-side // step) * side <= maximum)


@lru_cache(maxsize=2)
def _layer(dim: int) -> Model:
    """One attention layer, which takes longer to draw from its seed than to run."""
    return attentive(dim)


def _grid_of_directions(table: ArrayLike, rows: int, columns: int) -> Array:
    """The rows of a table (n, dim) scaled to length 1: (rows, columns, dim)."""
    vectors = as_vectors("table", table)
    n = as_count("rows", rows) * as_count("columns", columns)
    if vectors.ndim != 2 or len(vectors) != n:
        raise ValueError(f"table must have {n} rows for {rows} × {columns} patches; got shape {vectors.shape}")
    return unit(vectors).reshape(rows, columns, -1)


def _grid(height: int, width: int, size: int) -> tuple[int, int]:
    as_count("size", size)
    return as_count("height", height, multiple=size) // size, as_count("width", width, multiple=size) // size
