"""King and Queen, as a person uses it: typing, dragging, keys, buttons."""

import re

from playwright.sync_api import expect


def words(visitor):
    return visitor.page.locator(".chip").all_inner_texts()


def sensitivities(visitor):
    return [float(value) for value in visitor.page.get_by_test_id("stMetricValue").all_inner_texts()]


def test_the_default_pair_is_one_without_positions_and_two_with_them(visitor):
    visitor.open("king_and_queen")
    assert words(visitor) == ["Queen", "and", "King"]
    off, on = sensitivities(visitor)
    assert off < 1e-12
    assert on > 1e-3


def test_typing_a_sentence_makes_its_chips_and_its_link(visitor):
    visitor.open("king_and_queen")
    visitor.page.get_by_role("textbox", name="Sentence").fill("a <b>bold</b> Ωμέγα 👑")
    visitor.page.keyboard.press("Enter")
    visitor.settle()
    assert words(visitor) == ["👑", "<b>bold</b>", "Ωμέγα", "a"]
    assert "sentence=" in visitor.link


def test_dragging_a_chip_changes_the_order_and_the_link(visitor):
    visitor.open("king_and_queen?order=0-1-2")
    start = visitor.page.locator(".chip", has_text="King").bounding_box()
    end = visitor.page.locator(".chip", has_text="Queen").bounding_box()
    visitor.page.mouse.move(start["x"] + 15, start["y"] + 15)
    visitor.page.mouse.down()
    visitor.page.mouse.move(end["x"] + end["width"] - 5, end["y"] + 15, steps=12)
    visitor.page.mouse.up()
    visitor.settle()
    assert words(visitor) == ["and", "Queen", "King"]
    assert "order=1-2-0" in visitor.link


def test_a_focused_chip_moves_with_the_arrow_keys(visitor):
    visitor.open("king_and_queen?order=0-1-2")
    visitor.page.locator(".chip", has_text="King").focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.settle()
    assert words(visitor) == ["and", "King", "Queen"]
    visitor.page.keyboard.press("End")
    visitor.settle()
    assert words(visitor) == ["and", "Queen", "King"]
    assert visitor.page.evaluate("document.activeElement.shadowRoot?.activeElement?.textContent") in ("King", None)


def test_buttons_swap_reverse_shuffle_and_restore(visitor):
    visitor.open("king_and_queen?sentence=one+two+three+four&order=0-1-2-3")
    for name, expected in (
        ("Swap", ["four", "two", "three", "one"]),
        ("Reverse", ["one", "three", "two", "four"]),
        ("As typed", ["one", "two", "three", "four"]),
    ):
        visitor.page.get_by_role("button", name=name, exact=True).click()
        visitor.settle()
        assert words(visitor) == expected
    visitor.page.get_by_role("button", name="Shuffle").click()
    visitor.settle()
    assert sorted(words(visitor)) == ["four", "one", "three", "two"]
    assert words(visitor) != ["one", "two", "three", "four"]


def test_a_symmetric_bias_is_blind_to_the_reversal_until_the_mask_is_causal(visitor):
    visitor.open("king_and_queen?scheme=alibi")
    assert "read from either end" in visitor.text
    assert sensitivities(visitor)[1] < 1e-12
    visitor.page.get_by_test_id("stCheckbox").get_by_text("Causal mask").click()
    visitor.settle()
    assert "leaks the order" in visitor.text
    assert sensitivities(visitor)[1] > 1e-3


def test_an_empty_or_endless_sentence_gets_a_clear_word(visitor):
    visitor.open("king_and_queen?sentence=")
    expect(visitor.page.get_by_text("type at least one word")).to_be_visible()
    visitor.open("king_and_queen?sentence=" + "+".join(["word"] * 30))
    expect(visitor.page.get_by_text(re.compile("30 words; the first 24"))).to_be_visible()
    assert len(words(visitor)) == 24


def test_chips_can_be_dragged_by_touch(phone):
    phone.open("king_and_queen?order=0-1-2")
    chip = phone.page.locator(".chip", has_text="Queen").bounding_box()
    target = phone.page.locator(".chip", has_text="King").bounding_box()
    touch = phone.page.context.new_cdp_session(phone.page)

    def send(kind, x, y):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    y = chip["y"] + 12
    send("touchStart", chip["x"] + 12, y)
    for step in range(10):
        send("touchMove", chip["x"] + 12 + (target["x"] - chip["x"]) * (step + 1) / 10, y)
    send("touchEnd", 0, 0)
    phone.settle()
    assert words(phone) == ["Queen", "King", "and"]
