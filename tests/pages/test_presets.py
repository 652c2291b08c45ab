"""A preset is a complete state: the same view whatever was pressed before, and its address opens it again."""

from itertools import product
from pathlib import Path

import pytest

from tests.pages.app import ROOT, open_page
from tests.pages.seen import press, text
from tests.sweep import chosen


def names(path: Path) -> list[str]:
    """The presets of a page, by what its source says."""
    at = open_page(path.stem)
    group = next(group for group in at.button_group if group.key == "preset")
    return list(group.options)


PAGES = [path for path in sorted((ROOT / "pages").glob("*.py")) if "presets(PRESETS)" in path.read_text("utf-8")]
PRESETS = {path.stem: names(path) for path in PAGES}
PAIRS = [(stem, first, second) for stem, all_of_it in PRESETS.items() for first, second in product(all_of_it, repeat=2)]


def view(at):
    """What a page shows: its words, and its charts' data."""
    charts = {chart.proto.id.rsplit("-", 1)[-1]: chart.proto.spec for chart in at.get("plotly_chart")}
    return text(at), charts


def address(at):
    return {name: at.query_params[name] for name in at.query_params}


@pytest.mark.parametrize(("stem", "name"), [(stem, name) for stem, all_of_it in PRESETS.items() for name in all_of_it])
def test_the_address_opens_what_is_shown(stem, name):
    pressed = press(open_page(stem), name)
    again = open_page(stem, **address(pressed))
    assert view(again) == view(pressed)


@pytest.mark.parametrize(("stem", "first", "second"), chosen(PAIRS, one_in=30))
def test_what_was_pressed_before_does_not_matter(stem, first, second):
    alone = press(open_page(stem), second)
    after = press(press(open_page(stem), first), second)
    assert view(after) == view(alone)
    assert address(after) == address(alone)
