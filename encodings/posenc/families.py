"""What a scheme is: a frozen dataclass whose fields are its parameters, in one of four families.

The family says where a scheme meets attention. Each overrides one of three methods of `Scheme`, which attention calls:
absolute `add_to_input`, rotary `rotate_qk` (queries and keys), bias `add_to_scores`. The family "none" overrides nothing.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .numeric.checks import (
    Array,
    as_choice,
    as_count,
    as_edges,
    as_floating,
    as_number,
    as_positions,
    as_vectors,
    as_whole,
    shown,
)
from .numeric.grid import usual_names
from .numeric.once import once
from .numeric.pairs import READ_AND_WRITTEN, arrange, components, join, place, rotate_pairs, with_still
from .numeric.phasors import mean_phasors, mean_spreads, phasors, rotation
from .parameters import Parametrised
from .rope_scalings import RopeScaling


@dataclass(frozen=True)
class Paper:
    """Where a scheme comes from; `arxiv` is the arXiv number, which also tells the year."""

    authors: str
    year: int
    title: str
    arxiv: str

    @property
    def url(self) -> str:
        return f"https://arxiv.org/abs/{self.arxiv}"

    def __str__(self) -> str:
        return f"{self.authors} {self.year}, {self.title}, arXiv:{self.arxiv}"


@dataclass(frozen=True, eq=False)
class AxisWaves:
    """The columns of a grid's table as waves, each along one axis of the grid."""

    names: tuple[str, ...]
    """What one step along each axis leads to: the next "row", "column", …; the last axis runs fastest."""
    sizes: tuple[int, ...]
    axis: Array
    """(dim,): the axis that each column runs along, 0 for the first."""
    wavelengths: Array
    """(dim,): the length of its wave in steps along that axis; inf for none, not a number where the column is no wave."""


@dataclass(frozen=True)
class Wave:
    """One column of a table as a formula: amplitude · sin or cos of position / base^(power / width)."""

    function: str
    """sin or cos."""
    base: float
    power: int
    """Twice the number of its pair."""
    width: int
    amplitude: float = 1.0

    def angle(self, position: float) -> float:
        """In radians.

        >>> Wave("cos", 10000.0, 4, 16).angle(3)
        0.3
        """
        return float(position / self.base ** (self.power / self.width))

    def at(self, position: float) -> float:
        """The number of the table.

        >>> round(Wave("cos", 10000.0, 4, 16).at(3), 2)
        0.96
        """
        function = np.sin if as_choice("function", self.function, ("sin", "cos")) == "sin" else np.cos
        return float(self.amplitude * function(self.angle(position)))


