"""Positional encodings of Transformers in NumPy, each verified against an independent implementation.

>>> import posenc
>>> posenc.scheme("sinusoidal").table(128, 64).shape
(128, 64)
"""

from .attention import Attention, AttentionWeights, attention, order_sensitivity
from .claims import Verdict, verdicts
from .counter import binary_counter
from .family import Absolute, Bias, Paper, Parameter, Rotary, Scheme
from .permutation import column_order
from .raster import edges, mean_columns, raster, similarity_by_offset, similarity_profile, similarity_raster
from .registry import FAMILIES, scheme, schemes
from .reorder import ROUNDING, Reordered, rank_by_order, reorder, same_backwards
from .rope_scaling import rope_scaling
from .scaling import RopeScaling
from .shift import shift_error, shift_matrix
from .similarity import MEASURES, ByOffset, between, by_offset, similarity
from .words import split, word_vectors

__all__ = [
    "FAMILIES",
    "MEASURES",
    "ROUNDING",
    "Absolute",
    "Attention",
    "AttentionWeights",
    "Bias",
    "ByOffset",
    "Paper",
    "Parameter",
    "Reordered",
    "RopeScaling",
    "Rotary",
    "Scheme",
    "Verdict",
    "attention",
    "between",
    "binary_counter",
    "by_offset",
    "column_order",
    "edges",
    "mean_columns",
    "order_sensitivity",
    "rank_by_order",
    "raster",
    "reorder",
    "rope_scaling",
    "same_backwards",
    "scheme",
    "schemes",
    "shift_error",
    "shift_matrix",
    "similarity",
    "similarity_by_offset",
    "similarity_profile",
    "similarity_raster",
    "split",
    "verdicts",
    "word_vectors",
]
