"""How alike are two positions?

The dot product of two sinusoidal positions depends on their distance alone: moving along the sentence turns every
vector by the same angles. It does not tell left from right, and it does not simply fall with the distance.
"""

import numpy as np
import streamlit as st

import posenc
from charts import similarity
from charts.style import CONFIG
from ui import controls
from ui.page import experiment, page

SECTION = "See"
LABEL = "Similarity"
ICON = ":material/compare_arrows:"

CELLS = 256
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


def check_the_rotation(scheme: posenc.Absolute | posenc.Rotary, shift: int, dim: int, length: int) -> None:
    error = posenc.shift_error(scheme, shift, dim, length)
    number, words = st.columns([1, 3], vertical_alignment="center")
    number.metric(f"Error of one rotation by {shift}", f"{error:.1e}")
    words.markdown(
        f"**One rotation moves every position.** $\\mathrm{{PE}}_{{p+{shift}}} = M_{{{shift}}}\\,\\mathrm{{PE}}_p$ with the"
        f" same matrix everywhere: each pair of dimensions turns by {shift} times its frequency."
        if scheme.shift_matrix(shift, dim) is not None
        else "**No one rotation moves every position.** The linear map that fits the even positions best misses the odd ones"
        " by this much."
    )


@experiment
def look(scheme: posenc.Absolute | posenc.Rotary) -> None:
    left, middle, right = st.columns([4, 4, 3], gap="medium", vertical_alignment="bottom")
    with left:
        length = controls.length(most=scheme.max_length)
    with middle:
        dim = controls.dim(most=min(1024, scheme.max_dim or 1024))
    with right:
        measure = controls.choice("Measure", "measure", posenc.MEASURES, "dot")
    scheme, length, dim = controls.fitting(scheme, length, dim)
    picture = st.container()
    left, right = st.columns(2, gap="medium")
    with left:
        position = controls.number("Position", "position", 0, length - 1, 37)
    with right:
        shift = controls.number("Move by k", "k", 0, min(64, length - 2), 5)

    cells = posenc.even_cells(length, CELLS)
    matrix = posenc.similarity_raster(scheme, length, dim, cells, measure)
    profile = posenc.similarity_profile(scheme, position, length, dim, cells, measure)
    by_offset = posenc.similarity_by_offset(scheme, length, dim, measure)
    edges = posenc.edges(0, length, cells)
    say_what_is_seen(by_offset, length)
    check_the_rotation(scheme, shift, dim, length)
    drawn = (
        f'posenc.similarity(scheme.table({length}, {dim}), "{measure}")'
        if cells == length
        else f'posenc.similarity_raster(scheme, {length}, {dim}, {cells}, "{measure}")'
    )
    controls.code(
        f"import posenc\n\nscheme = {controls.scheme_code(scheme)}\nmatrix = {drawn}   # what is drawn\n"
        f"error = posenc.shift_error(scheme, {shift}, {dim}, {length})"
    )
    # The pictures are sent last: the browser then draws them once.
    left, right = picture.columns([1, 1.1], gap="medium")
    left.plotly_chart(
        similarity.matrix(matrix, edges, position, measure != "euclidean"),
        key="matrix",
        config=CONFIG,
        alt=f"Matrix of the {measure} similarity of {length} positions of the {scheme.id} encoding.",
    )
    right.plotly_chart(
        similarity.profile(profile, edges, position),
        key="profile",
        config=CONFIG,
        alt=f"The similarity of position {position} to every position.",
    )
    right.plotly_chart(
        similarity.by_offset(by_offset, len(by_offset.offsets) < length),
        key="offsets",
        config=CONFIG,
        alt="The similarity at each distance: mean, smallest and largest.",
    )


with page(__file__, sources=[posenc.schemes()["sinusoidal"].paper]):
    look(controls.scheme(controls.has_table))
    controls.presets(PRESETS)
