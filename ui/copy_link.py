"""A button that copies the address of the view: every control stands in it."""

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent
_mount = st.components.v2.component(
    "copy_link",
    html='<button type="button"></button><span aria-live="polite"></span>',
    css=(HERE / "copy_link.css").read_text(),
    js=(HERE / "copy_link.js").read_text(),
)


def copy_link() -> None:
    _mount(key="copy_link")
