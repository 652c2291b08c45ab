"""The Similarity page."""

import numpy as np
import pytest

import posenc
from posenc import similarities
from tests.pages.app import open_page
from tests.pages.seen import captions, figure, press, text
from ui.guess import LOOK
from ui.numbers import amount


def test_sinusoids_are_found_to_depend_on_the_distance_alone():
    at = open_page("2_similarity", guess="only the distance")
    assert "You guessed “only the distance”, and so it is.**] **It depends on the distance alone**" in text(at)
    assert at.metric[0].value == "no difference"
    assert "from distance 11 to 12 the mean rises" in text(at)


def test_a_learned_table_is_found_not_to():
    at = open_page("2_similarity", scheme="learned", length="512", dim="384", guess="only the distance")
    assert "It is “the place too”.**] **It does not depend on the distance alone**" in text(at)
    assert "**No one rotation moves every position by 5.**" in text(at)


def test_the_answer_waits_for_a_guess():
    assert "distance alone**" not in text(open_page("2_similarity"))
    assert "distance alone**" in text(open_page("2_similarity", guess=LOOK))


def test_one_pair_is_drawn_on_its_circle_before_and_after_the_move():
    at = open_page("2_similarity", k="7", pair="3", position="20")
    angle = np.arange(128) * 10000 ** (-6 / 128)
    found = {trace["marker"]["symbol"]: [] for trace in figure(at, "circle")["data"] if "marker" in trace}
    for trace in figure(at, "circle")["data"]:
        if "marker" in trace:
            found[trace["marker"]["symbol"]].append((trace["x"][0], trace["y"][0]))
    for symbol, places in (("circle-open", (20, 0)), ("circle", (27, 7))):
        true = [(np.cos(angle[place]), np.sin(angle[place])) for place in places]
        assert found[symbol] == pytest.approx(np.array(true))
    turned = float(np.degrees(7 * 10000 ** (-6 / 128)) % 360)
    assert f"**{amount(turned)} degrees**" in text(at)
    assert "pair 3 of position 20 (blue) and of position 0 (orange)" in text(at)


def test_far_moves_are_whole_turns_and_the_rest():
    said = text(open_page("2_similarity", k="64", pair="0"))
    whole, rest = divmod(np.degrees(64), 360)
    assert f"**{whole:.0f} turns and {amount(rest)} degrees**" in said


@pytest.mark.parametrize("link", [{"scheme": "learned"}, {"scheme": "sincos2d"}, {"dim": "5"}, {"padding_idx": "3"}])
def test_where_no_pairs_turn_no_circle_is_drawn(link):
    at = open_page("2_similarity", **link)
    assert {chart.proto.id.rsplit("-", 1)[-1] for chart in at.get("plotly_chart")} == {"matrix", "profile", "offsets"}
    assert "**No one rotation moves every position by 5.**" in text(at)


def test_what_a_cell_is_stands_under_the_picture():
    assert "One cell stands for two positions. Blue: the two lists agree." in captions(open_page("2_similarity"))
    far = captions(open_page("2_similarity", length="1048576", measure="euclidean"))
    assert "root of the mean squared distance of **4,096 × 4,096 pairs**" in far
    assert "Most values are small" not in far


def test_small_values_are_on_their_own_scale_and_the_largest_is_said():
    at = open_page("2_similarity", scheme="learned", dim="384")
    values = posenc.similarity(posenc.scheme("learned").table(128, 384))
    cells = figure(at, "matrix")["data"][0]
    assert cells["meta"] < values.max() / 5
    assert cells["colorbar"]["ticktext"][2] == f"≥ {cells['meta']:.2g}"
    assert f"colours and axes end at {cells['meta']:.2g}, the largest value is {values.max():.2g}." in captions(at)


@pytest.mark.parametrize("measure", similarities.MEASURES)
@pytest.mark.parametrize("length", ["16", "768", "1048576"])
def test_any_length_and_measure_fits_in_a_small_message(measure, length):
    at = open_page("2_similarity", measure=measure, length=length, dim="64")
    assert sum(len(chart.proto.spec) for chart in at.get("plotly_chart")) < 350_000


@pytest.mark.parametrize(
    "id", [id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Absolute | posenc.Rotary)]
)
def test_every_scheme_with_a_table_is_compared(id):
    assert len(open_page("2_similarity", scheme=id, dim="96").get("plotly_chart")) >= 3


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
    assert len(open_page("2_similarity", **link, measure=measure).get("plotly_chart")) >= 3


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
