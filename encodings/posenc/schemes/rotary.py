"""Rotary position embedding: pairs of features of queries and keys rotate with the position."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..families import Paper, Rotary, Wave, length_of
from ..numeric.checks import WHOLE, Array, as_count, as_floating, as_positions, shown
from ..numeric.phasors import geometric, phasors_apart
from ..parameters import parameter
from ..rope_scalings import RopeScaling


@dataclass(frozen=True)
class RotaryEmbedding(Rotary):
    """RoPE: pair i of a query or key at position p is rotated by the angle p · base^(−2i/rotary_dim).

    Su et al. 2021, arXiv:2104.09864. Both layouts are right, each for the weights trained with it: "half" pairs
    features (i, i + rotary_dim/2) as Llama in transformers, "interleaved" (2i, 2i + 1) as the paper and GPT-J.
    "interleaved-in-half-out" reads the latter and writes the former, as DeepSeek-V3. "mixed" takes the first's angles
    for the second's pairs: no rotation where these differ, norms change, and yet V-JEPA 2 was trained so.

    >>> RotaryEmbedding().frequencies(4).tolist()
    [1.0, 0.01]
    >>> import numpy as np
    >>> RotaryEmbedding(layout="interleaved").rotate(np.ones((1, 2)), [np.pi / 2]).round(6).tolist()
    [[-1.0, 1.0]]
    """

    id = "rotary"
    title = "Rotary (RoPE)"
    paper = Paper("Su et al.", 2021, "RoFormer: Enhanced Transformer with Rotary Position Embedding", "2104.09864")
    formula = (
        r"\begin{pmatrix} x'_{1} \\ x'_{2} \end{pmatrix} = \begin{pmatrix} \cos p\omega_i & -\sin p\omega_i \\"
        r" \sin p\omega_i & \cos p\omega_i \end{pmatrix} \begin{pmatrix} x_{1} \\ x_{2} \end{pmatrix},"
        r" \quad \omega_i = b^{-2i/d}"
    )
    idea = "Queries and keys are turned, pair of numbers by pair, by angles that grow with the position."
    letters = Rotary.letters + "; $x_1, x_2$ a pair of numbers of a query or key; $x'_1, x'_2$ the same pair, turned"
    used_by = "Llama, Qwen, Mistral, Gemma; DeepSeek, GPT-NeoX (in a part of each head)"

    base: float = parameter(
        10000.0, "Unscaled, the slowest pair turns at least 1/base radians a position.", minimum=1.0, maximum=1e9
    )
    layout: str = parameter(
        "half",
        "Which features form a pair. half: i and i + m/2 of the m that turn; interleaved: 2i and 2i + 1, which"
        " interleaved-in-half-out writes as half does, and mixed turns by the angles of half.",
        choices=("half", "interleaved", "interleaved-in-half-out", "mixed"),
    )
    rotary_dim: int | None = parameter(
        None,
        "Only the first rotary_dim features turn; all of them unless set.",
        minimum=2,
        maximum=65536,
        optional=True,
    )
    scaling: RopeScaling | None = parameter(
        None, "How it is stretched beyond the trained length: a posenc.rope_scaling(…).", optional=True
    )

    values = "formula"

    @property
    def learned(self) -> str:
        searched = self.scaling is not None and self.scaling.kind == "longrope"
        return "a factor for each pair, found by search" if searched else ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.scaling, RopeScaling | None):
            raise ValueError(f"scaling must be a posenc.rope_scaling(…) or None; got {shown(self.scaling)}")

    def frequencies(self, dim: int, length: int | None = None) -> Array:
        """The frequency of each pair in a sequence of that length, in radians per position: (rotary_dim/2,) float64.

        The length matters to dynamic and longrope scaling alone; without one they answer for the trained length.
        """
        rotating = self._rotary_dim(dim)
        if length is not None:
            as_count("length", length, maximum=WHOLE)
        if self.scaling is None:
            return geometric(self.base, rotating, rotating // 2)
        return self.scaling.frequencies(self.base, rotating, length)

    def table(self, positions: Any, dim: int, dtype: DTypeLike = np.float32) -> Array:
        if self.layout == "interleaved" or self._rotary_dim(dim) < dim:
            return super().table(positions, dim, dtype)
        where, precision = as_positions(positions), as_floating(dtype)
        length = length_of(where)
        parts = phasors_apart(where, self.frequencies(dim, length), precision, self.attention_factor(length))
        return parts.astype(precision, copy=False)

    @property
    def by_length(self) -> bool:
        return self.scaling is not None and self.scaling.by_length

    def wave(self, dim: int, dimension: int) -> Wave | None:
        scaled = self.scaling is not None
        return None if scaled else self._wave(self.base, self._rotary_dim(dim), dim, dimension)

    def attention_factor(self, length: int | None = None) -> float:
        return 1.0 if self.scaling is None else float(self.scaling.amplitude())

    def shift_matrix(self, k: float, dim: int) -> Array | None:
        return None if self.by_length else super().shift_matrix(k, dim)  # each length has its own

    def _rotary_dim(self, dim: int) -> int:
        even = as_count("dim", dim, 2, multiple=2)
        return even if self.rotary_dim is None else as_count("rotary_dim", self.rotary_dim, 2, even, multiple=2)
