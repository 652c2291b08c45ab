"""Heatmap: each sentence and number of the page, for every scheme and unusual settings, computed again.

Waves along a line by their formulas, waves on a grid from the numbers of the table, step by step along each axis.
"""

import re

import numpy as np
import pytest

import posenc
from tests.pages.app import open_page
from tests.pages.seen import captions, press, text
from tests.sweep import chosen
from tests.sweep.said import found, number

STEM = "1_heatmap"
TABLED = [id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Absolute | posenc.Rotary)]
SETTINGS = [
    {},
    {"dim": "2", "length": "16", "dimension": "1"},
    {"dim": "96", "dimension": "95", "form": "mae"},
    {"dim": "96", "dimension": "50", "form": "pixtral", "layout": "half"},
    {"base": "1", "temperature": "1", "dim": "48"},
    {"base": "1000000", "dim": "4", "length": "64", "dimension": "3"},
    {"height": "1", "width": "1", "depth": "1", "dim": "96"},
    {"height": "3", "width": "300", "depth": "1", "dim": "24", "dimension": "13", "length": "900"},
    {"height": "9", "width": "5", "depth": "3", "dim": "48", "reverse_coord": "true", "cls_token": "true"},
    {"height": "64", "width": "65", "length": "4096", "dim": "768", "dimension": "767"},
    {"padding_idx": "3", "spacing": "tensor2tensor", "concat_pos": "true"},
    {"scale": "0", "form": "detr"},
    {"rotary_dim": "4", "dimension": "60", "sine_only": "true"},
    {"length": "1048576", "dim": "1024", "interpolate": "true", "form": "dinov3"},
    {"layout": "concatenated", "dimension": "65", "form": "simple-vit"},
    {"layout": "interleaved", "dimension": "65", "form": "positional-encodings"},
    {"dim": "5", "length": "96", "form": "llama4-vision"},
]
CASES = [{"scheme": id} | setting for id in TABLED for setting in SETTINGS]


def shown(at):
    """What the page shows: its scheme, length, dim and the chosen dimension, as its code and its controls say."""
    code = at.code[0].value
    table = re.search(r"scheme\.table\((\d+), (\d+)\)", code) or re.search(r"\(0, (\d+)\), (\d+)", code)
    made: dict = {}
    exec("\n".join(code.split("\n")[:3]), made)
    length, dim = int(table[1]), int(table[2])
    dimension = min(at.session_state["dimension"], dim - 1) if dim > 1 else 0  # of one there is no slider
    return made["scheme"], length, dim, dimension


