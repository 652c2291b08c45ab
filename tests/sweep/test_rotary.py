"""Rotary with every scheme and unusual settings: each claim of the page against angles written down from the papers."""

import re
from dataclasses import dataclass

import numpy as np
import pytest

from posenc.experiments.toy_words import word_vectors
from tests.pages.app import open_page
from tests.pages.seen import figure, numbers, text
from tests.sweep import chosen

STEM = "6_rotary"
SIZES = [
    {},
    {"dim": "2", "length": "16"},
    {"dim": "4", "length": "48"},
    {"dim": "6", "length": "96", "offset": "0"},
    {"dim": "64", "length": "256", "offset": "32"},
    {"dim": "512", "length": "64", "position": "20", "offset": "1"},
    {"dim": "16", "length": "128", "offset": "31"},
]
PLAIN = [
    {"base": "1"},
    {"base": "1.5"},
    {"base": "1000000000"},
    {"rotary_dim": "2"},
    {"rotary_dim": "4", "base": "100"},
    {"layout": "interleaved"},
    {"layout": "interleaved-in-half-out", "base": "500000"},
    {"layout": "mixed"},
    {"layout": "mixed", "rotary_dim": "2"},
    {"layout": "mixed", "base": "1"},
]
AXIAL = [
    {},
    {"height": "1", "width": "1"},
    {"height": "1", "width": "40"},
    {"height": "40", "width": "1"},
    {"height": "5", "width": "30"},
    {"height": "1024", "width": "2"},
    {"temperature": "1", "height": "9", "width": "9"},
    {"form": "pixel", "height": "6", "width": "8"},
    {"form": "pixel", "height": "1", "width": "1"},
    {"form": "pixel", "height": "2", "width": "2"},
    {"form": "pixel", "linear_bands": "true", "max_resolution": "1", "height": "3", "width": "7"},
    {"form": "dinov3", "height": "2", "width": "20"},
    {"form": "pixtral", "temperature": "100"},
    {"form": "llama4-vision", "height": "4", "width": "6"},
    {"form": "ret-pixel", "height": "7", "width": "7"},
    {"column_first": "true", "height": "5", "width": "12"},
    {"grid_offset": "-1000", "layout": "half"},
    {"reference_height": "7", "reference_width": "28"},
]
LINKS = [
    *({"scheme": "rotary"} | more | size for more in [{}, *PLAIN] for size in SIZES),
    *({"scheme": "xpos"} | more | size for more in ({}, {"scale_base": "1"}, {"scale_base": "32"}) for size in SIZES),
    *({"scheme": "xpos", "base": "1", "centre": "ceil", "scale_base": "1e9"} | size for size in SIZES),
    *({"scheme": "mrope"} | more | size for more in ({}, {"form": "interleaved"}, {"base": "1"}) for size in SIZES),
    *({"scheme": "polar"} | more | size for more in ({}, {"base": "1"}, {"base": "1e9"}) for size in SIZES),
    *(
        {"scheme": "axial_rotary"} | more | size
        for more in AXIAL
        for size in ({}, {"dim": "4", "offset": "2"}, {"dim": "64", "length": "64", "offset": "14"})
    ),
]
KNOWN = [
    {"scheme": "axial_rotary", "dim": "16", "length": "96", "offset": "14"},  # R1
    {"scheme": "axial_rotary", "dim": "16", "height": "1", "width": "1", "form": "pixel"},
    {"layout": "mixed"},  # R4
    {"layout": "mixed", "dim": "2"},
    {"base": "1"},
    {"scheme": "xpos", "scale_base": "1", "length": "256"},
    {"scheme": "polar", "dim": "2"},
    {"scheme": "axial_rotary", "form": "llama4-vision", "height": "4", "width": "6"},
]


