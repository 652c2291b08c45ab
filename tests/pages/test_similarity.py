"""The Similarity page."""

import pytest

import posenc
from posenc import similarities
from tests.pages.app import open_page
from tests.pages.seen import press, text
from ui.numbers import amount


def test_sinusoids_are_found_to_depend_on_the_distance_alone():
    at = open_page("2_similarity")
    assert "**It depends on the distance alone**" in text(at)
    assert at.metric[0].value == "no difference"
    assert "from distance 11 to 12 the mean rises" in text(at)


def test_a_learned_table_is_found_not_to():
    at = open_page("2_similarity", scheme="learned", length="512", dim="384")
    assert "**It does not depend on the distance alone**" in text(at)
    assert "**No one rotation moves every position by 5.**" in text(at)


@pytest.mark.parametrize("measure", similarities.MEASURES)
@pytest.mark.parametrize("length", ["16", "768", "1048576"])
def test_any_length_and_measure_fits_in_a_small_message(measure, length):
    at = open_page("2_similarity", measure=measure, length=length, dim="64")
    assert sum(len(chart.proto.spec) for chart in at.get("plotly_chart")) < 350_000


@pytest.mark.parametrize(
    "id", [id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Absolute | posenc.Rotary)]
)
def test_every_scheme_with_a_table_is_compared(id):
    assert len(open_page("2_similarity", scheme=id, dim="96").get("plotly_chart")) == 3


@pytest.mark.parametrize("measure", ["cosine", "euclidean"])
@pytest.mark.parametrize(
    "link",
    [
        {"scheme": "sincos2d", "height": "100", "width": "100", "length": "6144"},
        {"scheme": "sincos3d", "depth": "10", "height": "30", "width": "30", "length": "6144"},
        {"scheme": "fourier", "height": "100", "width": "100", "length": "6144"},
        {"scheme": "axial_rotary", "height": "100", "width": "100", "length": "6144"},
        {"scheme": "learned", "interpolate": "true", "length": "8192"},
        {"padding_idx": "5", "length": "8192"},
        {"scale": "0.0", "length": "8192"},
        {"scheme": "mrope", "dim": "2"},
    ],
    ids=lambda link: "-".join(link.values()),
)
def test_links_that_had_no_picture(link, measure):
    assert len(open_page("2_similarity", **link, measure=measure).get("plotly_chart")) == 3


def test_what_would_cost_too_much_is_said():
    link = {"scheme": "learned", "interpolate": "true", "length": "1048576", "dim": "384", "measure": "cosine"}
    at = open_page("2_similarity", **link)
    assert at.info[0].value.startswith("length must be at most 87381 for cosine in 384 dimensions")


def test_the_code_makes_what_is_said():
    at = open_page("2_similarity", length="96", dim="32", k="7")
    made: dict = {}
    exec(at.code[0].value, made)
    assert made["matrix"].shape == (96, 96)
    assert f"in float64: {made['error']:.1e}." in at.metric[0].help
    at = open_page("2_similarity", length="96", dim="32", k="7", scheme="learned")
    exec(at.code[0].value, made)
    assert at.metric[0].value == f"{amount(made['move'].before)} → {amount(made['move'].after)}"


def test_presets_work():
    at = open_page("2_similarity")
    for label in at.button_group(key="preset").options:
        press(at, label)
