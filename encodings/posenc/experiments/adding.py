"""Position vectors are added to word vectors, and both can be read back from the sum: where that works, and breaks.

Vaswani et al. 2017, arXiv:1706.03762, section 3.5: the two have the same size so that they can be summed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike

from ..families import Absolute
from ..numeric.checks import Array, as_choice, as_count, as_vectors
from ..similarities import unit
from . import minilm
from . import toy_words as toy

SOURCES = ("random", "minilm")
"""Where word vectors come from: numbers from a fixed seed, or the real model all-MiniLM-L6-v2."""
WIDEST = 1024
"""The features of a random word vector; a narrower one is the first of them."""
LETTERS = 26
"""The model's vocabulary begins with the single letters; words follow, the most frequent first."""
CELLS = 2**21
"""Scores held at a time while looking for the nearest: 8 MB in float32."""
LENGTH, SUMS = 128, 300
"""Positions, and sums of a word and a position, that a setup tries."""
SMALL = 8
"""Words of fewer features lie nearer to one another than float32 can tell."""


@dataclass(frozen=True)
class Recovery:
    """The shares, 0 to 1, of sums from which something was read back right."""

    dim: int
    """The number of features."""
    word: float
    """The word, as the nearest of all words to the sum."""
    position: float
    """The position, as the nearest of all positions to the sum."""
    both: float
    """The word as above, then the position as the nearest to what is left when that word is taken away."""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Words and their vectors."""

    names: tuple[str, ...]
    vectors: Array
    """(m, dim) float32."""
    row: int
    """Where the word that was asked for stands."""
    known: bool
    """Whether its vector comes from where the others come from; a stand-in has been drawn for it otherwise."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What can be read from one vector: the nearest words, and the distances to all positions."""

    words: Array
    """(k,): the rows of the nearest words, the nearest first."""
    word_distances: Array
    """(k,): how far away they are."""
    from_sum: Array
    """(n,): the distance of the vector itself to every position."""
    from_rest: Array
    """(n,): the distance to every position of what is left when the nearest word is taken away."""

    @property
    def word(self) -> int:
        return int(self.words[0])

    def rank(self, row: int) -> int | None:
        """Where among the nearest words a word's row stands, 0 for the nearest; None: not among them."""
        found = np.flatnonzero(self.words == row)
        return int(found[0]) if len(found) else None

    @property
    def position_from_sum(self) -> int:
        """The position nearest to the vector itself."""
        return int(self.from_sum.argmin())

    @property
    def position(self) -> int:
        """The position nearest to what is left when the nearest word is taken away."""
        return int(self.from_rest.argmin())


def lexicon(word: str, source: str = "random", dim: int = 128, count: int = 2000) -> Lexicon:
    """The count most frequent words of the real model's vocabulary, and this one after them if it is not of them.

    source="random": vectors of standard normal numbers from a fixed seed, up to 1,024 features, the narrower the
    first of the wider. source="minilm": the model's own 384, or the first of them; see `minilm.word_vectors`.

    >>> words = lexicon("King", dim=64)
    >>> words.names[words.row], words.vectors.shape
    ('king', (2000, 64))
    """
    width = WIDEST if as_choice("source", source, SOURCES) == "random" else minilm.DIM
    size, plain = as_count("dim", dim, maximum=width), minilm.plain(word)
    names = minilm.vocabulary()[LETTERS : LETTERS + as_count("count", count, maximum=7000)]
    vectors, known = _vectors(source, count), True
    if plain in names:
        return Lexicon(names, vectors[:, :size], names.index(plain), known)
    if source == "random":
        last = toy.word_vectors([plain], width)
    else:
        last, known_words = minilm.word_vectors([word])
        known = bool(known_words[0])
    return Lexicon((*names, word), np.concatenate([vectors, last])[:, :size], count, known)


@lru_cache(maxsize=4)
def _vectors(source: str, count: int) -> Array:
    """The vectors of the most frequent words, as wide as they come: not to be written to."""
    if source == "random":
        vectors = random_words(count, WIDEST)
    else:
        vectors = minilm.word_vectors(minilm.vocabulary()[LETTERS : LETTERS + count])[0]
    vectors.setflags(write=False)
    return vectors


