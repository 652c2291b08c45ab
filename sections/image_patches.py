"""The parts of Image patches, each drawn from one setup of the controls."""

from io import BytesIO
from typing import cast

import streamlit as st
from PIL import Image

import posenc
from charts import image_patches as draw
from posenc.experiments import image_patches
from posenc.experiments.image_patches import Neighbours, Puzzle, Setup
from posenc.numeric.checks import Array
from ui import board, controls
from ui.badges import badge
from ui.chart import chart
from ui.frame import section
from ui.numbers import amount, scientific
from ui.runs import cached
from ui.scheme_picker import scheme_code

BY_PATCH, BY_ROW, BY_HAND = "patches", "rows", "by hand"


@cached
def puzzle(setup: Setup, positions: bool) -> Puzzle:
    return setup.puzzle(positions)


def two_pictures(setup: Setup, off: Puzzle, on: Puzzle) -> None:
    """The picture, its shuffle, and whether a model can tell them apart."""
    first, second, words = st.columns([8, 8, 7], gap="medium")
    with first:
        _picture(setup, setup.image, "**The picture**", f"The picture in {len(setup.order)} patches.")
    with second:
        st.markdown(f"**The same, shuffled**: {setup.moved} of {len(setup.order)} patches moved")
        board.board(setup.image, setup.shuffled, setup.columns)
    with words:
        st.markdown(_verdict(setup, off, on))
        formula = (
            "max |f(Px) − P f(x)| / max |f(x)| of one attention layer, in float64: the largest change of an output."
        )
        st.metric(f"Order sensitivity without positions {badge('exact')}", scientific(off.sensitivity, 1), help=formula)
        kind = "exact" if setup.unseen else setup.kind  # places that share a vector are one to attention of any weights
        st.metric(f"with {setup.scheme.id} {badge(kind)}", f"{on.sensitivity:.2g}")
        st.button("Put all back", on_click=_unshuffle, disabled=setup.untouched, icon=":material/undo:")


def put_together(setup: Setup, off: Puzzle, on: Puzzle) -> None:
    """The pictures that can be made from the outputs alone."""
    section(
        "Put together again",
        "Give each patch the position of its place, hand them to attention in the shuffled order, like a puzzle's"
        " pieces, and look at the outputs. Which position is each nearest to? There the patch goes back.",
    )
    n, columns = len(setup.order), st.columns([8, 8, 7], gap="medium")
    named = ("**Without positions**", off), (f"**With {setup.scheme.id}**", on)
    for column, (title, solved) in zip(columns, named, strict=False):
        with column:
            whole = setup.put_together(solved.places)
            alt = f"{solved.recovered:.0%} of the patches are in their place."
            _picture(setup, whole.image, title, alt, whole.missing)
    with columns[-1]:
        with st.container(horizontal=True):
            st.metric(f"without {badge('toy')}", f"{off.recovered:.1%}")
            st.metric(f"with {badge(setup.kind)}", f"{on.recovered:.1%}")
        st.markdown(
            f"Without positions, {_patches(off.recovered, n)} found home. Guessing finds 1 of {n} on average"
            f" {badge('exact')}, or {1 / n:.1%}. With {setup.scheme.id}, {_patches(on.recovered, n)} did; its vectors are"
            f" {amount(setup.norm_ratio, 2)} times as long as the patches' {badge(setup.kind)}. Unclaimed places stay empty."
        )


@cached
def mosaics(chosen: posenc.Absolute, dim: int, side: int) -> None:
    """Each patch's position similarity to all others, laid out as the picture, for a line and for a grid."""
    step = image_patches.mosaic_step(side)
    every = "" if step == 1 else f" (one row and one column in {step})"
    section(
        "Which places are alike?",
        f"A small map for each patch{every}, laid out as the picture. It shows how alike the patch's position vector is"
        f" to those of all {side * side} places: the cosine of the angle between them.",
    )
    for column, scheme in zip(st.columns(2, gap="medium"), _line_and_grid(chosen, side), strict=True):
        table = scheme.table(side * side, dim)
        title = f"{scheme.id}, places on a grid" if _on_grid(scheme) else f"{scheme.id}, places in a line"
        alike = image_patches.neighbours(table, side, side)
        with column:
            chart(
                draw.mosaic(image_patches.mosaic(table, side, side, step), side, side, step, title),
                key=f"mosaic_{_on_grid(scheme)}",
                alt=f"For each patch a small map: how alike its position is to all others, in {scheme.id}.",
            )
            st.markdown(
                f"{badge(_kind(scheme, dim))} On average, the patch beside: {alike.beside:.2f}. The patch below:"
                f" {alike.below:.2f}. The end of a row and the start of the next: {alike.wrapped:.2f}."
                f" {line_or_grid(alike, _on_grid(scheme))}{_empty_map(scheme, side)}"
            )


