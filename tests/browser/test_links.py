"""A view is a link: opened first, kept from page to page, one step a page back and forward, and safe when malformed."""

import numpy as np
import pytest

from .conftest import Visitor, serve


def test_a_shared_link_works_as_the_very_first_visit_to_a_fresh_server(browser):
    server, address = serve()
    try:
        person = Visitor(browser.new_page(), address)
        person.open("similarity?length=256&dim=64&measure=cosine&scheme=rotary")
        assert person.slider("Positions") == "256"
        assert person.slider("Dimensions") == "64"
        assert "How alike are two positions?" in person.text
        assert person.picked("Scheme") == "Rotary (RoPE) · rotates queries and keys"
        assert person.page.get_by_test_id("stSidebar").get_by_role("link").count() >= 4
        assert person.errors == []
    finally:
        server.terminate()
        server.wait(10)


def test_values_go_along_from_page_to_page_and_come_back(visitor):
    visitor.open("heatmap?length=512&dim=96&dimension=3")
    visitor.go("Similarity")
    assert (visitor.slider("Positions"), visitor.slider("Dimensions")) == ("512", "96")
    visitor.go("King and Queen")
    visitor.go("Heatmap")
    assert (visitor.slider("Positions"), visitor.slider("Dimensions")) == ("512", "96")
    assert visitor.slider("Dimension") == "3"
    assert "length=512" in visitor.link
    assert "dim=96" in visitor.link


def test_back_and_forward_are_one_step_a_page_with_the_values_of_then(visitor):
    visitor.open("heatmap?length=512")
    visitor.go("Similarity")
    visitor.press("Positions", "ArrowLeft")
    assert visitor.slider("Positions") == "384"
    visitor.page.go_back()
    visitor.settle()
    assert visitor.link.startswith("heatmap")
    assert visitor.slider("Positions") == "512"
    visitor.page.go_forward()
    visitor.settle()
    assert visitor.link.startswith("similarity")
    assert visitor.slider("Positions") == "384"


def test_a_slider_step_is_in_the_link_at_once(visitor):
    visitor.open("heatmap")
    visitor.press("Positions")
    assert "length=192" in visitor.link
    visitor.press("Dimensions")
    assert "dim=192" in visitor.link
    visitor.press("Position")
    assert "position=38" in visitor.link
    visitor.press("Dimension", "ArrowLeft")
    assert "dimension=7" in visitor.link


def test_a_parameter_typed_behind_its_button_stays_when_the_button_is_closed(visitor):
    visitor.open("heatmap")
    base = visitor.page.get_by_role("spinbutton", name="base")
    for typed in ("500", None):
        visitor.page.get_by_role("button", name="Parameters").click()
        if typed:
            base.fill(typed)
            visitor.page.keyboard.press("Enter")
            visitor.settle()
        assert base.input_value() == "500"
        visitor.page.keyboard.press("Escape")
        visitor.settle()
        assert "base=500" in visitor.link
        slowest = 2 * np.pi * 500 ** (126 / 128)
        assert f"the slowest {slowest:,.0f}." in visitor.text


@pytest.mark.parametrize(
    "link",
    [
        "heatmap?length=7.7&dim=abc&scheme=nothing&layout=%00",
        "heatmap?length=-1&dim=99999999999999999999&base=nan&position=1e99",
        "heatmap?padding_idx=inf&base=1e309&scale=nan",
        "heatmap?padding_idx=" + "9" * 400 + "&length=2097152&dim=1",
        "similarity?measure=&k=inf&length=inf&dim=1e309&position=nan",
        "similarity?measure=manhattan&k=-5&length=&dim=%F0%9F%91%91",
        "king_and_queen?order=0-0-9&heads=3&causal=perhaps&head=77",
    ],
)
def test_a_malformed_link_shows_the_defaults(visitor, link):
    visitor.open(link)
    if not link.startswith("king"):
        assert visitor.slider("Positions") == "128"
        assert visitor.slider("Dimensions") == "128"
        assert "?" not in visitor.link
    else:
        assert visitor.page.locator(".chip").all_inner_texts() == ["Queen", "and", "King"]


def test_what_is_malformed_is_gone_and_the_control_works(visitor):
    visitor.open("heatmap?padding_idx=inf")
    assert visitor.link == "heatmap"
    visitor.press("Position")
    assert visitor.link == "heatmap?position=38"
    visitor.page.get_by_role("button", name="Parameters").click()
    padding = visitor.page.get_by_role("spinbutton", name="padding_idx")
    padding.fill("3")
    visitor.page.keyboard.press("Enter")
    visitor.settle()
    assert "padding_idx=3" in visitor.link


def test_a_link_reaches_any_number_of_positions_and_dimensions(visitor):
    visitor.open("heatmap?length=4097&dim=5")
    assert (visitor.slider("Positions"), visitor.slider("Dimensions")) == ("4097", "5")
    assert visitor.link == "heatmap?length=4097&dim=5"
    visitor.go("Similarity")
    assert (visitor.slider("Positions"), visitor.slider("Dimensions")) == ("4097", "5")
    visitor.page.reload()
    visitor.settle()
    assert visitor.slider("Dimensions") == "5"
    visitor.press("Dimensions")
    assert visitor.slider("Dimensions") == "6"
    visitor.press("Dimensions", "ArrowLeft")
    assert visitor.slider("Dimensions") == "4"
    visitor.page.go_back()
    visitor.settle()
    assert (visitor.slider("Positions"), visitor.slider("Dimensions")) == ("4097", "5")
