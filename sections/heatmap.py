"""The parts of Heatmap: the picture, what is seen in it, the code, a binary counter beside waves."""

import numpy as np
import streamlit as st

import posenc
from charts import heatmap
from posenc import rasters
from posenc.experiments.bounds import refuse_costly_means
from posenc.experiments.heatmap import binary_counter, other_layout, rounded_bits
from posenc.experiments.start import COMPARED
from posenc.families import AxisWaves
from posenc.numeric.checks import Array
from posenc.numeric.tolerances import EXACT64
from ui import controls
from ui.chart import chart
from ui.frame import section
from ui.numbers import amount, plural
from ui.runs import cached
from ui.scheme_picker import scheme_code

POSITION, DIMENSION = heatmap.POSITION.slider, heatmap.DIMENSION.slider
"""The keys of the sliders that the picture follows while they move."""
ROWS, COLUMNS = 256, 512
FAR, FAR_ROWS = 8192, 192  # far out messages are longer: plotly writes "/" as 6 characters, base64 of −1 is all "/"


def measured(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int) -> None:
    """Make the table's last row; ValueError where scheme, length and dim do not go together or cost too much."""
    refuse_costly_means(scheme, length, dim)
    scheme.table([length - 1], dim)


@cached
def picture(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, position: int, dimension: int) -> None:
    rows, columns = _grid(length, dim)
    means, wavelengths = posenc.raster(scheme, (0, length), dim, rows, dim), scheme.wavelengths(dim)
    # The last position comes along, for some tables depend on the length.
    vector = scheme.table([position, length - 1], dim)[0]
    drawn = heatmap.table(
        rasters.mean_columns(means, columns),
        (rasters.edges(0, length, rows), rasters.edges(0, dim, columns)),
        heatmap.Cut(position, vector),
        heatmap.Cut(dimension, means[:, dimension]),
        wavelengths,
    )
    corner = "" if wavelengths is None else ", and the wavelength of every dimension in the corner"
    chart(
        drawn,
        key=heatmap.PICTURE,
        alt=f"Heatmap of the {scheme.id} encoding: {length} positions by {dim} dimensions, with the numbers of position"
        f" {position} below, those of dimension {dimension} at the right{corner}.",
    )


@cached
def what_is_seen(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, dimension: int) -> None:
    """The chosen dimension's wave, where the scheme has waves; what else is true of the whole picture."""
    along_a_line, on_a_grid = scheme.wavelengths(dim), scheme.axis_waves(dim)
    if _all_zero(scheme, length, dim):
        said = ["**All numbers are 0**, so there is nothing to see."]
    elif along_a_line is not None:
        said = [of_wave(along_a_line, dimension, length)]
    elif on_a_grid is not None:
        said = [of_axis_wave(on_a_grid, dimension)]
    elif scheme.values == "real":
        said = ["These numbers were learned by a model: no formula gives a column a wavelength."]
    else:
        said = ["This scheme does not say which waves its columns are."]
    section("What you see", "\n\n".join([*said, *_whole_picture(scheme, length, dim)]))


def of_wave(wavelengths: Array, dimension: int, length: int) -> str:
    """What is said of waves along a line of positions, from each dimension's wavelength; inf: it stands still."""
    own, turning, last = wavelengths[dimension], wavelengths[np.isfinite(wavelengths)], length - 1
    if np.isfinite(own):
        said = (
            f"Dimension {dimension:,} turns once in **{amount(own)} positions**: from position 0 to {last:,} it makes"
            f" **{amount(last / own)} turns**."
        )
    else:
        said = f"Dimension {dimension:,} **stands still**: its number is the same at every position."
    still = len(wavelengths) - len(turning)
    if still and len(turning):
        said += f" {still:,} of {len(wavelengths):,} dimensions stand still."
    if len(turning):
        said += f" {_fastest_and_slowest(turning, 'positions')}"
    return f"{said} {_unfinished(wavelengths, np.array(last), 'on the way')}"


