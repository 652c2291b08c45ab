"""The small networks inside learned biases, with the weights that a caller brings or toy ones from a seed."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
from numpy.typing import ArrayLike

from .checks import Array, as_shaped, shown

Layers = Sequence[tuple[ArrayLike, ArrayLike | None]]
"""Weight (out, in) and bias (out,), if any, of each layer: y = x Wᵀ + b, as torch.nn.Linear's."""
MAX_KEPT = 1 << 22


def mlp(x: Array, layers: Layers, sizes: Sequence[int], activation: Callable[[Array], Array]) -> Array:
    """x (…, sizes[0]) through the layers, with the activation after each but the last: (…, sizes[-1]).

    Raises ValueError unless the layers have these sizes.

    >>> mlp(np.array([[-3.0]]), [([[1.0]], [1.0]), ([[5.0]], [7.0])], (1, 1, 1), relu)
    array([[7.]])
    """
    pairs = isinstance(layers, list | tuple) and all(
        isinstance(pair, list | tuple) and len(pair) == 2 for pair in layers
    )
    if not pairs or len(layers) != len(sizes) - 1:
        found = len(layers) if pairs else shown(layers)
        raise ValueError(f"layers must be {len(sizes) - 1} pairs of weight and bias; got {found}")
    for number, (weight, bias) in enumerate(layers):
        wanted = (sizes[number + 1], sizes[number])
        x = x @ as_shaped(f"weight {number} of layers", weight, wanted).T
        if bias is not None:
            x = x + as_shaped(f"bias {number} of layers", bias, wanted[:1])
        if number < len(layers) - 1:
            x = activation(x)
    return x


def toy_layers(sizes: Sequence[int], seed: int) -> Layers:
    """Layers of these sizes with normal weights and biases, scaled so that outputs are about as large as inputs.

    The last ones are kept where they have at most four million weights, 32 MB: a picture asks for the same ones four
    times, and drawing them is half of what it costs.
    """
    weights = sum(into * out for into, out in pairwise(sizes))
    return _drawn(tuple(sizes), seed) if weights <= MAX_KEPT else _drawn.__wrapped__(tuple(sizes), seed)


@lru_cache(maxsize=1)
def _drawn(sizes: tuple[int, ...], seed: int) -> Layers:
    draw = np.random.default_rng(seed).standard_normal
    layers = [(draw((out, into)) / np.sqrt(into), draw(out)) for into, out in pairwise(sizes)]
    for part in chain(*layers):
        part.setflags(write=False)
    return layers


def relu(x: Array) -> Array:
    """max(x, 0)."""
    return np.maximum(x, 0)


def sigmoid(x: Array) -> Array:
    """1/(1 + e^−x), exactly 0 at −inf.

    >>> sigmoid(np.array([-np.inf, 0.0]))
    array([0. , 0.5])
    """
    return (1 + np.tanh(x / 2)) / 2


def silu(x: Array) -> Array:
    """x · sigmoid(x)."""
    return x * sigmoid(x)


def log_sigmoid(x: Array) -> Array:
    """ln sigmoid(x), for any x."""
    return -np.logaddexp(0, -x)
