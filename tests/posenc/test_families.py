"""The contract that every scheme keeps, those that come later too."""

import dataclasses
import math
import re

import numpy as np
import pytest

import posenc
from posenc.families import Bucketed, Scheme, Sloped, mean_rows
from posenc.parameters import Parameter, parameter
from posenc.registry import FAMILIES

SCHEMES = list(posenc.schemes().values())
every_scheme = pytest.mark.parametrize("cls", SCHEMES, ids=lambda cls: cls.id)


@every_scheme
def test_it_says_what_it_is(cls):
    for name in ("id", "title", "formula", "used_by"):
        value = getattr(cls, name)
        assert isinstance(value, str)
        assert value.strip() == value != ""
    assert re.fullmatch(r"[a-z][a-z0-9_]*", cls.id)
    assert cls.family in FAMILIES
    assert cls.__doc__


@every_scheme
def test_it_names_its_paper(cls):
    paper = cls.paper
    assert re.fullmatch(r"\d{4}\.\d{4,5}", paper.arxiv)
    assert 0 <= paper.year - 2000 - int(paper.arxiv[:2]) <= 1  # arXiv's number begins with the year and month
    assert paper.url == f"https://arxiv.org/abs/{paper.arxiv}"
    assert str(paper) == f"{paper.authors} {paper.year}, {paper.title}, arXiv:{paper.arxiv}"
    assert paper.arxiv in cls.__doc__


@every_scheme
def test_every_parameter_has_a_default_and_a_help(cls):
    fields = {field.name for field in dataclasses.fields(cls)}
    assert set(cls.parameters()) == fields
    for name, known in cls.parameters().items():
        assert known.name == name
        assert known.default is not dataclasses.MISSING
        assert known.help.endswith(".")
        known.check(known.default)


@every_scheme
def test_it_is_made_without_arguments_and_frozen_and_hashable(cls):
    one, other = cls(), posenc.scheme(cls.id)
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other}) == 1
    for name in cls.parameters():
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(one, name, None)


@every_scheme
def test_an_unknown_parameter_is_refused(cls):
    with pytest.raises(ValueError, match=f"{cls.id} has no parameter 'colour'"):
        posenc.scheme(cls.id, colour=1)


@every_scheme
def test_a_choice_outside_the_choices_is_refused(cls):
    for name, known in cls.parameters().items():
        if known.choices:
            with pytest.raises(ValueError, match=f"{name} must be one of .*; got 'no such'"):
                cls(**{name: "no such"})


@every_scheme
def test_a_number_below_the_minimum_is_refused(cls):
    for name, known in cls.parameters().items():
        if known.minimum is not None:
            with pytest.raises(ValueError, match=f"{name} must be .*; got "):
                cls(**{name: type(known.minimum)(known.minimum - 1)})


@every_scheme
def test_it_belongs_to_its_family(cls):
    families = {"absolute": posenc.Absolute, "rotary": posenc.Rotary, "bias": posenc.Bias}
    for family, base in families.items():
        assert issubclass(cls, base) == (cls.family == family)


@every_scheme
def test_kernel_has_a_row_a_head(cls):
    offsets = np.array([-5, -1, 0, 1, 5])
    kernel = np.asarray(cls().kernel(offsets, dim=64, heads=8))
    assert (kernel.shape, kernel.dtype) == ((8, 5), np.float64)
    assert np.isfinite(kernel).all()


@pytest.mark.parametrize("cls", [c for c in SCHEMES if c.family in ("none", "absolute", "rotary")], ids=lambda c: c.id)
def test_kernel_is_the_same_for_all_heads_where_a_scheme_knows_none(cls):
    kernel = cls().kernel([0, 1, 2], dim=64, heads=3)
    np.testing.assert_array_equal(kernel, np.broadcast_to(kernel[0], (3, 3)))


def test_a_bare_scheme_changes_nothing():
    x = np.ones((3, 4))
    bare, where = Scheme(), np.arange(3)
    assert bare.add_to_input(x, where) is x
    assert bare.rotate_qk(x, x, where) == (x, x)
    assert bare.add_to_scores(x, x, x, where) is x
    assert (bare.max_length, bare.max_dim, bare.wavelengths(8), bare.shift_matrix(1, 8)) == (None, None, None, None)


