"""Numbers in a chart's text and a page's sentences."""

import math

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain(value: float, digits: int, decimals: int = 0) -> str:
    """A number of so many digits, whole where it has more; below a thousand with so many decimals, unless they are 0.

    >>> plain(1234.5, 2), plain(0.2149, 2), plain(628.3, 2), plain(628.3, 2, decimals=1), plain(8.0, 2, decimals=1)
    ('1,234', '0.21', '628', '628.3', '8')
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:.0f}"
    rounded = float(f"{value:.{digits}g}")
    shown = max(digits - 1 - math.floor(math.log10(abs(rounded))), decimals if abs(rounded) < 1000 else 0)
    text = f"{value:,.{shown}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(value: float, digits: int = 2) -> str:
    """A number of any size: below a ten-thousandth as a power of ten.

    >>> [number(value) for value in (0.2149, -12.0, 1330.4, 2.5e-7, 0.0)]
    ['0.21', '-12', '1,330', '2.5·10⁻⁷', '0']
    """
    if not 0 < abs(value) < 1e-4:
        return plain(value, digits)
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e-")
    return f"{float(mantissa):g}·10⁻{power.lstrip('0').translate(SUPERSCRIPTS)}"
