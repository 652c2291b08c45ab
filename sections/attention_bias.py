"""The parts of Attention bias below its pictures: what is seen, the slopes of any number of heads, buckets."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import posenc
from charts import attention_bias as draw
from charts.numbers import number
from posenc import similarities
from posenc.experiments.attention_bias import Side, bucket_boundaries, power_of_two_above, slopes_from_above
from ui import controls
from ui.badges import badge
from ui.chart import chart
from ui.frame import section

Array = NDArray[Any]
ROUNDING = 1e-6
"""Biases are float32: what differs by less than so much of the largest is rounding."""


def what_is_seen(
    scheme: posenc.Scheme, added: Array, other: Array, curve: similarities.ByOffset, head: int, one: bool
) -> None:
    """added and other: what is added to the scores of two contents (heads, n, n); curve: added by offset, per head.

    one: whether one word stands at every position.
    """
    small = ROUNDING * float(np.nanmax(np.abs(added)))
    apart = float(np.nanmax(np.abs(added - other)))
    count = apart > ROUNDING * float(np.nanmax(np.abs([added, other])))
    words = (
        f"**The words count**: with other words in the sentence, what is added changes by up to {number(apart, 3)}."
        if count
        else "**The words do not count** here: with other words the same is added."
    )
    section(
        "What you see",
        f"{_range(added[head], head)} {badge(scheme.values)} {_sides(added[head])}\n\n"
        f"{_offsets(curve, head, small, count and one)}\n\n{words}",
    )


def _range(added: Array, head: int) -> str:
    """What one head (n, n) adds."""
    low, high = float(np.nanmin(added)), float(np.nanmax(added))
    if low == high:
        return f"Head {head} adds **{number(low, 3)}** to every score." if low else f"Head {head} adds **nothing**."
    return f"Head {head} adds from **{number(low, 3)}** to **{number(high, 3)}** to a score."


def _sides(added: Array) -> str:
    """Whether one head (n, n) adds the same to keys as far ahead of a query as behind it, or where not."""
    n = len(added)
    if n < 3:
        return ""
    if np.isnan(added[0, 1]):
        return "The causal mask hides every key ahead of its query."
    for distance in range(1, n // 2 + n % 2):
        queries = np.arange(distance, n - distance)
        ahead, behind = added[queries, queries + distance], added[queries, queries - distance]
        at = int(np.abs(ahead - behind).argmax())
        if abs(ahead[at] - behind[at]) > ROUNDING * np.abs(added).max():
            return (
                f"It tells left from right: to query {queries[at]} and the key {distance} ahead it adds"
                f" {number(ahead[at], 3)}, to the key {distance} behind {number(behind[at], 3)}."
            )
    return "In this head a key ahead of a query gets the same as one just as far behind it: left and right are one."


def _offsets(curve: similarities.ByOffset, head: int, small: float, one: bool) -> str:
    """Whether the offset alone decides, in every head; one: as far as one and the same word everywhere goes."""
    n = (len(curve.offsets) + 1) // 2
    if n < 3:
        return "With so few positions no offset but 0 occurs twice."
    spread, here = float(np.nanmax(curve.spread)), float(np.nanmax(curve.spread[head]))
    where = "With one word at every position the offset" if one else "The offset"
    if (np.nanmax(curve.high, axis=1) - np.nanmin(curve.low, axis=1)).max() <= small:
        return (
            "**Positions do not count** here: each head adds one number to all its scores, which softmax does not see."
        )
    if spread <= small:
        return f"**{where} alone counts**: along each diagonal one value is added, in every head."
    mine = f"by up to {number(here, 3)}: the band" if here > small else "not at all"
    return (
        f"**The offset is not all that counts**: along a diagonal values differ by up to {number(spread, 3)}, in head {head}"
        f" {mine}."
    )


def all_heads(added: Array, panels: Array) -> None:
    """added (heads, n, n), and the same at the size of the pictures."""
    largest = np.nanmax(np.abs(added), axis=(1, 2))
    strongest, weakest = int(largest.argmax()), int(largest.argmin())
    section(
        "Head by head",
        f"One scale for all: head {strongest} adds or takes away up to {number(largest[strongest], 3)}, head {weakest} up to"
        f" {number(largest[weakest], 3)}."
        if largest[strongest] > largest[weakest]
        else f"{'Each head' if len(added) > 1 else 'The one head'} adds or takes away up to {number(largest[strongest], 3)}.",
    )
    chart(
        draw.heads(panels, float(np.nanmax(np.abs(panels)))),
        key="heads_pictures",
        alt=f"What each of {len(panels)} heads adds, on one scale.",
    )


def slopes(scheme: posenc.Scheme, heads: int) -> None:
    """The slopes of a scheme that has some, else of ALiBi."""
    sloped: Any = scheme if hasattr(scheme, "slopes") else posenc.scheme("alibi")
    above = power_of_two_above(heads)
    below = above if above == heads else above // 2
    chosen, lower, upper = (sloped.slopes(count) for count in (heads, below, 2 * below))
    apart = float(np.abs(chosen - slopes_from_above(heads, sloped.max_bias)).max())
    first = number(float(chosen[0]), 3)
    rule = (
        f"{heads} is a power of two: the first slope is {first}, and each further one is {first} times the one before."
        if below == heads
        else f"{heads} is no power of two. **ALiBi's authors** take the slopes of {below} heads (blue), then the 1st,"
        f" 3rd, 5th, … of {above} heads (orange), {heads - below} of them. **MPT** takes those of {above} heads, the"
        f" 2nd, 4th, 6th, … first, then the 1st, 3rd, 5th, …, and stops at {heads}."
    )
    section(
        f"{sloped.title}: a slope for any number of heads",
        f"{rule} {badge('exact')} The slopes of both rules, computed here in order, differ by **{number(apart)}**.",
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
    stairs = bucket_boundaries(scheme)
    chart(
        draw.stairs(stairs.offsets, stairs.buckets), key="stairs", alt=f"The bucket of each offset in {scheme.title}."
    )
    reach, count = int(stairs.offsets[-1]), len(np.unique(stairs.buckets))
    behind, ahead = _ends(stairs.behind), _ends(stairs.ahead)
    sides = (
        f"On either side of the query {behind}."
        if behind == ahead
        else f"Behind the query {behind}. Ahead of the query {ahead}."
    )
    st.markdown(
        f"{scheme.title}, offsets −{reach:,} to {reach:,}: {count:,} bucket{'s' * (count > 1)}. {badge('exact')} {sides}"
    )


def _ends(side: Side) -> str:
    """Which distances share a bucket, on one side of the query."""
    if side.last == 0:
        return "all keys share the bucket of the query's own place"
    if side.last == 1:
        return "all keys share one"
    near = f"each distance below {side.own:,} has one of its own, " if side.own > 1 else ""
    between = "" if side.own == side.last else "farther ones share, " if near else "neighbours share, "
    return f"{near}{between}and all from {side.last:,} on share one"
