"""The address: which of its values go along to another page, and how they outlive the page that has read them.

All that touches the inside of Streamlit stands here, but for what bounds uploads in ui/runs.py; plotly's, in scrub.js.
tests/ui/test_links.py says what each name is needed for.
"""

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

import posenc

MAX_CARRIED = 400
"""Characters of one value that the menu's links take along; longer ones stay behind."""
NOTED = "_noted"
CONTROLS = frozenset(
    """scheme length dim position dimension measure k sentence words heads layers pooling causal order head content image
    size shuffle seed swaps word strength offset bucketed grid time model config layer_type trained pair tolerated
    own_scale query key family step swapped way place column shift hand times cell door some_turn on_grid
    see_who see_words see_schemes see_models see_masks see_orders see_place
    guess_order guess guess_1 guess_2 guess_3 guess_4 guess_5 guess_6 guess_7 guess_8""".split()  # noqa: SIM905
)
"""The names of all pages' controls. A test opens every page and finds no other."""


def values_to_carry() -> dict[str, list[str]]:
    """The values in the address that no control of this page holds and some page's does, for the menu's links.

    A stranger's name, or a text of half a megabyte, would be sent eleven times and kept.
    """
    context = get_script_run_ctx()
    if context is None:
        return {}
    with context.session_state.query_params() as parameters:
        values = {name: parameters.get_all(name) for name in parameters if not parameters.is_bound(name)}
    return {name: given[-1:] for name, given in values.items() if is_control(name) and len(given[-1]) <= MAX_CARRIED}


def untie_values() -> None:
    """Let the values in the address outlive the page.

    Streamlit ties a query parameter to the page whose widget is bound to it: on a switch of pages it drops the
    parameter, then pushes one history entry for each value that it finds again. Untied at the end of each run (the
    widgets tie themselves again in the next), the browser keeps them, and a switch is one step back.
    """
    context = get_script_run_ctx()
    if context is None:
        return
    with context.session_state.query_params() as parameters:
        for widget in list(parameters._bindings_by_widget):
            parameters.unbind_widget(widget)


def drop(key: str) -> None:
    """Take a value out of the address before its control is drawn.

    `del st.query_params[key]` would not do: what a control starts with, Streamlit takes from a copy that it made when
    the run began.
    """
    context = get_script_run_ctx()
    if context is None:
        return
    with context.session_state.query_params() as parameters:
        if parameters.remove_param(key):
            parameters.set_initial_query_params_from_current()


def note(key: str, default: Any) -> None:
    """Remember that the page has a control of that key, and where it stands at first."""
    st.session_state.setdefault(NOTED, {})[key] = default


def noted() -> dict[str, Any]:
    """Where the page's controls stand at first, by key."""
    return dict(st.session_state.get(NOTED, {}))


def forget_noted(keys: Collection[str] | None = None) -> None:
    """Forget these controls, or all: a whole run of a page notes its own anew."""
    st.session_state[NOTED] = {} if keys is None else {k: v for k, v in noted().items() if k not in keys}


def write(values: Mapping[str, Any], without: Collection[str]) -> None:
    """Put values into the address and take others out, all at once: one entry of the browser's history.

    A control that the page hides writes nothing: the browser would, once it is drawn. Call it before any control is
    drawn, as a callback does.
    """
    untie_values()
    now = {name: st.query_params.get_all(name) for name in st.query_params if name not in without}
    st.query_params.from_dict(now | {name: spelled(value) for name, value in values.items()})


def spelled(value: Any) -> str:
    """A control's value as Streamlit spells it in an address.

    >>> spelled(True), spelled(20.0), spelled("t5")
    ('true', '20.0', 't5')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)


def stands(key: str, default: Any) -> str:
    """Where the control of that key stands now, as an address spells it; what no control holds stands in the address."""
    return spelled(st.session_state.get(key, st.query_params.get(key, default)))


def is_of_a_part() -> bool:
    """Whether this run is of a part of the page alone: a whole run ends with the page's frame."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def is_of_no_visitor() -> bool:
    """Whether this run is in no visitor's session, as the health check's is, which runs the Start page."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return False
    return not runtime.get_instance().is_active_session(context.session_id)


def is_control(name: str) -> bool:
    """Whether some page has a control of that name; those of Compare's further schemes end in their number.

    >>> is_control("length"), is_control("base"), is_control("base_3"), is_control("x")
    (True, True, True, False)
    """
    plain, _, slot = name.rpartition("_")
    names = CONTROLS.union(*(cls.parameters() for cls in posenc.schemes().values()))
    return name in names or (slot in ("1", "2", "3", "4") and plain in names)
