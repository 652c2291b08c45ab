"""The Start page: every claim with its verdict, measured."""

import re

import numpy as np
import pytest

import posenc
from posenc.experiments import image_patches, start
from posenc.experiments.king_and_queen import Setup
from posenc.experiments.pictures import picture
from posenc.experiments.sequence_models import attentive
from posenc.experiments.start import Finding
from posenc.numeric.tolerances import EXACT64
from sections import start as sections
from tests.pages.app import open_page
from tests.pages.seen import figure, numbers, text
from tests.pages.seen import values as vars_of
from ui.badges import badge
from ui.frame import pages
from ui.guess import LOOK
from ui.numbers import per_cent


def test_every_claim_stands_with_its_verdict():
    at = open_page("app")
    said = text(at)
    for name, findings in start.claims().items():
        claim = sections.CLAIMS[name]
        assert claim.text in said
        for finding, sentence in zip(findings, sections.said(claim, findings), strict=True):
            assert f"{badge(finding.kind)} {sentence}" in said
    assert said.count("holds]") == len(start.CLAIMS)
    assert said.count("does not hold]") == len(start.REPEATED)


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
    led = [address for claim in sections.CLAIMS.values() for address in claim.pages]
    assert links[-len(led) :] == led


def test_the_first_minute_adds_places_to_words_and_tells_what_attention_makes_of_a_swap():
    straight, swapped = open_page("app"), open_page("app", swapped="true")
    words, places = ([numbers(figure(at, "sums")["data"][i]["z"]) for at in (straight, swapped)] for i in (0, 1))
    np.testing.assert_array_equal(words[0], words[1][::-1])
    np.testing.assert_array_equal(places[0], places[1])
    assert "changed places" not in text(straight) + straight.caption[0].value
    assert "King and Queen have changed places" in swapped.caption[0].value
    told = text(open_page("app", guess="no"))
    found = start.first_minute()
    assert "It is “only with positions”" in told
    assert f"**{sections.difference(found.off)}**. With them, they are **{sections.difference(found.on)}**" in told
    assert sections.difference(found.off) not in text(straight).split("### What articles")[0]


def test_the_formulas_numbers_are_the_tables():
    table = posenc.scheme("sinusoidal").table(2, 64, np.float64)
    assert f"sin 1 = **{table[1, 0]:.2f}** and cos 1 = **{table[1, 1]:.2f}**" in text(open_page("app"))
    assert f"{np.sin(1):.2f}" == f"{table[1, 0]:.2f}"


@pytest.mark.parametrize(("address", "values"), sections.CLASS.values(), ids=sections.CLASS)
def test_the_links_for_a_class_open_what_they_name(address, values):
    stem = next(page.path.stem for page in pages() if page.address == address)
    at = open_page(stem, **values)
    assert len(at.get("plotly_chart")) > 0
    bound = {**vars_of(at), **{name: at.query_params[name] for name in values.keys() - vars_of(at).keys()}}
    assert {name: str(bound[name]).lower() for name in values} == {
        name: value.lower() for name, value in values.items()
    }


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


def test_the_mask_is_not_forgotten():
    assert "Not under a causal mask" in text(open_page("app"))
    x = start._sentence()
    seen = [posenc.order_sensitivity(attentive(64, causal=causal), x, [2, 1, 0]) > EXACT64 for causal in (False, True)]
    assert seen == [False, True]


def test_the_swapped_words_differ_as_much_as_on_their_page(measured):
    setup = Setup(("King", "and", "Queen"), (2, 1, 0), False, posenc.scheme("sinusoidal"), 1, 1, False, "each")
    assert f"With positions: **{per_cent(setup.compare(True).sensitivity)} different**." in measured[1]


def test_the_shuffled_patches_are_those_of_their_page(measured):
    scheme, image = posenc.scheme("sincos2d"), picture("face")
    setup = image_patches.Setup(image, 16, image_patches.shuffle(196, 0), scheme, 384)
    off, on = (per_cent(setup.puzzle(positions).recovered) for positions in (False, True))
    assert (
        f"With positions, {on} of the 196 shuffled patches are put back in their places; without, {off}." in measured[2]
    )


def test_other_models_feel_the_order_as_on_their_page(measured):
    setup = Setup(("King", "and", "Queen"), (2, 1, 0), False, posenc.scheme("sinusoidal"), 1, 1, False, "each")
    names, off, _ = setup.side_by_side()
    felt = dict(zip(names, off, strict=True))
    rnn, net = (sections.difference(felt[name]) for name in ("RNN", "ConvNet"))
    assert f"the RNN's outputs are **{rnn}**, the ConvNet's **{net}**." in measured[3]
    assert felt["attention"] < EXACT64


def test_as_many_sums_are_read_back_as_on_their_page(measured):
    said = text(open_page("5_adding"))
    toy, real = (re.search(rf"Of 300 sums at {dim} dimensions.*?and (\d+) both", said)[1] for dim in ("1,024", "384"))
    assert f"both are read back from **{toy}**." in measured[5]
    assert f"own vectors, from **{real}**." in measured[5]


def test_rotation_and_layouts_make_no_difference_as_on_their_pages(measured):
    at = open_page("2_similarity", guess=LOOK)
    assert at.metric[0].label == "Error of one rotation by 5"
    assert at.metric[0].value == "no difference"
    assert "the values are the same but for rounding" in text(at)
    assert measured[6].count("no difference at all") == 2
    assert "no number differs, and no dot product of two positions changes." in text(open_page("1_heatmap"))
    assert "no difference at all" in measured[7]


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
        said = zip(before[name], after, sections.said(claim, before[name]), sections.said(claim, after), strict=True)
        for finding, other, old, new in said:
            if finding.kind == "exact":
                assert old == new
            changed |= {(name, finding.kind)} if finding.values != other.values else set()
    assert changed >= {(name, "toy") for name in ("swapping_words", "shuffled_patches", "order_without_help")}
