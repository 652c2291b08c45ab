"""The words that every page uses, each explained once."""

import streamlit as st

GLOSSARY = {
    "position": "The place of a word in its sentence: 0, 1, 2, …",
    "word vector": "The list of numbers that stands for a word. It is the same wherever the word stands.",
    "dimension": "One number of such a list: dimension 0 is the first. Other names: feature, component.",
    "positional embedding": "Numbers that tell a model where a word stands: added to the word vector, or put to use inside"
    " attention. Another name: positional encoding.",
    "scheme": "One way to make positional embeddings, such as sinusoidal, rotary or ALiBi.",
    "table": "The positional embeddings of many positions: a row is a position, a column a dimension.",
    "wave, wavelength": "A column of sines goes up and down like a wave. Its wavelength is how many positions it takes to"
    " come back to where it began.",
    "base": "The number, most often 10,000, that sets how much longer each wave is than the one before.",
    "attention": "The step in which each word looks at all words, and takes a weighted mean of what it finds there.",
    "query, key": "Two vectors made of each word. A word's query is what it looks for, its key is what it shows to others.",
    "score": "How well a query fits a key: their dot product. The higher the score, the more attention.",
    "dot product": "Two lists of numbers, multiplied number by number and added up. It is large where both lists agree.",
    "head": "Attention runs several times side by side, each time on a part of the dimensions: each is a head.",
    "layer": "A Transformer repeats the same kind of step, one layer on top of the other.",
    "mask": "A rule about who may look at whom. Under a causal mask each word sees itself and the words before it.",
    "bias": "A number added to a score, here by how far apart query and key stand.",
    "rotation": "A pair of dimensions is a point on a circle. Rotary embedding turns the point by an angle that grows with"
    " the position.",
    "token": "What a model reads as one unit: a word, a part of a word, or a patch of a picture.",
}


def words() -> None:
    """All of them, behind a button."""
    with st.popover("Words", icon=":material/dictionary:"):
        st.markdown("\n\n".join(f"**{term}**: {meaning}" for term, meaning in GLOSSARY.items()))
