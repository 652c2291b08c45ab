"""Compare with every scheme and unusual settings: each sentence and each cell is checked by a few lines of NumPy."""

import re
from dataclasses import replace

import numpy as np
import pytest

import posenc
from posenc.experiments.toy_words import word_vectors
from tests.pages.app import open_page
from tests.pages.seen import table, text
from tests.sweep import chosen
from tests.sweep.ends import ends, number

SCHEMES = posenc.schemes()
FORMULAS = {
    "none",
    "sinusoidal",
    "fourier",
    "sincos2d",
    "sincos3d",
    "rotary",
    "xpos",
    "axial_rotary",
    "mrope",
    "alibi",
    "sandwich",
}
"""The others learn something."""
TAKEN = ("length", "dim", "head", "causal", "query", "key")
SETTINGS = [
    {},
    {"causal": "true"},
    {"length": "16", "dim": "8", "head": "0"},
    {"length": "64", "dim": "128", "head": "7", "causal": "true"},
    {"length": "64", "dim": "2"},
    {"length": "24", "dim": "6", "causal": "true", "own_scale": "true"},
    {"length": "32", "dim": "12", "head": "5", "own_scale": "true"},
]


def fours(links):
    """Four schemes to a page, as links that set their slots."""
    links = list(links)
    for start in range(0, len(links), 4):
        group, page = links[start : start + 4], {}
        for slot in range(4):
            mark = f"_{slot + 1}" if slot else ""
            page[f"scheme{mark}"] = "empty"
            if slot < len(group):
                id, end = group[slot]
                page |= {f"scheme{mark}": id}
                page |= {name + (mark or "_1" * (name in TAKEN)): value for name, value in end.items()}
        yield page


EVERY = [(id, {}) for id in SCHEMES]
ENDS = [(id, end) for id, cls in SCHEMES.items() for end in ends(cls)]
CASES = [page | setting for setting in SETTINGS for page in fours(EVERY)]
CASES += [page | SETTINGS[k % len(SETTINGS)] for k, page in enumerate(fours(ENDS))]
KNOWN = [
    {"scheme": "learned", "interpolate": "true", "scheme_2": "shaw", "max_distance_2": "0", "scheme_3": "polar"},
    {
        "scheme": "swin",
        "height": "1",
        "width": "1",
        "scheme_2": "swin",
        "height_2": "1",
        "width_2": "2",
        "length": "16",
    },
]


@pytest.mark.parametrize("link", KNOWN + chosen(CASES), ids=lambda link: "-".join(link.values()))
def test_each_cell_is_true(link):
    at = open_page("10_compare", **link)
    if not at.code:
        assert all("cannot be shown with these settings" in info.value for info in at.info)
        return
    made = {}
    exec(at.code[0].value.replace("maps = ", "maps = () and ").replace("findings = ", "findings = () and "), made)
    n, dim, head, causal = made["setting"].n, made["setting"].dim, made["setting"].head, made["setting"].causal
    known = table(at)
    rows = [name.partition(" :")[0] for name in known.pop("Measured now")]
    maps = {}
    for column, cells, scheme in zip(known, known.values(), made["schemes"], strict=True):
        label = {True: "formula", False: "real model" if scheme.id == "learned" else "toy weights"}[
            scheme.id in FORMULAS
        ]
        assert column.endswith(f"-badge[{label}]")
        found = Cells(scheme, n, dim, head, causal)
        maps[column.split(" :")[0]] = found.full
        for name, cell in zip(rows, cells, strict=True):
            mark, _, said = cell.partition("] ")
            holds = {"check": True, "close": False, "remove": None}[mark.rpartition("/")[2].rstrip(":")]
            found.check(name, holds, said)
    _seen(text(at), maps, link.get("own_scale") == "true")


