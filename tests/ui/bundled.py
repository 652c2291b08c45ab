"""What Streamlit sends to the browser, as text: its scripts, and plotly among them."""

from functools import cache
from pathlib import Path

import streamlit

SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"


@cache
def plotly() -> str:
    (script,) = SCRIPTS.glob("PlotlyChart.*.js")
    return script.read_text("utf-8")


@cache
def scripts() -> str:
    return "".join(script.read_text("utf-8") for script in SCRIPTS.glob("*.js"))
