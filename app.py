"""What do positional embeddings do?

They tell a Transformer where each word stands. Without them, and without a mask, it sees a bag of words: which words
there are, but not their order. Each claim below is an experiment, run as this page was drawn.
"""

import streamlit as st

from sections import start as sections
from ui.badges import legend
from ui.frame import page

SECTION = ""
LABEL = "Start"
ICON = ":material/home:"

with page(__file__):
    sections.picture()
    sections.claims()
    st.caption(legend("exact", "real", "toy"))
