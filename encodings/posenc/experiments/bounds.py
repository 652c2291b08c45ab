"""What a picture may cost: every scheme says how many numbers it makes, and too many are refused before any is made."""

from dataclasses import fields

from ..families import Absolute, Scheme

MAX_NUMBERS = 1 << 22
"""So many a scheme may make for one picture: 32 MB, and a twentieth of a second where they are drawn by chance."""
MAX_ROWS = 1024
"""More rows than any page's raster has."""


def refuse_costly(scheme: Scheme, length: int, dim: int = 64, heads: int = 8) -> None:
    """Raise a ValueError where a scheme makes more numbers than a picture may cost (see `Scheme.numbers`).

    For pages, which anybody can ask for anything. The schemes themselves make whatever they are asked for.

    >>> from posenc import scheme
    >>> refuse_costly(scheme("dynamic_position_bias"), 64)
    >>> refuse_costly(scheme("dynamic_position_bias", dim=1024, depth=16), 64)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: dynamic_position_bias with dim=1024, depth=16 must make at most 4,194,304 numbers ...; got 15,...
    """
    made = scheme.numbers(length, dim, heads)
    if made <= MAX_NUMBERS:
        return
    among = f" in {heads} head{'s' * (heads != 1)}" if scheme.family == "bias" else ""
    changed = [field.name for field in fields(scheme) if getattr(scheme, field.name) != field.default]
    said = ", ".join(f"{name}={getattr(scheme, name)!r}" for name in changed)
    raise ValueError(
        f"{scheme.id}{' with ' * bool(said)}{said} must make at most {MAX_NUMBERS:,} numbers for {length:,} positions"
        f"{among} of {dim:,} dimensions; got {made:,}"
    )


def refuse_costly_layer(scheme: Scheme, length: int, dim: int, heads: int) -> None:
    """The same for a layer of attention: a table is as wide as its vectors, anything else as their part in a head."""
    refuse_costly(scheme, length, dim if isinstance(scheme, Absolute) else dim // heads, heads)


def refuse_costly_means(scheme: Scheme, length: int, dim: int) -> None:
    """The same for a raster of a table, whose cells are means: a formula for them spares the table of all positions.

    >>> from posenc import scheme
    >>> refuse_costly_means(scheme("sinusoidal"), 1 << 20, 1024)
    """
    has_formula = not isinstance(scheme, Absolute) or type(scheme).mean_table is not Absolute.mean_table
    refuse_costly(scheme, min(length, MAX_ROWS) if has_formula else length, dim)
