"""What do positional embeddings do?

A Transformer reads all words of a sentence at once. It turns each word into a list of numbers, and that list is the same
wherever the word stands. A positional embedding is a second list, one for each place, that is added to the first.
"""

import streamlit as st

from sections import start as sections
from ui.badges import legend
from ui.frame import page, section

SECTION = ""
LABEL = "Start"
ICON = ":material/home:"

with page(__file__):
    sections.first_minute()
    sections.doors()
    sections.formula()
    section(
        "What articles say, measured here",
        "Each claim is an experiment of one of the pages, run as this page was drawn.",
    )
    sections.claims()
    st.caption(legend("exact", "real", "toy"))
