"""Positional encodings of Transformers in NumPy, each verified against an independent implementation.

>>> import posenc
>>> posenc.scheme("sinusoidal").table(128, 64).shape
(128, 64)
"""

from .added import Staircase, added_bias, along_offsets, block_means, staircase
from .attention import Attention, AttentionWeights, attention, order_sensitivity
from .claims import Measured, Verdict, verdicts
from .counter import binary_counter, rounded_bits
from .family import Absolute, Bias, Paper, Parameter, Rotary, Scheme
from .layouts import Port, convert_layout, feature_order, layout_ports
from .order import last_attention
from .permutation import Layout, column_order, other_layout
from .raster import edges, even_cells, mean_columns, raster, similarity_by_offset, similarity_profile, similarity_raster
from .registry import FAMILIES, scheme, schemes
from .reorder import ROUNDING, Reordered, compare, rank_by_order, reorder, same_backwards
from .rope_scaling import rope_scaling
from .scaling import RopeScaling
from .shift import shift_error, shift_matrix
from .similarity import MEASURES, ByOffset, between, by_offset, similarity
from .slopes import power_of_two_above, slopes_from_above
from .turned import axes_of, grid_hands, has_axes, positions_to_play, rotary_hands, turned_scores
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
    "Layout",
    "Measured",
    "Paper",
    "Parameter",
    "Port",
    "Reordered",
    "RopeScaling",
    "Rotary",
    "Scheme",
    "Staircase",
    "Verdict",
    "added_bias",
    "along_offsets",
    "attention",
    "axes_of",
    "between",
    "binary_counter",
    "block_means",
    "by_offset",
    "column_order",
    "compare",
    "convert_layout",
    "edges",
    "even_cells",
    "feature_order",
    "grid_hands",
    "has_axes",
    "last_attention",
    "layout_ports",
    "mean_columns",
    "order_sensitivity",
    "other_layout",
    "positions_to_play",
    "power_of_two_above",
    "rank_by_order",
    "raster",
    "reorder",
    "rope_scaling",
    "rotary_hands",
    "rounded_bits",
    "same_backwards",
    "scheme",
    "schemes",
    "shift_error",
    "shift_matrix",
    "similarity",
    "similarity_by_offset",
    "similarity_profile",
    "similarity_raster",
    "slopes_from_above",
    "split",
    "staircase",
    "turned_scores",
    "verdicts",
    "word_vectors",
]
