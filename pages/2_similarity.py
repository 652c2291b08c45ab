"""How alike are two positions?

Each position's list of numbers is compared with that of every other position.
"""

from functools import partial

import posenc
from posenc import similarities
from sections import similarity as sections
from ui import controls, scrub
from ui.chart import filled_last
from ui.frame import experiment, page
from ui.guess import ask
from ui.presets import Presets, presets
from ui.scheme_picker import fitting, has_table, pick

SECTION = "See"
LABEL = "Similarity"
ICON = ":material/compare_arrows:"

PRESETS: Presets = {
    "The first Transformer's waves": {},
    "A model's own table": {"scheme": "learned", "measure": "cosine", "length": 512, "dim": 384},
    "The cosine: lengths do not count": {"measure": "cosine"},
    "A million positions": {"length": 1048576},
    "Eight dimensions: far positions look alike": {"dim": 8, "length": 256},
}


@experiment
def look() -> None:
    asked = ask("Does only their distance count?", sections.GUESSES)
    with controls.row():
        scheme = pick(has_table)
        with controls.row():
            length = controls.length(maximum=scheme.max_length)
            dim = controls.dim(maximum=min(1024, scheme.max_dim or 1024))
        measure = controls.choice("Measure", "measure", similarities.MEASURES, "dot")
    scheme, length, dim = fitting(scheme, length, dim, partial(sections.matrix, measure=measure))
    asked.reveal(*sections.answer(scheme, length, dim, measure))
    picture = filled_last()
    sections.how_to_read(scheme, length, dim, measure)
    position = controls.number("Position", sections.POSITION, 0, length - 1, 37)
    sections.what_is_seen(scheme, length, dim, measure)
    shift = sections.one_turn(scheme, dim, length, position)
    sections.code(scheme, length, dim, measure, shift)
    with picture:
        sections.pictures(scheme, length, dim, measure, position)


with page(__file__, sources=[posenc.schemes()["sinusoidal"].paper]):
    look()
    presets(PRESETS)
    scrub.listen()
