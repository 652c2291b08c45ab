"""Why waves: counting in binary, smoothed."""

import numpy as np
from numpy.typing import ArrayLike

from .checks import Array, as_count, as_numbers, as_whole
from .phasors import phasors


def binary_counter(length: int, bits: int) -> tuple[Array, Array]:
    """The bits of 0…length−1, and the waves that smooth them: two arrays (length, bits), values 0…1.

    Bit k is 0 for 2^k positions, then 1 for as many. Its wave is as long, (1 − sin(2π(p + ½)/2^(k+1)))/2: rounded,
    it is the bit, so a sinusoidal encoding counts as a binary counter does, with waves for its bits.

    >>> bits, waves = binary_counter(4, 2)
    >>> bits.tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    >>> bool((np.rint(waves) == bits).all())
    True
    """
    positions = np.arange(as_count("length", length))
    places = np.arange(as_count("bits", bits, maximum=62))
    waves = phasors(positions + 0.5, np.pi / 2.0**places, np.dtype(np.float64)).imag
    return positions[:, None] >> places & 1, (1 - waves) / 2


def rounded_bits(bits: ArrayLike, waves: ArrayLike) -> int:
    """How many bits the waves give when they are rounded.

    >>> rounded_bits([[0, 1]], [[0.1, 0.9]])
    2
    """
    known, near = as_whole("bits", bits), as_numbers("waves", waves)
    if known.shape != near.shape:
        raise ValueError(f"bits and waves must be of one shape; got {known.shape} and {near.shape}")
    return int((np.rint(near) == known).sum())
