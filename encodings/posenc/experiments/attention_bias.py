"""What Attention bias shows: what a scheme adds to the scores of a sentence, by offset, by bucket, by head."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bucketed, Scheme
from ..numeric.checks import Array, as_choice, as_count, as_matrices, as_words, shown
from ..rasters import edges, largest_divisor
from ..schemes.alibi import Alibi
from ..similarities import ByOffset
from .toy_words import word_vectors

HEAD_DIM = 32
FAR = 1 << 52
"""Further than any key stands."""


def added_bias(scheme: Scheme, words: list[str], heads: int, causal: bool = False) -> Array:
    """What the scheme adds to the score of every two words of a sentence, were that score 0: (heads, n, n) float64.

    Queries and keys are toy vectors, one a word and the same wherever it stands, so that whatever differs between
    schemes is theirs. With a causal mask what is ahead of the query is not a number: nobody looks there.

    >>> from posenc import scheme
    >>> added_bias(scheme("alibi"), ["King", "and"], heads=1, causal=True).tolist()
    [[[0.0, nan], [-0.00390625, 0.0]]]
    """
    if not isinstance(scheme, Scheme) or scheme.family != "bias":
        raise ValueError(f"scheme must add to the scores; got {shown(scheme)}")
    known, count = as_words(words), as_count("heads", heads)
    n, vocabulary = as_count("words' number", len(known)), list(dict.fromkeys(known))
    as_choice("causal", causal, (False, True))
    vectors = word_vectors(vocabulary, 2 * count * HEAD_DIM, np.float64)[[vocabulary.index(word) for word in known]]
    queries, keys = vectors.reshape(n, 2, count, HEAD_DIM).transpose(1, 2, 0, 3)
    seen = np.tri(n, dtype=bool) | (not causal)
    scores = np.broadcast_to(np.where(seen, 0.0, -np.inf), (count, n, n))
    return np.where(seen, scheme.add_to_scores(scores, queries, keys, np.arange(n)), np.nan)


def mean_by_offset(matrix: ArrayLike) -> ByOffset:
    """Mean, smallest and largest value of matrices (…, n, n) at each offset 1 − n…n − 1 (column − row): (…, 2n − 1).

    What is not a number does not count; an offset without numbers is none itself.

    >>> by_offset = mean_by_offset([[1.0, np.nan], [2.0, 3.0]])
    >>> by_offset.offsets.tolist(), by_offset.mean.tolist(), by_offset.high.tolist()
    ([-1, 0, 1], [2.0, 2.0, nan], [2.0, 3.0, nan])
    """
    values = as_matrices("matrix", matrix)
    n = values.shape[-1]
    curves = np.empty((3, *values.shape[:-2], 2 * n - 1))
    for head in np.ndindex(values.shape[:-2]):  # one at a time: all of them take several times as much
        curves[:, *head] = _along_diagonals(values[head])
    return ByOffset(np.arange(1 - n, n), *curves)


def block_means(matrix: ArrayLike, cells: int) -> Array:
    """Matrices (…, n, n) as (…, cells, cells), or fewer, each the mean of the numbers it covers; of none, not a number.

    All cells cover equally much where that takes less than half of them away.

    >>> block_means([[1.0, 3.0, 5.0], [1.0, 3.0, np.nan], [2.0, 2.0, 2.0]], 2).tolist()
    [[1.0, 4.0], [1.5, 2.3333333333333335]]
    """
    values = as_matrices("matrix", matrix)
    n = values.shape[-1]
    maximum = min(as_count("cells", cells), n)
    even = largest_divisor(n, maximum)
    borders, known = edges(0, n, even if n % even == 0 and 2 * even > maximum else maximum)[:-1], ~np.isnan(values)
    parts = (np.where(known, values, 0.0), known.astype(np.int64))
    sums, counts = (np.add.reduceat(np.add.reduceat(part, borders, -2), borders, -1) for part in parts)
    with np.errstate(invalid="ignore"):
        return sums / counts


@dataclass(frozen=True)
class Side:
    """Of the keys on one side of a query: each of the distances 1…own − 1 has a bucket to itself, all from last on share
    one; last is 0 where that is the bucket of the query's own place."""

    own: int
    last: int


