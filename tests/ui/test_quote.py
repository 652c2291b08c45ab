"""Quoted text is a code span and nothing else, whatever it is; a refusal lets no address or mark of a visitor through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.rope_config import rope_scaling
from ui.quote import MAX, quoted, refusal, worded

HOSTILE = [
    *("www.evil.example", "https://evil.example", "a@evil.example", "<https://evil.example>"),
    *("[a](https://evil.example)", "![a](https://evil.example/x.png)", "`code`", "$x$", ":material/home:", ":red[x]"),
    *("<b>b</b>", "**b**", "``", "` x", "a\n\n# b", "\u202eabc", "\ud800", "\x00", "", "_a_", "~~a~~", "1. a", "- a"),
]
ANY = st.one_of(st.sampled_from(HOSTILE), st.text(), st.text(alphabet="`a \n"))


def outside_code(markdown: str) -> str:
    """What is left of Markdown without its code spans, as CommonMark finds them; a fence without its twin stays."""
    return re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", markdown, flags=re.S)


@given(ANY)
def test_a_quotation_is_one_code_span(text):
    assert outside_code(quoted(text)) == ""
    assert "\n" not in quoted(text)


@given(st.text(min_size=MAX + 1))
def test_a_quotation_is_cut(text):
    shown = quoted("x" + text + "x").strip("` ")
    assert len(" ".join(text.split())) < MAX or shown.endswith("…")


def test_a_quotation_shows_the_text_itself():
    assert quoted("王 ä **b**") == "`王 ä **b**`"
    assert quoted("a\n b\t") == "`a b`"
    assert quoted("`") == "`` ` ``"
    assert quoted("") == "`  `"
    assert quoted("\u202ea\ud800\x00") == r"`\u202ea\ud800\x00`"


@given(ANY, ANY)
def test_a_refusal_lets_nothing_through(first, second):
    for said in (f"{first} must be 1; got {second}", f"yarn needs x; the config has {first}, {second}", first):
        left = outside_code(refusal(ValueError(said)))
        assert not re.search(r"[][<>*`$@\\~|#!]|www\.|//|:\w|\b_|_\b", left), left


@pytest.mark.parametrize("text", HOSTILE)
def test_a_label_is_words_or_a_quotation(text):
    assert worded(text) == quoted(text)
    assert worded("full_attention") == "full_attention"


def test_the_librarys_own_words_stay_words():
    with pytest.raises(ValueError, match="must be") as error:
        rope_scaling("linear", factor="**b**")
    assert refusal(error.value) == "factor must be a number from 1e-06 to 1000000000.0; got `'**b**'`"
    assert refusal(ValueError("dim must be even; got (1.0, -2)")) == "dim must be even; got (1.0, -2)"
