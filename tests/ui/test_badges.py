"""The labels of the kinds of numbers: each kind has one, and its legend says what it means."""

import pytest

import posenc
from ui.badges import KINDS, badge, legend


def test_every_kind_has_a_name_and_a_color_of_its_own():
    names, colors, meanings = zip(*KINDS.values(), strict=True)
    assert len({*names}) == len({*colors}) == len({*meanings}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_legend_says_what_the_label_means(kind):
    assert legend(kind) == f"{badge(kind)} {KINDS[kind][2]}."


def test_a_legend_of_several_keeps_their_order():
    said = legend("toy", "exact")
    assert said.index(badge("toy")) < said.index(badge("exact"))
    assert "\n" not in said


def test_every_scheme_is_of_a_kind():
    assert {cls().values for cls in posenc.schemes().values()} <= KINDS.keys()
