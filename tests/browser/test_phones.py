"""On a phone a finger on a chart scrolls the page; no finger and no mouse zooms a chart."""

import pytest

from ui.frame import pages

ADDRESSES = [page.address for page in pages()]
CHART = ".js-plotly-plot"
RANGES = f"""JSON.stringify([...document.querySelectorAll('{CHART}')].map(graph =>
    Object.entries(graph._fullLayout).filter(([name]) => /^[xy]axis/.test(name)).map(([, axis]) => axis.range)))"""
MIDDLE = f"""number => {{
    const chart = document.querySelectorAll('{CHART}')[number];
    chart.scrollIntoView({{block: 'center', behavior: 'instant'}});
    const box = chart.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + Math.min(box.height / 2, 300)]; }}"""
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
BELOW = (
    "(main => main.scrollHeight - main.clientHeight - main.scrollTop)(document.querySelector('[data-testid=stMain]'))"
)


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_finger_on_any_chart_scrolls_the_page_and_changes_no_range(phone, path):
    phone.open(path)
    ranges, evaluate = phone.page.evaluate(RANGES), phone.page.evaluate
    for number in range(phone.page.locator(CHART).count()):
        x, y = evaluate(MIDDLE, number)
        phone.page.touchscreen.tap(x, y)
        phone.page.touchscreen.tap(x, y)
        before = evaluate(SCROLLED)
        up = evaluate(BELOW) > 200  # the last chart may be at the page's end
        phone.swipe(x, y, -150 if up else 150)
        phone.page.wait_for_timeout(200)
        assert abs(evaluate(SCROLLED) - before) > 100, number
    assert evaluate(RANGES) == ranges


@pytest.mark.parametrize("path", ["heatmap", "king_and_queen"])  # one layout makes all charts
def test_a_mouse_that_is_dragged_over_a_chart_changes_no_range(visitor, path):
    visitor.open(path)
    ranges = visitor.page.evaluate(RANGES)
    for number in range(visitor.page.locator(CHART).count()):
        x, y = visitor.page.evaluate(MIDDLE, number)
        visitor.page.mouse.move(x - 30, y - 30)
        visitor.page.mouse.down()
        visitor.page.mouse.move(x + 30, y + 30, steps=4)
        visitor.page.mouse.up()
        visitor.page.mouse.dblclick(x, y)
    assert visitor.page.evaluate(RANGES) == ranges


def test_a_tap_still_tells_what_is_under_the_finger(phone):
    phone.open("heatmap")
    x, y = phone.page.evaluate(MIDDLE, 0)
    phone.page.touchscreen.tap(x, y)
    phone.page.locator(".hoverlayer text").first.wait_for()
