"""Image patches: each sentence and number of the page, for every scheme and unusual settings, computed again.

Cutting, embedding, attention and reading places are written out here; only the tables of positions are the library's.
"""

import re

import numpy as np
import pytest
from PIL import Image

import posenc
from posenc.experiments import pictures
from tests.pages.app import open_page
from tests.pages.seen import text
from tests.sweep import chosen
from tests.sweep.said import found
from tests.ui.hostile import saved
from ui.badges import badge

STEM = "4_image_patches"
ABSOLUTE = [id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Absolute)]
SETTINGS = [
    {},
    {"size": "32", "dim": "2", "image": "digit"},
    {"size": "32", "dim": "4", "shuffle": "by hand", "swaps": "0-1"},
    {"size": "32", "dim": "6", "shuffle": "rows", "seed": "3"},
    {"size": "32", "dim": "8", "shuffle": "by hand", "image": "landscape"},
    {"size": "32", "dim": "48", "base": "1", "temperature": "1"},
    {"size": "32", "dim": "48", "scale": "0", "form": "detr"},
    {"size": "32", "dim": "48", "scale": "1000000", "form": "mae", "reverse_coord": "true"},
    {"size": "16", "dim": "16", "padding_idx": "3", "form": "positional-encodings"},
    {"size": "16", "dim": "32", "padding_idx": "500", "concat_pos": "true", "shuffle": "rows"},
    {"size": "14", "dim": "64", "image": "landscape", "shuffle": "by hand", "swaps": "0-255.0-255"},
    {"size": "8", "dim": "24", "shuffle": "by hand", "swaps": "1-2.2-3", "sine_only": "true"},
    {"size": "32", "dim": "768", "spacing": "tensor2tensor", "image": "digit"},
    {"size": "32", "dim": "5"},
]
CASES = [{"scheme": id} | setting for id in ABSOLUTE for setting in SETTINGS]


class Again:
    """The page's experiment, from the picture and what the page's code says."""

    def __init__(self, at, image=None):
        code = at.code[0].value
        made: dict = {}
        exec(code.split("pieces = ")[0], made)
        self.scheme, self.dim = made["scheme"], int(re.search(r"embed_patches\(pieces, (\d+)", code)[1])
        name, size = at.session_state["image"], int(at.session_state["size"])
        picture = pictures.picture(name) if image is None else image
        self.side = side = 224 // size
        tiles = picture.reshape(side, size, side, size, 3).swapaxes(1, 2)
        self.pieces = np.array([tiles[row, column].ravel() for row in range(side) for column in range(side)])
        self.n = side * side
        self.order = self.settled(self.shuffled(at))
        pixels = self.pieces / 127.5 - 1
        width = pixels.shape[1]
        self.x = pixels @ (np.random.default_rng(0).standard_normal((width, self.dim)) / np.sqrt(width))
        self.table = self.scheme.table(self.n, self.dim, np.float64)

    def shuffled(self, at):
        kind, order = at.session_state["shuffle"], np.arange(self.n)
        if kind == "patches":
            order = np.random.default_rng(at.session_state["seed"]).permutation(self.n)
        elif kind == "rows":
            rows = np.random.default_rng(at.session_state["seed"]).permutation(self.side)
            order = order.reshape(self.side, -1)[rows].ravel()
        for first, second in re.findall(r"(\d+)-(\d+)", str(at.query_params.get("swaps", ""))):
            order[[int(first), int(second)]] = order[[int(second), int(first)]]
        return order

    def settled(self, order):
        """Of patches that look alike the first stays first."""
        names = [piece.tobytes() for piece in self.pieces]
        waiting = {name: [place for place in range(self.n) if names[place] == name] for name in set(names)}
        return np.array([waiting[names[patch]].pop(0) for patch in order])

    def attend(self, x):
        """x + attention(x) of one head with the page's toy weights."""
        seed = int(np.random.SeedSequence(0).generate_state(1)[0])
        weights = posenc.AttentionWeights.random(self.dim, seed)
        queries, keys, values = np.split(x @ weights.in_proj_weight.T.astype(np.float64), 3, axis=1)
        scores = queries @ keys.T / np.sqrt(self.dim)
        shares = np.exp(scores - scores.max(1, keepdims=True))
        return x + shares / shares.sum(1, keepdims=True) @ values @ weights.out_weight.T.astype(np.float64)

    def sensitivity(self, positions):
        added = self.table if positions else 0
        straight, other = self.attend(self.x + added), self.attend(self.x[self.order] + added)
        return np.abs(other - straight[self.order]).max() / np.abs(straight).max()

    def home(self, positions):
        """How many patches find home: the nearest of the centred rows to each centred output; ties make a range."""
        pieces = self.attend((self.x + (self.table if positions else 0))[self.order])
        vectors, rows = pieces - pieces.mean(0), self.table - self.table.mean(0)
        distances = ((vectors[:, None] - rows) ** 2).sum(2)
        own = distances[np.arange(self.n), self.order]
        slack = 1e-9 * (distances.max() or 1)
        best = distances.min(1)
        unique = (distances <= best[:, None] + slack).sum(1) == 1
        return int(((own <= best) & unique).sum()), int((own <= best + slack).sum())


