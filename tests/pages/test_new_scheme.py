"""One more scheme is one more file: dropped into a folder that discovery looks into, every page has it."""

import sys
from importlib import import_module

import numpy as np
import pytest

import posenc
from tests.pages.app import open_page
from tests.pages.seen import figure, numbers, table, text

SOURCE = '''
from dataclasses import dataclass

import numpy as np

from posenc.families import Absolute, Bias, Bucketed, Paper, Sloped
from posenc.parameters import parameter
from posenc.numeric.offsets import offsets_between, whole_offsets_between

PAPER = Paper("Nobody et al.", 2099, "A Probe", "9912.00001")


@dataclass(frozen=True)
class Steps(Bias):
    """Every step away costs as much."""

    id = "probe_steps"
    title = "Probe steps"
    paper = PAPER
    formula = r"-s\\,|i - j|"
    used_by = "a test"

    step: float = parameter(1.0, "How much a step costs.", minimum=0.0, maximum=9.0)
    growth: float | None = parameter(None, "How much more a farther step costs.", minimum=0.0, optional=True)

    def bias(self, query_positions, key_positions, heads):
        distances = np.abs(offsets_between(query_positions, key_positions))
        return np.stack([-self.step * distances ** (1 + (self.growth or 0))] * heads)


@dataclass(frozen=True)
class Stairs(Bucketed):
    """Two steps down on either side."""

    id = "probe_stairs"
    title = "Probe stairs"
    paper = PAPER
    formula = r"\\min(|i - j|, 2)"
    used_by = "a test"

    def buckets(self, offsets):
        return np.clip(offsets, -2, 2)

    def bias(self, query_positions, key_positions, heads):
        return np.stack([-np.abs(self.buckets(whole_offsets_between(query_positions, key_positions)))] * heads)


@dataclass(frozen=True)
class Slide(Sloped):
    """The second head falls half as fast as the first, the third a third."""

    id = "probe_slide"
    title = "Probe slide"
    paper = PAPER
    formula = r"-|i - j| / h"
    used_by = "a test"
    max_bias = 8.0

    def slopes(self, heads):
        return 1.0 / np.arange(1, heads + 1)

    def bias(self, query_positions, key_positions, heads):
        return -self.slopes(heads)[:, None, None] * np.abs(offsets_between(query_positions, key_positions))


@dataclass(frozen=True)
class Ramp(Absolute):
    """The position itself, in every feature."""

    id = "probe_ramp"
    title = "Probe ramp"
    paper = PAPER
    formula = r"p"
    used_by = "a test"

    width: float = parameter(100.0, "Divides the position; no grid has it.", minimum=1.0, maximum=1e3)

    def table(self, positions, dim, dtype=np.float32):
        where = np.arange(positions) if np.ndim(positions) == 0 else np.asarray(positions)
        return np.repeat(where[:, None], dim, 1).astype(dtype) / self.width

    def kernel(self, offsets, dim=64, heads=8):
        return self._per_head(-np.abs(np.asarray(offsets, float)), heads)
'''


@pytest.fixture(autouse=True)
def probes(tmp_path, monkeypatch):
    package = import_module("posenc.schemes")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    (tmp_path / "probe.py").write_text(SOURCE)
    yield
    sys.modules.pop(f"{package.__name__}.probe", None)
    vars(package).pop("probe", None)


def options(at, label: str = "Scheme") -> list[str]:
    return next(box.options for box in at.selectbox if box.label == label)


@pytest.mark.parametrize(
    ("page", "id"),
    [
        ("1_heatmap", "probe_ramp"),
        ("2_similarity", "probe_ramp"),
        ("3_king_and_queen", "probe_ramp"),
        ("3_king_and_queen", "probe_steps"),
        ("5_adding", "probe_ramp"),
        ("7_attention_bias", "probe_steps"),
        ("10_compare", "probe_ramp"),
        ("10_compare", "probe_steps"),
    ],
)
def test_the_picker_of_every_page_that_fits_has_it(page, id):
    at = open_page(page, scheme=id)
    assert any(posenc.schemes()[id].title in option for option in options(at))
    assert at.selectbox(key="scheme").value == id


def test_compare_draws_it_and_measures_it_with_its_parameter():
    at = open_page(
        "10_compare", scheme="probe_steps", step="2", scheme_2="probe_ramp", scheme_3="empty", scheme_4="empty"
    )
    assert at.number_input(key="step").value == 2
    steps, ramp = list(table(at))[1:]
    assert (steps.split()[0], ramp.split()[0]) == ("probe_steps", "probe_ramp")
    found = dict(zip(table(at)["Measured now"], table(at)[steps], strict=True))
    assert "never rises; lowest at (0, 47): -94" in found["Decays with the distance"]
    assert "a formula with 2 parameters" in found["Needs no learning"]
    cells = numbers(figure(at, "scores_1")["data"][0]["z"])
    assert (cells[0, 0], cells[0, 47]) == (0, -100)


def test_a_number_that_may_be_left_out_is_drawn_as_a_number_and_not_as_a_whole_one():
    at = open_page("7_attention_bias", scheme="probe_steps", growth="0.5")
    assert at.number_input(key="growth").value == 0.5
    assert "growth=0.5" in at.code[-1].value
    at.number_input(key="growth").set_value(None).run()
    assert "growth" not in at.code[-1].value
    at.number_input(key="growth").set_value(1.25).run()
    assert "growth=1.25" in at.code[-1].value


def test_what_it_declares_is_shown():
    at = open_page("7_attention_bias", scheme="probe_stairs", length="9")
    assert "Probe stairs, offsets" in text(at)
    assert set(numbers(figure(at, "stairs")["data"][0]["y"])) == {-2, -1, 0, 1, 2}
    at = open_page("7_attention_bias", scheme="probe_slide", heads="4")
    assert "Probe slide: a slope for any number of heads" in text(at)
    np.testing.assert_allclose(numbers(figure(at, "slopes")["data"][1]["x"]), [1, 1 / 2, 1 / 3, 1 / 4])
    assert "probe_stairs" in at.segmented_control(key="bucketed").options


def test_the_catalogue_has_its_entry():
    at = open_page("11_catalogue")
    assert "**Probe steps**" in text(at)
    assert "[Nobody et al. 2099](https://arxiv.org/abs/9912.00001)" in text(at)
    assert len(at.get("image")) == len(posenc.schemes())


def test_it_stands_in_teaching_order_by_itself():
    ids = list(posenc.schemes())
    assert ids.index("probe_ramp") == ids.index("rotary") - 1  # the last of its family, by its paper
    assert ids[-3:] == ["probe_slide", "probe_stairs", "probe_steps"]
