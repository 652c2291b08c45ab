"""The steps of the lesson: each a question, guesses, a small experiment that answers it, and why."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import numpy as np
import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

import posenc
from charts import adding as draw_adding
from charts import image_patches as draw_patches
from charts import king_and_queen as draw_order
from charts import lesson as draw
from posenc.experiments import adding, image_patches, lesson, long_context, pictures
from posenc.experiments.toy_words import word_vectors
from ui import cells, controls, formula
from ui.chart import chart
from ui.frame import section
from ui.guess import LOOK
from ui.guess import verdict as said
from ui.numbers import amount, per_cent, plural
from ui.tables import markdown_table

DIM, PLACES = 64, 64
SAME = 1e-9
WAVES = cast(posenc.Absolute, posenc.scheme("sinusoidal"))


@dataclass(frozen=True)
class Answer:
    """What an experiment found: the guess that is right, the finding in one sentence, and why it is so."""

    right: str
    found: str
    why: str


@dataclass(frozen=True)
class Step:
    title: str
    question: str
    guesses: tuple[str, ...]
    show: Callable[[], Answer]
    further: tuple[str, str]
    """A page's file and what is to be seen there."""


def draw_step(number: int) -> None:
    """The step of that number, from 1 on: its question and guesses and, once guessed, the experiment and its answer."""
    step = STEPS[number - 1]
    section(f"{number}. {step.title}", step.question)
    guess = controls.guess("Your guess", f"guess_{number}", (*step.guesses, LOOK))
    if guess is None:
        return
    verdict = st.container()
    answer = step.show()
    verdict.markdown(said(guess, answer.right, f"**{answer.found}**"))
    st.markdown(f"**Why?** {answer.why}")
    file, label = step.further
    with st.container(horizontal=True, vertical_alignment="center"):
        if number < len(STEPS):
            following = f"Next: {STEPS[number].title}"
            st.button(following, type="primary", on_click=_go_to, args=(number + 1,), icon=":material/arrow_forward:")
        with suppress(StreamlitPageNotFoundError):
            st.page_link(file, label=label, icon=":material/science:")


def _go_to(number: int) -> None:
    st.session_state["step"] = str(number)


def order() -> Answer:
    first, second = ["the", "dog", "bites", "the", "man"], ["the", "man", "bites", "the", "dog"]
    moved = np.array([0, 4, 2, 3, 1])
    x, weights = word_vectors(first, DIM, np.float64), posenc.AttentionWeights.random(DIM, 0, np.float64)

    def model(vectors: np.ndarray) -> np.ndarray:
        return posenc.attention(vectors, weights).output

    one, other = model(x), model(x[moved])
    felt = posenc.order_sensitivity(model, x, moved)
    chart(
        draw_order.outputs(first, [("Without positions", one, other[np.argsort(moved)])], SAME),
        key="outputs",
        alt="What attention makes of each word in both sentences, and the difference.",
    )
    st.caption(
        f"A row is a word, a stripe one of its {DIM} numbers: blue above 0, orange below. Left: “{' '.join(first)}”. Middle:"
        f" “{' '.join(second)}”, each word's row beside its own. Right: the difference."
    )
    if felt > SAME:
        return Answer("yes", "The outputs differ.", "This attention does see the order.")
    return Answer(
        "no",
        "Every word gets exactly the same numbers in both sentences. Attention cannot tell who bites whom.",
        "Attention looks at all words at once, and a word's numbers are the same wherever it stands. So the order is"
        " lost before attention begins.",
    )


def by_hand() -> Answer:
    swapped = controls.switch("Swap King and Queen", "swapped")
    rows = [2, 1, 0] if swapped else [0, 1, 2]
    words = [lesson.WORDS[row] for row in rows]
    found, features = lesson.by_hand(lesson.VECTORS[rows]), ["1", "2", "3", "4"]
    tables = [
        cells.Table("vectors", "The words' numbers", found.x, words, features),
        cells.Table("scores", "Scores: how alike", found.scores, words, words),
        cells.Table("weights", "Attention: who looks at whom", found.weights, words, words),
        cells.Table("outputs", "Outputs", found.outputs, words, features),
    ]
    chosen = cells.cells(tables, cells.Cell("scores", 0, 2), lambda cell: _made_of(cell, found))
    st.markdown(_sum(chosen, found, words))
    there = lesson.by_hand(lesson.VECTORS).outputs
    swap = lesson.by_hand(lesson.VECTORS[[2, 1, 0]]).outputs[[2, 1, 0]]
    same = float(np.abs(there - swap).max()) < SAME
    return Answer(
        "they swap places too" if same else "they become other numbers",
        "The outputs swap places, and not one number changes. Turn the switch and look."
        if same
        else "The outputs change.",
        "A score is made of two words' numbers, an output of all scores and all words' numbers. Nowhere in these sums is"
        " a place: press any number and see.",
    )


