"""A sentence as vectors, without a model: each word has its own, the same wherever and whenever it stands."""

import unicodedata
from hashlib import blake2b

import numpy as np
from numpy.typing import DTypeLike

from ..numeric.checks import Array, as_count, as_floating, as_words, shown

ALONE = ("CJK UNIFIED", "CJK COMPATIBILITY", "HIRAGANA", "KATAKANA")


def split(sentence: str) -> list[str]:
    """The words of a sentence: what white space separates; Chinese and Japanese characters stand alone.

    >>> split("King and Queen")
    ['King', 'and', 'Queen']
    >>> split("王と后")
    ['王', 'と', '后']
    """
    if not isinstance(sentence, str):
        raise ValueError(f"sentence must be a string; got {shown(sentence)}")
    spaced = "".join(f" {c} " if unicodedata.name(c, "").startswith(ALONE) else c for c in sentence)
    return spaced.split()


def word_vectors(words: list[str], dim: int, dtype: DTypeLike = np.float32) -> Array:
    """A random vector for each word, (len(words), dim), drawn from a seed that is the word itself, case aside.

    Standard normal, so of length about √dim. Equal words have equal vectors, on every machine.

    >>> vectors = word_vectors(["Queen", "King", "queen"], 8)
    >>> bool((vectors[0] == vectors[2]).all()), bool((vectors[0] == vectors[1]).any())
    (True, False)
    """
    sentence, size, precision = as_words(words), as_count("dim", dim), as_floating(dtype)
    drawn = [np.random.default_rng(_seed(word)).standard_normal(size) for word in sentence]
    return np.array(drawn).reshape(len(sentence), size).astype(precision)


def _seed(word: str) -> int:
    same = unicodedata.normalize("NFC", word.casefold())
    return int.from_bytes(blake2b(same.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
