"""The Heatmap page: what it says is what the library gives."""

import base64
import json
import re

import numpy as np
import pytest

import posenc
from posenc.experiments.heatmap import Layout
from posenc.families import AxisWaves
from sections.heatmap import of_axis_wave, of_layouts, of_wave
from tests.pages.app import open_page
from tests.pages.seen import captions, figure, press, text


def heatmap_of(at) -> np.ndarray:
    """The picture's cells, in per cent, as the browser gets them."""
    figure = json.loads(at.get("plotly_chart")[0].proto.spec)
    return decode(figure["data"][0]["z"])


def full_colour_of(at) -> float:
    """The number of full colour, which the legend says too."""
    cells = json.loads(at.get("plotly_chart")[0].proto.spec)["data"][0]
    assert cells["colorbar"]["ticktext"][1] == "0"
    assert float(cells["colorbar"]["ticktext"][2].removeprefix("≥ ")) == pytest.approx(cells["meta"], rel=0.01)
    return cells["meta"]


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
    expected = posenc.raster(scheme, length, dim, rows, columns)
    assert np.abs(cells - 100 * expected / full_colour_of(at)).max() <= 0.5001
    assert full_colour_of(at) == pytest.approx(1, abs=0.01)  # the scale of the numbers, however small their means
    assert sum(len(chart.proto.spec) for chart in at.get("plotly_chart")) < 350_000


def test_it_says_the_wavelength_of_the_chosen_dimension():
    at = open_page("1_heatmap", dimension="64")
    assert f"{posenc.scheme('sinusoidal').wavelengths(128)[64]:,.1f} positions" in text(at)
    assert "11.2 positions" in text(open_page("1_heatmap"))


def test_the_layouts_are_side_by_side_and_said_to_be_a_permutation_of_columns():
    at = open_page("1_heatmap")
    assert "Columns 0, 64, 1, 65, … of the *concatenated* table" in text(at)
    assert "no number differs, and no dot product of two positions changes." in text(at)
    drawn = figure(at, "layouts")
    assert [note["text"] for note in drawn["layout"]["annotations"]] == ["<b>interleaved</b>", "<b>concatenated</b>"]
    for trace, layout in zip(drawn["data"], ("interleaved", "concatenated"), strict=True):
        table = posenc.scheme("sinusoidal", layout=layout).table(32, 128)
        assert np.abs(decode(trace["z"]) - 100 * table).max() <= 0.51
    assert "Columns 0, 2, 4, 6, … of the *interleaved* table" in text(open_page("1_heatmap", layout="concatenated"))
    for link in ({"scheme": "learned"}, {"scheme": "sincos2d"}):
        assert "Does the order of the columns matter?" not in text(open_page("1_heatmap", **link))


def test_dot_products_that_change_would_be_said():
    table = np.eye(3)
    same, other = (of_layouts(Layout("other", np.arange(3), error, "own"), "0, 1", 3, table) for error in (1e-16, 0.1))
    assert "no dot product of two positions changes." in same
    assert "dot products change." in other


GUESSES = [
    ({}, "the left half", "the left half change by 0.14 on average, in the right half by 0.0014. Short waves"),
    (
        {"layout": "concatenated"},
        "both about the same",
        "left half change by 0.073 on average, in the right half by 0.073.",
    ),
    ({"scheme": "learned"}, "both about the same", "in the left half change by"),
    ({"scale": "0"}, "both about the same", "the left half change by 0 on average, in the right half by 0."),
    ({"scheme": "sincos2d", "height": "1", "width": "1"}, "both about the same", "There is nothing to compare"),
]


@pytest.mark.parametrize(("link", "right", "found"), GUESSES)
def test_the_guess_is_answered_from_the_table(link, right, found):
    assert "From one position to the next" not in text(open_page("1_heatmap", **link))
    said = text(open_page("1_heatmap", **link, guess=right))
    assert f"You guessed “{right}”, and so it is." in said
    assert found in said
    assert f"It is “{right}”." in text(open_page("1_heatmap", **link, guess="the right half"))


@pytest.mark.parametrize(("id", "dimension"), [("sinusoidal", 8), ("sinusoidal", 9), ("rotary", 70), ("learned", 3)])
def test_the_number_beside_the_picture_is_the_tables(id, dimension):
    at = open_page("1_heatmap", scheme=id, position="41", dimension=str(dimension))
    true = posenc.scheme(id).table([41], 128)[0, dimension]
    said = re.search(r"\\mathbf\{(.+?)\}|the number of dimension :orange\[\d+\] is \*\*(.+?)\*\*", text(at))
    assert float((said[1] or said[2]).replace("−", "-")) == pytest.approx(true, rel=0.051)


def test_on_a_grid_the_place_of_the_position_is_said():
    assert "At position :blue[37], row 2, column 9 of the grid, the number" in text(
        open_page("1_heatmap", scheme="sincos2d")
    )
    classed = open_page("1_heatmap", scheme="sincos2d", cls_token="true", position="0")
    assert "At position :blue[0] the number of dimension :orange[8] is **0**." in text(classed)


def test_what_a_cell_is_stands_under_the_picture():
    assert "Each cell is one number: blue above 0" in captions(open_page("1_heatmap"))
    said = captions(open_page("1_heatmap", length="1048576", dim="512"))
    assert "Each cell is the **mean of 8,192 positions**" in said
    short = (posenc.scheme("sinusoidal").wavelengths(512) <= 8192).sum()
    assert f"In {short} of 512 dimensions the wave is shorter than a cell" in said
    assert "mean of 16 positions and 2 dimensions**" in captions(open_page("1_heatmap", length="4096", dim="1024"))


def test_a_table_of_small_numbers_is_on_its_own_scale_and_says_so():
    at = open_page("1_heatmap", scheme="learned", length="256", dim="384")
    full = full_colour_of(at)
    table = posenc.scheme("learned").table(256, 384)
    assert np.abs(table).max() > 1  # a few numbers of position 0
    assert 0.05 < full < 0.2
    assert (np.abs(heatmap_of(at)) == 100).mean() < 0.01
    assert np.abs(heatmap_of(at)).mean() > 10
    assert f"full colour stands for {full:.2g} and more" in captions(at)
    assert "Most numbers here are small" not in captions(open_page("1_heatmap"))


def test_the_base_is_said_to_stretch_each_wave():
    waves = posenc.scheme("sinusoidal").wavelengths(128)
    assert f"each wave is {waves[2] / waves[0]:.2f} times as long" in text(open_page("1_heatmap"))
    assert "The base decides" not in text(open_page("1_heatmap", base="1"))


@pytest.mark.parametrize(
    "id", [id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Absolute | posenc.Rotary)]
)
def test_every_scheme_with_a_table_is_drawn(id):
    at = open_page("1_heatmap", scheme=id, dim="96")
    assert heatmap_of(at).any()


def test_presets_set_the_controls():
    at = press(open_page("1_heatmap"), "A million positions: short waves fade")
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
