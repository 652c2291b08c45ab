"""Two orders through one model: what is read, how far apart, which schemes mind; and theory beside measurement."""

from itertools import permutations, product
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import posenc
from posenc.experiments import minilm
from posenc.experiments.all_orders import all_orders
from posenc.experiments.king_and_queen import (
    Setup,
    compare,
    is_reversal_invariant,
    rank_by_order,
    reorder,
    settle,
)
from posenc.experiments.sequence_models import POOLINGS, last_attention, pool, recurrent
from posenc.numeric.tolerances import EXACT64
from posenc.self_attention import Attention

DIM = 16
X = np.random.default_rng(0).standard_normal((5, DIM))
LAYERS = [posenc.AttentionWeights.random(DIM, seed, np.float64) for seed in range(3)]
orders = st.permutations(range(5))


@given(orders, st.sampled_from(POOLINGS), st.integers(1, 3), st.booleans())
def test_what_is_read_is_compared(order, how, layers, causal):
    scheme = posenc.scheme("sinusoidal")
    both = reorder(X, order, LAYERS[:layers], 2, causal, scheme, how)
    first, second = (last_attention(x, LAYERS[:layers], 2, causal, scheme).output for x in (X, X[order]))
    if how == "each":
        again = np.empty_like(second)
        again[order] = second
        assert np.array_equal(both.second_output, again)
    else:
        assert np.array_equal(both.first_output[0], pool(first, how))
        assert np.array_equal(both.second_output[0], pool(second, how))
    assert np.array_equal(both.difference, both.second_output - both.first_output)
    expected = np.abs(both.second_output - both.first_output).max() / np.abs(both.first_output).max()
    assert both.sensitivity == expected
    assert both.distinguishable == (expected > EXACT64)
    assert both.by_word.shape == (len(both.first_output),)


@given(orders)
def test_each_is_the_order_sensitivity(order):
    scheme = posenc.scheme("rotary")
    expected = posenc.order_sensitivity(lambda x: posenc.attention(x, LAYERS[0], 2, scheme=scheme).output, X, order)
    assert reorder(X, order, LAYERS[0], 2, scheme=scheme).sensitivity == pytest.approx(expected)


@given(orders)
def test_compare_takes_any_model(order):
    both = compare(lambda x: Attention(np.cumsum(x, 0), np.ones((1, 5, 5))), X, order, "last")
    assert not both.distinguishable
    both = compare(lambda x: posenc.attention(x, LAYERS[0], 2, True), X, order)
    assert both.sensitivity == reorder(X, order, LAYERS[0], 2, True).sensitivity


def test_lengths_by_word_are_parts_of_the_mean_length():
    both = compare(lambda x: Attention(x * np.arange(1, 3)[:, None], np.ones((1, 2, 2))), np.eye(2), [1, 0])
    np.testing.assert_allclose(both.by_word, [1 / 1.5, 1 / 1.5])


@pytest.mark.parametrize("how", POOLINGS)
def test_every_scheme_is_ranked_as_it_reorders(how):
    order = [3, 1, 2, 0, 4]
    names, values = rank_by_order(X, order, LAYERS[:2], 2, True, posenc.scheme("alibi", symmetric=False), how)
    assert "none" in names
    for name, value in zip(names, values, strict=True):
        scheme = posenc.scheme(name, symmetric=False) if name == "alibi" else posenc.scheme(name)
        assert value == reorder(X, order, LAYERS[:2], 2, True, scheme, how).sensitivity


@pytest.mark.parametrize("how", POOLINGS)
def test_no_difference_between_outputs_of_zeros(how):
    nothing = posenc.AttentionWeights(np.zeros((12, 4)), np.zeros(12), np.zeros((4, 4)), np.zeros(4))
    for weights, rows in ((nothing, np.eye(3, 4)), (posenc.AttentionWeights.random(4), np.zeros((3, 4)))):
        both = reorder(rows, [2, 1, 0], weights, how=how)
        assert (both.sensitivity, both.distinguishable, both.by_word.max()) == (0, False, 0)


