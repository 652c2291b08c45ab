"""What does a rotary embedding tell attention?

It adds nothing to the words. It turns queries and keys, pair of numbers by pair, like the hands of clocks.
"""

import streamlit as st

import posenc
from posenc.experiments import rotary
from sections import rotary as sections
from ui import controls
from ui.badges import legend
from ui.frame import experiment, page
from ui.guess import ask
from ui.presets import Presets, presets
from ui.scheme_picker import fitting, of, pick, scheme_code, schemes

SECTION = "Schemes"
LABEL = "Rotary"
ICON = ":material/schedule:"

PLAIN = {"scheme": "rotary", "dim": 16, "length": 32}
PRESETS: Presets = {
    "Eight clocks": PLAIN,
    "Only a quarter turns": PLAIN | {"dim": 64, "rotary_dim": 16, "length": 64, "some_turn": True},
    "Base a million: slower clocks": PLAIN | {"base": 1e6, "length": 512},
    "Angles mixed up": PLAIN | {"layout": "mixed"},
    "Far keys fade (xPos)": {"scheme": "xpos", "scale_base": 32.0, "dim": 16, "length": 128},
    "A picture: rows and columns": {"scheme": "axial_rotary", "dim": 16, "length": 96, "offset": 14},
    "A video: time, row, column": {"scheme": "mrope", "dim": 16, "length": 32, "on_grid": True},
    "Garbage from the second token": PLAIN | {"door": True},
}


@experiment
def look() -> None:
    asked = ask(
        "A query and a key both move on by one position. What happens to their score?",
        (sections.STAYS, sections.CHANGES),
    )
    door = st.container()
    with controls.row():
        first, second = st.container(), st.container()
    says, pictures = st.container(), st.container()
    with controls.row():
        scheme = pick(of(posenc.Rotary), "rotary")
        length = controls.length(32, maximum=min(4096, scheme.max_length or 4096))
        dim = controls.dim(16, maximum=512)
    with says:
        scheme, length, dim = fitting(scheme, length, dim, sections.measured)
    with second:
        help = "How far the key is ahead of the query."
        offset = controls.number("Distance", "offset", 0, min(32, length - 1), 3, help)
    with first:
        position = controls.number("Position", "position", 0, length - 1 - offset, 0, "Where the query stands.")

    sections.answer(asked, scheme, length, dim)
    with pictures:
        sections.pictures(scheme, dim, length, position, offset)
    sections.what_is_seen(scheme, dim, length, offset)
    presets(PRESETS)
    plain = sections.plain(scheme)
    with door, controls.fold("Garbage from the second token?", "door", icon=":material/healing:") as is_open:
        if is_open:
            sections.door(plain, dim)
    with controls.fold("Not all dimensions need to turn", "some_turn") as is_open:
        if is_open:
            sections.parts(plain, dim, length)
    with controls.fold("On a grid: rows, columns, time", "on_grid", holds=("grid", "time")) as is_open:
        if is_open:
            sections.grid(scheme)
    st.caption(legend("exact", "toy"))
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
