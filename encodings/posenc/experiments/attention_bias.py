"""What Attention bias shows: what a scheme adds to the scores of a sentence, by offset, by bucket, by head."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bucketed, Scheme, Sloped
from ..numeric.checks import Array, as_choice, as_count, as_matrices, as_words, shown
from ..numeric.tolerances import FLOAT32
from ..rasters import edges, largest_divisor
from ..schemes.alibi import Alibi
from ..similarities import ByOffset
from .toy_words import word_vectors

HEAD_DIM = 32
FAR = 1 << 52
"""Further than any key stands."""


class Uneven(NamedTuple):
    """What a query gets for the key so far ahead of it and for the key as far behind it, where the two differ."""

    query: int
    distance: int
    ahead: float
    behind: float


@dataclass(frozen=True, eq=False)
class Effect:
    """What a scheme's bias depends on, in one head and in all; what is rounding counts as 0."""

    low: float
    high: float
    """The smallest and the largest number that the head adds."""
    uneven: Uneven | None
    """Where the head tells left from right; None: nowhere, or a mask hides one side."""
    flat: bool
    """Whether each head adds one number to all its scores."""
    spread: float
    """The largest difference along a diagonal in any head."""
    spread_here: float
    """The same in the one head."""
    by_words: float
    """The largest change with other words."""
    largest: Array
    """(heads,): the largest that each head adds or takes away."""


def added_bias(scheme: Scheme, words: list[str], heads: int, causal: bool = False) -> Array:
    """What the scheme adds to the score of every two words of a sentence, where that score is 0: (heads, n, n) float64.

    Queries and keys are toy vectors, one a word and the same wherever it stands, so that schemes differ in nothing else.
    With a causal mask, keys ahead of the query are not a number.

    >>> from posenc import scheme
    >>> added_bias(scheme("alibi"), ["King", "and"], heads=1, causal=True).tolist()
    [[[0.0, nan], [-0.00390625, 0.0]]]
    """
    if not isinstance(scheme, Scheme) or scheme.family != "bias":
        raise ValueError(f"scheme must add to the scores; got {shown(scheme)}")
    sentence, count = as_words(words), as_count("heads", heads)
    n, vocabulary = as_count("words' number", len(sentence)), list(dict.fromkeys(sentence))
    as_choice("causal", causal, (False, True))
    vectors = word_vectors(vocabulary, 2 * count * HEAD_DIM, np.float64)[[vocabulary.index(word) for word in sentence]]
    queries, keys = vectors.reshape(n, 2, count, HEAD_DIM).transpose(1, 2, 0, 3)
    seen = np.tri(n, dtype=bool) | (not causal)
    scores = np.broadcast_to(np.where(seen, 0.0, -np.inf), (count, n, n))
    return np.where(seen, scheme.add_to_scores(scores, queries, keys, np.arange(n)), np.nan)


def effect(added: Array, other: Array, curve: ByOffset, head: int) -> Effect:
    """What a bias depends on, measured in one head and in all.

    added and other: what is added to the scores of two sentences, (heads, n, n); curve: `mean_by_offset` of the first.

    >>> from posenc import scheme
    >>> added, other = (added_bias(scheme("alibi"), words, 1) for words in (["a", "b", "a"], ["c", "d", "e"]))
    >>> found = effect(added, other, mean_by_offset(added), 0)
    >>> found.low, found.high, found.uneven, found.spread, found.by_words
    (-0.0078125, 0.0, None, 0.0, 0.0)
    """
    largest = np.nanmax(np.abs(added), axis=(1, 2))
    small = FLOAT32 * float(largest.max())
    apart = float(np.nanmax(np.abs(added - other)))

    def unless_rounding(value: float) -> float:
        return value if value > small else 0.0

    return Effect(
        low=float(np.nanmin(added[head])),
        high=float(np.nanmax(added[head])),
        uneven=first_uneven(added[head]),
        flat=bool((np.nanmax(curve.high, axis=1) - np.nanmin(curve.low, axis=1)).max() <= small),
        spread=unless_rounding(float(np.nanmax(curve.spread))),
        spread_here=unless_rounding(float(np.nanmax(curve.spread[head]))),
        by_words=apart if apart > FLOAT32 * float(np.nanmax(np.abs([added, other]))) else 0.0,
        largest=largest,
    )


