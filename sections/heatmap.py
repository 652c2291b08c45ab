"""The parts of Heatmap: the picture, what is seen in it, the code, a binary counter beside waves."""

import numpy as np
import streamlit as st

import posenc
from charts import heatmap, style
from posenc import rasters
from posenc.experiments.bounds import refuse_costly_means
from posenc.experiments.heatmap import Layout, binary_counter, other_layout, place_on_grid, rounded_bits, steps
from posenc.experiments.start import COMPARED
from posenc.families import AxisWaves
from posenc.numeric.checks import Array
from posenc.numeric.tolerances import EXACT64
from ui import controls, formula
from ui.chart import chart
from ui.frame import section
from ui.numbers import amount, plural
from ui.runs import cached
from ui.scheme_picker import scheme_code

POSITION, DIMENSION = heatmap.POSITION.slider, heatmap.DIMENSION.slider
"""The keys of the sliders that the picture follows while they move."""
ROWS, COLUMNS = 256, 512
HALVES = LEFT, RIGHT, ALIKE = "the left half", "the right half", "both about the same"
"""The guesses: which half of the dimensions tells neighbouring positions apart better."""
CLEARLY = 2
"""How many times as large a change must be as another to be clearly larger."""
SOME = 64
"""How many rows a colour scale is taken from where cells are means."""
FAR, FAR_ROWS = 8192, 192  # far out messages are longer: plotly writes "/" as 6 characters, base64 of −1 is all "/"


def measured(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int) -> None:
    """Make the table's last row; ValueError where scheme, length and dim do not go together or cost too much."""
    refuse_costly_means(scheme, length, dim)
    scheme.table([length - 1], dim)


