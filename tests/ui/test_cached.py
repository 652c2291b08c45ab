"""What is made once for everyone is made again where anything differs that it depends on."""

from dataclasses import dataclass

import numpy as np

from posenc.experiments.king_and_queen import Setup
from posenc.families import Bias, Paper
from posenc.parameters import parameter
from ui.runs import cached


@dataclass(frozen=True)
class Probe(Bias):
    id = title = formula = used_by = "probe"
    paper = Paper("Nobody et al.", 2099, "A Probe", "9912.00001")

    step: float = parameter(1.0, "How much a step costs.", minimum=0.0, maximum=9.0)

    def bias(self, query_positions, key_positions, heads):
        return np.zeros((heads, len(query_positions), len(key_positions)))


@dataclass(frozen=True)
class Other(Probe):
    """Another scheme with the very same parameters."""


def test_two_schemes_of_the_same_parameters_are_told_apart():
    made = cached(lambda setup: type(setup.scheme).__name__)
    alone = cached(lambda scheme: type(scheme).__name__)
    setups = [Setup(("king", "queen"), (1, 0), False, scheme, 1, 1, False, "each") for scheme in (Probe(), Other())]
    assert [made(setup) for setup in setups] == ["Probe", "Other"]
    assert [alone(setup.scheme) for setup in setups] == ["Probe", "Other"]


def test_the_same_settings_are_made_once():
    made = cached(lambda setup: object())
    first, again = (made(Setup(("king", "queen"), (1, 0), False, Probe(2.0), 1, 1, False, "each")) for _ in range(2))
    assert first is again
