"""Numbers of any size, as charts and sentences write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.numbers import number, plain
from tests.sweep.ends import number as read


@given(st.floats(1e-12, 1e12) | st.floats(-1e12, -1e-12), st.integers(2, 4))
def test_a_number_is_itself_to_so_many_digits(value, digits):
    said = number(value, digits)
    assert re.fullmatch(r"-?[\d,]+(\.\d*[1-9])?(·10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?", said)
    assert read(said) == pytest.approx(value, rel=0.51 * 10.0 ** (1 - digits))
    assert ("10⁻" in said) == (abs(value) < 1e-4)


@pytest.mark.parametrize(("value", "said"), [(99.7, "100"), (999.96, "1,000"), (0.0, "0"), (float("inf"), "inf")])
def test_numbers_at_the_edges(value, said):
    assert number(value) == said


def test_decimals_are_shown_below_a_thousand_where_they_are_not_0():
    assert [plain(value, 2, decimals=1) for value in (12.34, 12.0, 1234.5)] == ["12.3", "12", "1,234"]
