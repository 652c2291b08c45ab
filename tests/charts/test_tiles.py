"""Tiles: each panel stands whole in its place, and nothing between them."""

import numpy as np
import pytest

from charts.tiles import tiled

PANELS = np.arange(1, 25, dtype=np.int8).reshape(4, 2, 3)


@pytest.mark.parametrize(("columns", "shape"), [(1, (11, 3)), (2, (5, 8)), (3, (5, 13)), (4, (2, 18)), (9, (2, 18))])
def test_panels_lie_side_by_side_with_gaps_of_nothing(columns, shape):
    canvas, down, across = tiled(PANELS, columns, (1, 2))
    for panel, row, column in zip(PANELS, down, across, strict=True):
        np.testing.assert_array_equal(canvas[row : row + 2, column : column + 3], panel)
    assert canvas.sum() == PANELS.sum()
    assert canvas.shape == shape
    assert canvas.dtype == PANELS.dtype


def test_rows_are_filled_from_the_left():
    _, down, across = tiled(PANELS, 3, (1, 2))
    assert (down.tolist(), across.tolist()) == ([0, 0, 0, 3], [0, 5, 10, 0])


def test_one_panel_is_its_own_canvas():
    np.testing.assert_array_equal(tiled(PANELS[:1], 8, (3, 3))[0], PANELS[0])
