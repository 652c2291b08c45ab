"""One sentence in two orders through the same attention: what differs?"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..families import Absolute, Scheme
from ..numeric.checks import Array, as_choice, as_count, as_function, as_permutation, as_table, as_vectors, shown
from ..numeric.tolerances import EXACT64, FLOAT32
from ..rasters import MAX_CELLS
from ..registry import schemes
from ..schemes.learned import Learned
from ..self_attention import Attention, AttentionWeights, attention, order_sensitivity, relative
from . import minilm
from .all_orders import Orders, _numbered, all_orders
from .bounds import refuse_costly_layer
from .sequence_models import POOLINGS, Model, convolutional, last_attention, pool, recurrent
from .toy_words import word_vectors

DIM = 64
"""Features of a toy word."""
MAX_LAYERS = 3
MAX_HEADS = 128


@dataclass(frozen=True, eq=False)
class Reordered:
    """A model's attention over x and over x[permutation], and `how` their outputs are read: each, their mean, the last."""

    first: Attention
    second: Attention
    permutation: Array
    how: str = "each"

    @property
    def first_output(self) -> Array:
        """Outputs of the first order (n, dim), or their mean or the last one, (1, dim)."""
        return np.atleast_2d(pool(self.first.output, self.how))

    @property
    def second_output(self) -> Array:
        """Outputs of the second order, rows put back into the original word order; or their mean or the last one."""
        read = np.atleast_2d(pool(self.second.output, self.how))
        return read[np.argsort(self.permutation)] if self.how == "each" else read

    @property
    def difference(self) -> Array:
        """What is read from the second order minus what is read from the first: (n, dim) or (1, dim)."""
        return self.second_output - self.first_output

    @property
    def by_word(self) -> Array:
        """The length of each row's difference, in parts of the mean length of the first order's rows: (n,) or (1,)."""
        size = float(np.linalg.norm(self.first_output, axis=1).mean())
        return np.array([relative(length, size) for length in np.linalg.norm(self.difference, axis=1)])

    @property
    def sensitivity(self) -> float:
        """As `posenc.order_sensitivity`: max |f(Px) − P f(x)| / max |f(x)|."""
        return relative(np.abs(self.difference).max(), np.abs(self.first_output).max())

    @property
    def distinguishable(self) -> bool:
        """Whether the two orders differ by more than rounding."""
        return self.sensitivity > EXACT64


def compare(model: Callable[[Array], Attention], x: ArrayLike, permutation: ArrayLike, how: str = "each") -> Reordered:
    """A model of x (n, dim) run on x and on x[permutation]; `how` its outputs are read: each, their mean or the last.

    >>> from posenc.experiments import minilm
    >>> vectors, known = minilm.word_vectors(["King", "and", "Queen"])
    >>> compare(minilm.attend, vectors.astype(float), [2, 1, 0]).distinguishable
    True
    """
    as_function("model", model)
    inputs = as_table("x", x)
    order = as_permutation(permutation, len(inputs))
    read = as_choice("how", how, POOLINGS)
    first, second = (_as_attention(model(rows)) for rows in (inputs, inputs[order]))
    return Reordered(first, second, order, read)


def reorder(
    x: ArrayLike,
    permutation: ArrayLike,
    weights: AttentionWeights | Sequence[AttentionWeights],
    heads: int = 1,
    causal: bool = False,
    scheme: Scheme | None = None,
    how: str = "each",
) -> Reordered:
    """Attention of one layer or several on x (n, dim) and on x[permutation], both at positions 0…n−1.

    >>> x = np.eye(4)
    >>> reorder(x, [3, 2, 1, 0], AttentionWeights.random(4, dtype=float)).distinguishable
    False
    """
    return compare(lambda rows: last_attention(rows, weights, heads, causal, scheme), x, permutation, how)


