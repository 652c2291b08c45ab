"""Does a probe see a run that does not end?

A visit with ?stuck=1 never ends.
"""

import time

import streamlit as st

from ui import runs
from ui.frame import page

SECTION = ""
LABEL = "Stuck"
ICON = ":material/home:"
runs.STUCK = 1.0

with page(__file__):
    stuck = "stuck" in st.query_params
    while stuck:  # no call of Streamlit's, so that nothing can stop it, as in a long computation
        time.sleep(0.01)
    st.markdown("Here all ends.")
