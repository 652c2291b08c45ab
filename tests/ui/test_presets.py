"""A press gives every control of the page a value: the preset's, or the one where it stands at first."""

import posenc
from tests.ui.drawn import drawn


def two_pickers() -> None:
    import streamlit as st

    import posenc
    from ui import controls
    from ui.presets import presets
    from ui.scheme_picker import of, pick

    st.session_state["picked"] = [
        pick(of(posenc.Scheme), default, slot=slot) for slot, default in ((1, "sinusoidal"), (2, "empty"))
    ]
    controls.length()
    presets({"One": {"scheme": "sinusoidal", "base": 100.0}, "Two": {"scheme_2": "rotary", "length": 64}})


def test_a_press_sets_what_is_named_and_all_else_to_its_defaults():
    at = drawn(two_pickers, base="7", layout="concatenated", scheme_2="rotary", base_2="9", length="96")
    assert at.session_state["picked"][0].layout == "concatenated"
    at.button_group(key="preset").set_value(["One"]).run()
    assert not at.exception
    assert at.session_state["picked"] == [posenc.scheme("sinusoidal", base=100.0), None]
    assert at.session_state["length"] == 128
    assert dict(at.query_params) == {"base": "100.0"}
    at.button_group(key="preset").set_value(["Two"]).run()
    assert at.session_state["picked"] == [posenc.scheme("sinusoidal"), posenc.scheme("rotary")]
    assert at.session_state["length"] == 64
    assert dict(at.query_params) == {"scheme_2": "rotary", "length": "64"}
