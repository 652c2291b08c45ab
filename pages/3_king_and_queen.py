"""Can attention tell “King and Queen” from “Queen and King”?

Not by itself: without positions and without a mask, swapping words merely swaps the outputs. Positions tell attention
where each word stands, and a causal mask alone tells it something of the order.
"""

from dataclasses import replace

import streamlit as st

import posenc
from posenc.experiments import minilm
from posenc.experiments.king_and_queen import MAX_LAYERS, Setup
from posenc.experiments.sequence_models import POOLINGS
from posenc.experiments.toy_words import split
from sections.king_and_queen import parts as sections
from ui import chips, controls
from ui.badges import legend
from ui.frame import Sources, page
from ui.presets import Presets, presets
from ui.scheme_picker import of, pick
from ui.sentence import ask_for_words

SECTION = "Order"
LABEL = "King and Queen"
ICON = ":material/swap_horiz:"

MAX_WORDS = 24
TOY, REAL = "toy vectors", "real model"
PLAIN = {"words": TOY, "sentence": "King and Queen", "order": "", "causal": False, "layers": "1", "pooling": "each"}
LAST = {"sentence": "King and Queen rule", "order": "2-1-0-3", "scheme": "none", "causal": True, "pooling": "last"}
PRESETS: Presets = {
    "King and Queen": PLAIN | {"scheme": "sinusoidal"},
    "A real model": PLAIN | {"words": REAL},
    "Dog bites man": PLAIN | {"sentence": "the dog bites the man", "order": "0-4-2-3-1", "scheme": "rotary"},
    "Blind to reversal": PLAIN | {"scheme": "alibi", "symmetric": True},
    "A bias with a sign": PLAIN | {"scheme": "alibi", "symmetric": False},
    "The mask leaks order": PLAIN | {"scheme": "none", "causal": True},
    "One layer's last word is blind": PLAIN | LAST,
    "Two layers' is not": PLAIN | LAST | {"layers": "2"},
    "王と后": PLAIN | {"sentence": "王と后"},
}
SOURCES: Sources = [
    *(posenc.schemes()[id].paper for id in ("sinusoidal", "none")),
    "Wang et al. 2020, MiniLM: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained"
    " Transformers, arXiv:2002.10957 (the real model, all-MiniLM-L6-v2, by the Sentence Transformers team)",
    "Elman 1990, Finding Structure in Time (the RNN); Kim 2014, Convolutional Neural Networks for Sentence"
    " Classification, arXiv:1408.5882 (the ConvNet)",
]


with page(__file__, sources=SOURCES):
    with controls.row():
        sentence = st.container()
        real = controls.choice("Words", "words", (TOY, REAL), TOY) == REAL
        alone = "punctuation marks and Chinese characters" if real else "Chinese and Japanese characters"
        said = f"1 to {MAX_WORDS} words, in any script. Spaces separate words; {alone} stand alone."
        with sentence:
            words = ask_for_words(minilm.split if real else split, MAX_WORDS, said, chips.forget)
        scheme = pick(of(posenc.Scheme), disabled=real)
    with controls.row():
        heads = int(controls.choice("Heads", "heads", ("1", "2", "4", "8"), "1", disabled=real))
        depths = [str(layers) for layers in range(1, MAX_LAYERS + 1)]
        layers = int(controls.choice("Layers", "layers", depths, "1", disabled=real))
        pooling = controls.choice(
            "Pooling",
            "pooling",
            POOLINGS,
            "each",
            help="What is read: each word's output, their mean, or the last word's.",
        )
        causal = controls.switch("Causal mask", "causal", help="Each word sees only itself and the words before it.")
    order = tuple(chips.order(words))
    if real:
        setup = Setup.of_real_model(words, order, causal, pooling)
        sections.what_is_real(setup)
    else:
        setup = Setup(words, order, False, scheme, heads, layers, causal, pooling)

    try:
        setup.compare(positions=True)
    except ValueError as error:
        controls.instead(error, f"{scheme.title} is left out, and no positions are added")
        setup = replace(setup, scheme=posenc.scheme("none"))

    sections.outputs(setup)
    presets(PRESETS)

    left, right = st.columns(sections.HALVES, gap="large")
    with left:
        sections.word_by_word(setup)
    with right:
        sections.who_looks(setup)
    sections.beyond_this_pair(setup)
    sections.code(setup)
    st.caption(legend("exact", *(("real", "mixed") if real else ()), "toy"))
