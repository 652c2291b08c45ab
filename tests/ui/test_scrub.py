"""What ui/scrub.js touches of plotly's inside is in the plotly that the browser gets (charts/scrub.py marks the traces)."""

import re
from pathlib import Path

from tests.ui.bundled import plotly
from tests.ui.drawn import drawn

SOURCE = (Path(__file__).parents[2] / "ui" / "scrub.js").read_text("utf-8")
INSIDE, REST = SOURCE.split("// All that is touched of plotly's inside")[1].split("\n\n", 1)
NEEDED = {
    "js-plotly-plot": "to find the charts",
    "_fullLayout": "to find a chart's axes",
    "l2p": "to place a value on an axis, in pixels",
    "_fullData": "to find what is drawn of a trace",
    ".uid": "to find what is drawn of a trace",
    "js-line": "to find a line's path",
    "tspan": "to find a caption's text",
}


def complaints(script: str) -> list[str]:
    return [
        f"{name} is gone from plotly: ui/scrub.js needs it {why}" for name, why in NEEDED.items() if name not in script
    ]


def test_what_is_touched_of_plotlys_inside_is_there():
    assert not complaints(plotly()), "\n".join(complaints(plotly()))


def test_what_an_upgrade_takes_away_is_said():
    assert complaints(plotly().replace("_fullData", "_allData")) == [
        "_fullData is gone from plotly: ui/scrub.js needs it to find what is drawn of a trace"
    ]


def test_all_that_is_touched_stands_in_one_place():
    assert all(name in INSIDE for name in NEEDED)
    found = re.findall(r"\._\w+|\.l2p|[\".]js-[\w-]+|tspan|\.uid", REST)
    assert found == []
    assert {name.lstrip(".") for name in re.findall(r"\._\w+", INSIDE)} <= NEEDED.keys()


def a_listener() -> None:
    from ui import scrub

    scrub.listen()


def test_a_page_listens_once_and_in_one_element():
    at = drawn(a_listener)
    assert len(at.main) == 1
