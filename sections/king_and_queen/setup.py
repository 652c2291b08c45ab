"""What the controls of King and Queen say, and the models that follow from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import posenc
from posenc.experiments import minilm
from posenc.experiments.all_orders import Orders, all_orders
from posenc.experiments.bounds import refuse_costly_layer
from posenc.experiments.king_and_queen import Reordered, compare, settle
from posenc.experiments.sequence_models import Model, convolutional, last_attention, recurrent
from posenc.experiments.toy_words import word_vectors
from posenc.self_attention import Attention
from ui.runs import cached

Array = NDArray[Any]
DIM = 64
MAX_LAYERS = 3


@dataclass(frozen=True)
class Setup:
    """A sentence, its second order, and the attention that reads both."""

    words: tuple[str, ...]
    order: tuple[int, ...]
    real: bool
    scheme: posenc.Scheme
    heads: int
    layers: int
    causal: bool
    pooling: str

    @classmethod
    def of_real_model(cls, words: tuple[str, ...], order: tuple[int, ...], causal: bool, pooling: str) -> "Setup":
        """The real model has its own table of positions, 12 heads and, here, its first layer alone."""
        return cls(words, order, True, posenc.scheme("learned"), minilm.HEADS, 1, causal, pooling)

    def kind(self, positions: bool) -> str:
        """What its numbers are (see `ui.kind`): a real model has positions, no mask, and a vector for each word."""
        if not self.real:
            return "toy"
        return "real" if positions and not self.causal and not self.unknown else "mixed"

    @property
    def kinds(self) -> tuple[str, ...]:
        """What the numbers of a part are that shows both, with positions and without."""
        return tuple(dict.fromkeys((self.kind(True), self.kind(False))))

    @property
    def name(self) -> str:
        """What the positions are called."""
        return "its own table" if self.real else self.scheme.id

    @property
    def most_layers(self) -> int:
        return 1 if self.real else MAX_LAYERS

    @property
    def dim(self) -> int:
        return int(self.x.shape[1])

    @cached_property
    def x(self) -> Array:
        """The words' vectors, (n, dim) float64."""
        if self.real:
            return minilm.word_vectors(self.words)[0].astype(np.float64)
        return word_vectors(list(self.words), DIM, np.float64)

    @cached_property
    def unknown(self) -> list[str]:
        """The words that the real model has no vector for, each once."""
        if not self.real:
            return []
        known = minilm.word_vectors(self.words)[1]
        return list(dict.fromkeys(word for word, real in zip(self.words, known, strict=True) if not real))

    @cached_property
    def settled(self) -> Array:
        """The second order. Which of several equal words went where is ours to say: nowhere, if both orders are the
        same sentence; each to its mirror image's place, if the second is the first read backwards."""
        found = settle(self.x, self.order)
        same, reversal = np.arange(len(found)), np.arange(len(found))[::-1]
        backwards = np.array_equal(self.x[found], self.x[reversal])
        return reversal if backwards and not np.array_equal(found, same) else found

    @property
    def same(self) -> bool:
        """Whether both orders are the same sentence."""
        return np.array_equal(self.settled, np.arange(len(self.words)))

    @property
    def last_stays(self) -> bool:
        """Whether the same word stands last in both orders."""
        return np.array_equal(self.x[self.settled[-1]], self.x[-1])

    @property
    def stack(self) -> list[posenc.AttentionWeights]:
        """The toy weights of the layers."""
        return _toy_weights()[: self.layers]

    def attend(self, positions: bool) -> Callable[[Array], Attention]:
        """The attention that reads the words: vectors (n, dim) in, outputs and who looks at whom out.

        ValueError where the scheme would cost too much.
        """
        if self.real:
            return partial(minilm.attend, positions=positions, causal=self.causal)
        scheme = self.scheme if positions else None
        if scheme is not None:
            refuse_costly_layer(scheme, len(self.words), DIM, self.heads)
        return lambda x: last_attention(x, self.stack, self.heads, self.causal, scheme)

    def compare(self, positions: bool, **changed: Any) -> Reordered:
        """Both orders through it, or through it with something changed."""
        return _compared(replace(self, **changed), positions)

    def last_token_sensitivity(self, **changed: Any) -> float | None:
        """How much the second order's last output minds a reversal of the words before it; None: they are the same.

        Without positions, whatever is changed.
        """
        second, count = self.x[self.settled], len(self.words)
        reversal = settle(second, [*range(count - 2, -1, -1), count - 1])
        if np.array_equal(reversal, np.arange(count)):
            return None
        return compare(replace(self, **changed).attend(False), second, reversal, "last").sensitivity

    def side_by_side(self) -> tuple[list[str], Array, Array]:
        """RNN, ConvNet, attention and causal attention, and each one's order sensitivity, word by word: without
        positions and with them. What is not a number cannot have them: they work inside attention."""
        scheme, where, felt = self.scheme, np.arange(len(self.words)), {}
        table = scheme.table(where, self.dim, np.float64) if isinstance(scheme, posenc.Absolute) else np.nan
        for name, model in _step_by_step(self.dim).items():
            reads = [partial(_read, model, added) for added in (0.0, table)]
            felt[name] = [posenc.order_sensitivity(read, self.x, self.settled) for read in reads]
        for name, causal in (("attention", False), ("causal attention", True)):
            felt[name] = [self.compare(on, causal=causal, pooling="each").sensitivity for on in (False, True)]
        without, having = np.array([*felt.values()]).T
        return [*felt], without, having

    def every_order(self) -> tuple[Orders, Orders, int]:
        """All orders of the words, without positions and with them, and which of them the second order is."""
        sentence = replace(self, order=tuple(range(len(self.words))))
        without, having = _every_order(sentence, False), _every_order(sentence, True)
        return without, having, having.permutations.tolist().index(settle(self.x, self.order).tolist())


@cache
def _toy_weights() -> list[posenc.AttentionWeights]:
    return [posenc.AttentionWeights.random(DIM, layer, np.float64) for layer in range(MAX_LAYERS)]


@cache
def _step_by_step(dim: int) -> dict[str, Model]:
    return {"RNN": recurrent(dim), "ConvNet": convolutional(dim)}


def _read(model: Model, added: Array | float, x: Array) -> Array:
    return model(x + added)


@cached
def _compared(setup: Setup, positions: bool) -> Reordered:
    return compare(setup.attend(positions), setup.x, setup.settled, setup.pooling)


@cached
def _every_order(setup: Setup, positions: bool) -> Orders:
    attend = setup.attend(positions)
    return all_orders(lambda x: attend(x).output, setup.x, setup.pooling)
