"""What holds for every page there is."""

import ast
import json
from pathlib import Path

import plotly.graph_objects as go
import pytest

from tests.pages.app import ROOT, open_page
from ui.page import pages, read

STEMS = [page.path.stem for page in pages()]


@pytest.mark.parametrize("stem", STEMS)
def test_every_page_opens_with_its_question_answer_and_picture(stem):
    at = open_page(stem)
    known = next(page for page in pages() if page.path.stem == stem)
    assert at.title[0].value == known.question
    assert known.question.endswith("?")
    assert at.markdown[0].value == known.answer
    for chart in at.get("plotly_chart"):
        assert chart.proto.alt


@pytest.mark.parametrize("stem", STEMS)
def test_plotly_knows_all_that_is_drawn_and_sees_that_it_stays(stem):
    """charts/style.py says why: it leaves checking to this test, and a second drawing must find nothing new."""
    for chart in open_page(stem).get("plotly_chart"):
        drawn = json.loads(chart.proto.spec)
        assert drawn["layout"]["template"] is None
        assert "datarevision" in drawn["layout"]
        for part in (*drawn["data"], *axes(drawn["layout"])):
            assert not isinstance(part.get("meta"), dict)
            packed = [value for value in part.values() if isinstance(value, dict) and "bdata" in value]
            assert all("," in value["shape"] for value in packed), "a line must be a list"
        go.Figure(drawn)


def axes(layout):
    return [part for name, part in layout.items() if name.startswith(("xaxis", "yaxis"))]


@pytest.mark.parametrize("stem", STEMS)
def test_rerunning_a_page_gives_the_same_bytes(stem):
    first, second = ([chart.proto.spec for chart in open_page(stem).get("plotly_chart")] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("stem", STEMS)
def test_a_malformed_link_shows_the_defaults(stem):
    odd = dict.fromkeys(("length", "dim", "scheme", "layout", "base", "heads", "order", "position"), "\x00-9e99<b>")
    at = open_page(stem, **odd)
    assert at.title[0].value.endswith("?")


def test_a_page_without_a_description_is_refused(tmp_path):
    nameless = tmp_path / "1_nameless.py"
    nameless.write_text('"""Is this a page?\n\nNo."""\n')
    with pytest.raises(KeyError):
        read(nameless)


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_pages_are_short(path: Path):
    assert len(path.read_text().splitlines()) <= 160
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("stem", ["1_heatmap", "2_similarity"])
@pytest.mark.parametrize(
    "odd",
    [
        {"scheme": "rotary", "rotary_dim": "7"},
        {"scheme": "rotary", "rotary_dim": "64", "dim": "16"},
        {"scheme": "axial_rotary", "dim": "6"},
        {"scheme": "sincos3d", "dim": "2"},
        {"scheme": "sincos2d", "height": "3", "width": "2", "dim": "64"},
        {"scheme": "sinusoidal", "spacing": "tensor2tensor", "dim": "2"},
    ],
)
def test_values_that_do_not_fit_together_get_a_sentence_and_a_picture(stem, odd):
    at = open_page(stem, **odd)
    assert len(at.get("plotly_chart")) >= 1
    assert all(len(info.value) > 20 for info in at.info)


def test_what_does_not_fit_is_named():
    assert "rotary_dim" in open_page("1_heatmap", scheme="rotary", rotary_dim="7").info[0].value
    assert "dim" in open_page("2_similarity", scheme="axial_rotary", dim="6").info[0].value
