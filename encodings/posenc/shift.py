"""Moving by k positions is one rotation, the same everywhere."""

import numpy as np

from .checks import Array
from .schemes.sinusoidal import Sinusoidal


def shift_matrix(k: float, dim: int, base: float = 10000.0, layout: str = "interleaved") -> Array:
    """The matrix M_k with table[p + k] = table[p] @ M_k.T for every p: (dim, dim) float64, orthogonal.

    Vaswani et al. 2017, arXiv:1706.03762, section 3.5: "for any fixed offset k, PE(pos+k) can be represented as a
    linear function of PE(pos)". dim must be even.

    >>> shift_matrix(1, 2).round(2).tolist()
    [[0.54, 0.84], [-0.84, 0.54]]
    """
    if dim % 2:
        raise ValueError(f"dim must be even, for a lone sine cannot be shifted; got {dim}")
    angles = k * Sinusoidal(base=base, layout=layout).frequencies(dim)
    half = np.arange(dim // 2)
    sines, cosines = (half, half + dim // 2) if layout == "concatenated" else (2 * half, 2 * half + 1)
    matrix = np.zeros((dim, dim))
    matrix[sines, sines] = matrix[cosines, cosines] = np.cos(angles)
    matrix[sines, cosines] = np.sin(angles)
    matrix[cosines, sines] = -np.sin(angles)
    return matrix
