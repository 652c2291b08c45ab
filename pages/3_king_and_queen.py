"""Can attention tell “King and Queen” from “Queen and King”?

Not by itself: without positions, swapping words merely swaps the outputs. Positions make each word's output depend on where
it stands.
"""

import numpy as np
import posenc
import streamlit as st

from charts import order as draw
from charts.style import CONFIG
from ui import chips, controls
from ui.page import page

SECTION = "Order"
LABEL = "King and Queen"
ICON = ":material/swap_horiz:"

DIM, MOST_WORDS = 64, 24
PRESETS = {
    "King and Queen": {"sentence": "King and Queen", "scheme": "sinusoidal", "causal": False},
    "Dog bites man": {"sentence": "the dog bites the man", "scheme": "rotary"},
    "Blind to reversal": {"sentence": "King and Queen", "scheme": "alibi", "symmetric": True, "causal": False},
    "A bias with a sign": {"sentence": "King and Queen", "scheme": "alibi", "symmetric": False},
    "The mask leaks order": {"sentence": "King and Queen", "scheme": "none", "causal": True},
    "王と后": {"sentence": "王と后"},
}


def ask_for_words() -> list[str]:
    sentence = st.text_input(
        "Sentence", "King and Queen", max_chars=400, key="sentence", on_change=chips.forget, bind="query-params",
        help="1 to 24 words, in any script. Spaces separate words; Chinese and Japanese characters stand alone.",
    )  # fmt: skip
    words = posenc.split(sentence or "")
    if not words:
        st.info("The sentence is empty: type at least one word. Meanwhile, “King and Queen” is shown.")
        return ["King", "and", "Queen"]
    if len(words) > MOST_WORDS:
        st.info(f"The sentence has {len(words)} words; the first {MOST_WORDS} are used.")
    return words[:MOST_WORDS]


def verdict(off: posenc.Reordered, on: posenc.Reordered, same: bool, scheme: posenc.Scheme, causal: bool) -> str:
    """One sentence, from what was measured."""
    if same:
        return "Both orders are the same sentence, so there is nothing to tell apart: move a word."
    without = (
        f"Even without positions the two orders differ ({off.sensitivity:.2g}): the causal mask leaks the order."
        if off.told_apart
        else f"Without positions the two orders are one: every word's output is the same ({off.sensitivity:.0e})."
    )
    if on.told_apart:
        return f"{without} With **{scheme.id}** they differ: **{on.sensitivity:.2g}** of the largest output."
    count = len(on.permutation)
    reversal = np.array_equal(on.permutation, np.arange(count)[::-1])
    if scheme.family != "none" and reversal and not causal and posenc.same_backwards(scheme, count, HEADS):
        return (
            f"{without} With **{scheme.id}** they are one as well ({on.sensitivity:.0e}): its scores are the same read from"
            " either end, and this order is the exact reversal. A causal mask, a bias with a sign or any other order"
            " would give it away."
        )
    return f"{without} With **{scheme.id}** they are one as well ({on.sensitivity:.0e})."


with page(__file__, sources=[posenc.schemes()["sinusoidal"].paper, posenc.schemes()["none"].paper]):
    left, middle, right = st.columns([4, 5, 5], vertical_alignment="bottom", gap="medium")
    with left:
        words = ask_for_words()
    with middle:
        scheme = controls.scheme()
    with right.container(horizontal=True, vertical_alignment="bottom"):
        HEADS = int(controls.choice("Heads", "heads", ("1", "2", "4", "8"), "1"))
        causal = controls.switch("Causal mask", "causal", help="Each word sees only itself and the words before it.")
    order = chips.order(words)

    x = posenc.word_vectors(words, DIM, np.float64)
    weights = posenc.AttentionWeights.random(DIM, dtype=np.float64)
    reordered = [words[i] for i in order]
    try:
        on = posenc.reorder(x, order, weights, HEADS, causal, scheme)
    except ValueError as error:
        st.info(f"{scheme.title} cannot be used here: {error}. Without positions instead:")
        on = posenc.reorder(x, order, weights, HEADS, causal)
    off = posenc.reorder(x, order, weights, HEADS, causal)
    same = np.array_equal(x, x[order])

    st.plotly_chart(
        draw.outputs(
            words,
            [
                ("Off: first order", off.straight.output, off.realigned),
                ("On: first order", on.straight.output, on.realigned),
            ],
            posenc.ROUNDING,
        ),
        key="outputs",
        config=CONFIG,
        alt="The outputs of attention for each word in both orders and their difference, without and with positions.",
    )
    one, two, words_column = st.columns([2, 2, 5], vertical_alignment="center")
    one.metric(
        "Order sensitivity, off", f"{off.sensitivity:.1e}", help="max |f(Px) − P f(x)| / max |f(x)|, in float64."
    )
    two.metric(f"with {scheme.id}", f"{on.sensitivity:.1e}")
    words_column.markdown(verdict(off, on, same, scheme, causal))

    left, right = st.columns([6, 5], gap="large")
    with left:
        st.subheader("Word by word", anchor=False)
        st.plotly_chart(
            draw.by_word(words, [("off", off.by_word), (scheme.id, on.by_word)]),
            key="by_word", config=CONFIG, alt="How much each word's output changed with the order.",
        )  # fmt: skip
        st.subheader("Who looks at whom", anchor=False)
        head = controls.number("Head", "head", 0, HEADS - 1, 0)
        st.plotly_chart(
            draw.matrices(
                [
                    ("<b>Off</b>, first order", words, off.straight.weights[head]),
                    ("<b>Off</b>, second", reordered, off.permuted.weights[head]),
                    ("<b>On</b>, first order", words, on.straight.weights[head]),
                    ("<b>On</b>, second", reordered, on.permuted.weights[head]),
                ]
            ),
            key="matrices", config=CONFIG, alt="Attention matrices of both orders, without and with positions.",
        )  # fmt: skip
    with right:
        st.subheader("Which schemes can tell?", anchor=False)
        names, values = posenc.rank_by_order(x, order, weights, HEADS, causal, chosen=scheme)
        st.plotly_chart(
            draw.ranking(names, values, posenc.ROUNDING, scheme.id), key="ranking", config=CONFIG,
            alt="Order sensitivity of every scheme on this pair of sentences.",
        )  # fmt: skip

    controls.presets(PRESETS)
    controls.code(
        "import numpy as np\nimport posenc\n\n"
        f"words = {words!r}\n"
        f"x = posenc.word_vectors(words, {DIM}, np.float64)\n"
        f"weights = posenc.AttentionWeights.random({DIM}, dtype=np.float64)   # toy weights, seed 0\n"
        f"scheme = {controls.scheme_code(scheme)}\n"
        f"both = posenc.reorder(x, {list(order)}, weights, heads={HEADS}, causal={causal}, scheme=scheme)\n"
        "both.sensitivity, both.told_apart"
    )
