"""“Try this”: buttons that set a page's controls."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from . import links
from .controls import actions
from .scheme_picker import defaults, is_parameter

Values = Mapping[str, Any]
Presets = Mapping[str, Values | tuple[str, Values]]
"""What each name promises: the controls' values by key, and before them, where it is said, what to look for."""
Follow = Callable[[Values], Values]


def presets(options: Presets, follow: Follow | None = None) -> None:
    """A press gives each control of the page the value that its name promises, and all others their defaults.

    What to look for stands below for as long as the controls stand so. Call it after all controls that it sets.

    follow: from the values of all controls those where some stand at first that depend on others.
    """
    plain = {name: option[1] if isinstance(option, tuple) else option for name, option in options.items()}
    actions("**Try this**", "preset", plain, partial(_set, follow=follow))
    for name, option in options.items():
        if isinstance(option, tuple) and _stands(plain[name], follow):
            st.markdown(f":material/visibility: **{name}:** {option[0]}")


def _set(values: Values, follow: Follow | None) -> None:
    """The same view whatever was set before, and its whole address at once."""
    at_first = _at_first(values, follow)
    others = {str(key) for key in (*st.session_state, *st.query_params) if is_parameter(str(key))} - at_first.keys()
    for key in others & {*st.session_state}:
        del st.session_state[key]
    st.session_state.update(at_first | dict(values))
    links.write(
        {key: value for key, value in values.items() if value != at_first.get(key)}, without=at_first.keys() | others
    )


def _stands(values: Values, follow: Follow | None) -> bool:
    """Whether the controls stand as a press on these values leaves them."""
    at_first = _at_first(values, follow)
    asked = at_first | dict(values)
    return all(links.stands(key, at_first.get(key)) == links.spelled(value) for key, value in asked.items())


def _at_first(values: Values, follow: Follow | None) -> dict[str, Any]:
    """Where the page's controls stand at first, by key, those of the parameters of the schemes that a press sets too."""
    at_first = links.noted()
    if follow:
        at_first |= follow(at_first | dict(values))
    picked = {
        key.removeprefix("scheme"): values.get(key, first)
        for key, first in at_first.items()
        if key.startswith("scheme")
    }
    return at_first | {key: value for key, value in defaults(picked, taken=at_first).items() if key not in at_first}
