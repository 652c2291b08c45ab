"""The swaps of a link: all of them, or none."""

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from posenc.experiments.pictures import picture
from ui import board


@given(pairs=st.lists(st.tuples(st.integers(0, 195), st.integers(0, 195)).filter(lambda p: p[0] < p[1]), max_size=50))
def test_swaps_written_are_read(pairs):
    assert board._parse(".".join(f"{first}-{second}" for first, second in pairs), 196) == pairs


@given(text=st.text(max_size=30))
def test_any_text_is_swaps_or_none(text):
    for first, second in board._parse(text, 49):
        assert 0 <= first < second < 49


@pytest.mark.parametrize(
    "text", [None, "", "5", "5-5", "5-49", "1-2.5-49", "-1-2", "1-2-3", "1–2", "١-٢", "1-2.", " 1-2"]
)
def test_what_is_malformed_counts_for_nothing(text):
    assert board._parse(text, 49) == []


def test_an_endless_link_is_cut():
    assert board._parse(".".join(["0-1"] * 5000), 49) == [(0, 1)] * board.MAX


def test_the_picture_goes_along_without_thinned_out_colours():
    kind, data = board._as_jpeg(picture("landscape")).split(",")
    assert kind == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert image.size == (224, 224)
        assert {(across, down) for _, across, down, _ in image.layer} == {(1, 1)}
