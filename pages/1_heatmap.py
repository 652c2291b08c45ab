"""What does a positional encoding look like?

Each row is the vector of one position, the same whatever word stands there. Each column is one dimension: a wave, fast at
the left and slow at the right.
"""

import dataclasses

import numpy as np
import posenc
import streamlit as st

from charts import heatmap
from charts.style import CONFIG
from ui import controls
from ui.page import page

SECTION = "See"
LABEL = "Heatmap"
ICON = ":material/grid_on:"

ROWS, COLUMNS = 320, 512
PRESETS = {
    "The paper's formula": {"scheme": "sinusoidal", "length": 128, "dim": 128, "layout": "interleaved"},
    "All sines first": {"scheme": "sinusoidal", "layout": "concatenated"},
    "A million positions": {"scheme": "sinusoidal", "length": 1048576, "dim": 512},
    "Only fast waves": {"scheme": "sinusoidal", "base": 20.0, "length": 256},
    "What BERT's heir learned": {"scheme": "learned", "length": 512, "dim": 384},
    "The angles of rotary": {"scheme": "rotary", "length": 256, "dim": 64},
}


def tabled(cls: type[posenc.Scheme]) -> bool:
    return issubclass(cls, posenc.Absolute | posenc.Rotary)


def say_what_is_seen(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, dimension: int) -> None:
    st.subheader("What you see", anchor=False)
    waves = scheme.wavelengths(dim)
    if waves is None:
        st.markdown("No formula made these columns: they were found by training, yet waves can be made out in them.")
        return
    turns = f"{length / waves[dimension]:,.2f}" if np.isfinite(waves[dimension]) else "no"
    st.markdown(
        f"Dimension {dimension:,} turns once in **{waves[dimension]:,.1f} positions**, so the {length:,} positions of the"
        f" picture hold **{turns} turns** of it. The fastest wave takes {waves.min():,.1f} positions, the slowest"
        f" {waves.max():,.0f}: neighbours differ on the left, distant positions on the right."
    )
    layouts = scheme.parameters()["layout"].choices if "layout" in scheme.parameters() else ()
    for other in set(layouts) - {scheme.layout}:
        rows = min(length, 64)
        twin = dataclasses.replace(scheme, layout=other)
        here, there = (s.table(rows, dim, np.float64) for s in (scheme, twin))
        order = posenc.column_order(there, here)
        apart = np.abs(posenc.similarity(here) - posenc.similarity(there)).max()
        if order is not None:
            st.markdown(
                f"**Layout.** Columns {', '.join(map(str, order[:4]))}, … of the {other} table, in that order, *are* this"
                f" table: measured on {rows} rows, no value differs and no dot product by more than {apart:.0e}."
            )


with page(__file__, sources=[posenc.schemes()["sinusoidal"].paper, posenc.schemes()["learned"].paper]):
    first, second, third = st.columns([7, 4, 4], vertical_alignment="bottom", gap="medium")
    with first:
        scheme = controls.scheme(tabled, shown="layout")
    with second:
        length = controls.length(most=scheme.max_length)
    with third:
        dim = controls.dim(most=scheme.max_dim)

    means = posenc.raster(scheme, (0, length), dim, ROWS, dim)
    cells = posenc.mean_columns(means, COLUMNS)
    picture = st.container()
    down, across = st.columns(2, gap="medium")
    with down:
        position = controls.number("Position", "position", 0, length - 1, 37)
    with across:
        dimension = controls.number("Dimension", "dimension", 0, dim - 1, 8)
    vector = scheme.table([position], dim)[0]
    edges = posenc.edges(0, length, len(cells)), posenc.edges(0, dim, cells.shape[1])
    amplitude = float(max(np.abs(cells).max(), np.abs(vector).max()))
    picture.plotly_chart(
        heatmap.table(cells, edges, vector, means[:, dimension], position, dimension, amplitude),
        key="picture",
        config=CONFIG,
        alt=f"Heatmap of the {scheme.id} encoding: {length} positions by {dim} dimensions, with the vector of position"
        f" {position} below and the wave of dimension {dimension} at the right.",
    )
    say_what_is_seen(scheme, length, dim, dimension)

    controls.presets(PRESETS)

    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Why waves? Count in binary", anchor=False)
        bits, waves = posenc.binary_counter(32, 5)
        same = int((np.rint(waves) == bits).sum())
        st.plotly_chart(heatmap.counter(bits, waves), config=CONFIG, alt="The bits of 0 to 31, and waves beside them.")
        st.markdown(
            f"A counter's bits name every position. Waves of the same lengths do too: rounding the right picture gives"
            f" the left one in {same} of {bits.size} cells. Only waves, unlike bits, change smoothly."
        )
    with right:
        st.subheader("How long are the waves?", anchor=False)
        lengths = scheme.wavelengths(dim)
        if lengths is None:
            st.markdown("A learned table has no wavelengths by design. Choose another scheme to see some.")
        else:
            st.plotly_chart(
                heatmap.wavelengths(lengths, length), config=CONFIG, alt="The wavelength of every dimension."
            )
            still = int((lengths > length).sum())
            st.markdown(f"{still:,} of {dim:,} dimensions do not finish one turn within {length:,} positions.")

    table_line = (
        f"table = scheme.table({length}, {dim})        # ({length}, {dim}): what is drawn"
        if length <= ROWS and dim <= COLUMNS
        else f"cells = posenc.raster(scheme, (0, {length}), {dim}, {ROWS}, {COLUMNS})   # what is drawn"
    )
    controls.code(
        f"import posenc\n\nscheme = {controls.scheme_code(scheme)}\n{table_line}\n"
        f"vector = scheme.table([{position}], {dim})[0]      # one position's vector"
    )
