"""Numbers as people read them: no more digits than say something, and powers of ten for rounding errors alone."""

from charts.numbers import plain


def amount(value: float, digits: int = 3) -> str:
    """A number of so many digits; below a thousand with one behind the point at least, unless that is 0.

    >>> amount(11.2468), amount(628.3185), amount(62831.85), amount(0.2100001), amount(8.0)
    ('11.2', '628.3', '62,832', '0.21', '8')
    """
    return plain(value, digits, decimals=1)


def both(first: float, second: float) -> tuple[str, str]:
    """Two different numbers, with as many digits as it takes to see that they differ.

    >>> both(2.0, 8.0), both(2.00591, 2.00641)
    (('2', '8'), ('2.0059', '2.0064'))
    """
    for digits in range(3, 17):
        said = amount(first, digits), amount(second, digits)
        if said[0] != said[1]:
            break
    return said


def per_cent(share: float) -> str:
    """A share, 0 to 1, as whole per cents; neither nothing nor all where it is not.

    >>> per_cent(0.98), per_cent(0.0), per_cent(0.001), per_cent(0.9999), per_cent(1.0)
    ('98%', '0%', 'less than 1%', 'more than 99%', '100%')
    """
    if 0 < share < 0.01:
        return "less than 1%"
    return "more than 99%" if 0.99 < share < 1 else f"{share:.0%}"


def plural(count: int, one: str, more: str = "") -> str:
    """So many of something.

    >>> plural(1, "turn"), plural(2048, "turn")
    ('1 turn', '2,048 turns')
    """
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def scientific(value: float, digits: int = 0) -> str:
    """A number of any size, such as a rounding error: as people read it, or as a power of ten where that says more.

    >>> scientific(2.14e-16), scientific(0.0, 1), scientific(0.25, 1)
    ('2e-16', '0', '0.25')
    """
    if 1e-3 <= value < 1e3:
        return f"{value:.2g}"
    return f"{value:.{digits}e}" if value else "0"
