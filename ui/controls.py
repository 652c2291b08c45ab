"""The controls that pages share. Each is bound to the query parameter of its key, so that any view is a link."""

import dataclasses
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

import posenc
from posenc.experiments.bounds import refuse_costly, refuse_costly_means
from posenc.parameters import Parameter

from . import links
from .quote import refusal

LENGTHS = sorted({2**k for k in range(4, 21)} | {3 * 2**k for k in range(3, 19)})
DIMS = [2, 4, 6, 8, *sorted({2**k for k in range(4, 13)} | {3 * 2**k for k in range(2, 11)})]
FITS_ALL = 96
"""A number of dimensions that every scheme can take with its defaults."""
SHORT = 1024
"""A number of positions that is shown where the number asked for costs too much."""
T = TypeVar("T", bound=posenc.Scheme)
BOUND: dict[str, Any] = {"bind": "query-params"}
EMPTY = "empty"


def steps(label: str, key: str, options: Sequence[int], default: int, help: str | None = None) -> int:
    """A slider that steps through useful values, and the one between them that a link asks for."""
    low, high = options[0], options[-1]
    _forget_unless(key, lambda value: type(value) is int and low <= value <= high)  # another page's may reach further
    if low == high:
        return low
    asked = (st.session_state.get(key), _whole(st.query_params.get(key, "")))
    stops = sorted({*options, *(value for value in asked if value is not None and low <= value <= high)})
    return int(st.select_slider(label, stops, value=default, key=key, help=help, **BOUND))


def factor(label: str, key: str, options: Sequence[float], default: float, help: str | None = None) -> float:
    """A slider that steps through numbers of very different sizes."""
    return float(st.select_slider(label, options, value=default, key=key, help=help, **BOUND))


def row(gap: Literal["small", "medium"] = "medium") -> DeltaGenerator:
    """Controls side by side, of equal widths: one message to the browser, where columns are one each and one more."""
    return st.container(horizontal=True, vertical_alignment="bottom", gap=gap)


def length(default: int = 128, maximum: int | None = None) -> int:
    options = _up_to(min(maximum or LENGTHS[-1], LENGTHS[-1]), LENGTHS)  # a grid may have more places than are drawn
    return steps("Positions", "length", options, min(default, options[-1]))


def dim(default: int = 128, maximum: int | None = None) -> int:
    options = _up_to(maximum, DIMS)
    return steps("Dimensions", "dim", options, min(default, options[-1]))


def number(label: str, key: str, low: int, high: int, default: int, help: str | None = None) -> int:
    """A slider over whole numbers; a value that a smaller range no longer holds moves to its end."""
    _forget_unless(key, lambda value: isinstance(value, int))  # another page may have a row of buttons of that key
    now = st.session_state.get(key, low)
    if not low <= now <= high:
        st.session_state[key] = min(max(now, low), high)
    if low == high:
        return low
    return int(st.slider(label, low, high, min(max(default, low), high), key=key, help=help, **BOUND))


def choice(label: str, key: str, options: Sequence[str], default: str, **more: Any) -> str:
    """A row of buttons, exactly one of them pressed."""
    _forget_unless(key, lambda value: value in options)
    if st.query_params.get(key) == "":
        links.drop(key)  # Streamlit would press none
    return str(st.segmented_control(label, options, default=default, required=True, key=key, **more, **BOUND))


def switch(label: str, key: str, default: bool = False, help: str | None = None) -> bool:
    return bool(st.toggle(label, default, key=key, help=help, **BOUND))


def has_table(cls: type[posenc.Scheme]) -> bool:
    """Whether a scheme can be drawn as a table of positions and dimensions."""
    return issubclass(cls, posenc.Absolute | posenc.Rotary)


