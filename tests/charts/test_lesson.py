"""The lesson's pictures hold the numbers that they are given."""

import numpy as np

from charts import lesson
from posenc.experiments.lesson import NUMBERINGS

WAVES = NUMBERINGS["waves"](16)


def test_numbers_are_per_cents_of_the_largest_and_the_legend_says_it():
    drawn = lesson.numbers(3 * WAVES, "waves")
    np.testing.assert_allclose(np.array(drawn.data[0].z) / 100, WAVES, atol=0.006)
    assert drawn.data[0].colorbar.ticktext == ("−3", "0", "3")


def test_numbers_that_are_all_0_are_drawn():
    assert not np.array(lesson.numbers(np.zeros((3, 2)), "nothing").data[0].z).any()


def test_the_chosen_place_and_column_are_marked():
    marked = {(shape.y0, shape.x0) for shape in lesson.table(WAVES, 5, 3).layout.shapes}
    assert {y for y, _ in marked if y == 5} == {5}
    assert {x for _, x in marked if x == 3} == {3}


def test_points_lie_on_the_circle_and_keep_their_angle():
    drawn = lesson.circle([0.0, 1.0], [0.5, 1.5], ["one", "other"])
    points = {trace.text[0] or trace.marker.symbol + str(i): trace for i, trace in enumerate(drawn.data) if trace.text}
    one, other = (np.array([points[name].x[0], points[name].y[0]]) for name in ("one", "other"))
    np.testing.assert_allclose([np.linalg.norm(one), np.linalg.norm(other)], 1, rtol=1e-7)
    np.testing.assert_allclose(one @ other, np.cos(1.0), rtol=1e-6)


def test_hands_at_new_angles_are_marked():
    drawn = lesson.turns(np.array([10.0, 1.0, 0.5, 0.0]), np.array([40.0, 4.0, 2.0, 0.0]))
    assert [trace.name for trace in drawn.data] == ["in training", "now", "now, at angles never seen"]
    assert list(drawn.data[1].x) == [0, 1, 3]
    assert list(drawn.data[2].x) == [2]
    assert drawn.data[2].y[0] == np.float64(np.round(np.log10(2.0), 8)) or abs(drawn.data[2].y[0] - np.log10(2)) < 1e-7
