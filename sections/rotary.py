"""The parts of Rotary: its pictures, what is seen, the door for a model that is wrong, partial rotation, a grid."""

import dataclasses
import re
from collections.abc import Sequence

import numpy as np
import streamlit as st

import posenc
from charts import rotary as draw
from posenc.experiments import rotary
from posenc.experiments.bounds import refuse_costly
from posenc.experiments.rotary import (
    Conversion,
    axes_of,
    conversions,
    grid_hands,
    positions_to_play,
    rotary_hands,
    rotated_scores,
)
from posenc.experiments.toy_words import word_vectors
from posenc.numeric.checks import Array
from posenc.numeric.tolerances import EXACT64
from posenc.rotary_layouts import feature_order
from ui import controls
from ui.badges import badge
from ui.chart import chart
from ui.formula import explained
from ui.frame import section
from ui.guess import Asked
from ui.numbers import amount, plural
from ui.quote import refusal
from ui.runs import cached
from ui.scheme_picker import names, of, schemes
from ui.tables import markdown_table

STAYS, CHANGES = "it stays the same", "it changes"
FRAMES, DIALS = 64, 8
TOKENS, APART, GRID_DIM, LARGEST_GRID = 48, 8, 16, 14
PORTS = {
    "trained": ("As trained", "Weights interleaved, rotation interleaved.", ""),
    "converted": ("Converted", "Rows of q_proj and k_proj permuted, rotation half.", ""),
    "unconverted": (
        "Not converted",
        "Weights interleaved, rotation half.",
        "Permute q_proj and k_proj (code below), or rotate interleaved.",
    ),
    "split": (
        "Two layouts",
        "Queries rotated interleaved, keys rotated half.",
        "Rotate both by the same code, cached keys too.",
    ),
    "mixed": (
        "Mixed partners",
        "Angles in the order of half, pairs side by side.",
        "Repeat each angle for its neighbour: repeat_interleave, where pairs stand side by side.",
    ),
}
"""What is done to a model that was trained interleaved: its name, the cause, and the fix where it is wrong."""
NAMES = (
    (
        "half",
        "0 and d/2, 1 and d/2 + 1, …",
        "`rotate_half`, GPT-NeoX style, `is_neox_style=True` (vLLM), `interleaved=False` (FlashAttention)",
        "Llama, Qwen, Mistral, Gemma as Hugging Face has them; GPT-NeoX",
    ),
    (
        "interleaved",
        "0 and 1, 2 and 3, …",
        "`rotate_every_two`, GPT-J style, `is_neox_style=False` (vLLM), `interleaved=True` (FlashAttention), complex numbers",
        "Llama as Meta publishes it, GPT-J, DeepSeek V3, the RoFormer paper",
    ),
)
"""Of each layout: what it pairs, what libraries call it, and whose weights have it."""
OTHER_CAUSES = (
    ("Right in one pass, wrong word by word", "The cache: a new word gets a wrong position, often 0.",
     "Give the new word its own position: as many as there are keys in the cache."),
    ("Right at first, worse with length", "Another base (rope_theta), or a scaling that is left out.",
     "Take base and scaling from the model's config.json: see Long context."),
    ("Worse far out, in float16 or bfloat16", "Angles lose their digits.",
     "Compute positions, angles, sines and cosines in float32."),
    ("Wrong in a batch of texts, right alone", "Padding on the left is counted as positions.",
     "Start to count at the first real word of each text."),
    ("Wrong from the very first word", "Not the rotation: at position 0 nothing turns.",
     "Look at the other weights. Values (v) are never rotated."),
)  # fmt: skip
"""Symptom, cause, fix."""
AXES = {
    "row": "with the row alone",
    "column": "with the column alone",
    "both": "with row and column",
    "neither": "with neither",
}
MANY = 1e6
CONVERT = '''def to_half(weight, heads, rotary_dim=None):
    """Interleaved to half: the rows of q_proj and k_proj, weights and biases. v_proj and o_proj stay."""
    head_dim = len(weight) // heads
    m = rotary_dim or head_dim
    order = [*range(0, m, 2), *range(1, m, 2), *range(m, head_dim)]
    return weight.reshape(heads, head_dim, -1)[:, order].reshape(weight.shape)


def to_interleaved(weight, heads, rotary_dim=None):
    head_dim = len(weight) // heads
    m = rotary_dim or head_dim
    order = [i + part for i in range(m // 2) for part in (0, m // 2)] + [*range(m, head_dim)]
    return weight.reshape(heads, head_dim, -1)[:, order].reshape(weight.shape)'''


