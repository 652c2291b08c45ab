"""Adding: each sentence and number of the page, for every scheme and unusual settings, computed again.

Word and position vectors are the library's; which is nearest to what is computed here, in float64 and without a shortcut.
"""

import re

import numpy as np
import pytest

import posenc
from posenc.experiments import adding
from tests.pages import app
from tests.pages.seen import press, text
from tests.sweep import chosen
from tests.sweep.said import found, number
from ui.badges import badge
from ui.guess import LOOK

STEM = "5_adding"


def open_page(stem, **query):
    """The page with its answer."""
    return app.open_page(stem, **query, guess=LOOK)


IN_A_LINE = [
    id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Absolute) and "width" not in cls.parameters()
]
SETTINGS = [
    {},
    {"dim": "2"},
    {"dim": "4", "strength": "0.01"},
    {"dim": "8", "strength": "3.0", "position": "127"},
    {"dim": "384", "words": "real model"},
    {"dim": "384", "words": "real model", "strength": "30.0", "position": "0"},
    {"dim": "64", "words": "real model", "word": "Brobdingnag", "spacing": "tensor2tensor"},
    {"dim": "192", "strength": "100.0", "word": "dog"},
    {"dim": "1024", "strength": "0.3", "layout": "concatenated"},
    {"dim": "48", "base": "1", "word": "Brobdingnag"},
    {"dim": "48", "padding_idx": "5"},
    {"dim": "48", "padding_idx": "5", "strength": "10.0", "position": "6"},
    {"dim": "96", "interpolate": "true", "words": "real model", "strength": "0.1"},
    {"dim": "5"},
]
CASES = [{"scheme": id} | setting for id in IN_A_LINE for setting in SETTINGS]


def nearest(vectors, rows):
    """The nearest row to each vector: |v − r|² without |v|², which is the same for every row."""
    return ((rows**2).sum(1) - 2 * vectors @ rows.T).argmin(1)


def many(words, table, strength):
    """How many words, positions and both are read back from 300 sums drawn with the seed 0."""
    draw = np.random.default_rng(0).integers
    word, position = draw(len(words), size=300), draw(len(table), size=300)
    words, table = words.astype(np.float64), strength * table.astype(np.float64)
    summed = words[word] + table[position]
    seen = nearest(summed, words)
    left = nearest(summed - words[seen], table)
    straight = nearest(summed, table)
    return [int(found.sum()) for found in (seen == word, straight == position, (seen == word) & (left == position))]


class Again:
    """The page's experiment, from what the page's code says."""

    def __init__(self, at):
        code = at.code[0].value
        made: dict = {}
        exec(code.split("summed")[0], made)
        self.scheme, self.words, self.table = made["scheme"], made["words"], made["table"]
        self.dim = self.table.shape[1]
        self.source = re.search(r"lexicon\('?.*', '(\w+)'", code)[1]
        self.strength = at.session_state["strength"]
        self.position = at.session_state["position"]
        self.vector = self.words.vectors[self.words.row]


def check(at):
    again, said = Again(at), text(at)
    check_one_sum(said, again)
    check_many(said, again)
    lengths = [np.linalg.norm(rows, axis=1).mean() for rows in (again.table, again.words.vectors)]
    assert number(at.metric[0].value) == pytest.approx(lengths[0] / lengths[1], rel=0.051)
    check_labels(at, again)


def check_one_sum(said, again):
    summed = (again.vector + again.table[again.position]).astype(np.float64)
    words = again.words.vectors.astype(np.float64)
    word = int(((words - summed) ** 2).sum(1).argmin())
    rest = summed - words[word]
    left, straight = (int(((again.table - vector) ** 2).sum(1).argmin()) for vector in (rest, summed))
    if word != again.words.row:
        assert f"**The word is lost.** The nearest to the sum is “{again.words.names[word]}”" in said
        assert found(r"what is left is nearest to position (\d+)\.", said) == [left]
        found_straight = re.search(r"Straight from the sum, position (\d+) is read, (the right|a wrong) one", said)
        assert (int(found_straight[1]), found_straight[2] == "the right") == (straight, straight == again.position)
    elif left != again.position:
        assert "**The position is lost.**" in said
    else:
        assert "**Both are read back.**" in said
        assert f"what is left, the rest, is position **{left}**" in said
        ending = "the same" if straight == again.position else f"{straight}, a wrong one"
        assert f"Straight from the sum, the nearest position is {ending}." in said