def test_where_places_are_told_by_more_than_a_position():
    plane, video = ("row", "column"), ("frame", "row", "column")
    grids = {"sincos3d": video, **dict.fromkeys(("fourier", "sincos2d", "axial_rotary", "swin", "swinv2"), plane)}
    told = {cls.id: cls().axis_names for cls in SCHEMES if cls().axis_names != ("position",)}
    assert told == grids | {"mrope": ("time", "row", "column")}
    assert {cls.id for cls in SCHEMES if cls().grid is not None} == set(grids)
    for id in grids:
        assert posenc.scheme(id).max_length == math.prod(posenc.scheme(id).grid)
    assert posenc.scheme("sincos2d", height=2, width=3, reverse_coord=True).grid == (3, 2)
    assert posenc.scheme("sincos2d", reverse_coord=True).axis_names == ("column", "row")
    assert posenc.scheme("axial_rotary", shape=(2, 3, 4, 5)).axis_names[0] == "step of axis 1"


def test_toy_values_that_are_drawn_have_a_seed():
    drawn = {cls.id for cls in SCHEMES if cls().seed is not None}
    assert drawn == {cls.id for cls in SCHEMES if cls().values == "toy"} - {"polar"}
    for id in drawn:
        assert posenc.scheme(id, seed=3).seed == 3


def test_which_biases_have_buckets_and_slopes():
    assert {cls.id for cls in SCHEMES if issubclass(cls, Bucketed)} == {"t5", "deberta", "shaw"}
    assert [cls.id for cls in SCHEMES if issubclass(cls, Sloped)] == ["alibi"]


@dataclasses.dataclass(frozen=True)
class Probe(Scheme):
    size: int = parameter(3, "How large.", minimum=1, maximum=9)
    rate: float = parameter(0.5, "How fast.", minimum=0.0)
    rest: int | None = parameter(None, "What is left.", minimum=2, optional=True)
    word: str = parameter("a", "Which.", choices=("a", "b"))
    free: object = parameter(None, "Checks itself.")
    growth: float | None = parameter(None, "By how much.", minimum=0.0, optional=True)
    grows: bool = parameter(False, "Whether.")


def test_parameters_carry_what_was_declared():
    assert Probe.parameters()["size"] == Parameter("size", 3, "How large.", minimum=1, maximum=9)
    kinds = {name: known.kind for name, known in Probe.parameters().items()}
    whole = dict.fromkeys(("size", "rest"), "whole")
    assert kinds == whole | {"rate": "real", "word": "choice", "free": "own", "growth": "real", "grows": "flag"}
    assert Probe(size=9, rate=2, rest=None, word="b", free=object) == Probe(9, 2.0, None, "b", object)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"size": 10}, "size must be a whole number of at least 1 and at most 9; got 10"),
        ({"size": None}, "size .* got None"),
        ({"rate": -0.1}, "rate must be a number from 0.0 to inf; got -0.1"),
        ({"rate": np.inf}, "rate .* got inf"),
        ({"rate": "fast"}, "rate .* got 'fast'"),
        ({"growth": -0.5}, "growth must be a number from 0.0 to inf; got -0.5"),
        ({"grows": 1}, "grows must be one of False, True; got 1"),
        ({"rest": 1}, "rest must be a whole number of at least 2; got 1"),
        ({"word": "c"}, "word must be one of 'a', 'b'; got 'c'"),
    ],
)
def test_parameters_are_checked_when_a_scheme_is_made(chosen, words):
    with pytest.raises(ValueError, match=words):
        Probe(**chosen)


@pytest.mark.parametrize("dim", [6, 8])
@pytest.mark.parametrize("layout", ["interleaved", "concatenated"])
def test_wavelengths_are_what_a_turn_takes(layout, dim):
    scheme = posenc.scheme("sinusoidal", layout=layout)
    waves = scheme.wavelengths(dim)
    for column, wave in enumerate(waves):
        here, there = scheme.table([5.0, 5.0 + wave], dim, np.float64)
        assert here[column] == pytest.approx(there[column], abs=1e-9)
    assert waves.min() == pytest.approx(2 * np.pi)
    assert sorted(waves)[-1] == pytest.approx(2 * np.pi * 10000 ** (1 - 2 / dim))


def test_features_that_do_not_turn_have_an_infinite_wavelength():
    waves = posenc.scheme("rotary", rotary_dim=4).wavelengths(8)
    assert np.isinf(waves).tolist() == [False, False, True, True] * 2