def measured(scheme: posenc.Rotary, length: int, dim: int) -> None:
    """Make the scores that are drawn of a scheme; ValueError for values that do not fit together or cost too much."""
    refuse_costly(scheme, length, dim)
    rotary.pair_rotations(scheme, dim, length)
    scores_of(scheme, length, dim)
    scores_of_equals(scheme, length, dim)


@cached
def scores_of(scheme: posenc.Rotary, length: int, dim: int) -> rotary.RotatedScores:
    """The score of King and Queen by distance; ValueError for values that do not fit together."""
    query, key = _king_and_queen(rotary.features_taken(scheme, dim))
    return rotated_scores(scheme, query, key, length)


@cached
def scores_of_equals(scheme: posenc.Rotary, length: int, dim: int) -> rotary.RotatedScores:
    """The score of two equal vectors, spread evenly over the pairs, by distance."""
    even = np.ones(rotary.features_taken(scheme, dim))
    return rotated_scores(scheme, even, even, length)


def answer(asked: Asked, scheme: posenc.Rotary, length: int, dim: int) -> None:
    """Answer whether the score stays when both words move on."""
    scores = scores_of(scheme, length, dim)
    if scores.by_offset_alone:
        asked.reveal(STAYS, "Both hands of each clock turn on by the same angle, so the angle between them stays.")
    else:
        asked.reveal(
            CHANGES, f"At one and the same distance it differs by up to {amount(float(scores.spread.max()), 2)} here."
        )