def test_a_difference_in_parts_of_nothing_is_infinite():
    outputs = iter([np.zeros((2, 2)), np.ones((2, 2))])
    both = compare(lambda x: Attention(next(outputs), np.ones((1, 2, 2))), np.eye(2), [1, 0])
    assert both.sensitivity == np.inf == both.by_word.max()


@pytest.mark.parametrize(
    ("scheme", "same"),
    [
        (posenc.scheme("none"), True),
        (posenc.scheme("alibi", max_bias=64.0), True),
        (posenc.scheme("alibi", max_bias=64.0, symmetric=False), False),
        (posenc.scheme("sandwich"), True),
        (posenc.scheme("fire"), True),
        (posenc.scheme("fire", threshold=2.0), False),
        (posenc.scheme("polar"), True),
        (posenc.scheme("rotary"), False),
        (posenc.scheme("sinusoidal"), False),
        (posenc.scheme("sinusoidal", scale=1e-10), False),
        (posenc.scheme("sinusoidal", scale=0.0), True),
        (posenc.scheme("learned"), False),
        (posenc.scheme("t5"), False),
        (posenc.scheme("t5", scale=0.0), True),
        (posenc.scheme("kerple"), False),
    ],
)
@pytest.mark.parametrize("heads", [1, 4])
def test_who_cannot_tell_a_sentence_from_its_reversal(scheme, same, heads):
    assert is_reversal_invariant(scheme, 6, heads) == same


def test_what_is_refused():
    with pytest.raises(ValueError, match="x must have shape"):
        rank_by_order(np.eye(4)[None], [3, 2, 1, 0], LAYERS[0])
    with pytest.raises(ValueError, match="heads must divide dim 16; got 3"):
        rank_by_order(X, range(5), LAYERS[0], heads=3)
    with pytest.raises(ValueError, match=r"model must give a posenc\.self_attention\.Attention; it gave array"):
        compare(lambda x: x, X, range(5))
    with pytest.raises(ValueError, match="how must be one of 'each', 'mean', 'last'; got 'max'"):
        _ = reorder(X, range(5), LAYERS[0], how="max").first_output
    with pytest.raises(ValueError, match="permutation must hold each of 0…4 once"):
        reorder(X, [0, 0, 1, 2, 3], LAYERS[0])


def test_a_reversal_is_tried_at_the_width_of_the_model():
    wide = posenc.scheme("rotary", rotary_dim=64)
    assert not is_reversal_invariant(wide, 3, dim=64)
    with pytest.raises(ValueError, match="rotary_dim must be"):
        is_reversal_invariant(wide, 3)


NAMES = ("King", "and", "Queen", "rule", "dog")
SCHEMES = [posenc.scheme(id) for id in ("none", "sinusoidal", "rotary", "alibi")]
PATTERNS = ("a", "ab", "aa", "abc", "aab", "aba", "abca", "abcd")
COMBINATIONS = [*product((False, True), (1, 2, 3), POOLINGS, SCHEMES)]
BOOLEANS, HOW = st.booleans(), st.sampled_from(POOLINGS)


@st.composite
def setups(draw, real=BOOLEANS, causal=BOOLEANS, pooling=HOW):
    words = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5))
    order = draw(st.permutations(range(len(words))) | st.just(list(range(len(words)))[::-1]))
    words, order, masked, how = tuple(words), tuple(order), draw(causal), draw(pooling)
    if draw(real):
        return Setup.of_real_model(words, order, masked, how)
    scheme, heads = draw(st.sampled_from(SCHEMES)), draw(st.sampled_from([1, 4]))
    return Setup(words, order, False, scheme, heads, draw(st.integers(1, 3)), masked, how)


@pytest.mark.parametrize("real", [False, True])
@pytest.mark.parametrize("words", PATTERNS)
def test_theory_and_measurement_agree_for_every_order_in_every_combination_of_controls(words, real):
    for order in permutations(range(len(words))):
        if real:
            for causal, how in product((False, True), POOLINGS):
                agrees(Setup.of_real_model(tuple(words), order, causal, how))
        else:
            for causal, layers, how, scheme in COMBINATIONS:
                agrees(Setup(tuple(words), order, False, scheme, 4, layers, causal, how))