def first_uneven(matrix: Array) -> Uneven | None:
    """The smallest distance at which some query gets something else ahead than behind; of these queries, where most.

    >>> first_uneven(np.array([[0.0, 1.0, 2.0], [3.0, 0.0, 1.0], [0.0, 0.0, 0.0]]))
    Uneven(query=1, distance=1, ahead=1.0, behind=3.0)
    """
    n = len(matrix)
    if n < 3 or np.isnan(matrix[0, 1]):
        return None
    for distance in range(1, n // 2 + n % 2):
        queries = np.arange(distance, n - distance)
        ahead, behind = matrix[queries, queries + distance], matrix[queries, queries - distance]
        at = int(np.abs(ahead - behind).argmax())
        if abs(ahead[at] - behind[at]) > FLOAT32 * np.abs(matrix).max():
            return Uneven(int(queries[at]), distance, float(ahead[at]), float(behind[at]))
    return None


def mean_by_offset(matrix: ArrayLike) -> ByOffset:
    """Mean, smallest and largest value of matrices (…, n, n) at each offset 1 − n…n − 1 (column − row): (…, 2n − 1).

    Values that are not a number are left out; an offset that has no others is not a number.

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
    """Matrices (…, n, n) averaged down to (…, cells, cells) or fewer; a cell that covers no number is none itself.

    All cells cover equally many numbers where at least half as many cells as asked for allow it.

    >>> block_means([[1.0, 3.0, 5.0], [1.0, 3.0, np.nan], [2.0, 2.0, 2.0]], 2).tolist()
    [[1.0, 4.0], [1.5, 2.3333333333333335]]
    """
    values = as_matrices("matrix", matrix)
    n = values.shape[-1]
    maximum = min(as_count("cells", cells), n)
    even = largest_divisor(n, maximum)
    borders, finite = edges(0, n, even if n % even == 0 and 2 * even > maximum else maximum)[:-1], ~np.isnan(values)
    parts = (np.where(finite, values, 0.0), finite.astype(np.int64))
    sums, counts = (np.add.reduceat(np.add.reduceat(part, borders, -2), borders, -1) for part in parts)
    with np.errstate(invalid="ignore"):
        return sums / counts


@dataclass(frozen=True)
class Side:
    """The buckets of the keys on one side of a query."""

    own: int
    """Distances below it have a bucket each."""
    last: int
    """All distances from it on share one bucket; 0: that of the query's own place."""


@dataclass(frozen=True, eq=False)
class BucketBoundaries:
    """The buckets of a scheme over the offsets −reach…reach (key − query), and how they end on either side of a query."""

    offsets: Array
    buckets: Array
    behind: Side
    ahead: Side

    @property
    def reach(self) -> int:
        return int(self.offsets[-1])

    @property
    def count(self) -> int:
        """How many buckets there are."""
        return len(np.unique(self.buckets))


def bucket_boundaries(scheme: Scheme, maximum: int = 1024) -> BucketBoundaries:
    """A scheme's buckets, at offsets up to twice as far as where the last one begins, at most up to `maximum`.

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
    finite = ~np.isnan(skewed)
    counts = finite.sum(0)
    with np.errstate(invalid="ignore"):
        mean = np.where(finite, skewed, 0).sum(0) / counts
    low = np.where(finite, skewed, np.inf).min(0)
    high = np.where(finite, skewed, -np.inf).max(0)
    low[counts == 0] = high[counts == 0] = np.nan
    return np.stack([mean, low, high])


class SlopeRules(NamedTuple):
    """The slopes of some heads, and of the powers of two from which two rules take them."""

    chosen: Array
    below: Array
    """Of the closest power of two that is no larger."""
    above: Array
    """Of twice as many."""
    error: float
    """The largest difference between the slopes of both rules."""


def slope_rules(scheme: Sloped, heads: int) -> SlopeRules:
    """The slopes that a scheme gives so many heads, beside those by MPT's rule for ALiBi (see `slopes_from_above`).

    >>> found = slope_rules(Alibi(), 12)
    >>> len(found.chosen), len(found.below), len(found.above), found.error
    (12, 8, 16, 0.0)
    """
    above = power_of_two_above(heads)
    below = above if above == heads else above // 2
    chosen, lower, upper = (scheme.slopes(count) for count in (heads, below, 2 * below))
    return SlopeRules(chosen, lower, upper, float(np.abs(chosen - slopes_from_above(heads, scheme.max_bias)).max()))


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
