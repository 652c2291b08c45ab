"""Sines and cosines of the position, at geometrically spaced frequencies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from ..families import Absolute, Paper, Wave
from ..numeric.checks import Array, as_count, as_edges, as_floating, as_number, as_positions
from ..numeric.pairs import arrange, place
from ..numeric.phasors import geometric, mean_phasors, phasors, phasors_apart, rotation
from ..parameters import parameter


@dataclass(frozen=True)
class Sinusoidal(Absolute):
    """The encoding of the first Transformer: pair i holds sin and cos of position · base^(−2i/dim).

    Vaswani et al. 2017, arXiv:1706.03762, section 3.5; the other spacing is tensor2tensor's, base^(−i/(dim/2 − 1)).

    >>> Sinusoidal().table(2, 4).round(2).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.8399999737739563, 0.5400000214576721, 0.009999999776482582, 1.0]]
    """

    id = "sinusoidal"
    title = "Sinusoidal"
    paper = Paper("Vaswani et al.", 2017, "Attention Is All You Need", "1706.03762")
    formula = (
        r"\mathrm{PE}_{p,2i} = \sin\left(p \cdot b^{-2i/d}\right), \quad"
        r" \mathrm{PE}_{p,2i+1} = \cos\left(p \cdot b^{-2i/d}\right)"
    )
    idea = "Each position has a list of sines and cosines of different wavelengths, which is added to the word."
    letters = Absolute.letters + "; $i$ number of the pair, a sine and a cosine; $b$ the base"
    used_by = "the original Transformer; Marian (all sines first), Whisper, M2M100 (tensor2tensor's spacing)"

    base: float = parameter(10000.0, "The slowest wave is up to 2π times the base long.", minimum=1.0, maximum=1e9)
    layout: str = parameter(
        "interleaved",
        "Sine and cosine of a pair side by side, or all sines first: a permutation of columns.",
        choices=("interleaved", "concatenated"),
    )
    spacing: str = parameter(
        "vaswani",
        "The paper divides the exponent by dim/2, tensor2tensor's code by dim/2 − 1.",
        choices=("vaswani", "tensor2tensor"),
    )
    odd: str = parameter(
        "plain",
        "An odd dim: the formula as it stands, or the table of dim + 1 with its last feature cut.",
        choices=("plain", "round-up"),
    )
    scale: float = parameter(
        1.0, "The whole table is multiplied by this; x-transformers starts at dim^(−1/2).", minimum=0.0, maximum=1e6
    )
    padding_idx: int | None = parameter(
        None, "A position whose row is all zeros, as fairseq pads.", minimum=0, optional=True
    )

    def frequencies(self, dim: int) -> Array:
        """The frequency of each (sin, cos) pair, in radians per position: (⌈dim/2⌉,) float64."""
        return geometric(self.base, self._width(dim), -(-dim // 2))

    def _width(self, dim: int) -> int:
        """What the exponents are divided by."""
        pairs = -(-as_count("dim", dim) // 2)
        if self.spacing == "vaswani":
            return 2 * pairs if self.odd == "round-up" else dim
        if dim % 2 and self.odd == "plain":
            raise ValueError(f"dim must be even with tensor2tensor's spacing, or odd='round-up'; got {dim}")
        return 2 * max(pairs - 1, 1)

    def table(self, positions: ArrayLike, dim: int, dtype: DTypeLike = np.float32) -> Array:
        where, precision = as_positions(positions), as_floating(dtype)
        make = phasors_apart if self.layout == "concatenated" else phasors
        waves = make(where, -self.frequencies(dim), precision, phase=1j)  # sin θ + i cos θ = i·e^{−iθ}
        table = waves.view(waves.real.dtype)[:, :dim].astype(precision, copy=False)
        if self.scale != 1:
            table = table * precision.type(self.scale)
        if self.padding_idx is not None:
            table[where == self.padding_idx] = 0
        return table

    @property
    def empty_row(self) -> int | None:
        return self.padding_idx

    def row_norm(self, dim: int) -> float | None:
        pairs, lone = divmod(as_count("dim", dim), 2)
        return None if lone and self.scale else float(self.scale * np.sqrt(pairs))

    def mean_table(self, edges: Array, dim: int) -> Array:
        borders = as_edges(edges)
        means = arrange(mean_phasors(borders, -self.frequencies(dim), phase=1j), self.layout)[:, :dim] * self.scale
        if self.padding_idx is not None:
            row = np.searchsorted(borders, self.padding_idx, "right") - 1
            if 0 <= row < len(means):
                lost = Sinusoidal.table(self._without_padding(), [self.padding_idx], dim, np.float64)[0]
                means[row] -= lost / (borders[row + 1] - borders[row])
        return means

    def wavelengths(self, dim: int) -> Array | None:
        waves = 2 * np.pi / self.frequencies(dim)
        return (np.repeat(waves, 2) if self.layout == "interleaved" else np.tile(waves, 2))[:dim]

    def wave(self, dim: int, dimension: int) -> Wave | None:
        part, pair = place(self.layout, -(-as_count("dim", dim) // 2), as_count("dimension", dimension, 0, dim - 1))
        return Wave(("sin", "cos")[part], self.base, 2 * pair, self._width(dim), self.scale)

    def shift_matrix(self, k: float, dim: int) -> Array | None:
        angles = as_number("k", k) * self.frequencies(dim)
        if dim % 2 or self.padding_idx is not None:
            return None  # neither a lone sine can be moved, nor a row of zeros
        return rotation(angles, apart=self.layout == "concatenated")

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        waves = phasors(as_positions(offsets, "offsets"), self.frequencies(dim), np.dtype(np.float64)).real
        if dim % 2:
            waves[:, -1] /= 2  # of a lone sine: the mean of sin θ · sin (θ + k·ω) over all θ
        return self._per_head(waves.sum(1) * self.scale**2, heads)

    def _without_padding(self) -> "Sinusoidal":
        return Sinusoidal(self.base, self.layout, self.spacing, self.odd, self.scale)
