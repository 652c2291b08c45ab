"""Which models see the order of words: a recurrent, a convolutional and an attentive one; all orders at once.

Each model is a function of word vectors x (n, dim) to outputs (n, dim) in the precision of x, with toy weights from a
fixed seed: what it is, not what it has learned, decides whether it can tell an order.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike

from .attention import Attention, AttentionWeights, attention
from .checks import Array, as_choice, as_count, as_permutation, as_table, as_vectors, shown
from .family import Absolute, Scheme

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


def settle(x: ArrayLike, permutation: ArrayLike) -> Array:
    """The same order of the words x (n, dim), equal words in their own order: the first of them stays the first.

    >>> settle(np.eye(3)[[0, 1, 0]], [2, 1, 0])
    array([0, 1, 2])
    """
    inputs = as_vectors("x", x)
    order, words = as_permutation(permutation, len(inputs)), _numbered(inputs)
    settled = np.empty_like(order)
    for word in np.unique(words):
        settled[words[order] == word] = np.flatnonzero(words == word)
    return settled


@dataclass(frozen=True, eq=False)
class Orders:
    """What a model made of every order of a few words."""

    permutations: Array
    """(k, n): row r says which word stands where in order r; row 0 is the order given."""
    distances: Array
    """(k,): max |difference from the first order's output| / max |the first order's output|."""
    distinct: int
    """How many of the k outputs differ by more than rounding."""
    places: Array
    """(k, 2): the outputs, in parts of the first one's largest, along the two directions in which they spread most
    (their principal components); the first order's is (0, 0)."""


def all_orders(model: Model, x: ArrayLike, how: str = "each", limit: int = 6) -> Orders:
    """Run the model on every order of the words x (n, dim) and compare what is read from it with the first.

    Orders that differ only in equal words are one. With how="each" a word's output is compared with the same word's,
    wherever it stands; which of several equal words it belongs to does not matter. Raises ValueError beyond limit
    words (limit ≤ 8).

    >>> x = np.eye(3, 8)
    >>> all_orders(attentive(8), x).distinct, all_orders(recurrent(8), x).distinct
    (1, 6)
    """
    inputs = as_vectors("x", x)
    if inputs.ndim != 2 or not 1 <= len(inputs) <= as_count("limit", limit, maximum=8):
        raise ValueError(f"x must have shape (n, dim), n from 1 to {limit}; got {inputs.shape}")
    orders, words = _distinct_permutations(inputs), _numbered(inputs)
    outputs = np.array([_by_word(pool(model(inputs[order]), how), words[order], how) for order in orders])
    outputs = outputs.reshape(len(orders), -1)
    outputs /= np.abs(outputs[0]).max()
    distances = np.abs(outputs - outputs[0]).max(1)
    return Orders(orders, distances, _count_distinct(outputs), _flattened(outputs))


def distinct_in_theory(x: ArrayLike, positions: bool, causal: bool = False, layers: int = 1, how: str = "each") -> int:
    """How many different outputs attention can give over all orders of the words x (n, dim).

    With positions: one an order, n! / Π(repeats!). Without, and without a mask: one, as the outputs are only permuted
    (pooling the last word still shows which one that is). A causal mask tells every word how many stand before it, so
    again one an order, but for the last word of a single layer: it sees all others as a set.
    A symmetric bias without a mask is the exception with positions: it takes an order and its reversal for one.
    Kazemnejad et al. 2023, arXiv:2305.19466, on causal attention without positions.

    >>> x = np.eye(3)
    >>> [distinct_in_theory(x, False, causal, layers, "last") for causal, layers in ((False, 1), (True, 1), (True, 2))]
    [3, 3, 6]
    """
    as_choice("how", how, POOLINGS)
    repeats = np.unique(as_vectors("x", x), axis=0, return_counts=True)[1]
    every = math.factorial(int(repeats.sum())) // math.prod(math.factorial(int(count)) for count in repeats)
    if positions or (causal and (layers > 1 or how != "last")):
        return every
    return len(repeats) if how == "last" else 1


def _distinct_permutations(x: Array) -> Array:
    """One permutation an order, lexicographically the first, which keeps equal words in their own order."""
    words = _numbered(x)
    seen: dict[tuple[int, ...], tuple[int, ...]] = {}
    for order in permutations(range(len(x))):
        seen.setdefault(tuple(words[list(order)]), order)
    return np.array(list(seen.values()))


def _numbered(x: Array) -> Array:
    """A number for each word, the same for equal ones: (n,)."""
    return np.unique(x, axis=0, return_inverse=True)[1].reshape(-1)


def _through(
    x: Array, stack: Sequence[AttentionWeights], heads: int, causal: bool, scheme: Scheme | None
) -> tuple[Array, Attention]:
    """What enters the last layer of a stack, and that layer's attention over it."""
    added, within = (scheme, None) if isinstance(scheme, Absolute) else (None, scheme)
    stream = added.embed(x, np.arange(len(x))) if added else x
    *before, last = stack
    for layer in before:
        stream = stream + attention(stream, layer, heads, causal, within).output
    return stream, attention(stream, last, heads, causal, within)


def _by_word(output: Array, words: Array, how: str) -> Array:
    """Each word's output (n, dim) in the words' own order; those of equal words along a random direction."""
    if how != "each":
        return output
    return output[np.lexsort((output @ np.random.default_rng(0).standard_normal(output.shape[1]), words))]


def _count_distinct(outputs: Array) -> int:
    # Along a random direction equal outputs are neighbours, so comparing neighbours is enough.
    direction = np.random.default_rng(0).standard_normal(outputs.shape[1])
    steps = np.diff(outputs[np.argsort(outputs @ direction)], axis=0)
    rounding = 100 * np.finfo(outputs.dtype).eps
    return 1 + int((np.abs(steps).max(1, initial=0) > rounding).sum())


def _flattened(outputs: Array) -> Array:
    """Rows (k, f) along their two principal components, seen from the first row: (k, 2)."""
    centred = outputs - outputs.mean(0)
    # A basis of few directions that holds the widest (Halko et al. 2011, arXiv:0909.4061): 720 rows need no full SVD.
    basis = np.random.default_rng(0).standard_normal((len(centred), 12))
    for _ in range(4):
        basis = np.linalg.qr(centred @ (centred.T @ basis))[0]
    directions = np.linalg.svd(basis.T @ centred, full_matrices=False)[2][:2]
    places = (centred - centred[0]) @ directions.T
    signs = np.sign(places[np.abs(places).argmax(0), range(places.shape[1])])
    return np.pad(places * signs, ((0, 0), (0, 2 - places.shape[1])))
