"""The address: which of its values go along to another page, and how they outlive the page that has read them.

All that touches the inside of Streamlit stands here, but for what bounds uploads in ui/runs.py; plotly's, in scrub.js.
tests/ui/test_links.py says what each name is needed for.
"""

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

import posenc

MAX_CARRIED = 400
"""Characters of one value that the menu's links take along; longer ones stay behind."""
CONTROLS = frozenset(
    """scheme length dim position dimension measure k sentence words heads layers pooling causal order head content image
    size shuffle seed swaps word strength offset bucketed grid time model config layer_type trained pair tolerated
    own_scale query key family""".split()  # noqa: SIM905
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