def _made_of(cell: cells.Cell, found: lesson.ByHand) -> list[cells.Cell]:
    """The numbers that one is made of."""
    n, dim = found.x.shape
    if cell.table == "scores":
        return [cells.Cell("vectors", row, column) for row in (cell.row, cell.column) for column in range(dim)]
    if cell.table == "weights":
        return [cells.Cell("scores", cell.row, column) for column in range(n)]
    if cell.table == "outputs":
        weights = [cells.Cell("weights", cell.row, column) for column in range(n)]
        return weights + [cells.Cell("vectors", row, cell.column) for row in range(n)]
    return []


def _sum(cell: cells.Cell, found: lesson.ByHand, words: list[str]) -> str:
    """How the chosen number is made, with all numbers that take part."""
    row, column = cell.row, cell.column
    value = getattr(found, "x" if cell.table == "vectors" else cell.table)[row, column]
    if cell.table == "vectors":
        return f"Number {column + 1} of **{words[row]}**: {amount(value)}. These four numbers are made up."
    terms = found.terms(cell.table, row, column)
    products = " + ".join(f"{amount(first)} · {amount(second)}" for first, second in terms)
    if cell.table == "scores":
        return (
            f"The score of **{words[row]}** for **{words[column]}** is {products} = "
            f"{amount(sum(a * b for a, b in terms))}, divided by √{found.x.shape[1]}: **{amount(value)}**."
        )
    if cell.table == "weights":
        return (
            f"**{words[row]}** looks at **{words[column]}** with weight **{amount(value)}**: e to the power of the score,"
            f" {amount(terms[0][0])}, divided by the sum of its row, {amount(1 / terms[0][1])}."
        )
    return f"Number {column + 1} of **{words[row]}**'s output is {products} = **{amount(value)}**."


def numbering() -> Answer:
    ways = tuple(lesson.NUMBERINGS)
    way = controls.choice("Number the places by", "way", ways, ways[0])
    shown, longer = 16, 200
    chart(
        draw.numbers(lesson.NUMBERINGS[way](shown), f"{way}: the first {shown} places"),
        key="numbering",
        alt=f"The numbers of {shown} places, numbered by {way}.",
    )
    judged = {name: lesson.judge(name, shown, longer) for name in ways}
    head = ["numbered by", "stays small", "same in a longer sentence", "every step as long"]
    st.markdown(markdown_table(head, [[name, *_tests(found)] for name, found in judged.items()]))
    good = [name for name, found in judged.items() if all(_passed(found))]
    return Answer(
        good[0] if len(good) == 1 else "",
        f"Only {' and '.join(good)} pass all three tests, measured on sentences of {shown} and of {longer} places.",
        "Counting grows without end and drowns the word. Fractions give one place another number in each length. Binary"
        " digits flip all at once between some neighbours. Waves are binary digits made smooth: the first is fast, each"
        " next one slower.",
    )


def _passed(found: lesson.Judged) -> tuple[bool, bool, bool]:
    short, long = found.steps
    return found.largest <= 1 + SAME, found.moved < SAME, long - short < SAME * long


def _tests(found: lesson.Judged) -> list[str]:
    """The three tests of a way to number places, each passed or failed, with its number."""
    small, still, even = _passed(found)
    short, long = map(amount, found.steps)
    return [
        f"{_mark(small)} at most {amount(found.largest)}",
        f"{_mark(still)} {'no change' if still else f'changes by {amount(found.moved)}'}",
        f"{_mark(even)} {f'always {short}' if even else f'{short} to {long}'}",
    ]


def _mark(good: bool) -> str:
    return ":green[✓]" if good else ":red[✗]"


