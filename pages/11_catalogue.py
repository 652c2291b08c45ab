"""Which schemes are there?

Every scheme of this site, with its formula, its paper, who uses it, and what it does to a score over the distance; each
link opens it on a page that can show it.
"""

import streamlit as st

import posenc
from ui import controls
from ui.entries import DIM, HEADS, REACH, alike_on_both_sides, entry
from ui.page import page, section

SECTION = "Schemes"
LABEL = "Catalogue"
ICON = ":material/menu_book:"

ALL = "all"

PRESETS = {
    "Added to the words": {"family": "absolute"},
    "Turned": {"family": "rotary"},
    "Added to the scores": {"family": "bias"},
    "Everything": {"family": ALL},
}

with page(__file__, sources=["the papers that the entries name"]):
    left, right = st.columns([4, 5], vertical_alignment="center", gap="medium")
    with left:
        family = controls.choice("Family", "family", (ALL, *posenc.FAMILIES), ALL, label_visibility="collapsed")
    right.caption(
        f"Pictures: what a scheme does to the score of a key from {REACH} positions before the query to {REACH} behind it, each"
        " on its own scale, a line a head where heads differ."
    )
    shown = [cls for cls in posenc.schemes().values() if family in (ALL, cls.family)]
    for cls in shown:
        entry(cls)

    years = [cls.paper.year for cls in shown]
    alike = [cls.title for cls in shown if alike_on_both_sides(cls)]
    learned = [cls.title for cls in shown if "seed" in cls.parameters()]
    section(
        "What you see",
        f"**{len(shown)} schemes**, from {min(years)} to {max(years)}. {len(alike)} of them give a key as far behind the"
        f" query the same as one before it: {', '.join(alike) or 'none'}. Toy values, drawn from a seed, stand in for"
        f" learned ones in {len(learned)}: {', '.join(learned) or 'none'}.",
    )
    controls.presets(PRESETS)
    controls.code(
        "import numpy as np\nimport posenc\n\n"
        f"offsets = np.arange(-{REACH}, {REACH + 1})\n"
        "for id, scheme in posenc.schemes().items():\n"
        "    print(id, scheme.family, scheme.paper, scheme.formula)\n"
        f"    curves = scheme().kernel(offsets, dim={DIM}, heads={HEADS})   # the little picture"
    )
