"""How alike are two positions?

In the first Transformer's sinusoids, the dot product of two positions depends on their distance alone: moving along
the sentence turns every vector by the same angles. It does not tell left from right, and it does not simply fall with
the distance.
"""

from functools import partial

import posenc
from posenc import similarities
from sections import similarity as sections
from ui import controls, scrub
from ui.chart import filled_last
from ui.frame import experiment, page
from ui.presets import Presets, presets
from ui.scheme_picker import fitting, has_table, pick

SECTION = "See"
LABEL = "Similarity"
ICON = ":material/compare_arrows:"

PRESETS: Presets = {
    "Sinusoids": {"scheme": "sinusoidal", "measure": "dot", "length": 128, "dim": 128},
    "A learned table": {"scheme": "learned", "measure": "cosine", "length": 512, "dim": 384},
    "The cosine of the angle": {"measure": "cosine"},
    "Far out": {"scheme": "sinusoidal", "length": 1048576, "dim": 128},
    "Few dimensions": {"scheme": "sinusoidal", "dim": 8, "length": 256},
}


@experiment
def look(scheme: posenc.Absolute | posenc.Rotary) -> None:
    with controls.row():
        length = controls.length(maximum=scheme.max_length)
        dim = controls.dim(maximum=min(1024, scheme.max_dim or 1024))
        measure = controls.choice("Measure", "measure", similarities.MEASURES, "dot")
    scheme, length, dim = fitting(scheme, length, dim, partial(sections.matrix, measure=measure))
    picture = filled_last()
    with controls.row():
        position = controls.number("Position", sections.POSITION, 0, length - 1, 37)
        shift = controls.number("Move by k", "k", 0, max(0, min(64, length - 2)), 5)

    sections.what_is_seen(scheme, length, dim, measure)
    sections.check_the_rotation(scheme, shift, dim, length)
    sections.code(scheme, length, dim, measure, shift)
    with picture:
        sections.pictures(scheme, length, dim, measure, position)


with page(__file__, sources=[posenc.schemes()["sinusoidal"].paper]):
    look(pick(has_table))
    presets(PRESETS)
    scrub.listen()
