"""“Try this”: buttons that set a page's controls."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from . import links
from .controls import actions
from .scheme_picker import defaults, is_parameter

Presets = Mapping[str, Mapping[str, Any]]
"""What each name promises: the controls' values by key."""


def presets(options: Presets, follow: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None) -> None:
    """A press gives each control of the page the value that its name promises, and all others their defaults.

    follow: from the values of all controls those where some stand at first that depend on others.
    """
    actions("**Try this**", "preset", options, partial(_set, follow=follow))


def _set(values: Mapping[str, Any], follow: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None) -> None:
    """The same view whatever was set before, and its whole address at once."""
    at_first = links.noted()
    if follow:
        at_first |= follow(at_first | dict(values))
    picked = {
        key.removeprefix("scheme"): values.get(key, first)
        for key, first in at_first.items()
        if key.startswith("scheme")
    }
    at_first |= {key: value for key, value in defaults(picked, taken=at_first).items() if key not in at_first}
    others = {str(key) for key in (*st.session_state, *st.query_params) if is_parameter(str(key))} - at_first.keys()
    for key in others & {*st.session_state}:
        del st.session_state[key]
    st.session_state.update(at_first | dict(values))
    links.write(
        {key: value for key, value in values.items() if value != at_first.get(key)}, without=at_first.keys() | others
    )
