"""Every stored output of another implementation of the core schemes, matched within its stated tolerance.

Each check returns what posenc gives for every output array of the case; one that is forgotten fails the test.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import posenc
from posenc.padded_positions import position_ids

ORACLES = Path(__file__).parents[2] / "oracles"
CORE = ("sinusoidal", "timestep", "rotary", "alibi", "attention", "nope")

# The first folder's index states neither roles nor tolerances: its inputs by name, and float32's rounding.
INPUTS = {"q", "k", "x", "positions", "in_proj_weight", "in_proj_bias", "out_weight", "out_bias"}
TOLERANCE = {"float32": {"abs": 1e-5, "rel": 0.0}, "float64": {"abs": 1e-9, "rel": 0.0}}

Case = dict[str, Any]
Arrays = dict[str, np.ndarray]


def read_index(folder: Path) -> list[Case]:
    """The core cases of a folder, in one form: file, parameters, and each output array's tolerance."""
    cases = []
    for case in json.loads((folder / "index.json").read_text())["cases"]:
        if case["scheme"] not in CORE:
            continue
        if "parameters" in case:
            outputs = {name: case["tolerance"][name] for name, a in case["arrays"].items() if a["role"] == "output"}
        else:
            outputs = {name: TOLERANCE[a[1]] for name, a in case["arrays"].items() if name not in INPUTS}
        given = case.get("parameters") or case["params"]
        cases.append({**case, "parameters": given, "outputs": outputs, "file": folder / f"{case['case']}.npz"})
    return cases


CASES = read_index(ORACLES) + read_index(ORACLES / "atlas")


def only(parameters: Case, *names: str) -> Case:
    return {name: parameters[name] for name in names if name in parameters}


def sinusoidal(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("sinusoidal", **only(p, "base", "layout", "spacing", "odd", "scale", "padding_idx"))
    dtype = arrays["table"].dtype
    if "tokens" in arrays:  # fairseq: the 1-based count among the tokens that are no padding, from padding_idx on
        positions = position_ids(arrays["tokens"], p["padding_idx"])
        return {"table": np.stack([scheme.table(row, p["dim"], dtype) for row in positions])}
    return {"table": scheme.table(arrays.get("positions", p.get("length")), p["dim"], dtype)}


def timestep(p: Case, arrays: Arrays) -> Arrays:
    """A diffusion step is a position: any shift of the spacing is Vaswani's with another base, a flip swaps halves."""
    half = p["dim"] // 2
    base = p["base"] ** (half / (half - p["downscale_freq_shift"]))
    scheme = posenc.scheme("sinusoidal", base=base, layout="concatenated")
    table = scheme.table(p["scale"] * arrays["positions"], p["dim"])
    return {"table": np.roll(table, half, axis=1) if p["flip_sin_to_cos"] else table}


def rotary(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("rotary", **only(p, "base", "layout", "rotary_dim"))
    rows = len(next(iter(arrays.values())))
    positions = arrays.get("positions", p.get("positions_start", 0) + np.arange(rows))
    got = {}
    if "inv_freq" in arrays:
        got["inv_freq"] = scheme.frequencies(p["dim"])
    if "cos" in arrays:
        table = scheme.table(positions, p["dim"])
        if p["layout"] == "half":
            got["cos"], got["sin"] = (np.tile(part, 2) for part in np.split(table, 2, axis=1))
        else:
            got["cos"], got["sin"] = (table[:, part::2].repeat(2, axis=1) for part in (0, 1))
    if "q" in arrays:
        got["q_rotated"] = scheme.rotate(arrays["q"], positions)
    if "k_rotated" in arrays:
        got["k_rotated"] = scheme.rotate_key(arrays["k"], positions)
    return got


def alibi(p: Case, arrays: Arrays) -> Arrays:
    heads, form = p["heads"], p.get("form", "")
    if form.startswith("bloom"):  # slope · index among the real tokens: the row of a query at 0
        mask = arrays.get("attention_mask", np.ones((1, p.get("length", 0)), int))
        indices = (np.cumsum(mask, axis=1) - 1) * mask
        rows = [posenc.scheme("alibi", symmetric=False).bias([0], row, heads) for row in indices]
        return {"bias": np.reshape(rows, arrays["bias"].shape)}
    if form == "mpt":  # the row of the last query
        scheme, n = posenc.scheme("alibi", symmetric=False, max_bias=p["max_bias"]), p["key_length"]
        return {"bias": scheme.bias([n - 1], n, heads)}
    scheme = posenc.scheme("alibi", **only(p, "symmetric", "max_bias"))
    keys, queries = (p.get(name, p.get("length")) for name in ("key_length", "query_length"))
    return {"slopes": scheme.slopes(heads), "bias": scheme.bias(np.arange(keys - queries, keys), keys, heads)}


def attention(p: Case, arrays: Arrays) -> Arrays:
    names = ("in_proj_weight", "in_proj_bias", "out_weight", "out_bias")
    weights = posenc.AttentionWeights(*(arrays[name] for name in names))
    x = arrays["x"]
    got = {}
    for suffix, causal in (("", False), ("_causal", True)):
        result = posenc.attention(x, weights, p["heads"], causal, posenc.scheme("none"))
        got[f"output{suffix}"], got[f"weights{suffix}"] = result.output, result.weights
        if "permutation" in arrays:
            permuted = posenc.attention(x[arrays["permutation"]], weights, p["heads"], causal)
            got[f"output_permuted{suffix}"] = permuted.output
    return got


CHECKS: dict[str, Callable[[Case, Arrays], Arrays]] = {
    "sinusoidal": sinusoidal,
    "timestep": timestep,
    "rotary": rotary,
    "alibi": alibi,
    "attention": attention,
    "nope": attention,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file'].parent.name}-{case['case']}")
def test_oracle(case: Case) -> None:
    with np.load(case["file"], allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files if name != "params"}
    got = CHECKS[case["scheme"]](case["parameters"], arrays)
    assert set(got) == set(case["outputs"])
    for name, tolerance in case["outputs"].items():
        assert got[name].shape == arrays[name].shape
        np.testing.assert_allclose(got[name], arrays[name], rtol=tolerance["rel"], atol=tolerance["abs"], err_msg=name)


def test_no_core_case_is_left_out() -> None:
    """As many as were handed over, and no file beside those that an index names."""
    assert len(CASES) == 29
    assert set(CHECKS) == set(CORE) == {case["scheme"] for case in CASES}
    files = {file for file in ORACLES.rglob("*.npz") if file.name.split("__")[0] in CORE}
    assert {case["file"] for case in CASES} == files
