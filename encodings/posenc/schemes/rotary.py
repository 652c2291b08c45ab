"""Rotary position embedding: pairs of features of queries and keys turn with the position."""

from dataclasses import dataclass

from ..checks import Array, as_count
from ..family import Paper, Rotary, parameter
from ..phasors import geometric


@dataclass(frozen=True)
class RotaryEmbedding(Rotary):
    """RoPE: pair i of a query or key at position p turns by p · base^(−2i/rotary_dim).

    Su et al. 2021, arXiv:2104.09864. Both layouts are right, each for the weights trained with it: "half" pairs
    features (i, i + rotary_dim/2) as Llama in transformers, "interleaved" (2i, 2i + 1) as the paper and GPT-J.

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
    used_by = "Llama, Qwen, Mistral, Gemma, DeepSeek, GPT-NeoX"

    base: float = parameter(10000.0, "The slowest pair turns about 1/base a position.", minimum=1.0, maximum=1e9)
    layout: str = parameter(
        "half", "Which features form a pair: (i, i + m/2) or (2i, 2i + 1).", choices=("half", "interleaved")
    )
    rotary_dim: int | None = parameter(
        None,
        "Only the first rotary_dim features turn; all of them unless set.",
        minimum=2,
        maximum=65536,
        optional=True,
    )

    def frequencies(self, dim: int, length: int | None = None) -> Array:
        turning = self._turning(dim)
        return geometric(self.base, turning, turning // 2)

    def _turning(self, dim: int) -> int:
        even = as_count("dim", dim, 2, multiple=2)
        return even if self.rotary_dim is None else as_count("rotary_dim", self.rotary_dim, 2, even, multiple=2)