def check(at, image=None):
    again, said = Again(at, image), text(at)
    name = again.scheme.id
    off, on = (float(metric.value) for metric in at.metric[:2])
    changed = (again.pieces[again.order] != again.pieces).any(1)
    assert found(r"\*\*The same, shuffled\*\*: (\d+) of (\d+) patches moved", said) == [changed.sum(), again.n]
    assert off < 1e-9
    assert on == pytest.approx(again.sensitivity(True), rel=0.05, abs=1e-9)
    if not changed.any():
        assert "Both pictures are the same" in said
        assert on == 0
    else:
        assert "**To the model, these two pictures are one** until" in said
        assert (f"With **{name}** they differ" in said) == (again.sensitivity(True) > 1e-9)
        assert (f"With **{name}** they are one as well" in said) == (again.sensitivity(True) <= 1e-9)
    if badge("exact") in at.metric[1].label:
        assert on < 1e-9
    check_home(said, at.metric, again)
    check_mosaics(said, again)


def check_home(said, metrics, again):
    n, name = again.n, again.scheme.id
    without, of, guessing, percent = found(
        r"Without positions, (\d+) of (\d+) patches found home\. Guessing finds 1 of (\d+) on average \S+, or (\S+%)",
        said,
    )
    assert (of, guessing) == (n, n)
    assert percent == pytest.approx(1 / n, abs=0.00051)
    having, of, times = found(
        rf"With {name}, (\d+) of (\d+) patches did; its vectors are (\S+) times as long as the patches'", said
    )
    for positions, count, metric in ((False, without, metrics[2]), (True, having, metrics[3])):
        least, maximum = again.home(positions)
        assert least <= count <= maximum
        assert metric.value == f"{count / n:.1%}"
    lengths = [np.linalg.norm(rows, axis=1).mean() for rows in (again.table, again.x)]
    assert times == pytest.approx(lengths[0] / lengths[1], rel=0.051)


