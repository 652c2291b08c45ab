"""What picks a scheme and draws a control for each of its parameters, as the scheme declares them."""

import dataclasses
import math
from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol, TypeGuard, TypeVar, overload

import streamlit as st

import posenc
from posenc.experiments.bounds import refuse_costly
from posenc.parameters import Parameter

from . import links
from .controls import BOUND, LENGTHS, choice, instead, row, select, switch

T = TypeVar("T", bound=posenc.Scheme)
Wanted = Callable[[type[posenc.Scheme]], TypeGuard[type[T]]]
"""Says of a scheme whether it is one of those that a page can show, and of which class those are."""


class Button(Protocol):
    """What st.popover gives: a container behind a button."""

    @property
    def open(self) -> bool | None: ...
    def __enter__(self) -> Any: ...
    def __exit__(self, kind: Any, error: Any, trace: Any, /) -> Any: ...


EMPTY = "empty"
FAMILY = {
    "none": "adds nothing",
    "absolute": "added to the words",
    "rotary": "rotates queries and keys",
    "bias": "added to the scores",
}
"""What the schemes of each family do, in a few words."""
FITS_ALL = 96
"""A number of dimensions that every scheme can take with its defaults."""
SHORT = 1024
"""A number of positions that is shown where the number asked for costs too much."""


def has_table(cls: type[posenc.Scheme]) -> TypeGuard[type[posenc.Absolute | posenc.Rotary]]:
    """Whether a scheme can be drawn as a table of positions and dimensions."""
    return issubclass(cls, posenc.Absolute | posenc.Rotary)


def of(family: type[T]) -> Wanted[T]:
    """Wants every scheme of a family."""

    def wanted(cls: type[posenc.Scheme]) -> TypeGuard[type[T]]:
        return issubclass(cls, family)

    return wanted


def schemes(wanted: Wanted[T]) -> dict[str, type[T]]:
    """The schemes that are wanted, by id, in teaching order.

    >>> list(schemes(of(posenc.Rotary)))[:2]
    ['rotary', 'xpos']
    """
    return {id: cls for id, cls in posenc.schemes().items() if wanted(cls)}


def names(classes: Mapping[str, type[posenc.Scheme]]) -> dict[str, str]:
    """What schemes are called, by id: by their titles, and where they are of several families, by what these do.

    >>> names(schemes(of(posenc.Rotary)))["xpos"], names(posenc.schemes())["xpos"]
    ('xPos', 'xPos · rotates queries and keys')
    """
    one = len({cls.family for cls in classes.values()}) == 1
    return {id: cls.title if one else f"{cls.title} · {FAMILY[cls.family]}" for id, cls in classes.items()}


@overload
def pick(
    wanted: Wanted[T],
    default: str = "sinusoidal",
    *,
    shown: str = "",
    fixed: Mapping[str, Any] | None = None,
    disabled: bool = False,
    behind: Button | None = None,
) -> T: ...
@overload
def pick(wanted: Wanted[T], default: str, *, slot: int, taken: Collection[str] = ()) -> T | None: ...
def pick(
    wanted: Wanted[T],
    default: str = "sinusoidal",
    *,
    shown: str = "",
    fixed: Mapping[str, Any] | None = None,
    disabled: bool = False,
    behind: Button | None = None,
    slot: int = 0,
    taken: Collection[str] = (),
) -> T | None:
    """The picker: every scheme that is wanted, and the chosen one's parameters behind a button beside it.

    shown: the parameter that stands in plain sight, where the scheme has it; fixed: those that the page sets;
    behind: a button of the page's own for the parameters, in place of theirs.
    slot: the number, from 1, of one of several pickers side by side. All but the first may be empty (None), and their
    keys end in their number: scheme_2, base_2. The first goes by the names that all pages share, but for the parameters
    in `taken`, whose names the page has given to controls of its own: dim_1.
    """
    classes, fixed, mark = schemes(wanted), fixed or {}, f"_{slot}" if slot > 1 else ""
    options = names(classes) | ({EMPTY: EMPTY} if mark else {})
    with row("small"):
        label = f"Scheme {slot}" if mark else "Scheme"
        id = select(label, f"scheme{mark}", options, default, disabled=disabled)
        if id == EMPTY:
            return None
        parameters = classes[id].parameters()
        keys = {name: _key(name, mark, taken) for name in parameters}
        _start_afresh(id, {keys[name]: p for name, p in parameters.items()}, mark)
        set_by_page = {name: value for name, value in fixed.items() if name in parameters}
        in_sight = {name: _parameter(p, keys[name]) for name, p in parameters.items() if name == shown}
        hidden = {keys[name]: p for name, p in parameters.items() if name not in (shown, *fixed) and _drawable(p)}
        if behind is None and (hidden or slot):
            look: dict[str, Any] = {"label": "Parameters", "disabled": disabled}
            if slot:  # narrow, and always there, so that pickers beside one another are alike
                tune = ":material/tune:"
                look = {"label": "", "icon": tune, "help": f"Parameters of {classes[id].title}", "disabled": not hidden}
            behind = st.popover(on_change="rerun", key=f"parameters{mark}", **look)
        not_in_sight = _behind(hidden, behind) if behind else {}
        links.forget_noted(keys.values())
    try:
        return classes[id](**set_by_page, **in_sight, **not_in_sight)
    except ValueError as error:  # values that are allowed one by one, and not together
        instead(error, f"{classes[id].title} is shown with its defaults")
        return classes[id](**set_by_page)


