"""The two layouts of rotary embedding: how to turn one into the other, and what becomes of those who mix them up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .checks import Array, as_choice, as_count, as_numbers, as_pair
from .schemes.rotary import RotaryEmbedding

LAYOUTS = ("half", "interleaved")
MOST_PLACES = 4096


def feature_order(dim: int, source: str, target: str, rotary_dim: int | None = None) -> Array:
    """The order of features that turns one layout into the other: x[..., order] is x (…, dim) laid out as `target`.

    "half" pairs feature i with i + rotary_dim/2, "interleaved" 2i with 2i + 1. Features from rotary_dim on stay.

    >>> feature_order(8, "interleaved", "half").tolist()
    [0, 2, 4, 6, 1, 3, 5, 7]
    >>> feature_order(8, "half", "interleaved", rotary_dim=4).tolist()
    [0, 2, 1, 3, 4, 5, 6, 7]
    """
    size = as_count("dim", dim, 2, multiple=2)
    turning = size if rotary_dim is None else as_count("rotary_dim", rotary_dim, 2, size, multiple=2)
    order = np.arange(size)
    order[_pairs("target", target, turning)] = _pairs("source", source, turning)
    return order


def convert_layout(weight: ArrayLike, heads: int, source: str, target: str, rotary_dim: int | None = None) -> Array:
    """The weight (heads·head_dim, …) of a query or key projection, or its bias, with each head's rows in a new order.

    y = x Wᵀ, as torch.nn.Linear has it. Convert both queries and keys, and neither values nor output. Then rotating
    in the layout `target` gives the scores that `source` gave before.

    >>> convert_layout([0, 1, 2, 3, 10, 11, 12, 13], heads=2, source="interleaved", target="half").tolist()
    [0, 2, 1, 3, 10, 12, 11, 13]
    """
    rows, count = as_numbers("weight", weight), as_count("heads", heads)
    if rows.ndim == 0 or rows.shape[0] == 0 or rows.shape[0] % (2 * count):
        raise ValueError(f"weight must have an even number of rows for each of {count} heads; got shape {rows.shape}")
    order = feature_order(rows.shape[0] // count, source, target, rotary_dim)
    return rows.reshape(count, len(order), -1)[:, order].reshape(rows.shape)


@dataclass(frozen=True, eq=False)
class Port:
    """What one way to rotate makes of a query and a key, each of them at every one of n positions.

    scores (n, n): the query at position i and the key at position j, over the product of their norms; expected: the
    same of the model as it was trained; norms (n,): of the turned query, over its own.
    """

    name: str
    scores: Array
    expected: Array
    norms: Array

    @property
    def error(self) -> float:
        """The largest difference from the scores of the trained model."""
        return float(np.abs(self.scores - self.expected).max())

    @property
    def first_error(self) -> float:
        """The same for a sentence of one token."""
        return float(np.abs(self.scores - self.expected)[0, 0])

    @property
    def spread(self) -> float:
        """The largest difference between two scores at one offset: 0 where the offset alone counts."""
        n = len(self.scores)
        return max(float(np.ptp(np.diagonal(self.scores, offset))) for offset in range(1 - n, n))

    @property
    def stretch(self) -> float:
        """The largest change of the query's norm, as a share of it: 0 for a rotation."""
        return float(np.abs(self.norms - 1).max())


def layout_ports(
    query: ArrayLike,
    key: ArrayLike,
    n: int,
    trained: str = "interleaved",
    base: float = 10000.0,
    rotary_dim: int | None = None,
) -> list[Port]:
    """A model trained with one layout, carried over to code with the other: two ways to do it right, three wrong.

    query and key (dim,), as the model's weights make them. "trained": rotated as in training. "converted": features
    permuted, then rotated in the other layout. "unconverted": rotated in the other layout as they are. "split": the
    query in the trained layout, the key in the other. "mixed": angles of "half" for the pairs of "interleaved".

    >>> wrong = {port.name: port for port in layout_ports([1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 1.0, 2.0], 9)}
    >>> [name for name, port in wrong.items() if port.error > 1e-12]
    ['unconverted', 'split', 'mixed']
    >>> [name for name, port in wrong.items() if port.spread > 1e-12]
    ['split', 'mixed']
    >>> [name for name, port in wrong.items() if port.stretch > 1e-12]
    ['mixed']
    """
    q, k = as_pair(query, key)
    size = as_count("n", n, maximum=MOST_PLACES)
    here = as_choice("trained", trained, LAYOUTS)
    there = LAYOUTS[1 - LAYOUTS.index(here)]
    order = feature_order(len(q), here, there, rotary_dim)
    known = {layout: RotaryEmbedding(base, layout, rotary_dim) for layout in (*LAYOUTS, "mixed")}

    def turned(vector: Array, layout: str) -> Array:
        return known[layout].rotate(np.tile(vector, (size, 1)), size)

    ways = {
        "trained": (turned(q, here), turned(k, here)),
        "converted": (turned(q[order], there), turned(k[order], there)),
        "unconverted": (turned(q, there), turned(k, there)),
        "split": (turned(q, here), turned(k, there)),
        "mixed": (turned(q, "mixed"), turned(k, "mixed")),
    }
    norm, product = np.linalg.norm(q), np.linalg.norm(q) * np.linalg.norm(k)
    scores = {name: queries @ keys.T / product for name, (queries, keys) in ways.items()}
    return [
        Port(name, scores[name], scores["trained"], np.linalg.norm(queries, axis=1) / norm)
        for name, (queries, _) in ways.items()
    ]


def _pairs(name: str, layout: str, turning: int) -> Array:
    """The features of a layout pair by pair: (rotary_dim,)."""
    features = np.arange(turning)
    return features.reshape(2, -1).T.ravel() if as_choice(name, layout, LAYOUTS) == "half" else features
