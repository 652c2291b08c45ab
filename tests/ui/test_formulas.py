"""A formula stands with its letters."""

import posenc
from ui.formulas import explained


def test_the_formula_of_a_scheme_and_what_its_letters_stand_for():
    cls = posenc.schemes()["alibi"]
    formula, _, letters = explained(cls).partition("\n\n")
    assert formula == rf"$\displaystyle {cls.formula}$"
    assert letters == f":small[{cls.letters}.]"