def fitting(scheme: T, length: int, dim: int, measure: Callable[[T, int, int], Any]) -> tuple[T, int, int]:
    """The scheme, length and dim if they can be measured, else a sentence that says why not, and ones that can be."""
    try:
        measure(scheme, length, dim)
        return scheme, length, dim
    except ValueError as error:  # values that are allowed one by one, and not together
        plain, length = type(scheme)(), max(length, LENGTHS[0])
        length = min(length, plain.max_length or length, SHORT)
        instead(error, f"{plain.title} is shown with its defaults, {length:,} positions and {FITS_ALL} dimensions")
        return plain, length, FITS_ALL


def affordable(scheme: T, length: int, dim: int, heads: int) -> tuple[T, int]:
    """The scheme and length if they do not cost too much, else a sentence that says so, and ones that do not."""
    try:
        refuse_costly(scheme, length, dim, heads)
        return scheme, length
    except ValueError as error:
        plain = type(scheme)()
        instead(error, f"{plain.title} is shown with its defaults")
        return plain, min(length, plain.max_length or length)


def scheme_code(scheme: posenc.Scheme) -> str:
    """The call that makes this scheme.

    >>> scheme_code(posenc.scheme("sinusoidal", base=100.0))
    'posenc.scheme("sinusoidal", base=100.0)'
    """
    changed = {
        field.name: getattr(scheme, field.name)
        for field in dataclasses.fields(scheme)
        if getattr(scheme, field.name) != field.default
    }
    arguments = "".join(f", {name}={value!r}" for name, value in changed.items()).replace("'", '"')
    return f'posenc.scheme("{scheme.id}"{arguments})'


def defaults(picked: Mapping[str, str], taken: Collection[str]) -> dict[str, Any]:
    """Where the parameters' controls of some pickers stand at first, by key; picked: each one's scheme by its mark."""
    return {
        _key(name, mark, taken): str(p.default) if p.choices and not p.optional else p.default
        for mark, id in picked.items()
        if id in posenc.schemes()
        for name, p in posenc.schemes()[id].parameters().items()
        if _drawable(p)
    }


def is_parameter(key: str) -> bool:
    """Whether some scheme has a parameter whose control may have that key.

    >>> is_parameter("base"), is_parameter("base_2"), is_parameter("sentence")
    (True, True, False)
    """
    name, _, slot = key.rpartition("_")
    names = {name for cls in posenc.schemes().values() for name in cls.parameters()}
    return key in names or (slot.isdecimal() and name in names)


def _key(name: str, mark: str, taken: Collection[str]) -> str:
    """The key of a parameter's control, in the picker of a mark."""
    return name + (mark or "_1" * (name in taken))


def _behind(parameters: Mapping[str, Parameter], popover: Button) -> dict[str, Any]:
    """The values of parameters by name, with their controls, by key, behind a button.

    They are drawn once it was opened or a value was set: they took a fifth of a page's own time, and few look at them.
    """
    if not popover.open and not any(key in st.session_state or key in st.query_params for key in parameters):
        return {}
    with popover:
        return {parameter.name: _parameter(parameter, key) for key, parameter in parameters.items()}


def _parameter(known: Parameter, key: str) -> Any:
    """The control of one parameter."""
    label = known.name
    match known.kind:
        case "choice" if known.optional:
            return st.segmented_control(label, known.choices, default=known.default, key=key, help=known.help, **BOUND)
        case "choice":
            named = {str(value): value for value in known.choices}
            return named[choice(label, key, list(named), str(known.default), help=known.help)]
        case "flag":
            return switch(label, key, known.default, known.help)
    whole = known.kind == "whole"
    as_type: type = int if whole else float
    if _infinite(st.query_params.get(key, "")):
        links.drop(key)  # Streamlit would fail: it makes a whole number of it before it looks whether it is finite
    return st.number_input(
        label,
        min_value=as_type(known.minimum),
        max_value=None if known.maximum is None else as_type(known.maximum),
        value=known.default,
        step=1 if whole else None,
        format="%d" if whole else "%g",
        key=key,
        help=known.help,
        placeholder="not set",
        **BOUND,
    )


def _drawable(known: Parameter) -> bool:
    """Whether a parameter is one value of a kind that a control exists for."""
    return known.kind != "own" and not known.several


def _start_afresh(id: str, parameters: Mapping[str, Parameter], mark: str) -> None:
    """On a change of scheme, let go of the values (by key) that the new one refuses or that were the old one's defaults."""
    before = st.session_state.get(f"_scheme_before{mark}")
    st.session_state[f"_scheme_before{mark}"] = id
    if before in (None, id) or before not in posenc.schemes():
        return
    old = posenc.schemes()[before].parameters()
    for key, new in parameters.items():
        default_of_old = new.name in old and st.session_state.get(key) == old[new.name].default
        if key in st.session_state and (default_of_old or not _allows(new, st.session_state[key])):
            del st.session_state[key]


def _allows(parameter: Parameter, value: Any) -> bool:
    try:
        parameter.check(value)
    except ValueError:
        return False
    return True


def _infinite(text: str) -> bool:
    try:
        return math.isinf(float(text))
    except ValueError:
        return False