def on_a_line(scheme, dim):
    """The wavelength of each column, from the papers' formulas: base^(2i/m) · 2π for pair i."""
    pairs = -(-dim // 2)
    pair = np.arange(dim) // 2 if scheme.id == "xpos" or scheme.layout == "interleaved" else np.arange(dim) % pairs
    if scheme.id == "sinusoidal":
        power = (
            pair / max(pairs - 1, 1)
            if scheme.spacing == "tensor2tensor"
            else 2 * pair / (2 * pairs if scheme.odd == "round-up" else dim)
        )
        return 2 * np.pi * scheme.base**power
    turning = getattr(scheme, "rotary_dim", None) or dim
    return np.where(pair < turning // 2, 2 * np.pi * scheme.base ** (2 * pair / turning), np.inf)


def on_a_grid(scheme, sizes, dim):
    """Of each column the axis along which its numbers change, and the cosine of what it turns a step there.

    The neighbours of a number on a wave add up to twice the number times that cosine, so the table alone tells it.
    None for the axis: the column does not change.
    """
    first = int(getattr(scheme, "cls_token", False))
    table = scheme.table(first + int(np.prod(sizes)), dim, np.float64)[first:].reshape(*sizes, dim)
    axes, cosines = [], []
    for column in range(dim):
        values = table[..., column]
        changes = [
            axis for axis, size in enumerate(sizes) if size > 1 and np.abs(np.diff(values, axis=axis)).max() > 1e-13
        ]
        assert len(changes) <= 1
        axes.append(changes[0] if changes else None)
        along = np.moveaxis(values, changes[0], 0).reshape(sizes[changes[0]], -1)[:, 0] if changes else values.ravel()
        middle = np.abs(along[1:-1]).argmax() + 1 if len(along) > 2 and np.abs(along[1:-1]).max() > 1e-9 else None
        cosines.append((along[middle - 1] + along[middle + 1]) / (2 * along[middle]) if middle else np.nan)
    return axes, np.array(cosines)


def check(at):
    scheme, length, dim, dimension = shown(at)
    said = text(at).split("### What you see")[1].split("### ")[0]
    zeros = [row for row in range(min(length, 512)) if not scheme.table([row, length - 1], dim)[0].any()]
    if getattr(scheme, "scale", 1) != 0 and dim > 1:  # a single sine is 0 at position 0
        assert re.findall(r"Position (\S+) is a row of zeros", said) == [f"{row:,}" for row in zeros]
    check_cells(captions(at), at, length, dim)
    check_layout(text(at), scheme, length, dim)
    if getattr(scheme, "scale", 1) == 0:
        assert "All numbers are 0" in said
    elif scheme.id == "learned":
        assert "no formula gives a column a wavelength" in said
    elif "width" not in scheme.parameters():
        check_line(said, on_a_line(scheme, dim), length, dimension)
    else:
        check_grid(said, scheme, dim, dimension)


def check_cells(said, at, length, dim):
    drawn = re.search(r"raster\(scheme, \(0, \d+\), \d+, (\d+), (\d+)\)", at.code[0].value)
    rows, columns = (int(drawn[1]), int(drawn[2])) if drawn else (length, dim)
    assert ("Each cell is one number" in said) == ((rows, columns) == (length, dim))
    if drawn:
        for whole, cells, what in ((length, rows, "position"), (dim, columns, "dimension")):
            of = re.search(rf"\*\*mean of (?:\S+ positions and )?(\S+) {what}s", said)
            assert (number(of[1]) if of else 1) == whole / cells


def check_layout(said, scheme, length, dim):
    if "Does the order of the columns matter?" not in said:
        return
    first = min(length, 32)
    columns, name, count = re.search(
        r"Columns (.+?) of the \*(\S+)\* table.*at the first (\d+) position", said
    ).groups()
    assert int(count) == first
    numbers = [int(column) for column in columns.split(", ") if column != "…"]
    assert ("…" in columns) == (dim > len(numbers))
    arguments = {key: getattr(scheme, key) for key in scheme.parameters()} | {"layout": name}
    other = posenc.scheme(scheme.id, **arguments).table(first, dim, np.float64)
    here = scheme.table(first, dim, np.float64)
    assert np.array_equal(other[:, numbers], here[:, : len(numbers)])
    assert np.array_equal(np.sort(other, 1), np.sort(here, 1))
    assert np.abs(other @ other.T - here @ here.T).max() <= 1e-12 * max(np.abs(here @ here.T).max(), 1)


def check_line(said, waves, length, dimension):
    own, last = waves[dimension], length - 1
    if np.isinf(own):
        assert f"Dimension {dimension:,} **stands still**" in said
    else:
        pattern = (
            r"Dimension (\S+) turns once in \*\*(\S+) positions\*\*: from position 0 to (\S+) it makes \*\*(\S+) turns"
        )
        which, long, end, turns = found(pattern, said)
        assert (which, end) == (dimension, last)
        assert long == pytest.approx(own, rel=0.0051)
        assert turns == pytest.approx(last / own, rel=0.0051)
    turning = waves[np.isfinite(waves)]
    if np.ptp(turning) < 1e-6 * turning.max():
        assert found(r"All waves are (\S+) positions long", said) == pytest.approx([turning[0]], rel=0.0051)
    else:
        ends = found(r"fastest wave takes (\S+) positions, the slowest (\S+)\. ", said)
        assert ends == pytest.approx([turning.min(), turning.max()], rel=0.0051)
    if len(turning) < len(waves):
        assert found(r"(\S+) of (\S+) dimensions stand still", said) == [len(waves) - len(turning), len(waves)]
    check_unfinished(said, int((waves > last * (1 + 1e-9)).sum()), len(waves), "on the way")


def check_unfinished(said, count, dim, where):
    if count:
        assert found(rf"(\S+) of (\S+) dimensions do not finish a turn {where}", said) == [count, dim]
    else:
        assert f"Every dimension finishes a turn {where}" in said


def check_grid(said, scheme, dim, dimension):
    grid = re.search(r"on the grid of (.+?)\.", said)[1].split(" × ")
    sizes, names = zip(*((int(part.split()[0]), part.split()[1].rstrip("s")) for part in grid), strict=True)
    turned = bool(getattr(scheme, "reverse_coord", False))
    known = {"row": scheme.height, "column": scheme.width, "frame": getattr(scheme, "depth", None)}
    assert sizes == tuple(known[name] for name in names)
    assert names[-2:] == (("column", "row") if turned else ("row", "column"))
    axes, cosines = on_a_grid(scheme, sizes, dim)
    wave = re.search(r"Dimension (\S+) is a wave of the \*\*(\w+)\*\*: it turns once in \*\*(\S+) \w+s\*\*", said)
    if axes[dimension] is not None and "is **no wave**" not in said:
        assert (wave[1], wave[2]) == (f"{dimension:,}", names[axes[dimension]])
        end, turns = found(r"so from \w+ 0 to (\S+) it makes \*\*(\S+) turns", said)
        assert end == sizes[axes[dimension]] - 1
        long = found(r"turns once in \*\*(\S+) ", said)[0]
        assert turns == pytest.approx(end / long, rel=0.011)
        if long > 2.2 and np.isfinite(
            cosines[dimension]
        ):  # shorter ones turn by more than half a turn a step, which the table cannot tell from less
            assert 2 * np.pi / np.arccos(np.clip(cosines[dimension], -1, 1)) == pytest.approx(long, rel=0.011)
    fast = {
        name: found(rf"(?:fastest|All) waves? of the {name} (?:takes|are) (\S+) ", said)[0]
        for name in names
        if f"of the {name} " in said
    }
    for axis, name in enumerate(names):
        own = np.array([cosine for cosine, column in zip(cosines, axes, strict=True) if column == axis])
        if name in fast and fast[name] > 2.2 and len(own) and np.isfinite(own).all():
            assert fast[name] == pytest.approx(2 * np.pi / np.arccos(own.min()), rel=0.011)

    known = [column for column in range(dim) if axes[column] is not None]
    if all(long > 2.2 for long in fast.values()) and np.isfinite(cosines[known]).all() and min(sizes) > 2:
        longs = 2 * np.pi / np.arccos(np.clip(cosines[known], -1, 1 - 1e-16))
        ends = np.array([sizes[axes[column]] - 1 for column in known])
        unfinished = int((longs > ends * (1 + 1e-7)).sum()) + dim - len(known)
        check_unfinished(said, unfinished, dim, "on the grid")


@pytest.mark.parametrize("query", chosen(CASES), ids=lambda query: "&".join(f"{k}={v}" for k, v in query.items()))
def test_what_is_said_is_so(query):
    check(open_page(STEM, **query))


KNOWN = [
    (
        {"scheme": "sincos2d"},
        "Dimension 8 is a wave of the **row**: it turns once in **62.8 rows**, so from row 0 to 13",
    ),
    ({"scheme": "sincos2d", "dimension": "40"}, "a wave of the **column**: it turns once in **62.8 columns**"),
    (
        {"scheme": "sincos3d"},
        "Dimension 8 is a wave of the **frame**: it turns once in **33.5 frames**, so from frame 0 to 3",
    ),
    ({"scheme": "fourier"}, "Dimension 8 is a wave of the **row**"),
    ({"scheme": "axial_rotary", "dimension": "127"}, "a wave of the **column**"),
    ({"base": "1"}, "All waves are 6.28 positions long. Every dimension finishes a turn"),
    ({"scale": "0"}, "All numbers are 0"),
    ({"scheme": "rotary", "rotary_dim": "64", "dimension": "100"}, "**stands still**"),
    ({"padding_idx": "3"}, "Position 3 is a row of zeros."),
    ({"scheme": "learned", "interpolate": "true", "length": "8192"}, "learned by a model"),
]


@pytest.mark.parametrize(("query", "said"), KNOWN)
def test_known_cases(query, said):
    at = open_page(STEM, **query)
    assert said in text(at)
    assert "No formula gives" not in text(at)
    check(at)


def test_a_preset_takes_back_what_its_scheme_was_set_to():
    at = press(
        open_page(STEM, base="20", spacing="tensor2tensor", padding_idx="3", scale="2"), "The first Transformer's waves"
    )
    assert 'posenc.scheme("sinusoidal")\n' in at.code[0].value
    assert "Position 3 is a row of zeros" not in text(at)


def test_the_vector_below_is_the_row_of_the_stretched_table():
    at = open_page(STEM, scheme="learned", interpolate="true", length="8192", position="4096")
    made: dict = {}
    exec(at.code[0].value, made)
    stretched = posenc.scheme("learned", interpolate=True).table(8192, 128)
    np.testing.assert_array_equal(made["vector"], stretched[4096])


def test_a_wavelength_that_is_not_so_would_be_noticed():
    at = open_page(STEM)
    scheme, length, dim, dimension = shown(at)
    with pytest.raises(AssertionError):
        check_line(text(at).replace("11.2 positions", "11.4 positions"), on_a_line(scheme, dim), length, dimension)
