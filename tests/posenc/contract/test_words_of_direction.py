""" "Behind" the query is a negative offset, key − query, and "ahead" a positive one: each use in a scheme is tried."""

import inspect
import re

import numpy as np
import pytest

import posenc

BEHIND, AHEAD = np.arange(-9, 0), np.arange(1, 10)


def added(scheme, offsets):
    return scheme.bias([100], 100 + offsets, 2)[:, 0]


def turned(scheme, offset):
    """How large a score is, rotation aside."""
    x = np.ones((1, 8))
    return np.linalg.norm(scheme.rotate(x, [600], 1200)) * np.linalg.norm(scheme.rotate_key(x, [600 + offset], 1200))


T5, SHAW, XPOS = (posenc.scheme(id) for id in ("t5", "shaw", "xpos"))
TRIED = {
    "keys ahead of the query have buckets of their own.": not set(T5.buckets(AHEAD)) & set(T5.buckets(BEHIND)),
    "Off: they share bucket 0, as a causal mask hides them.": set(
        posenc.scheme("t5", bidirectional=False).buckets(AHEAD)
    )
    == {0},
    "The limit for keys behind the query alone.": len(set(posenc.scheme("shaw", left=2).buckets(BEHIND))) == 2
    and len(set(posenc.scheme("shaw", left=2).buckets(AHEAD))) == 9,
    "The limit for keys ahead of the query alone.": len(set(posenc.scheme("shaw", right=2).buckets(AHEAD))) == 2
    and len(set(posenc.scheme("shaw", right=2).buckets(BEHIND))) == 9,
    "made for a causal mask: keys ahead of the query get 0.": all(
        not added(posenc.scheme(id), AHEAD).any() and added(posenc.scheme(id), BEHIND).all()
        for id in ("kerple", "forgetting")
    ),
    "a pair's part of the score fades with the distance of a key behind the query, and grows with that of one ahead": turned(
        XPOS, -500
    )
    < turned(XPOS, -5)
    < turned(XPOS, 5)
    < turned(XPOS, 500),
    "With the key so far behind the query, the first pair's part of the score has faded to 2/7.": np.isclose(
        XPOS.kernel([-512], 2, 1) / posenc.scheme("rotary").kernel([-512], 2, 1), 2 / 7
    ).all(),
    "Queries and keys are turned as in rotary, and keys far behind the query count less.": turned(XPOS, -500)
    < turned(XPOS, -5),
    r"$\delta$ how far the key is behind the query": not posenc.scheme("kerple").kernel(AHEAD, heads=2).any()
    and bool(posenc.scheme("kerple").kernel(BEHIND, heads=2).all()),
    "Keys ahead of the query are masked and have position 0; those behind it half their count up to the query.": np.ptp(
        posenc.scheme("cope").kernel(AHEAD, heads=1)
    )
    == 0
    and np.ptp(posenc.scheme("cope").kernel(BEHIND, heads=1)) > 0,
}


@pytest.mark.parametrize("said", TRIED)
def test_what_is_said_of_a_side_is_true_of_it(said):
    assert TRIED[said]


def test_every_use_is_tried():
    used = "\n".join(" ".join(inspect.getsource(inspect.getmodule(cls)).split()) for cls in posenc.schemes().values())
    spoken = re.findall(r"[^.:;]*\bkeys? [^.:;]*\b(?:behind|ahead)\b", used, re.IGNORECASE)
    assert len(spoken) >= 8
    tried = " ".join(TRIED).lower()
    for sentence in spoken:
        words = re.split(r'["(]', sentence)[-1].strip().lower()
        assert words in tried or words.removeprefix("none, ") in tried, sentence
