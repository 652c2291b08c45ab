"""What does a positional embedding look like?

It is a list of numbers for each position, the same whatever word stands there. Here many lists are one picture.
"""

import streamlit as st

import posenc
from sections import heatmap as sections
from ui import controls, scrub
from ui.chart import filled_last
from ui.frame import experiment, page
from ui.guess import ask
from ui.presets import Presets, presets
from ui.scheme_picker import fitting, has_table, pick

SECTION = "See"
LABEL = "Heatmap"
ICON = ":material/grid_on:"

PRESETS: Presets = {
    "The first Transformer's waves": {},
    "All sines first, then all cosines": {"layout": "concatenated"},
    "A million positions: short waves fade": {"length": 1048576, "dim": 512},
    "A small base: short waves alone": {"base": 20.0, "length": 256},
    "A model's own table: no waves": {"scheme": "learned", "length": 512, "dim": 384},
    "Rotary: angles to turn by": {"scheme": "rotary", "length": 256, "dim": 64},
}


@experiment
def look() -> None:
    asked = ask(
        "Take two positions next to each other. Which half of their numbers tells them apart better?", sections.HALVES
    )
    with controls.row():
        scheme = pick(has_table)
        with controls.row():
            length = controls.length(maximum=scheme.max_length)
            dim = controls.dim(maximum=scheme.max_dim)
    scheme, length, dim = fitting(scheme, length, dim, sections.measured)
    asked.reveal(*sections.answer(scheme, length, dim))

    beside, words = st.columns([8, 5], gap="medium")
    with beside:
        picture = filled_last()
        sections.how_to_read(scheme, length, dim)
    with words:
        position = controls.number("Position", sections.POSITION, 0, length - 1, 37)
        dimension = controls.number("Dimension", sections.DIMENSION, 0, dim - 1, 8)
        sections.reading(scheme, length, dim, position, dimension)
    sections.what_is_seen(scheme, length, dim, dimension)
    sections.layouts(scheme, length, dim)
    sections.code(scheme, length, dim, position)
    with picture:
        sections.picture(scheme, length, dim, position, dimension)


with page(__file__, sources=[posenc.schemes()["sinusoidal"].paper, posenc.schemes()["learned"].paper]):
    look()
    presets(PRESETS)
    sections.counter()
    scrub.listen()
