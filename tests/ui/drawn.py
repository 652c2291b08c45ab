"""A piece of ui drawn by itself, as AppTest sees it."""

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

NO_NUMBERS = ["inf", "-inf", "nan", "1e309", "9" * 400, "-" + "9" * 400, "abc", ""]


def drawn(script: Callable[..., None], *args: Any, **link: str) -> AppTest:
    """The script, a function with imports of its own, run with these arguments at an address with these values."""
    at = AppTest.from_function(script, default_timeout=30, args=args)
    at.query_params.update(link)
    at.run()
    assert not at.exception, at.exception
    return at