def _seen(said, maps, own):
    """Full colour, and where the others differ most from the first."""
    largest = max(np.nanmax(np.abs(m)) for m in maps.values())
    said = said.partition("### What you see\n\n")[2].partition("\n### ")[0]
    assert ("nothing is coloured" in said) == (largest == 0)
    assert ("each one's own largest score" in said) == (own and largest > 0)
    if largest and not own:
        assert number(re.search(r"full colour is a score of ±(\S+)\.\n", said + "\n")[1]) == pytest.approx(
            largest, rel=0.01
        )
    (first, reference), *others = maps.items()
    lines = re.findall(r"- \*\*(.+?)\*\* and \*\*(.+?)\*\* (.*)", said)
    assert [line[:2] for line in lines] == [(name, first) for name, _ in others]
    for (_, scores), (*_, rest) in zip(others, lines, strict=True):
        apart = np.abs(scores - reference)
        if np.nanmax(apart) <= 1e-6 * largest:
            assert rest == "do not differ."
            continue
        query, key, here, there, mean = re.fullmatch(
            r"differ most for query (\d+) and key (\d+): (\S+) against (\S+); on average by (\S+)\.", rest
        ).groups()
        place = int(query), int(key)
        assert apart[place] == pytest.approx(np.nanmax(apart), rel=1e-9)
        for shown, value in ((here, scores[place]), (there, reference[place]), (mean, np.nanmean(apart))):
            assert number(shown) == pytest.approx(value, rel=0.01)


