"""The frame of every page: configuration, menu, question and answer above; sources below."""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from threading import RLock
from typing import Any, ParamSpec

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError
from streamlit.runtime.scriptrunner import get_script_run_ctx

import posenc

from .kind import badge

ROOT = Path(__file__).parent.parent
P = ParamSpec("P")
BRAND = "Positional embeddings, seen"
STYLE = f"<style>{(ROOT / 'ui' / 'style.css').read_text()}</style>"
# These go by their repr: Streamlit would hash a scheme within them by its fields alone, whatever class it is of; and it
# takes 90 µs for a scheme, 8 times as long.
BY_REPR: dict[str | type[Any], Callable[[Any], Any]] = dict.fromkeys(
    [
        *(f"{cls.__module__}.{cls.__qualname__}" for cls in posenc.schemes().values()),
        "ui.order_setup.Setup",
        "ui.compare_sections.Comparison",
        "ui.adding_sections.Setup",
    ],
    repr,
)
kept = st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=BY_REPR)
"""Decorates what its arguments alone decide, a value or a part of a page: it is made once for everyone, and a part's
messages are sent again. Not for controls."""
# Ten times as often as usual: the thread that sends gives way with each message, and while others compute it waits this
# long for its turn again, 50 times an answer. Of a hundred people half then wait 0.13 s, where it was 0.4 s.
sys.setswitchinterval(0.0005)
turn = RLock()
"""Runs take turns. Python works on one at a time anyway, and fifty people who take turns wait half as long as fifty who
share every moment: all of those are done at the end."""


@dataclass(frozen=True)
class Page:
    """What a page's file says of itself: docstring (question, answer) and the constants SECTION, LABEL and ICON."""

    path: Path
    question: str
    answer: str
    section: str
    label: str
    icon: str

    @property
    def address(self) -> str:
        """Where Streamlit serves it: the file's name without number."""
        return re.sub(r"^\d+_", "", self.path.stem) if self.path.parent != ROOT else ""


@cache
def read(path: Path) -> Page:
    """A page's own description, read without running it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    question, _, answer = (ast.get_docstring(tree) or "").partition("\n\n")
    says = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in ("SECTION", "LABEL", "ICON")
    }
    return Page(path, question, " ".join(answer.split()), says["SECTION"], says["LABEL"], says["ICON"])


@cache
def _of(file: str) -> Page:
    return read(Path(file).resolve())


def pages() -> list[Page]:
    """The Start page and every page of pages/, in the order of their numbers."""
    numbered = sorted((ROOT / "pages").glob("[0-9]*_*.py"), key=lambda path: int(path.stem.split("_")[0]))
    return [read(path) for path in (ROOT / "app.py", *numbered)]


@contextmanager
def page(file: str, sources: Sequence[str] = ()) -> Iterator[None]:
    """Draw a page inside its frame.

    with page(__file__, sources=["Vaswani et al. 2017, …"]):
        …
    """
    with turn:
        yield from _framed(_of(file), sources)


def _framed(here: Page, sources: Sequence[str]) -> Iterator[None]:
    st.set_page_config(f"{here.label} · {BRAND}", ROOT / "ui" / "icon.svg", layout="wide", initial_sidebar_state=264)
    st.html(STYLE)
    menu = st.sidebar.container()
    st.title(here.question, anchor=False)
    st.markdown(here.answer)
    try:
        yield
        if sources:
            section("Sources", "\n".join(f"- {source}" for source in sources))
    finally:
        with menu, suppress(StreamlitPageNotFoundError):  # a page run on its own, as a test may, has no menu
            _draw_menu(_values_to_carry())
        _untie_values()


def experiment(draw: Callable[P, None]) -> Callable[P, None]:
    """Make a part of a page that runs alone when one of its controls moves: the browser redraws nothing else.

    A third of the time from a slider step to the repaint was spent on the menu and on text that had not changed.
    """

    @st.fragment
    @wraps(draw)
    def alone(*args: P.args, **kwargs: P.kwargs) -> None:
        with turn:
            draw(*args, **kwargs)
            context = get_script_run_ctx()
            if context and context.fragment_ids_this_run:  # a whole run ends with the page's frame
                _untie_values()

    return alone


def section(title: str, text: str = "") -> None:
    """A part's heading and its text in one element: an element costs the server and the browser more than its words."""
    st.markdown(f"### {title}\n\n{text}", anchors=False)


def card(verdict: posenc.Verdict) -> None:
    """A claim, its verdict as measured, and the way to the pages that show it."""
    with st.container(border=True, height="stretch"):
        mark = ":green-badge[:material/check: holds]" if verdict.holds else ":red-badge[:material/close: does not hold]"
        st.markdown(f"{mark} &nbsp;**{verdict.claim}**")
        st.caption("\n\n".join(f"{badge(found.kind)} {found.sentence}" for found in verdict.measured))
        with st.container(horizontal=True), suppress(StreamlitPageNotFoundError):
            for entry in pages():
                if entry.address in verdict.pages:
                    _link(entry)


def _link(entry: Page, **options: Any) -> None:
    st.page_link(entry.path.relative_to(ROOT).as_posix(), label=entry.label, icon=entry.icon, **options)


@kept
def _draw_menu(carried: dict[str, Any]) -> None:
    st.markdown(f"**{BRAND}**")
    section = None
    for entry in pages():
        if entry.section != section and entry.section:
            st.caption(entry.section)
        section = entry.section
        _link(entry, width="stretch", query_params=carried)


def _values_to_carry() -> dict[str, Any]:
    """The values in the address that no control of this page holds, for the menu's links to take along."""
    context = get_script_run_ctx()
    if context is None:
        return {}
    with context.session_state.query_params() as parameters:
        return {name: parameters.get_all(name) for name in parameters if not parameters.is_bound(name)}


def _untie_values() -> None:
    """Let the values in the address outlive the page.

    Streamlit ties a query parameter to the page whose widget is bound to it: on a switch of pages it drops the
    parameter, then pushes one history entry for each value that it finds again. Untied at the end of each run (the
    widgets tie themselves again in the next), the browser keeps them, and a switch is one step back.
    """
    context = get_script_run_ctx()
    if context is None:
        return
    with context.session_state.query_params() as parameters:
        for widget in list(parameters._bindings_by_widget):
            parameters.unbind_widget(widget)
