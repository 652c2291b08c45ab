"""What does a positional encoding look like?

Each row belongs to one position and is the same whatever word stands there. Each column is one dimension. In the first
Transformer's table every column is a wave: fast at the left, slow at the right.
"""

import posenc
from sections import heatmap as sections
from ui import controls, scrub
from ui.chart import filled_last
from ui.frame import experiment, page
from ui.presets import Presets, presets
from ui.scheme_picker import fitting, has_table, pick

SECTION = "See"
LABEL = "Heatmap"
ICON = ":material/grid_on:"

PRESETS: Presets = {
    "The paper's formula": {"scheme": "sinusoidal", "length": 128, "dim": 128, "layout": "interleaved"},
    "All sines first": {"scheme": "sinusoidal", "layout": "concatenated"},
    "A million positions": {"scheme": "sinusoidal", "length": 1048576, "dim": 512},
    "A small base: shorter waves": {"scheme": "sinusoidal", "base": 20.0, "length": 256},
    "What a model learned": {"scheme": "learned", "length": 512, "dim": 384},
    "The angles of rotary embedding": {"scheme": "rotary", "length": 256, "dim": 64},
}


@experiment
def look(scheme: posenc.Absolute | posenc.Rotary) -> None:
    with controls.row():
        length = controls.length(maximum=scheme.max_length)
        dim = controls.dim(maximum=scheme.max_dim)
    scheme, length, dim = fitting(scheme, length, dim, sections.measured)
    picture = filled_last()
    with controls.row():
        position = controls.number("Position", sections.POSITION, 0, length - 1, 37)
        dimension = controls.number("Dimension", sections.DIMENSION, 0, dim - 1, 8)
    sections.what_is_seen(scheme, length, dim, dimension)
    sections.code(scheme, length, dim, position)
    with picture:
        sections.picture(scheme, length, dim, position, dimension)


with page(__file__, sources=[posenc.schemes()["sinusoidal"].paper, posenc.schemes()["learned"].paper]):
    look(pick(has_table, shown="layout"))
    presets(PRESETS)
    sections.counter()
    scrub.listen()
