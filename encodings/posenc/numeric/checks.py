"""Arguments from outside, checked: a bad one raises a ValueError that says what is allowed."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[Any]
MAX_SIZE = 1 << 24
"""A length, a dim or a number of heads beyond this is a slip: no memory would hold such an array."""
WHOLE = 1 << 53
"""float64 holds every whole number below this, and not every one beyond."""
SHOWN = 200
"""So many characters of a bad value are quoted."""


def as_positions(positions: ArrayLike, name: str = "positions") -> Array:
    """Positions as a 1-D array: a length n means 0…n−1, an array stays what it is.

    >>> as_positions(3)
    array([0, 1, 2])
    >>> as_positions([0.5, 7])
    array([0.5, 7. ])
    """
    if isinstance(positions, int) and not isinstance(positions, bool):
        return np.arange(as_count(name, positions, 0))
    allowed = f"{name} must be a length of 0 or more, or a 1-D array of finite numbers between −2^53 and 2^53"
    array = _as_array(allowed, positions)
    if array.ndim == 0:
        return np.arange(as_count(name, positions, 0))
    if array.ndim != 1:
        raise ValueError(f"{allowed}; got an array of shape {array.shape}")
    _refuse_beyond(allowed, array, WHOLE)
    return array if array.dtype.kind == "f" else array.astype(np.int64)


def as_count(name: str, value: Any, minimum: int = 1, maximum: int | None = None, multiple: int = 1) -> int:
    """A whole number within limits; what is to be the size of an array is at most 2^24 unless told.

    >>> as_count("heads", 8)
    8
    >>> as_count("dim", 7, multiple=2)
    Traceback (most recent call last):
    ValueError: dim must be a whole number of at least 1 that 2 divides; got 7
    """
    plain = value.item() if isinstance(value, np.generic) or (type(value) is np.ndarray and value.ndim == 0) else value
    whole = isinstance(plain, int) and not isinstance(plain, bool)
    limit = MAX_SIZE if maximum is None else maximum
    if whole and minimum <= plain <= limit and plain % multiple == 0:
        return plain
    limited = maximum not in (None, WHOLE) or (whole and plain > limit)
    upper = f" and at most {limit}" if limited else ""
    divides = "" if multiple == 1 else f" that {multiple} divides"
    raise ValueError(f"{name} must be a whole number of at least {minimum}{upper}{divides}; got {shown(value)}")


def as_number(name: str, value: Any, minimum: float = -np.inf, maximum: float = np.inf) -> float:
    """A finite real number within limits, both of them allowed.

    >>> as_number("scale", 2, minimum=0.0)
    2
    >>> as_number("k", float("nan"))
    Traceback (most recent call last):
    ValueError: k must be a finite number; got nan
    """
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    largest = sys.float_info.max
    if number and max(minimum, -largest) <= value <= min(maximum, largest):
        return value
    allowed = "finite number" if (minimum, maximum) == (-np.inf, np.inf) else f"number from {minimum} to {maximum}"
    raise ValueError(f"{name} must be a {allowed}; got {shown(value)}")


def as_choice(name: str, value: Any, choices: tuple[Any, ...]) -> Any:
    """One of a few values.

    >>> as_choice("measure", "dot", ("dot", "cosine"))
    'dot'
    """
    plain = value.item() if isinstance(value, np.generic) else value
    if any(isinstance(plain, type(choice)) and plain == choice for choice in choices):
        return plain
    raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}; got {shown(value)}")


def as_floating(dtype: DTypeLike) -> np.dtype[Any]:
    """A dtype of real floating-point numbers; None stands for float32, the default everywhere.

    >>> as_floating("float64")
    dtype('float64')
    """
    try:
        precision = np.dtype(np.float32 if dtype is None else dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"dtype must be a floating-point type such as float32; got {shown(dtype)}") from error
    if precision.kind != "f":
        raise ValueError(f"dtype must be a floating-point type such as float32; got {shown(dtype)}")
    return precision


def as_numbers(name: str, value: ArrayLike, finite: bool = True) -> Array:
    """Real numbers in an array of any shape, as they are."""
    allowed = f"{name} must be an array of real{', finite' if finite else ''} numbers"
    array = _as_array(allowed, value)
    if finite:
        _refuse_beyond(allowed, array)
    return array


def as_vectors(name: str, value: ArrayLike) -> Array:
    """Vectors along the last axis, (…, n, dim), floating-point and finite; whole numbers become float32."""
    allowed = f"{name} must be an array of real numbers of shape (…, n, dim)"
    array = _as_array(allowed, value)
    if array.ndim < 2:
        raise ValueError(f"{allowed}; got {array.dtype} {array.shape}")
    return _as_float(allowed, array)


def as_reals(name: str, value: ArrayLike, axes: int) -> Array:
    """Finite real numbers in an array of so many axes, floating-point; whole numbers become float32."""
    allowed = f"{name} must be an array of real numbers of {axes} {'axis' if axes == 1 else 'axes'}"
    array = _as_array(allowed, value)
    if array.ndim != axes:
        raise ValueError(f"{allowed}; got {array.dtype} {array.shape}")
    return _as_float(allowed, array)


def as_table(name: str, value: ArrayLike) -> Array:
    """Vectors in a table of two axes, (n, dim)."""
    table = as_vectors(name, value)
    if table.ndim != 2:
        raise ValueError(f"{name} must have shape (n, dim); got {table.shape}")
    return table


def as_permutation(value: ArrayLike, n: int) -> Array:
    """Each of 0…n−1 once, in any order.

    >>> as_permutation([2, 0, 1], 3)
    array([2, 0, 1])
    """
    allowed = f"permutation must hold each of 0…{n - 1} once"
    order = _as_array(allowed, value)
    if order.dtype.kind not in "iu" or order.shape != (n,) or not np.array_equal(np.sort(order), np.arange(n)):
        raise ValueError(f"{allowed}; got {shown(value)}")
    return order


def as_whole(name: str, value: ArrayLike) -> Array:
    """Whole numbers of any shape, as int64; floats without a fraction are whole.

    >>> as_whole("offsets", [[-1.0, 2.0]])
    array([[-1,  2]])
    """
    allowed = f"{name} must be whole numbers between −2^53 and 2^53"
    array = _as_array(allowed, value)
    _refuse_beyond(allowed, array, WHOLE)
    refuse(allowed, array, array != np.floor(array))
    return array.astype(np.int64)


def as_edges(value: ArrayLike) -> Array:
    """Where ranges of positions begin, and where the last ends: ascending whole numbers from 0 on, as int64.

    >>> as_edges([0, 2, 5])
    array([0, 2, 5])
    """
    edges = as_whole("edges", value)
    if edges.ndim != 1 or len(edges) < 2 or edges[0] < 0 or (np.diff(edges) < 1).any():
        raise ValueError(f"edges must be two or more ascending whole numbers from 0 on; got {shown(value)}")
    return edges


def as_shaped(name: str, value: ArrayLike, shape: tuple[int | None, ...], infinite: bool = False) -> Array:
    """Real numbers of this shape, as float64; None stands for any length. Finite, or with infinite ones (masked scores).

    >>> as_shaped("embedding", np.eye(3), (3, 2))
    Traceback (most recent call last):
    ValueError: embedding must be real numbers of shape (3, 2); got shape (3, 3)
    """
    allowed = f"{name} must be real numbers of shape ({', '.join('any' if n is None else str(n) for n in shape)})"
    array = _as_array(allowed, value)
    if len(shape) != array.ndim or any(want not in (None, has) for want, has in zip(shape, array.shape, strict=True)):
        raise ValueError(f"{allowed}; got shape {array.shape}")
    if np.isnan(array).any():
        raise ValueError(f"{allowed}; got one that is not a number")
    if not infinite:
        _refuse_beyond(f"{allowed}, all of them finite", array)
    return array.astype(np.float64)


def as_pair(query: ArrayLike, key: ArrayLike) -> tuple[Array, Array]:
    """A query and a key (dim,) that have a direction, as float64."""
    q = as_shaped("query", query, (None,))
    k = as_shaped("key", key, (len(q),))
    if not (q.any() and k.any()):
        raise ValueError("query and key must be no vectors of zeros")
    return q, k


def as_field(name: str, value: ArrayLike) -> Array:
    """Real or complex numbers (height, width, pairs), at least one each way."""
    allowed = f"{name} must be numbers of shape (height, width, pairs), none of them 0"
    field = _as_array(allowed, value, kinds="iufc")
    if field.ndim != 3 or field.size == 0 or not np.isfinite(field).all():
        raise ValueError(f"{allowed}, and finite; got {field.dtype} {field.shape}")
    return field


def as_matrices(name: str, value: ArrayLike) -> Array:
    """Square matrices (…, n, n), n at least 1, as float64; what is not a number in them says that none is known."""
    allowed = f"{name} must have shape (…, n, n) with n at least 1"
    array = _as_array(f"{allowed}, and hold real numbers", value)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2] or array.size == 0:
        raise ValueError(f"{allowed}; got {array.shape}")
    return array.astype(np.float64)


def as_mask(name: str, value: ArrayLike, shape: tuple[int, ...]) -> Array:
    """True or false, or numbers that are 0 or not, in an array of this shape."""
    allowed = f"{name} must be true or false for each of {' × '.join(map(str, shape))} pixels"
    mask = _as_array(allowed, value, kinds="biuf")
    if mask.dtype.kind == "f" or mask.shape != shape:
        raise ValueError(f"{allowed}; got {mask.dtype} {mask.shape}")
    return mask != 0


def as_words(value: Any, name: str = "words") -> list[str]:
    """Words: a list of strings, which one string is not.

    >>> as_words(("King", "Queen"))
    ['King', 'Queen']
    """
    if (isinstance(value, list | tuple) or np.ndim(value) == 1) and all(isinstance(word, str) for word in value):
        return [str(word) for word in value]
    raise ValueError(f"{name} must be a list of strings; got {shown(value)}")


def as_function(name: str, value: Any) -> Callable[..., Any]:
    """What can be called."""
    if not callable(value):
        raise ValueError(f"{name} must be a function; got {shown(value)}")
    return value


def refuse(allowed: str, values: Array, wrong: Array) -> None:
    """Raise a ValueError that says what is allowed and quotes the first value that is wrong, if any is.

    >>> refuse("r1 must be positive", np.array([2, -1, 0]), np.array([False, True, True]))
    Traceback (most recent call last):
    ValueError: r1 must be positive; got -1
    """
    if wrong.any():
        raise ValueError(f"{allowed}; got {values[wrong][0]}")


def shown(value: Any) -> str:
    """A bad value as an error quotes it: on one line, and cut where it is long.

    >>> shown("dots"), len(shown([1] * 1000))
    ("'dots'", 201)
    """
    try:
        text = " ".join(line.strip() for line in repr(value).splitlines())
    except RecursionError:
        return "lists within lists without end"
    except ValueError:  # Python does not write whole numbers of more than 4,300 digits
        what = "" if isinstance(value, int) else f"a {type(value).__name__} with "
        return f"{what}a number of more digits than Python writes"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _as_array(allowed: str, value: ArrayLike, kinds: str = "iuf") -> Array:
    """An array of numbers of these kinds, as NumPy names them; a masked one would lose its mask and is refused."""
    parts = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(part, np.ma.MaskedArray) and np.ma.is_masked(part) for part in parts):
        raise ValueError(f"{allowed}, with no masked ones among them; got {shown(value)}")
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{allowed}; got {shown(value)}") from error
    if array.dtype.kind not in kinds:
        raise ValueError(f"{allowed}; got {shown(value)}")
    return array


def _as_float(allowed: str, array: Array) -> Array:
    _refuse_beyond(f"{allowed}, all of them finite", array)
    return array if array.dtype.kind == "f" else array.astype(np.float32)


def _refuse_beyond(allowed: str, array: Array, limit: float = np.inf) -> None:
    """Raise unless every number is nearer to 0 than the limit, which what is not a number never is."""
    if limit == np.inf:
        good = bool(np.isfinite(array).all())
    else:
        good = not array.size or (-limit < float(array.min()) and float(array.max()) < limit)
    if not good:
        refuse(allowed, array, ~(np.abs(array.astype(np.float64)) < limit))