def rank_by_order(
    x: ArrayLike,
    permutation: ArrayLike,
    weights: AttentionWeights | Sequence[AttentionWeights],
    heads: int = 1,
    causal: bool = False,
    chosen: Scheme | None = None,
    how: str = "each",
) -> tuple[list[str], Array]:
    """The order sensitivity of every scheme on this pair of orders: their ids, and values (schemes,).

    Schemes have their default parameters, but the chosen one its own. Those that cannot take so many tokens or features,
    or cost too much, are left out.

    >>> names, values = rank_by_order(np.eye(4), [3, 2, 1, 0], AttentionWeights.random(4, dtype=float))
    >>> names[0], bool(values[0] < EXACT64)
    ('none', True)
    """
    if chosen is not None and not isinstance(chosen, Scheme):
        raise ValueError(f"chosen must be a posenc scheme or None; got {shown(chosen)}")
    inputs = as_table("x", x)
    reorder(inputs, permutation, weights, heads, causal, None, how)  # what no scheme can take is refused here
    ranked = {}
    for id, cls in schemes().items():
        scheme = chosen if chosen is not None and chosen.id == id else cls()
        with suppress(ValueError):
            refuse_costly_layer(scheme, len(inputs), inputs.shape[1], heads)
            ranked[id] = reorder(inputs, permutation, weights, heads, causal, scheme, how).sensitivity
    return list(ranked), np.array(list(ranked.values()))


def settle(x: ArrayLike, permutation: ArrayLike) -> Array:
    """Canonical permutation of the rows of x (n, dim): among equal rows, keep their original relative order.

    >>> settle(np.eye(3)[[0, 1, 0]], [2, 1, 0])
    array([0, 1, 2])
    """
    inputs = as_vectors("x", x)
    order, words = as_permutation(permutation, len(inputs)), _numbered(inputs)
    settled = np.empty_like(order)
    for word in np.unique(words):
        settled[words[order] == word] = np.flatnonzero(words == word)
    return settled