@dataclass(frozen=True)
class Scheme(Parametrised):
    """A way to tell a Transformer where a token stands."""

    id: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[str]
    paper: ClassVar[Paper]
    formula: ClassVar[str]
    """LaTeX."""
    idea: ClassVar[str] = ""
    """What it does, in a plain sentence or two."""
    letters: ClassVar[str] = ""
    """What each letter of the formula stands for; letters are LaTeX between dollars."""
    used_by: ClassVar[str]

    @property
    def learned(self) -> str:
        """What of it a model learns or somebody searched for: "a number for each bucket"; empty where nothing is."""
        return ""

    @property
    def values(self) -> str:
        """Where its numbers come from: "formula", "toy" (they stand in for learned ones) or "real" (a trained model)."""
        return "toy" if self.learned else "formula"

    @property
    def seed(self) -> int | None:
        """What its toy values are drawn from; None: none of its numbers are drawn by chance."""
        return None

    @property
    def grid(self) -> tuple[int, ...] | None:
        """The sizes of the grid whose places its positions number, the last axis fastest; None: they stand in a line."""
        return None

    @property
    def axis_names(self) -> tuple[str, ...]:
        """What tells the place of a token: "position", or along each axis of a grid "row", "column", …"""
        return ("position",) if self.grid is None else usual_names(len(self.grid))

    @property
    def max_length(self) -> int | None:
        """The number of positions beyond which the scheme has no answer; None: it has one for any."""
        return None

    @property
    def max_dim(self) -> int | None:
        """The number of features beyond which the scheme has no answer; None: it has one for any."""
        return None

    def add_to_input(self, x: Array, positions: Array) -> Array:
        """The input x (n, dim) plus what the scheme adds to it, at positions (n,): the same shape and precision."""
        return x

    def rotate_qk(self, queries: Array, keys: Array, positions: Array) -> tuple[Array, Array]:
        """Queries and keys (heads, n, head_dim), rotated by the positions (n,) of their rows."""
        return queries, keys

    def add_to_scores(self, scores: Array, queries: Array, keys: Array, positions: Array) -> Array:
        """The scores (heads, n, n) plus what the scheme adds to them: the same shape and precision.

        scores are q·k/√head_dim, −inf where a mask hides the key; queries and keys (heads, n, head_dim), positions (n,).
        """
        return scores

    def wavelengths(self, dim: int) -> Array | None:
        """The wavelength of each column of the table, in positions: (dim,), inf for none; None: its columns are no waves."""
        return None

    def wave(self, dim: int, dimension: int) -> Wave | None:
        """The formula of one column of the table; None: it is none of a position and a base."""
        return None

    def axis_waves(self, dim: int) -> AxisWaves | None:
        """The wave of each column of the table along an axis of the grid; None: no grid, or no waves."""
        return None

    def shift_matrix(self, k: float, dim: int) -> Array | None:
        """The matrix M with table[p + k] = table[p] @ M.T for every p: (dim, dim); None where no formula gives one.

        There may be one all the same, as on a grid of one row; `shift_error` measures it.
        """
        return None

    @property
    def by_length(self) -> bool:
        """Whether what a position gets depends on the length of the sequence, its largest position + 1."""
        return False

    @property
    def empty_row(self) -> int | None:
        """The position whose row of the table is all zeros, as padding's or a class token's; None: there is none."""
        return None

    def row_norm(self, dim: int) -> float | None:
        """The norm that every row of the table has, an empty one aside; None where rows differ or no formula tells it."""
        return None

    def mean_spread(self, edges: Array, dim: int) -> Array | None:
        """The mean squared distance of the rows a…b−1 from their mean: (len(edges) − 1,); None: no formula gives it."""
        return None

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        """What position alone does to the score of two equal contents, at each offset (key − query position).

        Returns (heads, len(offsets)) float64; all heads are alike where a scheme knows no heads.

        - absolute: the dot product of the two position vectors; where it depends on the place, its mean over all places,
          an empty row aside;
        - rotary: the factor by which the score of two equal vectors, spread evenly over the features, is multiplied;
        - bias: what is added to the score, for a query at position 0;
        - none: 0.
        """
        raise NotImplementedError

    def numbers(self, length: int, dim: int = 64, heads: int = 8) -> int:
        """About how many numbers it makes for the positions 0…length−1, with dim features in each of the heads.

        Counted are the numbers that it returns (a table has no heads), those that it draws by chance, and those that a
        network holds on the way. Callers refuse what is too much before it is made, so counting itself costs nothing.

        >>> from posenc import scheme
        >>> scheme("sinusoidal").numbers(128, 64), scheme("alibi").numbers(128, heads=8)
        (8192, 131072)
        """
        return self._numbers(as_count("length", length), as_count("dim", dim), as_count("heads", heads))

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return 0

    def _per_head(self, curve: Array, heads: int) -> Array:
        return np.broadcast_to(curve, (as_count("heads", heads), len(curve)))


class Absolute(Scheme):
    """Schemes that are added to the input, once, before the first layer."""

    family = "absolute"
    letters = "$p$ position; $d$ how many dimensions"

    def table(self, positions: Any, dim: int, dtype: DTypeLike = np.float32) -> Array:
        """The position vectors: (n, dim), for a length n or an array of positions."""
        raise NotImplementedError

    def mean_table(self, edges: Array, dim: int) -> Array:
        """The mean vector of the positions a…b−1 between neighbouring edges: (len(edges) − 1, dim) float64."""
        borders = as_edges(edges)
        return mean_rows(self.table(np.arange(borders[0], borders[-1]), dim, np.float64), borders - borders[0])

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return length * dim

    def add_to_input(self, x: Array, positions: Array) -> Array:
        rows = as_vectors("x", x)
        added = self._table_once(positions, rows.shape[-1], rows.dtype)
        if len(added) != rows.shape[-2]:
            raise ValueError(f"positions must be as many as the rows of x, {rows.shape[-2]}; got {len(added)}")
        return rows + added

    @once
    def _table_once(self, positions: Array, dim: int, dtype: np.dtype[Any]) -> Array:
        return self.table(positions, dim, dtype)


