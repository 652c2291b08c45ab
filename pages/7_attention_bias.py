"""What does an attention bias add?

A number to the score of a query and a key. In most schemes it depends on how far apart the two stand, and each head can
have numbers of its own. Nothing is added to the words themselves.
"""

import numpy as np
import streamlit as st

import posenc
from charts import attention_bias as draw
from posenc import rasters
from posenc.experiments.attention_bias import HEAD_DIM, added_bias, block_means, mean_by_offset
from posenc.experiments.toy_words import split
from sections import attention_bias as sections
from ui import controls
from ui.badges import legend
from ui.chart import chart
from ui.frame import experiment, page
from ui.presets import Presets, presets
from ui.scheme_picker import affordable, of, pick, scheme_code, schemes

SECTION = "Schemes"
LABEL = "Attention bias"
ICON = ":material/tune:"

CELLS, SMALL_CELLS = 96, 32
CONTENTS = {
    "one word": ["King"],
    "a sentence": split("the King and the Queen saw a dog that bites the man"),
}
OTHER = split("no word of this one stands anywhere in those sentences here above")
SAID = (
    "What stands at the positions; a sentence is repeated until it fills them. Queries and keys are toy vectors, one a"
    " word; the scores themselves are taken as 0."
)
PRESETS: Presets = {
    "Steep and flat heads": {"scheme": "alibi", "heads": 8, "head": 0, "symmetric": True, "causal": False},
    "Left is not right": {"scheme": "alibi", "heads": 8, "head": 1, "symmetric": False, "causal": False},
    "Twelve heads": {"scheme": "alibi", "heads": 12, "symmetric": True, "causal": False},
    "Buckets": {"scheme": "t5", "length": 128, "heads": 8, "causal": False},
    "A window of an image": {"scheme": "swin", "length": 49, "heads": 8, "causal": False},
    "A share of the way": {"scheme": "fire", "threshold": 8.0, "length": 96, "heads": 8, "head": 6, "causal": True},
    "The words count": {"scheme": "cope", "length": 48, "heads": 8, "content": "a sentence", "causal": True},
}


@experiment
def look() -> None:
    scheme = pick(of(posenc.Bias), "alibi")
    with controls.row():
        length = controls.length(64, maximum=min(256, scheme.max_length or 256))
        heads = controls.number("Heads", "heads", 1, 32, 8)
    scheme, length = affordable(scheme, length, HEAD_DIM, heads)
    left, right = st.columns([1, 1.15], gap="medium")
    with controls.row():
        head = controls.number("Head", "head", 0, heads - 1, 0)
        content = controls.choice("Content", "content", list(CONTENTS), "one word", help=SAID)
        causal = controls.switch("Causal mask", "causal", help="Each query sees only itself and the keys before it.")

    words, others = ((sentence * length)[:length] for sentence in (CONTENTS[content], OTHER))
    added = added_bias(scheme, words, heads, causal)
    curve = mean_by_offset(added)
    cells = block_means(added[head], CELLS)
    chart(
        draw.matrix(cells, rasters.edges(0, length, len(cells)), head, float(np.nanmax(np.abs(cells))), causal),
        key="matrix",
        alt=f"What head {head} of {scheme.title} adds to every score.",
        place=left,
    )
    chart(
        draw.curves(curve, head),
        key="curves",
        alt=f"What each head of {scheme.title} adds at each offset: the mean over all queries.",
        place=right,
    )
    one = len(set(words)) == 1
    sections.what_is_seen(scheme, added, added_bias(scheme, others, heads, causal), curve, head, one)
    presets(PRESETS)
    sections.all_heads(added, block_means(added, SMALL_CELLS))
    sections.slopes(scheme, heads)
    sections.buckets(scheme)
    st.caption(legend("exact", "formula", "toy"))
    controls.code(
        "import posenc\nfrom posenc.experiments.attention_bias import added_bias, mean_by_offset, block_means\n\n"
        f"scheme = {scheme_code(scheme)}\n"
        f"words = ({CONTENTS[content]!r} * {length})[:{length}]\n"
        f"added = added_bias(scheme, words, heads={heads}, causal={causal})   # ({heads}, {length}, {length})\n"
        f"matrix = block_means(added[{head}], {CELLS})   # the picture\n"
        "curve = mean_by_offset(added)   # .offsets, .mean, .spread"
    )


with page(__file__, sources=[cls.paper for cls in schemes(of(posenc.Bias)).values()]):
    look()