class Cells:
    """A scheme's scores by position, from the definitions, and what a cell of the table may say of them."""

    def __init__(self, scheme, n, dim, head, causal):
        self.scheme, self.dim, self.head, self.causal, self.asked = scheme, dim, head, causal, n
        self.n = n if scheme.max_length is None else min(n, scheme.max_length)
        self.scores = self.of_positions(self.n)
        self.full = np.full((n, n), np.nan)
        self.full[: self.n, : self.n] = self.scores
        self.least = 1e-6 * max(1, np.nanmax(np.abs(self.scores)))

    def of_positions(self, n, scheme=None):
        """What n positions do to the scores of one content everywhere, next to a query's own place."""
        scheme, where = scheme or self.scheme, np.arange(n)
        hidden = self.causal & (where > where[:, None])
        if scheme.family == "bias":
            content = word_vectors(["content"], 2 * 8 * 32, float)[0].reshape(2, 8, 1, 32).repeat(n, 2)
            scores = np.where(hidden, -np.inf, np.zeros((8, n, n)))
            scores = scheme.add_to_scores(scores, *content, where)[self.head]
        elif scheme.family == "rotary":
            ones = np.ones((1, n, self.dim))
            queries, keys = scheme.rotate_qk(ones, ones, where)
            scores = (queries @ keys.swapaxes(1, 2))[0] / np.sqrt(self.dim)
        elif scheme.family == "absolute":
            added = scheme.table(n, self.dim, float)
            scores = added @ added.T / np.sqrt(self.dim)
        else:
            scores = np.zeros((n, n))
        return np.where(hidden, np.nan, scores - np.diagonal(scores)[:, None])

    def check(self, name, holds, said):
        {
            "Depends on the offset alone": self.alone,
            "Decays with the distance": self.decays,
            "Tells left from right": lambda *cell: self.sides(self.scores, *cell),
            "… in one layer's attention": lambda *cell: self.sides(self.shares(), *cell),
            "Keeps norms of 32 random vectors": self.norms,
            "A row of its own for each position": self.unique,
            "Answers beyond the length": self.beyond,
            "Needs no learning": self.learning,
            "Most numbers changed for a token": self.cost,
        }[name](holds, said)

    def pair(self, scores, said):
        """Two places (query, key) and what is said of their scores, checked: how far they are apart."""
        *places, rest = re.fullmatch(r"\((\d+), (\d+)\) and \((\d+), (\d+)\) (.*)", said).groups()
        one, other = tuple(map(int, places[:2])), tuple(map(int, places[2:]))
        apart, least = abs(scores[one] - scores[other]), 1e-6 * max(1, np.nanmax(np.abs(scores)))
        if rest.startswith("differ by"):
            assert apart > least
            assert number(rest.removeprefix("differ by ")) == pytest.approx(apart, rel=0.06)
        else:
            assert apart <= least
            assert rest == "are alike to a millionth" or (rest == "are alike" and apart == 0)
        return one, other, apart

    def alone(self, holds, said):
        if self.n < 3:
            assert (holds, said) == (None, "too few positions")
            return
        one, other, apart = self.pair(self.scores, said)
        assert one != other
        assert one[1] - one[0] == other[1] - other[0] != 0
        spreads = [
            np.ptp(d) for d in (np.diagonal(self.scores, o) for o in range(1 - self.n, self.n)) if not np.isnan(d[0])
        ]
        assert apart == pytest.approx(max(spreads), abs=1e-12)
        assert holds == (max(spreads) <= self.least)

    def decays(self, holds, said):
        if self.n < 2:
            assert (holds, said) == (None, "too few positions")
            return
        where = np.arange(self.n)
        offsets = where - where[:, None]
        flat = {
            side: np.abs(self.scores[mask]).max() <= self.least
            for side, mask in (("behind", offsets < 0), ("ahead of", offsets > 0))
        }
        known = [side for side, is_flat in flat.items() if is_flat]
        if known:
            assert holds is False
            assert re.match(
                rf"flat( to a millionth)?: every key {known[0]} a query scores as much as its own place", said
            )
            return
        rises = {}
        for query in range(self.n):
            for side in (-1, 1):
                for distance in range(self.n - 1):
                    near, far = query + side * distance, query + side * (distance + 1)
                    if 0 <= far < self.n and self.scores[query, far] - self.scores[query, near] > self.least:
                        rises.setdefault(distance + 1, []).append((query, far, near))
        assert holds == (not rises)
        if holds:
            query, key, lowest = re.fullmatch(r"never rises; lowest at \((\d+), (\d+)\): (.*)", said).groups()
            assert self.scores[int(query), int(key)] == np.nanmin(self.scores)
            assert number(lowest) == pytest.approx(np.nanmin(self.scores), rel=0.01)
            return
        again, distance, query, far, more, same, near = re.fullmatch(
            r"rises( again)? at distance (\d+): \((\d+), (\d+)\) scores (.+) more than \((\d+), (\d+)\)", said
        ).groups()
        assert int(distance) == min(rises)
        assert bool(again) == (int(distance) > 1)
        assert (int(query), int(far), int(near)) in rises[int(distance)]
        assert query == same
        rise = self.scores[int(query), int(far)] - self.scores[int(query), int(near)]
        assert number(more) == pytest.approx(rise, rel=0.06)

    def sides(self, scores, holds, said):
        if self.causal or self.n < 3:
            assert (holds, said) == (None, "no key ahead: the mask" if self.causal else "too few positions")
            return
        one, other, apart = self.pair(scores, said)
        assert one[0] == other[0] == (one[1] + other[1]) / 2
        assert one[1] > one[0]
        n, least = len(scores), 1e-6 * max(1, np.abs(scores).max())
        largest = max(abs(scores[i, i + d] - scores[i, i - d]) for d in range(1, n) for i in range(d, n - d))
        assert apart == pytest.approx(largest, abs=1e-12)
        assert holds == (largest > least)

    def shares(self):
        """One layer's attention to one word everywhere, with the toy weights of the page."""
        where = np.arange(self.n)
        x = self.scheme.add_to_input(word_vectors(["word"] * self.n, self.dim, float), where)
        weights = posenc.AttentionWeights.random(self.dim, dtype=float).in_proj_weight
        queries, keys = (np.stack([x @ w.T] * 8) for w in (weights[: self.dim], weights[self.dim : 2 * self.dim]))
        queries, keys = self.scheme.rotate_qk(queries, keys, where)
        scores = self.scheme.add_to_scores(queries @ keys.swapaxes(1, 2) / np.sqrt(self.dim), queries, keys, where)[
            self.head
        ]
        powers = np.exp(scores - scores.max(1, keepdims=True))
        return powers / powers.sum(1, keepdims=True)

    def norms(self, holds, said):
        x, where = np.random.default_rng(0).standard_normal((32, 1, self.dim)), np.arange(self.n)
        moved = self.scheme.add_to_input(np.repeat(x, self.n, 1), where)
        lengths = [np.sqrt((turned**2).sum(-1)) for turned in self.scheme.rotate_qk(moved, moved, where)]
        ratios = np.array(lengths) / np.sqrt((x**2).sum(-1))
        assert holds == (abs(ratios - 1).max() <= 1e-6)
        if holds:
            assert said == "each is as long as before, at every position"
            return
        low, at_low, high, at_high = re.fullmatch(
            r"one is (.+) times as long at (\d+), one (.+) times at (\d+)", said
        ).groups()
        assert number(low) == pytest.approx(ratios.min(), rel=0.01)
        assert number(high) == pytest.approx(ratios.max(), rel=0.01)
        assert ratios[..., int(at_low)].min() == ratios.min()
        assert ratios[..., int(at_high)].max() == ratios.max()

    def unique(self, holds, said):
        if self.n < 2:
            assert (holds, said) == (None, "too few positions")
            return
        one, other, what, apart = re.fullmatch(r"nearest: rows (\d+) and (\d+) of the (.+), (.+) apart", said).groups()
        tabled = self.scheme.family in ("absolute", "rotary")
        rows = self.scheme.table(self.n, self.dim, float) if tabled else np.nan_to_num(self.scores)
        assert what == ("table" if tabled else "scores, masked ones as 0" if np.isnan(self.scores).any() else "scores")
        apart_all = np.linalg.norm(rows[:, None] - rows, axis=2) + np.diag(np.full(self.n, np.inf))
        nearest = apart_all.min()
        here = np.linalg.norm(rows[int(one)] - rows[int(other)])
        assert here == pytest.approx(nearest, abs=1e-6)
        assert number(apart) == pytest.approx(nearest, rel=0.06)
        assert holds == (here > 1e-6 * max(1, np.abs(rows).max()))

    def beyond(self, holds, said):
        n, maximum = self.asked, self.scheme.max_length
        if maximum is not None and maximum < 2 * n:
            assert (holds, said) == (False, f"no answer from position {maximum} on")
            return
        assert holds
        last, low, high = self.of_positions(2 * n)[-1], np.nanmin(self.scores), np.nanmax(self.scores)
        least = max(1e-6 * max(1, np.nanmax(np.abs(last))), self.least)
        outside = np.maximum(last - high, low - last)
        if outside.max() <= least:
            assert said == f"at {2 * n - 1}, every score is within those up to {n - 1}"
            return
        query, key, value, until, first, final = re.fullmatch(
            r"\((\d+), (\d+)\) scores (.+); up to (\d+) it was (.+) to (.+)", said
        ).groups()
        assert (int(query), int(until)) == (2 * n - 1, n - 1)
        assert outside[int(key)] == pytest.approx(outside.max(), abs=1e-9)
        for text_of, expected in ((value, last[int(key)]), (first, low), (final, high)):
            assert number(text_of) == pytest.approx(expected, rel=0.01)

    def learning(self, holds, said):
        assert holds == (self.scheme.id in FORMULAS)
        count = len(self.scheme.parameters())
        if holds:
            assert said == f"a formula with {count} parameter{'s' if count != 1 else ''}"
            return
        assert said.startswith("learned: ")
        if "seed" in self.scheme.parameters():
            apart = np.abs(self.scores - self.of_positions(self.n, replace(self.scheme, seed=self.scheme.seed + 1)))
            place = re.search(r"other toy values (?:change \((\d+), (\d+)\) by (.+)|change no score here)$", said)
            assert bool(place[1]) == (np.nanmax(apart) > 1e-6)
            if place[1]:
                assert apart[int(place[1]), int(place[2])] == np.nanmax(apart)
                assert number(place[3]) == pytest.approx(np.nanmax(apart), rel=0.06)

    def cost(self, holds, said):
        """The most numbers that differ, counted one by one on the page's own word."""
        assert holds is None
        where, x = np.arange(self.n), np.repeat(word_vectors(["word"], self.dim, float), self.n, 0)
        counts = {}
        if self.scheme.family == "absolute":
            added = x + self.scheme.table(self.n, self.dim, float)
            counts["feature%s, once"] = max(
                sum(a != b for a, b in zip(*rows, strict=True)) for rows in zip(x, added, strict=True)
            )
        elif self.scheme.family == "rotary":
            turned = self.scheme.rotate_qk(x[None], x[None, :, ::-1], where)
            count = 0
            for before, after in zip((x, x[:, ::-1]), turned, strict=True):
                wider = after.shape[-1] > self.dim
                count += (
                    after.shape[-1] if wider else max((a != b).sum() for a, b in zip(before, after[0], strict=True))
                )
            counts["feature%s, of query and key together, in each head and layer"] = count
        elif self.scheme.family == "bias":
            start = np.zeros((1, self.n, self.n))
            after = self.scheme.add_to_scores(start, x[None], x[None, :, ::-1], where)
            counts["score%s, in each head and layer"] = int((start != after)[0].sum(1).max())
        expected = [f"{count:,} " + words % ("s" if count > 1 else "") for words, count in counts.items() if count]
        assert said == (expected[0] if expected else "none")
