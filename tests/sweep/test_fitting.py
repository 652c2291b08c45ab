"""Every page with every scheme and values that may not go together: pictures with numbers in them, or a sentence."""

import random
from collections.abc import Callable

import pytest

import posenc
from posenc import similarities
from posenc.parameters import Parameter
from tests.pages.app import open_page
from tests.pages.seen import blank
from tests.sweep import chosen
from ui.scheme_picker import _drawable, has_table

DIMS = ("2", "3", "5", "6", "7", "9", "17", "63", "97", "511", "513", "1021", "1042")
LENGTHS = ("16", "17", "97", "997", "1000", "4097", "6144", "65537", "1048573")
FITS: dict[str, Callable[[type[posenc.Scheme]], bool]] = {
    "1_heatmap": has_table,
    "2_similarity": has_table,
    "3_king_and_queen": lambda cls: True,
    "4_image_patches": lambda cls: issubclass(cls, posenc.Absolute),
    "5_adding": lambda cls: issubclass(cls, posenc.Absolute) and "width" not in cls.parameters(),
    "6_rotary": lambda cls: issubclass(cls, posenc.Rotary),
    "7_attention_bias": lambda cls: cls.family == "bias",
    "10_compare": lambda cls: True,
}
MORE: dict[str, tuple[str, ...]] = {
    "measure": similarities.MEASURES, "causal": ("true",), "heads": ("1", "2", "8"), "layers": ("1", "3"),
    "pooling": ("mean", "last"), "words": ("real model",), "sentence": ("a", "a a", "a b c"), "k": ("0", "14"),
    "position": ("0", "15"), "offset": ("0", "32"), "head": ("0", "7"), "size": ("14", "32"), "own_scale": ("true",),
    "shuffle": ("rows", "by hand"), "strength": ("0.01", "100.0"), "content": ("a sentence",), "padding_idx": ("0", "7"),
}  # fmt: skip
"""Of all pages: each takes those that it has."""
PLACES = [(stem, id) for stem, fits in FITS.items() for id, cls in posenc.schemes().items() if fits(cls)]


def check(stem: str, link: dict[str, str]) -> None:
    at = open_page(stem, **link)
    assert blank(at) == []
    said = [info.value for info in at.info]
    assert all(" must be " in text or text.startswith(("One position", "Some hands")) for text in said), said
    assert at.get("plotly_chart") or stem == "10_compare"


@pytest.mark.parametrize(("place", "dim"), chosen([(place, dim) for place in PLACES for dim in DIMS], one_in=40))
def test_any_number_of_dimensions(place, dim):
    stem, id = place
    check(stem, {"scheme": id, "dim": dim})


def at_an_end(known: Parameter, bias: bool, draw: random.Random) -> str:
    """A value that is allowed, at or near an end; no large tables of biases, which other tests bound."""
    if known.choices or isinstance(known.default, bool):
        return str(draw.choice(known.choices or ("true", "false"))).lower()
    low, high = known.minimum or 0, 1000 if known.maximum is None else known.maximum
    ends = [low, low + 1, min(high, 64), *([] if bias else [high])]
    return str(type(low)(draw.choice(ends)))


@pytest.mark.parametrize("seed", chosen(range(1500), one_in=60))
def test_parameters_at_their_ends(seed):
    draw = random.Random(seed)
    stem, id = draw.choice(PLACES)
    cls = posenc.schemes()[id]
    link = {
        name: at_an_end(known, cls.family == "bias", draw)
        for name, known in cls.parameters().items()
        if _drawable(known) and draw.random() < 0.5
    }
    link |= {"length": draw.choice(LENGTHS)} if draw.random() < 0.7 else {}
    if cls.family != "bias" and draw.random() < 0.7:
        link |= {"dim": draw.choice(DIMS)}
    link |= {name: draw.choice(values) for name, values in MORE.items() if draw.random() < 0.5} | {"scheme": id}
    check(stem, link)
