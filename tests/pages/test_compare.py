"""Compare: up to four configured schemes; maps, curves and the table are the library's, whatever is chosen."""

import numpy as np
import pytest

import posenc
from charts.style import percent
from posenc.experiments.attention_bias import mean_by_offset
from posenc.experiments.compare import position_scores, sentence_weights
from posenc.experiments.properties import Setting, properties
from posenc.experiments.toy_words import split
from sections.compare import PROPERTIES
from tests.pages.app import open_page
from tests.pages.seen import bytes_of, figure, numbers, press, table, text

STEM = "10_compare"
DEFAULTS = ("sinusoidal", "rotary", "alibi", "t5")
ONE = {"scheme_2": "empty", "scheme_3": "empty", "scheme_4": "empty"}


def test_four_schemes_stand_side_by_side_on_one_scale():
    at = open_page(STEM)
    maps = [position_scores(posenc.scheme(id), 48)[3] for id in DEFAULTS]
    full = max(np.abs(scores).max() for scores in maps)
    for slot, scores in enumerate(maps, 1):
        drawn = figure(at, f"scores_{slot}")["data"]
        np.testing.assert_array_equal(numbers(drawn[0]["z"]), percent(scores, full))
        np.testing.assert_array_equal(numbers(drawn[0]["customdata"]), np.stack([percent(m, full) for m in maps], -1))
        by = mean_by_offset(scores)
        np.testing.assert_allclose(numbers(drawn[-1]["y"]), by.mean, rtol=1e-5, atol=1e-5)
    assert f"full colour is a score of ±{full:.3g}" in text(at)
    assert bytes_of(at) < 350_000


def test_the_table_is_measured_with_the_very_settings():
    at = open_page(STEM, length="24", dim="32", head="1", causal="true")
    known = table(at)
    for id, column in zip(DEFAULTS, list(known)[1:], strict=True):
        setting = Setting(24, 32, 8, 1, True)
        findings = properties(posenc.scheme(id), setting)
        assert column.startswith(id)
        assert [cell.partition("] ")[2] for cell in known[column]] == sentences(findings, posenc.scheme(id), setting)
        marks = {True: "check", False: "close", None: "remove"}
        assert all(marks[f.holds] in cell for f, cell in zip(findings.values(), known[column], strict=True))
    kinds = [column.rpartition("[")[2] for column in list(known)[1:]]
    assert kinds == ["formula]", "formula]", "formula]", "toy weights]"]
    through = [name for name in known["Measured now"] if "toy weights" in name]
    assert through == [
        "… in one layer's attention :orange-badge[toy weights]",
        "Keeps norms of 32 random vectors :orange-badge[toy weights]",
    ]
    said = captions(at)
    assert "one content at every position from 0 to 23, in head 1 of 8, under a causal mask." in said
    assert "or a scheme's last" in captions(open_page(STEM, scheme="swin", length="64", **ONE))


def sentences(findings, scheme, setting):
    return [say(findings[name], scheme, setting) for name, (_, say) in PROPERTIES.items()]


def captions(at):
    return "\n".join(element.value for element in at.caption)


def test_each_is_configured_by_keys_of_its_own():
    at = open_page(STEM, scheme="rotary", base="500", scheme_2="rotary", base_2="500000", scheme_3="empty",
                   scheme_4="alibi", symmetric_4="false")  # fmt: skip
    made: dict = {}
    exec(at.code[0].value, made)
    assert made["schemes"] == [
        posenc.scheme("rotary", base=500.0),
        posenc.scheme("rotary", base=500000.0),
        posenc.scheme("alibi", symmetric=False),
    ]
    assert list(table(at))[1:] == [f"{name} :green-badge[formula]" for name in ("rotary 1", "rotary 2", "alibi")]
    assert "**rotary 2** and **rotary 1** differ most" in text(at)
    assert len([chart for chart in at.get("plotly_chart") if "scores_3" in chart.proto.id]) == 0


def test_the_code_makes_what_is_drawn_and_measured():
    at = open_page(STEM, length="32", dim="16", head="2", causal="true", scheme_3="cope")
    made: dict = {}
    exec(at.code[0].value, made)
    full = max(np.nanmax(np.abs(scores)) for scores in made["maps"])
    for slot, scores in enumerate(made["maps"], 1):
        drawn = numbers(figure(at, f"scores_{slot}")["data"][0]["z"])
        np.testing.assert_array_equal(drawn, percent(np.nan_to_num(scores), full))
    for column, findings, scheme in zip(list(table(at))[1:], made["findings"], made["schemes"], strict=True):
        said = sentences(findings, scheme, made["setting"])
        assert [cell.partition("] ")[2] for cell in table(at)[column]] == said


