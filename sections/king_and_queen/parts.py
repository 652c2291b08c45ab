"""The parts of King and Queen, each drawn from one setup of the controls."""

import streamlit as st

import posenc
from charts import king_and_queen as draw
from charts.style import label
from posenc.experiments import minilm
from posenc.experiments.king_and_queen import DIM, Setup
from posenc.experiments.sequence_models import POOLINGS
from posenc.numeric.tolerances import EXACT64
from ui import controls
from ui.badges import badge
from ui.chart import chart
from ui.frame import experiment, section
from ui.numbers import scientific
from ui.runs import cached
from ui.scheme_picker import scheme_code
from ui.tables import markdown_table

from .verdicts import name, of_models, of_orders, verdict

HALVES = [6, 5]
READ = {"each": "each word", "mean": "their mean", "last": "last word"}
FORMULAS = {
    "each": "max |f(Px) − P f(x)| / max |f(x)|",
    "mean": "max |mean f(Px) − mean f(x)| / max |mean f(x)|",
    "last": "max |last f(Px) − last f(x)| / max |last f(x)|",
}
"""Order sensitivity, by what is read: f is attention, x the words' vectors, P an order of them."""


def what_is_real(setup: Setup) -> None:
    """Under the controls: what the real model brings along, and which words it has no vector for."""
    masked = " The model itself reads without a mask." if setup.causal else ""
    st.caption(
        f"{badge(setup.kind(True))} The first attention layer of all-MiniLM-L6-v2, with its own words, table of positions and"
        f" {setup.heads} heads: scheme, heads and layers above do not apply.{masked}"
    )
    if setup.unknown:
        named = ", ".join(f"“{word[:24]}”" for word in setup.unknown)
        st.text(
            f"Not among the {len(minilm.vocabulary()):,} words kept from the model, so given a stand-in vector, random"
            f" numbers drawn from the word: {named}. The model itself reads such words whole or in pieces."
        )


@cached
def outputs(setup: Setup) -> None:
    """The core: both orders, without positions and with them, and what to make of it."""
    off, on = setup.compare(positions=False), setup.compare(positions=True)
    rows = list(setup.words) if setup.pooling == "each" else [READ[setup.pooling]]
    chart(
        draw.outputs(
            rows,
            [
                ("Off: first order", off.first_output, off.second_output),
                ("On: first order", on.first_output, on.second_output),
            ],
            EXACT64,
        ),
        key="outputs",
        alt="The outputs of attention for each word in both orders and their difference, without and with positions.",
    )
    kind_off, kind_on = ("exact" if setup.blind(positions) else setup.kind(positions) for positions in (False, True))
    formula = f"{FORMULAS[setup.pooling]}, in float64: the largest change over the largest output."
    one, two, words = st.columns([4, 4, 7], vertical_alignment="center")
    one.metric(f"{badge(kind_off)} Order sensitivity, off", scientific(off.sensitivity, 1), help=formula)
    two.metric(f"{badge(kind_on)} with {name(setup)}", scientific(on.sensitivity, 1))
    words.markdown(verdict(setup))


@cached
def word_by_word(setup: Setup) -> None:
    """How much each word's output changed, then other models beside attention."""
    if setup.pooling == "each":
        _by_word(setup)
    _models(setup)


def _by_word(setup: Setup) -> None:
    off, on = setup.compare(positions=False), setup.compare(positions=True)
    _section("Word by word", *_kinds(setup))
    chart(
        draw.by_word(setup.words, [("off", off.by_word), (name(setup), on.by_word)], EXACT64),
        "by_word",
        "How much each word's output changed with the order.",
    )


@experiment
def who_looks(setup: Setup) -> None:
    _section("Who looks at whom", *_kinds(setup))
    _matrices(setup, controls.number("Head", "head", 0, setup.heads - 1, 0))
    if setup.real:
        marks = (
            "the mark [CLS] that the model sets before"
            if setup.causal
            else "the marks [CLS] and [SEP] that it sets around"
        )
        st.caption(f"What a row lacks to 100 % goes to {marks} a sentence.")
    elif setup.layers > 1:
        st.caption(f"Seen in the last of the {setup.layers} layers.")


@cached
def _matrices(setup: Setup, head: int) -> None:
    off, on = setup.compare(positions=False), setup.compare(positions=True)
    first, second = list(setup.words), [setup.words[i] for i in setup.settled]
    chart(
        draw.matrices(
            [
                ("<b>Off</b>, first order", first, off.first.weights[head]),
                ("<b>Off</b>, second", second, off.second.weights[head]),
                ("<b>On</b>, first order", first, on.first.weights[head]),
                ("<b>On</b>, second", second, on.second.weights[head]),
            ]
        ),
        "matrices",
        "Attention matrices of both orders, without and with positions.",
    )


def _models(setup: Setup) -> None:
    """RNN, ConvNet and attention, word by word, without positions and with them."""
    names, off, on = setup.side_by_side()
    kinds = dict.fromkeys((*_kinds(setup), "mixed", "toy") if setup.real else _kinds(setup))
    _section("RNN, ConvNet and attention, side by side", *kinds, text=of_models(setup, names, off))
    chart(
        draw.models(names, off, on, EXACT64),
        "models",
        "Order sensitivity of an RNN, a ConvNet and attention, without and with positions.",
    )


@cached
def beyond_this_pair(setup: Setup) -> None:
    """Other orders, schemes, masks, depths and readings than those on the screen."""
    left, right = st.columns(HALVES, gap="large")
    with left:
        dots = st.container()
    with right if setup.real else left:
        _cases(setup)
    if not setup.real:
        with right:
            _ranking(setup)
    _one_place(setup)
    with dots:  # up to 720 orders: last, so that nothing waits for them
        _all_orders(setup)


