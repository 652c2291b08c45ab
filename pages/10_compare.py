"""What does one scheme do that another does not?

Each has a column of its own, with the same contents and the same weights for all: what position alone does to the score
of a query and a key, and the properties that can be measured.
"""

import numpy as np
import streamlit as st

import posenc
from charts import compare as draw
from charts.style import CONFIG, percent
from posenc.properties import Setting
from ui import compare_sections as sections
from ui import controls
from ui.kind import legend
from ui.page import experiment, page

SECTION = "Schemes"
LABEL = "Compare"
ICON = ":material/view_column:"

SLOTS = {1: "sinusoidal", 2: "rotary", 3: "alibi", 4: "t5"}
HEADS = 8
Known = dict[int, sections.Column]
PLAIN = {"scheme_4": controls.EMPTY, "causal": False, "length": 48, "dim": 64}
PRESETS = {
    "Added, turned, biased": PLAIN | {"scheme": "sinusoidal", "scheme_2": "rotary", "scheme_3": "alibi"},
    "A formula and a learned table": PLAIN
    | {"scheme": "sinusoidal", "scheme_2": "learned", "scheme_3": "empty", "own_scale": True},
    "Four ways to fade": PLAIN
    | {"scheme": "alibi", "scheme_2": "kerple", "scheme_3": "sandwich", "scheme_4": "fire", "causal": True},
    "Base 10,000 or 500,000": PLAIN
    | {"scheme": "rotary", "base": 1e4, "scheme_2": "rotary", "base_2": 5e5, "scheme_3": "empty"},
    "Rows and columns": PLAIN | {"scheme": "sincos2d", "scheme_2": "axial_rotary", "scheme_3": "swin"},
    "Nothing at all": PLAIN | {"scheme": "none", "scheme_2": "alibi", "scheme_3": "empty", "causal": True},
}


@experiment
def look() -> None:
    chosen = {}
    for slot, column in zip(SLOTS, st.columns(len(SLOTS), gap="small"), strict=True):
        with column:
            chosen[slot] = controls.scheme_slot(slot, SLOTS[slot])
    first, second, third, fourth = st.columns([3, 3, 3, 2], vertical_alignment="bottom", gap="medium")
    with first:
        n = controls.length(48, most=64)
    with second:
        dim = controls.dim(64, most=256)
    with third:
        head = controls.number("Head", "head", 0, HEADS - 1, 3, help="Of 8. Only biases differ from head to head.")
    with fourth:
        causal = controls.switch("Causal mask", "causal", help="Each query sees only itself and the keys before it.")
        own = controls.switch("Own scale", "own_scale", help="Colours in per cents of each scheme's own largest score.")

    pictures = st.container()
    left, right = st.columns(2, gap="medium")
    with left:
        query = controls.number("Query", "query", 0, n - 1, n // 2)
    with right:
        key = controls.number("Key", "key", 0, n - 1, n // 4)
    seen = st.container()
    st.subheader("What each puts in, and what comes of it", anchor=False)
    words = sections.ask_for_words()
    setting = Setting(n, dim, HEADS, head, causal)
    known = sections.columns(chosen, setting, words)
    if known:
        largest = {slot: float(np.nanmax(np.abs(column.scores))) for slot, column in known.items()}
        full = max(largest.values())
        with pictures:
            draw_scores(known, largest if own else dict.fromkeys(known, full), (query, key), causal)
        with seen:
            sections.what_is_seen([*known.values()], None if own else full)
            sections.findings([*known.values()])
            st.caption(f"Places in brackets are (query, key). {legend('exact', 'real', 'toy')}")
        draw_pictures(known, words)
    controls.presets(PRESETS)
    if known:
        controls.code(code([column.scheme for column in known.values()], setting))


def draw_scores(known: Known, scale: dict[int, float], cursor: tuple[int, int], causal: bool) -> None:
    """scale: the score that has full colour in each column."""
    everyone = np.stack([percent(np.nan_to_num(column.scores), scale[slot]) for slot, column in known.items()])
    low = min(float(np.nanmin(column.by_offset.low)) for column in known.values())
    high = max(float(np.nanmax(column.by_offset.high)) for column in known.values())
    names = [column.name for column in known.values()]
    for slot, cell in zip(SLOTS, st.columns(len(SLOTS), gap="small"), strict=True):
        if slot in known:
            column = known[slot]
            by = column.by_offset
            cell.plotly_chart(
                draw.scores(
                    column.scores, everyone, names, scale[slot], (by.offsets, by.mean, by.low, by.high),
                    (low - 0.05 * (high - low), high + 0.05 * (high - low)), cursor, causal,
                ),
                key=f"scores_{slot}", config=CONFIG,
                alt=f"What position does to the score in {column.name}, for every query and key, and by offset.",
            )  # fmt: skip


def draw_pictures(known: Known, words: list[str]) -> None:
    first, *others = known.values()
    apart = [np.nanmax(np.abs(column.scores - first.scores), initial=0) for column in others]
    for slot, cell in zip(SLOTS, st.columns(len(SLOTS), gap="small"), strict=True):
        if slot in known:
            column = known[slot]
            added = column.added
            cell.plotly_chart(
                draw.pictures(
                    column.name, (added.values, added.rows, added.columns), words, column.shares,
                    None if column is first else column.scores - first.scores, max(apart, default=1), first.name,
                ),
                key=f"pictures_{slot}", config=CONFIG,
                alt=f"What {column.name} puts in, its attention to the sentence, and what differs from {first.name}.",
            )  # fmt: skip


def code(schemes: list[posenc.Scheme], setting: Setting) -> str:
    made = "\n".join(f"    {controls.scheme_code(scheme)}," for scheme in schemes)
    size = f"dim={setting.dim}, heads={setting.heads}, causal={setting.causal}"
    return (
        "import posenc\nfrom posenc.properties import Setting, properties\n"
        f"from posenc.side_by_side import position_scores\n\nschemes = [\n{made}\n]\n"
        f"maps = [position_scores(scheme, {setting.n}, {size})[{setting.head}] for scheme in schemes]\n"
        f"setting = Setting({setting.n}, {size.replace('causal', f'head={setting.head}, causal')})\n"
        "findings = [properties(scheme, setting) for scheme in schemes]   # the table"
    )


with page(__file__):
    look()
