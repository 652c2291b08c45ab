"""A preset is one step of the browser's history, and its address, copied into a fresh browser, opens the same view."""

import pytest

from tests.browser.conftest import DESK

PRESSED = [
    ("heatmap", "A small base: short waves alone"),
    ("king_and_queen", "A bias with a sign"),
    ("image_patches", "Two patches swapped"),
    ("rotary", "Angles mixed up"),
    ("attention_bias", "A share of the way"),
    ("long_context", "A sliding window"),
    ("compare", "Base 10,000 or 500,000"),
]
CHARTS = """() => [...document.querySelectorAll(".js-plotly-plot")].map(
    chart => JSON.stringify([chart.data, chart.layout.annotations]))"""


def press(visitor, name):
    visitor.page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).click()
    visitor.settle()


@pytest.mark.parametrize(("page", "name"), PRESSED)
def test_one_entry_back_undoes_it_and_the_link_keeps_its_word(visitor, browser, page, name):
    visitor.open(page)
    before, entries = visitor.page.evaluate(CHARTS), visitor.page.evaluate("history.length")
    press(visitor, name)
    shown, link = visitor.page.evaluate(CHARTS), visitor.page.url
    assert visitor.page.evaluate("history.length") == entries + 1
    fresh = browser.new_context(**DESK)
    guest = type(visitor)(fresh.new_page(), visitor.address)
    guest.open(link.removeprefix(visitor.address))
    assert guest.page.evaluate(CHARTS) == shown
    fresh.close()
    visitor.page.go_back()
    visitor.settle()
    assert visitor.page.evaluate(CHARTS) == before