def check_mosaics(said, again):
    side, grid = again.side, "width" in again.scheme.parameters()
    other = (
        posenc.scheme("sinusoidal")
        if grid
        else posenc.scheme("sincos2d", height=side, width=side, form="positional-encodings")
    )
    pattern = (
        r"the patch beside: (\S+)\. The patch below: (\S+)\. The end of a row and the start of the next: (\S+)\."
        r" ((?:As|More) alike .*?)\."
    )
    sentences = re.findall(pattern, said)
    for on_grid, sentence in zip((False, True), sentences, strict=True):
        scheme = again.scheme if on_grid == grid else other
        table = scheme.table(side * side, again.dim, np.float64)
        lengths = np.linalg.norm(table, axis=1, keepdims=True)
        unit = np.divide(table, lengths, out=np.zeros_like(table), where=lengths > 0)
        places = np.arange(side * side).reshape(side, side)
        pairs = (
            (places[:, :-1], places[:, 1:]),
            (places[:-1], places[1:]),
            (places[:-1, -1], places[1:, 0]),
        )
        means = [(unit[a.ravel()] * unit[b.ravel()]).sum(1).mean() for a, b in pairs]
        assert [float(value) for value in sentence[:3]] == pytest.approx(means, abs=0.0051)
        _, below, wrapped = map(float, sentence[:3])
        if below == wrapped:
            assert sentence[3] == "As alike across the picture's edges as from row to row"
        elif wrapped > below:
            assert sentence[3].startswith("More alike across the picture's edges than from row to row")
            assert ("one long line" in sentence[3]) == (not on_grid)
        else:
            assert sentence[3].startswith("More alike from row to row than across the picture's edges")
            assert ("rows and columns" in sentence[3]) == on_grid
        row = np.flatnonzero(lengths == 0)
        if len(row) == 1 and again.dim > 1:  # a single sine is 0 at the first place
            assert f"The patch in row {row[0] // side + 1}, column {row[0] % side + 1} has a vector of zeros" in said


@pytest.mark.parametrize("query", chosen(CASES), ids=lambda query: "&".join(f"{k}={v}" for k, v in query.items()))
def test_what_is_said_is_so(query):
    check(open_page(STEM, **query))


KNOWN = [
    ({"scheme": "sinusoidal", "base": "1", "size": "32", "dim": "48"}, "although they are places in a line"),
    (
        {"scheme": "sincos3d", "dim": "2", "size": "32"},
        "With **sincos3d** they are one as well: it gives every patch the same",
    ),
    ({"scheme": "sincos3d", "dim": "2", "size": "32"}, "As alike across the picture's edges as from row to row."),
    ({"scheme": "sincos3d", "dim": "4", "size": "32", "shuffle": "by hand", "swaps": "0-1"}, "they are one as well"),
    ({"scheme": "sinusoidal", "padding_idx": "8", "size": "32", "dim": "48"}, "row 2, column 2 has a vector of zeros"),
]


@pytest.mark.parametrize(("query", "said"), KNOWN)
def test_known_cases(query, said):
    at = open_page(STEM, **query)
    assert said in text(at)
    check(at)


def stripes(columns):
    """A picture of 32 × 32 patches of which each column has one colour, the last columns all the same."""
    picture = np.zeros((224, 224, 3), np.uint8)
    for column in range(columns):
        picture[:, 32 * column : 32 * (column + 1)] = 20 * (column + 1)
    return picture


@pytest.mark.parametrize(("columns", "shuffle"), [(0, "patches"), (1, "patches"), (1, "rows"), (6, "patches")])
def test_patches_that_look_alike(columns, shuffle):
    picture = stripes(columns)
    at = open_page(STEM, image="your own", size="32", dim="48", shuffle=shuffle)
    at.file_uploader[0].set_value(("stripes.png", saved(Image.fromarray(picture), "PNG"), "image/png")).run()
    assert not at.exception
    check(at, picture)
    same = columns == 0 or shuffle == "rows"
    assert ("Both pictures are the same" in text(at)) == same
    assert ("all its patches look alike" in text(at)) == (columns == 0)
    assert ("only patches that look alike have changed places" in text(at)) == (columns > 0 and same)
    names: dict = {"image": picture}
    exec(at.code[0].value, names)
    assert names["having"].sensitivity == pytest.approx(float(at.metric[1].value), rel=0.05)


def test_a_number_that_is_not_so_would_be_noticed():
    at = open_page(STEM, size="32", dim="48")
    again, said = Again(at), text(at)
    check_mosaics(said, again)
    for true, false in (("one long line", "rows and columns"), ("The patch below: 0.", "The patch below: -0.")):
        with pytest.raises(AssertionError):
            check_mosaics(said.replace(true, false), again)