def of_axis_wave(waves: AxisWaves, dimension: int) -> str:
    """The same of waves along the axes of a grid, each counted in steps of its own axis."""
    axis, own = int(waves.axis[dimension]), waves.wavelengths[dimension]
    name, last = waves.names[axis], waves.sizes[axis] - 1
    if np.isnan(own):
        said = f"Dimension {dimension:,} is **no wave** but the {name} itself, as a number."
    elif np.isinf(own):
        said = f"Dimension {dimension:,} **stands still**: its number is the same in every {name}."
    else:
        said = (
            f"Dimension {dimension:,} is a wave of the **{name}**: it turns once in **{amount(own)} {name}s**, so from"
            f" {name} 0 to {last:,} it makes **{amount(last / own)} turns**."
        )
    said += "\n\n"
    for index, along in enumerate(waves.names):
        turning = waves.wavelengths[(waves.axis == index) & np.isfinite(waves.wavelengths)]
        if len(turning):
            said += f"{_fastest_and_slowest(turning, f'{along}s', f' of the {along}')} "
    ends = np.array(waves.sizes)[waves.axis] - 1
    return f"{said}{_unfinished(waves.wavelengths, ends, f'on the grid of {_sizes(waves)}')}"


def _fastest_and_slowest(turning: Array, steps: str, which: str = "") -> str:
    fast, slow = turning.min(), turning.max()
    if slow <= fast * (1 + EXACT64):
        return f"All waves{which} are {amount(fast)} {steps} long."
    return f"The fastest wave{which} takes {amount(fast)} {steps}, the slowest {amount(slow)}."


def _unfinished(wavelengths: Array, steps: Array, where: str) -> str:
    """How many dimensions do not come back to their start within so many steps."""
    count = int((~(wavelengths <= steps * (1 + EXACT64))).sum())  # what is no wave, not a number, never does
    if not count:
        return f"Every dimension finishes a turn {where}."
    return f"{count:,} of {len(wavelengths):,} dimensions do not finish a turn {where}."


def _sizes(waves: AxisWaves) -> str:
    named = zip(waves.sizes, waves.names, strict=True)
    return " × ".join(plural(size, name) for size, name in named)


@cached
def _whole_picture(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int) -> list[str]:
    """Paragraphs on what holds whichever dimension is chosen."""
    (rows, columns), said = _grid(length, dim), []
    if scheme.empty_row is not None and scheme.empty_row < length:
        said.append(f"Position {scheme.empty_row:,} is a row of zeros.")
    covered = [plural(n // cells, of) for n, cells, of in ((length, rows, "position"), (dim, columns, "dimension"))]
    if (rows, columns) != (length, dim):
        said.append(f"Each cell of the picture is the mean over {covered[0]} and {covered[1]}.")
    twin = other_layout(scheme, min(length, COMPARED), dim)
    if twin:
        some = ", ".join(map(str, twin.order[:4])) + ", …" * (dim > 4)
        said.append(
            f"**Layout.** Columns {some} of the *{twin.name}* table, in that order, are this table: at the first"
            f" {plural(min(length, COMPARED), 'position')} no number differs, and no dot product by more than rounding."
        )
    return said


def _all_zero(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int) -> bool:
    return not scheme.table(np.unique([*range(min(length, 16)), length - 1]), dim).any()


def code(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, position: int) -> None:
    rows, columns = _grid(length, dim)
    drawn = (
        f"table = scheme.table({length}, {dim})"
        if (rows, columns) == (length, dim)
        else f"cells = posenc.raster(scheme, (0, {length}), {dim}, {rows}, {columns})"
    )
    controls.code(
        f"import posenc\n\nscheme = {scheme_code(scheme)}\n{drawn}   # what is drawn\n"
        f"vector = scheme.table([{position}, {length - 1}], {dim})[0]   # one position's vector in this length"
    )


@cached
def counter() -> None:
    bits, waves = binary_counter(32, 5)
    words, picture = st.columns([2, 3], gap="large", vertical_alignment="center")
    chart(heatmap.counter(bits, waves), key="counter", alt="The bits of 0 to 31, and waves beside them.", place=picture)
    with words:
        section(
            "Why waves? Count in binary",
            "A counter's bits name every position: the last bit flips at each step, the one before at every second. Waves of"
            " the same lengths name them too: rounding the waves gives the bits in"
            f" **{rounded_bits(bits, waves)} of {bits.size}** cells. Unlike bits, waves change smoothly.",
        )


def _grid(length: int, dim: int) -> tuple[int, int]:
    """How many rows and columns of cells are drawn: as many as the table has, or as a screen shows."""
    rows = rasters.largest_divisor(length, ROWS if length <= FAR else FAR_ROWS)
    return rows, dim if dim <= COLUMNS else rasters.largest_divisor(
        dim // 2, COLUMNS
    )  # a sine and its cosine stay together
