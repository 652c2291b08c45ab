"""Compare's table: each finding of the library is said in the words of its property."""

import re

import pytest

import posenc
from posenc.experiments.properties import Finding, Setting, properties
from sections.compare import (
    PROPERTIES,
    of_cost,
    of_decay,
    of_learning,
    of_length,
    of_norms,
    of_offsets,
    of_rows,
    of_sides,
)

NONE, ALIBI, T5 = (posenc.scheme(id) for id in ("none", "alibi", "t5"))


@pytest.mark.parametrize("id", list(posenc.schemes()))
@pytest.mark.parametrize("causal", [False, True])
def test_every_property_of_every_scheme_is_said(id, causal):
    scheme, setting = posenc.scheme(id), Setting(24, 32, 4, 1, causal)
    found = properties(scheme, setting)
    assert list(found) == list(PROPERTIES)
    for name, (title, say) in PROPERTIES.items():
        said = say(found[name], scheme, setting)
        assert title
        assert said
        assert not re.search(r"nan|inf|\de[+-]?\d", said), said


@pytest.mark.parametrize(
    ("say", "finding", "said"),
    [
        (of_offsets, Finding(None), "too few positions"),
        (of_offsets, Finding(True, (0.0,), (0, 1, 4, 5)), "(0, 1) and (4, 5) are alike"),
        (of_offsets, Finding(True, (1e-9,), (0, 1, 4, 5)), "(0, 1) and (4, 5) are alike to a millionth"),
        (of_offsets, Finding(False, (2.0,), (2, 1, 1, 0)), "(2, 1) and (1, 0) differ by 2"),
        (of_decay, Finding(None), "too few positions"),
        (of_decay, Finding(True, (-3.0,), (0, 47)), "never rises; lowest at (0, 47): -3"),
        (of_decay, Finding(False, (0.0,), (5, 2)), "flat: every key behind a query scores as much as its own place"),
        (
            of_decay,
            Finding(False, (1e-9,), (5, 6)),
            "flat to a millionth: every key ahead of a query scores as much as its own place",
        ),
        (of_decay, Finding(False, (0.5,), (3, 4, 3, 3)), "rises at distance 1: (3, 4) scores 0.5 more than (3, 3)"),
        (of_decay, Finding(False, (1.0,), (5, 3, 5, 4)), "rises again at distance 2: (5, 3) scores 1 more than (5, 4)"),
        (of_sides, Finding(None), "too few positions"),
        (of_sides, Finding(True, (2.0,), (1, 2, 1, 0)), "(1, 2) and (1, 0) differ by 2"),
        (of_sides, Finding(False, (0.0,), (1, 2, 1, 0)), "(1, 2) and (1, 0) are alike"),
        (of_norms, Finding(True, (1.0, 1.0), (0, 0)), "each is as long as before, at every position"),
        (of_norms, Finding(False, (0.51, 1.9), (7, 3)), "one is 0.51 times as long at 7, one 1.9 times at 3"),
        (of_rows, Finding(None), "too few positions"),
        (of_rows, Finding(True, (0.25,), (3, 4)), "nearest: rows 3 and 4 of the scores, 0.25 apart"),
        (of_length, Finding(False, (), (512,)), "no answer from position 512 on"),
        (of_length, Finding(True, (), (63, 0)), "at 63, every score is within those up to 31"),
        (
            of_length,
            Finding(True, (-0.0742, -0.0352, 0.0), (63, 0)),
            "(63, 0) scores -0.0742; up to 31 it was -0.0352 to 0",
        ),
        (of_cost, Finding(None, (0, 0, 0)), "none"),
        (of_cost, Finding(None, (0, 0, 1)), "1 score, in each head and layer"),
        (of_cost, Finding(None, (1024, 0, 0)), "1,024 features, once"),
        (of_cost, Finding(None, (0, 16, 0)), "16 features, of query and key together, in each head and layer"),
    ],
)
def test_what_is_said(say, finding, said):
    assert say(finding, NONE, Setting()) == said


def test_what_is_said_of_rows_and_sides_under_a_mask():
    masked = Setting(causal=True)
    assert of_sides(Finding(None), NONE, masked) == "no key ahead: the mask"
    assert "of the scores, masked ones as 0, 2 apart" in of_rows(Finding(True, (2.0,), (0, 1)), NONE, masked)
    assert "of the table, 2 apart" in of_rows(Finding(True, (2.0,), (0, 1)), posenc.scheme("rotary"), masked)


@pytest.mark.parametrize(
    ("scheme", "finding", "said"),
    [
        (NONE, Finding(True), "a formula with 0 parameters"),
        (ALIBI, Finding(True), "a formula with 2 parameters"),
        (posenc.scheme("learned"), Finding(False), "learned: a table of 512 × 384 = 196,608 numbers"),
        (posenc.scheme("polar"), Finding(False), "learned: a phase for each feature, 0 here"),
        (
            T5,
            Finding(False, (0.5,), (3, 1)),
            "learned: a number for each bucket and head; other toy values change (3, 1) by 0.5",
        ),
        (
            T5,
            Finding(False, (), (0, 0)),
            "learned: a number for each bucket and head; other toy values change no score here",
        ),
    ],
)
def test_what_is_said_of_learning(scheme, finding, said):
    assert of_learning(finding, scheme, Setting()) == said
