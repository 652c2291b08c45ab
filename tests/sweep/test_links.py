"""2,000 links that no page would make: no traceback, and the default wherever a value is malformed."""

import random
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest

import posenc
from tests.pages.app import open_page
from tests.pages.seen import values
from tests.sweep import WHOLE, chosen
from ui.frame import pages

STEMS = [page.path.stem for page in pages()]
TEXTS = {"sentence": 400, "word": 40, "config": 20_000}
"""Controls that take any text, up to so many letters."""
LONGEST = 524_288
"""Streamlit reads nothing of a longer address."""
MALFORMED: list[Any] = [
    *("", " ", "abc", "inf", "-inf", "nan", "NaN", "Infinity", "1e309", "-9e99", "9" * 400, "1" * 4301, "--5", "0x10"),
    *("5;", "5,5", "1e", "½", "Ⅻ", "null", "None", "undefined", "[]", "{}", '{"a":' * 40, "[" * 20_000, "../../etc/passwd"),
    *("\x00", "\x1b[31m", "\ufffe", "\u202eabc", "👑", "👩‍👩‍👧", "e\u0301", "<b>", "<script>alert(1)</script>", "$x$", "`c`"),
    *("__proto__", "constructor", "%00", "%", "javascript:alert(1)", "www.evil.example", "a" * 50_000, "é" * 50_000),
    *(b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", ["abc", "inf"], ["nan"] * 30, '{"rope_theta": NaN, "head_dim": 1e999}'),
]  # fmt: skip
OTHERS: list[Any] = [
    "１２",
    "١٢",
    "007",
    "1_0",
    "+5",
    "5.0",
    "1e1",
    "5",
    "0",
    "TRUE",
    "0.5",
    "2",
    "17",
    "97",
    "1000000",
]
"""What a control may take or leave."""
STRANGERS = [
    "__proto__",
    "constructor",
    "embed",
    "embed_options",
    "EMBED",
    "x" * 50_000,
    "",
    "é",
    "preset",
    "k[]",
    "\x00",
]


@cache
def defaults(stem: str, scheme: str | None) -> dict[str, Any]:
    """What the controls of a page stand at, of the parameters of that scheme as well."""
    at = open_page(stem, **({"scheme": scheme} if scheme else {}))
    known = values(at)
    picked = posenc.schemes()[scheme].parameters() if scheme else {}
    parameters = {
        name: str(p.default) if p.choices and not p.optional else p.default
        for name, p in picked.items()
        if (p.choices or isinstance(p.default, bool) or p.minimum is not None) and not p.several
    }
    return parameters | known


@cache
def picker(stem: str) -> tuple[str, ...]:
    boxes = [box for box in open_page(stem).selectbox if box.key == "scheme"]
    titles = [option.split(" · ")[0] for option in boxes[0].options] if boxes else []
    ids = {cls.title: id for id, cls in posenc.schemes().items()}
    return tuple(ids[title] for title in titles)[:: 1 if WHOLE else 8]


@pytest.mark.parametrize("seed", chosen(range(2000)))
def test_a_malformed_link_shows_the_defaults(seed):
    draw = random.Random(seed)
    stem = draw.choice(STEMS)
    scheme = draw.choice(picker(stem)) if picker(stem) and draw.random() < 0.6 else None
    expected = defaults(stem, scheme)
    names = [name for name in expected if name != "scheme" or not scheme]
    bad = {name: draw.choice(MALFORMED) for name in draw.sample(names, min(len(names), draw.choice((1, 2, 3, 9))))}
    link = bad | ({"scheme": scheme} if scheme else {})
    link |= {draw.choice(STRANGERS): draw.choice(MALFORMED) for _ in range(draw.choice((0, 0, 1, 3)))}
    lenient = draw.random() < 0.2
    if lenient:
        link |= {draw.choice(names or ["x"]): draw.choice(OTHERS)}

    if len(urlencode(link, doseq=True)) > LONGEST:
        expected = defaults(stem, None)

    at = open_page(stem, **link)

    assert at.title[0].value.endswith("?")
    if lenient:
        return
    found = values(at)
    for name, value in found.items():
        if name not in TEXTS and name in expected:
            assert value == expected[name], (stem, name, link.get(name))
    for name in TEXTS.keys() & bad.keys() & found.keys():
        assert len(found[name] or "") <= TEXTS[name]
