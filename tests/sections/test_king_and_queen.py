"""The verdicts of King and Queen: every case has its sentence, and every setting its one case."""

from itertools import permutations, product

import pytest

import posenc
from posenc.experiments.king_and_queen import Setup
from posenc.experiments.sequence_models import POOLINGS
from sections.king_and_queen.verdicts import SAID, Case, case, dots_off, dots_on, of_models, of_orders, say, verdict

SCHEMES = [
    *(posenc.scheme(id) for id in ("none", "sinusoidal", "rotary", "alibi", "fire")),
    *(posenc.scheme("sinusoidal", scale=scale) for scale in (0.0, 1e-10)),
]
ORDERS = [
    *(("a", (0,)), ("aa", (1, 0)), ("abcd", (1, 0, 2, 3)), ("abcd", (3, 1, 2, 0)), ("abcd", (3, 2, 1, 0))),
    *((words, order) for words in ("ab", "aab", "abc") for order in permutations(range(len(words)))),
]


def setups():
    """Every combination of controls on a few sentences and orders."""
    for (words, order), causal, how in product(ORDERS, (False, True), POOLINGS):
        yield Setup.of_real_model(tuple(words), order, causal, how)
        for scheme, layers in product(SCHEMES, (1, 2)):
            yield Setup(tuple(words), order, False, scheme, 4, layers, causal, how)


def dots(setup):
    off, on, _ = setup.every_order()
    orders = len(on.permutations)
    return dots_off(setup, off.distinct, orders), dots_on(setup, on.distinct, orders)


def test_every_case_has_a_sentence_of_its_own():
    assert set(SAID) == set(Case)
    pairs = [said for case, said in SAID.items() if not case.name.startswith("DOTS")]
    assert len(set(pairs)) == len(pairs)


def test_every_setting_has_one_case_and_every_case_a_setting():
    found = set()
    for setup in setups():
        off, on, *of_dots = case(setup, False), case(setup, True), *dots(setup)
        found |= {off, on, *of_dots}
        assert (off == on) == setup.same
        kinds = ("OFF", "ON", "DOTS_OFF", "DOTS_ON")
        if not setup.same:
            assert all(one.name.startswith(f"{kind}_") for one, kind in zip((off, on), kinds, strict=False))
        said = verdict(setup)
        assert said == (say(off, setup) if setup.same else f"{say(off, setup)} {say(on, setup)}")
        assert "{" not in said
    assert found == set(Case)


@pytest.mark.parametrize("positions", [False, True])
def test_what_is_said_is_what_is_measured(positions):
    for setup in setups():
        if setup.same:
            continue
        both, said = setup.compare(positions), say(case(setup, positions), setup)
        if positions and setup.scheme.family != "none":
            assert ("they differ: **" in said) == both.distinguishable
        elif not positions:
            assert ("differ" in said) == both.distinguishable
            assert ("are one:" in said or "is blind to" in said) == (not both.distinguishable)
            assert ("the causal mask" in said.lower() or "causal layer" in said) <= setup.causal


def test_dots_are_counted_as_they_are_said():
    for setup in setups():
        off, on, _ = setup.every_order()
        orders = len(on.permutations)
        said = of_orders(setup, off.distinct, on.distinct, orders)
        assert said.startswith(f"**{orders} orders**" if orders > 1 else "**one order**")
        assert ("to the model they are one" in said) == (off.distinct == 1 < orders)
        assert ("each order its own" in said) == (on.distinct == orders > 1)


def test_the_models_weights_are_called_what_they_are():
    real = Setup.of_real_model(("King", "and", "Queen"), (2, 1, 0), True, "last")
    toy = Setup(("King", "and", "Queen"), (2, 1, 0), False, posenc.scheme("rotary"), 1, 1, True, "mean")
    for setup, words in ((real, "Their weights are toys here"), (toy, "rotary works inside attention")):
        names, off, _ = setup.side_by_side()
        assert words in of_models(setup, names, off)
    one = Setup(("King",), (0,), False, posenc.scheme("rotary"), 1, 1, False, "each")
    assert of_models(one, *one.side_by_side()[:2]) == SAID[Case.ONE_WORD]
