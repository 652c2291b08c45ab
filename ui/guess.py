"""A guess first: what a visitor expects, beside what was measured. Who guesses and sees the gap remembers more
(Kim, Reinecke and Hullman 2017, Explaining the Gap)."""

from collections.abc import Sequence

import streamlit as st

from . import controls

LOOK = "just show me"


class Asked:
    """A question that was put, the guess (None before there is one), and the place where the answer goes."""

    def __init__(self, guess: str | None) -> None:
        self.guess = guess
        self._place = st.empty()

    def reveal(self, right: str, found: str) -> None:
        """Once there is a guess: whether it was right, and what was found, in a sentence."""
        if self.guess is not None:
            self._place.markdown(verdict(self.guess, right, found))


def ask(question: str, guesses: Sequence[str], key: str = "guess") -> Asked:
    """Put a question with two to four guesses. Nothing is answered before one is pressed; the last lets one only look."""
    st.markdown(f"**{question}**")
    return Asked(controls.guess("Your guess", key, (*guesses, LOOK)))


def verdict(guess: str, right: str, found: str) -> str:
    """What follows on a guess, as Markdown.

    >>> verdict("no", "no", "It does not.")
    ':green[**You guessed “no”, and so it is.**] It does not.'
    >>> verdict("yes", "no", "It does not.")
    ':orange[**You guessed “yes”. It is “no”.**] It does not.'
    >>> verdict(LOOK, "no", "It does not.")
    'It does not.'
    """
    if guess == LOOK:
        return found
    if guess == right:
        return f":green[**You guessed “{guess}”, and so it is.**] {found}"
    return f":orange[**You guessed “{guess}”. It is “{right}”.**] {found}"
