"""A page of the app as AppTest sees it, opened by a link."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


def open_page(stem: str, **parameters: str) -> AppTest:
    """The page pages/<stem>.py with these query parameters; "app" is the Start page."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    if stem != "app":
        at.switch_page(f"pages/{stem}.py")
    for name, value in parameters.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception
    return at
