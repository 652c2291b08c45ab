"""The cells that the browser reads while a slider moves are what the server draws when it has stopped, within rounding."""

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

import posenc
from charts import heatmap, similarity
from charts.heatmap import Cut
from posenc import rasters, similarities


def picked(cells: go.Heatmap, along: str, at: int) -> np.ndarray:
    """What ui/scrub.js reads: the row (along "y") or the column (along "x") whose cell holds `at`."""
    start, step = cells[f"{along}0"], cells[f"d{along}"]
    number = int((at - start) / step + 0.5)
    return cells.z.take(number, 0 if along == "y" else 1) / 100 * cells.meta


def part(figure: go.Figure, slider: str, name: str) -> list:
    return [trace for trace in figure.data if note(trace).items() >= {"part": name, "slider": slider}.items()]


def note(trace: Any) -> dict[str, str]:
    return json.loads(trace.meta) if isinstance(trace.meta, str) else {}


@pytest.mark.parametrize("position", [0, 3, 11])
def test_a_row_and_a_column_of_the_heatmap_are_the_vector_and_the_wave(position):
    table = posenc.scheme("sinusoidal").table(12, 6)
    edges = rasters.edges(0, 12, 12), rasters.edges(0, 6, 6)
    figure = heatmap.table(table, edges, Cut(position, table[position]), Cut(4, table[:, 4]), 1.0)
    cells = figure.data[0]
    (vector,), (wave,) = part(figure, "position", "values"), part(figure, "dimension", "values")
    assert note(vector)["along"] == note(vector)["sets"] == "y"
    assert note(wave)["along"] == note(wave)["sets"] == "x"
    assert picked(cells, "y", position) == pytest.approx(vector.y, abs=0.006)
    assert picked(cells, "x", 4) == pytest.approx(wave.x, abs=0.006)
    assert [guide.y for guide in part(figure, "position", "guide")] == [(position, position)] * 2
    assert [guide.x for guide in part(figure, "dimension", "guide")] == [(4, 4)] * 2
    assert part(figure, "position", "caption")[0].text == (f"<b>Position {position}</b>",)


@pytest.mark.parametrize("measure", similarities.MEASURES)
def test_a_row_of_the_matrix_is_the_profile(measure):
    scheme, edges = posenc.scheme("sinusoidal"), rasters.edges(0, 64, 64)
    matrix = rasters.similarity_raster(scheme, 64, 16, 64, measure)
    profile = rasters.similarity_profile(scheme, 9, 64, 16, 64, measure)
    cells = similarity.matrix(matrix, edges, 9, True, "cosine", float(np.abs(matrix).max())).data[0]
    figure = similarity.profile(profile, edges, 9, (matrix.min(), matrix.max()), "cosine")
    (line,) = part(figure, "position", "values")
    assert picked(cells, "y", 9) == pytest.approx(line.y, abs=0.006 * float(np.abs(matrix).max()))
    low, high = figure.layout.yaxis.range
    assert low < matrix.min() < matrix.max() < high
    assert (line.x0, line.dx) == (0, 1)


def test_a_flat_profile_has_room():
    figure = similarity.profile(np.ones(4), rasters.edges(0, 4, 4), 0, (1.0, 1.0), "cosine")
    low, high = figure.layout.yaxis.range
    assert low < 1 < high
