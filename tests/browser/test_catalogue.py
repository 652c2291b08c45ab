"""The catalogue: its links open a scheme on the pages that fit, and its filter is a link."""

import pytest


def link_of(visitor, title: str, label: str):
    entry = visitor.page.get_by_test_id("stMain").locator("[data-testid=stVerticalBlock]", has_text=title).last
    return entry.get_by_role("link", name=label, exact=False)


@pytest.mark.parametrize(
    ("title", "label", "where"),
    [
        ("xPos", "Rotary", "rotary"),
        ("KERPLE", "Attention bias", "attention_bias"),
        ("ALiBi", "Compare", "compare"),
    ],
)
def test_a_link_opens_the_scheme_on_a_page_that_fits(visitor, title, label, where):
    visitor.open("catalogue")
    link_of(visitor, title, label).click()
    visitor.settle()
    assert visitor.link.startswith(where)
    assert visitor.page.get_by_role("combobox", name="Scheme", exact=True).input_value().startswith(title)
    visitor.page.go_back()
    visitor.settle()
    assert visitor.link.startswith("catalogue")
    assert "KERPLE" in visitor.text


def test_the_filter_is_in_the_link(visitor):
    visitor.open("catalogue")
    visitor.page.get_by_role("radio", name="rotary").click()
    visitor.settle()
    assert visitor.link == "catalogue?family=rotary"
    assert "xPos" in visitor.text
    assert "ALiBi" not in visitor.text


def test_formulas_are_drawn_and_fit_a_phone(phone):
    phone.open("catalogue")
    assert phone.page.locator(".katex").count() >= 20
    assert phone.page.locator(".katex-error").count() == 0
    assert phone.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390  # tall formulas too
