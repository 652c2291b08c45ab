"""A chart is sent as it is, without Streamlit's theme, with a text for those who do not see it."""

import json

from tests.ui.drawn import drawn


def two_charts() -> None:
    import plotly.graph_objects as go
    import streamlit as st

    from ui.chart import chart, filled_last

    last = filled_last()
    place = st.container()
    with last:
        chart(go.Figure(go.Scatter(y=[1, 2])), "line", "A line.")
    chart(go.Figure(go.Bar(y=[3])), "bar", "A bar.", place, config={"staticPlot": True})


def test_charts_have_key_text_and_config_and_no_theme():
    line, bar = drawn(two_charts).get("plotly_chart")
    assert [chart.proto.id.rpartition("-")[2] for chart in (line, bar)] == ["line", "bar"]
    assert [chart.proto.alt for chart in (line, bar)] == ["A line.", "A bar."]
    assert [chart.proto.theme for chart in (line, bar)] == ["", ""]
    assert json.loads(line.proto.config) == {"displaylogo": False, "modeBarButtons": [["toImage"]]}
    assert json.loads(bar.proto.config) == {"staticPlot": True}


def test_a_chart_stands_in_the_place_that_is_named():
    at = drawn(two_charts)
    last, place = (block.children[0] for block in at.main.children.values())
    assert last.proto.alt == "A line."
    assert place.proto.alt == "A bar."
