"""Similarity: each sentence and number of the page, for every scheme and unusual settings, computed again.

The tables are the library's; what is said of them is computed here, pair by pair.
"""

import re

import numpy as np
import pytest

import posenc
from posenc import rasters, similarities
from sections.similarity import of_distance, seen
from tests.pages.app import open_page
from tests.pages.seen import text
from tests.sweep import chosen
from tests.sweep.said import found, number
from ui.guess import LOOK

STEM = "2_similarity"
TABLED = [id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Absolute | posenc.Rotary)]
SETTINGS = [
    {},
    {"measure": "cosine", "dim": "96", "k": "1"},
    {"measure": "euclidean", "dim": "48"},
    {"dim": "2", "length": "64"},
    {"dim": "8", "length": "16", "k": "14"},
    {"dim": "12", "length": "256", "k": "0", "measure": "cosine"},
    {"height": "1", "width": "64", "depth": "1", "dim": "96"},
    {"height": "64", "width": "1", "depth": "1", "dim": "96", "measure": "euclidean"},
    {"height": "1", "width": "1", "depth": "1", "dim": "96"},
    {"height": "1", "width": "2", "depth": "1", "dim": "96", "measure": "euclidean"},
    {"height": "64", "width": "65", "depth": "1", "length": "4160", "dim": "24"},
    {"base": "1", "temperature": "1", "dim": "24"},
    {"padding_idx": "3", "cls_token": "true", "dim": "32"},
    {"padding_idx": "3", "cls_token": "true", "dim": "32", "measure": "euclidean"},
    {"padding_idx": "300", "length": "8192", "interpolate": "true", "dim": "32"},
    {"scale": "0", "dim": "32", "measure": "cosine"},
    {"length": "4096", "dim": "768", "spacing": "tensor2tensor"},
    {"rotary_dim": "4", "dim": "64", "form": "detr"},
    {"dim": "5", "length": "96"},
]
CASES = [{"scheme": id} | setting for id in TABLED for setting in SETTINGS]


def shown(at):
    """What the page shows: its scheme, length, dim, measure and k, as its code says."""
    code = at.code[0].value
    length, dim = map(int, re.search(r"(?:scheme\.table\(|_raster\(scheme, )(\d+), (\d+)", code).groups())
    made: dict = {}
    exec(code.split("matrix =")[0], made)
    k = at.session_state["k"] if length > 2 else 0  # else there is no slider
    return made["scheme"], length, dim, at.session_state["measure"], min(k, max(length - 2, 0))


def alike(first, second, measure):
    """Of rows (…, dim), in the plainest way."""
    if measure == "euclidean":
        return np.sqrt(((first - second) ** 2).sum(-1))
    products = (first * second).sum(-1)
    if measure == "dot":
        return products
    lengths = np.sqrt((first**2).sum(-1) * (second**2).sum(-1))
    return np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)


def by_distance(scheme, length, dim, measure, sample, blank):
    """Distances, the similarities of pairs at each, and what each of these is of all pairs: of all, or of the sample that
    the page describes, in which a position without a vector is never missed."""
    if not sample:
        table = scheme.table(length, dim, np.float64)
        values = [alike(table[: length - k], table[k:], measure) for k in range(length)]
        return range(length), values, [np.full(len(one), 1 / len(one)) for one in values]
    distances = sorted({int(value) for value in np.geomspace(1, length, 96)})
    distances = [k - 1 for k in distances]
    starts = [(np.linspace(0, 1, 16) * (length - 1 - k)).astype(int) for k in distances]
    ends = [np.append(start + k, length - 1) for start, k in zip(starts, distances, strict=True)]
    rows = [
        (scheme.table(np.append(s, length - 1), dim, np.float64)[:-1], scheme.table(e, dim, np.float64)[:-1])
        for s, e in zip(starts, ends, strict=True)
    ]
    values = [alike(one, other, measure) for one, other in rows]
    weights = [np.full(len(one), 1 / len(one)) for one in values]
    for i, (k, start) in enumerate(zip(distances, starts, strict=True)):
        own = [p for p in {blank, blank - k} if 0 <= p < length - k] if blank is not None else []
        if own:
            others = (start != blank) & (start + k != blank)
            pairs = [scheme.table([p, p + k, length - 1], dim, np.float64) for p in own]
            of_own = np.array([alike(rows[:1], rows[1:2], measure)[0] for rows in pairs])
            share = len(own) / (length - k)
            values[i] = np.append(values[i][others], of_own)
            weights[i] = np.append(
                np.full(others.sum(), (1 - share) / max(others.sum(), 1)), np.full(len(own), share / len(own))
            )
            weights[i] /= weights[i].sum()
    return distances, values, weights