@dataclass(frozen=True, eq=False)
class BucketBoundaries:
    """The buckets of a scheme as they are added, over the offsets −reach…reach (key − query), and either side's ends."""

    offsets: Array
    buckets: Array
    behind: Side
    ahead: Side


def bucket_boundaries(scheme: Scheme, maximum: int = 1024) -> BucketBoundaries:
    """How a scheme's buckets widen, as far out as a new one begins and as far again, at most to `maximum`.

    >>> from posenc import scheme
    >>> stairs = bucket_boundaries(scheme("t5"))
    >>> stairs.offsets[-1].item(), len(set(stairs.buckets)), stairs.behind, stairs.ahead
    (256, 31, Side(own=8, last=91), Side(own=8, last=91))
    """
    if not isinstance(scheme, Bucketed):
        raise ValueError(f"scheme must have buckets; got {shown(scheme)}")
    maximum = as_count("maximum", maximum)
    added = scheme.added_buckets
    behind, ahead = _side(lambda distances: added(-distances)), _side(added)
    widest = 1 << (max(behind.last, ahead.last, 8) - 1).bit_length()
    reach = min(2 * widest, maximum)
    offsets = np.arange(-reach, reach + 1)
    return BucketBoundaries(offsets, added(offsets), behind, ahead)


def _side(buckets: Callable[[Array], Array]) -> Side:
    """Where distances begin to share buckets, which never return once they are left."""
    count, shared = 128, np.empty(0, int)
    while not len(shared) and count < FAR:
        count *= 2
        shared = np.flatnonzero(np.diff(buckets(np.arange(1, count))) == 0)
    none, last = -1, FAR  # distances before the last bucket, and in it
    while last - none > 1:
        middle = (none + last) // 2
        none, last = (none, middle) if buckets(np.array(middle)) == buckets(np.array(FAR)) else (middle, last)
    return Side(int(shared[0]) + 1, last)


def _along_diagonals(matrix: Array) -> Array:
    """Mean, smallest and largest number of each diagonal of a matrix (n, n): (3, 2n − 1)."""
    n = len(matrix)
    # Written with n more places a row and read with one fewer, each row starts one further left: diagonals are columns.
    padded = np.full((n, 2 * n), np.nan)
    padded[::-1, :n] = matrix
    skewed = padded.reshape(-1)[:-n].reshape(n, 2 * n - 1)
    known = ~np.isnan(skewed)
    counts = known.sum(0)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, skewed, 0).sum(0) / counts
    low = np.where(known, skewed, np.inf).min(0)
    high = np.where(known, skewed, -np.inf).max(0)
    low[counts == 0] = high[counts == 0] = np.nan
    return np.stack([mean, low, high])


def slopes_from_above(heads: int, max_bias: float = 8.0) -> Array:
    """The slope of each head by MPT's rule: (heads,) float64.

    Those of the next power of two, the 2nd, 4th, … first, then the 1st, 3rd, …, cut to the number of heads. The
    authors' rule, `Alibi.slopes`, starts from the power below instead.

    >>> slopes_from_above(3).tolist() == Alibi().slopes(3).tolist() == [0.0625, 0.00390625, 0.25]
    True
    """
    above = Alibi(max_bias=max_bias).slopes(power_of_two_above(heads))
    return above if len(above) == heads else np.concatenate([above[1::2], above[::2]])[:heads]


def power_of_two_above(heads: int) -> int:
    """The smallest power of two that is no smaller.

    >>> power_of_two_above(12), power_of_two_above(16)
    (16, 16)
    """
    return 1 << (as_count("heads", heads) - 1).bit_length()
