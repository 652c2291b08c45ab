"""What a person sees and does on a page under AppTest: its words, its charts as the browser gets them, its buttons."""

import base64
import json
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest


def text(at: AppTest) -> str:
    return "\n".join(element.value for element in at.markdown)


def captions(at: AppTest) -> str:
    return "\n".join(element.value for element in at.caption)


def figure(at: AppTest, key: str) -> dict[str, Any]:
    """The chart of that key."""
    chart = next(chart for chart in at.get("plotly_chart") if chart.proto.id.endswith(f"-{key}"))
    return json.loads(chart.proto.spec)


def numbers(packed: Any) -> np.ndarray:
    """An array of a chart: a list, null where it has a gap, or as plotly packs it."""
    if not isinstance(packed, dict):
        return np.array([np.nan if value is None else value for value in packed])
    values = np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
    return values.reshape([int(n) for n in packed["shape"].split(",")]) if "shape" in packed else values


def bytes_of(at: AppTest) -> int:
    """How much all charts of the page weigh."""
    return sum(len(chart.proto.spec) for chart in at.get("plotly_chart"))


def table(at: AppTest) -> dict[str, list[str]]:
    """The cells below each heading of the page's first table."""
    lines = next(element.value for element in at.markdown if element.value.startswith("| ")).split("\n")
    heads, _, *rows = ([cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines)
    return dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))


def press(at: AppTest, label: str) -> AppTest:
    """The page after a press of the button or the pill of that name."""
    button = next((button for button in at.button if button.label == label), None)
    if button:
        button.click()
    else:
        next(group for group in at.button_group if label in group.options).set_value([label])
    at.run()
    assert not at.exception, at.exception
    return at


KINDS = ("selectbox", "select_slider", "slider", "number_input", "toggle", "button_group", "text_input", "text_area")


def values(at: AppTest) -> dict[str, Any]:
    """What each control of the page stands at, by its key."""
    keys = [control.key for kind in KINDS for control in getattr(at, kind)]
    return {key: at.session_state[key] for key in keys}


def blank(at: AppTest) -> list[str]:
    """What of the page's charts has nothing to show, and no note that says why: axes without a range, no finite number."""
    found = []
    for chart in at.get("plotly_chart"):
        drawn, key = json.loads(chart.proto.spec), chart.proto.id.rsplit("-", 1)[-1]
        for name, part in drawn["layout"].items():
            ends = part.get("range") if name.startswith(("xaxis", "yaxis")) else None
            if ends and (None in ends or ends[0] == ends[1]):
                found.append(f"{key}: {name} from {ends[0]} to {ends[1]}")
        known = [part for trace in drawn["data"] if (part := _values(trace)) is not None]
        middle = [note for note in drawn["layout"].get("annotations", ()) if note.get("xanchor") == "center"]
        if not middle and not any(np.isfinite(numbers(part).astype(float)).any() for part in known):
            found.append(f"{key}: no number")
    return found


def _values(trace: dict[str, Any]) -> Any:
    """What a trace shows: its cells or heights, or its lengths where its rows have names."""
    shown = trace.get("z", trace.get("y"))
    named = isinstance(shown, list) and any(isinstance(one, str) for one in shown)
    return trace["x"] if named else shown
