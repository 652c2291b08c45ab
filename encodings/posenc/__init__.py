"""Positional encodings of Transformers in NumPy, each verified against an independent implementation.

>>> import posenc
>>> posenc.scheme("sinusoidal").table(128, 64).shape
(128, 64)
"""

from .attention import Attention, AttentionWeights, attention, order_sensitivity
from .family import Absolute, Bias, Paper, Parameter, Rotary, Scheme
from .raster import edges, raster, similarity_raster
from .registry import FAMILIES, scheme, schemes
from .shift import shift_matrix
from .similarity import MEASURES, ByOffset, between, by_offset, similarity

__all__ = [
    "FAMILIES",
    "MEASURES",
    "Absolute",
    "Attention",
    "AttentionWeights",
    "Bias",
    "ByOffset",
    "Paper",
    "Parameter",
    "Rotary",
    "Scheme",
    "attention",
    "between",
    "by_offset",
    "edges",
    "order_sensitivity",
    "raster",
    "scheme",
    "schemes",
    "shift_matrix",
    "similarity",
    "similarity_raster",
]
