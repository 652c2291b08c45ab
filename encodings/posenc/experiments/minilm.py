"""The first attention layer of a real model, all-MiniLM-L6-v2, and the vectors that go into it.

Wang et al. 2020, MiniLM, arXiv:2002.10957; Reimers & Gurevych 2019, Sentence-BERT, arXiv:1908.10084. The numbers
are the model's, rounded to float16, the rarer words to int8; data/README.md says how far that moves them.
"""

import string
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike

from ..numeric.checks import Array, as_vectors
from ..schemes.learned import load
from ..self_attention import Attention, AttentionWeights, attention
from . import toy_words as toy

DIM = 384
HEADS = 12
EPS = 1e-12
"""Added to the variance in the layer norm."""


@cache
def vocabulary() -> tuple[str, ...]:
    """The words that have a real vector: 8,000 of letters, a…z and then the most frequent first; digits and marks.

    >>> vocabulary()[26:30], len(vocabulary())
    (('the', 'of', 'and', 'in'), 8022)
    """
    return tuple(_file("words")["text"].tobytes().decode().split("\n"))


def split(sentence: str) -> list[str]:
    """A sentence cut at white space and around each punctuation mark and Chinese character, as BERT's tokenizer does.

    The tokenizer then cuts a word it does not know into pieces; here such a word gets a stand-in vector instead.

    >>> split("King and Queen, don't")
    ['King', 'and', 'Queen', ',', 'don', "'", 't']
    """
    return "".join(f" {letter} " if _stands_alone(letter) else letter for letter in sentence).split()


def plain(word: str) -> str:
    """A word as the model sees it: in lower case, without accents.

    >>> plain("Élan")
    'elan'
    """
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")


def word_vectors(words: Sequence[str]) -> tuple[Array, Array]:
    """The model's vector of each word, (n, 384) float32, and whether it is real: known (n,) bool.

    Upper case and accents do not matter, as to the model itself. A word outside `vocabulary()` has known False and
    gets a stand-in that means nothing: numbers drawn from the real vectors' mean and spread, with a seed made of the
    word, so that they are the same in every process.

    >>> vectors, known = word_vectors(["King", "Brobdingnag"])
    >>> vectors.shape, known.tolist()
    ((2, 384), [True, False])
    """
    spelled = [plain(word) for word in words]
    known = np.array([word in _rows() for word in spelled], dtype=bool)
    vectors = [_word_table()[_rows()[word]] if word in _rows() else _stand_in(word) for word in spelled]
    return np.array(vectors, np.float32).reshape(-1, DIM), known


def embed(words: Sequence[str], positions: bool = True, special: bool = False) -> Array:
    """What enters the first layer for these words: (n, 384) float32, or n + 2 rows with special=True.

    See `embed_vectors`; stand-ins take the place of unknown words.

    >>> embed(["king", "and", "queen"], special=True).shape
    (5, 384)
    """
    return embed_vectors(word_vectors(words)[0], positions, special)


def embed_vectors(vectors: ArrayLike, positions: bool = True, special: bool = False) -> Array:
    """The layer norm of word + token type + position vectors, (n, 384), in the precision of vectors (n, 384).

    With special=True [CLS] stands before the words and [SEP] after them, n + 2 rows: what the model itself computes
    for a sentence of known words. Without, the words stand alone, the first at position 0: the same layer for an
    input that its tokenizer never makes. positions=False leaves the position vectors out, as the model never does.
    Devlin et al. 2018, BERT, arXiv:1810.04805. Raises ValueError beyond the model's 512 positions.

    >>> embed_vectors(np.eye(3, DIM, dtype=np.float32)).dtype
    dtype('float32')
    """
    rows = as_vectors("vectors", vectors)
    if rows.ndim != 2 or rows.shape[1] != DIM:
        raise ValueError(f"vectors must have shape (n, {DIM}); got {rows.shape}")
    layer, table = _file("layer"), load("minilm-l6-v2")
    if special:
        rows = np.insert(rows, [0, len(rows)], layer["special"], axis=0)
    if len(rows) > len(table):
        raise ValueError(f"words must take up at most the model's {len(table)} positions; got {len(rows)}")
    summed = rows + layer["token_type"]
    if positions:
        summed = summed + table[: len(rows)].astype(rows.dtype)
    return layer_norm(summed, layer["norm_weight"], layer["norm_bias"])


def layer_norm(x: Array, weight: Array, bias: Array) -> Array:
    """Each row of x (n, dim) brought to mean 0 and variance 1, times weight (dim,) plus bias (dim,).

    Ba et al. 2016, arXiv:1607.06450.

    >>> layer_norm(np.array([[1.0, 3.0]]), np.ones(2), np.zeros(2)).round(6).tolist()
    [[-1.0, 1.0]]
    """
    centred = x - x.mean(1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(1, keepdims=True) + EPS) * weight + bias)


@cache
def attention_weights() -> AttentionWeights:
    """The first layer's projections, for `attention(embed(words), attention_weights(), HEADS)`; not to be written to.

    Its output is the model's up to the dense projection; the residual connection and the layer norm that follow in
    the model are left out. float64, and so is the output: in float32 these weights' rounding alone can look like an
    order sensitivity above 1e-6.

    >>> attention_weights().in_proj_weight.shape
    (1152, 384)
    """
    names = ("in_proj_weight", "in_proj_bias", "out_weight", "out_bias")
    arrays = [_file("layer")[name].astype(np.float64) for name in names]
    for array in arrays:
        array.setflags(write=False)
    return AttentionWeights(*arrays)


def attend(vectors: ArrayLike, positions: bool = True, causal: bool = False) -> Attention:
    """The first layer's attention over words (n, 384) framed by [CLS] and [SEP], as the model computes it.

    output (n, 384) and weights (12, n, n) are the words' own, in float64; what a row of weights lacks to 1 goes to the
    two marks. positions=False and causal=True are experiments: the model was never trained so.

    >>> layer = attend(word_vectors(["king", "and", "queen"])[0])
    >>> layer.output.shape, layer.weights.shape
    ((3, 384), (12, 3, 3))
    """
    framed = embed_vectors(np.asarray(vectors, np.float64), positions, special=True)
    layer = attention(framed, attention_weights(), HEADS, causal)
    return Attention(layer.output[1:-1], layer.weights[:, 1:-1, 1:-1])


def _stands_alone(letter: str) -> bool:
    if letter in string.punctuation or unicodedata.category(letter).startswith("P"):
        return True
    return unicodedata.name(letter, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH"))


def _stand_in(word: str) -> Array:
    mean, spread = _word_spread()
    return np.asarray(mean + spread * toy.word_vectors([word], DIM)[0])


@cache
def _rows() -> dict[str, int]:
    return {word: row for row, word in enumerate(vocabulary())}


@cache
def _word_table() -> Array:
    file = _file("words")
    others = file["others"] * file["scale"][:, None]
    table = np.concatenate([file["frequent"].astype(np.float32), others, file["marks"].astype(np.float32)])
    table.setflags(write=False)
    return table


@cache
def _word_spread() -> tuple[Array, Array]:
    return _word_table().mean(0), _word_table().std(0)


@cache
def _file(name: str) -> dict[str, Array]:
    with (files("posenc") / "data" / f"minilm_{name}.npz").open("rb") as file:
        return dict(np.load(file, allow_pickle=False))
