"""xPos: rotary embedding whose scores also fade with the distance."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..families import Paper, Rotary, Wave, length_of
from ..numeric.checks import WHOLE, Array, as_count, as_positions, as_vectors
from ..numeric.phasors import geometric, phasors
from ..parameters import parameter


@dataclass(frozen=True)
class XPos(Rotary):
    """Pairs rotate as in rotary embedding; queries shrink and keys grow with the position, the fast pairs most.

    Sun et al. 2022, arXiv:2212.10554. Query pair i at position p is multiplied by z_i^((p − c)/scale_base), the key's
    divided by it, z_i = (2i + 0.4·dim)/(1.4·dim) < 1, c the middle of the sequence: a pair's part of the score fades with
    the distance of a key behind the query, and grows with that of one ahead of it, which a causal mask hides. Pairs are
    (2i, 2i + 1). The `table` is the rotation without the scale.

    >>> XPos(scale_base=1).rotate(np.ones((3, 2)), 3).round(2).tolist()
    [[3.5, 3.5], [-0.3, 1.38], [-0.38, 0.14]]
    >>> (XPos().kernel([-512, 0], dim=2, heads=1) / XPos(scale_base=1e9).kernel([-512, 0], dim=2)[:1]).round(3).tolist()
    [[0.286, 1.0]]
    """

    id = "xpos"
    title = "xPos"
    paper = Paper("Sun et al.", 2022, "A Length-Extrapolatable Transformer", "2212.10554")
    formula = (
        r"q'_i = q_i\, e^{\mathrm{i} p \omega_i} z_i^{(p - c)/s}, \quad k'_i = k_i\, e^{\mathrm{i} p \omega_i} z_i^{(c - p)/s},"
        r" \quad \omega_i = b^{-2i/d}, \quad z_i = \frac{2i + 0.4 d}{1.4 d}, \quad c = \lfloor n/2 \rfloor"
    )
    idea = "Queries and keys are turned as in rotary, and keys far behind the query count less."
    letters = (
        Rotary.letters + "; $q_i, k_i$ pair i of query and key, as one complex number; $q'_i, k'_i$ the same, turned"
        r"; $e^{\mathrm{i} p \omega_i}$ a turn by this angle; $z_i$ how fast pair i shrinks; $s$ scale_base"
        "; $c$ position in the middle; $n$ how many positions there are"
    )
    used_by = "LEX, RetNet"
    layout = "interleaved"

    base: float = parameter(
        10000.0, "The slowest pair turns at least 1/base radians a position.", minimum=1.0, maximum=1e9
    )
    scale_base: float = parameter(
        512.0,
        "With the key so far behind the query, the first pair's part of the score has faded to 2/7.",
        minimum=1.0,
        maximum=1e9,
    )
    centre: str = parameter(
        "floor", "The middle of a sequence of odd length, rounded down or (torchscale) up.", choices=("floor", "ceil")
    )

    def frequencies(self, dim: int, length: int | None = None) -> Array:
        return geometric(self.base, as_count("dim", dim, 2, multiple=2), dim // 2)

    def wave(self, dim: int, dimension: int) -> Wave | None:
        return self._wave(self.base, dim, dim, dimension)

    def rotate(self, x: ArrayLike, positions: Any, length: int | None = None) -> Array:
        """Queries (…, n, dim), rotated and scaled; `length` is the sequence's, the largest position + 1 unless given."""
        return self._scaled(x, positions, length, 1)

    def rotate_key(self, x: ArrayLike, positions: Any, length: int | None = None) -> Array:
        """Keys (…, n, dim), rotated as queries are, and divided by the scale that queries are multiplied by."""
        return self._scaled(x, positions, length, -1)

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        where = as_positions(offsets, "offsets")
        waves = phasors(where, self.frequencies(dim), np.dtype(np.float64)).real
        scales = self._scales(-where, dim, np.dtype(np.float64), "offsets must be nearer to 0")
        return self._per_head((waves * scales).mean(1), heads)

    def _scaled(self, x: ArrayLike, positions: Any, length: int | None, sign: int) -> Array:
        vectors, where = as_vectors("x", x), as_positions(positions)
        dim, dtype = vectors.shape[-1], vectors.dtype
        n = length_of(where) if length is None else as_count("length", length, maximum=WHOLE)
        middle = n // 2 if self.centre == "floor" else -(-n // 2)
        return self._rotate_rows(
            vectors, self._phasors_once(where, dim, dtype) * self._scales(sign * (where - middle), dim, dtype)
        )

    def _scales(
        self,
        distances: Array,
        dim: int,
        dtype: np.dtype[Any],
        allowed: str = "positions must be nearer to the middle",
    ) -> Array:
        """z_i^(distance/scale_base): (n, dim/2)."""
        z = (2 * np.arange(dim // 2) + 0.4 * dim) / (1.4 * dim)
        with np.errstate(over="ignore"):
            scales = (z ** (distances[:, None] / self.scale_base)).astype(dtype)
        if not np.isfinite(scales).all():
            raise ValueError(
                f"{allowed}: {np.abs(distances).max()} away from it, with scale_base {self.scale_base}, the scale"
                f" exceeds {dtype}"
            )
        return scales
