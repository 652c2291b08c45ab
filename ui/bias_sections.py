"""The parts of Attention bias below its pictures: what is seen, the slopes of any number of heads, buckets."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import posenc
from charts import bias as draw

from . import controls
from .chart import chart
from .kind import badge
from .page import section

Array = NDArray[Any]
SMALL = 1e-6
"""Biases are float32: what differs by less is rounding."""


def what_is_seen(scheme: posenc.Scheme, added: Array, other: Array, curve: posenc.ByOffset, head: int) -> None:
    """added and other: what is added to the scores of two contents (heads, n, n); curve: added by offset, per head."""
    kind = badge("toy" if "seed" in scheme.parameters() else "exact")
    low, high = float(np.nanmin(added[head])), float(np.nanmax(added[head]))
    first = f"Head {head} adds from **{low:.3g}** to **{high:.3g}** to a score. {kind} "
    n = added.shape[-1]
    ahead, behind = curve.mean[head, n:], curve.mean[head, n - 2 :: -1]
    sides = float(np.nanmax(np.abs(ahead - behind), initial=0)) if n > 1 and not np.isnan(ahead).all() else None
    if sides is not None and sides < SMALL:
        first += "A key ahead gets the same as one just as far behind: left and right are one."
    elif sides is not None:
        first += f"It tells left from right: one step ahead it adds {ahead[0]:.3g}, one step behind {behind[0]:.3g}."
    spread = float(np.nanmax(curve.spread))
    offsets = (
        f"**The offset alone counts**: along a diagonal, values differ by {_tiny(spread)}, in every head."
        if spread < SMALL
        else f"**The offset is not all that counts**: along a diagonal values differ by up to {spread:.3g}, in head"
        f" {head} by up to {float(np.nanmax(curve.spread[head])):.3g}: the band."
    )
    apart = float(np.nanmax(np.abs(added - other)))
    words = (
        "**The words do not count**: with other words the same is added."
        if apart < SMALL
        else f"**The words count**: with other words in the sentence, what is added changes by up to {apart:.3g}."
    )
    section("What you see", f"{first}\n\n{offsets}\n\n{words}")


def all_heads(added: Array, panels: Array) -> None:
    """added (heads, n, n), and the same at the size of the pictures."""
    largest = np.nanmax(np.abs(added), axis=(1, 2))
    most, least = int(largest.argmax()), int(largest.argmin())
    section(
        "Head by head",
        f"One scale for all: head {most} adds or takes away up to {largest[most]:.3g}, head {least} up to"
        f" {largest[least]:.3g}.",
    )
    chart(
        draw.heads(panels, float(largest.max())),
        key="heads_pictures",
        alt=f"What each of {len(panels)} heads adds, on one scale.",
    )


def slopes(scheme: posenc.Scheme, heads: int) -> None:
    """The slopes of a scheme that has some, else of ALiBi."""
    sloped: Any = scheme if hasattr(scheme, "slopes") else posenc.scheme("alibi")
    above = posenc.power_of_two_above(heads)
    below = above if above == heads else above // 2
    chosen, lower, upper = (sloped.slopes(count) for count in (heads, below, 2 * below))
    apart = float(np.abs(chosen - posenc.slopes_from_above(heads, sloped.max_bias)).max())
    rule = (
        f"{heads} is a power of two: the first slope is {chosen[0]:.3g}, and each is as many times the one before."
        if below == heads
        else f"{heads} is no power of two. **ALiBi's authors** take the slopes of {below} heads (blue), then the 1st,"
        f" 3rd, 5th, … of {above} heads (orange), {heads - below} of them. **MPT** takes those of {above} heads, the"
        f" 2nd, 4th, 6th, … first, then the 1st, 3rd, 5th, …, and stops at {heads}."
    )
    section(
        "A slope for any number of heads",
        f"{rule} {badge('exact')} The slopes of both rules, computed here in order, differ by **{_tiny(apart)}**.",
    )
    chart(
        draw.slopes(chosen, lower, upper),
        key="slopes",
        alt=f"The slopes of {heads} heads, beside those of {below} and of {2 * below} heads.",
    )


def buckets(scheme: posenc.Scheme) -> None:
    section("Far keys share a bucket")
    known = [id for id, cls in posenc.schemes().items() if cls.family == "bias" and hasattr(cls, "buckets")]
    if scheme.id not in known:
        scheme = posenc.scheme(controls.choice("Buckets of", "bucketed", known, "t5"))
    stairs = posenc.staircase(scheme)
    chart(
        draw.stairs(stairs.offsets, stairs.buckets), key="stairs", alt=f"The bucket of each offset in {scheme.title}."
    )
    reach, count = int(stairs.offsets[-1]), len(np.unique(stairs.buckets))
    between = ", those between widen" if stairs.own < stairs.last else ""
    end = f"and all from {stairs.last:,} on share one" if 2 * stairs.last <= reach else "and there is no last"
    st.markdown(
        f"{scheme.title}, offsets −{reach:,} to {reach:,}: {count:,} buckets. {badge('exact')} Each distance below"
        f" {stairs.own:,} has one of its own{between}, {end}. T5 and Shaw count key − query, DeBERTa query − key."
    )


def _tiny(value: float) -> str:
    return f"{value:.0e}" if value else "0"
