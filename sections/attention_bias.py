"""The parts of Attention bias: its pictures, what is seen, the slopes of any number of heads, buckets."""

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import posenc
from charts import attention_bias as draw
from charts.numbers import number
from posenc import rasters, similarities
from posenc.experiments.attention_bias import (
    Effect,
    Side,
    added_bias,
    block_means,
    bucket_boundaries,
    effect,
    mean_by_offset,
    slope_rules,
)
from posenc.experiments.toy_words import split
from posenc.families import Bucketed, Sloped
from posenc.numeric.checks import Array
from ui import controls
from ui.badges import badge
from ui.chart import chart
from ui.frame import section
from ui.numbers import plural
from ui.scheme_picker import scheme_code

CELLS, SMALL_CELLS = 96, 32
CONTENTS = {
    "one word": ["King"],
    "a sentence": split("the King and the Queen saw a dog that bites the man"),
}
OTHER = split("no word of this one stands anywhere in those sentences here above")


@dataclass(frozen=True, eq=False)
class Setup:
    """A scheme, what stands at the positions, and the head that is looked at."""

    scheme: posenc.Scheme
    length: int
    heads: int
    head: int
    content: str
    causal: bool

    @property
    def words(self) -> list[str]:
        return _repeated(CONTENTS[self.content], self.length)

    @cached_property
    def added(self) -> Array:
        """What is added to every score: (heads, length, length)."""
        return added_bias(self.scheme, self.words, self.heads, self.causal)

    @cached_property
    def curve(self) -> similarities.ByOffset:
        return mean_by_offset(self.added)

    @cached_property
    def effect(self) -> Effect:
        other = added_bias(self.scheme, _repeated(OTHER, self.length), self.heads, self.causal)
        return effect(self.added, other, self.curve, self.head)


def pictures(setup: Setup, left: DeltaGenerator, right: DeltaGenerator) -> None:
    """What the chosen head adds to every score, and what each adds by offset."""
    cells = block_means(setup.added[setup.head], CELLS)
    edges, amplitude = rasters.edges(0, setup.length, len(cells)), float(np.nanmax(np.abs(cells)))
    chart(
        draw.matrix(cells, edges, setup.head, amplitude, setup.causal),
        key="matrix",
        alt=f"What head {setup.head} of {setup.scheme.title} adds to every score.",
        place=left,
    )
    chart(
        draw.curves(setup.curve, setup.head),
        key="curves",
        alt=f"What each head of {setup.scheme.title} adds at each offset: the mean over all queries.",
        place=right,
    )


def what_is_seen(setup: Setup) -> None:
    found = setup.effect
    words = (
        f"**The words count**: with other words in the sentence, what is added changes by up to {number(found.by_words, 3)}."
        if found.by_words
        else "**The words do not count** here: with other words the same is added."
    )
    section(
        "What you see",
        f"{of_range(found, setup.head)} {badge(setup.scheme.values)} {of_sides(found, setup)}\n\n"
        f"{of_offsets(found, setup)}\n\n{words}",
    )


def of_range(found: Effect, head: int) -> str:
    """What the head adds."""
    if found.low == found.high:
        return (
            f"Head {head} adds **{number(found.low, 3)}** to every score."
            if found.low
            else f"Head {head} adds **nothing**."
        )
    return f"Head {head} adds from **{number(found.low, 3)}** to **{number(found.high, 3)}** to a score."


def of_sides(found: Effect, setup: Setup) -> str:
    """Whether the head adds the same to keys as far ahead of a query as behind it, or where not."""
    if setup.length < 3:
        return ""
    if setup.causal:
        return "The causal mask hides every key ahead of its query."
    if found.uneven is None:
        return "In this head a key ahead of a query gets the same as one just as far behind it: left and right are one."
    query, distance, ahead, behind = found.uneven
    return (
        f"It tells left from right: to query {query} and the key {distance} ahead it adds {number(ahead, 3)}, to the key"
        f" {distance} behind {number(behind, 3)}."
    )