def line_or_grid(alike: Neighbours, on_grid: bool) -> str:
    """What the numbers shown say: whether places are alike as along a line or as on a grid."""
    below, wrapped = (round(value, 2) for value in (alike.below, alike.wrapped))
    if below == wrapped:
        return "As alike across the picture's edges as from row to row."
    if wrapped > below:
        how = ", although they are places on a grid" if on_grid else ", as on **one long line**"
        return f"More alike across the picture's edges than from row to row{how}."
    how = ", as in **rows and columns**" if on_grid else ", although they are places in a line"
    return f"More alike from row to row than across the picture's edges{how}."


def _empty_map(scheme: posenc.Absolute, side: int) -> str:
    place = scheme.empty_row
    if place is None or place >= side * side:
        return ""
    row, column = divmod(place, side)
    return f" The patch in row {row + 1}, column {column + 1} has a vector of zeros: it counts as 0 alike to all."


def code(setup: Setup, shown: str, order: str) -> None:
    """What makes the same numbers; `shown` and `order` say in Python which picture, and in which order."""
    alike, settled = "", ""
    if setup.order.tolist() != setup.shuffled.tolist():
        alike = "from posenc.experiments.king_and_queen import settle\n"
        settled = "order = settle(pieces, order)   # patches that look alike stay in their own order\n"
    controls.code(
        f"import numpy as np\n\nimport posenc\nfrom posenc.experiments import image_patches, pictures\n{alike}\n"
        f"scheme = {scheme_code(setup.scheme)}\n"
        f"pieces = image_patches.cut({shown}, {setup.size})\n"
        f"{order}{settled}"
        f"x = image_patches.embed_patches(pieces, {setup.dim}, dtype=np.float64)   # toy weights, seed 0\n"
        f"table = scheme.table(len(x), {setup.dim}, np.float64)\n"
        "without = image_patches.puzzle(x, order, table, positions=False)\n"
        "having = image_patches.puzzle(x, order, table)\n"
        "without.sensitivity, having.sensitivity, having.recovered\n\n"
        f"whole = image_patches.paste(image_patches.put_back(pieces[order], having.places), 224, 224, {setup.size})\n"
        f"tiles = image_patches.mosaic(table, {setup.columns}, {setup.columns})"
    )


def _verdict(setup: Setup, off: Puzzle, on: Puzzle) -> str:
    """What a model can tell."""
    if not setup.moved:
        return f"Both pictures are the same: {_nothing_moved(setup)}"
    if off.distinguishable:
        return "The model tells these two pictures apart even without positions."
    one = (
        "**To the model, these two pictures are one** until it is told where each patch stands: without positions every"
        " patch's output is the same to rounding."
    )
    name = f"**{setup.scheme.id}**"
    if on.distinguishable:
        return f"{one} With {name} they differ."
    why = ": it gives every patch the same vector at its new place as at its old one" if setup.unseen else ""
    return f"{one} With {name} they are one as well{why}."


def _nothing_moved(setup: Setup) -> str:
    if setup.alike:
        return "all its patches look alike, so no shuffle can be seen. Choose another picture."
    if setup.untouched:
        return "nothing has moved. Click two patches of the shuffled picture."
    return "only patches that look alike have changed places. Click two others of the shuffled picture."


def _picture(setup: Setup, image: Array, title: str, alt: str, missing: Array | None = None) -> None:
    st.markdown(title)
    st.image(_cut_apart(image, setup.size, missing), width="stretch", alt=alt)


@cached
def _cut_apart(image: Array, size: int, missing: Array | None) -> bytes:
    """As a PNG."""
    file = BytesIO()
    Image.fromarray(draw.cut_apart(image, size, missing)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _unshuffle() -> None:
    board.forget()
    st.session_state["shuffle"] = BY_HAND


def _on_grid(scheme: posenc.Scheme) -> bool:
    return scheme.grid is not None


def _line_and_grid(scheme: posenc.Absolute, side: int) -> list[posenc.Absolute]:
    """The scheme, and one of the other kind: one that counts along a line, one that knows rows and columns."""
    if _on_grid(scheme):
        return [cast(posenc.Absolute, posenc.scheme("sinusoidal")), scheme]
    grid = posenc.scheme("sincos2d", height=side, width=side, form="positional-encodings")
    return [scheme, cast(posenc.Absolute, grid)]  # that form has an answer for every dim


def _kind(scheme: posenc.Absolute, dim: int) -> str:
    """What kind of numbers its positions are: a formula's, or a trained model's, as long as the model has them."""
    if scheme.values == "real":
        return "real" if dim == scheme.max_dim else "mixed"
    return "toy" if scheme.values == "toy" else "exact"


def _patches(share: float, n: int) -> str:
    return f"{round(share * n)} of {n} patches"