def scheme(
    fits: Callable[[type[posenc.Scheme]], bool] = lambda cls: True,
    default: str = "sinusoidal",
    shown: str | None = None,
    disabled: bool = False,
    fixed: Mapping[str, Any] | None = None,
) -> posenc.Scheme:
    """The picker: every scheme that fits, and the chosen one's parameters behind a button beside it.

    The parameter `shown`, where the scheme has it, stands in plain sight; those in `fixed` are set by the page.
    """
    fixed = fixed or {}
    known = {id: cls for id, cls in posenc.schemes().items() if fits(cls)}
    _forget_unless("scheme", lambda value: value in known)
    line = row("small")
    id = line.selectbox(
        "Scheme", list(known), index=list(known).index(default), key="scheme", disabled=disabled, **BOUND
    )
    parameters = known[id].parameters()
    _start_afresh(id, parameters)
    values = {name: value for name, value in fixed.items() if name in parameters}
    for name, known_parameter in parameters.items():
        if name == shown:
            with line:
                values[name] = _parameter(known_parameter, name)
    hidden = {name: p for name, p in parameters.items() if name not in (shown, *fixed) and _drawable(p)}
    if hidden:
        values |= _behind(line.popover("Parameters", disabled=disabled, key="parameters", on_change="rerun"), hidden)
    try:
        return posenc.scheme(id, **values)
    except ValueError as error:  # values that are allowed one by one, and not together
        instead(error, f"{id} is shown with its defaults")
        return posenc.scheme(id, **{name: value for name, value in fixed.items() if name in parameters})


def scheme_slot(slot: int, default: str = EMPTY, taken: Collection[str] = ()) -> posenc.Scheme | None:
    """One of several pickers side by side, numbered from 1, each with its parameters; all but the first may be empty.

    The first goes by the names that all pages share, but for those that the page has taken for controls of its own; the
    keys of the others end in their number: scheme_2, base_2.
    """
    known, mark = posenc.schemes(), f"_{slot}" if slot > 1 else ""
    options = [*known, EMPTY] if mark else list(known)
    _forget_unless(f"scheme{mark}", lambda value: value in options)
    with row("small"):
        label, start = f"Scheme {slot}" if mark else "Scheme", options.index(default)
        id = st.selectbox(label, options, index=start, key=f"scheme{mark}", **BOUND)
        if id == EMPTY:
            return None
        parameters = known[id].parameters()
        _start_afresh(id, parameters, mark)
        button = st.popover(
            "",
            icon=":material/tune:",
            help=f"Parameters of {id}",
            disabled=not parameters,
            key=f"parameters{mark}",
            on_change="rerun",
        )
        keyed = {name + (mark or "_1" * (name in taken)): p for name, p in parameters.items() if _drawable(p)}
        values = _behind(button, keyed)
    try:
        return posenc.scheme(id, **values)
    except ValueError as error:
        instead(error, f"{id} is shown with its defaults")
        return posenc.scheme(id)


def a_row(scheme: posenc.Scheme, length: int, dim: int) -> None:
    """Make the last row of a table, which is refused where scheme, length and dim do not go together or cost too much."""
    refuse_costly_means(scheme, length, dim)
    scheme.table([length - 1], dim)  # type: ignore[attr-defined]


def fitting(scheme: T, length: int, dim: int, measure: Callable[[T, int, int], Any] = a_row) -> tuple[T, int, int]:
    """The scheme, length and dim if they can be measured, else a sentence that says why not, and ones that can be."""
    try:
        measure(scheme, length, dim)
        return scheme, length, dim
    except ValueError as error:  # values that are allowed one by one, and not together
        known, length = type(scheme)(), max(length, LENGTHS[0])
        length = min(length, known.max_length or length, SHORT)
        instead(error, f"{known.id} is shown with its defaults, {length:,} positions and {FITS_ALL} dimensions")
        return known, length, FITS_ALL


def affordable(scheme: T, length: int, dim: int, heads: int) -> tuple[T, int]:
    """The scheme and length if they do not cost too much, else a sentence that says so, and ones that do not."""
    try:
        refuse_costly(scheme, length, dim, heads)
        return scheme, length
    except ValueError as error:
        known = type(scheme)()
        instead(error, f"{known.id} is shown with its defaults")
        return known, min(length, known.max_length or length)


