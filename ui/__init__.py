"""Streamlit pieces that pages share."""

from . import runs  # noqa: F401  (tunes the process before any session has state)
