"""Does a picture survive when its patches are shuffled?

A vision Transformer cuts a picture into patches and reads them like words. Without positions, the picture and any
shuffle of it are one to attention; positions can tell it where each patch belongs.
"""

import numpy as np
import streamlit as st

import posenc
from posenc.experiments import image_patches, pictures
from sections import image_patches as sections
from sections.image_patches import BY_HAND, BY_PATCH, BY_ROW
from ui import board, controls, links, upload
from ui.badges import legend
from ui.frame import Sources, experiment, page
from ui.presets import Presets, presets
from ui.scheme_picker import of, pick, schemes

SECTION = "Order"
LABEL = "Image patches"
ICON = ":material/apps:"

SIZES = ("8", "14", "16", "32")
OWN = "your own"
PLAIN = {"size": "16", "shuffle": BY_PATCH, "seed": 0, "swaps": "", "scheme": "sincos2d", "dim": 384}
PRESETS: Presets = {
    "ViT's patches": PLAIN,
    "Two patches swapped": PLAIN | {"image": "face", "shuffle": BY_HAND, "swaps": "103-106"},
    "Rows shuffled": PLAIN | {"image": "landscape", "shuffle": BY_ROW},
    "784 patches": PLAIN | {"size": "8"},
    "A line, not a grid": PLAIN | {"scheme": "sinusoidal"},
    "Too few dimensions": PLAIN | {"image": "face", "dim": 16},
}
SOURCES: Sources = [
    "Dosovitskiy et al. 2020, An Image Is Worth 16x16 Words: Transformers for Image Recognition at Scale,"
    " arXiv:2010.11929 (patches of 16 × 16 pixels; its figure 7 is such a mosaic)",
    posenc.schemes()["sincos2d"].paper,
]


def ask_for_image() -> tuple[np.ndarray, str]:
    """The picture, and the Python that makes it."""
    name = controls.choice("Picture", "image", (*pictures.PICTURES, OWN), "face")
    own = upload.own_picture() if name == OWN else None
    if own is not None:
        return own, "image"
    name = name if name in pictures.PICTURES else "face"
    return pictures.picture(name), f'pictures.picture("{name}")'


def ask_for_order(side: int) -> tuple[np.ndarray, str]:
    """Which patch stands at each place of the twin, and the Python that makes it."""
    n = side * side
    kind = controls.choice("Shuffle", "shuffle", (BY_PATCH, BY_ROW, BY_HAND), BY_PATCH, on_change=board.forget)
    links.note("seed", 0)
    seed = 0 if kind == BY_HAND else controls.number("Seed", "seed", 0, 99, 0)
    order, lines = {
        BY_PATCH: (image_patches.shuffle(n, seed), f"order = image_patches.shuffle({n}, seed={seed})\n"),
        BY_ROW: (
            image_patches.shuffle_rows(side, side, seed),
            f"order = image_patches.shuffle_rows({side}, {side}, seed={seed})\n",
        ),
        BY_HAND: (np.arange(n), f"order = np.arange({n})\n"),
    }[kind]
    pairs = board.swaps(n)
    for first, second in pairs:
        order = order[image_patches.swap(n, first, second)]
    by_hand = f"for first, second in {pairs}:\n    order = order[image_patches.swap({n}, first, second)]\n"
    return order, lines + (by_hand if pairs else "")


@experiment
def look() -> None:
    with controls.row():
        image, image_code = ask_for_image()
        size = int(controls.choice("Patch size", "size", SIZES, "16", on_change=board.forget))
        side = pictures.SIDE // size
        order, order_code = ask_for_order(side)
    with controls.row():
        grid = {"height": side, "width": side, "depth": 1, "shape": None, "cls_token": False}
        scheme = pick(of(posenc.Absolute), "sincos2d", fixed=grid)
        dim = controls.dim(384, maximum=min(768, scheme.max_dim or 768))

    setup = image_patches.Setup(image, size, order, scheme, dim)
    try:
        on = sections.puzzle(setup, positions=True)
    except ValueError as error:
        controls.instead(error, f"{scheme.title} is left out, and sinusoids are shown")
        setup = image_patches.Setup(image, size, order, schemes(of(posenc.Absolute))["sinusoidal"](), dim)
        on = sections.puzzle(setup, positions=True)
    off = sections.puzzle(setup, positions=False)

    sections.two_pictures(setup, off, on)
    presets(PRESETS)
    sections.put_together(setup, off, on)
    sections.mosaics(setup.scheme, setup.dim, setup.columns)
    sections.code(setup, image_code, order_code)
    st.caption(legend("exact", "real", "mixed", "toy"))


with page(__file__, sources=SOURCES):
    look()
