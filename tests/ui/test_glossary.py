"""Each word of the glossary is explained once, in a sentence or two, behind one button."""

from tests.ui.drawn import drawn
from ui.glossary import GLOSSARY


def a_button() -> None:
    from ui.glossary import words

    words()


def test_all_words_stand_behind_the_button():
    shown = drawn(a_button).markdown[0].value
    assert all(f"**{term}**: {meaning}" in shown for term, meaning in GLOSSARY.items())


def test_each_meaning_is_short_and_a_sentence():
    for term, meaning in GLOSSARY.items():
        assert meaning[0].isupper(), term
        assert meaning.endswith((".", "…")), term
        assert len(meaning.split()) <= 35, term
