"""A guess comes before the answer, and the answer says whether it was right."""

from tests.ui.drawn import drawn
from ui.guess import LOOK


def a_question() -> None:
    from ui.guess import ask

    ask("Which is larger?", ("one", "two")).reveal("two", "Two is larger by 1.")


def said(at) -> str:
    return "\n".join(element.value for element in at.markdown)


def test_nothing_is_answered_before_a_guess():
    assert said(drawn(a_question)) == "**Which is larger?**"


def test_each_guess_gets_the_answer():
    assert "You guessed “two”, and so it is.**] Two is larger by 1." in said(drawn(a_question, guess="two"))
    assert "You guessed “one”. It is “two”.**] Two is larger by 1." in said(drawn(a_question, guess="one"))
    assert said(drawn(a_question, guess=LOOK)).endswith("\nTwo is larger by 1.")


def test_a_malformed_guess_is_none():
    assert said(drawn(a_question, guess="three")) == "**Which is larger?**"
