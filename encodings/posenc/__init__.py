"""Positional encodings of Transformers in NumPy, each verified against an independent implementation.

>>> import posenc
>>> posenc.scheme("sinusoidal").table(128, 64).shape
(128, 64)
"""

from .families import Absolute, Bias, Rotary, Scheme
from .padded_positions import position_ids
from .rasters import raster
from .registry import scheme, schemes
from .resize import resize_grid
from .rope_config import rope_scaling
from .rotary_layouts import convert_layout
from .self_attention import AttentionWeights, attention, order_sensitivity
from .shift import shift_matrix
from .similarities import by_offset, similarity

__all__ = [
    "Absolute",
    "AttentionWeights",
    "Bias",
    "Rotary",
    "Scheme",
    "attention",
    "by_offset",
    "convert_layout",
    "order_sensitivity",
    "position_ids",
    "raster",
    "resize_grid",
    "rope_scaling",
    "scheme",
    "schemes",
    "shift_matrix",
    "similarity",
]
