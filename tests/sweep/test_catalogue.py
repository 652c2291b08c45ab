"""Catalogue: each link of each entry opens the scheme on a page that shows it."""

import pytest

import posenc
from sections.catalogue import opens
from tests.pages.app import ROOT, open_page
from tests.sweep import chosen

STEMS = {path.stem.partition("_")[2]: path.stem for path in (ROOT / "pages").glob("[0-9]*_*.py")}
CASES = [(id, address) for id, cls in posenc.schemes().items() for address in opens(cls)]


@pytest.mark.parametrize(("id", "address"), chosen(CASES))
def test_the_link_opens_the_scheme(id, address):
    at = open_page(STEMS[address], scheme=id)
    assert at.selectbox(key="scheme").value == id
    assert not at.info
    assert at.get("plotly_chart")
