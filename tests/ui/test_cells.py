"""Tables of numbers that can be pressed: what the address says, and what the browser is sent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.cells import Cell, Table, _described, _parse

ONE = Table("one", "One", np.array([[1.0, -2.0, 0.0], [0.5, 0.0, 2.0]]), ["a", "b"], ["x", "y", "z"])


@pytest.mark.parametrize(
    "text", [None, "", "one", "one-0", "one-0-3", "one-2-0", "one-0-0-0", "two-0-0", "one-٣-0", "one--1-0"]
)
def test_what_names_no_number_is_none(text):
    assert _parse(text, [ONE]) is None


@given(text=st.text(max_size=20))
def test_any_text_is_a_number_of_the_table_or_none(text):
    found = _parse(text, [ONE])
    assert found is None or _parse("-".join(map(str, found)), [ONE]) == found


def test_what_is_sent():
    sent = _described(ONE, {Cell("one", 0, 1), Cell("two", 0, 0)})
    assert sent["texts"] == [["1.00", "−2.00", "0.00"], ["0.50", "0.00", "2.00"]]
    assert sent["shares"] == [[0.5, -1.0, 0.0], [0.25, 0.0, 1.0]]
    assert sent["lit"] == [[0, 1]]
