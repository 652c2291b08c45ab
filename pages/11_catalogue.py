"""Which schemes are there?

Every scheme of this site, with its formula, its paper, who uses it, and what it does to a score over the distance; each
link opens it on a page that can show it.
"""

import streamlit as st

import posenc
from posenc.registry import FAMILIES
from sections.catalogue import DIM, HEADS, LENGTH, REACH, alike_on_both_sides, entry
from ui import controls
from ui.badges import legend
from ui.frame import page, section
from ui.presets import Presets, presets

SECTION = "Schemes"
LABEL = "Catalogue"
ICON = ":material/menu_book:"

ALL = "all"

PRESETS: Presets = {
    "Added to the words": {"family": "absolute"},
    "Turned": {"family": "rotary"},
    "Added to the scores": {"family": "bias"},
    "Everything": {"family": ALL},
}

with page(__file__, sources=["the papers that the entries name"]):
    left, right = st.columns([4, 5], vertical_alignment="center", gap="medium")
    with left:
        family = controls.choice("Family", "family", (ALL, *FAMILIES), ALL, label_visibility="collapsed")
    right.caption(
        f"Pictures: what position alone does to the score of two equal contents, the key from {REACH} positions behind the"
        f" query (left) to {REACH} ahead of it (right), or so many columns on a grid. Each has a scale of its own, and a line"
        " a head where heads differ. In the formulas s is the score of the contents alone, in most models q · k/√d."
    )
    shown = [cls for cls in posenc.schemes().values() if family in (ALL, cls.family)]
    for cls in shown:
        entry(cls)

    years = sorted({str(cls.paper.year) for cls in shown})
    span = f"from {years[0]} to {years[-1]}" if len(years) > 1 else f"from {years[0]}"
    alike = [cls.title for cls in shown if alike_on_both_sides(cls())]
    toy, real = ([cls.title for cls in shown if cls().values == values] for values in ("toy", "real"))
    section(
        "What you see",
        f"**{len(shown)} scheme{'s' * (len(shown) > 1)}**, {span}.\n\n"
        f"**Left and right are one** in {len(alike)}: {', '.join(alike) or 'none'}. Measured with one content at the positions"
        f" 0 to {LENGTH - 1}: a key as far ahead of a query as behind it scores alike, in each of {HEADS} heads.\n\n"
        f"**Something is learned** in {len(toy) + len(real)}."
        + f" Made-up values, random ones from a seed or zeros, stand in here in {len(toy)}: {', '.join(toy)}."
        * bool(toy)
        + f" A real model's values are shown in {len(real)}: {', '.join(real)}." * bool(real),
    )
    st.caption(legend("formula", "real", "toy"))
    presets(PRESETS)
    controls.code(
        "import numpy as np\nimport posenc\n\n"
        f"offsets = np.arange(-{REACH}, {REACH + 1})\n"
        "for id, scheme in posenc.schemes().items():\n"
        "    print(id, scheme.family, scheme.paper, scheme.formula)\n"
        f"    curves = scheme().kernel(offsets, dim={DIM}, heads={HEADS})   # the little picture"
    )
