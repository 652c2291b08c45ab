"""“Try this”: buttons that set a page's controls."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

import posenc

from .controls import actions
from .scheme_picker import set_defaults

Presets = Mapping[str, Mapping[str, Any]]
"""What each name promises: the controls' values by key."""


def presets(options: Presets) -> None:
    """A press sets the controls to what its name promises, a scheme's other parameters to their defaults."""
    actions("**Try this**", "preset", options, _set)


def _set(values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if key.startswith("scheme") and value in posenc.schemes():
            set_defaults(value, key.removeprefix("scheme"), but=values)
    st.session_state.update(values)
