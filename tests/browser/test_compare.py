"""Compare: schemes picked by hand, configured in their popovers, one cursor for all; every view a link."""

from tests.browser.conftest import Visitor


def captions(visitor: Visitor) -> list[str]:
    """What stands above each map: the scheme, and its score under the cursor."""
    return visitor.page.locator(".annotation-text", has_text="(").all_text_contents()


def pick(visitor: Visitor, label: str, option: str) -> None:
    visitor.page.get_by_role("combobox", name=label, exact=True).click()
    visitor.page.get_by_role("option", name=option, exact=True).click()
    visitor.settle()


def test_a_link_opens_schemes_each_with_its_own_parameters(visitor):
    visitor.open(
        "compare?scheme=rotary&base=500&scheme_2=rotary&base_2=500000&scheme_3=empty&scheme_4=cope&causal=true"
    )
    above = captions(visitor)
    assert [caption.split(" (")[0] for caption in above] == ["rotary 1", "rotary 2", "cope"]
    visitor.page.reload()
    visitor.settle()
    assert captions(visitor) == above
    assert "base_2=500000" in visitor.link


def test_a_picked_scheme_its_parameter_and_an_emptied_place_are_in_the_link(visitor):
    visitor.open("compare")
    pick(visitor, "Scheme 2", "KERPLE · added to the scores")
    pick(visitor, "Scheme 4", "empty")
    visitor.page.get_by_role("button", name="tune").nth(0).click()
    visitor.page.get_by_label("base", exact=True).fill("50")
    visitor.page.keyboard.press("Enter")
    visitor.settle()
    visitor.page.keyboard.press("Escape")
    for value in ("scheme_2=kerple", "scheme_4=empty", "base=50"):
        assert value in visitor.link
    assert [caption.split(" (")[0] for caption in captions(visitor)] == ["sinusoidal", "kerple", "alibi"]


def test_one_cursor_moves_in_every_map_by_keyboard_and_the_pointer_reads_all(visitor):
    visitor.open("compare")
    before = captions(visitor)
    visitor.press("Query")
    after = captions(visitor)
    assert "query=25" in visitor.link
    assert all("(24, 12)" in caption for caption in before)
    assert all("(25, 12)" in caption for caption in after)
    map_ = visitor.page.locator(".st-key-scores_2").bounding_box()
    visitor.page.mouse.move(map_["x"] + 60, map_["y"] + 80)
    visitor.page.mouse.move(map_["x"] + 63, map_["y"] + 83)
    read = visitor.page.locator(".hoverlayer text").first
    read.wait_for()
    for scheme in ("sinusoidal", "rotary", "alibi", "t5"):
        assert f"{scheme}: " in read.text_content()


def test_on_a_phone_schemes_stand_one_below_the_other(phone):
    phone.open("compare?scheme_3=empty&scheme_4=empty")
    first, second = (phone.page.locator(f".st-key-scores_{slot}").bounding_box() for slot in (1, 2))
    assert second["y"] > first["y"] + first["height"] - 1
