"""What a rotary scheme meets beyond the length it was trained for: which pairs turn, which angles are new."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .checks import Array, as_count, as_shaped
from .family import Rotary
from .pairs import with_still
from .phasors import mean_phasors
from .raster import MOST_POSITIONS
from .schemes.rotary import RotaryEmbedding

SEEN, INTERPOLATES, EXTRAPOLATES = "every angle seen", "interpolates", "extrapolates"
KINDS = (SEEN, INTERPOLATES, EXTRAPOLATES)
TURN = 2 * np.pi
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Stretch:
    """The pairs of a rotary scheme before and after its scaling, in a sequence longer (or shorter) than trained."""

    before: Array
    """(pairs,) radians a position, without scaling: as the pairs turned while the model learned."""
    after: Array
    """(pairs,) radians a position, as scaled for this length."""
    trained: int
    length: int

    @property
    def turns_trained(self) -> Array:
        """The turns that each pair made in the trained length: (pairs,)."""
        return self.before * self.trained / TURN

    @property
    def turns_before(self) -> Array:
        """The turns that it would make in this length if it were not scaled."""
        return self.before * self.length / TURN

    @property
    def turns_after(self) -> Array:
        """The turns that it makes in this length."""
        return self.after * self.length / TURN

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
        with np.errstate(divide="ignore"):
            return self.before / self.after

    def kinds(self, scaled: bool = True) -> list[str]:
        """What each pair does in this length, with its scaling or without: one of `KINDS` a pair.

        A pair that finished a turn while the model learned has shown it every angle. Any other either stays within
        the angles that it reached then (it interpolates), or goes beyond them (it extrapolates).
        """
        reached = self.turns_after if scaled else self.turns_before
        within = reached <= self.turns_trained * (1 + ROUNDING)
        return [
            SEEN if whole else INTERPOLATES if stays else EXTRAPOLATES
            for whole, stays in zip(self.turns_trained >= 1, within, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Decay:
    """The mean score of two equal vectors in ranges of distances, unscaled and scaled."""

    edges: Array
    """Where each range begins, and where the last ends: whole distances, ever further apart."""
    before: Array
    after: Array

    @property
    def distances(self) -> Array:
        """A distance in the middle of each range, on a logarithmic scale."""
        return np.sqrt(self.edges[:-1] * (self.edges[1:] - 1))


def stretch(scheme: Rotary, dim: int, trained: int, length: int) -> Stretch:
    """The pairs of a rotary scheme, trained on `trained` positions, in a sequence of that length.

    >>> from posenc import rope_scaling, scheme
    >>> linear = stretch(scheme("rotary", scaling=rope_scaling("linear", factor=4.0)), 8, trained=512, length=2048)
    >>> linear.slowed.tolist(), linear.kinds()
    ([4.0, 4.0, 4.0, 4.0], ['every angle seen', 'every angle seen', 'interpolates', 'interpolates'])
    >>> linear.kinds(scaled=False)
    ['every angle seen', 'every angle seen', 'extrapolates', 'extrapolates']
    """
    limits: dict[str, Any] = dict(minimum=1, maximum=MOST_POSITIONS)
    learned, long = as_count("trained", trained, **limits), as_count("length", length, **limits)
    return Stretch(unscaled(scheme).frequencies(dim), scheme.frequencies(dim, long), learned, long)


def unscaled(scheme: Rotary) -> Rotary:
    """The same rotary scheme without its scaling."""
    return replace(scheme, scaling=None) if isinstance(scheme, RotaryEmbedding) else scheme


def decay(scheme: Rotary, dim: int, length: int, most: int = 120) -> Decay:
    """How the score of two equal vectors fades with their distance, up to a sequence's length, in so many ranges.

    >>> from posenc import rope_scaling, scheme
    >>> fading = decay(scheme("rotary", scaling=rope_scaling("linear", factor=4.0)), 8, length=64, most=4)
    >>> fading.edges.tolist(), bool((fading.after > fading.before).all())
    ([1, 3, 8, 23, 64], True)
    """
    edges = ranges(as_count("length", length, 2, MOST_POSITIONS), most)
    before, after = (mean_kernel(known, dim, edges, length) for known in (unscaled(scheme), scheme))
    return Decay(edges, before, after)


def ranges(stop: int, most: int) -> Array:
    """The edges of at most so many ranges from 1 to stop − 1, each about as many times longer as the one before.

    >>> ranges(1000, 3).tolist()
    [1, 10, 100, 1000]
    """
    return np.unique(np.rint(np.geomspace(1, stop, as_count("most", most) + 1)).astype(np.int64))


def mean_kernel(scheme: Rotary, dim: int, edges: Array, length: int) -> Array:
    """The mean of `scheme.kernel` over the offsets a…b−1 between neighbouring edges, in a sequence of that length.

    A closed form, so that a range costs the same however wide it is: (len(edges) − 1,).

    >>> from posenc import scheme
    >>> rotary = scheme("rotary")
    >>> exact = rotary.kernel(np.arange(3, 90), dim=8, heads=1).mean()
    >>> bool(abs(mean_kernel(rotary, 8, np.array([3, 90]), 90)[0] - exact) < 1e-12)
    True
    """
    borders = as_shaped("edges", edges, (None,))
    waves = mean_phasors(borders, scheme.frequencies(dim, length)).real * scheme.attention_factor(length) ** 2
    return with_still(waves, dim).mean(1)


def _wavelengths(frequencies: Array) -> Array:
    with np.errstate(divide="ignore"):
        return TURN / frequencies