@given(setups())
def test_they_agree_for_longer_sentences(setup):
    agrees(setup)


def agrees(setup):
    for positions in (False, True):
        both = setup.compare(positions)
        assert both.distinguishable != setup.blind(positions)
        if setup.same:
            assert both.sensitivity == 0
    off = setup.compare(positions=False).sensitivity
    assert off < 1e-12 or off > 1e-5


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("words", ["abc", "aab", "abca"])
def test_what_is_called_exact_holds_for_any_weights(words, seed):
    kinds = {True: 0, False: 0}
    for order in (range(len(words))[::-1], (1, 0, *range(2, len(words)))):
        for causal, layers, how, scheme in [*COMBINATIONS[::2], (False, 1, "each", posenc.scheme("sandwich"))]:
            setup = Setup(tuple(words), tuple(order), False, scheme, 4, layers, causal, how)
            stack = [posenc.AttentionWeights.random(64, 10 * seed + layer, np.float64) for layer in range(layers)]
            for positions, exact in ((positions, setup.blind(positions)) for positions in (False, True)):
                again = reorder(setup.x, setup.settled, stack, 4, causal, scheme if positions else None, how)
                assert not (exact and again.distinguishable)
                kinds[exact] += 1
    assert min(kinds.values()) > 20


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("causal", "how"), [(False, "each"), (False, "mean"), (True, "last")])
def test_what_is_called_exact_of_the_real_model_holds_for_any_weights(seed, causal, how):
    setup = Setup.of_real_model(("King", "and", "Queen", "rule"), (2, 0, 1, 3), causal, how)
    assert setup.blind(positions=False)
    weights = posenc.AttentionWeights.random(384, seed, np.float64)

    def attend(x):
        layer = posenc.attention(minilm.embed_vectors(x, positions=False, special=True), weights, 12, causal)
        return Attention(layer.output[1:-1], layer.weights)

    assert not compare(attend, setup.x, setup.settled, how).distinguishable


def test_the_places_whose_words_differ_get_the_same_vectors_added():
    setup = Setup(("King", "and", "Queen"), (2, 1, 0), False, posenc.scheme("sinusoidal"), 1, 1, False, "each")
    found = setup.same_places()
    table = setup.scheme.table(3, setup.dim, np.float64)
    assert found.places.tolist() == [0, 2]
    np.testing.assert_array_equal(found.alone, [setup.x[[0, 2]], setup.x[[2, 0]]])
    np.testing.assert_allclose(found.added, found.alone + table[[0, 2]], atol=1e-12)
    assert found.error < 1e-12
    real = Setup.of_real_model(("King", "Queen"), (1, 0), False, "each").same_places()
    np.testing.assert_allclose((real.added - real.alone)[0], posenc.scheme("learned").table([1, 2], 384), atol=1e-6)


@pytest.mark.parametrize("real", [False, True])
def test_the_cases_are_what_each_setting_measures(real):
    words, order = ("King", "and", "Queen", "rule"), (2, 1, 3, 0)
    setup = Setup.of_real_model(words, order, False, "each") if real else (
        Setup(words, order, False, posenc.scheme("rotary"), 2, 1, False, "each")
    )  # fmt: skip
    found = setup.cases()
    assert len(found) == (6 if real else 18)
    for (causal, layers, how), value in found.items():
        if how == "last":  # another word stands last
            second = setup.x[list(order)]
            attend = Setup(words, order, real, setup.scheme, setup.heads, layers, causal, how).attend(False)
            assert value == compare(attend, second, [2, 1, 0, 3], "last").sensitivity
        else:
            assert value == setup.compare(False, causal=causal, layers=layers, pooling=how).sensitivity
    stays = Setup(words, (1, 0, 2, 3), False, setup.scheme, 1, 1, False, "each")
    assert stays.cases()[True, 2, "last"] == stays.compare(False, causal=True, layers=2, pooling="last").sensitivity
    assert Setup(words[:2], (1, 0), False, setup.scheme, 1, 1, False, "each").cases()[True, 2, "last"] is None


