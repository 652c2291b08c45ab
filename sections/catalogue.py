"""A scheme of the registry as an entry of the catalogue: what it is, its kernel, and the pages that can open it."""

from contextlib import suppress

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.errors import StreamlitPageNotFoundError

import posenc
from charts.catalogue import sparkline
from posenc.experiments.compare import known_length, position_scores
from posenc.experiments.properties import left_from_right
from posenc.registry import FAMILIES
from ui.badges import badge
from ui.frame import link, pages
from ui.runs import cached
from ui.scheme_picker import has_table

REACH, DIM, HEADS = 32, 64, 4
LENGTH = 48
"""Positions on which both sides of a query are compared, as on the page Compare."""
COLORS = dict(zip(FAMILIES, ("gray", "blue", "green", "orange"), strict=True))


def entry(cls: type[posenc.Scheme]) -> None:
    paper = cls.paper
    with st.container(border=True):
        picture, words = st.columns([2, 9], gap="medium", vertical_alignment="center")
        picture.image(sparkline(curves(cls())), width="stretch", alt=f"What {cls.title} does to the score, by offset.")
        with words:
            st.markdown(
                f"**{cls.title}** &nbsp; `{cls.id}` &nbsp; :{COLORS[cls.family]}-badge[{cls.family}] {badge(cls().values)}"
                f" &nbsp; :gray[used by {cls.used_by}]\n\n$\\displaystyle {cls.formula}$\n\n"
                f":small[[{paper.authors} {paper.year}]({paper.url}), {paper.title}]"
            )
            with st.container(horizontal=True, gap="medium"), suppress(StreamlitPageNotFoundError):
                for page in pages():
                    if page.address in opens(cls):
                        link(page, query_params={"scheme": cls.id})


def opens(cls: type[posenc.Scheme]) -> tuple[str, ...]:
    """The addresses of the pages that can show a scheme."""
    of_family = {"rotary": ("rotary",), "bias": ("attention_bias",)}.get(cls.family, ())
    with_table = ("heatmap", "similarity") if has_table(cls) else ()
    return (*with_table, *of_family, "king_and_queen", "compare")


@cached
def alike_on_both_sides(scheme: posenc.Scheme) -> bool:
    """Whether every query, in every head, scores keys as far ahead of it as behind it alike, of one content everywhere."""
    n = known_length(scheme, LENGTH)
    scores = position_scores(scheme, n, DIM, HEADS)
    return all(left_from_right(head, causal=False).holds is False for head in scores)


@cached
def curves(scheme: posenc.Scheme) -> NDArray[np.float64]:
    """What it does to the score, by offset: a curve a head, or one where heads are alike."""
    kernel = scheme.kernel(np.arange(-REACH, REACH + 1), DIM, HEADS)
    return kernel if np.nan_to_num(np.ptp(kernel, axis=0)).any() else kernel[:1]
