"""What a scheme is: a frozen dataclass whose fields are its parameters, in one of four families.

A family is told apart by where it meets attention. Each family overrides one of three hooks of `Scheme`:
`embed` (absolute: added to the input), `turn` (rotary: rotates queries and keys), `adjust` (bias: added to the scores).
"""

from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .checks import Array, as_choice, as_count, as_floating, as_positions, as_vectors
from .phasors import mean_phasors, phasors


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


@dataclass(frozen=True)
class Parameter:
    """One field of a scheme: its default, what is allowed, and a sentence for the person who sets it."""

    name: str
    default: Any
    help: str
    choices: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False

    def check(self, value: Any) -> None:
        """Raise a ValueError unless the value is allowed. Fields that state no limits check themselves."""
        if value is None and self.optional:
            return
        if self.choices:
            as_choice(self.name, value, self.choices)
        elif isinstance(self.default, bool):
            as_choice(self.name, value, (False, True))
        elif self.minimum is not None and isinstance(self.default, float):
            self._check_number(value)
        elif self.minimum is not None:
            as_count(self.name, value, int(self.minimum), None if self.maximum is None else int(self.maximum))

    def _check_number(self, value: Any) -> None:
        number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        upper = np.inf if self.maximum is None else self.maximum
        if not number or not self.minimum <= value <= upper or not np.isfinite(value):
            raise ValueError(f"{self.name} must be a number from {self.minimum} to {upper}; got {value!r}")


def parameter(default: Any, help: str, **limits: Any) -> Any:
    """A dataclass field that carries what the app and the checks need to know (see `Parameter`)."""
    return field(default=default, metadata={"help": help, **limits})


@dataclass(frozen=True)
class Scheme:
    """A way to tell a Transformer where a token stands."""

    id: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[str]
    paper: ClassVar[Paper]
    formula: ClassVar[str]
    """LaTeX."""
    used_by: ClassVar[str]

    def __post_init__(self) -> None:
        for name, known in self.parameters().items():
            known.check(getattr(self, name))

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        """The scheme's parameters by name."""
        return {f.name: Parameter(f.name, f.default, **f.metadata) for f in fields(cls) if f.default is not MISSING}

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

    def adjust(self, scores: Array, queries: Array, positions: Array) -> Array:
        """The scaled scores (heads, n, n), masked ones −inf, with what the scheme adds to them."""
        return scores

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        """What position alone does to the score of two equal contents, at each offset (key − query position).

        Returns (heads, len(offsets)) float64, a row a head (alike where a scheme knows no heads). Absolute schemes:
        the dot product of the two position vectors. Rotary: the factor that the score of two equal vectors, spread
        evenly over the features, is multiplied with. Bias: what is added to the score. None: 0.
        """
        raise NotImplementedError

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
        return mean_rows(self.table(np.arange(edges[0], edges[-1]), dim, np.float64), edges - edges[0])

    def embed(self, x: Array, positions: Array) -> Array:
        return x + self.table(positions, x.shape[-1], x.dtype)


