"""A table that a model learned, one row a position."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from ..families import Absolute, Paper
from ..numeric.checks import Array, as_count, as_edges, as_floating, as_positions, as_whole, refuse
from ..parameters import parameter

FILES = {"minilm-l6-v2": "minilm_positions.npy"}


@dataclass(frozen=True)
class Learned(Absolute):
    """Position vectors found by training, as in BERT: a real model's table.

    Devlin et al. 2018, arXiv:1810.04805; the rows are those of sentence-transformers' all-MiniLM-L6-v2 (Apache-2.0,
    see data/README.md). It ends at 512 positions and 384 features. Fewer features are the first of them.

    >>> Learned().table(512, 384).shape
    (512, 384)
    >>> Learned().table(513, 384)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: positions must be whole numbers from 0 to 511, the 512 rows of minilm-l6-v2, ...; got 512
    """

    id = "learned"
    title = "Learned"
    paper = Paper(
        "Devlin et al.",
        2018,
        "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
        "1810.04805",
    )
    formula = r"\mathrm{PE}_{p} = E_{p}, \quad E \in \mathbb{R}^{N \times d} \text{ found by gradient descent}"
    idea = "Each position has a list of numbers that a model learned in training. It is added to the word."
    letters = Absolute.letters + "; $E$ the learned table; $N$ how many positions it has"
    used_by = "BERT, GPT-2, ViT, MiniLM"

    source: str = parameter("minilm-l6-v2", "The model whose table it is.", choices=tuple(FILES))
    interpolate: bool = parameter(
        False, "Stretch the table over more positions than it has, with straight lines between its rows."
    )

    values = "real"

    @property
    def learned(self) -> str:
        rows, columns = load(self.source).shape
        return f"a table of {rows:,} × {columns} = {rows * columns:,} numbers"

    @property
    def max_length(self) -> int | None:
        return None if self.interpolate else len(load(self.source))

    @property
    def max_dim(self) -> int | None:
        return load(self.source).shape[1]

    @property
    def by_length(self) -> bool:
        return self.interpolate

    def table(self, positions: ArrayLike, dim: int, dtype: DTypeLike = np.float32) -> Array:
        """The rows of these positions: (n, dim).

        With interpolate=True a sequence longer than the table (its length is the largest position + 1) is squeezed
        into it, its first position on the first row and its last on the last; fractional positions lie in between.
        """
        where, precision = as_positions(positions), as_floating(dtype)
        self._refuse_outside(where)
        return self._rows(where, int(where.max(initial=0)) + 1, dim).astype(precision)

    def mean_table(self, edges: Array, dim: int) -> Array:
        # Between two rows the stretched table is a straight line, so its mean over positions is its middle: cut each
        # range at the rows, take the middle of each piece, weigh it by the positions in it.
        borders = as_edges(edges)
        length = int(borders[-1])
        self._refuse_outside(borders[-1:] - 1)
        rows = np.ceil(np.arange(len(load(self.source))) / self._stretch(length)).astype(np.int64)
        cuts = np.union1d(borders, rows[(rows > borders[0]) & (rows < length)])
        counts = np.diff(cuts)
        middles = self._rows((cuts[:-1] + cuts[1:] - 1) / 2, length, dim)
        sums = np.add.reduceat(middles * counts[:, None], np.searchsorted(cuts, borders[:-1]), axis=0)
        return sums / np.diff(borders)[:, None]

    def kernel(self, offsets: ArrayLike, dim: int = 64, heads: int = 8) -> Array:
        """The mean dot product of all pairs of rows at each offset, whole; not a number beyond the table."""
        table = self._rows(np.arange(len(load(self.source))), 1, dim)
        distances, places = np.unique(
            np.abs(as_whole("offsets", as_positions(offsets, "offsets"))), return_inverse=True
        )
        means = [
            np.einsum("pd,pd->p", table[: len(table) - k], table[k:]).mean() if k < len(table) else np.nan
            for k in distances
        ]
        return self._per_head(np.array(means)[places], heads)

    def _rows(self, where: Array, length: int, dim: int) -> Array:
        table = load(self.source)[:, : as_count("dim", dim, maximum=load(self.source).shape[1])]
        inside = where * self._stretch(length)
        below = np.minimum(inside.astype(np.int64), len(table) - 1)
        above = np.minimum(below + 1, len(table) - 1)
        part = (inside - below)[:, None]
        return table[below] * (1 - part) + table[above] * part

    def _stretch(self, length: int) -> float:
        last = len(load(self.source)) - 1
        return min(1.0, last / max(length - 1, 1))

    def _refuse_outside(self, where: Array) -> None:
        rows, allowed, outside = len(load(self.source)), "at least 0", where < 0
        if not self.interpolate:
            allowed = f"whole numbers from 0 to {rows - 1}, the {rows} rows of {self.source}, unless interpolate=True"
            outside = outside | (where > rows - 1) | (where != np.floor(where))
        refuse(f"positions must be {allowed}", where, outside)


@cache
def load(source: str) -> Array:
    """The table of a source: float64, not to be written to."""
    with (files("posenc") / "data" / FILES[source]).open("rb") as file:
        table = np.load(file, allow_pickle=False).astype(np.float64)
    table.setflags(write=False)
    return table
