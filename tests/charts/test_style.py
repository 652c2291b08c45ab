"""What charts share: a person's word as text, and a note where there is nothing to see."""

import numpy as np

from charts import heatmap, long_context, similarity, style


def test_a_word_is_text_to_plotly():
    assert style.label("<a href='x'>") == "&lt;a href='x'&gt;"
    assert style.label('"&quot;"') == '"&amp;quot;"'  # plotly would show &quot; as it is written
    assert style.label("a" * 20, 6) == "aaaaa…"


def test_a_band_lies_between_its_curves():
    upper, lower = style.band([0, 1], [1, 2], [3, 4], "grey", x0=5)
    assert (upper["y"], lower["y"], lower["fill"]) == ([3, 4], [1, 2], "tonexty")  # to the trace before it
    assert "fill" not in upper
    assert (upper["x0"], lower["x0"], lower["fillcolor"]) == (5, 5, "grey")


def test_a_causal_mask_covers_the_keys_ahead_of_their_query():
    corners = [tuple(map(float, end.strip("MLZ ").split(","))) for end in style.causal_mask(3)["path"].split(" L ")]
    assert corners == [(-0.5, -0.5), (2.5, -0.5), (2.5, 2.5)]  # keys across, queries down: key > query


def test_a_picture_of_zeros_says_so_and_has_room():
    zeros, edges = np.zeros((4, 4)), np.arange(5)
    for values, notes in ((zeros, 1), (zeros + 1, 0)):
        table = heatmap.table(values, (edges, edges), heatmap.Cut(0, values[0]), heatmap.Cut(0, values[:, 0]), 1.0)
        matrix = similarity.matrix(values, edges, 0, True, "cosine", 1.0)
        for figure in (table, matrix):
            assert [note.text for note in figure.layout.annotations].count("Every number is 0.") == notes
        low, high = table.layout.xaxis2.range
        assert low < high


def test_a_few_far_larger_numbers_do_not_take_all_colour():
    usual = np.linspace(-1, 1, 2000)
    assert style.full_colour(usual) == 1
    assert 0.99 < style.full_colour(np.append(usual, 50.0)) <= 1
    assert style.full_colour(np.append(np.zeros(999), 0.3)) == 0.3  # all others are 0: nothing else is to be seen


def test_a_legend_says_the_range_of_its_colours():
    for diverging, beyond, said in (
        (True, False, ["−0.5", "0", "0.5"]),
        (True, True, ["≤ −0.5", "0", "≥ 0.5"]),
        (False, False, ["0", "0.25", "0.5"]),
        (False, True, ["0", "0.25", "≥ 0.5"]),
    ):
        trace = style.heatmap(style.percent(np.eye(2)), diverging)
        bar = style.with_legend(trace, 0.5, beyond)["colorbar"]
        assert bar["ticktext"] == said
        assert bar["tickvals"] == ([-100, 0, 100] if diverging else [0, 50, 100])
    ends = style.with_legend(style.heatmap(style.percent(np.eye(2)), False), 1.0, least=0.5)["colorbar"]["ticktext"]
    assert ends == ["0.5", "0.75", "1"]
    assert style.with_legend(style.heatmap(style.percent(np.eye(2))), 0.0)["colorbar"]["ticktext"] == ["0", "0", "0"]


def test_errors_that_no_logarithm_can_show_are_said():
    where = np.array([1, 10])
    exact, none = np.zeros(2), np.array([0.0, np.inf])
    for curves, notes in (({"a": exact, "b": exact, "c": none}, 1), ({"a": exact, "b": exact, "c": exact + 1}, 0)):
        figure = long_context.errors(where, curves, 0.01, 3)
        texts = [note.text for note in figure.layout.annotations]
        assert texts.count("Each error is 0 or has no number: there is no line.") == notes
