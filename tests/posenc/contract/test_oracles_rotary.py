"""Every stored output of another implementation of scaled, fading, axial and multimodal rotation, matched."""

from collections.abc import Callable

import numpy as np
import pytest

import posenc
from tests.posenc.contract.oracle_cases import Arrays, Case, arrays_of, files_of, hold, name_of, only, read_cases

NO_SCALING = {"head_dim", "seq_len", "layout", "rope_type", "rope_theta"}


def scaled(given: Case) -> posenc.Rotary:
    parameters = {name: value for name, value in given.items() if name not in NO_SCALING}
    return posenc.scheme(
        "rotary", base=given["rope_theta"], scaling=posenc.rope_scaling(given["rope_type"], **parameters)
    )


def rope_scaling(given: Case, arrays: Arrays) -> Arrays:
    """By name and, the same, from the config that the oracle was made with."""
    scheme, length = scaled(given), given["seq_len"]
    assert posenc.rope_scaling.from_config(given) == scheme
    factor = np.array(scheme.attention_factor(length))
    return {"inv_freq": scheme.frequencies(given["head_dim"], length=length), "attention_factor": factor}


def rope_scaled_rotation(given: Case, arrays: Arrays) -> Arrays:
    scheme, positions = scaled(given), arrays["positions"]
    cosines, sines = np.split(scheme.table(positions, given["head_dim"]), 2, axis=1)
    return {
        "cos": np.tile(cosines, 2),
        "sin": np.tile(sines, 2),
        "q_rotated": scheme.rotate(arrays["q"], positions),
    }


def xpos(given: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("xpos", **only(given, "base", "scale_base", "centre"))
    positions = np.array(given.get("rows", range(given["length"])))
    return {
        "q_rotated": scheme.rotate(arrays["q"], positions, length=given["length"]),
        "k_rotated": scheme.rotate_key(arrays["k"], positions, length=given["length"]),
    }


def axial_rotary(given: Case, arrays: Arrays) -> Arrays:
    if given.get("form") == "mixed":
        scheme = posenc.scheme("axial_rotary", height=given["height"], width=given["width"])
        return {"x_rotated": scheme.rotate_mixed(arrays["x"], arrays["frequencies"])}
    known = posenc.schemes()["axial_rotary"].parameters()
    scheme = posenc.scheme("axial_rotary", **only(given, *known))
    got = {"x_rotated": scheme.rotate(arrays["x"], None)}
    if "cos" in arrays:
        table = scheme.table(None, given["dim"])
        if scheme.layout == "half":
            got["cos"], got["sin"] = (np.tile(part, 2) for part in np.split(table, 2, axis=1))
        else:
            got["cos"], got["sin"] = (table[:, part::2].repeat(2, axis=1) for part in (0, 1))
    return got


def mrope(given: Case, arrays: Arrays) -> Arrays:
    sections = given.get("sections") or given["mrope_section"]
    scheme = posenc.scheme("mrope", base=given["base"], sections=sections, form=given.get("form", "chunked"))
    return {"q_rotated": scheme.rotate(arrays["q"], arrays["positions"])}


CHECKS: dict[str, Callable[[Case, Arrays], Arrays]] = {
    "rope_scaling": rope_scaling,
    "rope_scaled_rotation": rope_scaled_rotation,
    "xpos": xpos,
    "axial_rotary": axial_rotary,
    "mrope": mrope,
}
CASES = read_cases(*CHECKS)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_oracle(case: Case) -> None:
    arrays = arrays_of(case)
    hold(case, arrays, CHECKS[case["scheme"]](case["given"], arrays))


def test_no_case_is_left_out() -> None:
    """Every file of these schemes in either folder is held, and no scheme is without one."""
    assert {case["file"] for case in CASES} == files_of(*CHECKS)
    assert {case["scheme"] for case in CASES} == set(CHECKS)
