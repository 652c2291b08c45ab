"""What a person sees and does on a page under AppTest: its words, its charts as the browser gets them, its buttons."""

import base64
import json
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest


def text(at: AppTest) -> str:
    return "\n".join(element.value for element in at.markdown)


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
