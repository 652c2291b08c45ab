"""What follows a slider in the browser: traces with a note that ui/scrub.js reads while the slider moves.

They are traces throughout, guides and captions too: plotly gives each trace a place of its own in its picture.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .style import STROKES, line


@dataclass(frozen=True)
class Scrub:
    """A slider (its key), and the heatmap (its chart's key) whose row (along "y") or column (along "x") it picks."""

    slider: str
    cells: str
    along: str

    def _follow(self, part: str, sets: str, word: str = "") -> dict[str, Any]:
        return {"meta": json.dumps(asdict(self) | {"part": part, "sets": sets, "word": word})}

    def values(self, trace: dict[str, Any]) -> dict[str, Any]:
        """The line of the values in the picked row or column."""
        return trace | self._follow("values", self.along)

    def guides(self, sets: str, at: float, ends: Sequence[float], **axes: str) -> list[dict[str, Any]]:
        """A line across a panel at x or y, as `sets` says."""
        across = {"x": ends, "y": ends} | {sets: (at, at)}
        return [
            line(**across, line=stroke, hoverinfo="skip", **axes) | self._follow("guide", sets) for stroke in STROKES
        ]

    def caption(self, word: str, at: int, x: float, y: float, **axes: str) -> dict[str, Any]:
        """A panel's title, written above its left corner (x, y): the word and the number that the slider says."""
        return {
            "type": "scatter",
            "mode": "text",
            "x": [x],
            "y": [y],
            "text": [f"<b>{word} {at:,}</b>"],
            "textposition": "top right",
            "textfont": {"size": 13},
            "cliponaxis": False,
            "hoverinfo": "skip",
            "showlegend": False,
            **axes,
            **self._follow("caption", "text", word),
        }
