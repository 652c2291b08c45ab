"""The parts of Similarity: its pictures, what is seen in them, the rotation checked, the code."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

import posenc
from charts import lesson as draw_lesson
from charts import similarity as draw
from charts import style
from posenc import rasters, similarities
from posenc.experiments.bounds import refuse_costly_means
from posenc.experiments.similarity import Moved, hands, moved
from posenc.families import Wave
from posenc.numeric.tolerances import EXACT64
from posenc.shift import shift_error
from ui import controls, links
from ui.chart import chart
from ui.frame import section
from ui.numbers import amount, both, per_cent, plural
from ui.runs import cached
from ui.scheme_picker import scheme_code

POSITION, SHIFT = draw.POSITION.slider, "k"
"""The keys of two sliders; the pictures follow the first while it moves."""
CELLS = 256
DISTANCES, PAIRS = 96, 16
"""How many are looked at where all pairs would be too many."""
NEARLY = 0.1
"""Values of one distance that differ by less than this part of the range of all look alike."""
NAMES = {"dot": "dot product", "cosine": "cosine", "euclidean": "distance"}
LOOK_OF = {
    "dot": "Blue: the two lists agree. Orange: they disagree.",
    "cosine": "1: the two lists point the same way, whatever their lengths. 0: at right angles.",
    "euclidean": "The paler, the nearer: 0 where the two lists are the same.",
}
GUESSES = ALONE, PLACE_TOO = "only the distance", "the place too"
"""The guesses: whether it matters where two positions at one distance stand."""
PAIR = 4
"""The pair of dimensions that is drawn at first."""


@cached
def matrix(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str) -> NDArray[np.float32]:
    """The similarity of every two positions, as it is drawn; ValueError where there is none."""
    if length < 2:
        raise ValueError("One position has no other to be compared with")
    refuse_costly_means(scheme, length, dim)
    return rasters.similarity_raster(scheme, length, dim, rasters.largest_divisor(length, CELLS), measure)


def answer(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str) -> tuple[str, str]:
    """Whether the similarity depends on the distance alone, and what shows it."""
    return of_distance(_by_offset(scheme, length, dim, measure), measure, length)


def of_distance(by_offset: similarities.ByOffset, measure: str, length: int) -> tuple[str, str]:
    """What the similarities at each distance say of it."""
    low, high = float(by_offset.low.min()), float(by_offset.high.max())
    worst = int(by_offset.spread.argmax())
    spread, rounding = float(by_offset.spread[worst]), _rounding(by_offset)
    if high - low <= rounding:
        return ALONE, f"**All values are the same**, {amount(high)}: the {NAMES[measure]} tells no positions apart."
    if spread <= rounding:
        return ALONE, (
            "**It depends on the distance alone**: wherever two positions at one distance are taken, the values are the"
            " same but for rounding. Each diagonal of the matrix has one colour."
        )
    diagonals = ""
    if _covered(length) == 1:
        several = "nearly one colour" if spread < NEARLY * (high - low) else "several colours"
        diagonals = f" {'Each' if several[0] == 'n' else 'That'} diagonal of the matrix has {several}."
    return PLACE_TOO, (
        f"**It does not depend on the distance alone**: at distance {by_offset.offsets[worst]:,}, the values differ by up"
        f" to **{amount(spread)}**, which is {per_cent(spread / (high - low))} of the range of all values.{diagonals}"
    )


@cached
def what_is_seen(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str) -> None:
    said = seen(_by_offset(scheme, length, dim, measure), measure, length, scheme.empty_row)
    if said:
        section("What you see", "\n\n".join(said))


def seen(by_offset: similarities.ByOffset, measure: str, length: int, empty_row: int | None) -> list[str]:
    """What else the similarities at each distance say, as paragraphs; empty_row: a position without a vector, if any."""
    low, high = float(by_offset.low.min()), float(by_offset.high.max())
    blank = empty_row if empty_row is not None and empty_row < length else None
    distances, rounding = len(by_offset.offsets), _rounding(by_offset)
    said = []
    if distances < length:
        also = "" if blank is None else f", and each pair of position {blank:,}"
        said.append(f"Looked at is a sample: {distances} distances, at each up to {PAIRS} pairs of positions{also}.")
    if high - low > rounding and length > 2:
        said.append(_with_distance(by_offset, measure, rounding))
    if blank is not None:
        said.append(_of_zeros(blank, measure))
    return said


def _rounding(by_offset: similarities.ByOffset) -> float:
    return EXACT64 * max(abs(float(by_offset.low.min())), abs(float(by_offset.high.max())))


def _covered(length: int) -> int:
    """How many positions a cell of the matrix covers each way."""
    return length // rasters.largest_divisor(length, CELLS)


@cached
def how_to_read(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str) -> None:
    """What one cell of the matrix is."""
    every_two, covered = matrix(scheme, length, dim, measure), _covered(length)
    full = style.full_colour(every_two)
    what = "One cell stands for two positions."
    if covered > 1:
        mean = "root of the mean squared distance" if measure == "euclidean" else "mean"
        what = f"One cell is the {mean} of **{covered:,} × {covered:,} pairs** of positions."
    said = [f"{what} {LOOK_OF[measure]}"]
    if np.abs(every_two).max() > full:
        largest = amount(float(np.abs(every_two).max()), 2)
        said.append(
            f"Most values are small: colours and axes end at {amount(full, 2)}, the largest value is {largest}."
        )
    st.caption(" ".join(said))


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
        return f"Positions further apart do not always have lists further apart: {where} falls."
    return f"The {NAMES[measure]} does not simply fall with the distance: {where} rises."


def _of_zeros(position: int, measure: str) -> str:
    where = f"Position {position:,} is a row of zeros"
    if measure == "euclidean":
        return f"{where}: its distance to another position is the length of that position's vector."
    return f"{where}: its {NAMES[measure]} with every position {'is' if measure == 'dot' else 'counts as'} 0."


def one_turn(scheme: posenc.Absolute | posenc.Rotary, dim: int, length: int, position: int) -> int:
    """Whether one rotation moves every position by so many: said, and drawn where the table has pairs that turn.

    Returns by how many.
    """
    section("Does one turn move every position?")
    links.note("pair", PAIR)
    with controls.row():
        shift = controls.number("Move by k", SHIFT, 0, max(0, min(64, length - 2)), 5)
        turning = hands(scheme, dim) if _moved(scheme, shift, dim, length)[1] else []
        pair = controls.number("Pair of dimensions", "pair", 0, len(turning) - 1, PAIR) if turning else 0
    if not turning:
        check_the_rotation(scheme, shift, dim, length)
        return shift
    start = min(position, length - 1 - shift)
    picture, words = st.columns([5, 8], gap="medium", vertical_alignment="center")
    with words:
        check_the_rotation(scheme, shift, dim, length)
        st.markdown(turned(turning[pair], pair, start, shift))
    _circle(turning[pair], pair, start, shift, picture)
    return shift


def _circle(hand: Wave, pair: int, position: int, shift: int, place: DeltaGenerator) -> None:
    shown = [position, 0] if position else [0]
    chart(
        draw_lesson.circle(
            [hand.angle(one) for one in shown],
            [hand.angle(one + shift) for one in shown],
            [f"position {one + shift:,}" for one in shown],
        ),
        key="circle",
        alt=f"Pair {pair} of {' and '.join(f'position {one:,}' for one in shown)} as points on a circle, before and after a"
        f" move by {shift}: both turn by the same angle.",
        place=place,
    )


def turned(hand: Wave, pair: int, position: int, shift: int) -> str:
    """What a move does to one pair of dimensions."""
    others = f" of position {position:,} (blue) and of position 0 (orange)" if position else " of position 0"
    return (
        f"A sine and its cosine are a point on a circle: here pair {pair}{others}. Moving by {shift} turns every point of"
        f" this circle by **{turns(hand.angle(shift))}**, so the angle between two points stays. What a pair adds to the dot"
        " product depends on that angle alone."
    )


def turns(radians: float) -> str:
    """An angle as people say it.

    >>> turns(2.8117), turns(4 * np.pi + 0.5), turns(0.0)
    ('161.1 degrees', '2 turns and 28.6 degrees', '0 degrees')
    """
    whole, rest = divmod(np.degrees(radians), 360)
    degrees = f"{amount(float(rest))} degrees"
    return f"{plural(int(whole), 'turn')} and {degrees}" if whole else degrees


@cached
def check_the_rotation(scheme: posenc.Absolute | posenc.Rotary, shift: int, dim: int, length: int) -> None:
    """Whether one rotation moves every position by so many, and the number that shows it."""
    result, own = _moved(scheme, shift, dim, length)
    if own:
        error, label = shift_error(scheme, shift, dim, length), f"Error of one rotation by {shift}"
        value = "no difference" if error <= EXACT64 * _largest(scheme, length, dim) else amount(error)
        raw = f"The largest difference of a number from where the rotation moves it, in float64: {error:.1e}."
    else:
        label = f"A dot product, moved by {shift}"
        value = "no difference" if result.same else " → ".join(both(result.before, result.after))
        raw = "The dot product of two positions that changes most when both are moved, before and after."
    st.metric(label, value, help=raw)
    st.markdown(rotated(result, shift, own))


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
            f"**One rotation moves every position.** $\\mathrm{{PE}}_{{p+{shift}}} = M_{{{shift}}}\\,\\mathrm{{PE}}_p$:"
            f" position p's list, times one matrix M, is the list {shift} positions on, whatever p is. The matrix turns each"
            " pair of dimensions by an angle of its own."
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
    edges, name = rasters.edges(0, length, cells), NAMES[measure]
    every_two = matrix(scheme, length, dim, measure)
    full = style.full_colour(every_two)
    profile = rasters.similarity_profile(scheme, position, length, dim, cells, measure)
    by_offset = _by_offset(scheme, length, dim, measure)
    left, right = st.columns([1, 1.1], gap="medium")
    chart(
        draw.matrix(every_two, edges, position, measure != "euclidean", name, full),
        key=draw.MATRIX,
        alt=f"Matrix: the {name} of every two of {plural(length, 'position')}, for the positional embedding {scheme.title}.",
        place=left,
    )
    reach = (float(max(every_two.min(), -full)), float(min(every_two.max(), full)))
    chart(
        draw.profile(profile, edges, position, reach, name),
        key="profile",
        alt=f"The {name} of position {position:,} and every position, from {amount(float(profile.min()))} to"
        f" {amount(float(profile.max()))}.",
        place=right,
    )
    chart(
        draw.by_offset(by_offset, len(by_offset.offsets) < length, reach, name),
        key="offsets",
        alt=f"The {name} at each distance: mean, smallest and largest.",
        place=right,
    )


@cached
def _by_offset(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, measure: str) -> similarities.ByOffset:
    return rasters.similarity_by_offset(scheme, length, dim, measure, DISTANCES, PAIRS)
