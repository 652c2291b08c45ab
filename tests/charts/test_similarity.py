"""Similarity's charts: whole ticks and something to see however few positions there are."""

import numpy as np
import pytest

import posenc
from charts import similarity
from posenc import rasters


@pytest.mark.parametrize("n", [1, 2, 64])
def test_few_positions_have_whole_ticks_and_a_single_one_is_a_dot(n):
    table = posenc.scheme("sinusoidal").table(n, 8, np.float64)
    matrix = posenc.similarity(table)
    edges = rasters.edges(0, n, n)
    whole = similarity.matrix(matrix, edges, 0, True, "cosine", 4.0)
    row = similarity.profile(matrix[0], edges, 0, (0.0, 4.0), "cosine")
    by_offset = similarity.by_offset(posenc.by_offset(table), False, (0.0, 4.0), "cosine")
    for figure in (whole, row, by_offset):
        assert (figure.layout.xaxis.dtick == 1) == (n <= 6)
    assert {row.data[0].mode, by_offset.data[2].mode} == {"lines" if n > 1 else "markers"}


def test_hovering_a_distance_tells_the_smallest_and_the_largest():
    table = posenc.scheme("learned").table(16, 8, np.float64)
    measured = posenc.by_offset(table)
    trace = similarity.by_offset(measured, False, (0.0, 1.0), "cosine").data[2]
    np.testing.assert_array_equal(trace.customdata, np.stack([measured.offsets, measured.low, measured.high], 1))
    assert "from %{customdata[1]:.4g} to %{customdata[2]:.4g}" in trace.hovertemplate


def test_every_axis_has_a_title_and_the_colours_a_legend():
    table = posenc.scheme("sinusoidal").table(8, 8, np.float64)
    edges, values = rasters.edges(0, 8, 8), posenc.similarity(table)
    whole = similarity.matrix(values, edges, 0, True, "dot product", 4.0)
    row = similarity.profile(values[0], edges, 0, (0.0, 4.0), "dot product")
    by_offset = similarity.by_offset(posenc.by_offset(table), False, (0.0, 4.0), "dot product")
    for figure in (whole, row, by_offset):
        assert figure.layout.xaxis.title.text in ("position", "distance")
        assert figure.layout.yaxis.title.text in ("position", "dot product")
    assert whole.data[0].colorbar.ticktext == ("−4", "0", "4")
    assert whole.layout.annotations[0].text == "<b>Dot product</b> of every two positions"


def test_an_axis_holds_all_means_and_what_is_asked():
    measured = posenc.by_offset(posenc.scheme("learned").table(512, 384, np.float64))
    low, high = similarity.by_offset(measured, False, (-0.5, 0.1), "dot product").layout.yaxis.range
    assert low < -0.5
    assert measured.mean.max() < high < measured.high.max()  # one pair is far larger than all others
