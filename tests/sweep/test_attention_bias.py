"""Attention bias with every scheme and unusual settings: each sentence is checked by a few lines of NumPy."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import posenc
from charts.numbers import number as shown
from posenc.experiments.toy_words import word_vectors
from tests.pages.app import open_page
from tests.pages.seen import text
from tests.sweep import chosen
from tests.sweep.ends import ends

BIASES = {id: cls for id, cls in posenc.schemes().items() if cls.family == "bias"}
SETTINGS = [
    {},
    {"causal": "true"},
    {"heads": "1", "length": "16"},
    {"heads": "1", "causal": "true", "content": "a sentence"},
    {"heads": "12", "head": "11", "length": "24"},
    {"heads": "31", "head": "30", "length": "16", "causal": "true"},
    {"content": "a sentence"},
    {"length": "256", "heads": "2"},
    {"length": "128", "causal": "true", "head": "7"},
]
CASES = [{"scheme": id} | setting for id in BIASES for setting in SETTINGS]
MASKED = {"causal": "true", "content": "a sentence"}
CASES += [
    {"scheme": id} | end | (MASKED if k % 2 else {}) for id, cls in BIASES.items() for k, end in enumerate(ends(cls))
]
KNOWN = [
    {"scheme": "deberta"},
    {"scheme": "t5", "bidirectional": "false"},
    {"scheme": "shaw", "max_distance": "0"},
    {"scheme": "swin", "height": "1", "width": "1"},
    {"scheme": "alibi", "max_bias": "64", "symmetric": "false"},
]
SENTENCE = ["the", "King", "and", "the", "Queen", "saw", "a", "dog", "that", "bites", "the", "man"]
OTHER = ["no", "word", "of", "this", "one", "stands", "anywhere", "in", "those", "sentences", "here", "above"]


@pytest.mark.parametrize("link", KNOWN + chosen(CASES), ids=lambda link: "-".join(link.values()))
def test_each_sentence_is_true(link):
    at = open_page("7_attention_bias", **link)
    said, made = text(at), {}
    exec(at.code[0].value, made)
    scheme, heads, n, _ = made["scheme"], *made["added"].shape
    causal = link.get("causal") == "true"
    head = int(link.get("head", 0))
    words = SENTENCE if link.get("content") == "a sentence" else ["King"]
    added, other = (_added(scheme, (known * n)[:n], heads, causal) for known in (words, OTHER))
    small = 1e-6 * np.nanmax(np.abs(added))
    seen = said.partition("### What you see\n\n")[2].partition("\n### ")[0]
    first, offsets, content = seen.split("\n\n")
    _range(first, added[head], head)
    _sides(first, added[head], causal)
    _offsets(offsets, added, head, small, words == ["King"] and "**The words count**" in content)
    apart = np.nanmax(np.abs(added - other))
    if apart > 1e-6 * np.nanmax(np.abs([added, other])):
        assert (
            content
            == f"**The words count**: with other words in the sentence, what is added changes by up to {shown(apart, 3)}."
        )
    else:
        assert content == "**The words do not count** here: with other words the same is added."
    assert f":{'green-badge[formula]' if scheme.id in ('alibi', 'sandwich') else 'orange-badge[toy weights]'}" in first
    _heads(said, added)
    _slopes(said, heads, scheme.max_bias if scheme.id == "alibi" else 8.0)
    _buckets(said, scheme if scheme.id in ("t5", "shaw", "deberta") else posenc.scheme("t5"))


def _added(scheme, words, heads, causal):
    """What is added to the score 0 of every query and key: (heads, n, n)."""
    n = len(words)
    rows = {word: word_vectors([word], 2 * heads * 32, float)[0].reshape(2, heads, 32) for word in set(words)}
    queries, keys = np.array([rows[word] for word in words]).transpose(1, 2, 0, 3)
    hidden = causal & (np.arange(n) > np.arange(n)[:, None])
    scores = np.where(hidden, -np.inf, np.zeros((heads, n, n)))
    return np.where(hidden, np.nan, scheme.add_to_scores(scores, queries, keys, np.arange(n)))


def _range(said, added, head):
    low, high = np.nanmin(added), np.nanmax(added)
    if low != high:
        assert said.startswith(f"Head {head} adds from **{shown(low, 3)}** to **{shown(high, 3)}** to a score. ")
    elif low:
        assert said.startswith(f"Head {head} adds **{shown(low, 3)}** to every score. ")
    else:
        assert said.startswith(f"Head {head} adds **nothing**. ")


def _sides(said, added, causal):
    n, largest = len(added), np.nanmax(np.abs(added))
    assert ("hides every key ahead" in said) == (causal and n > 2)
    pairs = [] if causal else [(i, d) for d in range(1, n) for i in range(d, n - d)]
    unlike = [(i, d) for i, d in pairs if abs(added[i, i + d] - added[i, i - d]) > 1e-6 * largest]
    assert ("left and right are one" in said) == bool(pairs and not unlike)
    found = re.search(r"to query (\d+) and the key (\d+) ahead it adds (\S+), to the key (\d+) behind (\S+)\.$", said)
    assert bool(found) == ("It tells left from right" in said) == bool(unlike)
    if found:
        query, distance = int(found[1]), int(found[2])
        assert distance == int(found[4]) == unlike[0][1]
        assert found[3] == shown(added[query, query + distance], 3)
        assert found[5] == shown(added[query, query - distance], 3)


def _offsets(said, added, head, small, one):
    n = added.shape[1]
    if n < 3:
        assert said == "With so few positions no offset but 0 occurs twice."
        return
    diagonals = [[np.ptp(d) for d in (np.diagonal(m, o) for o in range(1 - n, n)) if not np.isnan(d[0])] for m in added]
    spread, here = np.max(diagonals), np.max(diagonals[head])
    if max(np.nanmax(m) - np.nanmin(m) for m in added) <= small:
        assert said.startswith("**Positions do not count** here: each head adds one number to all its scores")
    elif spread <= small:
        start = "With one word at every position the offset" if one else "The offset"
        assert said.startswith(f"**{start} alone counts**")
    else:
        assert said.startswith(
            f"**The offset is not all that counts**: along a diagonal values differ by up to {shown(spread, 3)}, "
        )
        assert said.endswith(
            f"in head {head} by up to {shown(here, 3)}: the band." if here > small else f"in head {head} not at all."
        )


def _heads(said, added):
    largest = [np.nanmax(np.abs(matrix)) for matrix in added]
    found = re.search(r"One scale for all: head (\d+) adds or takes away up to (\S+), head (\d+) up to (\S+)\.\n", said)
    alike = re.search(r"(Each|The one) head adds or takes away up to (\S+)\.\n", said)
    assert bool(found) == (max(largest) > min(largest)) == (not alike)
    if found:
        assert largest[int(found[1])] == max(largest)
        assert largest[int(found[3])] == min(largest)
        assert found.group(2, 4) == (shown(max(largest), 3), shown(min(largest), 3))
    else:
        assert alike.group(1, 2) == ("Each" if len(added) > 1 else "The one", shown(max(largest), 3))


def _slopes(said, heads, max_bias):
    power = [2.0 ** (-max_bias * (h + 1) / heads) for h in range(heads)]
    if heads & (heads - 1):
        below = 1 << (heads.bit_length() - 1)
        assert f"{heads} is no power of two" in said
        assert f"the slopes of {below} heads (blue), then the 1st, 3rd, 5th, … of {2 * below} heads (orange)" in said
        assert f"(orange), {heads - below} of them." in said
    else:
        first = shown(power[0], 3)
        assert f"{heads} is a power of two: the first slope is {first}, and each further one is {first} times" in said
        ratios = [later / former for former, later in pairwise(power)]
        np.testing.assert_allclose(ratios, power[0])
    assert "computed here in order, differ by **0**." in said


def _buckets(said, scheme):
    """Offsets share a bucket where one value is added, with values that all differ."""
    scheme = replace(scheme, scale=1.0) if scheme.id == "t5" else scheme
    found = re.search(re.escape(scheme.title) + r", offsets −([\d,]+) to ([\d,]+): ([\d,]+) buckets?\. \S+ (.*)", said)
    reach, count = (int(found[k].replace(",", "")) for k in (2, 3))
    assert found[1] == found[2]

    def value(offsets):
        return scheme.bias([1 << 42], (1 << 42) + np.asarray(offsets), 2)[:, 0].T

    assert count == len(np.unique(value(np.arange(-reach, reach + 1)), axis=0))
    both = re.fullmatch(r"On either side of the query (.*)\.", found[4])
    apart = re.fullmatch(r"Behind the query (.*)\. Ahead of the query (.*)\.", found[4])
    for sign, ends_said in ((-1, (both or apart)[1]), (1, both[1] if both else apart[2])):
        far = np.array([1 << 20, 1 << 35, 1 << 41])
        if ends_said == "all keys share the bucket of the query's own place":
            assert len(np.unique(value(sign * np.array([0, 1, 2, 77, *far])), axis=0)) == 1
            continue
        if ends_said == "all keys share one":
            assert len(np.unique(value(sign * np.array([1, 2, 77, *far])), axis=0)) == 1
            assert np.ptp(value([0, sign]), axis=0).any()
            continue
        parts = re.fullmatch(
            r"(?:each distance below ([\d,]+) has one of its own, )?((?:farther ones|neighbours) share, )?"
            r"and all from ([\d,]+) on share one",
            ends_said,
        )
        own, last = (int((parts[k] or "1").replace(",", "")) for k in (1, 3))
        near = value(sign * np.arange(1, own + 2))
        assert len(np.unique(near[: own - 1], axis=0)) == own - 1
        np.testing.assert_array_equal(near[own - 1], near[own])  # the first that shares
        ends_of = value(sign * np.array([last - 1, last, last + 1, 3 * last, *np.maximum(far, last)]))
        assert (ends_of[0] != ends_of[1]).any()
        assert len(np.unique(ends_of[1:], axis=0)) == 1
        assert bool(parts[2]) == (own != last)
