"""The two layouts of rotary embedding, and the weights of a model converted from one to the other."""

import numpy as np
from numpy.typing import ArrayLike

from .numeric.checks import Array, as_choice, as_count, as_numbers

LAYOUTS = ("half", "interleaved")


def feature_order(dim: int, source: str, target: str, rotary_dim: int | None = None) -> Array:
    """The order that converts features from one layout to the other: x[..., order] is x (…, dim) laid out as `target`.

    "half" pairs feature i with i + rotary_dim/2, "interleaved" 2i with 2i + 1. Features from rotary_dim on stay.

    >>> feature_order(8, "interleaved", "half").tolist()
    [0, 2, 4, 6, 1, 3, 5, 7]
    >>> feature_order(8, "half", "interleaved", rotary_dim=4).tolist()
    [0, 2, 1, 3, 4, 5, 6, 7]
    """
    size = as_count("dim", dim, 2, multiple=2)
    rotating = size if rotary_dim is None else as_count("rotary_dim", rotary_dim, 2, size, multiple=2)
    order = np.arange(size)
    order[_pairs("target", target, rotating)] = _pairs("source", source, rotating)
    return order


def convert_layout(weight: ArrayLike, heads: int, source: str, target: str, rotary_dim: int | None = None) -> Array:
    """The weight (heads·head_dim, …) of a query or key projection, or its bias, converted to another rotary layout.

    Each head's rows are put into another order; y = x Wᵀ, as torch.nn.Linear has it. Convert queries and keys, and
    neither values nor output. Rotating in the layout `target` then gives the scores that `source` gave before.

    >>> convert_layout([0, 1, 2, 3, 10, 11, 12, 13], heads=2, source="interleaved", target="half").tolist()
    [0, 2, 1, 3, 10, 12, 11, 13]
    """
    rows, count = as_numbers("weight", weight), as_count("heads", heads)
    if rows.ndim == 0 or rows.shape[0] == 0 or rows.shape[0] % (2 * count):
        raise ValueError(f"weight must have an even number of rows for each of {count} heads; got shape {rows.shape}")
    order = feature_order(rows.shape[0] // count, source, target, rotary_dim)
    return rows.reshape(count, len(order), -1)[:, order].reshape(rows.shape)


def _pairs(name: str, layout: str, rotary_dim: int) -> Array:
    """The features of a layout pair by pair: (rotary_dim,)."""
    features = np.arange(rotary_dim)
    return features.reshape(2, -1).T.ravel() if as_choice(name, layout, LAYOUTS) == "half" else features