def check(at):
    said = text(at)
    scheme, length, dim, measure, k = shown(at)
    if length == 1:
        assert "There is one position, so there is no other" in said
        assert not at.metric
        return
    check_what_is_seen(said, scheme, length, dim, measure)
    check_the_rotation(said, at.metric[0], scheme, length, dim, k)


def check_what_is_seen(said, scheme, length, dim, measure):
    sample = length**2 * dim > 2**26
    assert sample == ("Looked at is a sample" in said)
    blank = next(
        (row for row in (0, 3, 300) if row < length and not scheme.table([row, length - 1], dim)[0].any()), None
    )
    distances, values, weights = by_distance(scheme, length, dim, measure, sample, blank if dim > 1 else None)
    if sample:
        assert found(r"sample: (\S+) distances, at each up to (\S+) pairs", said) == [len(distances), 16]
    low, high = min(map(np.min, values)), max(map(np.max, values))
    largest = max(abs(low), abs(high))
    spreads = np.array([np.ptp(one) for one in values])
    means = np.array([one @ weight for one, weight in zip(values, weights, strict=True)])
    if high - low <= 1e-9 * largest:
        (value,) = found(r"\*\*All values are the same\*\*, (\S+):", said)
        assert value == pytest.approx(high, rel=0.006)
        assert "It depends" not in said
        assert "rises" not in said
        return
    zeros = [row for row in range(min(length, 1024)) if not scheme.table([row, length - 1], dim)[0].any()]
    for row in zeros if dim > 1 else []:  # a single sine is 0 at position 0
        assert f"Position {row:,} is a row of zeros" in said
    if spreads.max() <= 1e-9 * largest:
        assert "epends on the distance alone**: wherever" in said
    else:
        pattern = r"not depend on the distance alone\*\*: at distance (\S+), the values differ by up to \*\*(\S+)\*\*, which is"
        distance, spread = found(pattern, said)
        assert spread == pytest.approx(spreads.max(), rel=0.006)
        assert spreads[list(distances).index(distance)] == pytest.approx(spreads.max(), rel=1e-6)
        share = re.search(r"which is (.+?) of the range of all values", said)[1]
        true = spreads.max() / (high - low)
        assert (
            share == "less than 1%"
            if true < 0.01
            else number(share.removeprefix("more than ")) == pytest.approx(true, abs=0.0051)
        )
        assert ("nearly one colour" in said) <= (true < 0.1)
    steps = -np.diff(means) if measure == "euclidean" else np.diff(means)
    back = np.flatnonzero(steps > 1e-9 * largest)
    if length == 2:
        assert "the mean" not in said
    elif len(back):
        verb = "falls" if measure == "euclidean" else "rises"
        one, other = found(rf"from distance (\S+) to (\S+) the mean {verb}\.", said)
        assert [one, other] == [distances[back[0]], distances[back[0] + 1]]
    else:
        assert f"The mean never {'falls' if measure == 'euclidean' else 'rises'}" in said


