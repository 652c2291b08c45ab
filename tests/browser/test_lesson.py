"""The lesson in a browser: guessed, pressed through, by pointer, by keyboard and on a phone."""

from playwright.sync_api import expect

from sections.lesson import STEPS

FOCUSED = "(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).dataset.cell"


def click(visitor, role, label):
    visitor.page.get_by_test_id("stMain").get_by_role(role, name=label).click()
    visitor.settle()


def test_a_walk_through_all_steps(visitor):
    visitor.open("lesson")
    for number, step in enumerate(STEPS, 1):
        expect(visitor.page.get_by_role("heading", name=f"{number}. {step.title}")).to_be_visible()
        click(visitor, "radio", step.guesses[0])
        assert "You guessed" in visitor.text
        if number < len(STEPS):
            click(visitor, "button", f"Next: {STEPS[number].title}")
    assert f"step={len(STEPS)}" in visitor.link
    assert visitor.link.count("guess_") == len(STEPS)


def test_numbers_open_by_pointer_and_by_keyboard(visitor):
    visitor.open("lesson?step=2&guess_2=just+show+me")
    visitor.page.get_by_role("button", name="Outputs: King, 1: 1.70").click()
    visitor.settle()
    assert "Number 1 of King's output is" in visitor.text
    assert "cell=outputs-0-0" in visitor.link
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("Enter")
    visitor.settle()
    assert "Number 1 of and's output is" in visitor.text
    assert (
        visitor.page.evaluate(
            "document.activeElement.shadowRoot?.activeElement?.dataset.cell ?? document.activeElement.dataset.cell"
        )
        == "outputs-1-0"
    )


def test_it_fits_a_phone(phone):
    for number in range(1, len(STEPS) + 1):
        phone.open(f"lesson?step={number}&guess_{number}=just+show+me")
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
