"""What every page owes a visitor: a picture without scrolling on a laptop, nothing wider than a phone, the keyboard."""

import pytest

from ui.frame import pages

ADDRESSES = [page.address for page in pages()]
PICTURE = ".js-plotly-plot .plotly, [data-testid=stImage] img"


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_first_picture_is_in_sight_on_a_laptop_has_words_and_the_page_fits_a_phone(visitor, path):
    visitor.open(path + "?guess_1=yes" * (path == "lesson"))  # which shows nothing before a guess
    assert visitor.page.locator(PICTURE).first.bounding_box()["y"] < 600
    nameless = visitor.page.locator(
        "[data-testid=stPlotlyChart]:not([aria-label]), [data-testid=stImage] img:not([alt])"
    )
    assert nameless.count() == 0
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.page.wait_for_timeout(300)
    main = "document.querySelector('[data-testid=stMain]')"
    assert visitor.page.evaluate(f"{main}.scrollWidth <= {main}.clientWidth + 1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_are_written_in_the_colour_of_the_page(visitor, scheme):
    visitor.page.emulate_media(color_scheme=scheme)
    visitor.open("heatmap")
    written, drawn_on, page = visitor.page.evaluate("""() => [
        getComputedStyle(document.querySelector('.js-plotly-plot .xtick text')).fill,
        getComputedStyle(document.querySelector('.js-plotly-plot .main-svg')).backgroundColor,
        getComputedStyle(document.querySelector('[data-testid=stMain]')).color]""")
    assert written == page
    assert drawn_on == "rgba(0, 0, 0, 0)"


def test_every_menu_entry_is_reached_by_the_keyboard(visitor):
    visitor.open()
    links = visitor.page.get_by_test_id("stSidebar").get_by_role("link")
    assert links.count() == len(ADDRESSES)
    links.nth(1).focus()
    visitor.page.keyboard.press("Enter")
    visitor.settle()
    assert visitor.link.split("?")[0] == ADDRESSES[1]
