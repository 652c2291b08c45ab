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
