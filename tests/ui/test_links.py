"""What a page does with its address beyond what Streamlit offers."""

from streamlit.testing.v1 import AppTest


def two_numbers() -> None:
    import streamlit as st

    from ui import links

    links.drop("base")
    links.drop("nowhere")
    for key in ("base", "scale"):
        st.number_input(key, 0.0, 9.0, 1.0, key=key, bind="query-params")


def test_a_dropped_value_does_not_reach_its_control_and_others_do():
    at = AppTest.from_function(two_numbers)
    at.query_params.update(base="5", scale="5", other="5")
    at.run()
    assert not at.exception
    assert [control.value for control in at.number_input] == [1.0, 5.0]
    assert at.query_params == {"scale": "5", "other": "5"}