@given(sentence=st.lists(st.integers(0, 2), min_size=1, max_size=6), data=st.data())
def test_settled_is_the_same_sentence_with_equal_words_in_their_order(sentence, data):
    permutation = data.draw(st.permutations(range(len(sentence))))
    x = X[:3][sentence]
    settled = settle(x, permutation)
    assert np.array_equal(x[settled], x[permutation])
    for word in set(sentence):
        assert [i for i in settled if sentence[i] == word] == [i for i, each in enumerate(sentence) if each == word]
    if [sentence[i] for i in permutation] == sentence:
        assert settled.tolist() == list(range(len(sentence)))


def test_the_second_order_of_equal_words():
    def settled(words, order):
        return Setup(tuple(words), order, False, SCHEMES[0], 1, 1, False, "each").settled.tolist()

    assert settled("aba", (2, 1, 0)) == [0, 1, 2]  # one sentence: nothing moves
    assert settled("aab", (2, 1, 0)) == [2, 1, 0]  # read backwards: each to its mirror image's place
    assert settled("aabc", (1, 3, 2, 0)) == [0, 3, 2, 1]  # else equal words keep their order


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_place_has_one_vector_whatever_the_table(seed):
    first, table = np.random.default_rng(seed).standard_normal((2, 5, 64))
    second = first[[4, 1, 0, 3, 2]]
    np.testing.assert_allclose((second + table) - (first + table), second - first, atol=1e-12)


@settings(max_examples=60)
@given(setups())
def test_all_orders_are_as_many_as_is_said(setup):
    off, on, here = setup.every_order()
    orders = len(on.permutations)
    counts = [setup.words.count(word) for word in set(setup.words)]
    assert orders == factorial(len(setup.words)) // np.prod([factorial(count) for count in counts])
    assert [setup.words[i] for i in on.permutations[here]] == [setup.words[i] for i in setup.order]
    if off.distinct == 1:
        assert np.abs(off.places).max() < 1e-12
    elif not setup.causal:
        assert setup.pooling == "last"
        assert off.distinct == len(counts)
    assert not np.any(on.places[0])


@given(setups(real=st.just(True), causal=st.just(False), pooling=st.just("each")))
def test_the_real_model_with_positions_sees_every_order_but_the_same(setup):
    on = setup.compare(positions=True).sensitivity
    assert on == 0 if setup.same else on > 1e-3


@pytest.mark.parametrize(("real", "id"), [(False, "sinusoidal"), (False, "rotary"), (True, "learned")])
def test_side_by_side_follows_the_models_themselves(real, id):
    words, order = ("King", "and", "Queen"), (2, 1, 0)
    scheme = posenc.scheme(id)
    setup = (
        Setup.of_real_model(words, order, True, "last")
        if real
        else Setup(words, order, False, scheme, 1, 1, True, "mean")
    )
    names, off, on = setup.side_by_side()
    assert names == ["RNN", "ConvNet", "attention", "causal attention"]
    assert off[2] < 1e-12
    assert min(off[[0, 1, 3]]) > 1e-3
    rnn = recurrent(setup.dim)
    assert off[0] == posenc.order_sensitivity(rnn, setup.x, order)
    if id == "rotary":
        assert np.isnan(on[:2]).all()
    else:
        table = scheme.table(3, setup.dim, np.float64)
        assert on[0] == posenc.order_sensitivity(lambda x: rnn(x + table), setup.x, order)
    assert min(on[2:]) > 1e-3


def test_orders_are_kept_by_all_that_they_depend_on():
    words = ("King", "and", "Queen")
    for scheme, layers, causal, pooling, real in product(SCHEMES[1:3], (1, 2), (False, True), POOLINGS, (False, True)):
        setup = Setup(words, (2, 1, 0), False, scheme, 1, layers, causal, pooling)
        if real:
            setup = Setup.of_real_model(words, (2, 1, 0), causal, pooling)
        for positions in (False, True):
            attend = setup.attend(positions)
            afresh = all_orders(lambda x, attend=attend: attend(x).output, setup.x, pooling)
            np.testing.assert_array_equal(setup.every_order()[positions].distances, afresh.distances)
