"""How alike are two positions?

The dot product of two sinusoidal positions depends on their distance alone: moving along the sentence turns every vector by
the same angles. It does not tell left from right, and it does not simply fall with the distance.
"""

import numpy as np
import posenc
import streamlit as st

from charts import similarity
from charts.style import CONFIG
from ui import controls
from ui.page import page

SECTION = "See"
LABEL = "Similarity"
ICON = ":material/compare_arrows:"

CELLS = 320
PRESETS = {
    "Sinusoids": {"scheme": "sinusoidal", "measure": "dot", "length": 128, "dim": 128},
    "A learned table": {"scheme": "learned", "measure": "cosine", "length": 512, "dim": 384},
    "Angles between them": {"measure": "cosine"},
    "Far out": {"scheme": "sinusoidal", "length": 1048576, "dim": 128},
    "Few, slow dimensions": {"scheme": "sinusoidal", "dim": 8, "length": 256},
}


def say_what_is_seen(by_offset: posenc.ByOffset, length: int) -> None:
    st.subheader("What you see", anchor=False)
    spread, span = float(by_offset.spread.max()), float(np.ptp(by_offset.mean))
    if spread < 1e-9 * max(span, 1):
        st.markdown(
            f"**It depends on the distance alone**: at one distance, the values differ by at most **{spread:.0e}**"
            " wherever they are taken, which is rounding. So the matrix is made of straight diagonals."
        )
    else:
        st.markdown(
            f"**It does not depend on the distance alone**: at one distance, the values differ by up to **{spread:.3g}**,"
            f" or {spread / span:.0%} of the whole range. The diagonals are not quite constant."
        )
    rises = np.flatnonzero(np.diff(by_offset.mean) > 1e-9 * span)
    if len(rises) and length > 2:
        st.markdown(
            f"It is no ruler: from distance {by_offset.offsets[rises[0]]:,} to {by_offset.offsets[rises[0] + 1]:,} the mean"
            " rises instead of falling."
        )


with page(__file__, sources=[posenc.schemes()["sinusoidal"].paper]):
    first, second, third = st.columns([5, 4, 4], vertical_alignment="bottom", gap="medium")
    with first:
        scheme = controls.scheme(lambda cls: issubclass(cls, posenc.Absolute | posenc.Rotary))
    with second:
        length = controls.length(most=scheme.max_length)
    with third:
        dim = controls.dim(most=min(1024, scheme.max_dim or 1024))
    measure = controls.choice("Measure", "measure", posenc.MEASURES, "dot", label_visibility="collapsed")

    picture = st.container()
    left, right = st.columns(2, gap="medium")
    with left:
        position = controls.number("Position", "position", 0, length - 1, 37)
    with right:
        shift = controls.number("Move by k", "k", 0, min(64, length - 2), 5)
    cells = posenc.similarity_raster(scheme, length, dim, CELLS, measure)
    profile = posenc.similarity_profile(scheme, position, length, dim, CELLS, measure)
    by_offset = posenc.similarity_by_offset(scheme, length, dim, measure)
    edges = posenc.edges(0, length, len(cells))
    with picture:
        matrix, curves = st.columns([1, 1.1], gap="medium")
        matrix.plotly_chart(
            similarity.matrix(cells, edges, position, float(np.abs(cells).max()), measure != "euclidean"),
            key="matrix",
            config=CONFIG,
            alt=f"Matrix of the {measure} similarity of {length} positions of the {scheme.id} encoding.",
        )
        curves.plotly_chart(
            similarity.profile(profile, edges, position), key="profile", config=CONFIG,
            alt=f"The similarity of position {position} to every position.",
        )  # fmt: skip
        curves.plotly_chart(
            similarity.by_offset(by_offset.offsets, by_offset.mean, by_offset.low, by_offset.high, len(by_offset.offsets) < length),
            key="offsets", config=CONFIG, alt="The similarity at each distance: mean, smallest and largest.",
        )  # fmt: skip
    say_what_is_seen(by_offset, length)

    st.subheader("One rotation moves every position", anchor=False)
    error = posenc.shift_error(scheme, shift, dim, length)
    known = scheme.shift_matrix(shift, dim) is not None
    number, words = st.columns([1, 3], vertical_alignment="center")
    number.metric(f"largest error, moved by {shift}", f"{error:.1e}")
    words.markdown(
        f"$\\mathrm{{PE}}_{{p+{shift}}} = M_{{{shift}}}\\,\\mathrm{{PE}}_p$ with one matrix for all positions: each pair of"
        f" dimensions turns by {shift} times its frequency. Checked here on up to 512 positions p."
        if known
        else "No formula gives a matrix for this table. The linear map that fits the even positions best misses the odd ones"
        " by this much: there is no one rotation."
    )

    controls.presets(PRESETS)
    controls.code(
        f"import posenc\n\nscheme = {controls.scheme_code(scheme)}\n"
        + (
            f'matrix = posenc.similarity(scheme.table({length}, {dim}), "{measure}")   # what is drawn\n'
            if length <= CELLS
            else f'matrix = posenc.similarity_raster(scheme, {length}, {dim}, {CELLS}, "{measure}")   # what is drawn\n'
        )
        + f"error = posenc.shift_error(scheme, {shift}, {dim}, {length})"
    )