def check_many(said, again):
    words = adding.lexicon("the", again.source, again.dim).vectors
    table = again.scheme.table(128, again.dim)
    expected = np.array([many(words, table, again.strength * times) for times in (0.1, 1.0, 10.0)]).T
    names = ("ten times weaker", "as set", "ten times stronger")
    shown = np.array([found(rf"\| {name} \| (\d+) \| (\d+) \| (\d+) \|", said) for name in names]).T
    assert np.abs(shown - expected).max() <= 1  # float32 may take one of two that are as near for the other
    assert found(r"(\d+) sums of a word and a position, drawn by chance, at (\S+) dimensions\.", said) == [
        300,
        again.dim,
    ]
    word, straight, both = shown
    changes = {
        "With stronger positions, fewer words are found.": word[2] < word[1] - 3,
        "With weaker positions, more words are found.": word[0] > word[1] + 3,
        "Weaker positions are harder to read straight from the sum": straight[0] < straight[1] - 3,
        "but not once the word is taken away": straight[0] < straight[1] - 3 and both[0] >= both[1] - 3,
        "Stronger positions are easier to read straight from the sum.": straight[2] > straight[1] + 3,
    }
    for sentence, true in changes.items():
        assert (sentence in said) == true, sentence
    assert ("makes no difference how strong" in said) == (not any(changes.values()))


def check_labels(at, again):
    """Real: the model's words and positions, whole and as strong; part real: some of them; else toy."""
    words, positions = again.source == "minilm", again.scheme.id == "learned"
    whole = again.dim == 384 and again.strength == 1 and again.words.known
    kind = "toy" if not (words or positions) else "real" if words and positions and whole else "mixed"
    assert badge(kind) in at.metric[0].label
    unique = len(np.unique(again.words.vectors, axis=0)) == len(again.words.vectors)
    assert unique or again.dim == 1
    assert (at.metric[1].value == "300 of 300") == (badge("exact") in at.metric[1].label)
    assert (at.metric[1].value == "300 of 300") == ("so both can be read" in text(at))
    assert at.metric[1].value == "300 of 300" or not unique


@pytest.mark.parametrize("query", chosen(CASES), ids=lambda query: "&".join(f"{k}={v}" for k, v in query.items()))
def test_what_is_said_is_so(query):
    check(open_page(STEM, **query))


@pytest.mark.parametrize("strength", ["0.01", "0.03"])
def test_far_longer_words_do_not_drown_positions(strength):
    at = open_page(STEM, strength=strength)
    assert "**Both are read back.**" in text(at)
    assert found(r"\| as set \| (\d+) \| \d+ \| (\d+) \|", text(at)) == [300, 300]
    assert not re.search("drown|one is lost", text(at))
    check(at)


@pytest.mark.parametrize(
    ("preset", "times"), [("Positions 21 times as long as words", 21), ("Words 47 times as long as positions", 1 / 47)]
)
def test_presets_are_called_by_the_lengths_they_set(preset, times):
    at = press(open_page(STEM, base="7", dim="8"), preset)
    again = Again(at)
    ratio = np.linalg.norm(again.table, axis=1).mean() / np.linalg.norm(again.words.vectors, axis=1).mean()
    assert max(ratio, 1 / ratio) == pytest.approx(max(times, 1 / times), abs=0.5)
    assert (ratio > 1) == (times > 1)


def test_a_count_that_is_not_so_would_be_noticed():
    at = open_page(STEM, dim="48")
    again, said = Again(at), text(at)
    check_many(said, again)
    for true, false in (
        ("| 139 |", "| 129 |"),
        ("fewer words are found", "more words are found"),
    ):
        with pytest.raises(AssertionError):
            check_many(said.replace(true, false), again)
