"""Arguments from outside, checked: a bad one raises a ValueError that says what is allowed."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[Any]


def as_positions(positions: ArrayLike, name: str = "positions") -> Array:
    """Positions as a 1-D array: a length n means 0…n−1, an array stays what it is.

    >>> as_positions(3)
    array([0, 1, 2])
    >>> as_positions([0.5, 7])
    array([0.5, 7. ])
    """
    allowed = f"{name} must be a length of 0 or more, or a 1-D array of finite numbers"
    try:
        array = np.asarray(positions)
    except ValueError as error:
        raise ValueError(f"{allowed}; got {positions!r}") from error
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{allowed}; got {positions!r}")
    if array.ndim == 0:
        return np.arange(as_count(name, positions, minimum=0))
    if array.ndim != 1:
        raise ValueError(f"{allowed}; got an array of shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{allowed}; got one that is infinite or not a number")
    return array if array.dtype.kind == "f" else array.astype(np.int64)


def as_count(name: str, value: Any, minimum: int = 1, maximum: int | None = None, multiple: int = 1) -> int:
    """A whole number within limits.

    >>> as_count("heads", 8)
    8
    >>> as_count("dim", 7, multiple=2)
    Traceback (most recent call last):
    ValueError: dim must be a whole number of at least 1 that 2 divides; got 7
    """
    whole = isinstance(value, int | np.integer) or (isinstance(value, np.ndarray) and value.dtype.kind in "iu")
    good = whole and not isinstance(value, bool) and np.ndim(value) == 0 and value >= minimum
    if good and (maximum is None or value <= maximum) and value % multiple == 0:
        return int(value)
    upper = "" if maximum is None else f" and at most {maximum}"
    divides = "" if multiple == 1 else f" that {multiple} divides"
    raise ValueError(f"{name} must be a whole number of at least {minimum}{upper}{divides}; got {shown(value)}")


def shown(value: Any) -> str:
    """A value as an error repeats it.

    >>> shown("dot"), shown(10**5000)
    ("'dot'", 'what is too large to print')
    """
    try:
        return repr(value)
    except (ValueError, RecursionError):  # of more than 4,300 digits, or lists within lists without end
        return "what is too large to print"


def as_choice(name: str, value: Any, choices: tuple[Any, ...]) -> Any:
    """One of a few values.

    >>> as_choice("measure", "dot", ("dot", "cosine"))
    'dot'
    """
    if any(isinstance(value, type(choice)) and value == choice for choice in choices):
        return value
    raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}; got {shown(value)}")


def as_floating(dtype: DTypeLike) -> np.dtype[Any]:
    """A dtype of real floating-point numbers.

    >>> as_floating("float64")
    dtype('float64')
    """
    try:
        known = np.dtype(dtype)
    except TypeError as error:
        raise ValueError(f"dtype must be a floating-point type such as float32; got {dtype!r}") from error
    if known.kind != "f":
        raise ValueError(f"dtype must be a floating-point type such as float32; got {dtype!r}")
    return known


def as_vectors(name: str, value: ArrayLike) -> Array:
    """Vectors along the last axis, (…, n, dim), floating-point; whole numbers become float32."""
    allowed = f"{name} must be an array of real numbers of shape (…, n, dim)"
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{allowed}; got {value!r}") from error
    if array.dtype.kind not in "iuf" or array.ndim < 2:
        raise ValueError(f"{allowed}; got {array.dtype} {array.shape}")
    return array if array.dtype.kind == "f" else array.astype(np.float32)


def as_permutation(value: ArrayLike, n: int) -> Array:
    """Each of 0…n−1 once, in any order.

    >>> as_permutation([2, 0, 1], 3)
    array([2, 0, 1])
    """
    try:
        order = np.asarray(value)
    except ValueError:
        order = np.empty(0)
    if order.dtype.kind not in "iu" or order.shape != (n,) or not np.array_equal(np.sort(order), np.arange(n)):
        raise ValueError(f"permutation must hold each of 0…{n - 1} once; got {value!r}")
    return order


def as_whole(name: str, value: ArrayLike) -> Array:
    """Whole numbers of any shape, as int64; floats without a fraction are whole.

    >>> as_whole("offsets", [[-1.0, 2.0]])
    array([[-1,  2]])
    """
    allowed = f"{name} must be whole numbers between −2^53 and 2^53"
    array = _as_real(allowed, value)
    for bad in array[(np.abs(array.astype(np.float64)) >= 2.0**53) | (array != np.floor(array))].flat:
        raise ValueError(f"{allowed}; got {bad}")
    return array.astype(np.int64)


def as_shaped(name: str, value: ArrayLike, shape: tuple[int | None, ...]) -> Array:
    """Real numbers of this shape, as float64; None stands for any length.

    >>> as_shaped("embedding", np.eye(3), (3, 2))
    Traceback (most recent call last):
    ValueError: embedding must be real numbers of shape (3, 2); got shape (3, 3)
    """
    allowed = f"{name} must be real numbers of shape ({', '.join('any' if n is None else str(n) for n in shape)})"
    array = _as_real(allowed, value)
    if len(shape) != array.ndim or any(want not in (None, has) for want, has in zip(shape, array.shape, strict=True)):
        raise ValueError(f"{allowed}; got shape {array.shape}")
    if np.isnan(array).any():
        raise ValueError(f"{allowed}; got one that is not a number")
    return array.astype(np.float64)


def _as_real(allowed: str, value: ArrayLike) -> Array:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{allowed}; got {value!r}") from error
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{allowed}; got {value!r}")
    return array
