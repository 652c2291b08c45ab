"""A chart on a page."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

CONFIG = {"displaylogo": False, "modeBarButtons": [["toImage"]]}


def chart(
    figure: Any, key: str, alt: str, place: DeltaGenerator | None = None, config: dict[str, Any] = CONFIG
) -> None:
    """Draw a figure, here or in a place of its own.

    Without Streamlit's theme, whose template makes plotly draw everything twice: charts/style.py and ui/style.css give
    the page's fonts and colours.
    """
    (st if place is None else place).plotly_chart(figure, key=key, alt=alt, config=config, theme=None)


def filled_last() -> DeltaGenerator:
    """A place for charts that are sent after all else of a run: the browser then draws them once, where anything sent after
    them costs a second pass, 60 ms."""
    return st.container()
