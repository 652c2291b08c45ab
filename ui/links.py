"""What a page does with the address beyond what Streamlit offers."""

from streamlit.runtime.scriptrunner import get_script_run_ctx


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
