"""What a page does with its address beyond what Streamlit offers, and which values go along to other pages."""

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest

from tests.pages.app import open_page
from ui import links
from ui.frame import pages


def carried(at):
    """What the menu's links take along."""
    links = at.sidebar.get("page_link")
    assert len(links) == len(pages())
    return {link.proto.query_string for link in links}


def test_known_values_go_along():
    assert carried(open_page("app", length="64", base_2="500", measure="cosine")) == {
        "length=64&base_2=500&measure=cosine"
    }


@pytest.mark.parametrize(
    "value",
    [{"x": "1"}, {"__proto__": "1"}, {"base_9": "1"}, {"sentence": "a" * 401}, {"length": "é" * 500_000}, {"": "1"}],
)
def test_strangers_and_long_texts_stay_behind(value):
    at = open_page("app", **value)
    assert carried(at) == {""}


def test_a_value_that_is_repeated_goes_along_once():
    at = open_page("app")
    at.query_params["length"] = ["16", *["32"] * 500]
    at.run()
    assert carried(at) == {"length=32"}


@pytest.mark.parametrize("stem", [page.path.stem for page in pages()])
def test_the_names_of_all_controls_are_known(stem, monkeypatch):
    bound = set()
    untie = links.untie_values

    def note_and_untie():
        with get_script_run_ctx().session_state.query_params() as parameters:
            bound.update(parameters._bindings_by_param)
        untie()

    monkeypatch.setattr(links, "untie_values", note_and_untie)
    open_page(stem)
    assert [name for name in bound if not links.known(name)] == []
    assert bound or stem == "app"


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
