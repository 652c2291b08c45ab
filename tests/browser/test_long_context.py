"""Long context: a model chosen or a config pasted by hand; its lengths follow, and the view is a link."""

from tests.browser.conftest import Visitor

CONFIG = '{"rope_theta": 500.0, "head_dim": 32, "max_position_embeddings": 512}'


def paste(visitor: Visitor, text: str) -> None:
    box = visitor.page.get_by_role("textbox")
    if not box.is_visible():
        visitor.page.get_by_role("button", name="config.json").click()
    box.fill(text)
    box.press("Control+Enter")
    visitor.settle()


def choose(visitor: Visitor, model: str) -> None:
    visitor.page.get_by_role("combobox", name="Model").click()
    visitor.page.get_by_role("option", name=model, exact=True).click()
    visitor.settle()


def lengths(visitor: Visitor) -> tuple[str, str]:
    return visitor.slider("Trained on"), visitor.slider("Positions")


def test_another_model_brings_its_own_lengths(visitor):
    visitor.open("long_context")
    assert lengths(visitor) == ("4096", "163840")
    visitor.press("Positions", "ArrowLeft")
    assert "length=131072" in visitor.link
    choose(visitor, "Qwen 2.5")
    assert lengths(visitor) == ("32768", "131072")
    assert visitor.link == "long_context?model=Qwen+2.5"


def test_a_pasted_config_is_drawn_kept_in_the_link_and_left_by_choosing_a_model(visitor):
    visitor.open("long_context")
    paste(visitor, CONFIG)
    assert lengths(visitor) == ("512", "2048")
    assert "16 pairs turn in a head of 32 features" in visitor.text
    visitor.page.reload()
    visitor.settle()
    assert "16 pairs turn in a head of 32 features" in visitor.text
    choose(visitor, "Llama 2")
    assert visitor.link == "long_context?model=Llama+2"
    assert lengths(visitor) == ("4096", "16384")


def test_a_mistake_is_said_and_what_was_written_is_kept(visitor):
    visitor.open("long_context")
    paste(visitor, CONFIG[:-1])
    alert = visitor.page.get_by_test_id("stAlert")
    assert "the config is not JSON" in alert.inner_text()
    assert visitor.page.get_by_role("textbox").input_value() == CONFIG[:-1]
    paste(visitor, '{"rope_theta": 1.0, "rope_scaling": {"type": "![x](y) **b**"}}')
    assert "got '![x](y) **b**'. Meanwhile DeepSeek V3 is shown." in alert.inner_text()
    assert alert.locator("img, strong").count() == 0


def test_the_pair_moves_alone(visitor):
    visitor.open("long_context")
    visitor.press("Pair")
    assert "pair=9" in visitor.link
    assert "pair 9 is first off by more than 0.01 turns" in visitor.text
