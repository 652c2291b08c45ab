"""The face of the package: few names, no module hidden by one of them, and the modules that stand beside it."""

import importlib
import pkgutil

import pytest

import posenc

MODULES = {module.name for module in pkgutil.iter_modules(posenc.__path__)}


def test_the_face_is_small_and_sorted():
    assert len(posenc.__all__) <= 20
    assert posenc.__all__ == sorted(posenc.__all__)
    assert all(hasattr(posenc, name) for name in posenc.__all__)


def test_no_module_is_hidden_by_a_name_of_the_face():
    assert MODULES & {*posenc.__all__} == {"schemes"}, "the contract has a function and a folder of that name"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_module_is_reached_by_its_name(name):
    module = importlib.import_module(f"posenc.{name}")
    assert name == "schemes" or getattr(posenc, name) is module
