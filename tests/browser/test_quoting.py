"""What a person or a link's author types is shown as text, wherever it is shown: no link, no picture, no markup."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from .conftest import Visitor

TEXTS = [
    *("www.evil.example", "https://evil.example", "a@evil.example", "<https://evil.example>"),
    *("[a](https://evil.example)", "![a](https://evil.example/x.png)", "`code`", "$x$", ":material/home:"),
    *(":red[x]", '<img/src="https://evil.example/y.png">', "**b**"),
]
LINKS = """[...document.querySelectorAll('a')].filter(a => a.host !== location.host).map(a => a.href)
    .filter(href => /evil|mailto/.test(href))"""
MARKUP = "[data-testid=stAlert] :is(strong, em, img, .katex, [data-testid=stIconMaterial], span[style*=color])"


@pytest.fixture
def guest(visitor: Visitor) -> Iterator[Visitor]:
    """A visitor whose browser must ask nobody but the app."""
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    yield visitor
    assert [url for url in asked if not url.startswith((visitor.address, "data:", "blob:", "ws:"))] == []
    assert visitor.page.evaluate(LINKS) == []
    assert visitor.page.locator("img[src*=evil]").count() == 0
    assert visitor.page.locator(MARKUP).count() == 0


def as_shown(text: str) -> str:
    return text.replace(":material/", ":material_")  # Streamlit's own, before it looks for code


@pytest.mark.parametrize(
    "config",
    [
        {"rope_theta": 1.0, "rope_scaling": {"type": " ".join(TEXTS)}},
        {"rope_theta": " ".join(TEXTS)},
        {"rope_scaling": " ".join(TEXTS)},
        dict.fromkeys(TEXTS, 1),
        {"rope_parameters": {text: {} for text in TEXTS}},
    ],
    ids=["a value", "a number", "an object", "keys", "layers"],
)
def test_in_the_message_about_a_config(guest, config):
    guest.open("long_context?" + urlencode({"config": json.dumps(config)}))
    said = guest.page.get_by_test_id("stAlert").first.inner_text()
    assert said.endswith("Meanwhile DeepSeek V3 is shown.")
    for text in TEXTS[:5]:  # a long message is cut
        assert as_shown(text) in said


def test_on_the_buttons_of_a_configs_layers(guest):
    rope = {"rope_theta": 1e4}
    config = {"head_dim": 64, "rope_parameters": {"full_attention": rope} | dict.fromkeys(TEXTS, rope)}
    guest.open("long_context?" + urlencode({"config": json.dumps(config)}))
    guest.page.get_by_role("button", name="config.json").click()
    guest.settle()
    group = guest.page.get_by_role("radiogroup").filter(has_text="full_attention")
    assert group.get_by_role("radio").all_inner_texts() == ["full_attention", *map(as_shown, TEXTS)]
    group.get_by_role("radio").nth(2).click()
    guest.settle()
    assert "layer_type=" in guest.link


def test_words_of_king_and_queen(guest):
    guest.open("king_and_queen?" + urlencode({"sentence": " ".join(TEXTS)}))
    assert sorted(guest.page.locator(".chip").all_inner_texts()) == sorted(TEXTS)
    ticks = guest.page.locator("[class*=tick] text").all_text_contents()
    assert {text for text in TEXTS if len(text) < 15} <= set(ticks)


def test_words_of_the_real_model(guest):
    guest.open("king_and_queen?" + urlencode({"sentence": " ".join(TEXTS[:4]), "words": "real model"}))
    assert "“https”, “/”, “@”, “<”" in guest.text


def test_words_of_compare(guest):
    guest.open("compare?" + urlencode({"sentence": " ".join(TEXTS)}))
    ticks = guest.page.locator("[class*=tick] text").all_text_contents()
    assert {text for text in TEXTS if len(text) < 7} <= set(ticks)


@pytest.mark.parametrize("text", TEXTS)
def test_the_word_of_adding(guest, text):
    guest.open("adding?" + urlencode({"word": text}))
    ticks = guest.page.locator("[class*=tick] text").all_text_contents()
    assert text in ticks or any(tick.endswith("…") and text.startswith(tick[:-1]) for tick in ticks)


def test_names_of_files(guest):
    guest.open("image_patches?image=your+own")
    for text in TEXTS[4:8]:
        guest.page.locator("input[type=file]").set_input_files(
            {"name": text.replace("/", "∕") + ".png", "mimeType": "image/png", "buffer": b"no picture"}
        )
        guest.settle()
        assert "The file is neither a PNG nor a JPEG picture" in guest.text
