"""What does an attention bias add?

A number to the score of a query and a key. In most schemes it depends on how far apart the two stand, and each head can
have numbers of its own. Nothing is added to the words themselves.
"""

import streamlit as st

import posenc
from posenc.experiments.attention_bias import HEAD_DIM
from sections import attention_bias as sections
from ui import controls
from ui.badges import legend
from ui.frame import experiment, page
from ui.presets import Presets, presets
from ui.scheme_picker import affordable, of, pick, schemes

SECTION = "Schemes"
LABEL = "Attention bias"
ICON = ":material/tune:"

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
        content = controls.choice("Content", "content", list(sections.CONTENTS), "one word", help=SAID)
        causal = controls.switch("Causal mask", "causal", help="Each query sees only itself and the keys before it.")

    setup = sections.Setup(scheme, length, heads, head, content, causal)
    sections.pictures(setup, left, right)
    sections.what_is_seen(setup)
    presets(PRESETS)
    sections.all_heads(setup)
    sections.slopes(scheme, heads)
    sections.buckets(scheme)
    st.caption(legend("exact", "formula", "toy"))
    sections.code(setup)


with page(__file__, sources=[cls.paper for cls in schemes(of(posenc.Bias)).values()]):
    look()