def waves() -> Answer:
    dim = 16
    with controls.row():
        place = controls.number("Place", "place", 0, PLACES - 1, 1)
        column = controls.number("Number in the list", "column", 0, dim - 1, 0)
    values = WAVES.table(PLACES, dim, np.float64)
    picture, words = st.columns([3, 2], gap="medium", vertical_alignment="center")
    chart(draw.table(values, place, column), key="waves", alt=f"The numbers of {PLACES} places.", place=picture)
    wave = WAVES.wave(dim, column)
    assert wave is not None
    words.markdown(formula.of_wave(wave, place, column, dim))
    wavelengths = WAVES.wavelengths(dim)
    assert wavelengths is not None
    fast = "left" if wavelengths.argmin() < wavelengths.argmax() else "right"
    return Answer(
        fast,
        f"The {fast} columns change fastest: the first wave repeats after {amount(float(wavelengths.min()))} places, the"
        f" last one after {amount(float(wavelengths.max()))}.",
        "Fast waves tell neighbours apart, slow ones tell the beginning from the end. The number 10000 sets how slow the"
        " last one is. Each speed has a sine and a cosine, because a sine alone has the same value twice on its way.",
    )


def added() -> Answer:
    vectors = adding.lexicon("the", dim=adding.WIDEST).vectors
    found = adding.recover_by_dim(vectors, WAVES, 128, sums=300)
    chart(
        draw_adding.recovery(
            "Read back from the sum",
            [one.dim for one in found],
            np.array([one.word for one in found]),
            np.array([one.both for one in found]),
            None,
        ),
        key="added",
        alt="The share of words read back from the sums, and of places once the word is taken away, by the lists' length.",
    )
    st.caption(
        "300 sums of one of 2,000 words and one of 128 places. Blue: the word nearest to the sum is the right one. Orange: so"
        " is the place nearest to what is left without that word."
    )
    least, most = found[0], found[-1]
    enough = next((one.dim for one in found if one.both >= 0.99), None)
    right = "no" if enough is None else "yes, always" if least.both >= 0.99 else "yes, if the lists are long"
    return Answer(
        right,
        f"With lists of {least.dim} numbers, {per_cent(least.both)} of the words and places are read back from their sum."
        + (
            f" From {enough} numbers on, it is 99 in 100 or more."
            if enough
            else f" With {most.dim}, {per_cent(most.both)}."
        ),
        "Two long lists that have nothing to do with each other are nearly at right angles: one hardly touches the other. So"
        " adding keeps both, and the lists get no longer, as they would side by side.",
    )


