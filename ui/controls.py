"""The controls that pages share. Each is bound to the query parameter of its key, so that any view is a link."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from . import links
from .quote import refusal

LENGTHS = sorted({2**k for k in range(4, 21)} | {3 * 2**k for k in range(3, 19)})
DIMS = [2, 4, 6, 8, *sorted({2**k for k in range(4, 13)} | {3 * 2**k for k in range(2, 11)})]
BOUND: dict[str, Any] = {"bind": "query-params"}
WRITTEN = "_written"
"""Where the key of a select box stands whose choice was just written into the address."""


def steps(label: str, key: str, options: Sequence[int], default: int, help: str | None = None) -> int:
    """A slider that steps through useful values, and the one between them that a link asks for."""
    links.note(key, default)
    low, high = options[0], options[-1]
    forget_unless(key, lambda value: type(value) is int and low <= value <= high)  # another page's may reach further
    if low == high:
        return low
    asked = (st.session_state.get(key), _whole(st.query_params.get(key, "")))
    stops = sorted({*options, *(value for value in asked if value is not None and low <= value <= high)})
    return int(st.select_slider(label, stops, value=min(default, high), key=key, help=help, **BOUND))


def factor(label: str, key: str, options: Sequence[float], default: float, help: str | None = None) -> float:
    """A slider that steps through numbers of very different sizes."""
    links.note(key, default)
    return float(st.select_slider(label, options, value=default, key=key, help=help, **BOUND))


def row(gap: Literal["small", "medium"] = "medium") -> DeltaGenerator:
    """Controls side by side, of equal widths: one message to the browser, where columns are one each and one more."""
    return st.container(horizontal=True, vertical_alignment="bottom", gap=gap)


def length(default: int = 128, maximum: int | None = None) -> int:
    options = _up_to(min(maximum or LENGTHS[-1], LENGTHS[-1]), LENGTHS)  # a grid may have more places than are drawn
    return steps("Positions", "length", options, default)


def dim(default: int = 128, maximum: int | None = None) -> int:
    options = _up_to(maximum, DIMS)
    return steps("Dimensions", "dim", options, default)


def number(label: str, key: str, low: int, high: int, default: int, help: str | None = None) -> int:
    """A slider over whole numbers; a value that a smaller range no longer holds moves to its end."""
    links.note(key, default)
    forget_unless(key, lambda value: isinstance(value, int))  # another page may have a row of buttons of that key
    now = st.session_state.get(key, low)
    if not low <= now <= high:
        st.session_state[key] = min(max(now, low), high)
    if low == high:
        return low
    return int(st.slider(label, low, high, min(max(default, low), high), key=key, help=help, **BOUND))


def choice(label: str, key: str, options: Sequence[str], default: str, **more: Any) -> str:
    """A row of buttons, exactly one of them pressed."""
    links.note(key, default)
    forget_unless(key, lambda value: value in options)
    if st.query_params.get(key) == "":
        links.drop(key)  # Streamlit would press none
    return str(st.segmented_control(label, options, default=default, required=True, key=key, **more, **BOUND))


def select(label: str, key: str, names: Mapping[str, str], default: str, **more: Any) -> str:
    """A select box that shows names; the address keeps what they stand for.

    Streamlit's own binding would spell the names there. So the address decides, and a choice writes it.
    """
    links.note(key, default)
    asked = st.query_params.get(key, default)
    if asked not in names:
        links.drop(key)
        asked = default
    st.session_state[key] = asked
    chosen: str = st.selectbox(
        label, list(names), key=key, format_func=names.__getitem__, on_change=_write, args=(key, default), **more
    )
    if st.session_state.pop(WRITTEN, None) == key and links.is_of_a_part():
        st.rerun()  # the whole page: the menu takes along what is not bound
    return chosen


def guess(label: str, key: str, options: Sequence[str], **more: Any) -> str | None:
    """A row of buttons of which none is pressed at first."""
    links.note(key, None)
    forget_unless(key, lambda value: value in options)
    return st.pills(label, options, key=key, label_visibility="collapsed", **more, **BOUND)


def switch(label: str, key: str, default: bool = False, help: str | None = None) -> bool:
    links.note(key, default)
    return bool(st.toggle(label, default, key=key, help=help, **BOUND))


@contextmanager
def fold(label: str, key: str, holds: Collection[str] = (), **more: Any) -> Iterator[bool]:
    """A part of a page that is closed at first: whether it is open. Closed, it costs nothing, where nothing is drawn.

    holds: the keys of controls inside; a link that sets one of them opens it.

    with fold("More", "more") as is_open:
        if is_open:
            …
    """
    links.note(key, False)
    if key not in st.session_state and any(name in st.query_params for name in holds):
        st.session_state[key] = True
    part = st.expander(label, key=key, **more, **BOUND)
    with part:
        yield bool(part.open)


def forget_unless(key: str, allowed: Callable[[Any], bool]) -> None:
    """Let go of the value that a control of that key would refuse: another page's, or an old link's."""
    if key in st.session_state and not allowed(st.session_state[key]):
        del st.session_state[key]


def instead(error: ValueError, shown: str) -> None:
    """Say why what was asked for is not shown, and what is."""
    st.info(f"{refusal(error)}. Meanwhile {shown}.")


def actions(label: str, key: str, options: Mapping[str, Any], do: Callable[[Any], None], **more: Any) -> None:
    """A row of buttons: a pressed one does what it stands for, and is let go at once.

    One element, where a button each would be a tenth of what a page sends and the browser renders.
    """
    st.pills(label, [*options], selection_mode="multi", key=key, on_change=_act, args=(key, options, do), **more)


def code(lines: str, label: str = "The code") -> None:
    """The lines of posenc that make what the page shows, behind a button: unopened, they cost the browser nothing."""
    with st.popover(label, icon=":material/code:"):
        st.code(lines, language="python")


def _whole(text: str) -> int | None:
    """The whole number that an address spells as a slider does.

    >>> _whole("5"), _whole("05"), _whole("5.0"), _whole("1_0")
    (5, None, None, None)
    """
    spelled = text.isascii() and text.isdecimal() and len(text) < 8 and text == str(int(text))
    return int(text) if spelled else None


def _up_to(maximum: int | None, sizes: Sequence[int]) -> list[int]:
    """The useful sizes up to `maximum`, which is one of them.

    >>> _up_to(49, [16, 32, 64])
    [16, 32, 49]
    """
    return [*sizes] if maximum is None else [*(n for n in sizes if n < maximum), maximum]


def _write(key: str, default: str) -> None:
    """Put the choice of a select box into the address, or take it out where it is the default."""
    chosen = st.session_state[key]
    if chosen == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen
    st.session_state[WRITTEN] = key


def _act(key: str, options: Mapping[str, Any], do: Callable[[Any], None]) -> None:
    for pressed in st.session_state[key]:
        do(options[pressed])
    st.session_state[key] = []
