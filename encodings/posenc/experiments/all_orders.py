"""A model run on every order of a few words."""

import math
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike

from ..numeric.checks import Array, as_choice, as_count, as_vectors
from .sequence_models import POOLINGS, Model, pool


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
    """(k, 2): the outputs along their first two principal components, minus the first order's, in parts of its largest."""


def all_orders(model: Model, x: ArrayLike, how: str = "each", limit: int = 6) -> Orders:
    """Run the model on every order of the words x (n, dim), and compare what is read from its outputs with the first order's.

    Equal words are interchangeable: orders that differ in nothing else count once. With how="each" each word's output is
    compared with the same word's, wherever it stands. Raises ValueError beyond limit words (limit ≤ 8).

    >>> from posenc.experiments.sequence_models import attentive, recurrent
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

    With positions: one for each order, n! / Π(repeats!). (But a symmetric bias without a mask takes an order and its reversal
    for one.) Without positions and without a mask: one, as the outputs are only permuted, or one for each word that can
    stand last where only the last output is read. With a causal mask alone: one for each order, as every word sees how many
    stand before it, but for the last output of a single layer, which sees all others as a set.
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
    """The lexicographically first permutation of each order: equal words keep their own order."""
    words = _numbered(x)
    seen: dict[tuple[int, ...], tuple[int, ...]] = {}
    for order in permutations(range(len(x))):
        seen.setdefault(tuple(words[list(order)]), order)
    return np.array(list(seen.values()))


def _numbered(x: Array) -> Array:
    """A number for each word, the same for equal ones: (n,)."""
    return np.unique(x, axis=0, return_inverse=True)[1].reshape(-1)


def _by_word(output: Array, words: Array, how: str) -> Array:
    """The outputs (n, dim) sorted by word, those of equal words by a random direction."""
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
