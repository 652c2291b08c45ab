"""What holds for every page there is."""

import json

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from posenc import rasters
from tests.pages.app import open_page
from tests.pages.seen import blank, values
from ui.frame import pages

STEMS = [page.path.stem for page in pages()]
ENDLESS = {"scheme": "sincos2d", "height": "1024", "width": "1024", "cls_token": "true", "length": "1048577"}
ONE_PLACE = [
    {"scheme": id, "height": "1", "width": "1", "depth": "1"}
    for id in ("sincos2d", "fourier", "sincos3d", "axial_rotary")
]


@pytest.mark.parametrize("stem", STEMS)
def test_every_page_opens_with_its_question_answer_and_picture(stem):
    at = open_page(stem)
    page = next(each for each in pages() if each.path.stem == stem)
    assert at.title[0].value == page.question
    assert page.question.endswith("?")
    assert page.answer in [element.value for element in at.markdown[:2]]  # the glossary stands beside the title
    for chart in at.get("plotly_chart"):
        assert chart.proto.alt


@pytest.mark.parametrize("stem", STEMS)
def test_plotly_knows_all_that_is_drawn_and_sees_that_it_stays(stem):
    """charts/style.py says why: it leaves checking to this test, and a second drawing must find nothing new."""
    for chart in open_page(stem).get("plotly_chart"):
        drawn = json.loads(chart.proto.spec)
        assert drawn["layout"]["template"] is None
        assert "datarevision" in drawn["layout"]
        assert drawn["layout"]["dragmode"] is False, "a finger on a chart would not scroll the page"
        assert all(axis["fixedrange"] for axis in axes(drawn["layout"])), "a mouse would zoom"
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
    usual = values(open_page(stem))
    names = {*usual, "layout", "base", "order", "swaps"} - {"sentence", "word", "config"}
    for text in ("\x00-9e99<b>", "", "inf", "9" * 400):
        found = values(open_page(stem, **dict.fromkeys(names, text)))
        assert found | usual == found, text


def test_a_link_of_values_that_are_allowed_does_not():
    usual, found = values(open_page("1_heatmap")), values(open_page("1_heatmap", length="64", dim="32"))
    assert {name for name in usual if found[name] != usual[name]} == {"length", "dim"}


def test_a_visitor_is_not_told_where_a_page_failed():
    error = AppTest.from_string("raise RuntimeError('/home/secret')").run().exception[0]
    assert "/home" not in error.value
    assert "secret" not in error.value
    assert not error.stack_trace


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


@pytest.mark.parametrize(
    ("stem", "link", "said"),
    [
        ("1_heatmap", {"padding_idx": "inf"}, None),
        ("1_heatmap", {"padding_idx": "9" * 400, "base": "1e309"}, None),
        ("10_compare", {"scheme_2": "alibi", "seed_4": "inf", "scheme_4": "t5"}, None),
        ("6_rotary", {"rotary_dim": "-inf"}, None),
        ("1_heatmap", ENDLESS, None),
        ("1_heatmap", ENDLESS | {"scheme": "axial_rotary", "form": "llama4-vision"}, None),
        (
            "1_heatmap",
            {"scheme": "sincos3d", "depth": "2", "height": "1024", "width": "1024", "length": "2097152"},
            None,
        ),
        ("2_similarity", ENDLESS, None),
        *(("1_heatmap", place, None) for place in ONE_PLACE),
        *(("2_similarity", place, "One position has no other to be compared with.") for place in ONE_PLACE),
        ("6_rotary", ONE_PLACE[-1], None),
        *(("7_attention_bias", {"scheme": id, "height": "1", "width": "1"}, None) for id in ("swin", "swinv2")),
        *(
            (stem, {"scheme": "mrope", "dim": "2"}, None)
            for stem in ("1_heatmap", "2_similarity", "6_rotary", "10_compare")
        ),
        *((stem, {"dim": "5"}, None) for stem in ("1_heatmap", "2_similarity", "5_adding")),
        ("4_image_patches", {"dim": "5", "scheme": "sinusoidal"}, None),
        (
            "4_image_patches",
            {"dim": "5"},
            "dim must be a whole number of at least 1 that 4 divides; got 5. Meanwhile",
        ),
        ("6_rotary", {"dim": "5"}, "dim must be a whole number of at least 2 that 2 divides; got 5."),
        (
            "6_rotary",
            {"dim": "5", "scheme": "polar"},
            "dim must be a whole number of at least 2 that 2 divides; got 5.",
        ),
        ("10_compare", {"dim": "5"}, "Rotary (RoPE) cannot be shown with these settings: dim must be"),
        ("6_rotary", {"scheme": "xpos", "scale_base": "5", "length": "4096", "dim": "2"}, "length must be smaller"),
        (
            "6_rotary",
            {"scheme": "xpos", "scale_base": "1", "length": "32", "dim": "6"},
            None,
        ),
        ("3_king_and_queen", {"scheme": "rotary", "rotary_dim": "64"}, None),
        ("4_image_patches", {"size": "", "image": "", "shuffle": ""}, None),
        ("1_heatmap", {"length": "1048573", "dim": "1021"}, None),
        ("1_heatmap", {"scale": "0.0"}, None),
        ("2_similarity", {"scale": "0.0"}, None),
        ("10_compare", {"scheme": "none", "scheme_2": "empty", "scheme_3": "empty", "scheme_4": "empty"}, None),
    ],
)
def test_a_link_that_failed_once_shows_pictures_and_where_need_be_a_sentence(stem, link, said):
    at = open_page(stem, **link)
    assert [info.value[: len(said or "")] for info in at.info] == ([said] if said else [])
    assert at.get("plotly_chart")
    assert blank(at) == []


def test_whatever_the_library_refuses_is_said_with_a_picture(monkeypatch):
    """Here what it might refuse one day: norms that differ."""
    measure = rasters.similarity_raster

    def refusing(scheme, *rest):
        if scheme.base == 1234.0:
            raise ValueError("length must be at most 3 where norms differ, as sinusoidal's do; got www.evil.example")
        return measure(scheme, *rest)

    monkeypatch.setattr(rasters, "similarity_raster", refusing)
    at = open_page("2_similarity", base="1234", measure="cosine")
    assert at.info[0].value == (
        "length must be at most 3 where norms differ, as sinusoidal's do; got `www.evil.example`."
        " Meanwhile Sinusoidal is shown with its defaults, 128 positions and 96 dimensions."
    )
    assert len(at.get("plotly_chart")) >= 3


def test_what_does_not_fit_is_named():
    assert "rotary_dim" in open_page("1_heatmap", scheme="rotary", rotary_dim="7").info[0].value
    assert "dim" in open_page("2_similarity", scheme="axial_rotary", dim="6").info[0].value
