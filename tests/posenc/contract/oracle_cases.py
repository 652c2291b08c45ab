"""The stored outputs of other implementations, in one form, and how closely they are to be matched."""

import json
from pathlib import Path
from typing import Any

import numpy as np

ORACLES = Path(__file__).parents[2] / "oracles"

# The first folder's index states neither roles nor tolerances: inputs by name, and what its sources' rounding asks for.
INPUTS = {"q", "k", "x", "positions"}
TOLERANCE = {
    "float32": {"abs": 1e-5, "rel": 0.0},
    "float64": {"abs": 1e-9, "rel": 0.0},
    "inv_freq": {"abs": 0.0, "rel": 1e-6},
}

Case = dict[str, Any]
Arrays = dict[str, np.ndarray]


def read_cases(*schemes: str) -> list[Case]:
    """Every case of these schemes in both folders: its file, parameters, and the tolerance of each output."""
    cases = []
    for folder in (ORACLES, ORACLES / "atlas"):
        for case in json.loads((folder / "index.json").read_text())["cases"]:
            if case["scheme"] in schemes:
                arrays = case["arrays"].items()
                if "parameters" in case:
                    outputs = {name: case["tolerance"][name] for name, array in arrays if array["role"] == "output"}
                else:
                    outputs = {name: TOLERANCE.get(name, TOLERANCE[a[1]]) for name, a in arrays if name not in INPUTS}
                given = case.get("parameters") or case["params"]
                file = folder / f"{case['case']}.npz"
                cases.append({"scheme": case["scheme"], "given": given, "outputs": outputs, "file": file})
    return cases


def files_of(*schemes: str) -> set[Path]:
    """The files that are named after these schemes, whatever an index says."""
    return {file for file in ORACLES.rglob("*.npz") if file.stem.split("__")[0] in schemes}


def name_of(case: Case) -> str:
    return f"{case['file'].parent.name}-{case['file'].stem}"


def arrays_of(case: Case) -> Arrays:
    with np.load(case["file"], allow_pickle=False) as file:
        return {name: file[name] for name in file.files if name != "params"}


def hold(case: Case, arrays: Arrays, got: Arrays) -> None:
    """Every output of the case is there, in its shape, within its tolerance."""
    assert set(got) == set(case["outputs"])
    for name, tolerance in case["outputs"].items():
        assert np.shape(got[name]) == arrays[name].shape
        np.testing.assert_allclose(got[name], arrays[name], rtol=tolerance["rel"], atol=tolerance["abs"], err_msg=name)


def only(given: Case, *names: str) -> Case:
    return {name: given[name] for name in names if name in given}
