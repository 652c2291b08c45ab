"""Attention bias, as a person uses it: keys, pointer, links, and on from other pages."""


def test_keys_change_heads_and_head_and_the_link_holds_them(visitor):
    visitor.open("attention_bias?heads=11")
    assert visitor.page.locator(".js-plotly-plot").first.bounding_box()["y"] < 600
    assert "11 is no power of two" in visitor.text
    visitor.press("Heads")
    assert "12 is no power of two" in visitor.text
    visitor.press("Head", "End")
    assert "Head 11 adds" in visitor.text
    assert "heads=12" in visitor.link
    assert "head=11" in visitor.link
    visitor.press("Heads", "Home")
    assert "Head 0 adds" in visitor.text


def test_a_scheme_is_picked_and_a_mask_laid_over_it(visitor):
    visitor.open("attention_bias")
    visitor.page.get_by_role("combobox", name="Scheme").click()
    visitor.page.get_by_role("option", name="CoPE (contextual)").click()
    visitor.settle()
    assert "The words count" in visitor.text
    visitor.page.get_by_text("Causal mask").click()
    visitor.settle()
    assert "the offset alone counts" in visitor.text
    visitor.page.get_by_text("a sentence", exact=True).click()
    visitor.settle()
    assert "The offset is not all that counts" in visitor.text
    assert all(part in visitor.link for part in ("scheme=cope", "causal=true", "content=a+sentence"))


def test_heads_go_along_to_a_page_that_offers_fewer_and_back(visitor):
    visitor.open("king_and_queen?heads=4")
    visitor.go("Attention bias")
    assert visitor.slider("Heads") == "4"
    visitor.press("Heads")
    visitor.go("King and Queen")
    visitor.go("Attention bias")
    assert "no power of two" in visitor.text or visitor.slider("Heads") in ("1", "4", "8")


def test_it_fits_a_phone(phone):
    phone.open("attention_bias?heads=12")
    assert phone.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert "12 is no power of two" in phone.text
