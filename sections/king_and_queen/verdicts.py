"""What King and Queen says of what it measured: which of the theory's cases is on the screen."""

import numpy as np

import posenc
from posenc.experiments.king_and_queen import ROUNDING, Reordered, is_reversal_invariant
from sections.king_and_queen.setup import Array, Setup

FINE = 1e-12
"""Float64's rounding stays below this: what is larger is no rounding, however small."""


def scientific(value: float, digits: int = 0) -> str:
    """A number of any size: as people read it, unless it is too small for that.

    >>> scientific(2.14e-16), scientific(0.0, 1), scientific(0.25, 1)
    ('2e-16', '0', '0.25')
    """
    if 1e-3 <= value < 1e3:
        return f"{value:.2g}"
    return f"{value:.{digits}e}" if value else "0"


def nothing_to_tell(setup: Setup) -> str:
    """Why there is nothing to tell apart, or nothing at all."""
    if not setup.same:
        return ""
    if len(setup.words) == 1:
        return "One word has only one order: type another beside it."
    if len(np.unique(setup.x, axis=0)) == 1:
        return "All words are the same, so there is only one order: type another word."
    return "Both orders are the same sentence, so there is nothing to tell apart: move a word."


def verdict(setup: Setup, off: Reordered, on: Reordered) -> str:
    """One or two sentences, from what was measured."""
    return nothing_to_tell(setup) or f"{_without(setup, off)} {_with(setup, on)}"


def blind_in_theory(setup: Setup) -> bool:
    """Whether no attention of this kind, whatever its weights, can tell the two orders apart without positions."""
    if setup.pooling == "last":
        return setup.same or (setup.last_stays and (not setup.causal or setup.layers == 1))
    return setup.same or not setup.causal


def blind_with_positions(setup: Setup) -> bool:
    """Whether none can with them, whatever its weights and whatever the scheme learns: the same sentence, no positions at
    all, or read from the end by a scheme whose formula cannot tell."""
    if setup.same or (setup.scheme.family == "none" and blind_in_theory(setup)):
        return True
    return setup.scheme.values == "formula" and mirrored(setup)


def mirrored(setup: Setup) -> bool:
    """Whether the second order is the first read from its end, to a scheme whose scores are the same from there."""
    reversal = np.array_equal(setup.x[setup.settled], setup.x[::-1])
    return reversal and setup.pooling != "last" and _same_from_either_end(setup)


def _same_from_either_end(setup: Setup) -> bool:
    open_to_both = not setup.causal and not setup.real
    return open_to_both and is_reversal_invariant(setup.scheme, len(setup.words), setup.heads, setup.dim)


def _standing_in(setup: Setup) -> str:
    """What keeps a sentence about a scheme from being one about what a model would learn in it."""
    return ", with the made-up values that stand in here for learned ones" if setup.scheme.values == "toy" else ""


def _without(setup: Setup, off: Reordered) -> str:
    value = f"{off.sensitivity:.2g}" if off.distinguishable else scientific(off.sensitivity)
    if setup.pooling == "last" and not setup.last_stays and off.distinguishable:
        return f"Without positions what is read differs ({value}), as another word stands last. {_tail(setup)}"
    if off.distinguishable and setup.causal and setup.pooling == "last":
        return (
            f"Even without positions the last word's output differs ({value}): in the first layer the causal mask leaks the"
            " order to the words before the last, and from the second layer on the last word reads it there."
        )
    if off.distinguishable:
        return (
            f"Even without positions the two orders differ ({value}): the causal mask leaks the order, as each word sees"
            " only those before it."
        )
    if setup.causal and setup.pooling == "last":
        return (
            f"In a single causal layer the last word is blind to the order of those before it ({value})."
            f" {_deeper(setup)}"
        )
    read = {"each": "every word's output", "mean": "the mean of the outputs", "last": "the last word's output"}
    one = f"Without positions the two orders are one: {read[setup.pooling]} is the same ({value})."
    return one if setup.causal else f"{one} Attention without a mask only permutes its outputs."


def _tail(setup: Setup) -> str:
    """Of the last word: whether it minds the order of those before it."""
    if not setup.causal:
        each = setup.compare(False, pooling="each").sensitivity
        return f"Of the order it knows nothing: each word's own output is the same ({scientific(each)})."
    moved = setup.last_token_sensitivity()
    if moved is None:
        return ""
    if moved > ROUNDING:
        return (
            f"It also knows the order of those before it: reversing them changes its output by {moved:.2g}. The causal"
            " mask leaks the order, and from two layers on it reaches the last word."
        )
    return (
        f"To the order of those before it, it is blind in a single causal layer: reversing them changes its output by"
        f" {scientific(moved)}."
    )


def _deeper(setup: Setup) -> str:
    if setup.most_layers == 1:
        return ""
    deeper = setup.compare(False, layers=2)
    return f"In two layers it is not: {deeper.sensitivity:.2g}." if deeper.distinguishable else ""


def _with(setup: Setup, on: Reordered) -> str:
    name = f"**{setup.name}**"
    if setup.scheme.family == "none":
        return f"The scheme {name} adds no positions: the same again."
    if on.distinguishable:
        return f"With {name} they differ: **{on.sensitivity:.2g}** of the largest output."
    if mirrored(setup):
        return (
            f"With {name} they are one as well ({scientific(on.sensitivity)}): its scores are the same read from either"
            f" end{_standing_in(setup)}, and this order is the exact reversal. Try a causal mask or a bias with a sign."
        )
    if on.sensitivity > FINE:
        return f"With {name} they differ by next to nothing: {scientific(on.sensitivity)} of the largest output."
    return f"With {name} they are one as well ({scientific(on.sensitivity)})."


def of_orders(setup: Setup, without: int, having: int, orders: int) -> str:
    """How many dots are drawn for all orders, and why."""
    words = f"{orders} orders" if orders > 1 else "one order"
    said = f"**{words}**. Without positions **{without}** dot{'s' * (without != 1)}"
    by_last = setup.pooling == "last" and (setup.layers == 1 or not setup.causal)
    if without == 1:
        said += ": to the model they are one." if orders > 1 else "."
    elif by_last and without == len(np.unique(setup.x, axis=0)):
        said += ": one for each word that can stand last, whatever the order of those before it."
    elif setup.causal and without == orders:
        said += ": the causal mask alone tells every order apart."
    else:
        said += "."
    said += f" With **{setup.name}** **{having}**"
    if having == orders:
        return said + (": each order its own." if orders > 1 else ".")
    if setup.scheme.family == "none":
        return said + ", the same again."
    if setup.pooling != "last" and _same_from_either_end(setup):
        return (
            f"{said}: an order and its reversal are one to it, as its scores are the same read from either"
            f" end{_standing_in(setup)}."
        )
    return said + "."


def of_models(setup: Setup, names: list[str], without: Array) -> str:
    """Which models see the order without positions."""
    if setup.same:
        return nothing_to_tell(setup)
    seeing = [name for name, value in zip(names, without, strict=True) if value > ROUNDING]
    blind = [name for name in names if name not in seeing]
    said = f"Without positions, these see the order: {', '.join(seeing) or 'none'}; these do not:"
    said += f" {', '.join(blind) or 'none'}."
    said += " An RNN reads word by word, and a ConvNet gives each neighbour weights of its own."
    if setup.real:
        return said + " Their weights are toys here, the attention's are the model's."
    if setup.scheme.family != "none" and not isinstance(setup.scheme, posenc.Absolute):
        return said + f" {setup.name} works inside attention: there is nothing of it to add to their words."
    return said
