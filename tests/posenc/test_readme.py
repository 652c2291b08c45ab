"""The library's README: its examples run, and it names every public name once."""

import doctest
import re
from pathlib import Path

import posenc

README = Path(__file__).parents[2] / "encodings" / "README.md"


def test_examples_run():
    failed, tried = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert (failed, tried > 10) == (0, True)


def test_every_public_name_is_listed_once():
    rows = re.findall(r"^\| (`.*?) \|", README.read_text("utf-8"), re.MULTILINE)
    listed = re.findall(r"`(\w+)`", " ".join(rows))
    assert sorted(listed) == sorted(posenc.__all__)
