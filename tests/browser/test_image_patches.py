"""Image patches, as a person uses it: clicking, tapping, dragging, keys, a picture of one's own."""

import re

from playwright.sync_api import expect

from tests.ui.hostile import SHOWN, SVG

MOVED = re.compile(r"(\d+) of (\d+) patches moved")


def moved(visitor):
    return int(MOVED.search(visitor.text)[1])


def sensitivities(visitor):
    return [float(value) for value in visitor.page.get_by_test_id("stMetricValue").all_inner_texts()[:2]]


def board(visitor):
    return visitor.page.get_by_role("application", name="The shuffled picture")


def middle(visitor, row, column, columns):
    """Where on the screen a patch is."""
    box = board(visitor).bounding_box()
    return box["x"] + (column + 0.5) * box["width"] / columns, box["y"] + (row + 0.5) * box["height"] / columns


def colour(visitor, row, column, columns):
    """The colour in the middle of a patch of the twin, once nothing moves any more."""
    visitor.page.wait_for_timeout(500)
    return (
        board(visitor)
        .locator("canvas")
        .evaluate(
            """(canvas, [across, down]) => [...canvas.getContext("2d")
            .getImageData(across * canvas.width, down * canvas.height, 1, 1).data]""",
            [(column + 0.5) / columns, (row + 0.5) / columns],
        )
    )


def close(one, other):
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 40


def test_two_clicks_swap_two_patches_in_picture_number_and_link(visitor):
    visitor.open("image_patches?shuffle=by+hand&size=32&image=face")
    assert moved(visitor) == 0
    hair, sky = colour(visitor, 1, 3, 7), colour(visitor, 0, 0, 7)
    assert not close(hair, sky)
    visitor.page.mouse.click(*middle(visitor, 1, 3, 7))
    visitor.page.mouse.click(*middle(visitor, 0, 0, 7))
    visitor.settle()
    assert "swaps=0-10" in visitor.link
    assert moved(visitor) == 2
    off, on = sensitivities(visitor)
    assert off < 1e-12
    assert on > 1e-3
    assert close(colour(visitor, 0, 0, 7), hair)
    assert close(colour(visitor, 1, 3, 7), sky)
    visitor.page.get_by_role("button", name="Put all back").click()
    visitor.settle()
    assert moved(visitor) == 0
    assert "swaps" not in visitor.link
    assert close(colour(visitor, 0, 0, 7), sky)


def test_the_same_two_again_put_them_back(visitor):
    visitor.open("image_patches?shuffle=by+hand&size=32&swaps=0-10")
    assert moved(visitor) == 2
    for row, column in ((0, 0), (1, 3)):
        visitor.page.mouse.click(*middle(visitor, row, column, 7))
    visitor.settle()
    assert moved(visitor) == 0


def test_a_patch_is_dragged_onto_another(visitor):
    visitor.open("image_patches?shuffle=by+hand&size=32")
    visitor.page.mouse.move(*middle(visitor, 6, 6, 7))
    visitor.page.mouse.down()
    visitor.page.mouse.move(*middle(visitor, 5, 2, 7), steps=8)
    visitor.page.mouse.up()
    visitor.settle()
    assert "swaps=37-48" in visitor.link
    assert moved(visitor) == 2


def test_arrow_keys_and_enter_swap_patches_and_say_so(visitor):
    visitor.open("image_patches?shuffle=by+hand&size=32")
    board(visitor).focus()
    says = visitor.page.locator(".says")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "Enter"):
        visitor.page.keyboard.press(key)
    expect(says).to_have_text("Row 2, column 3: choose another to swap with.")
    for key in ("End", "ArrowUp", "ArrowUp"):
        visitor.page.keyboard.press(key)
    expect(says).to_have_text("Swap row 2, column 3 with row 1, column 7?")
    visitor.page.keyboard.press("Space")
    visitor.settle()
    assert "swaps=6-9" in visitor.link
    assert moved(visitor) == 2
    expect(says).to_have_text("Row 1, column 7: the patch of row 2, column 3.")
    assert visitor.page.evaluate("document.activeElement.shadowRoot?.activeElement?.className") in ("board", None)
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator(".mark.taken")).to_be_hidden()


def test_swaps_go_along_in_the_link_and_from_page_to_page(visitor):
    visitor.open("image_patches?shuffle=by+hand&size=32")
    for row, column in ((0, 0), (1, 3)):
        visitor.page.mouse.click(*middle(visitor, row, column, 7))
    visitor.settle()
    link = visitor.link
    visitor.open(link)
    assert moved(visitor) == 2
    visitor.go("King and Queen")
    visitor.go("Image patches")
    assert moved(visitor) == 2
    assert MOVED.search(visitor.text)[2] == "49"


def test_patches_are_swapped_by_touch(phone):
    phone.open("image_patches?shuffle=by+hand&size=32")
    board(phone).scroll_into_view_if_needed()
    for row, column in ((2, 2), (4, 5)):
        phone.page.touchscreen.tap(*middle(phone, row, column, 7))
    phone.settle()
    assert "swaps=16-33" in phone.link
    assert moved(phone) == 2


def test_a_picture_of_ones_own(visitor):
    visitor.open("image_patches")
    visitor.page.get_by_role("radio", name="your own").or_(
        visitor.page.get_by_text("your own", exact=True)
    ).first.click()
    visitor.settle()
    assert "image=your+own" in visitor.link
    expect(visitor.page.get_by_text("Choose a PNG or JPEG picture.")).to_be_visible()
    chooser = visitor.page.locator("[data-testid=stFileUploader] input[type=file]")
    chooser.set_input_files({"name": "broken.png", "mimeType": "image/png", "buffer": SVG})
    visitor.settle()
    expect(visitor.page.get_by_text("neither a PNG nor a JPEG picture")).to_be_visible()
    chooser.set_input_files({"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": SHOWN["jpeg cmyk"]()})
    visitor.settle()
    assert visitor.page.get_by_text("built-in picture is shown").count() == 0
    assert sensitivities(visitor)[0] < 1e-12
    assert sensitivities(visitor)[1] > 1e-3
