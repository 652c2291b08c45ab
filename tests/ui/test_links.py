"""What a page does with its address beyond what Streamlit offers, and which values go along to other pages."""

import ast
import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.query_params import QueryParams

from tests.pages.app import open_page
from tests.ui.drawn import drawn
from ui import links
from ui.frame import pages

CONTEXT = "streamlit.runtime.scriptrunner_utils.script_run_context:ScriptRunContext"
PARAMETERS = "streamlit.runtime.state.query_params:QueryParams"
UPLOADS = "streamlit.runtime.memory_uploaded_file_manager:MemoryUploadedFileManager"
INSIDE = {
    "streamlit:runtime": "to ask which sessions are visitors'",
    "streamlit.runtime:exists": "to know that a server runs",
    "streamlit.runtime:get_instance": "to ask the server",
    "streamlit.runtime:Runtime.is_active_session": "to tell the health check's run from a visitor's, so that it may fail",
    "streamlit.runtime.scriptrunner:get_script_run_ctx": "to come from a run to its session and its address",
    f"{CONTEXT}.session_id": "to ask whether a visitor sits there",
    f"{CONTEXT}.session_state": "to come to the address of the session",
    f"{CONTEXT}.fragment_ids_this_run": "to tell the run of a part of the page from one of the whole",
    "streamlit.runtime.state:SafeSessionState.query_params": "to read and change the address beyond st.query_params",
    f"{PARAMETERS}.get_all": "to read a value that a link repeats",
    f"{PARAMETERS}.is_bound": "to take along to other pages what no control of this one holds",
    f"{PARAMETERS}._bindings_by_widget": "to let values outlive the page whose controls they are bound to",
    f"{PARAMETERS}.unbind_widget": "to let values outlive the page whose controls they are bound to",
    f"{PARAMETERS}.remove_param": "to drop a value that its control cannot take",
    f"{PARAMETERS}.set_initial_query_params_from_current": "to drop a value before its control is drawn",
    f"{UPLOADS}.add_file": "to bound what all visitors upload together",
    f"{UPLOADS}.remove_file": "to let the oldest uploads go",
    "streamlit.runtime.uploaded_file_manager:UploadedFileRec.file_id": "to let the oldest uploads go",
    "streamlit.runtime.uploaded_file_manager:UploadedFileRec.data": "to count what an upload holds",
}
"""All that is touched of Streamlit's inside, and what for."""


def gone(path: str) -> bool:
    """Whether an upgrade took it away: a module, a name of it, a class's method or a dataclass's field."""
    module, _, names = path.partition(":")
    try:
        place = import_module(module)
    except ImportError:
        return True
    for name in names.split("."):
        field = name in getattr(place, "__dataclass_fields__", {})
        if not field and not hasattr(place, name):
            return True
        place = None if field else getattr(place, name)
    return False


def complaints() -> list[str]:
    return [f"{path} is gone from Streamlit: ui needs it {why}" for path, why in INSIDE.items() if gone(path)]


def test_what_is_touched_of_streamlits_inside_is_there():
    assert not complaints(), "\n".join(complaints())


def test_what_an_upgrade_takes_away_is_said(monkeypatch):
    monkeypatch.delattr(QueryParams, "unbind_widget")
    assert complaints() == [
        f"{PARAMETERS}.unbind_widget is gone from Streamlit: ui needs it to let values outlive the page whose controls they"
        " are bound to"
    ]
    assert gone("streamlit.nowhere:x")
    assert gone(f"{CONTEXT}.no_such_field")


@pytest.mark.parametrize("name", ["links", "runs"])
def test_all_that_is_touched_is_listed(name):
    """The names that are imported, and the private ones of others' objects (tests/test_walls.py holds all other files)."""
    listed = {part for path in INSIDE for part in re.split(r"[:.]", path)}
    for node in ast.walk(ast.parse((Path(links.__file__).parent / f"{name}.py").read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("streamlit"):
            assert {alias.name for alias in node.names} <= listed
        if isinstance(node, ast.Attribute) and re.match("_[a-z]", node.attr) and ast.unparse(node.value) != "self":
            assert node.attr in listed


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
    assert [name for name in bound if not links.is_control(name)] == []
    assert bound or stem == "app"


def two_numbers() -> None:
    import streamlit as st

    from ui import links

    links.drop("base")
    links.drop("nowhere")
    for key in ("base", "scale"):
        st.number_input(key, 0.0, 9.0, 1.0, key=key, bind="query-params")


def test_a_dropped_value_does_not_reach_its_control_and_others_do():
    at = drawn(two_numbers, base="5", scale="5", other="5")
    assert [control.value for control in at.number_input] == [1.0, 5.0]
    assert at.query_params == {"scale": "5", "other": "5"}


@pytest.mark.parametrize(
    ("sessions", "session", "found"),
    [({"a"}, "a", False), ({"a"}, "b", True), (None, "b", False), ({"a"}, None, False)],
)
def test_a_run_of_no_visitor_is_in_no_session_of_the_server(monkeypatch, sessions, session, found):
    server = SimpleNamespace(is_active_session=lambda id: id in sessions)
    runtime = SimpleNamespace(exists=lambda: sessions is not None, get_instance=lambda: server)
    monkeypatch.setattr(links, "runtime", runtime)
    monkeypatch.setattr(links, "get_script_run_ctx", lambda: session and SimpleNamespace(session_id=session))
    assert links.is_of_no_visitor() == found


@pytest.mark.parametrize(("fragments", "found"), [(None, False), ([], False), (["a"], True)])
def test_the_run_of_a_part_is_told_from_one_of_the_whole(monkeypatch, fragments, found):
    assert not links.is_of_a_part(), "no run at all"
    monkeypatch.setattr(links, "get_script_run_ctx", lambda: SimpleNamespace(fragment_ids_this_run=fragments))
    assert links.is_of_a_part() == found
