"""A learned number for each offset between two places of a window."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bias, Paper
from ..numeric.checks import Array, as_count, as_positions, as_shaped, as_whole, refuse
from ..parameters import parameter


@dataclass(frozen=True)
class Swin(Bias):
    """Swin's relative bias: the score gets embedding[index], one row for each offset in rows and columns.

    Liu et al. 2021, arXiv:2103.14030, section 3.2. Positions are token numbers of the window, row by row, so there
    are only height · width of them. With class_token (BEiT, Bao et al. 2021, arXiv:2106.08254) token 0 is the class
    and has rows of its own: as query, as key, and with itself.

    >>> Swin(height=1, width=3).index().tolist()
    [[2, 1, 0], [3, 2, 1], [4, 3, 2]]
    """

    id = "swin"
    title = "Swin relative bias"
    paper = Paper(
        "Liu et al.", 2021, "Swin Transformer: Hierarchical Vision Transformer using Shifted Windows", "2103.14030"
    )
    formula = r"\mathrm{score}_{ij} = s_{ij} + E_{(r_i - r_j + H - 1)(2W - 1) + c_i - c_j + W - 1,\,h}"
    idea = "Inside a window of a picture, each head adds a learned number for each offset in rows and columns."
    letters = (
        Bias.letters + "; $r_i, c_i$ row and column of a patch; $H, W$ rows and columns of the window"
        "; $E$ learned numbers, one for each offset and head; $h$ the head"
    )
    used_by = "Swin, BEiT, Data2Vec Vision"
    learned = "a number for each offset and head"

    height: int = parameter(7, "Rows of the window.", minimum=1, maximum=64)
    width: int = parameter(7, "Columns of the window.", minimum=1, maximum=64)
    class_token: bool = parameter(False, "Token 0 is a class token without a place, as in BEiT.")
    seed: int = parameter(0, "Draws the toy values that stand in for learned ones.", minimum=0)

    @property
    def grid(self) -> tuple[int, ...]:
        return self.height, self.width

    @property
    def max_length(self) -> int | None:
        return self.height * self.width + self.class_token

    def index(self, query_positions: ArrayLike | None = None, key_positions: ArrayLike | None = None) -> Array:
        """The relative position index of these tokens, all of the window unless given: (n_q, n_k) int64."""
        queries = self._tokens("query_positions", query_positions)
        keys = self._tokens("key_positions", key_positions)
        rows, columns = (
            np.subtract.outer(a, b) for a, b in zip(self._places(queries), self._places(keys), strict=True)
        )
        index = (rows + self.height - 1) * (2 * self.width - 1) + columns + self.width - 1
        if self.class_token:
            index[queries == 0] = self._offsets
            index[:, keys == 0] = self._offsets + 1
            index[np.ix_(queries == 0, keys == 0)] = self._offsets + 2
        return index

    def bias(
        self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int, embedding: ArrayLike | None = None
    ) -> Array:
        """What is added to the scores: (heads, n_q, n_k), from a model's embedding (offsets, heads) or toy values.

        The embedding has (2·height − 1)·(2·width − 1) rows, and three more with a class token.
        """
        shape = (as_count("heads", heads), self._offsets + 3 * self.class_token)
        toy = np.random.default_rng(self.seed).standard_normal
        rows = toy(shape) if embedding is None else as_shaped("embedding", embedding, shape[::-1]).T
        return rows.astype(np.float32)[:, self.index(query_positions, key_positions)]

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        """What is added at each offset along one row of the window; not a number beyond it."""
        return along_a_row(self, np.arange(self.width) + self.class_token, offsets, heads)

    def _numbers(self, length: int, dim: int, heads: int) -> int:
        return heads * self._offsets + super()._numbers(length, dim, heads)

    @property
    def _offsets(self) -> int:
        return (2 * self.height - 1) * (2 * self.width - 1)

    def _places(self, tokens: Array) -> tuple[Array, Array]:
        return np.divmod(tokens - self.class_token, self.width)

    def _tokens(self, name: str, positions: ArrayLike | None) -> Array:
        count = self.height * self.width + self.class_token
        tokens = as_whole(name, np.arange(count) if positions is None else as_positions(positions, name))
        refuse(f"{name} must be tokens of the window, 0 to {count - 1}", tokens, (tokens < 0) | (tokens >= count))
        return tokens


def along_a_row(scheme: Bias, row: Array, offsets: ArrayLike, heads: int) -> Array:
    """The bias between tokens of one row so far apart: (heads, offsets) float64, not a number beyond the row."""
    where = as_whole("offsets", as_positions(offsets, "offsets"))
    between = scheme.bias(row, row, heads)
    inside = np.abs(where) < len(row)
    curve = np.full((len(between), len(where)), np.nan)
    curve[:, inside] = between[:, np.maximum(-where, 0)[inside], np.maximum(where, 0)[inside]]
    return curve