class Rotary(Scheme):
    """Schemes that rotate pairs of features of queries and keys by an angle that grows with the position."""

    family = "rotary"
    layout: str

    def frequencies(self, dim: int, length: int | None = None) -> Array:
        """The turning speed of each pair, radians per position: (rotary_dim/2,) float64."""
        raise NotImplementedError

    def attention_factor(self, length: int | None = None) -> float:
        """What the rotated features are multiplied with; 1 but for some scalings."""
        return 1.0

    def table(self, positions: ArrayLike, dim: int, dtype: DTypeLike = np.float32) -> Array:
        """The rotation as a picture: cosine and sine of every pair's angle, (n, dim), in the scheme's layout.

        Interleaved: cos, sin, cos, sin, …; half: all cosines, then all sines. Features that do not turn
        (beyond rotary_dim) have angle 0.
        """
        where, precision = as_positions(positions), as_floating(dtype)
        length = int(where.max()) + 1 if len(where) else None
        turned = phasors(where, self._all_frequencies(dim, length), precision)
        return _arrange(turned, self.layout).astype(precision, copy=False)

    def mean_table(self, edges: Array, dim: int) -> Array:
        """The mean of `table` over the positions a…b−1 between neighbouring edges: (len(edges) − 1, dim) float64."""
        return _arrange(mean_phasors(edges, self._all_frequencies(dim, int(edges[-1]))), self.layout)

    def rotate(self, x: ArrayLike, positions: ArrayLike) -> Array:
        """Queries (…, n, dim), each row turned by its position; the same shape and precision."""
        vectors, where = as_vectors("x", x), as_positions(positions)
        if vectors.shape[-2] != len(where):
            raise ValueError(f"positions must be as many as the rows of x, {vectors.shape[-2]}; got {len(where)}")
        length = int(where.max()) + 1 if len(where) else None
        turns = phasors(where, self.frequencies(vectors.shape[-1], length), vectors.dtype)
        return turn_pairs(vectors, turns * self.attention_factor(length), self.layout)

    def rotate_key(self, x: ArrayLike, positions: ArrayLike) -> Array:
        """Keys (…, n, dim), each row turned by its position; as `rotate` unless the scheme tells keys apart."""
        return self.rotate(x, positions)

    def turn(self, queries: Array, keys: Array, positions: Array) -> tuple[Array, Array]:
        return self.rotate(queries, positions), self.rotate_key(keys, positions)

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        where = as_positions(offsets, "offsets")
        length = int(np.abs(where).max()) + 1 if len(where) else None
        waves = phasors(where, self._all_frequencies(dim, length), np.dtype(np.float64)).real
        return self._per_head(waves.mean(1) * self.attention_factor(length) ** 2, heads)

    def _all_frequencies(self, dim: int, length: int | None) -> Array:
        """One frequency a pair of the whole vector: 0 for the pairs that do not turn."""
        turning = self.frequencies(dim, length)
        return np.concatenate([turning, np.zeros(as_count("dim", dim, 2, multiple=2) // 2 - len(turning))])


class Bias(Scheme):
    """Schemes that add a number to each attention score."""

    family = "bias"

    def bias(self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int) -> Array:
        """What is added to the scores: (heads, n_q, n_k)."""
        raise NotImplementedError

    def adjust(self, scores: Array, queries: Array, positions: Array) -> Array:
        return scores + self.bias(positions, positions, len(scores)).astype(scores.dtype, copy=False)

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        return self.bias(np.zeros(1, int), as_positions(offsets, "offsets"), heads)[:, 0].astype(np.float64)


def mean_rows(table: Array, edges: Array) -> Array:
    """The mean of the rows a…b−1 between neighbouring edges: (len(edges) − 1, dim).

    >>> mean_rows(np.array([[1.0], [3.0], [5.0]]), np.array([0, 2, 3])).tolist()
    [[2.0], [5.0]]
    """
    return np.add.reduceat(table, edges[:-1], axis=0) / np.diff(edges)[:, None]


def turn_pairs(x: Array, turns: Array, layout: str) -> Array:
    """x (…, n, dim) with its first 2m features turned in pairs by the phasors (n, m); the rest pass through.

    "half" pairs feature i with i + m, "interleaved" 2i with 2i + 1. A pair is one complex number, so that turning
    is one multiplication: (x₁ + i·x₂)·e^{iθ}.
    """
    m = turns.shape[-1]
    turning, still = x[..., : 2 * m], x[..., 2 * m :]
    cos, sin = turns.real.astype(x.dtype, copy=False), turns.imag.astype(x.dtype, copy=False)
    if layout == "half":
        first, second = turning[..., :m], turning[..., m:]
    else:
        first, second = turning[..., 0::2], turning[..., 1::2]
    return np.concatenate([_join(first * cos - second * sin, second * cos + first * sin, layout), still], -1)


def _arrange(turns: Array, layout: str) -> Array:
    return _join(turns.real, turns.imag, layout)


def _join(first: Array, second: Array, layout: str) -> Array:
    if layout == "half":
        return np.concatenate([first, second], -1)
    return np.stack([first, second], -1).reshape(*first.shape[:-1], -1)
