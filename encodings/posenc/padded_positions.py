"""Positions of tokens, where some of the tokens are padding."""

import numpy as np
from numpy.typing import ArrayLike

from .numeric.checks import WHOLE, Array, as_count, as_whole, shown


def position_ids(tokens: ArrayLike, padding_idx: int = 1) -> Array:
    """The position of each token id (…, n) as RoBERTa and fairseq count: int64, same shape.

    padding_idx + 1 for the first token that is no padding, and so on; padding itself, wherever it stands, gets
    padding_idx. What `scheme("sinusoidal", padding_idx=…)` and RoBERTa's learned table expect.

    >>> position_ids([[1, 0, 5, 1, 7]]).tolist()
    [[1, 2, 3, 1, 4]]
    """
    padding = as_count("padding_idx", padding_idx, 0, WHOLE)
    real = as_whole("tokens", tokens) != padding
    if real.ndim == 0:
        raise ValueError(f"tokens must be an array of token ids, (…, n); got {shown(tokens)}")
    return padding + np.cumsum(real, axis=-1) * real
