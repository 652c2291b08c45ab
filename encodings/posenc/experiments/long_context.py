"""What a rotary scheme meets beyond the length it was trained for: which pairs turn, which angles are new."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..families import Rotary
from ..numeric.checks import Array, as_count, as_shaped
from ..numeric.pairs import with_still
from ..numeric.phasors import mean_phasors
from ..numeric.tolerances import EXACT64
from ..rasters import MAX_POSITIONS
from ..rope_scalings import Proportional
from ..schemes.rotary import RotaryEmbedding

SEEN, INTERPOLATES, EXTRAPOLATES, STILL = "seen", "interpolates", "extrapolates", "still"
KINDS = (SEEN, INTERPOLATES, EXTRAPOLATES)
"""Of a pair that turns."""
TURN = 2 * np.pi


@dataclass(frozen=True, eq=False)
class Stretch:
    """The pairs of a rotary scheme before and after its scaling, in a sequence longer (or shorter) than trained.

    n positions count as n steps, so that a pair which takes n positions for a turn makes one in them.
    """

    before: Array
    """(pairs,) radians a position, without scaling: as the pairs turned while the model learned."""
    after: Array
    """(pairs,) radians a position, as scaled for this length."""
    trained: int
    length: int
    window: int | None = None
    """How many positions a token sees at most; None: all before it."""

    @property
    def reach_trained(self) -> int:
        """How many positions a token saw at most while the model learned."""
        return min(self.trained, self.window or self.trained)

    @property
    def reach(self) -> int:
        """How many it sees at most in this length."""
        return min(self.length, self.window or self.length)

    @property
    def turns_trained(self) -> Array:
        """The turns that each pair made between two tokens that saw each other in the trained length: (pairs,)."""
        return self.before * self.reach_trained / TURN

    @property
    def turns_before(self) -> Array:
        """The turns that it would make in this length if it were not scaled."""
        return self.before * self.reach / TURN

    @property
    def turns_after(self) -> Array:
        """The turns that it makes in this length."""
        return self.after * self.reach / TURN

    @property
    def turning(self) -> Array:
        """Whether each pair turns at all: (pairs,)."""
        return self.before > 0

    @property
    def slow(self) -> Array:
        """The pairs that turn and never finished a turn while the model learned: their numbers, ascending."""
        return np.flatnonzero(self.turning & (self.turns_trained < 1))

    @property
    def changed(self) -> bool:
        """Whether the scaling gives any pair another speed in this length."""
        return not np.allclose(self.before, self.after, rtol=EXACT64, atol=0)

    @property
    def wavelengths_before(self) -> Array:
        """The positions of one turn before scaling: (pairs,)."""
        return _wavelengths(self.before)

    @property
    def wavelengths_after(self) -> Array:
        """The positions of one turn as scaled: (pairs,), infinite where a pair stands still."""
        return _wavelengths(self.after)

    @property
    def slowed(self) -> Array:
        """How many times slower each pair turns than before: (pairs,), infinite where it stands still."""
        still = np.full(len(self.before), np.inf)
        return np.divide(self.before, self.after, out=still, where=self.after > 0)

    def kinds(self, scaled: bool = True) -> list[str]:
        """What each pair does in this length, with its scaling or without: one of `KINDS` a pair, or `STILL`.

        A pair that finished a turn while the model learned has seen every angle. Any other either stays within the
        angles that it reached then (it interpolates), or goes beyond them (it extrapolates).
        """
        reached = self.turns_after if scaled else self.turns_before
        within = reached <= self.turns_trained * (1 + EXACT64)
        return [
            STILL if not turns else SEEN if whole else INTERPOLATES if stays else EXTRAPOLATES
            for turns, whole, stays in zip(self.turning, self.turns_trained >= 1, within, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Decay:
    """The mean score of two equal vectors, spread evenly over a head, in ranges of distances, unscaled and scaled."""

    edges: Array
    """Where each range begins, and where the last ends: whole distances, ever further apart."""
    before: Array
    after: Array

    @property
    def distances(self) -> Array:
        """A distance in the middle of each range, on a logarithmic scale."""
        return np.sqrt(self.edges[:-1] * (self.edges[1:] - 1))


def stretch(scheme: Rotary, dim: int, trained: int, length: int, window: int | None = None) -> Stretch:
    """The pairs of a rotary scheme, trained on `trained` positions, in a sequence of that length.

    In a layer with a sliding window a token sees the last `window` positions alone, its own included: further apart no
    two tokens meet, in training or later.

    >>> from posenc import rope_scaling, scheme
    >>> linear = stretch(scheme("rotary", scaling=rope_scaling("linear", factor=4.0)), 8, trained=512, length=2048)
    >>> linear.slowed.tolist(), linear.kinds()
    ([4.0, 4.0, 4.0, 4.0], ['seen', 'seen', 'interpolates', 'interpolates'])
    >>> linear.kinds(scaled=False)[2:]
    ['extrapolates', 'extrapolates']
    """
    limits: dict[str, Any] = dict(minimum=1, maximum=MAX_POSITIONS)
    learned, long = as_count("trained", trained, **limits), as_count("length", length, **limits)
    seen = window if window is None else as_count("window", window)
    return Stretch(unscaled(scheme).frequencies(dim), scheme.frequencies(dim, long), learned, long, seen)


def unscaled(scheme: Rotary) -> Rotary:
    """The same rotary scheme without its scaling; pairs that proportional scaling lets stand still have never turned."""
    if not isinstance(scheme, RotaryEmbedding):
        return scheme
    if isinstance(scheme.scaling, Proportional):
        return replace(scheme, scaling=replace(scheme.scaling, factor=1.0))
    return replace(scheme, scaling=None)


def decay(
    scheme: Rotary,
    dim: int,
    length: int,
    maximum: int = 120,
    window: int | None = None,
    head: int | None = None,
    softmax_scale: float = 1.0,
) -> Decay:
    """How the score of two equal vectors fades with their distance, up to a sequence's length, in so many ranges.

    Up to the window, where there is one. The vectors are spread evenly over the features of a `head`, of which the
    scheme takes `dim`; a model may multiply its scaled scores by a softmax_scale besides.

    >>> from posenc import rope_scaling, scheme
    >>> fading = decay(scheme("rotary", scaling=rope_scaling("linear", factor=4.0)), 8, length=64, maximum=4)
    >>> fading.edges.tolist(), bool((fading.after > fading.before).all())
    ([1, 3, 8, 23, 64], True)
    """
    reach = min(
        as_count("length", length, 2, MAX_POSITIONS), length if window is None else as_count("window", window, 2)
    )
    edges = ranges(reach, maximum)
    before, after = (mean_kernel(each, dim, edges, length, head) for each in (unscaled(scheme), scheme))
    return Decay(edges, before, after * softmax_scale)


def ranges(stop: int, maximum: int) -> Array:
    """The edges of at most so many ranges from 1 to stop − 1, each about as many times longer as the one before.

    >>> ranges(1000, 3).tolist()
    [1, 10, 100, 1000]
    """
    return np.unique(np.rint(np.geomspace(1, stop, as_count("maximum", maximum) + 1)).astype(np.int64))


def mean_kernel(scheme: Rotary, dim: int, edges: Array, length: int, head: int | None = None) -> Array:
    """The mean of `scheme.kernel` over the offsets a…b−1 between neighbouring edges, in a sequence of that length.

    A closed form, so that a range costs the same however wide it is: (len(edges) − 1,). A head may have more features
    than the dim that the scheme takes; those stand still.

    >>> from posenc import scheme
    >>> rotary = scheme("rotary")
    >>> exact = rotary.kernel(np.arange(3, 90), dim=8, heads=1).mean()
    >>> bool(abs(mean_kernel(rotary, 8, np.array([3, 90]), 90)[0] - exact) < 1e-12)
    True
    """
    borders = as_shaped("edges", edges, (None,))
    waves = mean_phasors(borders, scheme.frequencies(dim, length)).real * scheme.attention_factor(length) ** 2
    return with_still(waves, dim if head is None else head).mean(1)


def _wavelengths(frequencies: Array) -> Array:
    with np.errstate(divide="ignore"):
        return TURN / frequencies
