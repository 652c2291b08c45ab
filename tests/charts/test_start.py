"""Words, places and their sums are drawn on one scale, and what a person typed is no markup."""

import numpy as np

from charts import start

VECTORS, PLACES = np.random.default_rng(0).standard_normal((2, 3, 8))


def test_three_strips_a_word_and_the_last_is_the_sum():
    drawn = start.sums(["King", "and", "Queen"], VECTORS, PLACES)
    words, places, both = (np.array(trace.z, float) for trace in drawn.data)
    largest = np.quantile(np.abs(VECTORS), 0.99) + np.abs(PLACES).max()
    inside = np.abs(both) < 100
    np.testing.assert_allclose((words + places)[inside], both[inside], atol=1.6)
    np.testing.assert_allclose(words, np.clip(100 * VECTORS / largest, -100, 100), atol=0.51)
    assert drawn.layout.yaxis.ticktext == ("King", "and", "Queen")
    assert drawn.layout.yaxis2.ticktext == ("0", "1", "2")
    assert [trace.showscale for trace in drawn.data] == [False, False, True]


def test_a_typed_word_is_no_markup():
    assert "<b>x" not in start.sums(["<b>x"], VECTORS[:1], PLACES[:1]).layout.yaxis.ticktext[0]