def test_the_cursor_reads_every_map_at_the_same_place():
    at = open_page(STEM, query="30", key="2")
    for slot, id in enumerate(DEFAULTS, 1):
        value = position_scores(posenc.scheme(id), 48)[3, 30, 2]
        note = figure(at, f"scores_{slot}")["layout"]["annotations"][0]["text"]
        assert note == f"<b>{id}</b> (30, 2): {f'{value:.3g}'.replace('-', '−')}"
    at.select_slider(key="length").set_value(24)
    at.run()
    assert not at.exception
    assert at.slider(key="query").value == 23


def test_differences_are_from_the_first_scheme():
    at = open_page(STEM, scheme_3="empty", scheme_4="empty")
    first, second = (position_scores(posenc.scheme(id), 48)[3] for id in DEFAULTS[:2])
    apart = second - first
    *_, drawn = figure(at, "pictures_2")["data"]
    np.testing.assert_array_equal(numbers(drawn["z"]), percent(apart, np.abs(apart).max()))
    assert len(figure(at, "pictures_1")["data"]) == len(figure(at, "pictures_2")["data"]) - 1
    query, key = np.unravel_index(np.abs(apart).argmax(), apart.shape)
    assert (
        f"differ most for query {query} and key {key}: {second[query, key]:.3g} against {first[query, key]:.3g}"
        in text(at)
    )


@pytest.mark.parametrize("sentence", ["dog bites <b>man</b>", "王と后"])
def test_attention_to_the_persons_own_sentence(sentence):
    at = open_page(STEM, sentence=sentence)
    words = split(sentence)
    for slot, id in enumerate(DEFAULTS, 1):
        drawn = figure(at, f"pictures_{slot}")
        (cells,) = (trace for trace in drawn["data"] if trace.get("yaxis") == "y2")
        weights = sentence_weights(posenc.scheme(id), words)[3]
        np.testing.assert_array_equal(numbers(cells["z"]), percent(weights))
        assert "<b>m" not in "".join(drawn["layout"]["xaxis2"]["ticktext"])


def test_an_empty_sentence_and_a_long_one_are_said():
    assert "The sentence is empty" in open_page(STEM, sentence="   ").info[0].value
    assert "The sentence has 20 words; the first 16 are used." in open_page(STEM, sentence="word " * 20).info[0].value


@pytest.mark.parametrize("id", list(posenc.schemes()))
def test_every_scheme_is_shown_alone_and_is_a_small_message(id):
    at = open_page(STEM, scheme=id, **ONE, length="64", dim="48", causal="true")
    assert list(table(at))[1].startswith(id)
    assert not at.info
    assert bytes_of(at) < 350_000


def test_four_of_the_largest_are_a_message_of_bounded_size():
    at = open_page(STEM, length="64", dim="128", scheme="deberta", scheme_2="learned", scheme_3="dynamic_position_bias")
    assert bytes_of(at) < 350_000


def test_a_scheme_that_cannot_is_named_and_the_others_are_shown():
    at = open_page(STEM, dim="6", scheme="sincos2d")
    assert at.info[0].value.startswith("2-D sinusoidal cannot be shown with these settings: dim must be")
    assert [column.split()[0] for column in list(table(at))[1:]] == ["rotary", "alibi", "t5"]
    alone = open_page(STEM, dim="6", scheme="sincos2d", **ONE)
    assert len(alone.info) == 1
    assert not alone.table


def test_a_parameter_that_is_wrong_for_the_dimensions_is_said():
    at = open_page(STEM, rotary_dim_2="7")
    assert "Rotary (RoPE) cannot be shown with these settings: rotary_dim must be" in at.info[0].value


def test_a_parameter_named_like_a_control_of_the_page_has_a_key_of_its_own():
    at = open_page(
        STEM, scheme="sandwich", scheme_2="sandwich", dim="32", dim_1="16", dim_2="8", first="0", first_2="1"
    )
    made: dict = {}
    exec(at.code[0].value, made)
    assert made["schemes"][:2] == [
        posenc.scheme("sandwich", dim=16, first=0),
        posenc.scheme("sandwich", dim=8, first=1),
    ]
    assert made["setting"].dim == 32


