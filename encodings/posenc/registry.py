"""Finds the schemes: one file in `posenc/schemes/` is one scheme, or a family of one formula."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

from . import schemes as folder
from .families import Scheme
from .numeric.checks import shown

FAMILIES = ("none", "absolute", "rotary", "bias")


def schemes() -> dict[str, type[Scheme]]:
    """Every scheme's class by its id, in a teaching order: family by family, in the order of the papers.

    A file of the folder that cannot be imported raises; it is never skipped.

    >>> list(schemes())[:2]
    ['none', 'sinusoidal']
    """
    return dict(_found_in(tuple(folder.__path__)))


def scheme(id: str, **parameters: Any) -> Scheme:
    """The scheme of that id with these parameters.

    >>> scheme("sinusoidal", base=100.0).base
    100.0
    >>> scheme("sinusoid")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: there is no scheme 'sinusoid'; there are none, sinusoidal, ...
    """
    classes = schemes()
    if not isinstance(id, str) or id not in classes:
        raise ValueError(f"there is no scheme {shown(id)}; there are {', '.join(classes)}")
    allowed = classes[id].parameters()
    for name in parameters:
        if name not in allowed:
            raise ValueError(f"{id} has no parameter {name!r}; it has {', '.join(allowed) or 'none'}")
    return classes[id](**parameters)


@cache
def _found_in(path: tuple[str, ...]) -> dict[str, type[Scheme]]:
    modules = [import_module(f"{folder.__name__}.{module.name}") for module in pkgutil.iter_modules(path)]
    found = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Scheme) and value.__module__ == module.__name__
    ]
    classes: dict[str, type[Scheme]] = {}
    for cls in sorted(found, key=_teaching_order):
        if cls.id in classes:
            raise ValueError(f"two schemes have the id {cls.id!r}: {classes[cls.id].__module__} and {cls.__module__}")
        classes[cls.id] = cls
    return classes


def _teaching_order(cls: type[Scheme]) -> tuple[int, str, str]:
    return FAMILIES.index(cls.family), cls.paper.arxiv, cls.id