WAVING = [
    ("sinusoidal", {}),
    ("sinusoidal", {"layout": "concatenated", "base": 50.0, "scale": 0.5}),
    ("sinusoidal", {"spacing": "tensor2tensor"}),
    ("sinusoidal", {"spacing": "tensor2tensor", "odd": "round-up", "layout": "concatenated"}),
    ("rotary", {}),
    ("rotary", {"layout": "interleaved", "rotary_dim": 4}),
    ("rotary", {"rotary_dim": 4}),
    ("xpos", {}),
    ("polar", {"base": 7.0}),
    ("mrope", {}),
]


@pytest.mark.parametrize("dim", [1, 2, 5, 8, 96])
@pytest.mark.parametrize(("id", "settings"), WAVING)
def test_the_formula_of_a_column_gives_the_column(id, settings, dim):
    scheme = posenc.scheme(id, **settings)
    try:
        table = scheme.table(40, dim, np.float64)
    except ValueError:
        return  # neither is there a table
    waves = [scheme.wave(dim, column) for column in range(dim)]
    for column, wave in enumerate(waves):
        if wave is None:
            assert np.ptp(table[:, column]) == 0  # it stands still
        else:
            made = [wave.at(position) for position in range(40)]
            np.testing.assert_allclose(made, table[:, column], atol=1e-12)
            assert 2 * np.pi / scheme.wavelengths(dim)[column] == pytest.approx(wave.angle(1))
    assert any(waves)


def test_a_column_beyond_the_table_is_refused():
    for id in ("sinusoidal", "rotary"):
        with pytest.raises(ValueError, match="at most 7; got 8"):
            posenc.scheme(id).wave(8, 8)


@every_scheme
def test_who_has_the_formula_of_a_column_has_its_wavelength(cls):
    if cls().wave(96, 0) is not None:
        assert cls().wavelengths(96) is not None


def test_mean_rows():
    table = np.arange(12.0).reshape(6, 2)
    means = mean_rows(table, np.array([0, 1, 4, 6]))
    np.testing.assert_array_equal(means, [[0, 1], [4, 5], [9, 10]])


WORDS = r"\\(?:mathrm|mathbb|text)\{[A-Za-z ]+\}|\\begin\{\w+\}|\\end\{\w+\}"
KNOWN = {
    *(
        "cos",
        "sin",
        "ln",
        "log",
        "min",
        "max",
        "sum",
        "frac",
        "tfrac",
        "sqrt",
        "left",
        "right",
        "quad",
        "cdot",
        "times",
    ),
    *("ge", "in", "pi", "lfloor", "rfloor", "dots", "e"),
}
"""What needs no explanation in a formula."""


def letters_in(formula: str) -> set[str]:
    """The letters of a formula, Latin or Greek, without words and what everybody knows."""
    return set(re.findall(r"[A-Za-z]+", re.sub(r"\\([A-Za-z]+)", r" \1 ", re.sub(WORDS, " ", formula)))) - KNOWN


def split(letters: set[str]) -> set[str]:
    """Letters that stand side by side, one by one; Greek ones have names of several."""
    greek = {"omega", "theta", "sigma", "delta", "psi", "epsilon", "mu", "ell"}
    return {part for name in letters for part in ([name] if name in greek else name)}


@pytest.mark.parametrize("id", posenc.schemes())
def test_each_letter_of_a_formula_is_explained_and_no_other(id):
    cls = posenc.schemes()[id]
    explained = " ".join(re.findall(r"\$(.*?)\$", cls.letters))
    assert cls.letters.count("$") % 2 == 0
    assert split(letters_in(cls.formula)) <= split(letters_in(explained))
    assert split(letters_in(explained)) <= split(letters_in(cls.formula))


def test_a_letter_that_is_not_explained_is_noticed():
    assert letters_in(r"\mathrm{PE}_{p} = \sin\left(p \cdot b^{-2i/d}\right)") == {"p", "b", "i", "d"}


@pytest.mark.parametrize("id", posenc.schemes())
def test_the_idea_is_a_plain_sentence_or_two(id):
    idea = posenc.schemes()[id].idea
    assert 40 < len(idea) < 130
    assert idea.endswith(".")
    assert idea[0].isupper()
    assert not re.search(r"[$`*_\\]|[0-9]e-", idea)