def test_a_window_ends_where_it_has_no_more_positions():
    at = open_page(STEM, scheme="swin", length="64", **ONE)
    cells = numbers(figure(at, "scores_1")["data"][0]["z"])
    assert cells[:49, :49].any()
    assert not cells[49:].any()
    assert "no answer from position 49 on" in " ".join([*table(at).values()][1])


@pytest.mark.parametrize(
    "link",
    [
        {"scheme": "nothing", "scheme_2": "42", "length": "77", "dim": "abc", "head": "99", "query": "-5"},
        {"base_2": "nan", "layout_2": "diagonal", "own_scale": "perhaps", "causal": "%00"},
    ],
)
def test_a_malformed_link_shows_the_defaults(link):
    at = open_page(STEM, **link)
    assert [column.split()[0] for column in list(table(at))[1:]] == list(DEFAULTS)
    assert not at.info


def test_own_scales_give_each_its_own_full_colour():
    at = open_page(STEM, own_scale="true")
    for slot in (1, 2, 3, 4):
        assert np.abs(numbers(figure(at, f"scores_{slot}")["data"][0]["z"])).max() == 100
    assert "each one's own largest score" in text(at)


@pytest.mark.parametrize(
    ("label", "columns"),
    [
        ("A formula and a learned table", ["sinusoidal", "learned"]),
        ("Four ways to fade", ["alibi", "kerple", "kerple", "forgetting"]),
        ("Base 10,000 or 500,000", ["rotary", "rotary"]),
        ("Rows and columns", ["sincos2d", "axial_rotary", "swin"]),
        ("Nothing at all", ["none", "alibi"]),
        ("Added, turned, biased", ["sinusoidal", "rotary", "alibi"]),
    ],
)
def test_presets_set_the_slots(label, columns):
    at = press(open_page(STEM), label)
    assert [column.split()[0] for column in list(table(at))[1:]] == columns
    assert not at.info


@pytest.mark.parametrize("head", range(8))
def test_four_ways_to_fade_fade(head):
    link = {
        "max_bias": "64",
        "seed_2": "5",
        "kind_2": "log_power",
        "scheme_2": "kerple",
        "scheme": "alibi",
        "seed_4": "9",
    }
    at = press(open_page(STEM, head=str(head), scheme_4="forgetting", **link), "Four ways to fade")
    known = table(at)
    fades = known["Measured now"].index("Decays with the distance")
    assert all("check" in cells[fades] for cells in list(known.values())[1:])
    made: dict = {}
    exec(at.code[0].value, made)
    assert made["schemes"] == [
        posenc.scheme("alibi"),
        posenc.scheme("kerple"),
        posenc.scheme("kerple", kind="power"),
        posenc.scheme("forgetting"),
    ]


def test_what_is_learned_is_declared_and_not_guessed():
    at = open_page(STEM, scheme="learned", interpolate="true", scheme_2="shaw", max_distance_2="0", scheme_3="polar")
    known = table(at)
    row = [cells[known["Measured now"].index("Needs no learning")] for cells in list(known.values())[1:4]]
    assert all("close" in cell for cell in row)
    assert "learned: a table of 512 × 384 = 196,608 numbers" in row[0]
    assert "learned: a vector for each offset up to the limit; other toy values change no score here" in row[1]
    assert "learned: a phase for each feature, 0 here" in row[2]
    kinds = [column.rpartition("[")[2] for column in list(known)[1:]]
    assert kinds == ["real model]", "toy weights]", "toy weights]", "toy weights]"]


def test_schemes_that_do_not_differ_are_said_not_to():
    at = open_page(STEM, scheme="none", scheme_2="t5", scale_2="0", scheme_3="alibi", scheme_4="empty")
    assert "**t5** and **none** do not differ." in text(at)
    assert "**alibi** and **none** differ most" in text(at)
    assert "here all scores are 0, and nothing is coloured" in text(open_page(STEM, scheme="none", **ONE))


def test_weights_that_are_toys_are_called_so_in_the_pictures():
    for slot in (1, 2):
        notes = [note["text"] for note in figure(open_page(STEM), f"pictures_{slot}")["layout"]["annotations"]]
        assert "<b>Who looks at whom</b>, toy weights" in notes
