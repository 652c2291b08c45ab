"""The frame of a page, drawn by itself: what it reads from the page's file, and what it puts around it."""

import pytest

from tests.ui.drawn import drawn
from ui import links
from ui.frame import ROOT, pages, read

SOURCE = '''"""Is this a page?

Yes, and its answer
is one line.
"""

SECTION = "See"
LABEL = "Nameless"
ICON = ":material/help:"
'''


def test_a_page_is_read_without_running_it(tmp_path):
    file = tmp_path / "12_no_name.py"
    file.write_text(SOURCE + "raise RuntimeError")
    page = read(file)
    assert (page.question, page.answer) == ("Is this a page?", "Yes, and its answer is one line.")
    assert (page.section, page.label, page.icon) == ("See", "Nameless", ":material/help:")
    assert page.address == "no_name"


def test_a_page_without_a_description_is_refused(tmp_path):
    nameless = tmp_path / "1_nameless.py"
    nameless.write_text('"""Is this a page?\n\nNo."""\n')
    with pytest.raises(KeyError):
        read(nameless)


def test_pages_stand_in_the_order_of_their_numbers_and_start_first():
    paths = [page.path for page in pages()]
    assert paths[0] == ROOT / "app.py"
    assert pages()[0].address == ""
    assert {*paths[1:]} == {*(ROOT / "pages").glob("*.py")}
    numbers = [int(path.stem.partition("_")[0]) for path in paths[1:]]
    assert numbers == sorted({*numbers})
    assert all(page.address and page.address[0].isalpha() for page in pages()[1:])


def framed(file: str) -> None:
    import streamlit as st

    from ui.frame import page, section

    with page(file, sources=["Somebody 2026, A paper"]):
        section("What you see", "A text.")
        if "fail" in st.query_params:
            raise RuntimeError("secret")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "12_no_name.py"
    path.write_text(SOURCE)
    return str(path)


def test_question_and_answer_stand_above_and_sources_below(file):
    at = drawn(framed, file)
    assert at.title[0].value == "Is this a page?"
    said = [element.value for element in at.main.markdown if "**position**" not in element.value]  # the glossary's
    assert said == [
        "Yes, and its answer is one line.",
        "### What you see\n\nA text.",
        "### Sources\n\n- Somebody 2026, A paper",
    ]


def test_a_page_that_fails_lets_its_values_go_and_gives_its_turn_back(file, monkeypatch):
    untied = []
    monkeypatch.setattr(links, "untie_values", lambda: untied.append(True))
    with pytest.raises(AssertionError):
        drawn(framed, file, fail="1")
    assert untied == [True]
    drawn(framed, file)
    assert untied == [True, True]


def one_part() -> None:
    import streamlit as st

    from ui.frame import experiment

    @experiment
    def part(word: str, *, times: int) -> None:
        """Says a word."""
        st.markdown(word * times)

    part("ab", times=2)
    st.session_state["named"] = (part.__name__, part.__doc__)


def test_a_part_that_runs_alone_is_drawn_as_it_is(monkeypatch):
    untied = []
    monkeypatch.setattr(links, "untie_values", lambda: untied.append(True))
    at = drawn(one_part)
    assert at.markdown[0].value == "abab"
    assert at.session_state["named"] == ("part", "Says a word.")
    assert not untied, "a whole run ends with the page's frame"
    monkeypatch.setattr(links, "is_of_a_part", lambda: True)
    drawn(one_part)
    assert untied == [True]


def two_folded() -> None:
    import streamlit as st

    from ui.frame import folded, headline

    made = st.session_state.setdefault("made", [])

    @folded("Open at first", "see_who", opened=True)
    def first(word: str) -> None:
        made.append(word)

    @folded("Folded at first", "see_words")
    def second(word: str) -> None:
        made.append(word)

    headline("A question?", "A text.", help="More.")
    first("one")
    second("two")


def test_what_is_folded_is_made_once_it_is_opened_by_hand_or_by_a_link():
    assert drawn(two_folded).session_state["made"] == ["one"]
    assert drawn(two_folded, see_words="true").session_state["made"] == ["one", "two"]
    at = drawn(two_folded, see_who="false")
    assert at.session_state["made"] == []
    assert [part.label for part in at.expander] == ["Open at first", "Folded at first"]
    assert (at.markdown[0].value, at.markdown[0].help) == ("## A question?\n\nA text.", "More.")
    at.session_state["see_words"] = True
    assert at.run().session_state["made"] == ["two"]
