"""Word chips: the order lives in the address, and each button changes it as it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.drawn import drawn
from ui import chips


def four_chips() -> None:
    import streamlit as st

    from ui import chips

    st.session_state["now"] = chips.order(st.session_state.get("words", ["a", "b", "c", "d"]))


def now(**link: str) -> list[int]:
    return drawn(four_chips, **link).session_state["now"]


def test_at_first_the_ends_are_swapped():
    assert now() == [3, 1, 2, 0]


@given(st.permutations(range(24)))
def test_an_order_written_is_read(order):
    assert chips._parse("-".join(map(str, order)), 24) == order


@pytest.mark.parametrize(
    "text", ["", "0-1-2", "0-1-2-4", "0-1-2-2", "0-1-2-3-4", "0-1--2-3", "a-b-c-d", "³-0-1-2", "9" * 9]
)
def test_a_malformed_order_is_that_of_a_new_sentence(text):
    assert now(order=text) == [3, 1, 2, 0]


@given(st.text(max_size=12))
def test_any_text_is_an_order_or_none(text):
    assert chips._parse(text, 3) is None or sorted(chips._parse(text, 3)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("button", "order"), [("Swap", "3-0-2-1"), ("Reverse", "3-2-0-1"), ("As typed", "0-1-2-3"), ("Shuffle", None)]
)
def test_each_button_writes_its_order_into_the_address(button, order):
    at = drawn(four_chips, order="1-0-2-3")
    at.button_group(key="moves").set_value([button]).run()
    assert not at.exception
    assert at.query_params["order"] == (order or "-".join(map(str, at.session_state["now"])))
    assert at.session_state["now"] != [1, 0, 2, 3]


def test_a_presets_order_stands_in_the_address_alone():
    at = drawn(four_chips, order="2-3-0-1")
    at.session_state["order"] = "3-2-1-0"
    at.run()
    assert at.session_state["now"] == [2, 3, 0, 1]
    assert "order" not in at.session_state


def test_one_word_cannot_be_moved():
    at = drawn(four_chips)
    at.session_state["words"] = ["a"]
    at.run()
    assert at.session_state["now"] == [0]
    assert at.button_group(key="moves").disabled


@given(st.integers(2, 6))
def test_a_shuffle_is_never_the_same_order(count):
    places = list(range(count))
    drawn_at_random = chips._shuffled(places)
    assert drawn_at_random != places
    assert sorted(drawn_at_random) == places


def forgetful() -> None:
    from ui import chips

    chips.forget()


def test_a_new_sentence_starts_anew():
    assert drawn(forgetful, order="0-1").query_params == {}
