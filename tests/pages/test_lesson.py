"""The lesson: a guess first, then what was measured; every step has a right answer among its guesses."""

import re

import pytest

from posenc.experiments.lesson import VECTORS, by_hand
from sections.lesson import LOOK, STEPS
from tests.pages.app import open_page
from tests.pages.seen import press, table, text

NUMBERS = range(1, len(STEPS) + 1)


def open_step(number, guess=None, **more):
    return open_page("0_lesson", step=str(number), **({f"guess_{number}": guess} if guess else {}), **more)


@pytest.mark.parametrize("number", NUMBERS)
def test_nothing_is_shown_before_a_guess(number):
    at = open_step(number)
    assert not at.get("plotly_chart")
    assert "Why?" not in text(at)
    assert STEPS[number - 1].question in text(at)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_guess_gets_the_measured_answer_and_one_is_right(number):
    guesses = STEPS[number - 1].guesses
    right = [guess for guess in guesses if "and so it is" in text(open_step(number, guess))]
    assert len(right) == 1
    wrong = next(guess for guess in guesses if guess not in right)
    said = text(open_step(number, wrong))
    assert f"You guessed “{wrong}”. It is “{right[0]}”." in said
    looked = text(open_step(number, LOOK))
    assert "You guessed" not in looked
    found = next(line for line in looked.split("\n") if line.startswith("**") and "?" not in line)
    assert found in said


def test_next_leads_through_all_steps_and_guesses_stay():
    at = open_step(1, "yes")
    for number, following in enumerate(STEPS[1:], 2):
        at = press(at, f"Next: {following.title}")
        assert f"{number}. {following.title}" in text(at)
        at.button_group(key=f"guess_{number}").set_value(LOOK).run()
    assert at.session_state["step"] == str(len(STEPS))
    at.session_state["step"] = "1"
    at.run()
    assert "You guessed “yes”" in text(at)


def test_a_malformed_guess_is_no_guess():
    assert "Why?" not in text(open_step(1, "perhaps"))
    assert "1. " in text(open_step(9, "<b>"))


@pytest.mark.parametrize(("cell", "said"), [
    ("scores-0-2", "2 · 1 + 0 · 2 + 1 · 0 + 0 · 0 = 2, divided by √4: **1**"),
    ("vectors-2-1", "Number 2 of **Queen**: 2."),
    ("outputs-9-9", "divided by √4: **1**"),
])  # fmt: skip
def test_a_pressed_number_is_explained(cell, said):
    assert said in text(open_step(2, LOOK, cell=cell))


def test_every_weight_and_output_is_explained_by_numbers_that_make_it():
    found = by_hand(VECTORS)
    said = text(open_step(2, LOOK, cell="weights-0-0"))
    top, bottom, value = (float(n) for n in re.findall(r"[\d.]+\d", said.split("with weight")[1])[1:3] + re.findall(
        r"weight \*\*([\d.]+)", said))  # fmt: skip
    assert top / bottom == pytest.approx(value, rel=0.01)
    assert value == pytest.approx(found.weights[0, 0], abs=0.001)
    line = next(part for part in text(open_step(2, LOOK, cell="outputs-1-1")).split("\n") if "output is" in part)
    terms, total = re.split(r" = \*\*", line.split("output is ")[1])
    products = (float(a) * float(b) for a, b in re.findall(r"([\d.]+) · ([\d.]+)", terms))
    assert sum(products) == pytest.approx(float(total.split("**")[0]), abs=0.005)


def test_swapped_words_give_swapped_outputs():
    straight, swapped = (text(open_step(2, LOOK, cell="outputs-0-0", swapped=on)) for on in ("false", "true"))
    assert "1 of **King**'s output" in straight
    assert "1 of **Queen**'s output" in swapped


def test_the_table_of_tests_says_who_fails_where():
    rows = table(open_step(3, LOOK))
    marks = {
        name: [cells[i].startswith(":green") for cells in list(rows.values())[1:]]
        for i, name in enumerate(rows["numbered by"])
    }
    assert marks == {
        "count": [False, True, True],
        "fractions": [True, False, True],
        "binary": [True, True, False],
        "waves": [True, True, True],
    }


def test_the_formula_has_the_chosen_numbers():
    assert r"\mathbf{0.84}" in text(open_step(4, LOOK))
    said = text(open_step(4, LOOK, place="3", column="5"))
    assert r"{3} / 10000^{4/16})" in said
    assert r"\mathbf{0.96}" in said  # cos(3 / 10)


def test_moving_both_changes_no_dot_product():
    said = text(open_step(6, LOOK, shift="50"))
    before, after = re.findall(r"\*\*([\d.]+)\*\* (?:before|after)", said)
    assert before == after
