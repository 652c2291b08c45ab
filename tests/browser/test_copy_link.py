"""The link of a view is copied by one press, with all that was set."""


def test_the_copied_link_is_the_address_with_what_was_set(visitor):
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.open("heatmap")
    visitor.press("Position")
    visitor.page.get_by_role("button", name="Copy link to this view").click()
    visitor.page.get_by_text("Copied", exact=True).wait_for()
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert copied == visitor.page.url
    assert "position=38" in copied
