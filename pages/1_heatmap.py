"""What does a positional encoding look like?

Each row is the vector of one position, the same whatever word stands there. Each column is one dimension: a wave,
fast at the left and slow at the right.
"""

import dataclasses
from typing import Any

import numpy as np
import streamlit as st

import posenc
from charts import heatmap
from charts.style import CONFIG
from ui import controls
from ui.page import experiment, kept, page

SECTION = "See"
LABEL = "Heatmap"
ICON = ":material/grid_on:"

ROWS, COLUMNS = 256, 512
FAR, FAR_ROWS = 8192, 192  # far out plotly's JSON is longer, and above some 230 kB a message arrives 60 ms later
PRESETS = {
    "The paper's formula": {"scheme": "sinusoidal", "length": 128, "dim": 128, "layout": "interleaved"},
    "All sines first": {"scheme": "sinusoidal", "layout": "concatenated"},
    "A million positions": {"scheme": "sinusoidal", "length": 1048576, "dim": 512},
    "Only fast waves": {"scheme": "sinusoidal", "base": 20.0, "length": 256},
    "What BERT's heir learned": {"scheme": "learned", "length": 512, "dim": 384},
    "The angles of rotary": {"scheme": "rotary", "length": 256, "dim": 64},
}


def say_what_is_seen(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, dimension: int) -> None:
    st.subheader("What you see", anchor=False)
    waves = scheme.wavelengths(dim)
    if waves is None:
        st.markdown("No formula gives these columns a wavelength each; what waves there are, the eye finds.")
        return
    turns = f"{length / waves[dimension]:,.2f}" if np.isfinite(waves[dimension]) else "no"
    st.markdown(
        f"Dimension {dimension:,} turns once in **{waves[dimension]:,.1f} positions**, so the {length:,} positions of the"
        f" picture hold **{turns} turns** of it. The fastest wave takes {waves.min():,.1f} positions, the slowest"
        f" {waves.max():,.0f}; {int((waves > length).sum()):,} of {dim:,} dimensions do not finish a turn."
        + compare_layouts(scheme, length, dim)
    )


def compare_layouts(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int) -> str:
    layouts = scheme.parameters()["layout"].choices if "layout" in scheme.parameters() else ()
    for other in layouts:
        twin = dataclasses.replace(scheme, layout=other)
        here, there = (s.table(min(length, 8), dim, np.float64) for s in (scheme, twin))
        order = posenc.column_order(there, here)
        if other == scheme.layout or order is None:
            continue
        apart = np.abs(posenc.similarity(here) - posenc.similarity(there)).max()
        return (
            f"\n\n**Layout.** Columns {', '.join(map(str, order[:4]))}, … of the *{other}* table, in that order, are this"
            f" table: no value differs, and no dot product by more than {apart:.0e}."
        )
    return ""


def grid(length: int, dim: int) -> tuple[int, int]:
    """How many rows and columns of cells are drawn: as many as the table has, or as a screen shows."""
    rows = posenc.even_cells(length, ROWS if length <= FAR else FAR_ROWS)
    return rows, dim if dim <= COLUMNS else posenc.even_cells(dim // 2, COLUMNS)  # a sine and its cosine stay together


@kept
def picture(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, position: int, dimension: int) -> Any:
    rows, columns = grid(length, dim)
    means = posenc.raster(scheme, (0, length), dim, rows, dim)
    return heatmap.table(
        posenc.mean_columns(means, columns),
        (posenc.edges(0, length, rows), posenc.edges(0, dim, columns)),
        (position, scheme.table([position], dim)[0]),
        (dimension, means[:, dimension]),
        scheme.wavelengths(dim),
    )


@kept
def counter() -> tuple[Any, str]:
    """A binary counter beside waves, and how many of its bits the rounded waves give."""
    bits, waves = posenc.binary_counter(32, 5)
    return heatmap.counter(bits, waves), f"{int((np.rint(waves) == bits).sum())} of {bits.size}"


@experiment
def look(scheme: posenc.Absolute | posenc.Rotary) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        length = controls.length(most=scheme.max_length)
    with right:
        dim = controls.dim(most=scheme.max_dim)
    scheme, length, dim = controls.fitting(scheme, length, dim)
    frame = st.container()
    left, right = st.columns(2, gap="medium")
    with left:
        position = controls.number("Position", "position", 0, length - 1, 37)
    with right:
        dimension = controls.number("Dimension", "dimension", 0, dim - 1, 8)

    say_what_is_seen(scheme, length, dim, dimension)
    rows, columns = grid(length, dim)
    drawn = (
        f"table = scheme.table({length}, {dim})"
        if (rows, columns) == (length, dim)
        else f"cells = posenc.raster(scheme, (0, {length}), {dim}, {rows}, {columns})"
    )
    controls.code(
        f"import posenc\n\nscheme = {controls.scheme_code(scheme)}\n{drawn}   # what is drawn\n"
        f"vector = scheme.table([{position}], {dim})[0]   # one position's vector"
    )
    # The picture is sent last: the browser then draws it once. Anything sent after it costs a second pass, 60 ms.
    frame.plotly_chart(
        picture(scheme, length, dim, position, dimension),
        key="picture",
        config=CONFIG,
        alt=f"Heatmap of the {scheme.id} encoding: {length} positions by {dim} dimensions, with the vector of position"
        f" {position} below, the wave of dimension {dimension} at the right, and all wavelengths in the corner.",
    )


with page(__file__, sources=[posenc.schemes()["sinusoidal"].paper, posenc.schemes()["learned"].paper]):
    look(controls.scheme(controls.has_table, shown="layout"))
    controls.presets(PRESETS)
    st.subheader("Why waves? Count in binary", anchor=False)
    left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
    drawn, agree = counter()
    left.plotly_chart(drawn, key="counter", config=CONFIG, alt="The bits of 0 to 31, and waves beside them.")
    right.markdown(
        "A counter's bits name every position: the last bit flips at each step, the one before at every second. Waves of"
        " the same lengths name them too: rounding the right picture gives the left one in"
        f" **{agree}** cells. Unlike bits, waves change smoothly."
    )
