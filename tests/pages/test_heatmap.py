"""The Heatmap page: what it says is what the library gives."""

import base64
import json

import numpy as np
import pytest

import posenc
from posenc.families import AxisWaves
from sections.heatmap import of_axis_wave, of_wave
from tests.pages.app import open_page
from tests.pages.seen import press


def heatmap_of(at) -> np.ndarray:
    """The picture's cells, in per cent, as the browser gets them."""
    figure = json.loads(at.get("plotly_chart")[0].proto.spec)
    return decode(figure["data"][0]["z"])


def decode(packed) -> np.ndarray:
    cells = np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
    return cells.reshape([int(n) for n in packed["shape"].split(",")])


def test_parameters_wait_behind_their_button_until_one_is_set():
    keys = [[control.key for control in open_page("1_heatmap", **link).number_input] for link in ({}, {"base": "500"})]
    assert keys == [[], ["base", "scale", "padding_idx"]]


def test_the_picture_is_the_table():
    at = open_page("1_heatmap")
    table = posenc.scheme("sinusoidal").table(128, 128)
    assert np.abs(heatmap_of(at) - 100 * table).max() <= 0.5001


@pytest.mark.parametrize(("length", "dim"), [(16, 2), (512, 512), (384, 768), (1048576, 4096), (1048576, 2)])
def test_any_size_is_a_picture_of_exact_means_in_a_small_message(length, dim):
    at = open_page("1_heatmap", length=str(length), dim=str(dim))
    cells = heatmap_of(at)
    rows, columns = cells.shape
    assert length % rows == 0
    assert rows <= 256
    assert columns <= 512
    scheme = posenc.scheme("sinusoidal")
    expected, vector = posenc.raster(scheme, length, dim, rows, columns), scheme.table([min(37, length - 1)], dim)
    amplitude = max(np.abs(expected).max(), np.abs(vector).max())
    assert np.abs(cells - 100 * expected / amplitude).max() <= 0.5001
    assert sum(len(chart.proto.spec) for chart in at.get("plotly_chart")) < 350_000


def test_it_says_the_wavelength_of_the_chosen_dimension():
    at = open_page("1_heatmap", dimension="64")
    assert f"{posenc.scheme('sinusoidal').wavelengths(128)[64]:,.1f} positions" in text(at)
    assert "11.2 positions" in text(open_page("1_heatmap"))


def test_the_layout_is_said_to_be_a_permutation_of_columns():
    assert "Columns 0, 64, 1, 65, … of the *concatenated* table" in text(open_page("1_heatmap"))
    assert "Columns 0, 2, 4, 6, … of the *interleaved* table" in text(open_page("1_heatmap", layout="concatenated"))
    assert "Layout." not in text(open_page("1_heatmap", scheme="learned"))


@pytest.mark.parametrize(
    "id", [id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Absolute | posenc.Rotary)]
)
def test_every_scheme_with_a_table_is_drawn(id):
    at = open_page("1_heatmap", scheme=id, dim="96")
    assert heatmap_of(at).any()


def test_presets_set_the_controls():
    at = press(open_page("1_heatmap"), "A million positions")
    assert at.select_slider(key="length").value == 1048576
    assert at.select_slider(key="dim").value == 512


def test_the_code_makes_what_is_drawn():
    at = open_page("1_heatmap", scheme="rotary", length="96", dim="48", position="5")
    made: dict = {}
    exec(at.code[0].value, made)
    assert np.abs(heatmap_of(at) - 100 * made["table"]).max() <= 0.5001
    assert np.array_equal(made["vector"], made["table"][5])


@pytest.mark.parametrize(
    ("longest", "said"),
    [(127.0, "Every dimension finishes"), (127.5, "1 of 3 dimensions do not finish"), (np.inf, "1 of 3")],
)
def test_a_wave_finishes_its_turn_where_the_last_position_is_a_turn_from_the_first(longest, said):
    assert f"{said}" in of_wave(np.array([6.0, 100.0, longest]), 0, 128)
    waves = AxisWaves(("row", "column"), (5, 128), np.array([1, 1, 1]), np.array([6.0, 100.0, longest]))
    assert f"{said}" in of_axis_wave(waves, 0)


def text(at) -> str:
    return "\n".join(element.value for element in at.markdown)
