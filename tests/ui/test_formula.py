"""The worked number beside a table is the table's, and each letter is explained."""

import re

import numpy as np
import pytest

import posenc
from ui import formula

SETTINGS = [
    ("sinusoidal", {}, 128),
    ("sinusoidal", {"layout": "concatenated", "base": 20.5}, 64),
    ("sinusoidal", {"spacing": "tensor2tensor", "scale": 0.5}, 64),
    ("rotary", {"base": 500.0}, 64),
]


def evaluated(line: str) -> list[float]:
    """What the right sides of a worked line come to, each read as a formula."""
    plain = re.sub(r"\\textcolor\{#\w+\}\{(.+?)\}|\\mathbf\{(.+?)\}", r"\1\2", line.strip("$"))
    plain = re.sub(r"\^\{(.+?)\}", r"**(\1)", plain).replace(r"\cdot", "*").replace("−", "-")
    plain = re.sub(r"\\(sin|cos) ([\d.]+)", r"\1(\2)", plain).replace("\\", "")
    return [float(eval(side, {"sin": np.sin, "cos": np.cos})) for side in plain.split(" = ")[1:]]


@pytest.mark.parametrize(("id", "settings", "dim"), SETTINGS)
@pytest.mark.parametrize("position", [0, 37, 99999])
@pytest.mark.parametrize("dimension", [0, 8, 31])
def test_every_step_of_the_worked_number_comes_to_the_tables(id, settings, dim, position, dimension):
    scheme = posenc.scheme(id, **settings)
    said = formula.of_wave(scheme.wave(dim, dimension), position, dimension, dim)
    true = scheme.table([position], dim, np.float64)[0, dimension]
    steps = evaluated(said.split("\n\n")[-1])
    assert len(steps) == 3
    assert steps[0] == pytest.approx(true, abs=1e-9)
    assert steps[1] == pytest.approx(true, abs=0.0006)
    assert steps[2] == pytest.approx(true, rel=0.051, abs=1e-9)


@pytest.mark.parametrize(("id", "settings", "dim"), SETTINGS)
@pytest.mark.parametrize("dimension", [0, 8, 31])
def test_the_formula_with_the_letters_numbers_put_in_comes_to_the_tables(id, settings, dim, dimension):
    scheme = posenc.scheme(id, **settings)
    said = formula.of_wave(scheme.wave(dim, dimension), 37, dimension, dim)
    shown = re.sub(r"\\textcolor\{#\w+\}\{(\w)\}", r"\1", said.split("\n\n")[0])
    times = r"a \cdot " if "a multiplies" in said else ""
    assert rf"$\;{times}\sin\dfrac{{p}}{{b^{{2i/d}}}}\;$ and $\;{times}\cos\dfrac{{p}}{{b^{{2i/d}}}}$" in shown
    p, i, d, b = (letter(said, name) for name in (":blue[p] is", ":orange[i] is", "d ", "b is"))
    a = letter(said, "a multiplies") if times else 1
    function = np.sin if "is its sine" in said else np.cos
    assert a * function(p / b ** (2 * i / d)) == pytest.approx(scheme.table([37], dim, float)[0, dimension], abs=1e-9)


def letter(said: str, sentence: str) -> float:
    """The number that a letter stands for: the first in its sentence."""
    number = re.search(r"[\d,]*\.?\d+", said.split(f" {sentence}" if sentence[0] != ":" else sentence)[1])
    return float(number[0].replace(",", ""))


def test_the_letters_are_those_of_the_formula():
    wave = posenc.scheme("sinusoidal").wave(128, 9)
    said = formula.of_wave(wave, 37, 9, 128)
    assert ":blue[p] is the position, here :blue[37]." in said
    assert ":orange[i] is the pair, here :orange[4]: dimension :orange[9] is its cosine." in said
    assert "d is the number of dimensions, here 128. b is the base, here 10,000." in said
    assert "a multiplies" not in said
    assert wave.angle(37) == 37 / 10000 ** (2 * 4 / 128)  # p / b^(2i/d)


def test_what_else_takes_part_is_explained():
    said = formula.of_wave(posenc.scheme("sinusoidal", scale=0.5, spacing="tensor2tensor").wave(128, 8), 37, 8, 128)
    assert "d divides the exponent: 126 here, where there are 128 dimensions." in said
    assert "a multiplies the whole table, here by 0.5." in said


def test_the_formula_of_a_scheme_and_what_its_letters_stand_for():
    cls = posenc.schemes()["alibi"]
    said, _, letters = formula.explained(cls).partition("\n\n")
    assert said == rf"$\displaystyle {cls.formula}$"
    assert letters == f":small[{cls.letters}.]"
