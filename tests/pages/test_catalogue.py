"""The catalogue: every scheme of the registry, with what its file says of it, its curve, and links that open it."""

import re

import numpy as np
import pytest

import posenc
from charts.sparkline import sparkline
from tests.pages.app import open_page
from tests.pages.seen import press, text
from ui.entries import COLORS, curves, opens

STEM = "11_catalogue"


@pytest.fixture(scope="module")
def page():
    return open_page(STEM)


def test_every_scheme_is_there_in_teaching_order_with_what_its_file_says(page):
    entries = [element.value for element in page.markdown if "arxiv.org" in element.value]
    assert len(entries) == len(posenc.schemes())
    for entry, (id, cls) in zip(entries, posenc.schemes().items(), strict=True):
        assert f"**{cls.title}**" in entry
        assert f"`{id}`" in entry
        assert cls.formula in entry
        assert f"[{cls.paper.authors} {cls.paper.year}](https://arxiv.org/abs/{cls.paper.arxiv})" in entry
        assert cls.used_by in entry
        assert f":{COLORS[cls.family]}-badge[{cls.family}]" in entry


def test_every_scheme_has_its_little_picture(page):
    pictures = page.get("image")
    assert len(pictures) == len(posenc.schemes())
    for cls in posenc.schemes().values():
        svg = sparkline(curves(cls()))
        assert svg.count("<path") == len(curves(cls()))
        assert len(svg) < 6000


def test_a_curve_is_the_kernel_and_heads_that_are_alike_are_one():
    offsets = np.arange(-32, 33)
    np.testing.assert_array_equal(curves(posenc.scheme("rotary")), posenc.scheme("rotary").kernel(offsets, 64, 1))
    np.testing.assert_array_equal(curves(posenc.scheme("alibi")), posenc.scheme("alibi").kernel(offsets, 64, 4))


@pytest.mark.parametrize("family", posenc.FAMILIES)
def test_the_filter_shows_one_family(family):
    at = open_page(STEM, family=family)
    shown = [cls for cls in posenc.schemes().values() if cls.family == family]
    titles = re.findall(r"\*\*(.+?)\*\* &nbsp; `", text(at))
    assert titles == [cls.title for cls in shown]
    years = [cls.paper.year for cls in shown]
    assert f"**{len(shown)} schemes**, from {min(years)} to {max(years)}" in text(at)


def test_a_malformed_family_shows_all():
    assert f"**{len(posenc.schemes())} schemes**" in text(open_page(STEM, family="magic"))


def test_presets_filter():
    at = press(open_page(STEM), "Turned")
    assert at.button_group(key="family").value == "rotary"
    assert "Polar (PoPE)" in text(at)
    assert "KERPLE" not in text(at)


@pytest.mark.parametrize(
    ("id", "addresses"),
    [
        ("none", {"king_and_queen", "compare"}),
        ("sinusoidal", {"heatmap", "similarity", "king_and_queen", "compare"}),
        ("xpos", {"heatmap", "similarity", "rotary", "king_and_queen", "compare"}),
        ("t5", {"attention_bias", "king_and_queen", "compare"}),
    ],
)
def test_each_is_opened_by_the_pages_that_fit(id, addresses):
    assert set(opens(posenc.schemes()[id])) == addresses


def test_what_is_alike_on_both_sides_is_said(page):
    said = text(page).partition("the same as one before it: ")[2].partition(". Toy values")[0].split(", ")
    assert {"Sinusoidal", "Rotary (RoPE)", "ALiBi"} <= set(said)
    assert not {"T5 relative bias", "xPos", "KERPLE"} & set(said)


def test_the_code_runs_and_makes_the_curves(page, capsys):
    made: dict = {}
    exec(page.code[0].value, made)
    assert "sinusoidal absolute Vaswani et al. 2017" in capsys.readouterr().out
    np.testing.assert_array_equal(
        made["curves"], list(posenc.schemes().values())[-1]().kernel(np.arange(-32, 33), 64, 4)
    )
