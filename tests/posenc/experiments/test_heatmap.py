"""How much neighbours differ, and where on a grid a position lies. Layouts are in test_rotary_layouts.py and test_start.py."""

import numpy as np
import pytest

import posenc
from posenc.experiments.heatmap import NEIGHBOURS, place_on_grid, steps


@pytest.mark.parametrize("id", ["sinusoidal", "learned", "sincos2d", "rotary"])
def test_steps_are_the_mean_changes_of_the_table(id):
    scheme = posenc.scheme(id)
    table = scheme.table(100, 96, np.float64)
    np.testing.assert_allclose(steps(scheme, 100, 96), np.abs(np.diff(table, axis=0)).mean(0), atol=1e-12)


def test_of_many_positions_some_are_looked_at():
    found = steps(posenc.scheme("sinusoidal"), 1 << 20, 64)
    assert found.shape == (64,)
    assert found[0] == pytest.approx(steps(posenc.scheme("sinusoidal"), NEIGHBOURS, 64)[0], rel=0.2)


def test_a_table_that_is_stretched_with_the_length_is_looked_at_in_that_length():
    scheme = posenc.scheme("learned", interpolate=True)
    table = scheme.table(1024, 96, np.float64)
    rows = np.unique(np.linspace(0, 1022, NEIGHBOURS).astype(int))
    np.testing.assert_allclose(steps(scheme, 1024, 96), np.abs(table[rows + 1] - table[rows]).mean(0), atol=1e-12)


def test_one_position_has_no_neighbour():
    with pytest.raises(ValueError, match="length"):
        steps(posenc.scheme("sinusoidal"), 1, 8)


@pytest.mark.parametrize(
    ("scheme", "position", "place"),
    [
        (posenc.scheme("sincos2d"), 37, {"row": 2, "column": 9}),
        (posenc.scheme("sincos2d", cls_token=True), 38, {"row": 2, "column": 9}),
        (posenc.scheme("sincos2d", cls_token=True), 0, None),
        (posenc.scheme("sincos2d", reverse_coord=True), 15, {"column": 1, "row": 1}),
        (posenc.scheme("sincos3d"), 64, {"frame": 1, "row": 0, "column": 0}),
        (posenc.scheme("axial_rotary", height=3, width=4), 11, {"row": 2, "column": 3}),
        (posenc.scheme("axial_rotary", height=3, width=4), 12, None),
        (posenc.scheme("sinusoidal"), 5, None),
        (posenc.scheme("learned"), 5, None),
    ],
)
def test_a_position_is_found_on_its_grid(scheme, position, place):
    assert place_on_grid(scheme, position, 96) == place
