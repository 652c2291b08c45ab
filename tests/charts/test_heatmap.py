"""Figures hold the arrays they are given."""

import numpy as np

import posenc
from charts import heatmap, style
from posenc import rasters
from posenc.experiments.heatmap import binary_counter


def test_percent_rounds_to_hundredths_of_the_amplitude():
    values = np.array([-2.0, -1.0, -0.004, 0.0, 0.504, 1.0, 3.0])
    assert style.percent(values).tolist() == [-100, -100, 0, 0, 50, 100, 100]
    assert style.percent(values, 2.0).tolist() == [-100, -50, 0, 0, 25, 50, 100]
    assert style.percent(np.zeros(2), 0.0).tolist() == [0, 0]


def test_the_table_holds_cells_vector_and_wave():
    table = posenc.scheme("sinusoidal").table(12, 6, np.float64)
    edges = rasters.edges(0, 12, 12), rasters.edges(0, 6, 6)
    figure = heatmap.table(table, edges, heatmap.Cut(3, table[3]), heatmap.Cut(2, table[:, 2]), None)
    cells, vector, wave = figure.data[:3]
    assert np.array_equal(cells.z, style.percent(table))
    assert (cells.x0, cells.dx, cells.y0, cells.dy) == (0, 1, 0, 1)
    assert np.allclose(vector.y, table[3])
    assert np.allclose(wave.x, table[:, 2])


def test_cells_that_cover_several_positions_lie_at_their_middle():
    assert style.cells(rasters.edges(0, 12, 4), "y") == {"y0": 1.0, "dy": 3.0}


def test_words_of_a_person_are_never_markup():
    assert style.label("<a href=x>king</a>") == "&lt;a href=x&gt;kin…"


def test_the_counter_shows_both_tables():
    bits, waves = binary_counter(8, 3)
    left, right = heatmap.counter(bits, waves).data
    assert set(np.unique(left.z)) == {-100, 100}
    assert (np.sign(right.z) == np.sign(left.z)).all()
