"""The yardstick of pages.py and crowd.py: the formula and a heatmap of it, as most people would write them."""

import numpy as np
import plotly.express as px
import streamlit as st

length = st.slider("Positions", 16, 4096, 512, key="length", bind="query-params")
dim = st.slider("Dimensions", 16, 2048, 512, step=2, key="dim", bind="query-params")
angle = np.arange(length)[:, None] / 10000 ** (np.arange(0, dim, 2) / dim)
table = np.empty((length, dim))
table[:, 0::2] = np.sin(angle)
table[:, 1::2] = np.cos(angle)
st.plotly_chart(px.imshow(table, aspect="auto", color_continuous_scale="RdBu", zmin=-1, zmax=1))
