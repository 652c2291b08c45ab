"""A sparkline is a curve between its lowest and its highest value."""

import re
from xml.etree import ElementTree

import numpy as np

from charts.catalogue import EDGE, HEIGHT, WIDTH, sparkline


def points(svg: str) -> list[list[tuple[float, float]]]:
    paths = re.findall(r'd="([^"]*)"', svg)
    return [[(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)] for path in paths]


def test_the_highest_value_is_on_top_and_the_lowest_at_the_bottom():
    (curve,) = points(sparkline(np.array([[0.0, 2, 1]])))
    assert curve == [(EDGE, HEIGHT - EDGE), (WIDTH / 2, EDGE), (WIDTH - EDGE, HEIGHT / 2)]


def test_all_curves_share_a_scale():
    low, high = points(sparkline(np.array([[0.0, 1], [3, 4]])))
    assert (low[0][1], high[1][1]) == (HEIGHT - EDGE, EDGE)


def test_a_flat_curve_runs_through_the_middle():
    assert {y for _, y in points(sparkline(np.zeros((1, 9))))[0]} == {HEIGHT / 2}


def test_there_is_a_gap_where_a_value_is_not_a_number():
    svg = sparkline(np.array([[np.nan, 0, 1, np.nan, 2, np.nan]]))
    assert len(points(svg)[0]) == 3
    assert svg.count("M") == 2


def test_it_is_svg_small_and_the_same_each_time():
    curves = np.random.default_rng(0).standard_normal((4, 65))
    assert ElementTree.fromstring(sparkline(curves)).tag.endswith("svg")
    assert len(sparkline(curves)) < 3000
    assert sparkline(curves) == sparkline(curves)
