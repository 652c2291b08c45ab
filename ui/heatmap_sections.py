"""The parts of Heatmap: the picture, what is seen in it, the code, a binary counter beside waves."""

import numpy as np
import streamlit as st

import posenc
from charts import heatmap

from . import controls
from .chart import chart
from .page import section
from .runs import kept

ROWS, COLUMNS = 256, 512
FAR, FAR_ROWS = 8192, 192  # far out messages are longer: plotly writes "/" as 6 characters, base64 of −1 is all "/"


@kept
def picture(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, position: int, dimension: int) -> None:
    rows, columns = _grid(length, dim)
    means = posenc.raster(scheme, (0, length), dim, rows, dim)
    drawn = heatmap.table(
        posenc.mean_columns(means, columns),
        (posenc.edges(0, length, rows), posenc.edges(0, dim, columns)),
        (position, scheme.table([position], dim)[0]),
        (dimension, means[:, dimension]),
        scheme.wavelengths(dim),
    )
    chart(
        drawn,
        key="picture",
        alt=f"Heatmap of the {scheme.id} encoding: {length} positions by {dim} dimensions, with the vector of position"
        f" {position} below, the wave of dimension {dimension} at the right, and all wavelengths in the corner.",
    )


@kept
def what_is_seen(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, dimension: int) -> None:
    waves = scheme.wavelengths(dim)
    if waves is None:
        section(
            "What you see", "No formula gives these columns a wavelength each; what waves there are, the eye finds."
        )
        return
    turns = f"{length / waves[dimension]:,.2f}" if np.isfinite(waves[dimension]) else "no"
    said = (
        f"Dimension {dimension:,} turns once in **{waves[dimension]:,.1f} positions**, so the {length:,} positions of the"
        f" picture hold **{turns} turns** of it. The fastest wave takes {waves.min():,.1f} positions, the slowest"
        f" {waves.max():,.0f}; {int((waves > length).sum()):,} of {dim:,} dimensions do not finish a turn."
    )
    twin = posenc.other_layout(scheme, min(length, 8), dim)
    if twin:
        said += (
            f"\n\n**Layout.** Columns {', '.join(map(str, twin.order[:4]))}, … of the *{twin.name}* table, in that order,"
            f" are this table: no value differs, and no dot product by more than {twin.error:.0e}."
        )
    section("What you see", said)


def code(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, position: int) -> None:
    rows, columns = _grid(length, dim)
    drawn = (
        f"table = scheme.table({length}, {dim})"
        if (rows, columns) == (length, dim)
        else f"cells = posenc.raster(scheme, (0, {length}), {dim}, {rows}, {columns})"
    )
    controls.code(
        f"import posenc\n\nscheme = {controls.scheme_code(scheme)}\n{drawn}   # what is drawn\n"
        f"vector = scheme.table([{position}], {dim})[0]   # one position's vector"
    )


@kept
def counter() -> None:
    bits, waves = posenc.binary_counter(32, 5)
    words, picture = st.columns([2, 3], gap="large", vertical_alignment="center")
    chart(heatmap.counter(bits, waves), key="counter", alt="The bits of 0 to 31, and waves beside them.", place=picture)
    with words:
        section(
            "Why waves? Count in binary",
            "A counter's bits name every position: the last bit flips at each step, the one before at every second. Waves of"
            " the same lengths name them too: rounding the waves gives the bits in"
            f" **{posenc.rounded_bits(bits, waves)} of {bits.size}** cells. Unlike bits, waves change smoothly.",
        )


def _grid(length: int, dim: int) -> tuple[int, int]:
    """How many rows and columns of cells are drawn: as many as the table has, or as a screen shows."""
    rows = posenc.even_cells(length, ROWS if length <= FAR else FAR_ROWS)
    return rows, dim if dim <= COLUMNS else posenc.even_cells(dim // 2, COLUMNS)  # a sine and its cosine stay together
