"""The charts of Adding hold the arrays they are given, and nothing that a person typed can harm them."""

import json

import numpy as np
import pytest

from charts import adding

RNG = np.random.default_rng(0)
WORD, POSITION = RNG.standard_normal((2, 16)).astype(np.float32)
FIGURES = {
    "vectors": lambda: adding.vectors([("<b>King", WORD), ("+ 5", POSITION), ("= the sum", WORD + POSITION)]),
    "nearest_words": lambda: adding.nearest_words(["king", "<i>", "a" * 40], np.array([1.0, 2.0, 3.0]), 1),
    "positions": lambda: adding.positions(np.array([3.0, 2.0, 4.0]), np.array([1.0, 2.0, 0.0]), 1),
    "recovery": lambda: adding.recovery("title", [4, 8, 384], np.array([0, 0.5, 1]), np.array([0.1, 0.2, 0.3]), 8),
}


@pytest.mark.parametrize("name", FIGURES)
def test_same_figure_same_bytes(name):
    assert FIGURES[name]().to_json() == FIGURES[name]().to_json()


@pytest.mark.parametrize("name", ["vectors", "nearest_words"])
def test_words_are_no_markup(name):
    texts = json.loads(FIGURES[name]().to_json())["layout"]["yaxis"]["ticktext"]
    assert not any("<" in text for text in texts)
    assert max(map(len, texts)) < 30


def test_strips_share_one_scale():
    z = FIGURES["vectors"]().data[0].z
    largest = max(np.abs(v).max() for v in (WORD, POSITION, WORD + POSITION))
    np.testing.assert_array_equal(z[0], np.rint(WORD / largest * 100))
    np.testing.assert_array_equal(z[1], np.rint(POSITION / largest * 100))
    assert FIGURES["vectors"]().data[0].colorbar.ticktext[2] == f"{largest:.2g}"


def test_the_word_that_was_added_stands_out():
    assert len(set(FIGURES["nearest_words"]().data[0].marker.color)) == 2
    nowhere = adding.nearest_words(["a", "b"], np.ones(2), None)
    assert len(set(nowhere.data[0].marker.color)) == 1


def test_the_nearest_position_is_marked_on_each_line():
    from_sum, first, from_rest, second = FIGURES["positions"]().data
    assert list(from_sum.y) == [3, 2, 4]
    assert list(from_rest.y) == [1, 2, 0]
    assert (first.x[0], first.y[0], second.x[0], second.y[0]) == (1, 2, 2, 0)


def test_recovery_by_dimension():
    figure = FIGURES["recovery"]()
    word, position = figure.data
    np.testing.assert_allclose(word.x, [2, 3, np.log2(384)])
    np.testing.assert_allclose(word.y, [0, 0.5, 1])
    np.testing.assert_allclose(position.y, [0.1, 0.2, 0.3], rtol=1e-6)
    assert {shape.x0 for shape in figure.layout.shapes} == {3}
    assert not adding.recovery("title", [4], np.ones(1), np.ones(1), None).layout.shapes
