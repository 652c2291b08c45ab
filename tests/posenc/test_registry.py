"""Discovery: one file in the folder is one scheme, and a file that fails is never skipped."""

import sys
from importlib import import_module

import pytest

import posenc
from posenc.registry import FAMILIES

GOOD = '''
from dataclasses import dataclass

from posenc.families import Paper, Scheme
from posenc.parameters import parameter


@dataclass(frozen=True)
class Probe(Scheme):
    """A scheme of a test."""

    id = "probe"
    title = "Probe"
    family = "none"
    paper = Paper("Nobody et al.", 2099, "A Probe", "9912.00001")
    formula = "0"
    used_by = "nobody"

    size: int = parameter(3, "How large.", minimum=1, maximum=9)
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A second folder that discovery looks into; what it found there is forgotten afterwards."""
    package = import_module("posenc.schemes")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    yield tmp_path
    for file in tmp_path.glob("*.py"):
        sys.modules.pop(f"{package.__name__}.{file.stem}", None)
        vars(package).pop(file.stem, None)


def test_the_first_schemes_in_teaching_order():
    ids = list(posenc.schemes())
    core = [id for id in ids if id in ("none", "sinusoidal", "learned", "rotary", "alibi")]
    assert core == ["none", "sinusoidal", "learned", "rotary", "alibi"]
    families = [cls.family for cls in posenc.schemes().values()]
    assert families == sorted(families, key=FAMILIES.index)


def test_ids_are_the_keys_and_every_file_has_a_scheme():
    found = posenc.schemes()
    assert all(cls.id == id for id, cls in found.items())
    folder = import_module("posenc.schemes").__path__[0]
    modules = {cls.__module__.rpartition(".")[2] for cls in found.values()}
    assert modules == {file.stem for file in __import__("pathlib").Path(folder).glob("[!_]*.py")}


def test_scheme_makes_one_with_parameters():
    made = posenc.scheme("sinusoidal", base=100.0, layout="concatenated")
    assert (type(made), made.base, made.layout) == (posenc.schemes()["sinusoidal"], 100.0, "concatenated")


def test_a_new_file_is_a_new_scheme(folder):
    (folder / "probe.py").write_text(GOOD)
    assert list(posenc.schemes())[1] == "probe"  # its family comes first, its paper after NoPE's
    assert posenc.scheme("probe", size=5).size == 5
    with pytest.raises(ValueError, match="size must be a whole number of at least 1 and at most 9; got 10"):
        posenc.scheme("probe", size=10)


def test_what_is_imported_into_a_file_is_not_its_scheme(folder):
    (folder / "probe.py").write_text(GOOD + "\nfrom posenc.schemes.alibi import Alibi\n")
    assert posenc.schemes()["alibi"].__module__ == "posenc.schemes.alibi"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import a_module_that_is_not_there", ModuleNotFoundError),
        ("def broken(:", SyntaxError),
        ("raise RuntimeError('no')", RuntimeError),
        (GOOD.replace('id = "probe"', ""), AttributeError),
        (GOOD.replace('family = "none"', ""), AttributeError),
        (GOOD.replace('family = "none"', 'family = "magic"'), ValueError),
        (GOOD.replace('"probe"', '"alibi"'), ValueError),
    ],
    ids=["import", "syntax", "raises", "no id", "no family", "unknown family", "id taken"],
)
def test_a_broken_file_raises(folder, source, error):
    (folder / "probe.py").write_text(source)
    with pytest.raises(error):
        posenc.schemes()


def test_the_temporary_folder_is_forgotten():
    assert "probe" not in posenc.schemes()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: posenc.scheme("sinusoid"), "there is no scheme 'sinusoid'; there are none, sinusoidal, .*alibi"),
        (lambda: posenc.scheme(None), "there is no scheme None; there are"),
        (lambda: posenc.scheme(["alibi"]), r"there is no scheme \['alibi'\]; there are"),
        (lambda: posenc.scheme("alibi", bass=1), "alibi has no parameter 'bass'; it has symmetric, max_bias"),
        (lambda: posenc.scheme("none", base=1), "none has no parameter 'base'; it has none"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
