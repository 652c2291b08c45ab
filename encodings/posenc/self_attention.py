"""Multi-head self-attention with a positional encoding, and how much a model's outputs depend on the order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .families import Scheme
from .numeric.checks import (
    WHOLE,
    Array,
    as_choice,
    as_count,
    as_floating,
    as_function,
    as_numbers,
    as_permutation,
    as_positions,
    as_reals,
    as_vectors,
    shown,
)


@dataclass(frozen=True, eq=False)
class AttentionWeights:
    """The weights of one layer, laid out as torch.nn.MultiheadAttention's: y = x Wᵀ + b.

    in_proj_weight (3·dim, dim) stacks query, key and value; in_proj_bias (3·dim,); out_weight (dim, dim);
    out_bias (dim,). Lists become arrays, and whole numbers float32.
    """

    in_proj_weight: Array
    in_proj_bias: Array
    out_weight: Array
    out_bias: Array

    def __post_init__(self) -> None:
        for name, axes in dict(in_proj_weight=2, in_proj_bias=1, out_weight=2, out_bias=1).items():
            object.__setattr__(self, name, as_reals(name, getattr(self, name), axes))
        dim = len(self.out_bias)
        wanted = dict(in_proj_weight=(3 * dim, dim), in_proj_bias=(3 * dim,), out_weight=(dim, dim))
        for name, shape in wanted.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} must have shape {shape} beside out_bias; got {getattr(self, name).shape}")

    @classmethod
    def random(cls, dim: int, seed: int = 0, dtype: DTypeLike = np.float32) -> "AttentionWeights":
        """Toy weights from a fixed seed, scaled so that queries, keys and values are about as large as inputs.

        Outputs are smaller, the more so the more values they are means of.
        """
        size, precision = as_count("dim", dim), as_floating(dtype)
        draw = np.random.default_rng(as_count("seed", seed, 0, WHOLE)).standard_normal
        stacked, out = draw((3 * size, size)) / np.sqrt(size), draw((size, size)) / np.sqrt(size)
        zeros = np.zeros(3 * size, precision)
        return cls(stacked.astype(precision), zeros, out.astype(precision), zeros[:size])


@dataclass(frozen=True, eq=False)
class Attention:
    """The output (n, dim) of an attention layer, and its heads' attention weights (heads, n, n), whose rows sum to 1."""

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
    """Output and attention weights of self-attention over x (n, dim), in the precision of x.

    The scheme, if any, encodes the positions (n,) of the rows, 0…n−1 unless given. With a causal mask each row sees
    itself and those before it.

    Vaswani et al. 2017, arXiv:1706.03762, section 3.2. Raises ValueError if heads do not divide dim.

    >>> x = np.eye(4, dtype=np.float32)
    >>> attention(x, AttentionWeights.random(4), heads=2).weights.sum(-1).round(3).tolist()
    [[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]]
    """
    inputs = as_vectors("x", x)
    n, dim = _two_axes(inputs)
    as_choice("causal", causal, (False, True))
    if not isinstance(weights, AttentionWeights):
        raise ValueError(f"weights must be posenc.AttentionWeights; got {shown(weights)}")
    if len(weights.out_bias) != dim:
        raise ValueError(f"x must have {len(weights.out_bias)} features, as the weights do; got {dim}")
    if dim % as_count("heads", heads, maximum=dim):
        raise ValueError(f"heads must divide dim {dim}; got {heads}")
    if not isinstance(scheme, Scheme | None):
        raise ValueError(f"scheme must be a posenc scheme or None; got {shown(scheme)}")
    where = np.arange(n) if positions is None else as_positions(positions)
    if len(where) != n:
        raise ValueError(f"positions must be as many as the rows of x, {n}; got {len(where)}")

    encoding = Scheme() if scheme is None else scheme  # a bare scheme changes nothing
    projected = encoding.add_to_input(inputs, where) @ weights.in_proj_weight.T + weights.in_proj_bias
    queries, keys, values = projected.reshape(n, 3, heads, dim // heads).transpose(1, 2, 0, 3)
    queries, keys = encoding.rotate_qk(queries, keys, where)
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(dim // heads).astype(projected.dtype)
    if causal:
        scores = np.where(np.tri(n, dtype=bool), scores, -np.inf)
    attended = softmax(encoding.add_to_scores(scores, queries, keys, where))
    mixed = (attended @ values).swapaxes(0, 1).reshape(n, dim)
    return Attention(mixed @ weights.out_weight.T + weights.out_bias, attended)


def softmax(scores: Array) -> Array:
    """Attention weights, which sum to 1 along the last axis, from scores; of −inf the weight is 0.

    >>> softmax(np.array([0.0, 0.0, -np.inf])).tolist()
    [0.5, 0.5, 0.0]
    """
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def order_sensitivity(model: Callable[[Array], Array], x: ArrayLike, permutation: ArrayLike) -> float:
    """How much the outputs of a model (n, dim) → (n, dim) depend on the order: max |f(Px) − P f(x)| / max |f(x)|.

    0, up to rounding, for a model that permutes its outputs as its inputs are permuted and does nothing else; not a
    number where an output is none.

    >>> order_sensitivity(lambda x: 2 * x, np.eye(3), [2, 0, 1])
    0.0
    >>> order_sensitivity(lambda x: np.cumsum(x, 0), np.eye(3), [2, 0, 1])
    1.0
    """
    as_function("model", model)
    inputs = as_vectors("x", x)
    n, _ = _two_axes(inputs)
    order = as_permutation(permutation, n)
    straight, moved = (_as_output(model(rows), n) for rows in (inputs, inputs[order]))
    return relative(np.abs(moved - straight[order]).max(), np.abs(straight).max())


def relative(difference: float, size: float) -> float:
    """A difference in parts of a size: 0 where there is none, whatever the size, and infinite in parts of nothing.

    >>> relative(1.0, 4.0), relative(0.0, 0.0), relative(1.0, 0.0)
    (0.25, 0.0, inf)
    """
    if not difference:
        return 0.0
    return float(difference / size) if size else np.inf


def _as_output(output: Any, n: int) -> Array:
    rows = as_numbers("model's output", output, finite=False)
    if rows.shape[:1] != (n,):
        raise ValueError(f"model's output must have a row for each of {n} rows of x; got shape {rows.shape}")
    return rows


def _two_axes(x: Array) -> tuple[int, int]:
    if x.ndim != 2 or 0 in x.shape:
        raise ValueError(f"x must have shape (n, dim) with n and dim at least 1; got {x.shape}")
    return x.shape
