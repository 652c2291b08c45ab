"""The charts of King and Queen hold the arrays they are given, and nothing that a person typed can harm them."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from charts import king_and_queen

RNG = np.random.default_rng(0)
FIRST, SECOND = RNG.standard_normal((2, 3, 8))
WORDS = ["King", "<b>and</b>", "a" * 40]
FLOOR = 1e-9


def outputs(first=FIRST, second=SECOND):
    return king_and_queen.outputs(WORDS, [("Off", first, first), ("On", first, second)], FLOOR)


def every_order(count=6):
    places = RNG.standard_normal((count, 2))
    places[0] = 0
    return king_and_queen.all_orders(
        [("Off", 0 * places), ("On", places)], [f"order {k}" for k in range(count)], 3
    ), places


FIGURES = {
    "outputs": outputs,
    "matrices": lambda: king_and_queen.matrices([("a", WORDS, np.eye(3))] * 4),
    "by_word": lambda: king_and_queen.by_word(WORDS, [("off", np.zeros(3)), ("on", np.ones(3))], FLOOR),
    "ranking": lambda: king_and_queen.ranking(["none", "rotary"], np.array([1e-17, 0.3]), FLOOR, "rotary"),
    "models": lambda: king_and_queen.models(["RNN", "attention"], np.array([1.0, 0.0]), np.array([np.nan, 0.5]), FLOOR),
    "all_orders": lambda: king_and_queen.all_orders([("Off", np.zeros((2, 2))), ("On", np.eye(2))], ["a", "b"], 1),
}


@pytest.mark.parametrize("name", FIGURES)
def test_same_figure_same_bytes(name):
    one, two = FIGURES[name](), FIGURES[name]()
    assert isinstance(one, go.Figure)
    assert one.to_json() == two.to_json()


@pytest.mark.parametrize("name", ["outputs", "matrices", "by_word"])
def test_typed_words_are_cut_and_no_markup(name):
    text = json.dumps(json.loads(FIGURES[name]().to_json()), ensure_ascii=False)
    assert "<b>and" not in text
    assert "a" * 20 not in text


def test_outputs_and_difference_are_drawn_in_per_cents():
    panels = [np.array(trace.z) for trace in outputs().data]
    assert len(panels) == 6
    assert all(panel.dtype == np.int8 and panel.shape == FIRST.shape for panel in panels)
    full = np.quantile(np.abs(FIRST), 0.99)
    np.testing.assert_allclose(panels[3], np.clip(100 * FIRST / full, -100, 100), atol=0.5)
    assert not panels[2].any()
    apart = SECOND - FIRST
    np.testing.assert_allclose(panels[5], 100 * apart / np.abs(apart).max(), atol=0.5)


def test_a_difference_that_is_rounding_is_blank():
    panels = [np.array(trace.z) for trace in outputs(second=FIRST * (1 + 1e-15)).data]
    assert not panels[2].any()
    assert not panels[5].any()


def test_bars_of_rounding_stay_flat():
    rounding = king_and_queen.by_word(WORDS, [("off", np.zeros(3)), ("on", np.full(3, 1e-16))], FLOOR)
    assert rounding.layout.yaxis.range == (0, 1)
    real = king_and_queen.by_word(WORDS, [("off", np.zeros(3)), ("on", np.array([0.1, 0.2, 0.0]))], FLOOR)
    assert np.array(real.data[1].y).tolist() == [0.1, 0.2, 0.0]
    assert real.layout.yaxis.range == pytest.approx((0, 0.21))


def test_many_words_are_named_once():
    few, many = (king_and_queen.matrices([("a", ["word"] * n, np.eye(n))] * 4) for n in (9, 10))
    assert few.layout.xaxis.showticklabels
    assert not many.layout.xaxis.showticklabels
    assert many.layout.yaxis.showticklabels


def test_models_show_what_they_are_given():
    figure = FIGURES["models"]()
    assert np.array(figure.data[0].x).tolist() == [1.0, 1e-17]
    assert figure.data[1].x[0] is None
    assert figure.data[1].x[1] == 0.5
    assert list(figure.layout.yaxis.ticktext) == ["RNN", "attention"]
    assert np.array(figure.data[0].y).round().tolist() == [0, 1]


@pytest.mark.parametrize("count", [6, 720])
def test_all_orders_are_dots_on_the_same_axes(count):
    figure, places = every_order(count)
    dots = [trace for trace in figure.data if trace.text is not None]
    np.testing.assert_allclose(np.stack([dots[1].x, dots[1].y], 1), places, rtol=1e-6)
    assert not np.any(dots[0].x)
    assert list(dots[1].text) == [f"order {k}" for k in range(count)]
    axes = {tuple(getattr(figure.layout, name).range) for name in ("xaxis", "xaxis2", "yaxis", "yaxis2")}
    assert len(axes) == 1
    assert axes.pop()[1] > np.abs(places).max()
    rings = [trace for trace in figure.data if trace.hoverinfo == "skip" and trace.xaxis == "x2"]
    np.testing.assert_allclose([(ring.x[0], ring.y[0]) for ring in rings], [(0, 0), places[3]])


def test_one_order_has_axes_too():
    figure = king_and_queen.all_orders([("Off", np.zeros((1, 2))), ("On", np.zeros((1, 2)))], ["one"], 0)
    assert figure.layout.xaxis.range == (-1, 1)