def distance() -> Answer:
    table = WAVES.table(256, DIM, np.float64)
    with controls.row():
        shift = controls.number("Move both by", "shift", 0, 100, 10)
        pair = controls.number("Clock hand", "hand", 0, DIM // 2 - 1, 4)
    first, second = 5, 12
    before, after = (float(table[first + k] @ table[second + k]) for k in (0, shift))
    speed = 10000.0 ** (-2 * pair / DIM)
    picture, words = st.columns([3, 2], gap="medium", vertical_alignment="center")
    places = (first + shift, second + shift)
    chart(
        draw.circle(
            [speed * first, speed * second], [speed * place for place in places], [f"place {place}" for place in places]
        ),
        key="circle",
        alt=f"Places {first} and {second} on a circle, and both moved by {shift}.",
        place=picture,
    )
    words.markdown(
        f"One pair of numbers, a sine and a cosine, is a point on a circle: place {first} in blue, place {second} in orange."
        f" Moving by {plural(shift, 'place')} turns both by the same angle.\n\n"
        f"The dot product of the two lists, all {DIM} numbers multiplied in pairs and added up, is **{amount(before, 4)}**"
        f" before the move and **{amount(after, 4)}** after it."
    )
    spread = float(posenc.by_offset(table).spread.max())
    return Answer(
        "it stays the same" if spread < SAME * DIM else "it changes",
        "The dot product stays the same, wherever the two words stand: it depends on their distance alone.",
        "A move turns every point of a circle by one angle, so the angle between two points stays. A model can learn “three"
        " places before me” once and use it everywhere.",
    )


def patches() -> Answer:
    image = pictures.picture("face")
    pieces, side = image_patches.cut(image, 16), pictures.SIDE // 16
    shuffled = image_patches.shuffle(len(pieces), 0)
    x = image_patches.embed_patches(pieces, 128, dtype=np.float64)
    grid = cast(posenc.Absolute, posenc.scheme("sincos2d", height=side, width=side))
    table = grid.table(len(x), 128, np.float64)
    off, on = (image_patches.puzzle(x, shuffled, table, positions=positions) for positions in (False, True))
    shown = (
        ("Shuffled", np.arange(len(pieces))),
        (f"Put back without positions: {per_cent(off.recovered)} right", off.places),
        (f"Put back with positions: {per_cent(on.recovered)} right", on.places),
    )
    for column, (title, places) in zip(st.columns(3, gap="medium"), shown, strict=True):
        whole = image_patches.paste(image_patches.put_back(pieces[shuffled], places), pictures.SIDE, pictures.SIDE, 16)
        column.markdown(f"**{title}**")
        column.image(draw_patches.cut_apart(whole, 16), width="stretch")
    back = "almost none" if off.recovered < 0.1 else "almost all" if off.recovered > 0.9 else "about half"
    return Answer(
        back,
        f"Without positions {per_cent(off.recovered)} of the {len(pieces)} patches find home, with positions"
        f" {per_cent(on.recovered)}.",
        "A picture is a sentence of patches to a Transformer. Each patch gets the numbers of its row and of its column.",
    )


def today() -> Answer:
    trained = 4096
    times = int(
        controls.choice("Used at", "times", ("1", "2", "4", "16"), "4", format_func=lambda n: f"{n} times the length")
    )
    rotary = posenc.scheme("rotary")
    assert isinstance(rotary, posenc.Rotary)
    found = long_context.stretch(rotary, 128, trained, trained * times)
    chart(
        draw.turns(found.turns_trained, found.turns_after),
        key="turns",
        alt=f"Turns of each clock hand in {trained:,} places and in {trained * times:,}.",
    )
    slow = int((found.turns_trained < 1).sum())
    return Answer(
        "some",
        f"{slow} of the {len(found.before)} hands did not finish one turn in the {trained:,} places of training. In longer"
        " texts they reach angles that the model has never seen.",
        "Models of today turn each word's queries and keys by the angles of its place, instead of adding: that is rotary"
        " embedding (RoPE). To use such a model on longer texts, the slow hands are slowed down further.",
    )


STEPS = (
    Step("Order", "“The dog bites the man” and “the man bites the dog”: the same words in another order. Will attention,"
         " which every Transformer is made of, notice?", ("yes", "no"), order,
         ("pages/3_king_and_queen.py", "Try it with your own sentence")),
    Step("Why not?", "Three words, four numbers each. We swap King and Queen. What happens to the three outputs?",
         ("they swap places too", "they become other numbers", "they stay where they are"), by_hand,
         ("pages/3_king_and_queen.py", "The same with 64 numbers a word")),
    Step("Number the places", "So each place needs numbers of its own. Which would you take?", tuple(lesson.NUMBERINGS),
         numbering, ("pages/1_heatmap.py", "Counting in binary, beside waves")),
    Step("The table of waves", "Here are the numbers of 64 places. Which columns change fastest from place to place?",
         ("left", "right", "all alike"), waves, ("pages/1_heatmap.py", "A table of a million places")),
    Step("Added", "A place's numbers are added to the word's, number by number. Can word and place still be told from the"
         " sum?", ("yes, always", "yes, if the lists are long", "no"), added,
         ("pages/5_adding.py", "Add a word and a place of your own")),
    Step("Distance", "Two words stand 7 places apart. We move both of them further on. What becomes of the dot product of"
         " their places' numbers?", ("it grows", "it stays the same", "it shrinks", "it changes"), distance,
         ("pages/2_similarity.py", "All places with all others")),
    Step("Pictures", "A picture is cut into 196 patches and shuffled. How many does a model without positions put back in"
         " their places?", ("almost all", "about half", "almost none"), patches,
         ("pages/4_image_patches.py", "Shuffle a picture of your own")),
    Step("Today", "A model of today turns clock hands, one for each pair of numbers, instead of adding. It has read texts of"
         " 4,096 places. In a longer text, how many of its hands reach angles it has never seen?",
         ("none", "some", "all"), today, ("pages/8_long_context.py", "Your own model's config")),
)  # fmt: skip
