"""Every stored output of another implementation of the biases (and of PoPE), matched within its stated tolerance.

Each check returns what posenc gives for every output array of the case; one that is forgotten fails the test.
Whole numbers are matched exactly. ALiBi's cases are among the core's.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import posenc
from posenc.self_attention import softmax

ORACLES = Path(__file__).parents[2] / "oracles"

# The first folder's index words its schemes otherwise, and states neither roles nor tolerances.
ALIASES = {"t5_relative_bias": "t5", "deberta_log_bucket": "deberta", "swin_relative_index": "swin"}
INPUTS = {"offsets"}
TOLERANCE = {"abs": 2e-6, "rel": 0.0}
"""Float32's rounding of angles up to 20."""

Case = dict[str, Any]
Arrays = dict[str, np.ndarray]


def only(parameters: Case, *names: str) -> Case:
    return {name: parameters[name] for name in names if parameters.get(name)}


def t5(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("t5", **{name: p[name] for name in ("bidirectional", "num_buckets", "max_distance")})
    if "bias" in arrays:  # queries and keys both start at 0
        return {"bias": scheme.bias(p["query_length"], p["key_length"], p["heads"], arrays["embedding"])}
    return {"bucket": scheme.buckets(arrays["offsets"] if "offsets" in arrays else -query_minus_key(p))}


def deberta(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("deberta", **only(p, "bucket_size", "max_position", "clamp"))
    return {"bucket": scheme.buckets(arrays["offsets"] if "offsets" in arrays else query_minus_key(p))}


def shaw(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("shaw", **only(p, "left", "right"))
    query, keys = arrays["query"], p["key_length"]
    where = np.arange(keys - p["query_length"], keys)
    return {"bias": scheme.bias(where, keys, len(query), query, arrays["embedding"], p["scale"])}


def transformer_xl(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("transformer_xl", **only(p, "base", "layout"))
    if "scores" in arrays:
        offsets = query_minus_key(p)
        queries, keys = (arrays[name].transpose(1, 0, 2) for name in ("query", "key"))
        weights = (arrays[name] for name in ("position_projection", "content_bias", "position_bias"))
        return {"scores": np.where(offsets < 0, 0, scheme.scores(queries, keys, offsets, *weights))}
    n = p.get("length", 0)
    return {"table": scheme.table(arrays.get("offsets", np.arange(n - 1, -n, -1)), p["dim"])}


def swin(p: Case, arrays: Arrays) -> Arrays:
    height, width = p["window"] if "window" in p else (p["height"], p["width"])
    return {"index": posenc.scheme("swin", height=height, width=width, **only(p, "class_token")).index()}


def swinv2(p: Case, arrays: Arrays) -> Arrays:
    window = only(p, "height", "width", "pretrained_height", "pretrained_width")
    scheme = posenc.scheme("swinv2", **window)
    if "coords" in arrays:
        return {"coords": scheme.coords()}
    tokens, layers = p["height"] * p["width"], [(arrays["w1"], arrays["b1"]), (arrays["w2"], None)]
    return {"bias": scheme.bias(tokens, tokens, p["heads"], layers)}


def kerple(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("kerple", kind=p["kind"])
    parameters = {name: arrays[name] for name in ("r1", "r2", "r3") if name in arrays}
    return {"bias": scheme.bias(p["length"], p["length"], p["heads"], **parameters)}


def sandwich(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("sandwich", **{name: p[name] for name in ("dim", "base", "first", "centred")})
    return {"bias": scheme.bias(p["length"], p["length"], p["heads"])}


def fire(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("fire", **{name: p[name] for name in ("width", "c", "threshold", "eps")})
    layers = [(arrays[f"w{number}"], arrays[f"b{number}"]) for number in (1, 2)]
    return {"bias": scheme.bias(p["length"], p["length"], p["heads"], layers)}


def cope(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("cope", max_positions=p["max_positions"])
    if "bias" in arrays:
        return {"bias": scheme.bias(arrays["query"], arrays["scores"], arrays["embedding"])}
    query, scale = arrays["query"][None], p["scale"]
    mask = np.tri(p["length"], dtype=bool)
    scores = np.where(mask, query @ arrays["key"].T * scale, -np.inf)
    weights = softmax(scores + scheme.bias(query, scores, arrays["embedding"]) * scale)[0]
    return {"weights": weights, "output": weights @ arrays["value"]}


def dynamic_position_bias(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("dynamic_position_bias", **only(p, "dim", "depth", "log_distance"))
    layers = [(arrays[f"w{number}"], arrays[f"b{number}"]) for number in range(p["depth"] + 1)]
    queries, keys = p["query_length"], p["key_length"]
    return {"bias": scheme.bias(np.arange(keys - queries, keys), keys, p["heads"], layers)}


def forgetting(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("forgetting")
    return {"bias": scheme.context_bias(arrays["x"], arrays["weight"], arrays["bias_in"])}


def polar(p: Case, arrays: Arrays) -> Arrays:
    scheme = posenc.scheme("polar", base=p["base"])
    rotated = scheme.rotate(arrays["q"], p["length"])
    return {"q_polar": rotated, "k_polar": scheme.rotate_key(arrays["k"], p["length"], arrays["phase"])}


def query_minus_key(p: Case) -> np.ndarray:
    """Offsets of the last queries: (n_q, n_k)."""
    keys = p["key_length"]
    return np.subtract.outer(np.arange(keys - p["query_length"], keys), np.arange(keys))


CHECKS: dict[str, Callable[[Case, Arrays], Arrays]] = {
    "t5": t5,
    "deberta": deberta,
    "shaw": shaw,
    "transformer_xl": transformer_xl,
    "swin": swin,
    "swinv2": swinv2,
    "kerple": kerple,
    "sandwich": sandwich,
    "fire": fire,
    "cope": cope,
    "dynamic_position_bias": dynamic_position_bias,
    "forgetting": forgetting,
    "polar": polar,
}


def read_index(folder: Path) -> list[Case]:
    """The cases of a folder in one form: scheme, file, parameters, and each output array's tolerance."""
    cases = []
    for case in json.loads((folder / "index.json").read_text())["cases"]:
        scheme = ALIASES.get(case["scheme"], case["scheme"])
        if scheme not in CHECKS:
            continue
        if "parameters" in case:
            outputs = {name: case["tolerance"][name] for name, a in case["arrays"].items() if a["role"] == "output"}
        else:
            outputs = {name: TOLERANCE for name in case["arrays"] if name not in INPUTS}
        given = case.get("parameters") or case["params"]
        file = folder / f"{case['case']}.npz"
        cases.append({"scheme": scheme, "parameters": given, "outputs": outputs, "file": file})
    return cases


CASES = read_index(ORACLES) + read_index(ORACLES / "atlas")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file'].parent.name}-{case['file'].stem}")
def test_oracle(case: Case) -> None:
    with np.load(case["file"], allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files if name != "params"}
    got = CHECKS[case["scheme"]](case["parameters"], arrays)
    assert set(got) == set(case["outputs"])
    for name, tolerance in case["outputs"].items():
        assert got[name].shape == arrays[name].shape
        if got[name].dtype.kind == "i":
            np.testing.assert_array_equal(got[name], arrays[name], err_msg=name)
        else:
            np.testing.assert_allclose(got[name], arrays[name], rtol=tolerance["rel"], atol=tolerance["abs"])


def test_no_case_is_left_out() -> None:
    """As many as were handed over, and no file beside those that an index names."""
    assert len(CASES) == 27
    assert set(CHECKS) == {case["scheme"] for case in CASES}
    files = {file for file in ORACLES.rglob("*.npz") if file.name.split("__")[0] in CHECKS}
    assert {case["file"] for case in CASES} == files
