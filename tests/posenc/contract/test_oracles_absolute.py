"""Every stored output of another implementation of tables on grids, and of tables made to fit, matched."""

from collections.abc import Callable

import numpy as np
import pytest

import posenc
from posenc.fourier_features import nerf_features, random_features
from posenc.padded_positions import position_ids
from posenc.resize import resize_grid, resize_line
from tests.posenc.contract.oracle_cases import Arrays, Case, arrays_of, files_of, hold, name_of, only, read_cases


def fourier(given: Case, arrays: Arrays) -> Arrays:
    form = given.get("form", "timm")
    if form == "nerf":
        return {"table": nerf_features(arrays["x"], **only(given, "num_frequencies", "include_input", "log_sampling"))}
    if form == "random":
        return {"table": random_features(arrays["x"], arrays["matrix"])}
    if form == "perceiver":
        options = only(given, "form", "shape", "num_bands", "max_resolution", "concat_pos", "sine_only")
        return {"table": posenc.scheme("fourier", **options).table(None, arrays["table"].shape[1])}
    height, width = given.get("feat_shape") or (given["height"], given["width"])
    count, resolution = given["num_bands"], given.get("max_res") or given["max_resolution"]
    scheme = posenc.scheme(
        "fourier", height=height, width=width, num_bands=count, max_resolution=float(resolution),
        linear_bands=given.get("linear_bands", False),
    )  # fmt: skip
    sines, cosines = np.split(scheme.table(None, 4 * count), 2, axis=1)
    return {"sin": sines.reshape(height, width, 2, count), "cos": cosines.reshape(height, width, 2, count)}


def sincos2d(given: Case, arrays: Arrays) -> Arrays:
    options = only(
        given, "height", "width", "temperature", "form", "reverse_coord", "cls_token", "base_size",
        "interpolation_scale", "normalize",
    )  # fmt: skip
    if "grid_size" in given:
        options.update(height=given["grid_size"], width=given["grid_size"])
    if "interleave_sin_cos" in given:
        options["form"] = "timm-interleaved" if given["interleave_sin_cos"] else "timm"
    table = posenc.scheme("sincos2d", **options).table(None, given["dim"], arrays["table"].dtype)
    if options["form"] == "detr":  # (dim, height, width)
        return {"table": table.T.reshape(arrays["table"].shape)}
    return {"table": table.reshape(arrays["table"].shape)}


def sincos3d(given: Case, arrays: Arrays) -> Arrays:
    options = only(given, "depth", "height", "width", "temperature", "form", "spatial_scale", "temporal_scale")
    table = posenc.scheme("sincos3d", **options).table(None, given["dim"], arrays["table"].dtype)
    return {"table": table.reshape(arrays["table"].shape)}


def interpolate(given: Case, arrays: Arrays) -> Arrays:
    if given["kind"] == "linear":
        return {"resized": resize_line(arrays["table"], given["length"], given["align_corners"])}
    old, new = (given["old_height"], given["old_width"]), (given["height"], given["width"])
    return {"resized": resize_grid(arrays["table"], old, new, given["prefix_tokens"], given["antialias"])}


def ids(given: Case, arrays: Arrays) -> Arrays:
    return {"positions": position_ids(arrays["tokens"], given["padding_idx"])}


CHECKS: dict[str, Callable[[Case, Arrays], Arrays]] = {
    "fourier": fourier,
    "sincos2d": sincos2d,
    "sincos3d": sincos3d,
    "interpolate": interpolate,
    "position_ids": ids,
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