def _cases(setup: Setup) -> None:
    """Every mask, depth and pooling, measured on this pair of orders without positions; the one on the screen is marked."""
    found, here = setup.cases(), (setup.causal, setup.layers, setup.pooling)
    rows = [
        [_row(causal, layers), *(_cell(found[causal, layers, how], (causal, layers, how) == here) for how in POOLINGS)]
        for causal, layers in dict.fromkeys(key[:2] for key in found)
    ]
    text = markdown_table(["what is read", *(READ[how] for how in POOLINGS)], rows)
    if not setup.last_stays:
        text += (
            "\n\nAnother word stands last in the second order. So for the last word's column that word stays there, and the"
            " words before it are reversed."
        )
    _section("Mask, layers and pooling, without positions", setup.kind(False), text=text)


def _row(causal: bool, layers: int) -> str:
    return f"{'causal mask' if causal else 'no mask'}, {layers} layer{'s' * (layers > 1)}"


def _cell(sensitivity: float | None, here: bool) -> str:
    """An order sensitivity as a cell of the table; here: it is the one on the screen."""
    text = "–" if sensitivity is None else "0" if sensitivity <= EXACT64 else f"{sensitivity:.2g}"
    return f":blue-background[**{text}**]" if here else text


def _all_orders(setup: Setup, maximum: int = 6) -> None:
    """Every order of the words as a dot."""
    if len(setup.words) > maximum:
        text = f"For up to {maximum} words every order is drawn here: this sentence has {len(setup.words)}."
        _section("All orders at once", text=text)
        return
    off, on, here = setup.every_order()
    rows = on.permutations.tolist()
    text = of_orders(setup, off.distinct, on.distinct, len(rows))
    _section("All orders at once", *_kinds(setup), text=text)
    texts = [
        f"{' '.join(label(setup.words[i]) for i in row)}: {far:.2g}"
        for row, far in zip(rows, on.distances, strict=True)
    ]
    chart(
        draw.all_orders([("<b>Off</b>", off.places), (f"<b>On</b>: {name(setup)}", on.places)], texts, here),
        "all_orders",
        "Each order of the words as a dot: where its output lies, without and with positions.",
    )
    st.caption("A dot is an order's output, along its two widest directions. Grey ring: first order; orange: second.")


def _ranking(setup: Setup) -> None:
    names, values = setup.ranking()
    missing = [id for id in posenc.schemes() if id not in names]
    _section(
        "Which schemes can tell?",
        setup.kind(True),
        text=f"Each with its defaults, {name(setup)} as it is set above."
        + f" Left out, as they have no answer for these words: {', '.join(missing)}." * bool(missing),
    )
    chart(
        draw.ranking(names, values, EXACT64, setup.scheme.id),
        "ranking",
        "Order sensitivity of every scheme on this pair of sentences.",
    )


def _one_place(setup: Setup) -> None:
    """Claim 4: two inputs that share a place differ by their words alone, with positions as without."""
    title = "A place has one vector, whatever word stands there"
    if not isinstance(setup.scheme, posenc.Absolute):
        text = f"{name(setup)} adds nothing to the words. Choose a scheme that does, such as sinusoidal, to see it."
        _section(title, "exact", text=text)
        return
    if setup.same:
        _section(title, "exact", text=verdict(setup))
        return
    found = setup.same_places()
    _section(
        title,
        "exact",
        text="Place by place: two words that stand at the same place differ by the same with positions as without:"
        f" **{'no difference' if found.error < EXACT64 else scientific(found.error)}**. The position's vector drops out of"
        " the difference: it is one for both words.",
    )
    chart(
        draw.outputs(
            [f"{setup.words[place]} / {setup.words[setup.settled[place]]}" for place in found.places],
            [("Words alone", *found.alone), ("With positions", *found.added)],
            EXACT64,
        ),
        "one_place",
        "The inputs at the places whose words differ, without and with positions, and their difference.",
    )


def code(setup: Setup) -> None:
    """The lines that make what the picture on top shows."""
    lines = ["import numpy as np", "import posenc", ""]
    words, order, how = list(setup.words), setup.compare(False).permutation.tolist(), f'"{setup.pooling}"'
    if setup.real:
        lines[2:] = [
            "from posenc.experiments import king_and_queen, minilm",
            "",
            f"x, known = minilm.word_vectors({words})   # a stand-in where known is False",
            "x = x.astype(np.float64)",
            f"attend = lambda x: minilm.attend(x, positions=True, causal={setup.causal})   # the model's first layer",
            f"both = king_and_queen.compare(attend, x, {order}, how={how})",
        ]
    else:
        lines[2:] = [
            "from posenc.experiments import king_and_queen, toy_words",
            "",
            f"x = toy_words.word_vectors({words}, {DIM}, np.float64)",
            f"toy = [posenc.AttentionWeights.random({DIM}, layer, np.float64) for layer in range({setup.layers})]",
            f"scheme = {scheme_code(setup.scheme)}",
            f"both = king_and_queen.reorder(x, {order}, toy, {setup.heads}, causal={setup.causal}, scheme=scheme, how={how})",
        ]
    controls.code("\n".join([*lines, "both.sensitivity, both.distinguishable"]))


def _section(title: str, *kinds: str, text: str = "") -> None:
    section(" ".join([title, *map(badge, kinds)]), text)


def _kinds(setup: Setup) -> tuple[str, ...]:
    """What kind of numbers a part shows that has both, with positions and without."""
    return tuple(dict.fromkeys((setup.kind(True), setup.kind(False))))
