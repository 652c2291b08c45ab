"""The parts of Streamlit's and plotly's pages that ui/style.css names are there: an upgrade may rename any."""

import re
from pathlib import Path

from tests.ui.bundled import plotly, scripts

STYLE = re.sub(r"/\*.*?\*/", "", (Path(__file__).parents[2] / "ui" / "style.css").read_text("utf-8"))


def strangers(style: str) -> set[str]:
    """The test ids and classes that are in none of the browser's scripts."""
    ids, classes = re.findall(r'data-testid="(\w+)"', style), re.findall(r"\.([a-z][\w-]*)(?=[^{}]*\{)", style)
    return {name for name in ids if name not in scripts()} | {
        name for name in classes if name not in plotly() and name not in scripts()
    }


def test_what_the_style_names_is_there():
    assert strangers(STYLE) == set()


def test_what_an_upgrade_renames_is_noticed():
    assert strangers('[data-testid="stNoSuchBlock"] .katex .js-no-such-plot {}') == {"stNoSuchBlock", "js-no-such-plot"}
