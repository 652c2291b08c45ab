"""A picture's patches on a board: two change places by click, tap, drag or keys. The swaps live in the address."""

import base64
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from . import links

HERE = Path(__file__).parent
HTML = """<div class="board" role="application" tabindex="0">
<canvas></canvas><div class="mark taken" hidden></div><div class="mark over" hidden></div>
</div><div class="says" aria-live="polite"></div>"""
_mount = st.components.v2.component(
    "patch_board", html=HTML, css=(HERE / "board.css").read_text(), js=(HERE / "board.js").read_text()
)

PARAMETER = "swaps"
MAX = 200
Pair = tuple[int, int]


def swaps(count: int) -> list[Pair]:
    """The pairs of places, of so many, whose patches have changed places, in the order of the clicks."""
    links.note(PARAMETER, "")
    st.session_state.pop(PARAMETER, None)  # a preset's, which stand in the address
    return _parse(st.query_params.get(PARAMETER, ""), count)


def set_swaps(pairs: Sequence[Pair]) -> None:
    """Put other swaps into the address; none take it out."""
    if pairs:
        st.query_params[PARAMETER] = ".".join(f"{first}-{second}" for first, second in pairs)
    else:
        forget()


def forget() -> None:
    st.query_params.pop(PARAMETER, None)


def board(image: NDArray[np.uint8], order: NDArray[Any], columns: int) -> None:
    """The image (side, side, 3) cut into tiles, row by row `columns` a row, laid out in this order."""
    count = len(order)
    _mount(
        key="board",
        data={
            "source": _as_jpeg(image),
            "order": order.tolist(),
            "columns": columns,
            "hint": "Click two patches to swap them.",
            "label": f"The shuffled picture, {count} patches in {count // columns} rows. Arrow keys go from patch to"
            " patch, Enter takes one and swaps it with the next one chosen, Escape lets it go.",
        },
        on_swap_change=lambda: _add(_parse(st.session_state["board"]["swap"], count), count),
    )


def _add(pair: Sequence[Pair], count: int) -> None:
    done = swaps(count)
    if done and done[-1:] == [*pair]:
        set_swaps(done[:-1])  # the same two again: back
    elif len(done) < MAX:
        set_swaps([*done, *pair])


def _parse(text: str | None, count: int) -> list[Pair]:
    """The swaps that a link or a click says: all of them, or none if any is malformed.

    >>> _parse("0-3.2-1", 4), _parse("0-4", 4), _parse("1-1", 4)
    ([(0, 3), (1, 2)], [], [])
    """
    found = []
    for pair in (text or "").split(".", MAX)[:MAX]:
        places = pair.split("-")
        if len(places) != 2 or not all(place.isascii() and place.isdecimal() and len(place) <= 4 for place in places):
            return []
        first, second = sorted(map(int, places))
        if first == second or second >= count:
            return []
        found.append((first, second))
    return found


def _as_jpeg(image: NDArray[np.uint8]) -> str:
    """The image as an address of its own; without thinned-out colours, so that tiles stay apart."""
    file = BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=92, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
