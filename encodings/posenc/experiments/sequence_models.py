"""A recurrent, a convolutional and an attentive model with toy weights: which of them see the order of words?"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..families import Absolute, Scheme
from ..numeric.checks import Array, as_choice, as_count, as_table, as_vectors, shown
from ..self_attention import Attention, AttentionWeights, attention

Model = Callable[[Array], Array]
POOLINGS = ("each", "mean", "last")


def recurrent(dim: int, seed: int = 0) -> Model:
    """h_t = tanh(W x_t + U h_{t−1}), h_{−1} = 0: word t is read at step t, so order needs no help.

    Elman 1990, Finding Structure in Time.

    >>> x = np.eye(3, 8)
    >>> bool(np.allclose(recurrent(8)(x[::-1]), recurrent(8)(x)[::-1]))
    False
    """
    draw = np.random.default_rng(seed).standard_normal
    into, onward = (draw((2, as_count("dim", dim), dim)) / np.sqrt(dim)).astype(np.float32)

    def model(x: Array) -> Array:
        states, state = [], np.zeros(dim, x.dtype)
        for word in x:
            state = np.tanh(into @ word + onward @ state)
            states.append(state)
        return np.array(states)

    return model


def convolutional(dim: int, seed: int = 0, width: int = 3) -> Model:
    """y_t = tanh(Σ_k W_k x_{t+k}), |k| ≤ (width − 1)/2, zeros beyond the ends: every neighbour has its own weights.

    Kim 2014, Convolutional Neural Networks for Sentence Classification, arXiv:1408.5882. width must be odd.

    >>> convolutional(8)(np.zeros((3, 8))).shape
    (3, 8)
    """
    if as_count("width", width) % 2 == 0:
        raise ValueError(f"width must be odd, so that a word stands in the middle; got {width}")
    draw = np.random.default_rng(seed).standard_normal
    kernel = (draw((width * as_count("dim", dim), dim)) / np.sqrt(width * dim)).astype(np.float32)

    def model(x: Array) -> Array:
        padded = np.pad(x, ((width // 2, width // 2), (0, 0)))
        windows = [padded[k : k + len(x)] for k in range(width)]
        return np.asarray(np.tanh(np.concatenate(windows, axis=1) @ kernel))

    return model


def attentive(
    dim: int,
    heads: int = 1,
    layers: int = 1,
    *,
    causal: bool = False,
    scheme: Scheme | None = None,
    seed: int = 0,
    weights: AttentionWeights | None = None,
) -> Model:
    """Layers of x + attention(x): a Transformer without its layer norms and feed-forward nets, which act on each
    word alone and so cannot see an order.

    Absolute schemes are added once, before the first layer, the others act in every layer, as in real models. The
    layers have toy weights of their own, from seed, or share the weights given.
    Vaswani et al. 2017, arXiv:1706.03762, section 3.

    >>> x = np.eye(3, 8)
    >>> bool(np.allclose(attentive(8)(x[::-1]), attentive(8)(x)[::-1]))
    True
    """
    seeds = np.random.SeedSequence(seed).generate_state(as_count("layers", layers, maximum=12))
    stack = [weights or AttentionWeights.random(dim, int(layer)) for layer in seeds]

    def model(x: Array) -> Array:
        entered, last = _through(x, stack, heads, causal, scheme)
        return entered + last.output

    return model


def last_attention(
    x: ArrayLike,
    layers: AttentionWeights | Sequence[AttentionWeights],
    heads: int = 1,
    causal: bool = False,
    scheme: Scheme | None = None,
) -> Attention:
    """The attention of the last of these layers over x (n, dim): what it puts out, and who looks at whom in it.

    Every layer before it hands on x + attention(x), as in `attentive`; one layer is `attention` itself.

    >>> x, layers = np.eye(3, 8), [AttentionWeights.random(8, seed, float) for seed in range(2)]
    >>> last_attention(x, layers).output.shape
    (3, 8)
    """
    stack = [layers] if isinstance(layers, AttentionWeights) else layers
    if not isinstance(stack, list | tuple) or not stack:
        raise ValueError(f"layers must hold the weights of at least one layer; got {shown(layers)}")
    for layer in stack:
        if not isinstance(layer, AttentionWeights):
            raise ValueError(f"layers must be posenc.AttentionWeights, the weights of each; got {shown(layer)}")
    return _through(as_table("x", x), stack, heads, causal, scheme)[1]


def pool(output: ArrayLike, how: str = "each") -> Array:
    """What is read from the outputs (n, dim): each word's (n, dim), their mean (dim,) or the last one's (dim,).

    >>> pool([[1.0, 2.0], [3.0, 4.0]], "mean").tolist()
    [2.0, 3.0]
    """
    rows = as_vectors("output", output)
    if as_choice("how", how, POOLINGS) == "mean":
        return np.asarray(rows.mean(0))
    return np.asarray(rows[-1]) if how == "last" else rows


def _through(
    x: Array, stack: Sequence[AttentionWeights], heads: int, causal: bool, scheme: Scheme | None
) -> tuple[Array, Attention]:
    """What enters the last layer of a stack, and that layer's attention over it."""
    added, within = (scheme, None) if isinstance(scheme, Absolute) else (None, scheme)
    stream = added.add_to_input(x, np.arange(len(x))) if added else x
    *before, last = stack
    for layer in before:
        stream = stream + attention(stream, layer, heads, causal, within).output
    return stream, attention(stream, last, heads, causal, within)
