"""What do positional embeddings do?

They tell a Transformer where each word stands. Without them, and without a mask, it sees a bag of words: which words
there are, but not their order. Each claim below is an experiment, run as this page was drawn.
"""

import streamlit as st

import posenc
from charts import heatmap
from posenc.experiments.start import verdicts
from ui.badges import legend
from ui.chart import chart
from ui.frame import card, page

SECTION = ""
LABEL = "Start"
ICON = ":material/home:"

with page(__file__):
    cells = posenc.raster(posenc.scheme("sinusoidal"), (0, 160), 64, 160, 64)
    chart(
        heatmap.strip(cells.T),
        key="hero",
        alt="The sinusoidal encoding of 160 positions: slow waves at the bottom, fast ones at the top.",
        config={"staticPlot": True},
    )
    claims = verdicts()
    for first in range(0, len(claims), 2):
        for column, verdict in zip(st.columns(2, gap="medium"), claims[first : first + 2], strict=False):
            with column:
                card(verdict)
    st.caption(legend("exact", "real", "toy"))
