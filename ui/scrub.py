"""Sliders that are answered in the browser, before the server answers: ui/scrub.js moves what charts/scrub.py marks."""

from pathlib import Path

import streamlit as st

_mount = st.components.v2.component("scrub", js=Path(__file__).with_suffix(".js").read_text())


def listen() -> None:
    """Once on a page, at its end: it takes no room."""
    _mount(key="scrub")
