"""The controls that pages share, drawn by themselves: what they take from an address, and what they let go."""

import pytest
from streamlit.testing.v1 import AppTest

import posenc
from ui import controls

NO_NUMBERS = ["inf", "-inf", "nan", "1e309", "9" * 400, "-" + "9" * 400, "abc", ""]


def drawn(script, **link: str) -> AppTest:
    at = AppTest.from_function(script)
    for name, value in link.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception
    return at


def every_parameter() -> None:
    import posenc
    from ui.controls import _drawable, _parameter

    for id, cls in posenc.schemes().items():
        for name, known in cls.parameters().items():
            if _drawable(known):
                _parameter(known, f"{id}-{name}")


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
def test_no_number_in_the_address_of_any_parameter_is_its_default(text):
    keys = {
        f"{id}-{name}": str(known.default) if known.choices and not known.optional else known.default
        for id, cls in posenc.schemes().items()
        for name, known in cls.parameters().items()
        if controls._drawable(known)
    }
    at = drawn(every_parameter, **dict.fromkeys(keys, text))
    assert {key: at.session_state[key] for key in keys} == keys
    assert len(at.number_input) > 60
    assert at.query_params == {}


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


def what_does_not_fit() -> None:
    import streamlit as st

    import posenc
    from ui import controls

    def measure(scheme, length, dim):
        if scheme.base != 10000.0:
            raise ValueError(f"base must be 10000.0; got {scheme.base} **or** www.evil.example")

    st.session_state["fits"] = controls.fitting(posenc.scheme("sinusoidal", base=7.0), 1, 5, measure)


def test_what_does_not_fit_is_said_and_what_is_shown_instead():
    at = drawn(what_does_not_fit)
    assert at.session_state["fits"] == (posenc.scheme("sinusoidal"), 16, 96)
    assert [info.value for info in at.info] == [
        "base must be 10000.0; got `7.0 **or** www.evil.example`. Meanwhile sinusoidal is shown with its defaults, 16"
        " positions and 96 dimensions."
    ]
