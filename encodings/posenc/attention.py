"""Multi-head self-attention, with whatever a scheme does to it, and how much it minds the order."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .checks import Array, as_count, as_permutation, as_positions, as_vectors
from .family import Scheme


@dataclass(frozen=True, eq=False)
class AttentionWeights:
    """The weights of one layer, laid out as torch.nn.MultiheadAttention's: y = x Wᵀ + b.

    in_proj_weight (3·dim, dim) stacks query, key and value; in_proj_bias (3·dim,); out_weight (dim, dim);
    out_bias (dim,).
    """

    in_proj_weight: Array
    in_proj_bias: Array
    out_weight: Array
    out_bias: Array

    def __post_init__(self) -> None:
        dim = np.shape(self.out_bias)[0] if np.ndim(self.out_bias) == 1 else -1
        wanted = dict(in_proj_weight=(3 * dim, dim), in_proj_bias=(3 * dim,), out_weight=(dim, dim))
        for name, shape in wanted.items():
            if np.shape(getattr(self, name)) != shape:
                raise ValueError(f"{name} must have shape {shape} beside out_bias; got {np.shape(getattr(self, name))}")

    @classmethod
    def random(cls, dim: int, seed: int = 0, dtype: DTypeLike = np.float32) -> "AttentionWeights":
        """Toy weights from a fixed seed, scaled so that outputs are about as large as inputs."""
        draw = np.random.default_rng(seed).standard_normal
        stacked, out = draw((3 * dim, dim)) / np.sqrt(dim), draw((dim, dim)) / np.sqrt(dim)
        zeros = np.zeros(3 * dim, dtype)
        return cls(stacked.astype(dtype), zeros, out.astype(dtype), zeros[:dim])


@dataclass(frozen=True, eq=False)
class Attention:
    """What attention gave: output (n, dim) and the weights of each head (heads, n, n), rows summing to 1."""

    output: Array
    weights: Array


def attention(
    x: ArrayLike,
    weights: AttentionWeights,
    heads: int = 1,
    causal: bool = False,
    scheme: Scheme | None = None,
    positions: ArrayLike | None = None,
) -> Attention:
    """Self-attention over x (n, dim), with the scheme's positions (0…n−1 unless given), in the precision of x.

    Vaswani et al. 2017, arXiv:1706.03762, section 3.2. Raises ValueError if heads do not divide dim.

    >>> x = np.eye(4, dtype=np.float32)
    >>> attention(x, AttentionWeights.random(4), heads=2).weights.sum(-1).round(3).tolist()
    [[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]]
    """
    inputs = as_vectors("x", x)
    n, dim = _two_axes(inputs)
    if len(weights.out_bias) != dim:
        raise ValueError(f"x must have {len(weights.out_bias)} features, as the weights do; got {dim}")
    if dim % as_count("heads", heads, maximum=dim):
        raise ValueError(f"heads must divide dim {dim}; got {heads}")
    known = Scheme() if scheme is None else scheme
    if not isinstance(known, Scheme):
        raise ValueError(f"scheme must be a posenc scheme or None; got {scheme!r}")
    where = np.arange(n) if positions is None else as_positions(positions)
    if len(where) != n:
        raise ValueError(f"positions must be as many as the rows of x, {n}; got {len(where)}")

    projected = known.embed(inputs, where) @ weights.in_proj_weight.T + weights.in_proj_bias
    queries, keys, values = projected.reshape(n, 3, heads, dim // heads).transpose(1, 2, 0, 3)
    queries, keys = known.turn(queries, keys, where)
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(dim // heads).astype(projected.dtype)
    if causal:
        scores = np.where(np.tri(n, dtype=bool), scores, -np.inf)
    shares = softmax(known.adjust(scores, queries, keys, where))
    mixed = (shares @ values).swapaxes(0, 1).reshape(n, dim)
    return Attention(mixed @ weights.out_weight.T + weights.out_bias, shares)


def softmax(scores: Array) -> Array:
    """Shares that sum to 1 along the last axis; −inf becomes 0.

    >>> softmax(np.array([0.0, 0.0, -np.inf])).tolist()
    [0.5, 0.5, 0.0]
    """
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def order_sensitivity(model: Callable[[Array], Array], x: ArrayLike, permutation: ArrayLike) -> float:
    """How much a model (n, dim) → (n, dim) minds the order: max |f(Px) − P f(x)| / max |f(x)|.

    0 up to rounding for a model that merely permutes its outputs along with its inputs.

    >>> order_sensitivity(lambda x: 2 * x, np.eye(3), [2, 0, 1])
    0.0
    >>> order_sensitivity(lambda x: np.cumsum(x, 0), np.eye(3), [2, 0, 1])
    1.0
    """
    inputs = as_vectors("x", x)
    n, _ = _two_axes(inputs)
    order = as_permutation(permutation, n)
    straight = model(inputs)
    difference = np.abs(model(inputs[order]) - straight[order]).max()
    return float(difference / np.abs(straight).max()) if difference else 0.0


def _two_axes(x: Array) -> tuple[int, int]:
    if x.ndim != 2 or 0 in x.shape:
        raise ValueError(f"x must have shape (n, dim) with n and dim at least 1; got {x.shape}")
    return x.shape
