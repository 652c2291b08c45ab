"""The parts of Similarity: its pictures, what is seen in them, the rotation checked, the code."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import posenc
from charts import similarity as draw
from posenc import rasters, similarities
from posenc.experiments.bounds import refuse_costly_means
from posenc.experiments.similarity import Moved, moved
from posenc.numeric.tolerances import EXACT64
from posenc.shift import shift_error
from ui import controls
from ui.chart import chart
from ui.frame import section
from ui.numbers import amount, both, per_cent
from ui.runs import cached
from ui.scheme_picker import scheme_code

POSITION = draw.POSITION.slider
"""The key of the slider that the pictures follow while it moves."""
CELLS = 256
DISTANCES, PAIRS = 96, 16
"""How many are looked at where all pairs would be too many."""
NEARLY = 0.1
"""Values of one distance that differ by less than this part of the range of all look alike."""
NAMES = {"dot": "dot product", "cosine": "cosine", "euclidean": "distance"}


@cached
def matrix(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str) -> NDArray[np.float32]:
    """The similarity of every two positions, as it is drawn; ValueError where there is none."""
    if length < 2:
        raise ValueError("One position has no other to be compared with")
    refuse_costly_means(scheme, length, dim)
    return rasters.similarity_raster(scheme, length, dim, rasters.largest_divisor(length, CELLS), measure)


@cached
def what_is_seen(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str) -> None:
    said = seen(_by_offset(scheme, length, dim, measure), measure, length, scheme.empty_row)
    section("What you see", "\n\n".join(said))


def seen(by_offset: similarities.ByOffset, measure: str, length: int, empty_row: int | None) -> list[str]:
    """What the similarities at each distance say, as paragraphs; empty_row: a position without a vector, if any."""
    if length == 1:
        return ["There is one position, so there is no other to compare it with."]
    low, high = float(by_offset.low.min()), float(by_offset.high.max())
    rounding = EXACT64 * max(abs(low), abs(high))
    blank = empty_row if empty_row is not None and empty_row < length else None
    distances, covered = len(by_offset.offsets), length // rasters.largest_divisor(length, CELLS)
    said = []
    if distances < length:
        also = "" if blank is None else f", and each pair of position {blank:,}"
        said.append(f"Looked at is a sample: {distances} distances, at each up to {PAIRS} pairs of positions{also}.")
    if high - low <= rounding:
        said.append(f"**All values are the same**, {amount(high)}: the {NAMES[measure]} tells no positions apart.")
    else:
        said.append(_at_one_distance(by_offset, high - low, rounding, covered == 1))
        if length > 2:
            said.append(_with_distance(by_offset, measure, rounding))
    if blank is not None:
        said.append(_of_zeros(blank, measure))
    if covered > 1:
        mean = "the root of the mean squared distance" if measure == "euclidean" else "the mean"
        said.append(f"Each cell of the matrix is {mean} of {covered:,} × {covered:,} pairs.")
    return said


def _at_one_distance(by_offset: similarities.ByOffset, span: float, rounding: float, whole: bool) -> str:
    """Whether the similarity depends on the distance alone; whole: each pair has a cell of its own in the picture."""
    worst = int(by_offset.spread.argmax())
    spread = float(by_offset.spread[worst])
    if spread <= rounding:
        return (
            "**It depends on the distance alone**: wherever two positions at one distance are taken, the values are the"
            " same but for rounding. Each diagonal of the matrix has one colour."
        )
    if not whole:
        diagonals = ""
    elif spread < NEARLY * span:
        diagonals = " Each diagonal of the matrix has nearly one colour."
    else:
        diagonals = " That diagonal of the matrix has several colours."
    return (
        f"**It does not depend on the distance alone**: at distance {by_offset.offsets[worst]:,}, the values differ by up"
        f" to **{amount(spread)}**, which is {per_cent(spread / span)} of the range of all values.{diagonals}"
    )


def _with_distance(by_offset: similarities.ByOffset, measure: str, rounding: float) -> str:
    """Whether the mean falls with the distance, or, of distances, rises: as on a ruler."""
    steps, at = np.diff(by_offset.mean), by_offset.offsets
    ruler = measure == "euclidean"
    back = np.flatnonzero(steps < -rounding if ruler else steps > rounding)
    if not len(back):
        if ruler:
            return "The mean never falls: positions further apart have vectors at least as far apart, as on a ruler."
        return "The mean never rises with the distance: the further apart, the less alike, or as alike."
    where = f"from distance {at[back[0]]:,} to {at[back[0] + 1]:,} the mean"
    if ruler:
        return f"On a ruler the distance only grows. Here it does not: {where} falls."
    return f"It does not simply fall with the distance: {where} rises."


def _of_zeros(position: int, measure: str) -> str:
    where = f"Position {position:,} is a row of zeros"
    if measure == "euclidean":
        return f"{where}: its distance to another position is the length of that position's vector."
    return f"{where}: its {NAMES[measure]} with every position {'is' if measure == 'dot' else 'counts as'} 0."


@cached
def check_the_rotation(scheme: posenc.Absolute | posenc.Rotary, shift: int, dim: int, length: int) -> None:
    """Whether one rotation moves every position by so many, and the number that shows it."""
    if length < 2:
        return
    result, own = _moved(scheme, shift, dim, length)
    number, words = st.columns([1, 3], vertical_alignment="center")
    if own:
        error, label = shift_error(scheme, shift, dim, length), f"Error of one rotation by {shift}"
        value = "no difference" if error <= EXACT64 * _largest(scheme, length, dim) else amount(error)
        raw = f"The largest difference of a number from where the rotation moves it, in float64: {error:.1e}."
    else:
        label = f"A dot product, moved by {shift}"
        value = "no difference" if result.same else " → ".join(both(result.before, result.after))
        raw = "The dot product of two positions that changes most when both are moved, before and after."
    number.metric(label, value, help=raw)
    words.markdown(rotated(result, shift, own))


@cached
def _moved(scheme: posenc.Absolute | posenc.Rotary, shift: int, dim: int, length: int) -> tuple[Moved, bool]:
    """What moving by so many changes, and whether the scheme states a matrix that does it."""
    result = moved(scheme, shift, dim, length)
    return result, result.same and scheme.shift_matrix(shift, dim) is not None


def rotated(result: Moved, shift: int, own: bool) -> str:
    """Whether one rotation moves every position; own: by a matrix that the scheme states."""
    if shift == 0 and result.same:
        return "**Moving by 0 is no move**: every position stays where it is."
    if result.same and own:
        return (
            f"**One rotation moves every position.** $\\mathrm{{PE}}_{{p+{shift}}} = M_{{{shift}}}\\,\\mathrm{{PE}}_p$ with"
            f" the same matrix everywhere: each pair of dimensions turns by {shift} times its frequency."
        )
    if result.same:
        which = "every position" if result.tried == result.of else f"all {result.tried} positions that were tried"
        return (
            f"**One rotation moves {which}.** The dot product of no two of them changes when both move by {shift}, and"
            " where all lengths and angles stay, one rotation of the whole space does it."
        )
    (one, other), no = result.positions, f"**No one rotation moves every position by {shift}.**"
    if one == other:
        before, after = both(np.sqrt(result.before), np.sqrt(result.after))
        return (
            f"{no} A rotation keeps lengths, but the vector of position {one:,} is {before} long and that of position"
            f" {one + shift:,} is {after} long."
        )
    before, after = both(result.before, result.after)
    return (
        f"{no} A rotation keeps dot products, but that of positions {one:,} and {other:,} is {before}, and that of"
        f" {one + shift:,} and {other + shift:,} is {after}."
    )


def _largest(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int) -> float:
    return float(np.abs(scheme.table(np.unique(np.linspace(0, length - 1, 16).astype(int)), dim)).max())


def code(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str, shift: int) -> None:
    cells = rasters.largest_divisor(length, CELLS)
    drawn = (
        f'posenc.similarity(scheme.table({length}, {dim}), "{measure}")'
        if cells == length
        else f'similarity_raster(scheme, {length}, {dim}, {cells}, "{measure}")'
    )
    checked, more = "", "" if cells == length else "from posenc.rasters import similarity_raster\n"
    if length > 1 and _moved(scheme, shift, dim, length)[1]:
        more += "from posenc.shift import shift_error\n"
        checked = f"error = shift_error(scheme, {shift}, {dim}, {length})"
    elif length > 1:
        more += "from posenc.experiments.similarity import moved\n"
        checked = f"move = moved(scheme, {shift}, {dim}, {length})"
    controls.code(
        f"import posenc\n{more}\nscheme = {scheme_code(scheme)}\nmatrix = {drawn}   # what is drawn\n{checked}"
    )


@cached
def pictures(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str, position: int) -> None:
    cells = rasters.largest_divisor(length, CELLS)
    edges = rasters.edges(0, length, cells)
    every_two = matrix(scheme, length, dim, measure)
    profile = rasters.similarity_profile(scheme, position, length, dim, cells, measure)
    by_offset = _by_offset(scheme, length, dim, measure)
    left, right = st.columns([1, 1.1], gap="medium")
    chart(
        draw.matrix(every_two, edges, position, measure != "euclidean"),
        key=draw.MATRIX,
        alt=f"Matrix: the {NAMES[measure]} of every two of {length} positions of the {scheme.id} encoding.",
        place=left,
    )
    chart(
        draw.profile(profile, edges, position, (every_two.min(), every_two.max())),
        key="profile",
        alt=f"The {NAMES[measure]} of position {position} and every position.",
        place=right,
    )
    chart(
        draw.by_offset(by_offset, len(by_offset.offsets) < length),
        key="offsets",
        alt=f"The {NAMES[measure]} at each distance: mean, smallest and largest.",
        place=right,
    )


@cached
def _by_offset(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str) -> similarities.ByOffset:
    return rasters.similarity_by_offset(scheme, length, dim, measure, DISTANCES, PAIRS)
