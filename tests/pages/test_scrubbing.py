"""What follows a slider in the browser names it, and a chart whose cells it reads, by their keys: both are there."""

import json

import pytest

from tests.pages.app import open_page
from ui.frame import pages

STEMS = [page.path.stem for page in pages()]
FOLLOWED = {
    "1_heatmap": {("position", "picture", "y"), ("dimension", "picture", "x")},
    "2_similarity": {("position", "matrix", "y")},
}
"""On each page that has any: the slider, the cells' chart, and which way they are cut."""


def drawn(at) -> dict[str, list[dict]]:
    """The traces of each chart, by its key."""
    return {chart.proto.id.rsplit("-", 1)[-1]: json.loads(chart.proto.spec)["data"] for chart in at.get("plotly_chart")}


def followed(at) -> set[tuple[str, str, str]]:
    """As in FOLLOWED, of each trace that ui/scrub.js moves."""
    notes = [json.loads(trace["meta"]) for traces in drawn(at).values() for trace in traces
             if isinstance(trace.get("meta"), str)]  # fmt: skip
    return {(note["slider"], note["cells"], note["along"]) for note in notes}


@pytest.mark.parametrize("stem", STEMS)
def test_a_slider_that_is_followed_is_on_the_page_and_so_are_the_cells(stem):
    at = open_page(stem)
    sliders, charts = {slider.key for slider in at.slider}, drawn(at)
    assert followed(at) == FOLLOWED.get(stem, set())
    for slider, cells, along in followed(at):
        assert slider in sliders
        picture = charts[cells][0]
        assert picture["type"] == "heatmap"
        assert picture["z"]["dtype"] == "i1"
        assert {f"{along}0", f"d{along}", "meta"} <= picture.keys()
