"""The parts of Similarity: its pictures, what is seen in them, the rotation checked, the code."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import posenc
from charts import similarity

from . import controls
from .chart import chart
from .page import kept, section

CELLS = 256


@kept
def matrix(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str) -> NDArray[np.float32]:
    """The similarity of every two positions, as it is drawn; ValueError where there is none."""
    if length < 2:
        raise ValueError("One position has no other to be compared with")
    return posenc.similarity_raster(scheme, length, dim, posenc.even_cells(length, CELLS), measure)


@kept
def what_is_seen(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str) -> None:
    by_offset = _by_offset(scheme, length, dim, measure)
    spread, span = float(by_offset.spread.max()), float(np.ptp(by_offset.mean))
    if spread < 1e-9 * max(span, 1):
        said = (
            f"**It depends on the distance alone**: at one distance, the values differ by at most **{spread:.0e}**"
            " wherever they are taken, which is rounding. So the matrix is made of straight diagonals."
        )
    else:
        said = (
            f"**It does not depend on the distance alone**: at one distance, the values differ by up to **{spread:.3g}**,"
            f" or {spread / span:.0%} of the whole range. The diagonals are not quite constant."
        )
    rises = np.flatnonzero(np.diff(by_offset.mean) > 1e-9 * span)
    if len(rises) and length > 2:
        said += (
            f"\n\nIt is no ruler: from distance {by_offset.offsets[rises[0]]:,} to {by_offset.offsets[rises[0] + 1]:,} the mean"
            " rises instead of falling."
        )
    section("What you see", said)


@kept
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


def code(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str, shift: int) -> None:
    cells = posenc.even_cells(length, CELLS)
    drawn = (
        f'posenc.similarity(scheme.table({length}, {dim}), "{measure}")'
        if cells == length
        else f'posenc.similarity_raster(scheme, {length}, {dim}, {cells}, "{measure}")'
    )
    controls.code(
        f"import posenc\n\nscheme = {controls.scheme_code(scheme)}\nmatrix = {drawn}   # what is drawn\n"
        f"error = posenc.shift_error(scheme, {shift}, {dim}, {length})"
    )


@kept
def pictures(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str, position: int) -> None:
    cells = posenc.even_cells(length, CELLS)
    edges = posenc.edges(0, length, cells)
    every_two = matrix(scheme, length, dim, measure)
    profile = posenc.similarity_profile(scheme, position, length, dim, cells, measure)
    by_offset = _by_offset(scheme, length, dim, measure)
    left, right = st.columns([1, 1.1], gap="medium")
    chart(
        similarity.matrix(every_two, edges, position, measure != "euclidean"),
        key="matrix",
        alt=f"Matrix of the {measure} similarity of {length} positions of the {scheme.id} encoding.",
        place=left,
    )
    chart(
        similarity.profile(profile, edges, position, (every_two.min(), every_two.max())),
        key="profile",
        alt=f"The similarity of position {position} to every position.",
        place=right,
    )
    chart(
        similarity.by_offset(by_offset, len(by_offset.offsets) < length),
        key="offsets",
        alt="The similarity at each distance: mean, smallest and largest.",
        place=right,
    )


@kept
def _by_offset(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str) -> posenc.ByOffset:
    return posenc.similarity_by_offset(scheme, length, dim, measure)
