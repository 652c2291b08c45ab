"""What Rotary shows: the hands of each pair, scores by offset, and what becomes of those who mix the layouts up."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..families import Rotary, Scheme
from ..numeric.checks import WHOLE, Array, as_choice, as_count, as_field, as_pair, as_positions, shown
from ..numeric.grid import MAX_SIDE
from ..numeric.pairs import components
from ..numeric.tolerances import EXACT64
from ..rasters import MAX_CELLS, MAX_POSITIONS
from ..rotary_layouts import LAYOUTS, feature_order
from ..schemes.rotary import RotaryEmbedding
from ..similarities import ByOffset

MAX_PLACES = 4096


@dataclass(frozen=True, eq=False)
class Conversion:
    """What one way to rotate makes of a query and a key, each of them at every one of n positions.

    scores (n, n): the query at position i and the key at position j, over the product of their norms; expected: the
    same of the model as it was trained; norms (n,): of the turned query, over its own.
    """

    name: str
    scores: Array
    expected: Array
    norms: Array

    @property
    def error(self) -> float:
        """The largest difference from the scores of the trained model."""
        return float(np.abs(self.scores - self.expected).max())

    @property
    def first_error(self) -> float:
        """The same for a sentence of one token."""
        return float(np.abs(self.scores - self.expected)[0, 0])

    @property
    def spread(self) -> float:
        """The largest difference between two scores at one offset: 0 where the offset alone counts."""
        n = len(self.scores)
        return max(float(np.ptp(np.diagonal(self.scores, offset))) for offset in range(1 - n, n))

    @property
    def stretch(self) -> float:
        """The largest change of the query's norm, as a share of it: 0 for a rotation."""
        return float(np.abs(self.norms - 1).max())


def conversions(
    query: ArrayLike,
    key: ArrayLike,
    n: int,
    trained: str = "interleaved",
    base: float = 10000.0,
    rotary_dim: int | None = None,
) -> list[Conversion]:
    """A model trained with one layout, carried over to code with the other: two ways to do it right, three wrong.

    query and key (dim,), as the model's weights make them. "trained": rotated as in training. "converted": features
    permuted, then rotated in the other layout. "unconverted": rotated in the other layout as they are. "split": the
    query in the trained layout, the key in the other. "mixed": angles of "half" for the pairs of "interleaved".

    >>> wrong = {port.name: port for port in conversions([1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 1.0, 2.0], 9)}
    >>> [name for name, port in wrong.items() if port.error > 1e-12]
    ['unconverted', 'split', 'mixed']
    >>> [name for name, port in wrong.items() if port.spread > 1e-12]
    ['split', 'mixed']
    >>> [name for name, port in wrong.items() if port.stretch > 1e-12]
    ['mixed']
    """
    q, k = as_pair(query, key)
    size = as_count("n", n, maximum=MAX_PLACES)
    here = as_choice("trained", trained, LAYOUTS)
    there = LAYOUTS[1 - LAYOUTS.index(here)]
    order = feature_order(len(q), here, there, rotary_dim)
    known = {layout: RotaryEmbedding(base, layout, rotary_dim) for layout in (*LAYOUTS, "mixed")}

    def rotated(vector: Array, layout: str) -> Array:
        return known[layout].rotate(np.tile(vector, (size, 1)), size)

    ways = {
        "trained": (rotated(q, here), rotated(k, here)),
        "converted": (rotated(q[order], there), rotated(k[order], there)),
        "unconverted": (rotated(q, there), rotated(k, there)),
        "split": (rotated(q, here), rotated(k, there)),
        "mixed": (rotated(q, "mixed"), rotated(k, "mixed")),
    }
    norm, product = np.linalg.norm(q), np.linalg.norm(q) * np.linalg.norm(k)
    scores = {name: queries @ keys.T / product for name, (queries, keys) in ways.items()}
    return [
        Conversion(name, scores[name], scores["trained"], np.linalg.norm(queries, axis=1) / norm)
        for name, (queries, _) in ways.items()
    ]


TURN = 2 * np.pi


@dataclass(frozen=True, eq=False)
class PairRotations:
    """How each pair of features rotates in a sequence: (dim/2,) each."""

    speeds: Array
    """Radians a step: 0 where a pair stands still, not a number where its two features turn by different angles."""
    steps: Array
    """The steps between the first and the last place that the tokens of the sequence have."""
    units: tuple[str, ...]
    """What a step of each pair leads to: the next "position", "row" or "column"."""
    tokens: int
    """How many of the tokens have a place: all but a class token."""

    @property
    def turns(self) -> Array:
        """The turns that each pair makes from the first of these places to the last."""
        return self.speeds * self.steps / TURN

    @property
    def rotates(self) -> Array:
        """Whether each pair turns as a whole, or stands still: its two features by one angle."""
        return np.isfinite(self.speeds)

    @property
    def moves(self) -> Array:
        """Whether each pair turns as a whole, and does not stand still."""
        return self.rotates & (self.speeds > 0)

    @property
    def unfinished(self) -> int:
        """How many pairs turn without finishing a turn."""
        return int((self.moves & ~(self.turns >= 1 - EXACT64)).sum())


