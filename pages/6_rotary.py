"""What turns in a rotary embedding?

Pairs of features of each query and key: they turn like the hands of clocks, by angles that follow from the position.
How fast they turn, and what that does to the score of a query and a key, is measured here.
"""

import streamlit as st

import posenc
from posenc.experiments import rotary
from sections import rotary as sections
from ui import controls
from ui.frame import experiment, page
from ui.presets import Presets, presets
from ui.scheme_picker import fitting, of, pick, scheme_code, schemes

SECTION = "Schemes"
LABEL = "Rotary"
ICON = ":material/schedule:"

PLAIN = {"scheme": "rotary", "base": 10000.0, "layout": "half", "rotary_dim": None}
PRESETS: Presets = {
    "Eight hands": PLAIN | {"dim": 16, "length": 32, "position": 0, "offset": 3},
    "A quarter turns": PLAIN | {"dim": 64, "rotary_dim": 16, "length": 64},
    "A base of a million": PLAIN | {"base": 1e6, "dim": 16, "length": 512},
    "No rotation at all": PLAIN | {"layout": "mixed", "dim": 16, "length": 32},
    "Fading behind the query": {"scheme": "xpos", "base": 10000.0, "scale_base": 32.0, "dim": 16, "length": 128},
    "Rows and columns": {"scheme": "axial_rotary", "dim": 16, "length": 96, "offset": 14},
    "Time, row, column": {"scheme": "mrope", "dim": 16, "length": 32},
}


def ask() -> tuple[posenc.Rotary, int, int]:
    scheme = pick(of(posenc.Rotary), "rotary")
    with controls.row():
        length = controls.length(32, maximum=min(4096, scheme.max_length or 4096))
        dim = controls.dim(16, maximum=512)
    return fitting(scheme, length, dim, sections.measured)


@experiment
def look() -> None:
    scheme, length, dim = ask()
    pictures = st.container()
    left, right = st.columns([1.1, 1], gap="medium")
    with right:
        offset = controls.number(
            "Distance", "offset", 0, min(32, length - 1), 3, "How far the key is ahead of the query."
        )
    with left:
        position = controls.number("Position", "position", 0, length - 1 - offset, 0, "Where the query stands.")

    with pictures:
        sections.pictures(scheme, dim, length, position, offset)
    sections.what_is_seen(scheme, dim, length, offset)
    presets(PRESETS)
    plain = sections.plain(scheme)
    sections.layouts(plain, dim)
    sections.parts(plain, dim, length)
    sections.grid(scheme)
    controls.code(
        "import posenc\nfrom posenc.experiments.rotary import rotary_hands, rotated_scores\n"
        "from posenc.experiments.toy_words import word_vectors\n\n"
        f"scheme = {scheme_code(scheme)}\n"
        f'query, key = word_vectors(["King", "Queen"], {rotary.features_taken(scheme, dim)}, "float64")\n'
        f"query_hands = rotary_hands(scheme, [{position}], {dim}, length={length})\n"
        f"key_hands = rotary_hands(scheme, [{position + offset}], {dim}, key=True, length={length})\n"
        f"scores = rotated_scores(scheme, query, key, {length})\n"
        "scores.offsets, scores.mean, scores.spread"
    )


with page(__file__, sources=[cls.paper for cls in schemes(of(posenc.Rotary)).values()]):
    look()