def instead(error: ValueError, shown: str) -> None:
    """Say why what was asked for is not shown, and what is."""
    st.info(f"{refusal(error)}. Meanwhile {shown}.")


def actions(label: str, key: str, options: Mapping[str, Any], do: Callable[[Any], None], **more: Any) -> None:
    """A row of buttons: a pressed one does what it stands for, and is let go at once.

    One element, where a button each would be a tenth of what a page sends and the browser renders.
    """
    st.pills(label, [*options], selection_mode="multi", key=key, on_change=_act, args=(key, options, do), **more)


def presets(options: Mapping[str, Mapping[str, Any]]) -> None:
    """ "Try this": a press sets the controls to what its name promises, a scheme's other parameters to their defaults."""
    actions("**Try this**", "preset", options, _set)


def code(lines: str, label: str = "The code") -> None:
    """The lines of posenc that make what the page shows, behind a button: unopened, they cost the browser nothing."""
    with st.popover(label, icon=":material/code:"):
        st.code(lines, language="python")


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


def _behind(button: PopoverContainer, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    """The values of parameters by name, with their controls, by key, behind a button.

    They are drawn once it was opened or a value was set: they took a fifth of a page's own time, and few look at them.
    """
    if not button.open and not any(key in st.session_state or key in st.query_params for key in parameters):
        return {}
    with button:
        return {known.name: _parameter(known, key) for key, known in parameters.items()}


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


def _whole(text: str) -> int | None:
    """The whole number that an address spells as a slider does.

    >>> _whole("5"), _whole("05"), _whole("5.0"), _whole("1_0")
    (5, None, None, None)
    """
    spelled = text.isascii() and text.isdecimal() and len(text) < 8 and text == str(int(text))
    return int(text) if spelled else None


def _up_to(maximum: int | None, sizes: Sequence[int]) -> list[int]:
    """The useful sizes up to `maximum`, which is one of them.

    >>> _up_to(49, [16, 32, 64])
    [16, 32, 49]
    """
    return [*sizes] if maximum is None else [*(n for n in sizes if n < maximum), maximum]


def _start_afresh(id: str, parameters: Mapping[str, Parameter], mark: str = "") -> None:
    """On a change of scheme, let go of the values that the new one would refuse or that were the old one's defaults."""
    before = st.session_state.get(f"_scheme_before{mark}")
    st.session_state[f"_scheme_before{mark}"] = id
    if before in (None, id) or before not in posenc.schemes():
        return
    old = posenc.schemes()[before].parameters()
    for name, known in parameters.items():
        key = name + mark
        default_of_old = name in old and st.session_state.get(key) == old[name].default
        if key in st.session_state and (default_of_old or not _allows(known, st.session_state[key])):
            del st.session_state[key]


def _allows(known: Parameter, value: Any) -> bool:
    try:
        known.check(value)
    except ValueError:
        return False
    return True


def _forget_unless(key: str, allowed: Callable[[Any], bool]) -> None:
    if key in st.session_state and not allowed(st.session_state[key]):
        del st.session_state[key]


def _set(values: Mapping[str, Any]) -> None:
    """Set what a preset names, and let go of whatever else was set of the schemes that it chooses."""
    for key, id in values.items():
        mark = key.removeprefix("scheme")
        known = posenc.schemes()[id].parameters() if key == f"scheme{mark}" and id in posenc.schemes() else {}
        for name, parameter in known.items():
            for other in {name + mark, name + (mark or "_1")} - values.keys():
                if _drawable(parameter) and other in st.session_state:
                    words = parameter.choices and not parameter.optional
                    st.session_state[other] = str(parameter.default) if words else parameter.default
    st.session_state.update(values)


def _infinite(text: str) -> bool:
    try:
        return math.isinf(float(text))
    except ValueError:
        return False


def _act(key: str, options: Mapping[str, Any], do: Callable[[Any], None]) -> None:
    for pressed in st.session_state[key]:
        do(options[pressed])
    st.session_state[key] = []
