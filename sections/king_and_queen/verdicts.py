"""What King and Queen says of what it measured: which case is on the screen, and a sentence for each."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from numpy.typing import NDArray

import posenc
from posenc.experiments.king_and_queen import Setup
from posenc.numeric.tolerances import EXACT64, NOISE64
from ui.numbers import scientific

READ = {"each": "every word's output", "mean": "the mean of the outputs", "last": "the last word's output"}


class Case(Enum):
    """What there is to say of two orders: of their words; without positions (OFF) and with them (ON); and of the dots that
    all orders make."""

    ONE_WORD = auto()
    EQUAL_WORDS = auto()
    ONE_SENTENCE = auto()

    OFF_ALIKE = auto()
    OFF_LAST_ALIKE = auto()
    OFF_LAST_ALIKE_IN_ONE_LAYER = auto()
    OFF_MASK_LEAKS = auto()
    OFF_MASK_LEAKS_TO_LAST = auto()
    OFF_OTHER_LAST = auto()
    OFF_OTHER_LAST_BLIND = auto()
    OFF_OTHER_LAST_BLIND_IN_ONE_LAYER = auto()
    OFF_OTHER_LAST_SEES = auto()

    ON_NOTHING_ADDED = auto()
    ON_DIFFER = auto()
    ON_DIFFER_BARELY = auto()
    ON_REVERSAL = auto()
    ON_ALIKE = auto()

    DOTS_OFF = auto()
    DOTS_OFF_ONE = auto()
    DOTS_OFF_BY_LAST = auto()
    DOTS_OFF_BY_MASK = auto()
    DOTS_ON = auto()
    DOTS_ON_ALL = auto()
    DOTS_ON_NOTHING_ADDED = auto()
    DOTS_ON_REVERSAL = auto()


LAST_ALIKE = "In a single causal layer the last word is blind to the order of those before it ({0.off})."
OTHER_LAST = "Without positions what is read differs ({0.off}), as another word stands last."
SAID = {
    Case.ONE_WORD: "One word has only one order: type another beside it.",
    Case.EQUAL_WORDS: "All words are the same, so there is only one order: type another word.",
    Case.ONE_SENTENCE: "Both orders are the same sentence, so there is nothing to tell apart: move a word.",
    Case.OFF_ALIKE: "Without positions the two orders are one: {0.read} is the same ({0.off}). Attention without a mask only"
    " permutes its outputs.",
    Case.OFF_LAST_ALIKE: LAST_ALIKE,
    Case.OFF_LAST_ALIKE_IN_ONE_LAYER: f"{LAST_ALIKE} In two layers it is not: {{0.in_two_layers}}.",
    Case.OFF_MASK_LEAKS: "Even without positions the two orders differ ({0.off}): the causal mask leaks the order, as each"
    " word sees only those before it.",
    Case.OFF_MASK_LEAKS_TO_LAST: "Even without positions the last word's output differs ({0.off}): in the first layer the"
    " causal mask leaks the order to the words before the last, and from the second layer on the last word reads it there.",
    Case.OFF_OTHER_LAST: OTHER_LAST,
    Case.OFF_OTHER_LAST_BLIND: f"{OTHER_LAST} Of the order it knows nothing: each word's own output is the same"
    " ({0.each}).",
    Case.OFF_OTHER_LAST_BLIND_IN_ONE_LAYER: f"{OTHER_LAST} To the order of those before it, it is blind in a single causal"
    " layer: reversing them changes its output by {0.reversed}.",
    Case.OFF_OTHER_LAST_SEES: f"{OTHER_LAST} It also knows the order of those before it: reversing them changes its output"
    " by {0.reversed}. The causal mask leaks the order, and from two layers on it reaches the last word.",
    Case.ON_NOTHING_ADDED: "The scheme **{0.name}** adds no positions: the same again.",
    Case.ON_DIFFER: "With **{0.name}** they differ: **{0.on}** of the largest output.",
    Case.ON_DIFFER_BARELY: "With **{0.name}** they differ by next to nothing: {0.on} of the largest output.",
    Case.ON_REVERSAL: "With **{0.name}** they are one as well ({0.on}): its scores are the same read from either"
    " end{0.standing_in}, and this order is the exact reversal. Try a causal mask or a bias with a sign.",
    Case.ON_ALIKE: "With **{0.name}** they are one as well ({0.on}).",
    Case.DOTS_OFF: ".",
    Case.DOTS_OFF_ONE: ": to the model they are one.",
    Case.DOTS_OFF_BY_LAST: ": one for each word that can stand last, whatever the order of those before it.",
    Case.DOTS_OFF_BY_MASK: ": the causal mask alone tells every order apart.",
    Case.DOTS_ON: ".",
    Case.DOTS_ON_ALL: ": each order its own.",
    Case.DOTS_ON_NOTHING_ADDED: ", the same again.",
    Case.DOTS_ON_REVERSAL: ": an order and its reversal are one to it, as its scores are the same read from either"
    " end{0.standing_in}.",
}


@dataclass(frozen=True)
class Blanks:
    """What stands in the blanks of the sentences, measured where a sentence has that blank."""

    setup: Setup

    @property
    def name(self) -> str:
        return name(self.setup)

    @property
    def read(self) -> str:
        return READ[self.setup.pooling]

    @property
    def standing_in(self) -> str:
        """What keeps a sentence about a scheme from being one about what a model would learn in it."""
        toy = self.setup.scheme.values == "toy"
        return ", with the made-up values that stand in here for learned ones" if toy else ""

    @property
    def off(self) -> str:
        return _felt(self.setup.compare(False).sensitivity)

    @property
    def on(self) -> str:
        return _felt(self.setup.compare(True).sensitivity)

    @property
    def each(self) -> str:
        return _felt(self.setup.compare(False, pooling="each").sensitivity)

    @property
    def in_two_layers(self) -> str:
        return _felt(self.setup.compare(False, layers=2).sensitivity)

    @property
    def reversed(self) -> str:
        return _felt(self.setup.last_token_sensitivity() or 0.0)


def name(setup: Setup) -> str:
    """What the positions are called."""
    return "its own table" if setup.real else setup.scheme.id


def say(case: Case, setup: Setup) -> str:
    return SAID[case].format(Blanks(setup))


def verdict(setup: Setup) -> str:
    """One or two sentences: what is the case without positions, and with them."""
    return " ".join(say(found, setup) for found in dict.fromkeys((case(setup, False), case(setup, True))))


def case(setup: Setup, positions: bool) -> Case:
    """What is the case of the two orders, without positions or with them; of one and the same sentence it is one case."""
    if len(setup.words) == 1:
        return Case.ONE_WORD
    if setup.different_words == 1:
        return Case.EQUAL_WORDS
    if setup.same:
        return Case.ONE_SENTENCE
    return _on(setup) if positions else _off(setup)


def _off(setup: Setup) -> Case:
    differ, last = setup.compare(False).distinguishable, setup.pooling == "last"
    if differ and last and not setup.last_stays:
        return _other_last(setup)
    if differ:
        return Case.OFF_MASK_LEAKS_TO_LAST if last else Case.OFF_MASK_LEAKS
    if setup.causal and last:
        return Case.OFF_LAST_ALIKE if setup.max_layers == 1 else Case.OFF_LAST_ALIKE_IN_ONE_LAYER
    return Case.OFF_ALIKE


def _other_last(setup: Setup) -> Case:
    if not setup.causal:
        return Case.OFF_OTHER_LAST_BLIND
    changed = setup.last_token_sensitivity()
    if changed is None:
        return Case.OFF_OTHER_LAST
    return Case.OFF_OTHER_LAST_SEES if changed > EXACT64 else Case.OFF_OTHER_LAST_BLIND_IN_ONE_LAYER


def _on(setup: Setup) -> Case:
    on = setup.compare(True)
    if setup.scheme.family == "none":
        return Case.ON_NOTHING_ADDED
    if on.distinguishable:
        return Case.ON_DIFFER
    if setup.mirrored:
        return Case.ON_REVERSAL
    return Case.ON_DIFFER_BARELY if on.sensitivity > NOISE64 else Case.ON_ALIKE


def dots_off(setup: Setup, dots: int, orders: int) -> Case:
    """Why so many of all orders have an output of their own without positions."""
    if dots == 1:
        return Case.DOTS_OFF_ONE if orders > 1 else Case.DOTS_OFF
    by_last = setup.pooling == "last" and (setup.layers == 1 or not setup.causal)
    if by_last and dots == setup.different_words:
        return Case.DOTS_OFF_BY_LAST
    return Case.DOTS_OFF_BY_MASK if setup.causal and dots == orders else Case.DOTS_OFF


def dots_on(setup: Setup, dots: int, orders: int) -> Case:
    """Why so many of all orders have an output of their own with positions."""
    if dots == orders:
        return Case.DOTS_ON_ALL if orders > 1 else Case.DOTS_ON
    if setup.scheme.family == "none":
        return Case.DOTS_ON_NOTHING_ADDED
    return Case.DOTS_ON_REVERSAL if setup.pooling != "last" and setup.reversal_invariant else Case.DOTS_ON


def of_orders(setup: Setup, off: int, on: int, orders: int) -> str:
    """How many dots are drawn for all orders, without positions and with them, and why."""
    words = f"{orders} orders" if orders > 1 else "one order"
    return (
        f"**{words}**. Without positions **{off}** dot{'s' * (off != 1)}{say(dots_off(setup, off, orders), setup)}"
        f" With **{name(setup)}** **{on}**{say(dots_on(setup, on, orders), setup)}"
    )


def of_models(setup: Setup, names: list[str], off: NDArray[Any]) -> str:
    """Which models see the order without positions."""
    if setup.same:
        return verdict(setup)
    seeing = [model for model, value in zip(names, off, strict=True) if value > EXACT64]
    blind = [model for model in names if model not in seeing]
    said = f"Without positions, these see the order: {', '.join(seeing) or 'none'}; these do not:"
    said += f" {', '.join(blind) or 'none'}."
    said += " An RNN reads word by word, and a ConvNet gives each neighbour weights of its own."
    if setup.real:
        return said + " Their weights are toys here, the attention's are the model's."
    if setup.scheme.family != "none" and not isinstance(setup.scheme, posenc.Absolute):
        return said + f" {setup.scheme.id} works inside attention: there is nothing of it to add to their words."
    return said


def _felt(sensitivity: float) -> str:
    if sensitivity > EXACT64:
        return f"{sensitivity:.2g}"
    return scientific(sensitivity) if sensitivity > NOISE64 else "0 (rounding)"