def is_reversal_invariant(scheme: Scheme, n: int, heads: int = 1, dim: int | None = None) -> bool:
    """Whether the scores of n equal tokens stay the same when the sequence is read from its other end.

    A scheme of which that is true cannot tell a sentence from its reversal without a causal mask. Measured on dim
    features, 16 a head unless told, and relative to the largest number that the scheme adds.

    >>> from posenc import scheme
    >>> is_reversal_invariant(scheme("alibi"), 8), is_reversal_invariant(scheme("alibi", symmetric=False), 8)
    (True, False)
    """
    if not isinstance(scheme, Scheme):
        raise ValueError(f"scheme must be a posenc scheme; got {shown(scheme)}")
    width = 16 * as_count("heads", heads, maximum=MAX_HEADS)
    width = width if dim is None else as_count("dim", dim, maximum=MAX_CELLS, multiple=heads)
    where = np.arange(as_count("n", n, maximum=MAX_CELLS))
    content, equal = np.ones((heads, n, width // heads)), AttentionWeights.random(width, seed=1, dtype=np.float64)
    weights = attention(np.ones((n, width)), equal, heads, scheme=scheme).weights
    added = scheme.add_to_input(np.zeros((n, width)), where)
    biases = scheme.add_to_scores(np.zeros((heads, n, n)), content, content, where)
    forth_and_back = ((added, added[::-1]), (biases, biases[:, ::-1, ::-1]))
    alike = all(np.abs(forth - back).max() <= FLOAT32 * np.abs(forth).max() for forth, back in forth_and_back)
    return alike and bool(np.abs(weights - weights[:, ::-1, ::-1]).max() < EXACT64)


@dataclass(frozen=True, eq=False)
class SamePlaces:
    """Places that hold different words in the two orders, and the vectors there: alone, and with positions added."""

    places: Array
    """(k,)."""
    alone: Array
    """(2, k, dim): of the first and of the second order."""
    added: Array
    """(2, k, dim)."""
    error: float
    """How far two words at one place differ otherwise with positions than alone; the largest of all places."""


@dataclass(frozen=True)
class Setup:
    """A sentence, its second order, and the attention that reads both: one value that says all there is to measure."""

    words: tuple[str, ...]
    order: tuple[int, ...]
    """Which word stands at each place of the second order."""
    real: bool
    """The first layer of all-MiniLM-L6-v2, with its words; else layers of toy weights on toy words."""
    scheme: Scheme
    heads: int
    layers: int
    causal: bool
    pooling: str
    """What is read from the outputs: "each", their "mean" or the "last"."""

    @classmethod
    def of_real_model(cls, words: tuple[str, ...], order: tuple[int, ...], causal: bool, pooling: str) -> "Setup":
        """The real model with its own table of positions, its 12 heads and its first layer alone.

        >>> Setup.of_real_model(("King", "and", "Queen"), (2, 1, 0), False, "each").compare(positions=False).distinguishable
        False
        """
        return cls(words, order, True, Learned(), minilm.HEADS, 1, causal, pooling)

    def kind(self, positions: bool) -> str:
        """What its numbers are: "toy"; "real"; "mixed" where the real model does without positions, which it never does,
        or with a mask, or reads a word that it has no vector for."""
        if not self.real:
            return "toy"
        return "real" if positions and not self.causal and not self.unknown else "mixed"

    @property
    def max_layers(self) -> int:
        return 1 if self.real else MAX_LAYERS

    @property
    def dim(self) -> int:
        return int(self.x.shape[1])

    @cached_property
    def x(self) -> Array:
        """The words' vectors: (n, dim) float64."""
        if self.real:
            return minilm.word_vectors(self.words)[0].astype(np.float64)
        return word_vectors(list(self.words), DIM, np.float64)

    @cached_property
    def unknown(self) -> list[str]:
        """The words that the real model has no vector for, each once."""
        if not self.real:
            return []
        has_vector = minilm.word_vectors(self.words)[1]
        return list(dict.fromkeys(word for word, real in zip(self.words, has_vector, strict=True) if not real))

    @cached_property
    def settled(self) -> Array:
        """The second order as a permutation (n,).

        Equal words are interchangeable: the identity if both sentences are equal, the full reversal if one is the other
        read backwards, else equal words keep their order.
        """
        found = settle(self.x, self.order)
        same, reversal = np.arange(len(found)), np.arange(len(found))[::-1]
        backwards = np.array_equal(self.x[found], self.x[reversal])
        return reversal if backwards and not np.array_equal(found, same) else found

    @property
    def different_words(self) -> int:
        return len(np.unique(self.x, axis=0))

    @property
    def same(self) -> bool:
        """Whether both orders are the same sentence."""
        return np.array_equal(self.settled, np.arange(len(self.words)))

    @property
    def last_stays(self) -> bool:
        """Whether the same word stands last in both orders."""
        return np.array_equal(self.x[self.settled[-1]], self.x[-1])

    @cached_property
    def reversal_invariant(self) -> bool:
        """Whether any sentence gives the same outputs read from its other end (see `is_reversal_invariant`)."""
        if self.causal or self.real:
            return False
        return is_reversal_invariant(self.scheme, len(self.words), self.heads, self.dim)

    @property
    def mirrored(self) -> bool:
        """Whether the second order is the first read from its end, by a scheme to which that is the same."""
        reversal = np.array_equal(self.x[self.settled], self.x[::-1])
        return reversal and self.pooling != "last" and self.reversal_invariant

    def blind(self, positions: bool) -> bool:
        """Whether no attention of this kind tells the two orders apart, whatever its weights and whatever a scheme learns.

        Without positions: where there is no mask, each output and their mean; the last output where the same word stays
        last, and one causal layer does not help it. With positions: nothing but a scheme that adds none, and a sentence
        read from its end by a formula to which that is the same.
        """
        if self.same:
            return True
        if positions and self.scheme.family != "none":
            return self.scheme.values == "formula" and self.mirrored
        if self.pooling == "last":
            return self.last_stays and (not self.causal or self.layers == 1)
        return not self.causal

    def attend(self, positions: bool) -> Callable[[Array], Attention]:
        """The attention over word vectors (n, dim). ValueError where the scheme would cost too much."""
        if self.real:
            return partial(minilm.attend, positions=positions, causal=self.causal)
        scheme = self.scheme if positions else None
        if scheme is not None:
            refuse_costly_layer(scheme, len(self.words), DIM, self.heads)
        return lambda x: last_attention(x, _toy_layers()[: self.layers], self.heads, self.causal, scheme)

    def compare(self, positions: bool, **changed: Any) -> Reordered:
        """Both orders, without positions or with them; with some fields changed. Shared: not to be written to.

        >>> setup = Setup(("King", "and", "Queen"), (2, 1, 0), False, Learned(), 1, 1, False, "each")
        >>> setup.compare(False).distinguishable, setup.compare(True).distinguishable
        (False, True)
        """
        return _compared(replace(self, **changed) if changed else self, positions)

    def last_token_sensitivity(self, **changed: Any) -> float | None:
        """How much the last output of the second order changes when the words before it are reversed, without positions.

        None where reversing them changes nothing.
        """
        second, count = self.x[self.settled], len(self.words)
        reversal = settle(second, [*range(count - 2, -1, -1), count - 1])
        if np.array_equal(reversal, np.arange(count)):
            return None
        return compare(replace(self, **changed).attend(False), second, reversal, "last").sensitivity

    def cases(self) -> dict[tuple[bool, int, str], float | None]:
        """Order sensitivity without positions for every mask, depth and pooling: {(causal, layers, pooling): value}.

        Where another word stands last in the second order, the last word's is its `last_token_sensitivity`.
        """
        found: dict[tuple[bool, int, str], float | None] = {}
        for causal in (False, True):
            for layers in range(1, self.max_layers + 1):
                both = self.compare(False, causal=causal, layers=layers)
                found |= {(causal, layers, how): replace(both, how=how).sensitivity for how in POOLINGS}
                if not self.last_stays:
                    found[causal, layers, "last"] = self.last_token_sensitivity(causal=causal, layers=layers)
        return found

    def side_by_side(self) -> tuple[list[str], Array, Array]:
        """Order sensitivity, word by word, of an RNN, a ConvNet, attention and causal attention: their names, (4,) without
        positions and (4,) with them.

        RNN and ConvNet add a scheme's table to their words; where it has none, theirs with positions is not a number.
        """
        scheme, where, felt = self.scheme, np.arange(len(self.words)), {}
        table = scheme.table(where, self.dim, np.float64) if isinstance(scheme, Absolute) else np.nan
        for name, model in _step_by_step(self.dim).items():
            reads = [partial(_read, model, added) for added in (0.0, table)]
            felt[name] = [order_sensitivity(read, self.x, self.settled) for read in reads]
        for name, causal in (("attention", False), ("causal attention", True)):
            felt[name] = [self.compare(on, causal=causal, pooling="each").sensitivity for on in (False, True)]
        off, on = np.array([*felt.values()]).T
        return [*felt], off, on

    def every_order(self) -> tuple[Orders, Orders, int]:
        """All orders of the words, without positions and with them, and in which row of them the second order is."""
        sentence = replace(self, order=tuple(range(len(self.words))))
        off, on = _every_order(sentence, False), _every_order(sentence, True)
        return off, on, on.permutations.tolist().index(settle(self.x, self.order).tolist())

    def ranking(self) -> tuple[list[str], Array]:
        """The order sensitivity of every scheme on toy words (see `rank_by_order`); its own scheme is as it is set."""
        layers = _toy_layers()[: self.layers]
        return rank_by_order(self.x, self.settled, layers, self.heads, self.causal, self.scheme, self.pooling)

    def same_places(self, maximum: int = 4) -> SamePlaces:
        """The first `maximum` places whose word differs between the two orders, with the scheme's table added."""
        alone = np.stack([self.x, self.x[self.settled]])
        where = np.arange(len(self.words)) + self.real  # the mark [CLS] has position 0
        added = np.stack([self.scheme.add_to_input(x, where) for x in alone])
        places = np.flatnonzero(np.abs(alone[0] - alone[1]).max(1) > 0)[:maximum]
        error = float(np.abs((added[1] - added[0]) - (alone[1] - alone[0])).max())
        return SamePlaces(places, alone[:, places], added[:, places], error)


@lru_cache(maxsize=64)
def _compared(setup: Setup, positions: bool) -> Reordered:
    return compare(setup.attend(positions), setup.x, setup.settled, setup.pooling)


@lru_cache(maxsize=64)
def _every_order(setup: Setup, positions: bool) -> Orders:
    attend = setup.attend(positions)
    return all_orders(lambda x: attend(x).output, setup.x, setup.pooling)


@cache
def _toy_layers() -> list[AttentionWeights]:
    return [AttentionWeights.random(DIM, layer, np.float64) for layer in range(MAX_LAYERS)]


@cache
def _step_by_step(dim: int) -> dict[str, Model]:
    return {"RNN": recurrent(dim), "ConvNet": convolutional(dim)}


def _read(model: Model, added: Array | float, x: Array) -> Array:
    return model(x + added)


def _as_attention(output: Any) -> Attention:
    if not isinstance(output, Attention):
        raise ValueError(f"model must give a posenc.self_attention.Attention; it gave {shown(output)}")
    return output
