"""Links written down before the house was rebuilt (old_links.json): each opens what it opened then."""

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from tests.pages.app import open_page
from tests.pages.seen import values
from ui.frame import pages

LINKS = json.loads(Path(__file__).with_name("old_links.json").read_text("utf-8"))


@pytest.mark.parametrize("old", LINKS, ids=lambda old: old["link"][:60])
def test_an_old_link_opens_what_it_opened(old):
    address, _, query = old["link"].partition("?")
    stem = next(page.path.stem for page in pages() if page.address == address)
    asked = dict(parse_qsl(query, strict_parsing=True))
    at = open_page(stem, **asked)
    found = values(at)
    assert {name: found.get(name) for name in old["stands"]} == old["stands"]
    moved = asked.keys() - old["stands"].keys()  # an order of words or of patches is no control of Streamlit's
    assert moved <= {"order", "swaps"}
    assert [at.query_params[name] for name in moved] == [asked[name] for name in moved]


def test_there_are_forty():
    assert len(LINKS) >= 40
