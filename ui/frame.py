"""The frame of every page: configuration, menu, question and answer above; sources below."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from posenc.families import Paper

from . import links
from .copy_link import copy_link
from .glossary import words
from .runs import report_stuck_runs, turns

ROOT = Path(__file__).parent.parent
P = ParamSpec("P")
Sources = Sequence[str | Paper]
BRAND = "Positional embeddings, seen"
STYLE = f"<style>{(ROOT / 'ui' / 'style.css').read_text()}</style>"


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

    @property
    def file(self) -> str:
        """As Streamlit's links name it: from the root."""
        return self.path.relative_to(ROOT).as_posix()


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
def page(file: str, sources: Sources = ()) -> Iterator[None]:
    """Draw a page inside its frame.

    with page(__file__, sources=["Vaswani et al. 2017, …"]):
        …
    """
    here = _of(file)
    with turns.take(here.label):
        report_stuck_runs()
        yield from _framed(here, sources)


def _framed(here: Page, sources: Sources) -> Iterator[None]:
    st.set_page_config(f"{here.label} · {BRAND}", ROOT / "ui" / "icon.svg", layout="wide", initial_sidebar_state=264)
    st.html(STYLE)
    menu = st.sidebar.container()
    links.forget_noted()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(here.question, anchor=False)
        words()
    st.markdown(here.answer)
    try:
        yield
        _draw_next(here)
        if sources:
            section("Sources", "\n".join(f"- {source}" for source in sources))
    finally:
        with menu, suppress(StreamlitPageNotFoundError):  # a page run on its own, as a test may, has no menu
            _draw_menu(links.values_to_carry())
            copy_link()
        links.untie_values()


def experiment(draw: Callable[P, None]) -> Callable[P, None]:
    """Make a part of a page that runs alone when one of its controls moves: the browser redraws nothing else.

    A third of the time from a slider step to the repaint was spent on the menu and on text that had not changed.
    """

    @st.fragment
    @wraps(draw)
    def alone(*args: P.args, **kwargs: P.kwargs) -> None:
        with turns.take(draw.__module__):
            draw(*args, **kwargs)
            if links.is_of_a_part():
                links.untie_values()

    return alone


def folded(title: str, key: str, opened: bool = False) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Make a part of a page that stands behind its heading, runs alone, and is made only where it is open.

    Whether it is open stands in the address; a preset leaves that as it is.
    """

    def decorate(draw: Callable[P, None]) -> Callable[P, None]:
        @experiment
        @wraps(draw)
        def part(*args: P.args, **kwargs: P.kwargs) -> None:
            place = st.expander(title, opened, key=key, on_change="rerun", bind="query-params")
            if place.open:
                with place:
                    draw(*args, **kwargs)

        return part

    return decorate


def section(title: str, text: str = "") -> None:
    """A part's heading and its text in one element: an element costs the server and the browser more than its words."""
    st.markdown(f"### {title}\n\n{text}", anchors=False)


def headline(title: str, text: str = "", help: str | None = None) -> None:
    """What a page asks, or finds: as large as a heading can be below the page's own."""
    st.markdown(f"## {title}\n\n{text}", anchors=False, help=help)


def link(entry: Page, **options: Any) -> None:
    """The way to a page, by its name and icon."""
    st.page_link(entry.file, label=entry.label, icon=entry.icon, **options)


def _draw_next(here: Page) -> None:
    """The question of the next page: who reads from page to page is led through them all."""
    following = next(
        (page for page, before in zip(pages()[1:], pages(), strict=False) if before.path == here.path), None
    )
    if following:
        with suppress(StreamlitPageNotFoundError):
            st.page_link(following.file, label=f"Next: {following.question}", icon=":material/arrow_forward:")


def _draw_menu(carried: dict[str, list[str]]) -> None:
    st.markdown(f"**{BRAND}**")
    section = None
    for entry in pages():
        if entry.section != section and entry.section:
            st.caption(entry.section)
        section = entry.section
        link(entry, width="stretch", query_params=carried)
