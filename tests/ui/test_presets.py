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


def some_say_what_to_look_for() -> None:
    import posenc
    from ui import controls
    from ui.presets import presets
    from ui.scheme_picker import of, pick

    pick(of(posenc.Scheme))
    controls.length()
    controls.switch("Causal mask", "causal")
    presets(
        {
            "Fast": ("All waves are short.", {"scheme": "sinusoidal", "base": 20.0}),
            "Masked": ("Nobody looks ahead.", {"scheme": "rotary", "causal": True}),
            "Long": {"scheme": "sinusoidal", "length": 1024},
        }
    )


def looks(at):
    return [element.value.partition("**")[2] for element in at.markdown]


def test_what_to_look_for_stands_there_after_a_press_and_until_a_control_is_moved():
    at = drawn(some_say_what_to_look_for)
    assert looks(at) == []
    at.button_group(key="preset").set_value(["Masked"]).run()
    assert looks(at) == ["Masked:** Nobody looks ahead."]
    at.toggle(key="causal").set_value(False).run()
    assert looks(at) == []
    at.button_group(key="preset").set_value(["Fast"]).run()
    assert looks(at) == ["Fast:** All waves are short."]
    at.number_input(key="base").set_value(21.0).run()
    assert looks(at) == []
    at.button_group(key="preset").set_value(["Long"]).run()
    assert looks(at) == []
    assert not at.exception


def test_it_stands_there_by_a_link_too():
    assert looks(drawn(some_say_what_to_look_for, base="20.0")) == ["Fast:** All waves are short."]
    assert looks(drawn(some_say_what_to_look_for, scheme="rotary", causal="true")) == ["Masked:** Nobody looks ahead."]
    assert looks(drawn(some_say_what_to_look_for, scheme="rotary", causal="true", base="7.0")) == []
    assert looks(drawn(some_say_what_to_look_for, base="20.0", length="96")) == []