class Rotary(Scheme):
    """Schemes that rotate pairs of features of queries and keys, by an angle in proportion to the position."""

    family = "rotary"
    letters = (
        "$p$ position; $i$ number of the pair; $d$ how many dimensions turn; $b$ the base; "
        r"$\omega_i$ how far pair $i$ turns from one position to the next"
    )
    layout: str
    scaling: RopeScaling | None = None
    """How it is stretched beyond the trained length."""
    features_made: ClassVar[int] = 1
    """How many features `rotate` makes of each one that it takes."""

    def frequencies(self, dim: int, length: int | None = None) -> Array:
        """The frequency of each pair that rotates, in radians per position: (rotary_dim/2,) float64."""
        raise NotImplementedError

    def attention_factor(self, length: int | None = None) -> float:
        """The number that the rotated features are multiplied by: 1, but for some scalings."""
        return 1.0

    def table(self, positions: Any, dim: int, dtype: DTypeLike = np.float32) -> Array:
        """Cosine and sine of every pair's angle at each position, times the attention factor: (n, dim).

        Interleaved: cos, sin, cos, sin, …; other layouts: all cosines, then all sines. Pairs that do not rotate
        (beyond rotary_dim) have angle 0.
        """
        precision = as_floating(dtype)
        rotations = with_still(self._phasors(positions, dim, precision), dim)
        return arrange(rotations, self.layout).astype(precision, copy=False)

    def mean_table(self, edges: Array, dim: int) -> Array:
        """The mean of `table` over the positions a…b−1 between neighbouring edges: (len(edges) − 1, dim) float64."""
        borders = as_edges(edges)
        length = int(borders[-1])
        means = mean_phasors(borders, self.frequencies(dim, length)) * self.attention_factor(length)
        return arrange(with_still(means, dim), self.layout)

    def mean_spread(self, edges: Array, dim: int) -> Array | None:
        borders = as_edges(edges)
        length = int(borders[-1])
        spreads = mean_spreads(borders, self.frequencies(dim, length)).sum(1)
        return spreads * self.attention_factor(length) ** 2

    def row_norm(self, dim: int) -> float | None:
        rotating = len(self.frequencies(dim))
        return float(np.sqrt(rotating * self.attention_factor() ** 2 + dim // 2 - rotating))

    def shift_matrix(self, k: float, dim: int) -> Array | None:
        # The table's pairs are (cos, sin) where `rotation` takes (sin, cos): the same rotation, the other way round.
        angles = -as_number("k", k) * self._all_frequencies(dim, None)
        return rotation(angles, apart=self.layout != "interleaved")

    def rotate(self, x: ArrayLike, positions: Any) -> Array:
        """Queries (…, n, dim), each row rotated by its position; the same shape and precision."""
        vectors = as_vectors("x", x)
        return self._rotate_rows(vectors, self._phasors_once(positions, vectors.shape[-1], vectors.dtype))

    def rotate_key(self, x: ArrayLike, positions: Any) -> Array:
        """Keys (…, n, dim), each row rotated by its position: as `rotate`, unless the scheme treats keys in another way."""
        return self.rotate(x, positions)

    def hands(self, positions: Any, dim: int, key: bool = False) -> Array:
        """The vector (1, 0) of each pair of a query, or of a key, rotated to each position: (n, dim/2) complex128.

        Of length 1 where the scheme rotates and does nothing else; 1 for pairs that do not rotate.

        >>> from posenc import scheme
        >>> scheme("rotary", rotary_dim=2).hands([0, np.pi], 4).round(3).tolist()
        [[(1+0j), (1+0j)], [(-1+0j), (1+0j)]]
        """
        rotate = self.rotate_key if as_choice("key", key, (False, True)) else self.rotate
        read, written = READ_AND_WRITTEN[self.layout]
        n, m = self._phasors_once(positions, dim, np.dtype(np.float64)).shape
        vectors = np.zeros((n, dim))
        vectors[:, : 2 * m] = join(np.ones((n, m)), np.zeros((n, m)), read)
        real, imaginary = components(rotate(vectors, positions)[:, : 2 * m], written)
        return with_still(real + 1j * imaginary, dim)

    def rotate_qk(self, queries: Array, keys: Array, positions: Array) -> tuple[Array, Array]:
        return self.rotate(queries, positions), self.rotate_key(keys, positions)

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return length * dim

    def wavelengths(self, dim: int) -> Array | None:
        with np.errstate(divide="ignore"):
            waves = 2 * np.pi / self._all_frequencies(dim, None)
        return join(waves, waves, self.layout)

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        where = as_positions(offsets, "offsets")
        length = length_of(np.abs(where))
        waves = phasors(where, self.frequencies(dim, length), np.dtype(np.float64)).real
        return self._per_head(with_still(waves * self.attention_factor(length) ** 2, dim).mean(1), heads)

    def _wave(self, base: float, turning: int, dim: int, dimension: int) -> Wave | None:
        """The formula of a column where the first pairs, of so many features, turn by position · base^(−2i/turning)."""
        part, pair = place(self.layout, as_count("dim", dim, 2, multiple=2) // 2, dimension)
        return Wave(("cos", "sin")[part], base, 2 * pair, turning) if 2 * pair < turning else None

    def _phasors(self, positions: Any, dim: int, dtype: np.dtype[Any]) -> Array:
        """e^{iθ} of every pair that rotates at every position, times the attention factor: (n, rotary_dim/2) complex."""
        where = as_positions(positions)
        length = length_of(where)
        return phasors(where, self.frequencies(dim, length), dtype, phase=self.attention_factor(length))

    @once
    def _phasors_once(self, positions: Any, dim: int, dtype: np.dtype[Any]) -> Array:
        return self._phasors(positions, dim, dtype)

    def _rotate_rows(self, x: Array, rotations: Array) -> Array:
        if x.shape[-2] != rotations.shape[-2]:
            raise ValueError(f"positions must be as many as the rows of x, {x.shape[-2]}; got {rotations.shape[-2]}")
        return rotate_pairs(x, rotations, self.layout)

    def _all_frequencies(self, dim: int, length: int | None) -> Array:
        """The frequency of every pair of the whole vector, 0 for those that do not rotate: (dim/2,)."""
        rotating = self.frequencies(dim, length)
        return np.concatenate([rotating, np.zeros(dim // 2 - len(rotating))])


class Bias(Scheme):
    """Schemes that add a number to each attention score."""

    family = "bias"
    letters = "$i, j$ positions of query and key; $s_{ij}$ the score of their contents"

    def bias(self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int) -> Array:
        """The number that is added to each score: (heads, n_q, n_k) float32."""
        raise NotImplementedError

    def add_to_scores(self, scores: Array, queries: Array, keys: Array, positions: Array) -> Array:
        return scores + self._bias_once(positions, positions, len(scores)).astype(scores.dtype, copy=False)

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return heads * length**2

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        return self._bias_once(np.zeros(1, int), self._as_offsets(offsets), heads)[:, 0].astype(np.float64)

    def _as_offsets(self, offsets: ArrayLike) -> Array:
        return as_positions(offsets, "offsets")

    @once
    def _bias_once(self, query_positions: Array, key_positions: Array, heads: int) -> Array:
        return self.bias(query_positions, key_positions, heads)


class Bucketed(Bias):
    """Biases that sort whole offsets into buckets, and cannot tell the offsets of one bucket apart.

    On either side of the query a bucket that was left never returns, and from some distance on all share the last.
    """

    def buckets(self, offsets: ArrayLike) -> Array:
        """The bucket of each offset, as the scheme itself counts: the same shape, int64."""
        raise NotImplementedError

    def added_buckets(self, offsets: ArrayLike) -> Array:
        """The bucket of each offset (key − query), one number for all that get the same: the same shape, int64."""
        return self.buckets(offsets)

    def _as_offsets(self, offsets: ArrayLike) -> Array:
        return as_whole("offsets", super()._as_offsets(offsets))


class Sloped(Bias):
    """Biases that grow in proportion to the distance, with a slope a head."""

    max_bias: float
    """The flattest slope is 2 to the minus this."""

    def slopes(self, heads: int) -> Array:
        """The slope of each head: (heads,) float64."""
        raise NotImplementedError


def with_table(scheme: Any) -> Absolute | Rotary:
    """The scheme, checked to have a table; ValueError for any other."""
    if isinstance(scheme, Absolute | Rotary):
        return scheme
    found = f"{scheme.id} is of family {scheme.family}" if isinstance(scheme, Scheme) else f"got {shown(scheme)}"
    raise ValueError(f"scheme must have a table (absolute or rotary); {found}")


def mean_rows(table: Array, edges: Array) -> Array:
    """The mean of the rows a…b−1 between neighbouring edges: (len(edges) − 1, dim).

    >>> mean_rows(np.array([[1.0], [3.0], [5.0]]), np.array([0, 2, 3])).tolist()
    [[2.0], [5.0]]
    """
    return np.add.reduceat(table, edges[:-1], axis=0) / np.diff(edges)[:, None]


def length_of(positions: Array) -> int:
    """The length of the shortest sequence 0, 1, 2, … that holds the positions: the largest + 1, at least 1."""
    return max(int(positions.max(initial=0)) + 1, 1)
