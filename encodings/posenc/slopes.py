"""ALiBi's slopes for a number of heads that is no power of two: the second of the two rules in circulation."""

import numpy as np

from .checks import Array, as_count
from .schemes.alibi import Alibi


def slopes_from_above(heads: int, max_bias: float = 8.0) -> Array:
    """The slope of each head by MPT's rule: (heads,) float64.

    Those of the next power of two, the 2nd, 4th, … first, then the 1st, 3rd, …, cut to the number of heads. The
    authors' rule, `Alibi.slopes`, starts from the power below instead.

    >>> slopes_from_above(3).tolist() == Alibi().slopes(3).tolist() == [0.0625, 0.00390625, 0.25]
    True
    """
    above = Alibi(max_bias=max_bias).slopes(power_of_two_above(heads))
    return above if len(above) == heads else np.concatenate([above[1::2], above[::2]])[:heads]


def power_of_two_above(heads: int) -> int:
    """The smallest power of two that is no smaller.

    >>> power_of_two_above(12), power_of_two_above(16)
    (16, 16)
    """
    return 1 << (as_count("heads", heads) - 1).bit_length()