@dataclass
class Truth:
    """What a link sets, computed again: one row a token, one column a pair."""

    near: np.ndarray
    """The angle of the first feature of a pair; of `far` the second's."""
    far: np.ndarray
    rates: np.ndarray
    units: list[str]
    query_scale: np.ndarray
    key_scale: np.ndarray
    layout: str
    turning: int
    positive: bool = False

    def rotated(self, x: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """The vector x at every token: (n, pairs, 2)."""
        m = self.turning
        x = np.logaddexp(0, x) if self.positive else x
        if self.positive:
            first, second = x, 0 * x
        elif self.layout == "half":
            first, second = x[: m // 2], x[m // 2 : m]
        else:
            first, second = x[:m:2], x[1:m:2]
        if not self.positive:  # the features that do not turn
            first, second = np.append(first, x[m::2]), np.append(second, x[m + 1 :: 2])
        along = first * np.cos(self.near) - second * np.sin(self.near)
        across = second * np.cos(self.far) + first * np.sin(self.far)
        return np.stack([along * scale, across * scale], -1)

    def scores(self, query: np.ndarray, key: np.ndarray) -> np.ndarray:
        """Of the query at each token with the key at each, over both norms."""
        queries, keys = self.rotated(query, self.query_scale), self.rotated(key, self.key_scale)
        size = np.linalg.norm(self.rotated(query, 1)[0]) * np.linalg.norm(self.rotated(key, 1)[0])
        return np.einsum("ipc,jpc->ij", queries, keys) / size

    @property
    def mixed(self) -> np.ndarray:
        return (self.near != self.far).any(0)

    @property
    def moving(self) -> np.ndarray:
        return ~self.mixed & (self.rates > 0)


def truth(link: dict[str, str], n: int, dim: int) -> Truth:
    p, id = np.arange(n), link.get("scheme", "rotary")
    base = float(link.get("base", "1e6" if id == "mrope" else "1e4"))
    ones, layout, turning = np.ones((n, dim // 2)), link.get("layout", "half"), dim
    if id == "axial_rotary":
        return grid_truth(link, n, dim)
    if id == "polar":
        rates = base ** (-np.arange(dim // 2) / (dim // 2))
    else:
        turning = int(link.get("rotary_dim", dim))
        rates = np.zeros(dim // 2)
        rates[: turning // 2] = base ** (-np.arange(0, turning, 2) / turning)
    near = far = rates
    if layout == "mixed":
        own = rates[: turning // 2]
        near, far = rates.copy(), rates.copy()
        near[: turning // 2], far[: turning // 2] = [*own, *own][0::2], [*own, *own][1::2]
    scale = ones
    if id == "xpos":
        layout, middle = "interleaved", n // 2 if link.get("centre") != "ceil" else -(-n // 2)
        z = (np.arange(0, dim, 2) + 0.4 * dim) / (1.4 * dim)
        scale = z ** ((p[:, None] - middle) / float(link.get("scale_base", "512")))
    return Truth(
        p[:, None] * near, p[:, None] * far, rates, ["position"] * len(rates), scale, 1 / scale, layout, turning,
        id == "polar",
    )  # fmt: skip


def grid_truth(link: dict[str, str], n: int, dim: int) -> Truth:
    height, width, form = int(link.get("height", 14)), int(link.get("width", 14)), link.get("form", "index")
    count, heat = dim // 4, float(link.get("temperature", "1e4"))
    own = [heat ** (-np.arange(count) / count)] * 2
    if form == "pixtral":
        whole = heat ** (-np.arange(0, dim, 2) / dim)
        own = [whole[0::2], whole[1::2]]
    maximum = float(link.get("max_resolution", 224)) if form == "pixel" else float(link.get("max_freq", 10))
    if form == "ret-pixel" or "linear_bands" in link:
        own = [np.pi * np.linspace(1, maximum / 2, count)] * 2
    elif form == "pixel":
        own = [np.pi * 2 ** np.linspace(0, np.log2(maximum) - 1, count)] * 2
    class_token = np.arange(n) == height * width
    token = np.minimum(np.arange(n), height * width - 1)
    parts = []
    for unit, size, place, frequencies in zip(
        ("row", "column"), (height, width), (token // width, token % width), own, strict=True
    ):
        start, step = float(link.get("grid_offset", 0)) + (form == "llama4-vision"), 1.0
        if form in ("pixel", "ret-pixel"):
            start, step = -1.0, 2 / (size - 1) if size > 1 else 0.0
        if form == "dinov3":
            start, step = 2 * np.pi * (1 / size - 1), 2 * np.pi * 2 / size
        stretch = int(link.get(f"reference_{'height' if unit == 'row' else 'width'}", size)) / size
        angles = ((start + step * place) * stretch)[:, None] * frequencies
        angles[class_token] = 0
        parts.append((angles, step * stretch * frequencies, [unit] * len(frequencies)))
    if "column_first" in link or form == "llama4-vision":
        parts.reverse()
    angles, rates = np.concatenate([part[0] for part in parts], 1), np.concatenate([part[1] for part in parts])
    halves = ("dinov3", "pixtral", "qwen2vl-vision")
    layout, ones = link.get("layout", "half" if form in halves else "interleaved"), np.ones(angles.shape)
    return Truth(angles, angles, rates, parts[0][2] + parts[1][2], ones, ones, layout, dim)


def number(words: str) -> float:
    return float(words.replace(",", "").replace("−", "-"))


def near(words: str, value: float) -> bool:
    """Whether what is said is the value, to three digits or to the whole number."""
    return number(words) == pytest.approx(value, rel=6e-3, abs=1e-12) or abs(number(words) - value) <= 0.5 <= value / 99


def check(link: dict[str, str]) -> None:
    at = open_page(STEM, door="true", some_turn="true", on_grid="true", guess="it changes", **link)
    sliders = {slider.key: slider.value for slider in at.select_slider}
    places = int(link.get("height", 14)) * int(link.get("width", 14))  # a single one has no slider
    n, dim = int(sliders.get("length", places)), int(sliders["dim"])
    if at.info:  # values that do not go together: the page says so, and what it shows instead
        dim, link = int(re.search(r"for (\d+) dimensions", at.info[0].value)[1]), {"scheme": link["scheme"]}
    offset = next((slider.value for slider in at.slider if slider.key == "offset"), 0)
    known = truth(link, n, dim)
    said = next(element.value for element in at.markdown if element.value.startswith("### What you see"))
    speeds_are_so(said, known, n, link)
    distance_is_so(at, said, known, n, dim, offset)
    assert ("You guessed “it changes”. It is “it stays the same”" in text(at)) == (
        "does not tell the score" not in said
    )
    lengths_are_so(said, known, n)
    labels_are_so(at, known)
    parts_and_ports_are_so(text(at), link, n, dim)
    grid_is_so(text(at), link)


def speeds_are_so(said: str, known: Truth, n: int, link: dict[str, str]) -> None:
    rates = np.degrees(known.rates[known.moving])
    mixed = re.search(r"In (\d+) of (\d+) pairs? the two dimensions are turned by different", said)
    assert (mixed is not None) == known.mixed.any()
    assert mixed is None or (int(mixed[1]), int(mixed[2])) == (known.mixed.sum(), len(known.rates))
    still = re.search(r"(\d+) pairs? stands? still", said)
    assert (int(still[1]) if still else 0) == (~known.mixed & (known.rates == 0)).sum()
    if not len(rates):
        assert "From one" not in said
        return
    found = re.search(
        r"From one (.+?) to the next (.+?)\.(?: Within (\d+) positions?| The first (.+?)\. Within these)", said
    )
    units = [unit for unit, moves in zip(known.units, known.moving, strict=True) if moves]
    assert set(found[1].split(" or ")) == set(units)
    one = re.search(r"(?:the pair|the one pair that turns|every pair that turns) moves on by ([\d.,]+)°", found[2])
    two = re.search(r"fastest pair turns by ([\d.,]+)°, the slowest that turns by ([\d.,]+)°", found[2])
    low, high = (one[1], one[1]) if one else (two[2], two[1])
    assert near(high, rates.max())
    assert near(low, rates.min())
    on_grid = link.get("scheme") == "axial_rotary"
    real = min(n, int(link.get("height", 14)) * int(link.get("width", 14))) if on_grid else n
    turns = np.ptp(known.near[:real], 0) / (2 * np.pi)
    unfinished = int((known.moving & (turns < 1 - 1e-9)).sum())
    count = re.search(r"(?:positions?|Within these) (\d+) of (\d+) pairs?(?: that turn)? do not finish a turn", said)
    if known.moving.sum() == 1:
        assert f" the pair {'does not finish' if unfinished else 'finishes'} a turn" in said
    else:
        assert (int(count[1]), int(count[2])) == (unfinished, known.moving.sum())
    if on_grid:
        width = int(link.get("width", 14))
        rows, columns = (real - 1) // width + 1, min(real, width)
        stand = re.search(r"The first ([\d,]+) tokens? stand in (.+?)\. Within", said)
        counts = {
            unit.rstrip("s"): int(number(count)) for count, unit in re.findall(r"([\d,]+) (rows?|columns?)", stand[2])
        }
        assert (int(number(stand[1])), counts) == (real, {"row": rows, "column": columns})
        assert ("The class token does not turn" in said) == (real < n)
    else:
        assert int(found[3]) == n


def distance_is_so(at, said: str, known: Truth, n: int, dim: int, offset: int) -> None:
    features = dim // 2 if known.positive else dim
    king, queen = word_vectors(["King", "Queen"], features, np.float64)
    scores, even = known.scores(king, queen), known.scores(np.ones(features), np.ones(features))
    sizes = np.abs(known.rotated(king, known.query_scale)).max() * np.abs(known.rotated(queen, known.key_scale)).max()
    spread = max(np.ptp(np.diagonal(scores, k)) for k in range(1 - n, n))
    alone = spread < 1e-9 * max(sizes, 1)
    drawn = figure(at, "scores")["data"]
    assert ("The distance alone counts" in said) == (alone and n > 1)
    assert ("distance alone does not tell the score" in said) == (not alone)
    assert (drawn[0].get("name", "") == "two equal vectors, spread evenly over the pairs") == alone
    if not alone:
        maximum = number(re.search(r"by up to \*\*([\d.,]+)\*\*", said)[1])
        high, low = (numbers(trace["y"]) for trace in drawn[:2])
        assert maximum == pytest.approx((high - low).max(), rel=0.06)
        assert maximum <= spread * 1.06
        assert "toy weights" in said
        return
    where = numbers(drawn[0]["x"]).astype(int)
    for trace, table in ((drawn[0], even), (drawn[-1], scores)):
        expected = [np.diagonal(table, k).mean() for k in where]
        np.testing.assert_allclose(numbers(trace["y"]), expected, rtol=1e-6, atol=1e-7)
    if n == 1:
        return
    toy = said.split("toy weights")[1]
    for pattern, side in ((r"the score is ([−\d.,]+\d)", offset), (r"behind the query it is ([−\d.,]+\d)", -offset)):
        found, true = re.search(pattern, toy), np.diagonal(scores, side).mean()
        assert found is not None or (offset == 0 and side == 0) or abs(true) < 0.0005 or abs(true) >= 1e6
        assert found is None or number(found[1]) == pytest.approx(true, abs=5.1e-4, rel=6e-3)
    assert f"“Queen” {offset} ahead of it" in toy if offset else "at the same place" in toy


def lengths_are_so(said: str, known: Truth, n: int) -> None:
    found = re.search(
        r"queries (\w+) and keys (\w+), in pair (\d+) the most\. With the key ([\d,]+) behind .*? is (.+?)\. With", said
    )
    changes = np.abs(np.log(known.query_scale[-1] / known.query_scale[0]))
    assert (found is not None) == bool(changes.max() >= 1e-9)
    if found is None:
        return
    pair = changes.argmax()
    behind, ahead = (known.query_scale[a, pair] * known.key_scale[b, pair] for a, b in ((-1, 0), (0, -1)))
    assert (found[1], found[2], int(found[3]), int(number(found[4]))) == ("shrink", "grow", pair, n - 1)
    for words, true in ((found[5], behind), (re.search(r"causal mask hides, it is (.+?)\. Hands", said)[1], ahead)):
        exact = re.search(r"multiplied by ([\d.,]+)", words)
        if exact:
            assert near(exact[1], true)
        elif "thousandth" in words:
            assert abs(true - 1) < 0.001
        else:
            assert true > 1e6 if "more than a million" in words else true < 1e-6


def labels_are_so(at, known: Truth) -> None:
    below = [note["text"] for note in figure(at, "clocks")["layout"]["annotations"][1:-2]]
    assert below
    for note in below:
        pair, words = re.fullmatch(r"<b>pair (\d+)</b><br>(.+)", note).groups()
        pair = int(pair)
        if known.mixed[pair] or known.rates[pair] == 0:
            assert words == ("no rotation" if known.mixed[pair] else "stands still")
            continue
        count, times, unit = re.fullmatch(r"([\d.,]+)( million| billion)? (\w+)", words).groups()
        size = {None: 1, " million": 1e6, " billion": 1e9}[times]
        assert near(count, 2 * np.pi / known.rates[pair] / size)
        assert unit.rstrip("s") == known.units[pair]


def parts_and_ports_are_so(said: str, link: dict[str, str], n: int, dim: int) -> None:
    plain = link.get("scheme", "rotary") == "rotary"
    base = float(link.get("base", "1e4")) if plain else 1e4
    turning = int(link.get("rotary_dim", dim)) if plain else dim
    found = re.search(r"At the distances drawn, 0 to ([\d,]+), their score falls from 1 to (\S+) when all dimensions turn"
                      r"(?:, and to (\S+) when (\d+) do)?", said)  # fmt: skip
    assert (found is None) == (n == 1)
    if found:
        distances = np.unique(np.append(np.arange(min(n, 65)), np.linspace(0, n - 1, 97).astype(int)))
        for words, m in ((found[2], dim), (found[3], int(found[4] or 0))):
            if words:
                curve = np.cos(np.outer(distances, base ** (-np.arange(0, m, 2) / m))).sum(1) + (dim - m) / 2
                assert number(words.rstrip(".")) == pytest.approx((curve / (dim / 2)).min(), abs=0.006)
    king, queen = word_vectors(["King", "Queen"], dim, np.float64)
    tables = {}
    for name, q, k in (("trained", "interleaved", "interleaved"), ("half", "half", "half"),
                       ("split", "interleaved", "half"), ("mixed", "mixed", "mixed")):  # fmt: skip
        sides = []
        for vector, layout in ((king, q), (queen, k)):
            own = truth({"base": str(base), "rotary_dim": str(turning), "layout": layout}, 48, dim)
            pairs = own.rotated(vector, own.query_scale)
            features = np.empty((48, dim))
            m = turning
            places = (slice(0, m // 2), slice(m // 2, m)) if layout == "half" else (slice(0, m, 2), slice(1, m, 2))
            for part, place in enumerate(places):
                features[:, place] = pairs[:, : m // 2, part]
            features[:, m::2], features[:, m + 1 :: 2] = pairs[:, m // 2 :, 0], pairs[:, m // 2 :, 1]
            sides.append(features)
        tables[name] = sides[0] @ sides[1].T
    size = np.linalg.norm(king) * np.linalg.norm(queen)
    wrong = sum(np.abs(tables[name] - tables["trained"]).max() / size > 1e-9 for name in ("half", "split", "mixed"))
    assert (f"With 48 tokens {wrong} of 5 are wrong." in said) == (wrong > 0)
    assert ("With one pair that turns both layouts are the same" in said) == (turning == 2)


def grid_is_so(said: str, link: dict[str, str]) -> None:
    found = re.search(r"place of (\d+) × (\d+).*?Drawn for 16 dimensions, 8 pairs, whose hands change: (.+?)\.", said)
    if found is None:
        assert "no hands to draw on a grid" in said
        return
    height, width = int(found[1]), int(found[2])
    words = {
        "row alone": (True, False),
        "column alone": (False, True),
        "row and column": (True, True),
        "neither": (False, False),
    }
    counts = {
        words[name]: int(count)
        for count, name in re.findall(r"(\d+) with (?:the )?(row alone|column alone|row and column|neither)", found[3])
    }
    if link.get("scheme") == "mrope":
        axes = [0, 0, 1, 1, 1, 2, 2, 2] if link.get("form") != "interleaved" else [0, 1, 2, 0, 1, 2, 0, 1]
        assert counts == {(False, False): axes.count(0), (True, False): axes.count(1), (False, True): axes.count(2)}
        return
    own = link if link.get("scheme") == "axial_rotary" else {}
    known = grid_truth(own | {"height": str(height), "width": str(width)}, height * width, 16)
    hands = np.exp(1j * known.near).reshape(height, width, 8)
    down, across = (np.abs(np.diff(hands, axis=axis)).max((0, 1), initial=0) > 1e-9 for axis in (0, 1))
    true = [(bool(d), bool(a)) for d, a in zip(down, across, strict=True)]
    assert counts == {kind: true.count(kind) for kind in set(true)}


@pytest.mark.parametrize("link", KNOWN, ids=str)
def test_known_cases(link):
    check(link)


@pytest.mark.parametrize("link", chosen(LINKS, one_in=20), ids=str)
def test_every_claim_is_computed_right(link):
    check(link)
