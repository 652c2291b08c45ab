"""The catalogue: every scheme of the registry, with what its file says of it, its curve, and links that open it."""

import re

import numpy as np
import pytest

import posenc
from charts.catalogue import sparkline
from posenc.registry import FAMILIES
from sections.catalogue import COLORS, curves, opens
from tests.pages.app import open_page
from tests.pages.seen import press, text

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


@pytest.mark.parametrize("family", FAMILIES)
def test_the_filter_shows_one_family(family):
    at = open_page(STEM, family=family)
    shown = [cls for cls in posenc.schemes().values() if cls.family == family]
    titles = re.findall(r"\*\*(.+?)\*\* &nbsp; `", text(at))
    assert titles == [cls.title for cls in shown]
    years = [cls.paper.year for cls in shown]
    if len(shown) > 1:
        assert f"**{len(shown)} schemes**, from {min(years)} to {max(years)}." in text(at)
    else:
        assert f"**1 scheme**, from {years[0]}." in text(at)


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


def listed(said, start):
    """The titles that stand between a colon and the full stop after a start."""
    found = re.search(re.escape(start) + r" (\d+): ([^.]*)\.", said)
    if not found:
        return []
    titles = found[2].split(", ")
    assert len(titles) == int(found[1])
    return titles


@pytest.mark.parametrize("family", ["all", *FAMILIES])
def test_what_is_alike_on_both_sides_is_said(family):
    shown = [(id, cls) for id, cls in posenc.schemes().items() if family in ("all", cls.family)]
    alike = listed(text(open_page(STEM, family=family)), "**Left and right are one** in")
    assert alike == [cls.title for id, cls in shown if same_on_both_sides(cls())]
    if family == "all":
        ids = [id for id, cls in shown if cls.title in alike]
        assert ids == ["none", "sinusoidal", "rotary", "mrope", "polar", "alibi", "sandwich", "fire"]


def same_on_both_sides(scheme):
    """Of one content everywhere, from the definitions: every key as far ahead of a query as behind it."""
    where, dim, heads = np.arange(48), 64, 4
    if scheme.family == "bias":
        same = np.tile(np.random.default_rng(1).standard_normal((2, heads, 1, 32)), (1, 1, 48, 1))
        scores = scheme.add_to_scores(np.zeros((heads, 48, 48)), *same, where)
    elif scheme.family == "absolute":
        scores = (scheme.table(48, dim, float) @ scheme.table(48, dim, float).T)[None]
    elif scheme.family == "rotary":
        queries, keys = scheme.rotate_qk(np.ones((1, 48, dim)), np.ones((1, 48, dim)), where)
        scores = queries @ keys.swapaxes(1, 2)
    else:
        scores = np.zeros((1, 48, 48))
    apart = [scores[:, i, i + d] - scores[:, i, i - d] for d in range(1, 24) for i in range(d, 48 - d)]
    return bool(np.abs(apart).max() < 1e-5)


@pytest.mark.parametrize("family", ["all", *FAMILIES])
def test_what_is_learned_is_said(family):
    said = text(open_page(STEM, family=family))
    shown = [cls for cls in posenc.schemes().values() if family in ("all", cls.family)]
    toy = listed(said, "Made-up values, random ones from a seed or zeros, stand in here in")
    real = listed(said, "A real model's values are shown in")
    assert toy == [cls.title for cls in shown if "seed" in cls.parameters() or cls.id == "polar"]
    assert real == [cls.title for cls in shown if cls.id == "learned"]
    assert f"**Something is learned** in {len(toy) + len(real)}." in said


def test_each_entry_says_what_its_numbers_are(page):
    entries = [element.value for element in page.markdown if "arxiv.org" in element.value]
    for entry, (id, cls) in zip(entries, posenc.schemes().items(), strict=True):
        toy = "seed" in cls.parameters() or id == "polar"
        kind = "toy weights" if toy else "real model" if id == "learned" else "formula"
        assert re.findall(r"-badge\[(formula|toy weights|real model)\]", entry) == [kind]


def test_pictures_are_read_from_behind_to_ahead(page):
    said = "\n".join(element.value for element in page.caption)
    assert "from 32 positions behind the query (left) to 32 ahead of it (right)" in said
    steps = posenc.scheme("alibi", symmetric=False)
    curve = curves(steps)[0]
    assert curve[0] < 0 < curve[-1]  # key − query, from −32 to 32


def test_papers_are_called_by_their_titles(page):
    assert "Functional Interpolation for Relative Positions Improves Long Context Transformers" in text(page)


def test_the_code_runs_and_makes_the_curves(page, capsys):
    made: dict = {}
    exec(page.code[0].value, made)
    assert "sinusoidal absolute Vaswani et al. 2017" in capsys.readouterr().out
    np.testing.assert_array_equal(
        made["curves"], list(posenc.schemes().values())[-1]().kernel(np.arange(-32, 33), 64, 4)
    )