@dataclass(frozen=True, eq=False)
class RotatedScores(ByOffset):
    """The score of a query and a key at each offset, over the places that were compared."""

    sizes: Array
    """The sum of the absolute products of their features, the largest at each offset: what rounding is measured by."""

    @property
    def by_offset_alone(self) -> bool:
        """Whether no score differs from place to place by more than rounding."""
        return bool((self.spread <= EXACT64 * np.maximum(self.sizes, 1)).all())


def pair_rotations(scheme: Scheme, dim: int, length: int) -> PairRotations:
    """How fast and how far each pair of a rotary scheme rotates over the tokens 0…length − 1.

    >>> from posenc import scheme
    >>> axial = pair_rotations(scheme("axial_rotary", height=4, width=8), 8, length=20)
    >>> axial.units, axial.steps.tolist(), axial.unfinished
    (('row', 'row', 'column', 'column'), [2, 2, 7, 7], 3)
    """
    rotary = _as_rotary(scheme)
    n = as_count("length", length, 1, rotary.max_length or MAX_POSITIONS)
    speeds = np.abs(rotary.frequencies(dim, n))
    if rotary.layout == "mixed":
        near, far = components(np.tile(speeds, 2), "interleaved")
        speeds = np.where(near == far, near, np.nan)
    speeds = np.concatenate([speeds, np.zeros(dim // 2 - len(speeds))])
    waves = rotary.axis_waves(dim)
    if waves is None:
        return PairRotations(speeds, np.full(len(speeds), n - 1), ("position",) * len(speeds), n)
    axes, _ = components(waves.axis, rotary.layout)  # the two columns of a pair run along one axis
    tokens = min(n, math.prod(waves.sizes))
    steps = np.ptp(np.unravel_index(np.arange(tokens), waves.sizes), axis=1)
    return PairRotations(speeds, steps[axes], tuple(waves.names[axis] for axis in axes), tokens)


def rotary_hands(scheme: Scheme, positions: Any, dim: int, key: bool = False, length: int | None = None) -> Array:
    """The hands of a rotary scheme (see `Rotary.hands`) in a sequence of that length: (n, dim/2) complex128.

    Without a length the sequence ends with the last of the positions.

    >>> from posenc import scheme
    >>> whole = rotary_hands(scheme("xpos", scale_base=4.0), [0, 1], 4, length=9)
    >>> np.abs(whole[0] / rotary_hands(scheme("xpos", scale_base=4.0), [0, 1], 4)[0]).round(2).tolist()
    [2.56, 1.39]
    """
    rotary = _as_rotary(scheme)
    if length is None:
        return rotary.hands(positions, dim, key)
    last = as_count("length", length, 1, MAX_POSITIONS) - 1
    return rotary.hands(np.append(as_positions(positions), last), dim, key)[:-1]


def positions_to_play(stop: int, position: int, maximum: int, whole: bool = False) -> Array:
    """The positions that a film from 0 to stop − 1 shows, ascending: about `maximum` at most, and `position` among them.

    Whole ones; where there is room, and unless they must be whole, halves, quarters, … of a step as well.

    >>> positions_to_play(3, 1, 6).tolist()
    [0.0, 0.5, 1.0, 1.5, 2.0]
    >>> positions_to_play(100, 7, 4).tolist()
    [0.0, 7.0, 33.0, 66.0, 99.0]
    """
    last = as_count("stop", stop, 1, MAX_POSITIONS) - 1
    where = float(as_count("position", position, 0, last))
    as_choice("whole", whole, (False, True))
    if last >= as_count("maximum", maximum, 2):
        return np.unique(np.append(np.rint(np.linspace(0, last, maximum)), where))
    fine = 1 if whole else 1 << (maximum // max(last, 1)).bit_length() - 1
    return np.arange(last * fine + 1) / fine


def grid_hands(scheme: Scheme, height: int, width: int, dim: int, time: int = 0) -> Array:
    """The hands of every pair at every place of a grid: (height, width, dim/2) complex128.

    A scheme with a grid of its own takes one of this size; one with positions of three axes stands at this time; to
    any other the places are numbered row by row.

    >>> from posenc import scheme
    >>> along_rows = grid_hands(scheme("axial_rotary"), 3, 2, 4)[..., 1]
    >>> bool(np.ptp(along_rows[:, 0]) == 0), bool(np.ptp(along_rows[0]) == 0)
    (True, False)
    """
    rows, columns = as_count("height", height, 1, MAX_SIDE), as_count("width", width, 1, MAX_SIDE)
    rotary, now = _as_rotary(scheme), as_count("time", time, 0, WHOLE)
    positions: Any = np.arange(rows * columns)
    if rotary.grid is not None:
        size: dict[str, Any] = dict(height=rows, width=columns)
        rotary = replace(rotary, **size)
    elif "time" in rotary.axis_names:
        positions = np.stack([np.full(rows * columns, now), *np.divmod(positions, columns)])
    return rotary_hands(rotary, positions, dim).reshape(rows, columns, -1)


def axes_of(field: ArrayLike) -> list[str]:
    """What each pair of a field of hands (height, width, pairs) turns with: "row", "column", "both" or "neither".

    >>> from posenc import scheme
    >>> axes_of(grid_hands(scheme("axial_rotary"), 3, 3, 4)), axes_of(grid_hands(scheme("rotary"), 3, 3, 4))
    (['row', 'column'], ['both', 'both'])
    """
    hands = as_field("field", field)
    down = np.abs(hands - hands[:1]).max((0, 1)) > EXACT64
    across = np.abs(hands - hands[:, :1]).max((0, 1)) > EXACT64
    names = {(True, False): "row", (False, True): "column", (True, True): "both", (False, False): "neither"}
    return [names[bool(d), bool(a)] for d, a in zip(down, across, strict=True)]


def rotated_scores(
    scheme: Scheme, query: ArrayLike, key: ArrayLike, length: int, offsets: int = 96, places: int = 8
) -> RotatedScores:
    """The score of a query and a key (dim,), over the product of their norms, at each offset (key − query position).

    Mean, smallest and largest over `places` pairs of positions in 0…length−1 that are so far apart. Offsets from
    1 − length to length − 1: all up to 64, and `offsets` more a side. The spread is 0 where the offset alone counts.
    Of a scheme that makes more features than it takes the norms are those of what it makes.

    >>> from posenc import scheme
    >>> scores = rotated_scores(scheme("rotary"), [1.0, 0.0], [0.0, 1.0], 3)
    >>> scores.offsets.tolist(), scores.mean.round(2).tolist(), bool(scores.spread.max() < 1e-15)
    ([-2, -1, 0, 1, 2], [0.91, 0.84, 0.0, -0.84, -0.91], True)
    """
    rotary, n = _as_rotary(scheme), as_count("length", length, 1, MAX_POSITIONS)
    q, k = as_pair(query, key)
    far = np.linspace(0, n - 1, as_count("offsets", offsets, maximum=MAX_POSITIONS) + 1).astype(np.int64)
    side = np.unique(np.append(np.arange(min(n, 65)), far))
    where = np.concatenate([-side[:0:-1], side])
    along = np.linspace(0, 1, as_count("places", places, maximum=MAX_CELLS))
    starts = (along * (n - 1 - np.abs(where))[:, None]).astype(np.int64)
    starts += np.maximum(-where, 0)[:, None]
    positions, at = np.unique(np.stack([starts, starts + where[:, None]]), return_inverse=True)
    queries = rotary.rotate(np.tile(q, (len(positions), 1)), positions)
    keys = rotary.rotate_key(np.tile(k, (len(positions), 1)), positions)
    made = rotary.features_made > 1
    norms = np.linalg.norm(queries[0] if made else q) * np.linalg.norm(keys[0] if made else k)
    if norms == 0:
        raise ValueError("query and key must be no vectors of zeros")
    at_start, at_end = at.reshape(2, *starts.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        pairs, sizes = (
            np.einsum("opd,opd->op", first[at_start], second[at_end]) / norms
            for first, second in ((queries, keys), (np.abs(queries), np.abs(keys)))
        )
    if not np.isfinite(sizes).all():
        raise ValueError(
            f"length must be smaller for {rotary.id}: at a distance of {n - 1} scores exceed float64; got {n}"
        )
    return RotatedScores(where, pairs.mean(1), pairs.min(1), pairs.max(1), sizes.max(1))


def features_taken(scheme: Scheme, dim: int) -> int:
    """How many features a vector must have for a rotary scheme to make dim of them.

    >>> from posenc import schemes
    >>> features_taken(schemes()["rotary"](), 16), features_taken(schemes()["polar"](), 16)
    (16, 8)
    """
    return as_count("dim", dim, 2, multiple=2) // _as_rotary(scheme).features_made


def _as_rotary(scheme: Scheme) -> Rotary:
    if isinstance(scheme, Rotary):
        return scheme
    found = f"{scheme.id} is of family {scheme.family}" if isinstance(scheme, Scheme) else f"got {shown(scheme)}"
    raise ValueError(f"scheme must rotate queries and keys; {found}")
