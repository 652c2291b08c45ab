"""The picker drawn by itself: which schemes it has, under which keys, and what it lets go of."""

import pytest

import posenc
from tests.ui.drawn import NO_NUMBERS, drawn
from ui.scheme_picker import EMPTY, FAMILY, _drawable, has_table, of, schemes


def every_parameter() -> None:
    import posenc
    from ui.scheme_picker import _drawable, _parameter

    for id, cls in posenc.schemes().items():
        for name, known in cls.parameters().items():
            if _drawable(known):
                _parameter(known, f"{id}-{name}")


@pytest.mark.parametrize("text", NO_NUMBERS, ids=lambda text: text[:8])
def test_no_number_in_the_address_of_any_parameter_is_its_default(text):
    keys = {
        f"{id}-{name}": str(known.default) if known.choices and not known.optional else known.default
        for id, cls in posenc.schemes().items()
        for name, known in cls.parameters().items()
        if _drawable(known)
    }
    at = drawn(every_parameter, **dict.fromkeys(keys, text))
    assert {key: at.session_state[key] for key in keys} == keys
    assert len(at.number_input) > 60
    assert at.query_params == {}


def one_picker() -> None:
    import streamlit as st

    import posenc
    from ui.scheme_picker import of, pick

    st.session_state["picked"] = pick(of(posenc.Absolute))


def picked(**link: str) -> posenc.Scheme:
    return drawn(one_picker, **link).session_state["picked"]


def test_the_picker_has_the_schemes_that_are_wanted_and_no_other():
    at = drawn(one_picker)
    assert at.session_state["picked"] == posenc.scheme("sinusoidal")
    assert at.selectbox(key="scheme").options == [cls.title for cls in schemes(of(posenc.Absolute)).values()]
    assert "rotary" not in schemes(of(posenc.Absolute))
    assert schemes(has_table) == schemes(of(posenc.Absolute)) | schemes(of(posenc.Rotary))
    assert picked(scheme="rotary") == posenc.scheme("sinusoidal")


def test_schemes_of_several_families_are_called_by_what_these_do():
    options = drawn(three_slots).selectbox(key="scheme").options
    assert options[:2] == ["No positions (NoPE) · adds nothing", "Sinusoidal · added to the words"]
    done = [option.rpartition(" · ")[2] for option in options]
    assert list(dict.fromkeys(done)) == [*FAMILY.values()]
    assert done == sorted(done, key=[*FAMILY.values()].index)


def test_parameters_are_read_from_the_address_by_their_names():
    assert picked(base="500", layout="concatenated") == posenc.scheme("sinusoidal", base=500.0, layout="concatenated")
    assert picked(base="0.5", layout="none") == posenc.scheme("sinusoidal")


def test_parameters_wait_behind_their_button_until_one_is_set():
    def keys(at):
        return {control.key for control in (*at.number_input, *at.button_group)}

    assert keys(drawn(one_picker)) == set()
    assert keys(drawn(one_picker, base="500")) == {"base", "layout", "spacing", "odd", "scale", "padding_idx"}


def behind_a_button_of_the_page() -> None:
    import streamlit as st

    import posenc
    from ui.scheme_picker import of, pick

    more = st.popover("More", on_change="rerun", key="more")
    st.session_state["picked"] = pick(of(posenc.Absolute), behind=more)


def test_parameters_stand_behind_a_button_of_the_pages_own():
    at = drawn(behind_a_button_of_the_page)
    assert len(at.main.get("popover")) == 1
    assert not at.number_input
    at = drawn(behind_a_button_of_the_page, base="500")
    assert at.session_state["picked"] == posenc.scheme("sinusoidal", base=500.0)
    at.session_state["more"] = True
    assert at.run().number_input(key="base").value == 500


def configured() -> None:
    import streamlit as st

    import posenc
    from ui.scheme_picker import of, pick

    fixed = {"scale": 2.0, "width": 3}
    st.session_state["picked"] = pick(of(posenc.Scheme), "alibi", shown="layout", fixed=fixed, disabled=True)


def test_one_parameter_stands_in_sight_and_the_page_sets_others():
    at = drawn(configured, scheme="sinusoidal")
    assert [group.key for group in at.button_group] == ["layout"]
    assert at.session_state["picked"] == posenc.scheme("sinusoidal", scale=2.0)
    assert at.selectbox(key="scheme").disabled
    at = drawn(configured, scheme="sincos2d", height="4")
    assert at.session_state["picked"] == posenc.scheme("sincos2d", height=4, width=3)
    assert not {"width", "scale"} & {control.key for control in at.number_input}