@cached
def pictures(scheme: posenc.Rotary, dim: int, length: int, position: int, offset: int) -> None:
    how = rotary.pair_rotations(scheme, dim, length)
    pairs = np.unique(np.linspace(0, dim // 2 - 1, DIALS).astype(int))
    positions = positions_to_play(length - offset, position, FRAMES, whole=len(scheme.axis_names) > 1)
    queries = rotary_hands(scheme, positions, dim, length=length)[:, pairs]
    keys = rotary_hands(scheme, positions + offset, dim, key=True, length=length)[:, pairs]
    clocks, curve = st.columns([1.1, 1], gap="medium")
    chart(
        draw.clocks(queries, keys, positions, offset, int(np.searchsorted(positions, position)), _below(pairs, how)),
        key="clocks",
        alt=f"A clock for each of {plural(len(pairs), 'pair')}: the hand of a query at position {position} and of a key at"
        f" position {position + offset}.",
        place=clocks,
    )
    curve.markdown(formula(scheme, how, pairs, position, offset, 2 * len(scheme.frequencies(dim))))
    scores, even = scores_of(scheme, length, dim), scores_of_equals(scheme, length, dim)
    alone = how.rotates.all() and even.by_offset_alone
    equal, both = (even.mean, "of two equal vectors, and ") if alone else (None, "")
    chart(
        draw.scores(scores, equal, offset),
        key="scores",
        alt=f"The score {both}of a toy King and a toy Queen, at each offset; a line marks offset {offset}.",
        place=curve,
    )


def formula(
    scheme: posenc.Rotary, how: rotary.PairRotations, pairs: Array, position: int, offset: int, turning: int
) -> str:
    """How far a hand turns, with the numbers of one pair that is drawn; of other schemes their own formula."""
    moving = pairs[how.moves[pairs]]
    if scheme.id != "rotary" or not len(moving):
        return explained(type(scheme))
    pair, base = int(moving[min(1, len(moving) - 1)]), vars(scheme)["base"]
    speed = float(how.speeds[pair])
    query, key = (amount(float(np.degrees(speed * place))) for place in (position, position + offset))
    return (
        r"$\text{angle: } \textcolor{#1870c4}{p_q}\,\omega_i \text{ and } \textcolor{#de6210}{p_k}\,\omega_i,"
        r" \quad \omega_i = b^{-2i/d}$"
        "\n\n:small[This is how far the hands of pair $i$ have turned, of the :blue[query at position $p_q$] and of the"
        f" :orange[key at position $p_k$]. $b$ is the base, {base:,.10g}. $d$ is how many dimensions turn, {turning}. Pair"
        f" {pair} turns by {amount(float(np.degrees(speed)))}° ({_small(speed)} radians) from one position to the next. At"
        f" :blue[position {position:,}] the query has turned by :blue[{query}°], at :orange[position {position + offset:,}] the"
        f" key by :orange[{key}°].]"
    )


@cached
def what_is_seen(scheme: posenc.Rotary, dim: int, length: int, offset: int) -> None:
    how = rotary.pair_rotations(scheme, dim, length)
    said = [_no_rotation(how), _speeds(how, length), _distance(scheme, dim, length, offset, how)]
    said.append(_lengths(scheme, dim, length) if how.rotates.all() else "")
    section("What you see", "\n\n".join(filter(None, said)))


def _no_rotation(how: rotary.PairRotations) -> str:
    mixed = int((~how.rotates).sum())
    if not mixed:
        return ""
    return (
        f"**No rotation** {badge('exact')} In {mixed} of {plural(len(how.speeds), 'pair')} the two dimensions are turned by"
        " different angles. Such a pair does not turn as a hand does: its length changes with the position. Hands that"
        " pass the rim are cut there."
    )


def _speeds(how: rotary.PairRotations, length: int) -> str:
    """How fast the pairs turn, and how many of them finish a turn."""
    pairs, moving = len(how.speeds), int(how.moves.sum())
    still = int((how.speeds == 0).sum())
    stands = f"{plural(still, 'pair stands', 'pairs stand')} still."
    if not moving and still == pairs:
        return f"**Nothing turns** {badge('exact')} {stands}"
    if not moving:
        return stands if still else ""
    degrees = np.degrees(how.speeds[how.moves])
    fastest, slowest = amount(degrees.max()), amount(degrees.min())
    step = " or ".join(dict.fromkeys(np.array(how.units)[how.moves].tolist()))
    every = "the pair" if pairs == 1 else "the one pair that turns" if moving == 1 else "every pair that turns"
    if fastest == slowest:
        said = f"**One speed** {badge('exact')} From one {step} to the next {every} moves on by {fastest}°."
    else:
        said = (
            f"**Fast and slow** {badge('exact')} From one {step} to the next the fastest pair turns by {fastest}°, the"
            f" slowest that turns by {slowest}°."
        )
    places = {unit: 1 + int(steps) for unit, steps in zip(how.units, how.steps, strict=True)}
    where = " and ".join(plural(count, unit) for unit, count in places.items())
    if list(places) == ["position"]:
        said += f" Within {where}"
    else:
        said += f" The first {plural(how.tokens, 'token')} stand in {where}. Within these"
    if moving == 1:
        said += f" the pair {'does not finish' if how.unfinished else 'finishes'} a turn."
    else:
        said += f" {how.unfinished} of {moving} pairs {'' if moving == pairs else 'that turn '}do not finish a turn."
    return said + (f" {stands}" if still else "") + (" The class token does not turn." if how.tokens < length else "")


def _distance(scheme: posenc.Rotary, dim: int, length: int, offset: int, how: rotary.PairRotations) -> str:
    """Whether the distance alone tells the score, and what it is."""
    scores = scores_of(scheme, length, dim)
    if length == 1:
        return ""
    if not scores.by_offset_alone:
        widest = amount(float(scores.spread.max()), 2)
        return (
            f"**The distance alone does not tell the score** {badge('toy')} At one and the same distance, the score of"
            f" “King” and “Queen” differs from place to place, by up to **{widest}** among the places compared: the band in"
            " the picture."
        )
    if not how.rotates.all():
        return ""
    here, there = (float(scores.mean[scores.offsets == side][0]) for side in (offset, -offset))
    far = f"a “Queen” {offset} ahead of it" if offset else "a “Queen” at the same place"
    behind = f" With the key {offset} behind the query it is {_score(there)}." if offset else ""
    among = "Among these tokens, wherever" if len(scheme.axis_names) > 1 else "Wherever"
    return (
        f"**The distance alone counts** {badge('exact')} {among} the query stands, at a distance of {offset} the angles"
        " between the hands are the same, and so is the score: from place to place it differs by rounding only."
        f" {badge('toy')} For “King” and {far} the score is {_score(here)}.{behind}"
    )


def _lengths(scheme: posenc.Rotary, dim: int, length: int) -> str:
    """What becomes of the hands' lengths where they change, and of the scores with them."""
    ends = [0, length - 1]
    queries, keys = (np.abs(rotary_hands(scheme, ends, dim, key, length)) for key in (False, True))
    changed = np.abs(np.log(queries[1] / queries[0]))
    pair = int(changed.argmax())
    if changed[pair] < EXACT64:
        return ""
    behind, ahead = float(queries[1, pair] * keys[0, pair]), float(queries[0, pair] * keys[1, pair])
    query, key = ("shrink" if hands[1, pair] < hands[0, pair] else "grow" for hands in (queries, keys))
    return (
        f"**The lengths change, too** {badge('exact')} With the position queries {query} and keys {key}, in pair {pair}"
        f" the most. With the key {length - 1:,} behind the query, that pair's part of the score is {_times(behind)}. With"
        f" the key {length - 1:,} ahead, which a causal mask hides, it is {_times(ahead)}. Hands that pass the rim are cut"
        " there."
    )


def _score(value: float) -> str:
    """A score with three decimals, or what is left to say of one that is too small or too large for them."""
    if 0 < abs(value) < 0.0005:
        return "about 0"
    if abs(value) < MANY:
        return (f"{value:.3f}" if abs(value) < 1000 else amount(value)).replace("-", "−")
    return f"{'less than minus' if value < 0 else 'more than'} a million"


def _times(factor: float) -> str:
    if abs(factor - 1) < 0.0005:
        return "the same to a thousandth"
    if factor >= MANY:
        return "multiplied by more than a million"
    return f"multiplied by {amount(factor) if factor > 1 / MANY else 'less than a millionth'}"


def plain(scheme: posenc.Rotary) -> posenc.Rotary:
    """The scheme itself where a part of its features may turn, else rotary with its defaults."""
    return scheme if scheme.id == "rotary" else schemes(of(posenc.Rotary))["rotary"]()


def door(scheme: posenc.Rotary, dim: int) -> None:
    """What a model that is right for one token and garbage from the second most often has: its pairs mixed up."""
    _door(dim, vars(scheme)["base"], 2 * len(scheme.frequencies(dim)))
    st.markdown(
        "**It is not the layout?** Other things that go wrong with rotary positions:\n\n"
        + markdown_table(("Symptom", "Cause", "Fix"), OTHER_CAUSES)
    )
    controls.code(CONVERT, "Convert a checkpoint")


@cached
def _door(dim: int, base: float, rotary_dim: int) -> None:
    query, key = _king_and_queen(dim)
    ports = conversions(query, key, TOKENS, base=base, rotary_dim=rotary_dim)
    amplitude = max(float(np.abs(port.scores).max()) for port in ports)
    part = "all of them turn" if rotary_dim == dim else f"{rotary_dim} of them turn"
    st.markdown(
        "Then its pairs are most often mixed up. Which two dimensions form a pair is a convention that the weights have"
        " learned. There are two. Each is right for its weights, and mixing them is wrong:\n\n"
        + markdown_table(("Here", "Pairs", "Names in libraries", "Weights"), NAMES)
        + "\n\n**Five ways to run a model that was trained interleaved.** One “King” asks one “Queen” at every two of"
        f" {TOKENS} positions: {dim} dimensions, {part}, base {base:,.10g}. In a square a row is the query's position and a"
        f" column the key's; blue scores above 0, orange below, full colour is {amount(amplitude, 2)}. The line below it is"
        f" the score of words that stand {APART} apart. The last line is the length of the query. Broad and grey behind"
        " them: as trained."
    )
    for port, column in zip(ports, st.columns(len(ports), gap="small"), strict=True):
        with column:
            _port(port, ports[0], amplitude)
    _say_what_is_wrong(ports, rotary_dim)
    shown = min(dim, 16)
    turning = min(rotary_dim, shown)
    chart(
        draw.pairing(feature_order(shown, "interleaved", "half", turning), turning),
        key="pairing",
        alt=f"{_drawn(shown, turning)}: which form a pair in either layout, and which of one is which of the other.",
    )
    st.markdown(
        f"{_drawn(shown, turning)}. A dot is a dimension, its number says which pair it belongs to. Permuting the dimensions"
        " of queries and keys along the threads turns one layout into the other."
    )


def _drawn(shown: int, turning: int) -> str:
    return f"Drawn for {shown} dimensions" + (f", {turning} of which turn" if turning < shown else "")


@cached
def parts(scheme: posenc.Rotary, dim: int, length: int) -> None:
    offsets = scores_of(scheme, length, dim).offsets
    distances = offsets[offsets >= 0]
    turning = list(dict.fromkeys(max(2, dim // share // 2 * 2) for share in (1, 2, 4)))
    rule = "With `rotary_dim` only the first dimensions turn. The others do not see the position."
    if length == 1:
        st.markdown(rule)
        return
    some = [dataclasses.replace(scheme, rotary_dim=m, layout="half") for m in turning]  # type: ignore[call-arg]
    curves = [known.kernel(distances, dim, heads=1)[0] for known in some]
    words, picture = st.columns([2, 3], vertical_alignment="center", gap="medium")
    fewest = f", and to {_decimals(curves[-1].min())} when {turning[-1]} do" if len(turning) > 1 else ""
    words.markdown(
        f"{rule} {badge('exact')} Take two equal vectors of {dim} dimensions, spread evenly over the pairs, and base"
        f" {vars(scheme)['base']:,.10g}. At the distances drawn, 0 to {distances[-1]:,}, their score falls from 1 to"
        f" {_decimals(curves[0].min())} when all dimensions turn{fewest}."
    )
    chart(
        draw.partial(distances, [(f"{m} of {dim} turn", curve) for m, curve in zip(turning, curves, strict=True)]),
        key="partial",
        alt=f"The score of two equal vectors by distance, when {' or '.join(map(str, turning))} of {dim} dimensions turn.",
        place=picture,
    )


def grid(scheme: posenc.Rotary) -> None:
    known = [id for id, cls in posenc.schemes().items() if cls.family == "rotary" and len(cls().axis_names) > 1]
    if scheme.id not in known:
        options = names({id: schemes(of(posenc.Rotary))[id] for id in [*known, scheme.id]})
        id = controls.select("Scheme on the grid", "grid", options, known[0])
        scheme = scheme if id == scheme.id else schemes(of(posenc.Rotary))[id]()
    time = controls.number("Time", "time", 0, 31, 0) if "time" in scheme.axis_names else 0
    height, width = (min(size, LARGEST_GRID) for size in scheme.grid or (9, 12))
    _field(scheme, height, width, time)


@cached
def _field(scheme: posenc.Rotary, height: int, width: int, time: int) -> None:
    try:
        field = grid_hands(scheme, height, width, GRID_DIM, time)
    except ValueError as error:
        st.info(f"{refusal(error)}. So there are no hands to draw on a grid.")
        return
    axes = axes_of(field)
    chart(
        draw.field(field, [f"<b>{pair}</b> {axis}" for pair, axis in enumerate(axes)]),
        key="field",
        alt=f"The hand of each pair at every place of {height} rows and {width} columns.",
    )
    counts = ", ".join(f"{axes.count(axis)} {words}" for axis, words in AXES.items() if axis in axes)
    own, on_time = scheme.grid, "time" in scheme.axis_names
    st.markdown(
        f"Each cell is a place of {height} × {width}, with the hand of its token. Blue hands point up, orange ones down."
        + (f" The scheme's own grid is larger: {own[0]:,} × {own[1]:,}." if own and own != (height, width) else "")
        + (" Longer hands than 1 are drawn of length 1." if np.abs(field).max() > 1 + EXACT64 else "")
        + f" Drawn for {GRID_DIM} dimensions, {len(axes)} pairs, whose hands change: {counts}."
        + (" Those that change with neither turn with the time." if on_time and "neither" in axes else "")
        + (f" Where only the token's number counts, the cell below is {width} steps on." if "both" in axes else "")
    )


def _king_and_queen(dim: int) -> Array:
    return word_vectors(["King", "Queen"], dim, np.float64)


def _below(pairs: Array, how: rotary.PairRotations) -> list[str]:
    """Below each clock: how long a turn takes."""
    words = {pair: "stands still" if how.rotates[pair] else "no rotation" for pair in pairs.tolist()}
    for pair in pairs[how.moves[pairs]].tolist():
        turn, unit = _long(rotary.TURN / float(how.speeds[pair])), how.units[pair]
        words[pair] = f"{turn} {unit if turn == '1' else unit + 's'}"
    return [f"<b>pair {pair}</b><br>{word}" for pair, word in words.items()]


def _small(value: float) -> str:
    """A number with three digits, however small, but no power of ten: what is too small for that is said so."""
    return amount(value) if value >= 0.0001 else "less than 0.0001"


def _decimals(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _long(value: float) -> str:
    for name, size in (("billion", 1e9), ("million", MANY)):
        if value >= size:
            return f"{amount(value / size)} {name}"
    return amount(value)


def _port(port: Conversion, right: Conversion, amplitude: float) -> None:
    title, cause, fix = PORTS[port.name]
    wrong = port.error > EXACT64
    along, expected = (np.diagonal(each.scores, APART) for each in (port, right))
    captions = (
        f"scores: off by <b>{_exact(port.error)}</b>",
        f"{APART} apart: spread <b>{_exact(float(np.ptp(along)))}</b>",
        f"length: off by <b>{_exact(port.stretch)}</b>",
    )
    mark = ":red[:material/close:]" if wrong else ":green[:material/check:]"
    st.markdown(f"{mark} **{title}**")
    chart(
        draw.conversion(port.scores, along, expected, port.norms, amplitude, captions, wrong),
        key=f"port_{port.name}",
        alt=f"{title}. {cause} {re.sub('<.*?>', '', '; '.join(captions))}.",
    )
    said = (("Symptom", _symptom(port)), ("Cause", cause), ("Fix", fix)) if wrong else (("Right", cause),)
    st.markdown("\n\n".join(f":small[**{name}**: {text}]" for name, text in said))


def _symptom(port: Conversion) -> str:
    if port.stretch > EXACT64:
        return "Queries get longer and shorter from position to position."
    if port.spread > EXACT64:
        return "The same two words, at the same distance, score differently from place to place."
    return "Scores still depend on the distance alone, and lengths stay: both usual checks pass."


def _say_what_is_wrong(ports: Sequence[Conversion], rotary_dim: int) -> None:
    wrong = [port for port in ports if port.error > EXACT64]
    if not wrong:
        one = "With one pair that turns" if rotary_dim == 2 else "Here"
        st.markdown(f"{one} both layouts are the same, so there is nothing to mix up. Let more features turn.")
        return
    one_token = max(port.first_error for port in ports)
    hidden = [PORTS[port.name][0] for port in wrong if max(port.spread, port.stretch) < EXACT64]
    said = (
        f"**Fine for one token, broken after** {badge('exact')} At position 0 nothing turns. So with one token all"
        f" {len(ports)} give the same score, off by {_exact(one_token)}. {badge('toy')} With {TOKENS} tokens"
        f" {len(wrong)} of {len(ports)} are wrong."
    )
    for name in hidden:
        said += (
            f"\n\n**{name}** is the hardest to notice {badge('exact')} Its scores depend on the distance alone, and it keeps"
            " lengths. So a check of either passes. A comparison with the trained model's scores shows it."
        )
    st.markdown(said)


def _exact(value: float) -> str:
    return amount(value, 2) if value > EXACT64 else "0 (rounding)"
