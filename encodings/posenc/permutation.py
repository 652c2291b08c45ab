"""Two tables that hold the same columns in another order."""

import numpy as np
from numpy.typing import ArrayLike

from .checks import Array, as_vectors


def column_order(table: ArrayLike, other: ArrayLike) -> Array | None:
    """The order in which the columns of one table make the other, table[:, order] == other; None if there is none.

    >>> column_order([[1, 2, 3], [4, 5, 6]], [[3, 1, 2], [6, 4, 5]]).tolist()
    [2, 0, 1]
    """
    first, second = as_vectors("table", table), as_vectors("other", other)
    if first.shape != second.shape:
        return None
    order = np.empty(first.shape[1], np.int64)
    order[np.lexsort(second)] = np.lexsort(first)
    return order if np.array_equal(first[:, order], second) else None