def of_offsets(found: Effect, setup: Setup) -> str:
    """Whether the offset alone decides, in every head; where words count, as far as one word everywhere goes."""
    if setup.length < 3:
        return "With so few positions no offset but 0 occurs twice."
    if found.flat:
        return (
            "**Positions do not count** here: each head adds one number to all its scores, which softmax does not see."
        )
    if not found.spread:
        one = found.by_words and len(set(setup.words)) == 1
        where = "With one word at every position the offset" if one else "The offset"
        return f"**{where} alone counts**: along each diagonal one value is added, in every head."
    here = f"by up to {number(found.spread_here, 3)}: the band" if found.spread_here else "not at all"
    return (
        f"**The offset is not all that counts**: along a diagonal values differ by up to {number(found.spread, 3)}, in head"
        f" {setup.head} {here}."
    )


def all_heads(setup: Setup) -> None:
    """A small picture of each head."""
    panels, largest = block_means(setup.added, SMALL_CELLS), setup.effect.largest
    strongest, weakest = int(largest.argmax()), int(largest.argmin())
    section(
        "Head by head",
        f"One scale for all: head {strongest} adds or takes away up to {number(largest[strongest], 3)}, head {weakest} up to"
        f" {number(largest[weakest], 3)}."
        if largest[strongest] > largest[weakest]
        else f"{'Each head' if len(largest) > 1 else 'The one head'} adds or takes away up to {number(largest[strongest], 3)}.",
    )
    chart(
        draw.heads(panels, float(np.nanmax(np.abs(panels)))),
        key="heads_pictures",
        alt=f"What each of {len(panels)} heads adds, on one scale.",
    )


def slopes(scheme: posenc.Scheme, heads: int) -> None:
    """The slopes of a scheme that has some, else of ALiBi."""
    sloped = scheme if isinstance(scheme, Sloped) else cast(Sloped, posenc.scheme("alibi"))
    found = slope_rules(sloped, heads)
    first, below = number(float(found.chosen[0]), 3), len(found.below)
    rule = (
        f"{heads} is a power of two: the first slope is {first}, and each further one is {first} times the one before."
        if below == heads
        else f"{heads} is no power of two. **ALiBi's authors** take the slopes of {below} heads (blue), then the 1st,"
        f" 3rd, 5th, … of {2 * below} heads (orange), {heads - below} of them. **MPT** takes those of {2 * below} heads, the"
        f" 2nd, 4th, 6th, … first, then the 1st, 3rd, 5th, …, and stops at {heads}."
    )
    section(
        f"{sloped.title}: a slope for any number of heads",
        f"{rule} {badge('exact')} The slopes of both rules, computed here in order, differ by **{number(found.error)}**.",
    )
    chart(
        draw.slopes(found.chosen, found.below, found.above),
        key="slopes",
        alt=f"The slopes of {heads} heads, beside those of {below} and of {2 * below} heads.",
    )


def buckets(scheme: posenc.Scheme) -> None:
    section("Far keys share a bucket")
    bucketed = [id for id, cls in posenc.schemes().items() if issubclass(cls, Bucketed)]
    if scheme.id not in bucketed:
        scheme = posenc.scheme(controls.choice("Buckets of", "bucketed", bucketed, "t5"))
    stairs = bucket_boundaries(scheme)
    chart(
        draw.stairs(stairs.offsets, stairs.buckets), key="stairs", alt=f"The bucket of each offset in {scheme.title}."
    )
    behind, ahead = _ends(stairs.behind), _ends(stairs.ahead)
    sides = (
        f"On either side of the query {behind}."
        if behind == ahead
        else f"Behind the query {behind}. Ahead of the query {ahead}."
    )
    st.markdown(
        f"{scheme.title}, offsets −{stairs.reach:,} to {stairs.reach:,}: {plural(stairs.count, 'bucket')}. {badge('exact')}"
        f" {sides}"
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


def code(setup: Setup) -> None:
    """What makes the same numbers."""
    controls.code(
        "import posenc\nfrom posenc.experiments.attention_bias import added_bias, mean_by_offset, block_means\n\n"
        f"scheme = {scheme_code(setup.scheme)}\n"
        f"words = ({CONTENTS[setup.content]!r} * {setup.length})[:{setup.length}]\n"
        f"added = added_bias(scheme, words, heads={setup.heads}, causal={setup.causal})"
        f"   # ({setup.heads}, {setup.length}, {setup.length})\n"
        f"matrix = block_means(added[{setup.head}], {CELLS})   # the picture\n"
        "curve = mean_by_offset(added)   # .offsets, .mean, .spread"
    )


def _repeated(words: list[str], length: int) -> list[str]:
    return (words * length)[:length]
