"""Streamlit pieces that pages share.

After every run Streamlit collects garbage and walks all that pandas and pyarrow ever allocated, 40 to 80 ms. Freezing
once, at this import, before any session has state, takes that walk away: a rerun of an empty page falls to 4 ms.
"""

import gc

import pandas  # noqa: F401
import plotly.graph_objects  # noqa: F401
import pyarrow  # noqa: F401
import streamlit  # noqa: F401

import charts.heatmap  # noqa: F401
import posenc

posenc.schemes()
gc.collect()
gc.freeze()
