"""A formula beside its picture: with its letters and, for a table, with the chosen position and dimension put in.

The position is blue and the dimension orange, as their numbers in the picture are.
"""

import posenc
from charts.numbers import plain
from charts.style import BLUE, ORANGE
from posenc.families import Wave
from posenc.numeric.tolerances import EXACT64

from .numbers import amount


def explained(cls: type[posenc.Scheme]) -> str:
    """A scheme's own formula, with its letters, as Markdown.

    >>> explained(posenc.schemes()["t5"]).partition("\\n\\n")[2][:40]
    ':small[$i, j$ positions of query and key'
    """
    return f"$\\displaystyle {cls.formula}$\n\n:small[{cls.letters}.]"


def of_wave(wave: Wave, position: int, dimension: int, dim: int) -> str:
    """One number of a table of waves: the formula, what each letter is, and the number itself, as Markdown."""
    times = "" if wave.amplitude == 1 else r"a \cdot "
    angle = rf"\dfrac{{{lit('p', BLUE)}}}{{b^{{2{lit('i', ORANGE)}/d}}}}"
    letters = [
        f":blue[p] is the position, here :blue[{position:,}].",
        f":orange[i] is the pair, here :orange[{wave.power // 2:,}]: dimension :orange[{dimension:,}] is its"
        f" {'sine' if wave.function == 'sin' else 'cosine'}.",
        f"d is the number of dimensions, here {dim:,}."
        if wave.width == dim
        else f"d divides the exponent: {wave.width:,} here, where there are {dim:,} dimensions.",
        f"b is the base, here {amount(wave.base)}.",
    ]
    if times:
        letters.append(f"a multiplies the whole table, here by {amount(wave.amplitude)}.")
    return (
        rf"A pair of dimensions: $\;{times}\sin{angle}\;$ and $\;{times}\cos{angle}$"
        "\n\n" + " ".join(letters) + "\n\n" + worked(wave, position, dimension)
    )


def worked(wave: Wave, position: int, dimension: int) -> str:
    """The number of a position and a dimension, step by step."""
    times = "" if wave.amplitude == 1 else rf"{plain(wave.amplitude, 3)} \cdot "
    chosen = lit(str(position), BLUE)
    base = f"{wave.base:.0f}" if wave.base == round(wave.base) else f"{wave.base:g}"
    steps = (
        rf"\mathrm{{PE}}({chosen}, {lit(str(dimension), ORANGE)})",
        rf"{times}\{wave.function}({chosen} / {base}^{{{wave.power}/{wave.width}}})",
        rf"{times}\{wave.function} {angle(wave.angle(position))}",
        rf"\mathbf{{{number(wave.at(position))}}}",
    )
    return f"${' = '.join(steps)}$"


def angle(radians: float) -> str:
    """An angle with so many digits that its sine can be checked by hand.

    >>> angle(20.80689), angle(562341.3252), angle(3.0), angle(0.000123456)
    ('20.807', '562341.325', '3', '0.000123')
    """
    return f"{radians:.3f}".rstrip("0").rstrip(".") if radians >= 1 else plain(radians, 3)


def number(value: float) -> str:
    """A number of a table as people write it; what is 0 but for rounding is 0.

    >>> number(0.93064), number(-0.0153), number(6e-17)
    ('0.93', '−0.015', '0')
    """
    return amount(value, 2).replace("-", "−") if abs(value) > EXACT64 else "0"


def lit(text: str, color: str) -> str:
    """Text in a chart's colour, as LaTeX.

    >>> lit("p", BLUE)
    '\\\\textcolor{#1870c4}{p}'
    """
    parts = "".join(f"{int(part):02x}" for part in color[4:-1].split(","))
    return rf"\textcolor{{#{parts}}}{{{text}}}"
