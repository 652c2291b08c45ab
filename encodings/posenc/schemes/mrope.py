"""Multimodal rotary embedding: some pairs rotate with the time, some with the row, some with the column."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..families import Paper, Rotary, Wave
from ..numeric.checks import Array, as_count, as_numbers, as_positions
from ..numeric.phasors import geometric, phasors
from ..parameters import parameter


@dataclass(frozen=True)
class Mrope(Rotary):
    """M-RoPE: positions are (time, row, column), and each pair rotates with one of the three.

    Wang et al. 2024, arXiv:2409.12191. "chunked" (Qwen2-VL) cuts the dim/2 pairs into sections, section s rotating
    with axis s mod 3; "interleaved" (Qwen3-VL) deals them out one by one. Pairs are (i, i + dim/2) in both. Text
    stands at the same place on all axes, so that plain positions give plain rotary embedding.

    >>> Mrope(sections=(1, 2, 1)).axes(8).tolist()
    [0, 1, 1, 2]
    >>> Mrope(form="interleaved", sections=(2, 1, 1)).axes(8).tolist()
    [0, 1, 2, 0]
    >>> still = Mrope(sections=(1, 2, 1)).rotate(np.ones((1, 8)), [[0], [0], [np.pi]])
    >>> still.round(1).tolist()
    [[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]]
    """

    id = "mrope"
    title = "Multimodal rotary (M-RoPE)"
    paper = Paper(
        "Wang et al.",
        2024,
        "Qwen2-VL: Enhancing Vision-Language Model's Perception of the World at Any Resolution",
        "2409.12191",
    )
    formula = r"\theta_i = p_{a(i)}\, b^{-2i/d}, \quad a(i) \in \{\text{time}, \text{row}, \text{column}\}"
    idea = "Rotary for text, pictures and video together: each pair turns with the time, the row or the column."
    letters = (
        r"$\theta_i$ angle of a pair; $i$ number of the pair; $a(i)$ the axis of that pair"
        "; $p_{a(i)}$ position along that axis; $b$ the base; $d$ how many dimensions a head has"
    )
    used_by = "Qwen2-VL, Qwen2.5-VL, Qwen3-VL"
    layout = "half"

    base: float = parameter(
        1000000.0, "The slowest pair turns at least 1/base radians a position.", minimum=1.0, maximum=1e9
    )
    sections: tuple[int, ...] | None = parameter(
        None,
        "How many pairs turn with time, row and column: together dim/2. Unless set, a quarter with time, as Qwen2-VL.",
        minimum=0,
        maximum=65536,
        optional=True,
        several=True,
    )
    form: str = parameter(
        "chunked", "Sections one after the other, or dealt out pair by pair.", choices=("chunked", "interleaved")
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.sections is None:
            return
        count = len(self.sections) if isinstance(self.sections, tuple) else 0
        if count < 3 or (count > 3 and self.form == "interleaved"):
            raise ValueError(f"sections must be three numbers of pairs, for time, row and column; got {self.sections}")

    @property
    def axis_names(self) -> tuple[str, ...]:
        return "time", "row", "column"

    def frequencies(self, dim: int, length: int | None = None) -> Array:
        return geometric(self.base, as_count("dim", dim, 2, multiple=2), dim // 2)

    def wave(self, dim: int, dimension: int) -> Wave | None:
        return self._wave(self.base, dim, dim, dimension)

    def axes(self, dim: int) -> Array:
        """The axis that each pair rotates with, 0 for time, 1 for row, 2 for column: (dim/2,)."""
        pairs = np.arange(as_count("dim", dim, 2, multiple=2) // 2)
        sections = np.array(self._sections(len(pairs)))
        if self.form == "chunked":
            return np.repeat(np.arange(len(sections)) % 3, sections)
        return np.where(pairs < 3 * sections[pairs % 3], pairs % 3, 0)

    def _sections(self, pairs: int) -> tuple[int, ...]:
        if self.sections is None:
            time, row = pairs // 4, (pairs - pairs // 4) // 2
            return time, row, pairs - time - row
        if sum(self.sections) != pairs:
            raise ValueError(f"sections must add up to dim/2, {pairs}; got {self.sections}")
        return self.sections

    def _phasors(self, positions: Any, dim: int, dtype: np.dtype[Any]) -> Array:
        places, frequencies, axes = as_places(positions), self.frequencies(dim), self.axes(dim)
        rotations = np.empty((places.shape[1], dim // 2), phasors(places[0, :0], frequencies, dtype).dtype)
        for axis, where in enumerate(places):
            rotations[:, axes == axis] = phasors(where, frequencies[axes == axis], dtype)
        return rotations


def as_places(positions: Any) -> Array:
    """Time, row and column of each token, (3, n): as they are, or alike where positions are plain ones.

    >>> as_places(2).tolist()
    [[0, 1], [0, 1], [0, 1]]
    """
    array = as_numbers("positions", positions)
    if array.ndim != 2:
        return np.stack([as_positions(positions)] * 3)
    if len(array) != 3:
        raise ValueError(f"positions must have shape (3, n): time, row and column; got {array.shape}")
    return np.stack([as_positions(row) for row in array])
