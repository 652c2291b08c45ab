"""A sentence as chips in an order of the person's own: dragged, moved by arrow keys, swapped, reversed, shuffled."""

import random
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from . import links
from .controls import actions

HERE = Path(__file__).parent
HTML = """<div class="chips" role="listbox" aria-label="Words, in an order of your own"></div>
<div class="live" aria-live="polite"></div>"""
_mount = st.components.v2.component(
    "word_chips", html=HTML, css=(HERE / "chips.css").read_text(), js=(HERE / "chips.js").read_text()
)

PARAMETER = "order"


def order(words: Sequence[str]) -> list[int]:
    """The order of the chips: which word stands first, second, …; it lives in the address. At first, ends swapped."""
    count = len(words)
    links.note(PARAMETER, "")
    st.session_state.pop(PARAMETER, None)  # a preset's, which stands in the address
    now = _read(count)
    moves = {"Swap": _swapped(now), "Reverse": now[::-1], "Shuffle": _shuffled(now), "As typed": list(range(count))}
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        _mount(
            key="chips",
            data={"words": list(words), "order": now},
            on_order_change=lambda: _write(_parse(st.session_state["chips"]["order"], count) or now),
        )
        actions("Move the words", "moves", moves, _write, disabled=count < 2, label_visibility="collapsed")
    return now


def forget() -> None:
    """Back to the order that a new sentence starts with."""
    st.query_params.pop(PARAMETER, None)


def _read(count: int) -> list[int]:
    return _parse(st.query_params.get(PARAMETER, ""), count) or _swapped(list(range(count)))


def _parse(text: str | None, count: int) -> list[int] | None:
    """The order that a link or a chip says, if it names each word once."""
    places = (text or "").split("-")
    if not all(place.isdecimal() and len(place) <= 3 for place in places):
        return None
    found = [int(place) for place in places]
    return found if sorted(found) == list(range(count)) else None


def _write(places: Sequence[int]) -> None:
    st.query_params[PARAMETER] = "-".join(map(str, places))


def _swapped(places: Sequence[int]) -> list[int]:
    return [places[-1], *places[1:-1], places[0]] if len(places) > 1 else list(places)


def _shuffled(places: Sequence[int]) -> list[int]:
    """Another order, never the same: shuffling two words swaps them."""
    if len(places) < 2:
        return list(places)
    while (drawn := random.sample(places, len(places))) == list(places):
        pass
    return drawn