def read_back(summed: ArrayLike, words: ArrayLike, positions: ArrayLike, count: int = 8) -> Reading:
    """Read word and position from their sum (dim,): the nearest of the words (m, dim) and of the positions (n, dim).

    >>> words, positions = 3 * np.eye(3, 4), np.eye(2, 4)
    >>> reading = read_back(words[2] + positions[1], words, positions, count=1)
    >>> reading.word, reading.position
    (2, 1)
    """
    vocabulary, table = as_vectors("words", words), as_vectors("positions", positions)
    vector = np.asarray(summed)
    for name, rows in (("words", vocabulary), ("positions", table)):
        if vector.shape != rows.shape[1:]:
            raise ValueError(f"{name} must have as many features as the sum, {vector.shape}; got {rows.shape}")
    distances = np.linalg.norm(vocabulary - vector, axis=1)
    found = np.argsort(distances, kind="stable")[: as_count("count", count)]
    return Reading(
        words=found,
        word_distances=distances[found],
        from_sum=np.linalg.norm(table - vector, axis=1),
        from_rest=np.linalg.norm(table - (vector - vocabulary[found[0]]), axis=1),
    )


def random_words(count: int, dim: int, seed: int = 0) -> Array:
    """Word vectors (count, dim) float32 of independent standard normal numbers, from a seed.

    >>> random_words(2000, 64).shape
    (2000, 64)
    """
    shape = as_count("count", count), as_count("dim", dim)
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def nearest(vectors: ArrayLike, table: ArrayLike) -> Array:
    """The row of a table (m, dim) at the smallest Euclidean distance from each of the vectors (n, dim): (n,).

    >>> nearest([[0.9, 0.2]], [[0.0, 1.0], [1.0, 0.0]]).tolist()
    [1]
    """
    inputs, rows = as_vectors("vectors", vectors), as_vectors("table", table)
    if inputs.shape[-1] != rows.shape[-1]:
        raise ValueError(f"table must have {inputs.shape[-1]} features, as the vectors do; got {rows.shape[-1]}")
    # |v − r|² = |v|² − 2 v·r + |r|², and |v|² is the same for every r.
    half_squares = np.einsum("md,md->m", rows, rows) / 2
    found = np.empty(len(inputs), np.int64)
    step = max(1, CELLS // len(rows))
    for start in range(0, len(inputs), step):
        scores = inputs[start : start + step] @ rows.T
        found[start : start + step] = np.argmax(np.subtract(scores, half_squares, out=scores), axis=1)
    return found


def recover(words: ArrayLike, table: ArrayLike, scale: float = 1.0, sums: int = 1000, seed: int = 0) -> Recovery:
    """Read word and position back from word + scale · position: words (m, dim), position table (n, dim).

    Tried on as many sums of a word and a position as asked, drawn from a seed. Positions far larger than the words
    drown them. Far smaller ones are hard to read straight from the sum, but who knows the word has the position too:
    what is left is the position itself.

    >>> from posenc.schemes.sinusoidal import Sinusoidal
    >>> recover(random_words(2000, 64), Sinusoidal().table(128, 64)).both
    1.0
    """
    vocabulary, rows = as_vectors("words", words), as_vectors("table", table)
    if not np.isfinite(scale):
        raise ValueError(f"scale must be a finite number; got {scale!r}")
    positions = rows * rows.dtype.type(scale)
    draw = np.random.default_rng(seed).integers
    word, position = draw(len(vocabulary), size=as_count("sums", sums)), draw(len(positions), size=sums)
    summed = vocabulary[word] + positions[position]
    found = nearest(summed, vocabulary)
    left = nearest(summed - vocabulary[found], positions)
    return Recovery(
        dim=summed.shape[1],
        word=float((found == word).mean()),
        position=float((nearest(summed, positions) == position).mean()),
        both=float(((found == word) & (left == position)).mean()),
    )


def recover_by_dim(
    words: ArrayLike,
    scheme: Absolute,
    length: int = 128,
    scale: float = 1.0,
    dims: Sequence[int] | None = None,
    sums: int = 1000,
) -> list[Recovery]:
    """`recover` as the dimension grows: from the first dim features of the words (m, width), with a table of dim.

    dims are the powers of two from 4 to the width, and the width itself, unless given.

    >>> from posenc.schemes.sinusoidal import Sinusoidal
    >>> [result.dim for result in recover_by_dim(random_words(2000, 100), Sinusoidal())]
    [4, 8, 16, 32, 64, 100]
    """
    vocabulary = as_vectors("words", words)
    width = vocabulary.shape[1]
    powers = (2**k for k in range(2, width.bit_length()))
    sizes = [as_count("dims", dim, maximum=width) for dim in dims or sorted({*powers, width})]
    return [recover(vocabulary[:, :dim], scheme.table(length, dim), scale, sums) for dim in sizes]


def side_by_side(words: ArrayLike, table: ArrayLike) -> tuple[Array, Array]:
    """Concatenation instead of addition: words (m, dim) as (m, 2·dim), zeros after; table (n, dim) likewise, before.

    The sum of one row of each is the two end to end, so `recover` takes them as they are.

    >>> from posenc.schemes.sinusoidal import Sinusoidal
    >>> recover(*side_by_side(random_words(2000, 16), Sinusoidal().table(128, 16)))
    Recovery(dim=32, word=1.0, position=1.0, both=1.0)
    """
    left, right = as_vectors("words", words), as_vectors("table", table)
    return np.pad(left, ((0, 0), (0, right.shape[1]))), np.pad(right, ((0, 0), (left.shape[1], 0)))


def mean_length(vectors: ArrayLike) -> float:
    """The mean Euclidean length of vectors (n, dim).

    >>> mean_length([[3.0, 4.0], [0.0, 1.0]])
    3.0
    """
    return float(np.linalg.norm(as_vectors("vectors", vectors), axis=-1).mean())


def attention_parameters(dim: int) -> int:
    """The numbers in one attention layer on dim features, 4·dim² + 4·dim: what doubling dim by concatenation costs.

    >>> round(attention_parameters(768) / attention_parameters(384), 2)
    3.99
    """
    return 4 * as_count("dim", dim) * (dim + 1)


def enough_dimensions(found: Iterable[Recovery], share: float = 0.99) -> Recovery | None:
    """The first of these results, of growing dimension, in which that share of sums gives back both; None: in none.

    >>> enough_dimensions([Recovery(4, 1.0, 1.0, 0.5), Recovery(8, 1.0, 1.0, 1.0)]).dim
    8
    """
    return next((result for result in found if result.both >= share), None)


@dataclass(frozen=True)
class Setup:
    """A word, a position, and how their vectors are made."""

    word: str
    position: int
    source: str
    """Where words come from (see `lexicon`)."""
    scheme: Absolute
    dim: int
    strength: float = 1.0
    """What the position vectors are multiplied with."""

    @cached_property
    def words(self) -> Lexicon:
        return lexicon(self.word, self.source, self.dim)

    @cached_property
    def table(self) -> Array:
        """The position vectors: (LENGTH, dim) float32."""
        return np.float32(self.strength) * self.scheme.table(LENGTH, self.dim)

    @property
    def vector(self) -> Array:
        """The word's vector: (dim,)."""
        return self.words.vectors[self.words.row]

    @property
    def added(self) -> Array:
        """The position's vector: (dim,)."""
        return self.table[self.position]

    @cached_property
    def reading(self) -> Reading:
        return read_back(self.vector + self.added, self.words.vectors, self.table)

    @property
    def norm_ratio(self) -> float:
        """How many times as long as the words' vectors those of the positions are, on average."""
        return mean_length(self.table) / mean_length(self.words.vectors)

    @property
    def cosine(self) -> float:
        """The cosine of the angle between a word's vector and a position's, without its sign: the mean over all pairs."""
        return float(np.abs(unit(self.words.vectors) @ unit(self.table).T).mean())

    @property
    def kind(self) -> str:
        """What its numbers are: "real" where words and positions are one model's own, as long as it has them and as strong;
        "mixed" where something of it is the model's; else "toy"."""
        models = [self.source == "minilm", self.scheme.values == "real"]
        whole = self.dim == self.scheme.max_dim and self.strength == 1
        if all(models) and whole and self.words.known:
            return "real"
        return "mixed" if any(models) else "toy"

    @property
    def width(self) -> int:
        """The most features that both the words and the scheme have."""
        return min(WIDEST if self.source == "random" else minilm.DIM, self.scheme.max_dim or WIDEST)

    def recovered(self, times: float = 1.0) -> Recovery:
        """`recover` at this dimension, with the positions so many times as strong."""
        return _recovered(self.source, self.scheme, self.dim, self.strength * times)

    def recovered_by_dim(self) -> tuple[Recovery, ...]:
        """`recover_by_dim` at this strength, up to the width."""
        return _recovered_by_dim(self.source, self.scheme, self.width, self.strength)

    def recovered_side_by_side(self) -> Recovery:
        """`recover` of words and positions that are concatenated."""
        precision = np.float64 if self.dim < SMALL else np.float32  # float64 for all would take twice as long
        return recover(*side_by_side(self.words.vectors.astype(precision), self.table.astype(precision)), sums=SUMS)


@lru_cache(maxsize=64)
def _recovered(source: str, scheme: Absolute, dim: int, strength: float) -> Recovery:
    return recover(lexicon("the", source, dim).vectors, scheme.table(LENGTH, dim), strength, SUMS)


@lru_cache(maxsize=64)
def _recovered_by_dim(source: str, scheme: Absolute, width: int, strength: float) -> tuple[Recovery, ...]:
    return tuple(recover_by_dim(lexicon("the", source, width).vectors, scheme, LENGTH, strength, sums=SUMS))
