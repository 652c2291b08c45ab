"""What does one scheme do that another does not?

Each has a column of its own: what position alone does to the score of a query and a key, and the properties that can be
measured.
"""

import streamlit as st

import posenc
from posenc.experiments.properties import Setting
from sections import compare as sections
from ui import controls
from ui.badges import legend
from ui.frame import experiment, page, section

SECTION = "Schemes"
LABEL = "Compare"
ICON = ":material/view_column:"

SLOTS = {1: "sinusoidal", 2: "rotary", 3: "alibi", 4: "t5"}
TAKEN = ("length", "dim", "head", "causal", "query", "key")
HEADS = 8
PLAIN = {"scheme_4": controls.EMPTY, "causal": False, "length": 48, "dim": 64}
PRESETS = {
    "Added, turned, biased": PLAIN | {"scheme": "sinusoidal", "scheme_2": "rotary", "scheme_3": "alibi"},
    "A formula and a learned table": PLAIN
    | {"scheme": "sinusoidal", "scheme_2": "learned", "scheme_3": "empty", "own_scale": True},
    "Four ways to fade": PLAIN
    | {"scheme": "alibi", "scheme_2": "kerple", "scheme_3": "kerple", "kind_3": "power", "scheme_4": "forgetting"}
    | {"causal": True},
    "Base 10,000 or 500,000": PLAIN
    | {"scheme": "rotary", "base": 1e4, "scheme_2": "rotary", "base_2": 5e5, "scheme_3": "empty"},
    "Rows and columns": PLAIN | {"scheme": "sincos2d", "scheme_2": "axial_rotary", "scheme_3": "swin"},
    "Nothing at all": PLAIN | {"scheme": "none", "scheme_2": "alibi", "scheme_3": "empty", "causal": True},
}


@experiment
def look() -> None:
    with controls.row():
        chosen = {slot: controls.scheme_slot(slot, default, TAKEN) for slot, default in SLOTS.items()}
    with controls.row():
        n = controls.length(48, maximum=64)
        dim = controls.dim(64, maximum=128)
        head = controls.number("Head", "head", 0, HEADS - 1, 3, help="Of 8. Only biases differ from head to head.")
        causal = controls.switch("Causal mask", "causal", help="Each query sees only itself and the keys before it.")
        own = controls.switch("Own scale", "own_scale", help="Colours in per cents of each scheme's own largest score.")

    pictures = st.container()
    with controls.row():
        query = controls.number("Query", "query", 0, n - 1, n // 2)
        key = controls.number("Key", "key", 0, n - 1, n // 4)
    seen = st.container()
    section("What each puts in, and what comes of it")
    words = sections.ask_for_words()
    comparison = sections.Comparison(
        tuple((slot, scheme) for slot, scheme in chosen.items() if scheme),
        Setting(n, dim, HEADS, head, causal),
        tuple(words),
    )
    columns, said = sections.measured(comparison)
    with pictures:
        for sentence in said:
            st.info(sentence)
    if columns:
        with pictures:
            sections.draw_scores(comparison, own, (query, key))
        with seen:
            sections.what_is_seen(comparison, own)
            sections.findings(comparison)
            st.caption(legend("formula", "real", "toy"))
        sections.draw_pictures(comparison)
    controls.presets(PRESETS)
    if columns:
        controls.code(code([column.scheme for column in columns.values()], comparison.setting))


def code(schemes: list[posenc.Scheme], setting: Setting) -> str:
    made = "\n".join(f"    {controls.scheme_code(scheme)}," for scheme in schemes)
    size = f"dim={setting.dim}, heads={setting.heads}, causal={setting.causal}"
    return (
        "import posenc\nfrom posenc.experiments.compare import position_scores\n"
        f"from posenc.experiments.properties import Setting, properties\n\nschemes = [\n{made}\n]\n"
        f"maps = [position_scores(scheme, {setting.n}, {size})[{setting.head}] for scheme in schemes]\n"
        f"setting = Setting({setting.n}, {size.replace('causal', f'head={setting.head}, causal')})\n"
        "findings = [properties(scheme, setting) for scheme in schemes]   # the table"
    )


with page(
    __file__, sources=[*(posenc.schemes()[id].paper for id in SLOTS.values()), "every other scheme's: Catalogue"]
):
    look()
