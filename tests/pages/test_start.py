"""The Start page: every claim with its verdict, measured."""

import re

import numpy as np
import pytest

import posenc
from posenc.experiments import start
from posenc.experiments.king_and_queen import Setup
from posenc.experiments.sequence_models import attentive
from posenc.experiments.start import Finding
from posenc.numeric.tolerances import EXACT64
from sections import start as sections
from tests.pages.app import open_page
from tests.pages.seen import text
from ui.badges import badge
from ui.frame import pages
from ui.guess import LOOK


def test_every_claim_stands_with_its_verdict():
    at = open_page("app")
    said = "\n".join(element.value for element in at.markdown)
    measured = "\n".join(element.value for element in at.caption)
    for name, findings in start.claims().items():
        claim = sections.CLAIMS[name]
        assert claim.text in said
        for finding, sentence in zip(findings, sections.said(claim, findings), strict=True):
            assert f"{badge(finding.kind)} {sentence}" in measured
    assert said.count("holds]") == len(start.CLAIMS)
    assert "does not hold" not in said


def test_every_claim_has_its_words_and_pages_that_exist():
    findings = start.claims()
    assert [*sections.CLAIMS] == [*findings]
    addresses = {page.address for page in pages()}
    for name, claim in sections.CLAIMS.items():
        assert claim.text.endswith(".")
        assert claim.pages
        assert set(claim.pages) <= addresses
        for sentence in sections.said(claim, findings[name]):
            assert re.search(r"\d|no difference", sentence)
            assert sentence.endswith(".")


def test_each_card_leads_to_its_pages():
    links = [link.proto.page for link in open_page("app").main.get("page_link")]
    assert links.pop() == "lesson"  # what comes next
    assert links == [address for claim in sections.CLAIMS.values() for address in claim.pages]


@pytest.mark.parametrize("holds", [(True, False), (False, True)])
def test_a_broken_claim_would_be_said(monkeypatch, holds):
    broken = tuple(Finding("toy", (0.5,), found) for found in holds)
    monkeypatch.setattr(start, "claims", lambda: {"swapping_words": broken})
    assert "does not hold" in "\n".join(element.value for element in open_page("app").markdown)


def test_layouts_that_do_not_agree_would_be_said():
    assert sections.said(sections.CLAIMS["layouts_agree"], (Finding("exact", (), False),)) == [
        "The two tables do not hold the same columns."
    ]


@pytest.fixture(scope="module")
def measured():
    """The sentences of each card, by its number."""
    claims = enumerate(start.claims().items(), 1)
    return {number: " ".join(sections.said(sections.CLAIMS[name], found)) for number, (name, found) in claims}


def test_the_answer_does_not_forget_the_mask():
    answer = text(open_page("app")).split("\n")[0]
    assert "without a mask, it sees a bag of words" in answer
    x = start._sentence()
    seen = [posenc.order_sensitivity(attentive(64, causal=causal), x, [2, 1, 0]) > EXACT64 for causal in (False, True)]
    assert seen == [False, True]


def test_the_swapped_words_differ_as_much_as_on_their_page(measured):
    metric = open_page("3_king_and_queen").metric[1]
    shown = float(re.search(r"[\d.]+(?:e-?\d+)?", metric.value)[0])
    assert float(re.search(r"by (\S+) of the largest", measured[1])[1]) == pytest.approx(shown, rel=0.03)


def test_the_shuffled_patches_are_those_of_their_page(measured):
    at = open_page("4_image_patches")
    _, on, without, having = (metric.value for metric in at.metric)
    assert (
        f"differ by {on}, and {having} of the 196 patches are put back in their place; without, {without}."
        in measured[2]
    )


def test_other_models_feel_the_order_as_on_their_page(measured):
    setup = Setup(("King", "and", "Queen"), (2, 1, 0), False, posenc.scheme("sinusoidal"), 1, 1, False, "each")
    names, off, _ = setup.side_by_side()
    felt = dict(zip(names, off, strict=True))
    assert f"an RNN's outputs change by {felt['RNN']:.2g}, a ConvNet's by {felt['ConvNet']:.2g}." in measured[3]
    assert felt["attention"] < EXACT64


def test_as_many_sums_are_read_back_as_on_their_page(measured):
    said = text(open_page("5_adding"))
    toy = re.search(r"As set.*?both (\d+) times when", said)[1]
    real = re.search(r"Of 300 sums at 384 dimensions.*?and (\d+) both", said)[1]
    assert f"read back from {toy} of 300 sums" in measured[5]
    assert f"own vectors, from {real} of 300." in measured[5]


def test_rotation_and_layouts_make_no_difference_as_on_their_pages(measured):
    at = open_page("2_similarity", guess=LOOK)
    assert at.metric[0].label == "Error of one rotation by 5"
    assert at.metric[0].value == "no difference"
    assert "the values are the same but for rounding" in text(at)
    assert measured[6].count("no difference but rounding") == 2
    assert "no number differs, and no dot product of two positions changes." in text(open_page("1_heatmap"))
    assert "no difference but rounding" in measured[7]


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_exact_is_true_of_any_weights(seed):
    rng = np.random.default_rng(seed)
    x, order = rng.standard_normal((7, 24)), rng.permutation(7)
    weights = posenc.AttentionWeights.random(24, seed, np.float64)
    assert posenc.order_sensitivity(lambda rows: posenc.attention(rows, weights, heads=2).output, x, order) < 1e-12
    words = rng.standard_normal((2, 24))
    added = [posenc.scheme("sinusoidal").add_to_input(np.tile(word, (128, 1)), np.arange(128)) - word for word in words]
    assert np.abs(added[0] - added[1]).max() < 1e-12


def test_exact_stands_over_nothing_that_depends_on_weights(monkeypatch):
    """Other words, weights and pictures leave every exact sentence as it is, and change the toy ones."""
    before = start.claims()
    random, numbers = posenc.AttentionWeights.random, np.random.default_rng(5)
    monkeypatch.setattr(start.AttentionWeights, "random", lambda dim, seed=0, dtype=None: random(dim, seed + 9, dtype))
    monkeypatch.setattr(start, "word_vectors", lambda words, dim, dtype: numbers.standard_normal((len(words), dim)))
    monkeypatch.setattr(start, "picture", lambda name: numbers.integers(0, 255, (224, 224, 3)))
    changed = set()
    for name, after in start.claims().items():
        claim = sections.CLAIMS[name]
        said = zip(before[name], sections.said(claim, before[name]), sections.said(claim, after), strict=True)
        for finding, old, new in said:
            if finding.kind == "exact":
                assert old == new
            changed |= {(name, finding.kind)} if old != new else set()
    assert changed >= {(name, "toy") for name in ("swapping_words", "shuffled_patches", "order_without_help")}
