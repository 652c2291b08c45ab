"""Position vectors are added to word vectors, and both can be read back from the sum: where that works, and breaks.

Vaswani et al. 2017, arXiv:1706.03762, section 3.5: the two have the same size so that they can be summed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .checks import Array, as_count, as_vectors
from .family import Absolute

CELLS = 2**21
"""Scores held at a time while looking for the nearest: 8 MB in float32."""


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
    drown them, and the other way round. Who knows the word has the position too: what is left is the position itself.

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
    words: ArrayLike, scheme: Absolute, length: int = 128, scale: float = 1.0, dims: Sequence[int] | None = None
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
    return [recover(vocabulary[:, :dim], scheme.table(length, dim), scale) for dim in sizes]


def side_by_side(words: ArrayLike, table: ArrayLike) -> tuple[Array, Array]:
    """Concatenation instead of addition: words (m, dim) as (m, 2·dim), zeros behind; table (n, dim) likewise, before.

    The sum of one row of each is the two end to end, so `recover` takes them as they are.

    >>> from posenc.schemes.sinusoidal import Sinusoidal
    >>> recover(*side_by_side(random_words(2000, 16), Sinusoidal().table(128, 16)))
    Recovery(dim=32, word=1.0, position=1.0, both=1.0)
    """
    left, right = as_vectors("words", words), as_vectors("table", table)
    return np.pad(left, ((0, 0), (0, right.shape[1]))), np.pad(right, ((0, 0), (left.shape[1], 0)))


def attention_parameters(dim: int) -> int:
    """The numbers in one attention layer on dim features, 4·dim² + 4·dim: what doubling dim by concatenation costs.

    >>> round(attention_parameters(768) / attention_parameters(384), 2)
    3.99
    """
    return 4 * as_count("dim", dim) * (dim + 1)
