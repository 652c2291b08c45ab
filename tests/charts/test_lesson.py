"""The lesson's pictures hold the numbers that they are given."""

import numpy as np
import pytest

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
    one, other = (
        np.array([trace.x[0], trace.y[0]]) for trace in drawn.data if trace.marker and trace.marker.symbol == "circle"
    )
    np.testing.assert_allclose([np.linalg.norm(one), np.linalg.norm(other)], 1, rtol=1e-7)
    np.testing.assert_allclose(one @ other, np.cos(1.0), rtol=1e-6)
    assert [trace.text[0] for trace in drawn.data if trace.text] == ["one", "other"]


def test_arcs_go_from_before_to_after_and_are_alike():
    drawn = lesson.circle([0.0, 1.0], [0.5 + 2 * np.pi, 1.5 + 2 * np.pi], ["one", "other"])
    arcs = [np.arctan2(trace.y, trace.x) for trace in drawn.data if len(trace.x) == 61]
    assert [(arc[0], arc[-1]) for arc in arcs] == [pytest.approx((0, 0.5)), pytest.approx((1, 1.5))]


@pytest.mark.parametrize(("angle", "sides"), [(0.0, ("top right", "bottom right")), (3.0, ("top left", "bottom left"))])
def test_names_of_points_that_lie_close_are_apart(angle, sides):
    drawn = lesson.circle([angle] * 2, [angle] * 2, ["one", "other"])
    assert tuple(trace.textposition for trace in drawn.data if trace.text) == sides


def test_one_point_is_drawn_alone():
    assert len([trace for trace in lesson.circle([0.0], [1.0], ["one"]).data if trace.text]) == 1


def test_hands_at_new_angles_are_marked():
    drawn = lesson.turns(np.array([10.0, 1.0, 0.5, 0.0]), np.array([40.0, 4.0, 2.0, 0.0]))
    assert [trace.name for trace in drawn.data] == ["in training", "now", "now, at angles never seen"]
    assert list(drawn.data[1].x) == [0, 1, 3]
    assert list(drawn.data[2].x) == [2]
    assert drawn.data[2].y[0] == np.float64(np.round(np.log10(2.0), 8)) or abs(drawn.data[2].y[0] - np.log10(2)) < 1e-7
