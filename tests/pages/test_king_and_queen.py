"""King and Queen: what a person reads on it is what was measured, for any words, order and controls."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import posenc
from posenc.experiments import minilm
from posenc.experiments.toy_words import word_vectors
from tests.pages.seen import press
from ui.badges import KINDS, badge, legend

ROOT = Path(__file__).parents[2]


def visit(**query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.run()
    at.switch_page("pages/3_king_and_queen.py")
    for name, value in query.items():
        at.query_params[name] = value
    return checked(at.run())


def checked(at):
    assert not at.exception, at.exception
    return at


def said(at):
    return "\n".join(element.value for element in (*at.markdown, *at.caption, *at.text, *at.info))


def cases(at):
    """The table of mask, layers and pooling, as Markdown."""
    return "\n".join(line for line in said(at).split("\n") if line.startswith("|"))


def sensitivities(at):
    off, on = at.metric
    return float(off.value), float(on.value)


@pytest.fixture(scope="module")
def page():
    return visit()


def test_the_default_pair_is_one_without_positions_and_two_with_them(page):
    off, on = sensitivities(page)
    assert off < 1e-12
    assert on > 1e-3
    assert "Without positions the two orders are one" in said(page)
    assert re.search(r"With \*\*sinusoidal\*\* they differ: \*\*0\.\d+\*\*", said(page))
    assert [metric.label.split("]")[0] for metric in page.metric] == [":blue-badge[exact", ":orange-badge[toy weights"]


def test_every_part_carries_its_kind_and_the_kinds_are_explained(page):
    headings = [line for line in said(page).split("\n") if line.startswith("### ") and line != "### Sources"]
    assert len(headings) == 7
    for heading in headings:
        assert re.search(r"-badge\[(exact|real model|toy weights)\]", heading), heading
    assert legend("exact", "toy") in said(page)
    assert legend("exact", "real", "mixed", "toy") in said(visit(words="real model"))
    assert {badge(kind) for kind in KINDS} == {f":{color}-badge[{name}]" for name, color, _ in KINDS.values()}


def test_rnn_and_convnet_see_the_order_and_attention_does_not(page):
    assert "these see the order: RNN, ConvNet, causal attention; these do not: attention." in said(page)


def test_all_orders_of_three_words_are_one_dot_and_six(page):
    assert "**6 orders**. Without positions **1** dot: to the model they are one." in said(page)
    assert "**sinusoidal** **6**: each order its own" in said(page)


def test_a_place_has_one_vector(page):
    assert "differ by the same with positions as without: **no difference**" in said(page)


def test_a_learned_scheme_is_not_called_blind_whatever_it_learns():
    for id, exact in (("alibi", True), ("sandwich", True), ("polar", False), ("fire", False)):
        at = visit(scheme=id)
        assert max(sensitivities(at)) < 1e-12
        assert at.metric[1].label.startswith(badge("exact" if exact else "toy"))
        assert "read from either end" in said(at)
        assert ("with the made-up values that stand in here for learned ones" in said(at)) == (not exact)
    x = word_vectors(["King", "and", "Queen"], 8, np.float64)
    scheme, phase = posenc.scheme("polar"), -np.linspace(0, 3, 8)[None]  # as a model could have learned
    scores = scheme.rotate(x, 3) @ scheme.rotate_key(x[::-1], 3, phase).T
    back = scheme.rotate(x[::-1], 3) @ scheme.rotate_key(x, 3, phase).T
    assert np.abs(scores - back[::-1, ::-1]).max() > 0.01


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"pooling": "each"}, "max |f(Px) − P f(x)| / max |f(x)|, in float64"),
        ({"pooling": "mean"}, "max |mean f(Px) − mean f(x)| / max |mean f(x)|, in float64"),
        ({"pooling": "last"}, "max |last f(Px) − last f(x)| / max |last f(x)|, in float64"),
    ],
)
def test_the_formula_in_the_help_is_what_is_computed(query, words):
    at = visit(sentence="King and Queen rule", order="2-0-1-3", causal="true", layers="2", **query)
    assert at.metric[0].help.startswith(words)
    weights = [posenc.AttentionWeights.random(64, layer, np.float64) for layer in range(2)]
    x, P = word_vectors(["King", "and", "Queen", "rule"], 64, np.float64), [2, 0, 1, 3]

    def f(x):
        x = x + posenc.attention(x, weights[0], causal=True).output
        return posenc.attention(x, weights[1], causal=True).output

    read = {"each": lambda y: y, "mean": lambda y: y.mean(0), "last": lambda y: y[-1]}[query["pooling"]]
    one, other = f(x), f(x[P])
    change = other - one[P] if query["pooling"] == "each" else read(other) - read(one)
    assert sensitivities(at)[0] == pytest.approx(np.abs(change).max() / np.abs(read(one)).max(), rel=0.06)


def test_schemes_that_are_left_out_are_named():
    long = " ".join(f"w{number}" for number in range(24))
    at = visit(sentence=long, scheme="swin", height="5", width="5")
    assert "Each with its defaults, swin as it is set above." in said(at)
    assert "Left out" not in said(at)
    at = visit(sentence=long, scheme="swin", height="1", width="3")
    assert "swin relative bias is left out" in said(at).lower()
    assert "Each with its defaults, none as it is set above." in said(at)


@pytest.mark.parametrize("words", ["toy vectors", "real model"])
@pytest.mark.parametrize(("pooling", "causal"), [("each", False), ("mean", True), ("last", True)])
def test_the_code_makes_what_is_shown(words, pooling, causal):
    query = {"words": words, "pooling": pooling, "causal": str(causal).lower(), "layers": "2", "heads": "4"}
    at = visit(sentence="it's a “dog” \\ day", **query)
    code = at.code[0].value
    scope = {}
    exec(code.replace("both.sensitivity, both.distinguishable", "found = both.sensitivity"), scope)
    assert sensitivities(at)[1] == pytest.approx(scope["found"], rel=0.06)


def test_the_real_model_runs_the_sentence_and_names_what_it_does_not_know():
    at = visit(words="real model", sentence="The Brobdingnag :red[*queen*], <b>")
    off, on = sensitivities(at)
    assert off < 1e-12
    assert on > 1e-3
    text = "\n".join(element.value for element in at.text)
    assert "Not among the 8,022 words kept from the model" in text
    named = set(re.findall("“(.*?)”", text))
    assert {"Brobdingnag", "*", "<"} <= named
    assert not named & {"The", "queen", ":", ",", "b"}
    assert "the first attention layer of all-minilm-l6-v2" in said(at).lower()
    assert "scheme, heads and layers above do not apply" in said(at)
    assert at.selectbox(key="scheme").disabled
    assert all(at.segmented_control(key=key).disabled for key in ("heads", "layers"))
    assert at.metric[1].label == f"{badge('mixed')} with its own table"  # stand-ins are not the model's words


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({}, ("exact", "real")),
        ({"causal": "true"}, ("mixed", "mixed")),
        ({"pooling": "last"}, ("mixed", "real")),
        ({"sentence": "King Brobdingnag"}, ("exact", "mixed")),
        ({"order": "0-1-2", "causal": "true"}, ("exact", "exact")),
    ],
)
def test_the_real_model_is_called_one_where_it_works_as_it_does(query, kinds):
    at = visit(words="real model", **query)
    assert [metric.label.split(" with")[0].split(" Order")[0] for metric in at.metric] == [
        badge(kind) for kind in kinds
    ]
    masked = "causal" in query
    assert ("The model itself reads without a mask." in said(at)) == masked
    assert ("goes to the mark [CLS] that the model sets before a sentence" in said(at)) == masked
    assert ("goes to the marks [CLS] and [SEP] that it sets around a sentence" in said(at)) == (not masked)


def test_known_words_are_not_called_unknown():
    assert not visit(words="real model").text


def test_the_real_model_shown_is_the_models_own_layer():
    at = visit(words="real model")
    x = minilm.word_vectors(["King", "and", "Queen"])[0].astype(float)
    entered = minilm.embed_vectors(x, special=True)
    straight = posenc.attention(entered, minilm.attention_weights(), 12).output[1:-1]
    swapped = minilm.embed_vectors(x[::-1], special=True)
    permuted = posenc.attention(swapped, minilm.attention_weights(), 12).output[1:-1][::-1]
    expected = np.abs(permuted - straight).max() / np.abs(straight).max()
    assert sensitivities(at)[1] == pytest.approx(expected, rel=0.06)


def test_back_from_the_real_model_the_scheme_is_still_there():
    at = visit(scheme="rotary", layers="2", words="real model")
    checked(at.segmented_control(key="words").set_value("toy vectors").run())
    assert at.selectbox(key="scheme").value == "rotary"
    assert at.segmented_control(key="layers").value == "2"
    assert "with rotary" in at.metric[1].label


def test_presets_do_what_their_names_promise():
    at = visit(sentence="something else entirely", order="0-1-2", layers="3")
    press(at, "The mask leaks order")
    assert min(sensitivities(at)) > 1e-3
    assert "the causal mask leaks the order" in said(at)
    assert at.metric[0].label.startswith(badge("toy"))
    press(at, "One layer's last word is blind")
    assert max(sensitivities(at)) < 1e-12
    assert "In a single causal layer the last word is blind to the order of those before it" in said(at)
    assert re.search(r"In two layers it is not: 0\.\d+", said(at))
    press(at, "Two layers' is not")
    assert min(sensitivities(at)) > 1e-3
    assert "from the second layer on the last word reads it there" in said(at)
    press(at, "Blind to reversal")
    assert max(sensitivities(at)) < 1e-12
    assert "read from either end" in said(at)
    assert "**alibi** **3**: an order and its reversal are one to it" in said(at)
    assert [metric.label.split()[0] for metric in at.metric] == [badge("exact")] * 2
    press(at, "A bias with a sign")
    assert sensitivities(at)[1] > 1e-3
    press(at, "A real model")
    assert badge("real") in at.metric[1].label
    press(at, "Dog bites man")
    assert "0-4-2-3-1" in at.query_params["order"]
    assert "**60 orders**" in said(at)
    press(at, "King and Queen")
    assert at.text_input(key="sentence").value == "King and Queen"
    assert sensitivities(at)[1] == pytest.approx(0.21, abs=0.005)


def test_the_case_on_the_screen_is_marked_in_the_table():
    at = visit(sentence="King and Queen rule", order="2-1-0-3", causal="true", layers="2", pooling="last")
    table = cases(at)
    rows = {
        cells[1].strip(): [cell.strip() for cell in cells[2:5]]
        for cells in (row.split("|") for row in table.split("\n"))
    }
    assert [rows[f"no mask, {depth}"] for depth in ("1 layer", "2 layers", "3 layers")] == [["0", "0", "0"]] * 3
    assert rows["causal mask, 1 layer"][2] == "0"
    marked = rows["causal mask, 2 layers"][2]
    assert marked == f":blue-background[**{sensitivities(at)[0]:.2g}**]"
    assert table.count("blue-background") == 1


def test_the_last_words_column_keeps_the_last_word():
    at = visit(sentence="King and Queen rule", causal="true")
    last = [row.split("|")[4].strip() for row in cases(at).split("\n")[2:]]
    assert last[:4] == ["0"] * 4
    assert min(float(value) for value in last[4:]) > 0.01
    assert "the words before it are reversed" in said(at)
    assert said(visit(sentence="King rule")).count("– |") == 6


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"sentence": "King"}, "One word has only one order"),
        ({"sentence": "the the THE"}, "All words are the same"),
        ({"order": "0-1-2"}, "Both orders are the same sentence"),
        ({"sentence": "the dog the", "order": "2-1-0"}, "Both orders are the same sentence"),
        ({"sentence": "   "}, "type at least one word"),
        ({"sentence": "word " * 30}, "30 words; the first 24"),
        ({"sentence": "one two three four five six seven"}, "this sentence has 7"),
        ({"scheme": "alibi", "order": "1-0-2"}, "**alibi** they differ"),
        ({"scheme": "rotary"}, "rotary works inside attention"),
        ({"scheme": "rotary"}, "rotary adds nothing to the words"),
        ({"pooling": "last"}, "as another word stands last. Of the order it knows nothing"),
        ({"pooling": "last", "causal": "true"}, "it is blind in a single causal layer"),
        ({"pooling": "last", "causal": "true", "layers": "2"}, "It also knows the order of those before it"),
        ({"pooling": "mean"}, "the mean of the outputs is the same"),
    ],
)
def test_special_cases_are_said(query, words):
    assert words in said(visit(**query))


@pytest.mark.parametrize("order", ["", "x", "0-0-1", "0-1", "9-9-9", "0-1-2-3", "-", "²-1-0", "0" * 400])
def test_malformed_links_fall_back(order):
    at = visit(
        order=order, words="<b>", layers="9", pooling="max", heads="3", causal="maybe", scheme="nothing", head="x"
    )
    assert sensitivities(at)[1] == pytest.approx(0.21, abs=0.005)


@pytest.fixture(scope="module")
def visited():
    return {"toy vectors": visit(), "real model": visit(words="real model")}


@settings(max_examples=25)
@given(sentence=st.text(max_size=40), words=st.sampled_from(["toy vectors", "real model"]))
def test_any_text_gets_a_page_and_no_order_is_seen_without_positions(visited, sentence, words):
    at = visited[words]
    checked(at.text_input(key="sentence").set_value(sentence).run())
    assert sensitivities(at)[0] < 1e-12
