"""King and Queen with a real model, layers, masks and pooling, as a person uses it."""

import re


def metrics(visitor):
    return [float(value) for value in visitor.page.get_by_test_id("stMetricValue").all_inner_texts()]


def button(visitor, name):
    visitor.page.get_by_role("button", name=name, exact=True).click()
    visitor.settle()


def choose(visitor, label):
    visitor.page.get_by_role("radio", name=label, exact=True).click()
    visitor.settle()


def charts_drawn(visitor):
    return visitor.page.locator("[data-testid=stMain] .js-plotly-plot").count()


def test_every_part_is_drawn_and_the_picture_needs_no_scrolling(visitor):
    visitor.open("king_and_queen")
    assert charts_drawn(visitor) == 7
    assert visitor.page.locator(".js-plotly-plot").first.bounding_box()["y"] < 600
    for part in ("side by side", "All orders at once", "Mask, layers and pooling", "A place has one vector"):
        assert part in visitor.text


def test_the_real_model_by_pointer_and_by_link(visitor):
    visitor.open("king_and_queen?sentence=the+Brobdingnag+queen&order=2-1-0")
    choose(visitor, "real model")
    assert "words=real" in visitor.link
    assert "“Brobdingnag”" in visitor.text
    off, on = metrics(visitor)
    assert off < 1e-12
    assert on > 1e-3
    assert visitor.page.get_by_role("combobox", name="Scheme").is_disabled()
    link = visitor.link
    visitor.open(link)
    assert metrics(visitor) == [off, on]
    choose(visitor, "toy vectors")
    assert "with sinusoidal" in visitor.text


def test_layers_and_pooling_by_keyboard_move_the_mark(visitor):
    visitor.open("king_and_queen?sentence=King+and+Queen+rule&order=2-1-0-3&causal=true&scheme=none&pooling=last")
    assert max(metrics(visitor)) < 1e-12
    assert "blind to the order of those before it" in visitor.text
    visitor.page.get_by_role("radio", name="2", exact=True).last.focus()
    visitor.page.keyboard.press("Enter")
    visitor.settle()
    assert "layers=2" in visitor.link
    assert min(metrics(visitor)) > 1e-3
    assert "from the second layer on" in visitor.text


def test_presets_bring_their_own_order_along(visitor):
    visitor.open("king_and_queen?sentence=one+two&order=0-1")
    button(visitor, "Dog bites man")
    assert visitor.page.locator(".chip").all_inner_texts() == ["the", "man", "bites", "the", "dog"]
    assert "order=0-4-2-3-1" in visitor.link
    assert "60 orders" in visitor.text
    link = visitor.link
    visitor.open(link)
    assert visitor.page.locator(".chip").all_inner_texts() == ["the", "man", "bites", "the", "dog"]


def test_six_words_draw_every_order_and_seven_say_why_not(visitor):
    visitor.open("king_and_queen?sentence=a+b+c+d+e+f&words=real+model")
    visitor.page.get_by_text(re.compile("720 orders")).wait_for(timeout=20_000)
    visitor.settle()
    assert re.search(r"Without positions 1 dot: .* its own table 720: each order its own", visitor.text)
    visitor.open("king_and_queen?sentence=a+b+c+d+e+f+g")
    assert "this sentence has 7" in visitor.text


def test_controls_and_picture_fit_on_a_phone(phone):
    phone.open("king_and_queen?words=real+model&causal=true")
    choose(phone, "last")
    assert "pooling=last" in phone.link
    assert phone.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 391
