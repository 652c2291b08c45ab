"""What a scheme is: a frozen dataclass whose fields are its parameters, in one of four families.

A family is told apart by where it meets attention. Each family overrides one of three hooks of `Scheme`:
`embed` (absolute: added to the input), `turn` (rotary: rotates queries and keys), `adjust` (bias: added to the scores).
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .numeric.checks import Array, as_count, as_edges, as_floating, as_number, as_positions, as_vectors, as_whole, shown
from .numeric.grid import usual_names
from .numeric.once import once
from .numeric.pairs import arrange, join, rotate_pairs, with_still
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
    """(dim,): the steps along it that one turn takes; inf for none, not a number where the column is no wave."""


@dataclass(frozen=True)
class Scheme(Parametrised):
    """A way to tell a Transformer where a token stands."""

    id: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[str]
    paper: ClassVar[Paper]
    formula: ClassVar[str]
    """LaTeX."""
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

    def embed(self, x: Array, positions: Array) -> Array:
        """The input (n, dim) with what the scheme adds to it."""
        return x

    def turn(self, queries: Array, keys: Array, positions: Array) -> tuple[Array, Array]:
        """Queries and keys (heads, n, head_dim) as the scheme rotates them."""
        return queries, keys

    def adjust(self, scores: Array, queries: Array, keys: Array, positions: Array) -> Array:
        """The scaled scores (heads, n, n), masked ones −inf, with what the scheme adds to them."""
        return scores

    def wavelengths(self, dim: int) -> Array | None:
        """The positions that each column of the table takes for one turn: (dim,), inf for none; None: no waves."""
        return None

    def axis_waves(self, dim: int) -> AxisWaves | None:
        """The waves of each column along the axes of the scheme's grid; None: it has none."""
        return None

    def shift_matrix(self, k: float, dim: int) -> Array | None:
        """The matrix M with table[p + k] = table[p] @ M.T for every p: (dim, dim); None where no formula gives one.

        There may be one all the same, as on a grid of one row; `shift_error` measures it.
        """
        return None

    @property
    def by_length(self) -> bool:
        """Whether what a position gets depends on how long the sequence is: to its largest position."""
        return False

    @property
    def empty_row(self) -> int | None:
        """The position whose row of the table is all zeros, as padding's or a class token's; None: there is none."""
        return None

    def row_norm(self, dim: int) -> float | None:
        """The length of every row of the table, but of an empty one; None where rows differ, or no formula tells it."""
        return None

    def mean_spread(self, edges: Array, dim: int) -> Array | None:
        """The mean squared distance of the rows a…b−1 from their mean: (len(edges) − 1,); None: no formula gives it."""
        return None

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        """What position alone does to the score of two equal contents, at each offset (key − query position).

        Returns (heads, len(offsets)) float64, a row a head (alike where a scheme knows no heads). Absolute schemes:
        the dot product of the two position vectors, its mean over all places where it depends on the place (an empty
        row aside). Rotary: the factor that the score of two equal vectors, spread evenly over the features, is
        multiplied with. Bias: what is added to the score, to a query at position 0. None: 0.
        """
        raise NotImplementedError

    def numbers(self, length: int, dim: int = 64, heads: int = 8) -> int:
        """About how many numbers it makes for the positions 0…length−1, with dim features in each of so many heads.

        Those that it gives (a table has no heads), those that it draws by chance, and what a network holds on the way.
        Pages refuse what is too much before any is made (see `posenc.bounds`), so this itself must cost nothing.

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

    def table(self, positions: Any, dim: int, dtype: DTypeLike = np.float32) -> Array:
        """The position vectors: (n, dim), for a length n or an array of positions."""
        raise NotImplementedError

    def mean_table(self, edges: Array, dim: int) -> Array:
        """The mean vector of the positions a…b−1 between neighbouring edges: (len(edges) − 1, dim) float64."""
        borders = as_edges(edges)
        return mean_rows(self.table(np.arange(borders[0], borders[-1]), dim, np.float64), borders - borders[0])

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return length * dim

    def embed(self, x: Array, positions: Array) -> Array:
        rows = as_vectors("x", x)
        added = self._table_once(positions, rows.shape[-1], rows.dtype)
        if len(added) != rows.shape[-2]:
            raise ValueError(f"positions must be as many as the rows of x, {rows.shape[-2]}; got {len(added)}")
        return rows + added

    @once
    def _table_once(self, positions: Array, dim: int, dtype: np.dtype[Any]) -> Array:
        return self.table(positions, dim, dtype)


class Rotary(Scheme):
    """Schemes that rotate pairs of features of queries and keys by an angle that grows with the position."""

    family = "rotary"
    layout: str
    scaling: RopeScaling | None = None
    """How it is stretched beyond the trained length."""

    def frequencies(self, dim: int, length: int | None = None) -> Array:
        """The turning speed of each pair, radians per position: (rotary_dim/2,) float64."""
        raise NotImplementedError

    def attention_factor(self, length: int | None = None) -> float:
        """What the rotated features are multiplied with; 1 but for some scalings."""
        return 1.0

    def table(self, positions: Any, dim: int, dtype: DTypeLike = np.float32) -> Array:
        """The rotation as a picture: cosine and sine of every pair's angle, (n, dim), times the attention factor.

        Interleaved: cos, sin, cos, sin, …; other layouts: all cosines, then all sines. Features that do not turn
        (beyond rotary_dim) have angle 0.
        """
        precision = as_floating(dtype)
        turns = with_still(self._turns(positions, dim, precision), dim)
        return arrange(turns, self.layout).astype(precision, copy=False)

    def mean_table(self, edges: Array, dim: int) -> Array:
        """The mean of `table` over the positions a…b−1 between neighbouring edges: (len(edges) − 1, dim) float64."""
        borders = as_edges(edges)
        length = int(borders[-1])
        turns = mean_phasors(borders, self.frequencies(dim, length)) * self.attention_factor(length)
        return arrange(with_still(turns, dim), self.layout)

    def mean_spread(self, edges: Array, dim: int) -> Array | None:
        borders = as_edges(edges)
        length = int(borders[-1])
        spreads = mean_spreads(borders, self.frequencies(dim, length)).sum(1)
        return spreads * self.attention_factor(length) ** 2

    def row_norm(self, dim: int) -> float | None:
        turning = len(self.frequencies(dim))
        return float(np.sqrt(turning * self.attention_factor() ** 2 + dim // 2 - turning))

    def shift_matrix(self, k: float, dim: int) -> Array | None:
        # The table's pairs are (cos, sin) where `rotation` takes (sin, cos): the same turn, the other way round.
        angles = -as_number("k", k) * self._all_frequencies(dim, None)
        return rotation(angles, apart=self.layout != "interleaved")

    def rotate(self, x: ArrayLike, positions: Any) -> Array:
        """Queries (…, n, dim), each row turned by its position; the same shape and precision."""
        vectors = as_vectors("x", x)
        return self._turn_rows(vectors, self._turns_once(positions, vectors.shape[-1], vectors.dtype))

    def rotate_key(self, x: ArrayLike, positions: Any) -> Array:
        """Keys (…, n, dim), each row turned by its position; as `rotate` unless the scheme tells keys apart."""
        return self.rotate(x, positions)

    def turn(self, queries: Array, keys: Array, positions: Array) -> tuple[Array, Array]:
        return self.rotate(queries, positions), self.rotate_key(keys, positions)

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return length * dim

    def wavelengths(self, dim: int) -> Array | None:
        with np.errstate(divide="ignore"):
            turns = 2 * np.pi / self._all_frequencies(dim, None)
        return join(turns, turns, self.layout)

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        where = as_positions(offsets, "offsets")
        length = length_of(np.abs(where))
        waves = phasors(where, self.frequencies(dim, length), np.dtype(np.float64)).real
        return self._per_head(with_still(waves * self.attention_factor(length) ** 2, dim).mean(1), heads)

    def _turns(self, positions: Any, dim: int, dtype: np.dtype[Any]) -> Array:
        """e^{iθ} of every turning pair at every position, times the attention factor: (n, rotary_dim/2) complex."""
        where = as_positions(positions)
        length = length_of(where)
        return phasors(where, self.frequencies(dim, length), dtype, phase=self.attention_factor(length))

    @once
    def _turns_once(self, positions: Any, dim: int, dtype: np.dtype[Any]) -> Array:
        return self._turns(positions, dim, dtype)

    def _turn_rows(self, x: Array, turns: Array) -> Array:
        if x.shape[-2] != turns.shape[-2]:
            raise ValueError(f"positions must be as many as the rows of x, {x.shape[-2]}; got {turns.shape[-2]}")
        return rotate_pairs(x, turns, self.layout)

    def _all_frequencies(self, dim: int, length: int | None) -> Array:
        """One frequency a pair of the whole vector: 0 for the pairs that do not turn."""
        turning = self.frequencies(dim, length)
        return np.concatenate([turning, np.zeros(dim // 2 - len(turning))])


class Bias(Scheme):
    """Schemes that add a number to each attention score."""

    family = "bias"

    def bias(self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int) -> Array:
        """What is added to the scores: (heads, n_q, n_k)."""
        raise NotImplementedError

    def adjust(self, scores: Array, queries: Array, keys: Array, positions: Array) -> Array:
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
    """A scheme that has a table, checked."""
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
    """The length of the shortest sequence from 0 on that holds the positions."""
    return max(int(positions.max(initial=0)) + 1, 1)
