"""Numbers as people read them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.numbers import amount, both, per_cent


@given(st.floats(1e-6, 1e12) | st.floats(-1e12, -1e-6))
def test_an_amount_is_the_number_to_three_digits_without_powers_of_ten(value):
    said = amount(value)
    assert re.fullmatch(r"-?\d{1,3}(,\d{3})*(\.\d*[1-9])?", said)
    assert float(said.replace(",", "")) == pytest.approx(value, rel=5.1e-3)


@pytest.mark.parametrize(("value", "said"), [(0.0, "0"), (999.96, "1,000"), (9.999, "10"), (2e-13, "0.0000000000002")])
def test_amounts_at_the_edges(value, said):
    assert amount(value) == said


@given(st.floats(1e-3, 1e6), st.floats(1e-9, 1.0))
def test_two_numbers_that_differ_look_different(value, more):
    one, other = both(value, value * (1 + more))
    assert one != other


@given(st.floats(0, 1))
def test_a_share_is_nothing_or_all_only_where_it_is(share):
    said = per_cent(share)
    assert (said == "0%") == (share == 0)
    assert (said == "100%") == (share == 1)