def check_the_rotation(said, metric, scheme, length, dim, k):
    if length <= 1024:
        table = scheme.table(length, dim, np.float64)
    else:
        tried = np.unique(np.r_[np.linspace(0, length - 1 - k, 60).astype(int), 300, length - 1])
        tried = tried[tried < length - k]
        here, there = (scheme.table(np.append(tried + more, length - 1), dim, np.float64)[:-1] for more in (0, k))
    if length <= 1024:
        here, there = table[: length - k], table[k:]
    left, _, right = np.linalg.svd(here.T @ there)
    missed = np.abs(here @ (left @ right) - there).max()
    largest = np.abs(here).max()
    moves = "**One rotation moves" in said or "**Moving by 0 is no move**" in said
    if missed <= 1e-11 * largest or (missed <= 1e-6 * largest and moves):  # between them both are right, to rounding
        assert "**One rotation moves" in said or (k == 0 and "**Moving by 0 is no move**" in said)
        assert metric.value == "no difference"
        assert "No one rotation" not in said
        return
    assert f"**No one rotation moves every position by {k}.**" in said
    assert "**One rotation" not in said
    before, after = map(number, metric.value.split(" → "))
    assert before != after
    if "A rotation keeps lengths" in said:
        one, long, other, longer = found(r"position (\S+) is (\S+) long and that of position (\S+) is (\S+) long", said)
        pairs = [(one, one, long**2, before), (other, other, longer**2, after)]
    else:
        pattern = r"positions (\S+) and (\S+) is (\S+), and that of (\S+) and (\S+) is (\S+)\.(?:\s|$)"
        p, q, dot, moved_p, moved_q, moved_dot = found(pattern, said)
        assert (moved_p - p, moved_q - q) == (k, k)
        pairs = [(p, q, dot, before), (moved_p, moved_q, moved_dot, after)]
    for p, q, in_words, in_figures in pairs:
        rows = scheme.table(np.array([p, q, length - 1]).astype(int), dim, np.float64)
        assert in_words == pytest.approx(rows[0] @ rows[1], rel=0.012, abs=1e-9)
        assert in_figures == pytest.approx(rows[0] @ rows[1], rel=0.006, abs=1e-9)


@pytest.mark.parametrize("query", chosen(CASES), ids=lambda query: "&".join(f"{k}={v}" for k, v in query.items()))
def test_what_is_said_is_so(query):
    check(open_page(STEM, **query, guess=LOOK))


KNOWN = [
    ({"scheme": "mrope"}, "**One rotation moves every position.**", "No one rotation"),
    ({"scheme": "xpos"}, "**One rotation moves every position.**", "No one rotation"),
    ({"scheme": "polar"}, "**One rotation moves every position.**", "No one rotation"),
    ({"scheme": "sincos3d", "length": "16", "dim": "8", "k": "14"}, "**One rotation moves", "No one rotation"),
    ({"scheme": "fourier", "height": "1", "width": "128", "dim": "384"}, "**One rotation moves", "No one rotation"),
    ({"scheme": "learned"}, "which is 98% of the range of all values", "not quite"),
    ({"scheme": "learned", "length": "512", "dim": "384"}, "which is 94% of the range of all values", "not quite"),
    ({"scheme": "sincos2d"}, "which is 59% of the range of all values", "not quite"),
    ({"measure": "euclidean"}, "from distance 11 to 12 the mean falls", "rises"),
    ({"padding_idx": "3"}, "**No one rotation moves every position by 5.**", "**One rotation"),
    (
        {"padding_idx": "300", "length": "8192"},
        "**It does not depend on the distance alone**",
        "**It depends",
    ),
    ({"scale": "0", "measure": "cosine"}, "**All values are the same**, 0", "depends on the distance alone**:"),
]


@pytest.mark.parametrize(("query", "said", "unsaid"), KNOWN)
def test_known_cases(query, said, unsaid):
    at = open_page(STEM, **query, guess=LOOK)
    assert said in text(at)
    assert unsaid not in text(at).split("### Sources")[0].split("?**", 1)[1]
    check(at)


def test_a_sentence_that_is_not_so_would_be_noticed():
    at = open_page(STEM, guess=LOOK)
    scheme, length, dim, measure, _ = shown(at)
    for true, false in (("11 to 12", "12 to 13"), ("It depends", "It does not depend")):
        with pytest.raises(AssertionError):
            check_what_is_seen(text(at).replace(true, false), scheme, length, dim, measure)


@pytest.mark.parametrize("measure", similarities.MEASURES)
def test_a_table_of_zeros_is_said_to_tell_nothing_however_long(measure):
    scheme = posenc.scheme("sinusoidal", scale=0.0)
    measured = rasters.similarity_by_offset(scheme, 8192, 16, measure)
    right, found = of_distance(measured, measure, 8192)
    assert right == "only the distance"
    assert found.startswith("**All values are the same**, 0")
    assert "the mean" not in " ".join(seen(measured, measure, 8192, scheme.empty_row))
