"""Arrays made once: what the same arguments give again is kept for a while, for everyone."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any

import numpy as np

from .checks import Array

MAX_BYTES, MAX_ARRAYS = 1 << 19, 64
"""An array that is larger, with the arrays it is made of, is not kept; of more arrays the one that nobody asked for the
longest goes. Together 32 MB."""
_kept: OrderedDict[Hashable, Array] = OrderedDict()
_lock = Lock()


def once(make: Callable[..., Array]) -> Callable[..., Array]:
    """Decorates what makes an array of hashable values and arrays, and of nothing else: the same ones make it once.

    What is kept cannot be written to. Values of different types are different, however equal they are. Of values that
    cannot be hashed, such as a list, it is made anew. Two threads that ask at the same time may make it twice.

    >>> double = once(lambda x: 2 * x)
    >>> x = np.arange(3)
    >>> double(x) is double(x.copy()), double(x) is double(x + 0.0)
    (True, False)
    """

    @wraps(make)
    def made(*arguments: Any) -> Array:
        room = MAX_BYTES - sum(value.nbytes for value in arguments if isinstance(value, np.ndarray))
        key = _key(make, arguments) if room > 0 else None
        if key is None:
            return make(*arguments)
        with _lock:
            if key in _kept:
                _kept.move_to_end(key)
                return _kept[key]
        array = make(*arguments)
        if array.nbytes > room:
            return array
        array = array.copy()  # a part of something larger would keep all of it
        array.setflags(write=False)
        with _lock:
            _kept[key] = array
            if len(_kept) > MAX_ARRAYS:
                _kept.popitem(last=False)
        return array

    return made


def forget() -> None:
    """Let go of everything that is kept."""
    with _lock:
        _kept.clear()


def _key(make: Callable[..., Array], arguments: tuple[Any, ...]) -> Hashable | None:
    if any(isinstance(value, np.ndarray) and type(value) is not np.ndarray for value in arguments):
        return None  # a masked array has more to it than its numbers
    key = (make, *(_known_by(value) for value in arguments))
    try:
        hash(key)
    except TypeError:
        return None
    return key


def _known_by(value: Any) -> Hashable:
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    return type(value), tuple(map(_known_by, value)) if isinstance(value, tuple) else value
