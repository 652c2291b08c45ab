"""The controls that pages share, drawn by themselves: what they take from an address, and what they let go."""

import pytest

from tests.ui.drawn import NO_NUMBERS, drawn
from ui import controls


def every_slider() -> None:
    from ui import controls

    controls.length()
    controls.dim()
    controls.number("Position", "position", 0, 9, 3)
    controls.factor("Strength", "strength", (0.1, 1.0, 10.0), 1.0)


def sizes() -> None:
    from ui import controls

    controls.length()
    controls.dim(maximum=512)


@pytest.mark.parametrize("text", NO_NUMBERS, ids=lambda text: text[:8])
def test_no_number_in_the_address_of_any_slider_is_its_default(text):
    usual = {"length": 128, "dim": 128, "position": 3, "strength": 1.0}
    at = drawn(every_slider, **dict.fromkeys(usual, text))
    assert {key: at.session_state[key] for key in usual} == usual
    assert at.query_params == {}


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ({"dim": "5", "length": "4097"}, (4097, 5)),
        ({"dim": "511", "length": "1048575"}, (1048575, 511)),
        ({"dim": "513", "length": "15"}, (128, 128)),
        ({"dim": "05", "length": "1_000"}, (128, 128)),
        ({"dim": "5.0", "length": "+97"}, (128, 128)),
        ({"dim": "٥", "length": "9" * 5000}, (128, 128)),
    ],
)
def test_a_link_reaches_any_whole_number_within_a_slider(link, found):
    at = drawn(sizes, **link)
    assert (at.select_slider(key="length").value, at.select_slider(key="dim").value) == found
    if found != (128, 128):
        assert at.query_params == link
    at.run()
    assert (at.select_slider(key="length").value, at.select_slider(key="dim").value) == found
    assert {str(stop) for stop in controls.LENGTHS} <= set(at.select_slider(key="length").options)


def test_a_stop_that_a_link_added_goes_when_the_slider_moves_on():
    at = drawn(sizes, dim="5")
    assert at.select_slider(key="dim").options[:5] == ["2", "4", "5", "6", "8"]
    at.query_params["dim"] = "6"  # as the browser does
    at.select_slider(key="dim").set_value(6).run()
    assert at.select_slider(key="dim").value == 6
    assert "5" not in at.select_slider(key="dim").options


def beyond_the_most() -> None:
    from ui import controls

    controls.length(maximum=1_048_577)


def test_no_slider_reaches_beyond_the_positions_that_are_drawn():
    at = drawn(beyond_the_most, length="1048577")
    assert at.select_slider[0].options[-1] == "1048576"
    assert at.select_slider[0].value == 128


def every_kind() -> None:
    import streamlit as st

    from ui import controls

    st.session_state["chosen"] = controls.choice("Measure", "measure", ("dot", "cosine"), "dot")
    st.session_state["on"] = controls.switch("Causal mask", "causal")
    st.session_state["at"] = controls.number("Position", "position", 0, 9, 3)
    controls.code("import posenc")


def test_a_choice_is_always_one_of_its_options():
    for link, chosen in (
        ({}, "dot"),
        ({"measure": "cosine"}, "cosine"),
        ({"measure": ""}, "dot"),
        ({"measure": "x"}, "dot"),
    ):
        assert drawn(every_kind, **link).session_state["chosen"] == chosen


def test_a_switch_and_a_number_are_read_from_the_address():
    at = drawn(every_kind, causal="true", position="7")
    assert (at.session_state["on"], at.session_state["at"]) == (True, 7)
    assert at.code[0].value == "import posenc"


def one_number(high: int) -> None:
    import streamlit as st

    from ui import controls

    st.session_state["now"] = controls.number("Position", "position", 0, st.session_state.get("high", high), 3)


def test_a_number_that_a_smaller_range_no_longer_holds_moves_to_its_end():
    at = drawn(one_number, 9, position="7")
    at.session_state["high"] = 5
    at.run()
    assert at.session_state["now"] == at.slider(key="position").value == 5
    at.session_state["high"] = 0
    at.run()
    assert at.session_state["now"] == 0
    assert not at.slider, "a slider with one stop is none"


def two_actions() -> None:
    import streamlit as st

    from ui import controls

    def do(value):
        st.session_state["done"] = [*st.session_state.get("done", []), value]

    controls.actions("Move", "moves", {"Swap": 1, "Shuffle": 2}, do)


def test_a_pressed_button_does_what_it_stands_for_once():
    at = drawn(two_actions)
    for label in ("Shuffle", "Shuffle", "Swap"):
        at.button_group(key="moves").set_value([label]).run()
        assert at.button_group(key="moves").value == []
    assert at.session_state["done"] == [2, 2, 1]


def refused() -> None:
    from ui import controls

    controls.instead(ValueError("dim must be even; got **7**"), "the other is shown")


def test_what_is_shown_instead_is_said_without_a_visitors_marks():
    assert [info.value for info in drawn(refused).info] == [
        "dim must be even; got `**7**`. Meanwhile the other is shown."
    ]


def a_choice_of_names() -> None:
    import streamlit as st

    from ui import controls

    names = {"a": "The first letter", "b": "The second letter"}
    st.session_state["chosen"] = controls.select("Letter", "letter", names, "a")


def test_a_select_box_shows_names_and_its_address_keeps_what_they_stand_for():
    at = drawn(a_choice_of_names)
    assert at.selectbox(key="letter").options == ["The first letter", "The second letter"]
    at.selectbox(key="letter").set_value("b").run()
    assert (at.session_state["chosen"], at.query_params) == ("b", {"letter": "b"})
    at.selectbox(key="letter").set_value("a").run()
    assert (at.session_state["chosen"], at.query_params) == ("a", {})
    assert drawn(a_choice_of_names, letter="b").session_state["chosen"] == "b"


def test_the_address_decides_what_a_select_box_shows():
    at = drawn(a_choice_of_names, letter="b")
    del at.query_params["letter"]  # as the way back does
    assert at.run().session_state["chosen"] == "a"
    at = drawn(a_choice_of_names, letter="The second letter")
    assert (at.session_state["chosen"], at.query_params) == ("a", {})


def a_fold() -> None:
    import streamlit as st

    from ui import controls

    with controls.fold("More", "door", holds=("length",)) as is_open:
        st.session_state["open"] = is_open
        if is_open:
            controls.length()


@pytest.mark.parametrize(
    ("link", "is_open"),
    [({}, False), ({"door": "true"}, True), ({"door": "x"}, False), ({"length": "64"}, True), ({"dim": "64"}, False)],
)
def test_a_fold_is_opened_by_its_name_in_a_link_or_by_what_it_holds(link, is_open):
    at = drawn(a_fold, **link)
    assert at.session_state["open"] == is_open
    assert [slider.value for slider in at.select_slider] == [int(link.get("length", 128))] * is_open