def answer(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int) -> tuple[str, str]:
    """Which half of the dimensions tells neighbouring positions apart better, and the numbers that show it."""
    if min(length, dim) < 2:
        return ALIKE, "There is nothing to compare: the table is a single row or a single column."
    changes = steps(scheme, length, dim)
    left, right = float(changes[: dim // 2].mean()), float(changes[dim - dim // 2 :].mean())
    fast, slow = max(left, right), min(left, right)
    if fast < CLEARLY * slow or not fast:
        which, order = ALIKE, (left, right)
    else:
        which, order = (LEFT, RIGHT)[right > left], (fast, slow)
    one, other = ("left", "right") if order == (left, right) else ("right", "left")
    found = (
        f"From one position to the next, numbers in the {one} half change by {amount(order[0], 2)} on average, in the {other}"
        f" half by {amount(order[1], 2)}."
    )
    if which != ALIKE and scheme.wavelengths(dim) is not None:
        found += " Short waves tell neighbours apart, long waves tell the beginning of a text from its end."
    return which, found


@cached
def picture(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, position: int, dimension: int) -> None:
    rows, columns = _grid(length, dim)
    means = posenc.raster(scheme, (0, length), dim, rows, dim)
    # The last position comes along, for some tables depend on the length.
    vector = scheme.table([position, length - 1], dim)[0]
    drawn = heatmap.table(
        rasters.mean_columns(means, columns),
        (rasters.edges(0, length, rows), rasters.edges(0, dim, columns)),
        heatmap.Cut(position, vector),
        heatmap.Cut(dimension, means[:, dimension]),
        _full_colour(scheme, length, dim)[0],
    )
    chart(
        drawn,
        key=heatmap.PICTURE,
        alt=f"Heatmap of the positional embedding {scheme.title}: {plural(length, 'position')} down,"
        f" {plural(dim, 'dimension')} across, blue above 0 and orange below. Under it the numbers of position {position:,},"
        f" at its right those of dimension {dimension:,}.",
    )


@cached
def _full_colour(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int) -> tuple[float, bool]:
    """The number that gets full colour in the picture, and whether some cells are larger."""
    rows, columns = _grid(length, dim)
    means = rasters.mean_columns(posenc.raster(scheme, (0, length), dim, rows, dim), columns)
    if (rows, columns) == (length, dim):
        full = style.full_colour(means)
    else:  # a mean is drawn on the scale of the numbers that it is the mean of
        some = np.unique(np.linspace(0, length - 1, SOME).astype(np.int64))
        full = style.full_colour(means, scheme.table(some, dim))
    return full, bool(np.abs(means).max() > full)


@cached
def how_to_read(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int) -> None:
    """What one row, column and cell of the picture is."""
    full, beyond = _full_colour(scheme, length, dim)
    (rows, columns), said = _grid(length, dim), ["Each row is a position, each column a dimension."]
    pairs = ((length, rows, "position"), (dim, columns, "dimension"))
    covered = [plural(whole // cells, of) for whole, cells, of in pairs if cells < whole]
    if not covered:
        said.append("Each cell is one number: blue above 0, orange below, pale near 0.")
    else:
        said.append(f"Each cell is the **mean of {' and '.join(covered)}**: blue above 0, orange below.")
        waves = scheme.wavelengths(dim)
        short = 0 if waves is None else int((waves <= length // rows).sum())
        if short:
            said.append(
                f"In {short:,} of {dim:,} dimensions the wave is shorter than a cell: there the mean is nearly 0, and the"
                " picture nearly white."
            )
    if beyond:
        said.append(f"Most numbers here are small, so full colour stands for {amount(full, 2)} and more.")
    st.caption(" ".join(said))


def reading(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, position: int, dimension: int) -> None:
    """The formula, with the chosen position and dimension put in."""
    st.markdown(_reading(scheme, length, dim, position, dimension))


@cached
def _reading(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, position: int, dimension: int) -> str:
    value = float(scheme.table([position, length - 1], dim, np.float64)[0, dimension])
    wave = None if position == scheme.empty_row else scheme.wave(dim, dimension)
    if wave is not None:
        said = formula.of_wave(wave, position, dimension, dim)
        turned = " Rotary embedding turns queries and keys by these angles: the table holds their cosines and sines."
        return said + "\n\n" + turned if isinstance(scheme, posenc.Rotary) else said
    place = place_on_grid(scheme, position, dim)
    where = "" if place is None else f", {', '.join(f'{name} {at}' for name, at in place.items())} of the grid,"
    lines = r" \\ ".join(scheme.formula.split(r"\quad"))
    return (
        rf"$$\begin{{gathered}} {lines} \end{{gathered}}$$"
        f"\n\nAt position :blue[{position:,}]{where} the number of dimension :orange[{dimension:,}] is"
        f" **{formula.number(value)}**."
    )


@cached
def what_is_seen(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int, dimension: int) -> None:
    """The chosen dimension's wave, where the scheme has waves; what else is true of the whole picture."""
    along_a_line, on_a_grid = scheme.wavelengths(dim), scheme.axis_waves(dim)
    if _all_zero(scheme, length, dim):
        said = ["**All numbers are 0**, so there is nothing to see."]
    elif along_a_line is not None:
        said = [of_wave(along_a_line, dimension, length), *of_base(scheme, dim)]
    elif on_a_grid is not None:
        said = [of_axis_wave(on_a_grid, dimension)]
    elif scheme.values == "real":
        said = ["These numbers were learned by a model: no formula gives a column a wavelength."]
    else:
        said = ["This scheme does not say which waves its columns are."]
    if scheme.empty_row is not None and scheme.empty_row < length:
        said.append(f"Position {scheme.empty_row:,} is a row of zeros.")
    if along_a_line is None or not np.isfinite(along_a_line).any():
        section("What you see", "\n\n".join(said))
        return
    words, beside = st.columns([8, 5], gap="medium")
    with words:
        section("What you see", "\n\n".join(said))
    turning = along_a_line[np.isfinite(along_a_line)]
    chart(
        heatmap.wavelengths(along_a_line),
        key="wavelengths",
        alt="The wavelength of each dimension, from"
        f" {amount(float(turning.min()))} to {amount(float(turning.max()))} positions.",
        place=beside,
    )


def of_base(scheme: posenc.Absolute | posenc.Rotary, dim: int) -> list[str]:
    """What the base decides, where the waves have one."""
    wave = scheme.wave(dim, 0)
    if wave is None or dim < 4 or wave.base == 1:
        return []
    times = wave.base ** (2 / wave.width)
    return [
        f"The base decides how much longer each wave is than the one before it. Here it is {amount(wave.base)}, and each wave"
        f" is {amount(times)} times as long. A larger base makes longer waves, for longer texts."
    ]


@cached
def layouts(scheme: posenc.Absolute | posenc.Rotary, length: int, dim: int) -> None:
    """The same columns in another order: both tables, and what that changes."""
    first = min(length, COMPARED)
    twin = other_layout(scheme, first, dim)
    if twin is None:
        return
    columns = _grid(length, dim)[1]
    here = scheme.table(first, dim)
    names = {twin.own: here, twin.name: here[:, np.argsort(twin.order)]}
    some = ", ".join(map(str, twin.order[:4])) + ", …" * (dim > 4)
    pictures, words = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with words:
        section("Does the order of the columns matter?", of_layouts(twin, some, first, here))
    chart(
        heatmap.layouts(
            {name: rasters.mean_columns(values, columns) for name, values in names.items()},
            rasters.edges(0, dim, columns),
        ),
        key="layouts",
        alt=f"The first {first} positions of the table twice: in the layout {' and in the layout '.join(names)}.",
        place=pictures,
    )


def of_layouts(twin: Layout, some: str, first: int, table: Array) -> str:
    """What another layout changes."""
    largest = float((table.astype(np.float64) ** 2).sum(1).max())
    products = "no dot product of two positions changes" if twin.error <= EXACT64 * largest else "dot products change"
    return (
        f"No. Columns {some} of the *{twin.name}* table, in that order, are this table: at the first"
        f" {plural(first, 'position')} no number differs, and {products}.\n\nRotary embedding asks another question: its"
        " layout says which two numbers of a query or a key turn together. A model must be run in the layout in which it was"
        " trained."
    )


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
            "A binary number names a position by digits of 0 and 1: the last digit changes at each step, the one before it at"
            " every second step. Waves of the same lengths name positions too. Rounded, they are the binary digits in"
            f" **{rounded_bits(bits, waves)} of {bits.size}** cells. Unlike bits, waves change smoothly."
            "\n\nWhy a sine and a cosine? A sine alone takes each number twice on its way round. Together the two are a point"
            " on a circle, which comes to each place once a turn.",
        )


def _grid(length: int, dim: int) -> tuple[int, int]:
    """How many rows and columns of cells are drawn: as many as the table has, or as a screen shows."""
    rows = rasters.largest_divisor(length, ROWS if length <= FAR else FAR_ROWS)
    return rows, dim if dim <= COLUMNS else rasters.largest_divisor(
        dim // 2, COLUMNS
    )  # a sine and its cosine stay together