def test_values_that_do_not_go_together_are_said_and_what_the_page_sets_stays():
    at = drawn(configured, scheme="t5", max_distance="5")
    assert at.session_state["picked"] == posenc.scheme("t5", scale=2.0)
    assert [info.value for info in at.info] == [
        "max_distance must be a whole number of at least 9; got 5. Meanwhile T5 relative bias is shown with its defaults."
    ]


def three_slots() -> None:
    import streamlit as st

    import posenc
    from ui import controls
    from ui.scheme_picker import EMPTY, of, pick

    defaults = {1: "sinusoidal", 2: "rotary", 3: EMPTY}
    st.session_state["picked"] = [
        pick(of(posenc.Scheme), default, slot=slot, taken=("dim",)) for slot, default in defaults.items()
    ]
    st.session_state["size"] = controls.dim(64)


def test_pickers_side_by_side_have_keys_of_their_own_and_all_but_the_first_may_be_empty():
    at = drawn(three_slots)
    assert at.session_state["picked"] == [posenc.scheme("sinusoidal"), posenc.scheme("rotary"), None]
    assert [box.key for box in at.selectbox] == ["scheme", "scheme_2", "scheme_3"]
    assert [EMPTY in box.options for box in at.selectbox] == [False, True, True]
    at = drawn(three_slots, base="500", base_2="7", scheme_3="alibi", symmetric_3="false")
    assert at.session_state["picked"] == [
        posenc.scheme("sinusoidal", base=500.0), posenc.scheme("rotary", base=7.0), posenc.scheme("alibi", symmetric=False)
    ]  # fmt: skip


def test_a_parameter_whose_name_the_page_has_taken_ends_in_1():
    at = drawn(three_slots, scheme="sandwich", dim_1="8", dim="32", scheme_2="sandwich", dim_2="6")
    first, second, _ = at.session_state["picked"]
    assert (first.dim, second.dim, at.session_state["size"]) == (8, 6, 32)


def test_another_scheme_keeps_what_was_set_and_starts_the_rest_with_its_own_defaults():
    at = drawn(three_slots, scheme="sinusoidal", layout="concatenated")  # which draws them all: base stands at 10,000
    at.selectbox(key="scheme").set_value("mrope").run()
    assert at.session_state["picked"][0] == posenc.scheme("mrope")
    assert posenc.scheme("mrope").base == 1e6
    at = drawn(three_slots, scheme="sinusoidal", layout="concatenated", base="500")
    at.selectbox(key="scheme").set_value("mrope").run()
    assert at.session_state["picked"][0] == posenc.scheme("mrope", base=500.0)


def test_another_scheme_leaves_the_pages_own_controls_alone():
    """Here `dim` is at the old scheme's default for its own parameter of that name."""
    old = posenc.scheme("sandwich").dim
    at = drawn(three_slots, scheme="sandwich", dim=str(old), dim_1=str(old))
    assert at.session_state["size"] == old != 64
    at.selectbox(key="scheme").set_value("dynamic_position_bias").run()
    assert at.session_state["size"] == old
    assert at.session_state["picked"][0] == posenc.scheme("dynamic_position_bias")


def costly() -> None:
    import streamlit as st

    import posenc
    from ui.scheme_picker import affordable

    dear = posenc.scheme("dynamic_position_bias", dim=1024, depth=16)
    st.session_state["fits"] = [affordable(scheme, 64, 64, 8) for scheme in (posenc.scheme("alibi"), dear)]


def test_what_costs_too_much_is_said_and_what_is_shown_instead():
    at = drawn(costly)
    assert at.session_state["fits"] == [(posenc.scheme("alibi"), 64), (posenc.scheme("dynamic_position_bias"), 64)]
    assert [info.value.rpartition(". ")[2] for info in at.info] == [
        "Meanwhile Dynamic position bias is shown with its defaults."
    ]


def what_does_not_fit() -> None:
    import streamlit as st

    import posenc
    from ui.scheme_picker import fitting

    def measure(scheme, length, dim):
        if scheme.base != 10000.0:
            raise ValueError(f"base must be 10000.0; got {scheme.base} **or** www.evil.example")

    st.session_state["fits"] = fitting(posenc.scheme("sinusoidal", base=7.0), 1, 5, measure)


def test_what_does_not_fit_is_said_and_what_is_shown_instead():
    at = drawn(what_does_not_fit)
    assert at.session_state["fits"] == (posenc.scheme("sinusoidal"), 16, 96)
    assert [info.value for info in at.info] == [
        "base must be 10000.0; got `7.0 **or** www.evil.example`. Meanwhile Sinusoidal is shown with its defaults, 16"
        " positions and 96 dimensions."
    ]
