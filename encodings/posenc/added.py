"""What a bias scheme adds to the scores of a given content: as matrices, as curves over the offset, per head."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .checks import Array, as_count
from .family import Scheme
from .raster import edges, even_cells
from .similarity import ByOffset
from .words import word_vectors

HEAD_DIM = 32


def added_bias(scheme: Scheme, words: list[str], heads: int, causal: bool = False) -> Array:
    """What the scheme adds to the score of every two words of a sentence, were that score 0: (heads, n, n) float64.

    Queries and keys are toy vectors, one a word and the same wherever it stands, so that whatever differs between
    schemes is theirs. With a causal mask what is behind the query is not a number: nobody looks there.

    >>> from posenc import scheme
    >>> added_bias(scheme("alibi"), ["King", "and"], heads=1, causal=True).tolist()
    [[[0.0, nan], [-0.00390625, 0.0]]]
    """
    if not isinstance(scheme, Scheme) or scheme.family != "bias":
        raise ValueError(f"scheme must add to the scores; got {scheme!r}")
    n, count = as_count("words' number", len(words)), as_count("heads", heads)
    vocabulary = list(dict.fromkeys(words))
    vectors = word_vectors(vocabulary, 2 * count * HEAD_DIM, np.float64)[[vocabulary.index(word) for word in words]]
    queries, keys = vectors.reshape(n, 2, count, HEAD_DIM).transpose(1, 2, 0, 3)
    seen = np.tri(n, dtype=bool) | (not causal)
    scores = np.broadcast_to(np.where(seen, 0.0, -np.inf), (count, n, n))
    return np.where(seen, scheme.adjust(scores, queries, keys, np.arange(n)), np.nan)


def along_offsets(matrix: ArrayLike) -> ByOffset:
    """Mean, smallest and largest value of matrices (…, n, n) at each offset 1 − n…n − 1 (column − row): (…, 2n − 1).

    What is not a number does not count; an offset without numbers is none itself.

    >>> by_offset = along_offsets([[1.0, np.nan], [2.0, 3.0]])
    >>> by_offset.offsets.tolist(), by_offset.mean.tolist(), by_offset.high.tolist()
    ([-1, 0, 1], [2.0, 2.0, nan], [2.0, 3.0, nan])
    """
    values = _as_square(matrix)
    n = values.shape[-1]
    # Written with n more places a row and read with one fewer, each row starts one further left: diagonals are columns.
    padded = np.full((*values.shape[:-2], n, 2 * n), np.nan)
    padded[..., ::-1, :n] = values
    skewed = padded.reshape(*values.shape[:-2], -1)[..., :-n].reshape(*values.shape[:-2], n, 2 * n - 1)
    known = ~np.isnan(skewed)
    counts = known.sum(-2)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, skewed, 0).sum(-2) / counts
    low = np.where(known, skewed, np.inf).min(-2)
    high = np.where(known, skewed, -np.inf).max(-2)
    nowhere = counts == 0
    low[nowhere] = high[nowhere] = np.nan
    return ByOffset(np.arange(1 - n, n), mean, low, high)


def block_means(matrix: ArrayLike, cells: int) -> Array:
    """Matrices (…, n, n) as (…, cells, cells), or fewer, each the mean of the numbers it covers; of none, not a number.

    All cells cover equally much where that takes less than half of them away.

    >>> block_means([[1.0, 3.0, 5.0], [1.0, 3.0, np.nan], [2.0, 2.0, 2.0]], 2).tolist()
    [[1.0, 4.0], [1.5, 2.3333333333333335]]
    """
    values = _as_square(matrix)
    n = values.shape[-1]
    most = min(as_count("cells", cells), n)
    even = even_cells(n, most)
    borders, known = edges(0, n, even if n % even == 0 and 2 * even > most else most)[:-1], ~np.isnan(values)
    parts = (np.where(known, values, 0.0), known.astype(np.int64))
    sums, counts = (np.add.reduceat(np.add.reduceat(part, borders, -2), borders, -1) for part in parts)
    with np.errstate(invalid="ignore"):
        return sums / counts


@dataclass(frozen=True, eq=False)
class Staircase:
    """The buckets of a scheme over all offsets −reach…reach.

    On the side with more buckets every distance below `own` has one to itself, and all from `last` to reach share one.
    """

    offsets: Array
    buckets: Array
    own: int
    last: int


def staircase(scheme: Scheme, most: int = 1024) -> Staircase:
    """How a scheme's buckets widen, as far out as a new one begins and as far again, at most to `most`.

    >>> from posenc import scheme
    >>> stairs = staircase(scheme("t5"))
    >>> stairs.offsets[-1].item(), len(set(stairs.buckets)), stairs.own, stairs.last
    (256, 31, 8, 91)
    """
    if not hasattr(scheme, "buckets"):
        raise ValueError(f"scheme must have buckets; got {scheme!r}")
    reach = 8
    while reach < most and (scheme.buckets([-reach, reach]) != scheme.buckets([-2 * reach, 2 * reach])).any():
        reach *= 2
    reach = min(2 * reach, most)
    offsets = np.arange(-reach, reach + 1)
    buckets = scheme.buckets(offsets)
    side = max(buckets[reach:], buckets[reach::-1], key=lambda one: len(np.unique(one)))
    firsts = np.flatnonzero(np.diff(side, prepend=side[0] - 1))  # the smallest distance of each bucket
    alone = np.diff(firsts, append=reach + 1) == 1
    return Staircase(offsets, buckets, int(firsts[np.argmin(alone)]) if not alone.all() else reach + 1, int(firsts[-1]))


def _as_square(matrix: ArrayLike) -> Array:
    values = np.asarray(matrix, np.float64)
    if values.ndim < 2 or values.shape[-1] != values.shape[-2] or values.size == 0:
        raise ValueError(f"matrix must have shape (…, n, n) with n at least 1; got {values.shape}")
    return values
