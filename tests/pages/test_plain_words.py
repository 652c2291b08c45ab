"""The words of all pages: no powers of ten in running text, one word for one thing, and sentences that are easy to read."""

import re
from functools import cache

import pytest
import textstat
from streamlit.testing.v1 import AppTest

from sections.lesson import LOOK, STEPS
from tests.pages.app import open_page
from ui.frame import pages
from ui.glossary import GLOSSARY

STEMS = [page.path.stem for page in pages()]
LESSON = [("0_lesson", {"step": str(n), f"guess_{n}": LOOK}) for n in range(1, len(STEPS) + 1)]
VIEWS = [(stem, {"guess": LOOK}) for stem in STEMS if stem != "0_lesson"] + LESSON
EASY = 60
"""Flesch's reading ease (1948): 60 and more is plain English, which a pupil of 13 to 15 reads."""
MUST_BE_EASY = {"app", "0_lesson", "3_king_and_queen"}
UNSAID = {
    r"\d(?:\.\d+)?e[-+]?\d+": "numbers as people read them, not powers of ten",
    r"\bpositional encodings?\b": "positional embedding is the one word for it",
    r"\b[Tt]old apart\b|\b[Ii]ts twin\b|\bheir\b|\bruler\b": "no wit that needs decoding",
    r"\bidentifiers?\b": "a position has numbers",
}


@cache
def said_by(stem: str, *link: tuple[str, str]) -> str:
    return sentences(open_page(stem, **dict(link)))


def sentences(at: AppTest) -> str:
    """What a page says in running text: without formulas, code, tables, addresses, sources and the glossary itself."""
    glossary = "\n\n".join(f"**{term}**: {meaning}" for term, meaning in GLOSSARY.items())
    elements = [*at.title, *at.markdown, *at.caption, *at.info]
    said = [element.value for element in elements if element.value != glossary]
    text = "\n".join(part.split("### Sources")[0] for part in said)
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|`[^`]*`", " ", text, flags=re.DOTALL)
    text = "\n".join(line for line in text.split("\n") if not line.startswith("|") and "arXiv" not in line)
    text = re.sub(r":[a-z]+-(?:badge|background)\[([^\]]*)\]|:[a-z]+\[([^\]]*)\]", r"\1\2", text)
    return re.sub(r":material/\w+:|&nbsp;|[*#_]", " ", text)


@pytest.mark.parametrize(("stem", "link"), VIEWS, ids=lambda value: value if isinstance(value, str) else "")
def test_no_page_says_what_must_be_decoded(stem, link):
    said = said_by(stem, *link.items())
    found = {f"“{hit[0]}”: {why}" for form, why in UNSAID.items() for hit in re.finditer(form, said)}
    assert not found


@pytest.mark.parametrize(("stem", "link"), VIEWS, ids=lambda value: value if isinstance(value, str) else "")
def test_sentences_are_easy_to_read(stem, link, record_property):
    ease = textstat.flesch_reading_ease(said_by(stem, *link.items()))
    record_property("reading ease", ease)
    print(f"{stem} {link.get('step', '')}: {ease:.0f}")
    assert ease >= EASY or stem not in MUST_BE_EASY


def test_a_hard_text_is_noticed():
    hard = "Permutation-equivariance characterises bidirectional self-attention notwithstanding normalisation."
    assert textstat.flesch_reading_ease(hard) < 0
    assert re.search(next(iter(UNSAID)), "It differs by 2.1e-01.")
