"""Numbers out of sentences."""

import re


def number(said: str) -> float:
    """A number as a page writes it.

    >>> number("1,048,576"), number("0.21"), number("98.5%")
    (1048576.0, 0.21, 0.985)
    """
    value = float(said.rstrip("%").replace(",", ""))
    return value / 100 if said.endswith("%") else value


def found(pattern: str, text: str) -> list[float]:
    """The numbers that a sentence has where the pattern has groups; the sentence must be there.

    >>> found(r"from (\\S+) to (\\S+) it", "So from 0 to 1,024 it is.")
    [0.0, 1024.0]
    """
    match = re.search(pattern, text)
    assert match, f"no sentence {pattern!r} in {text}"
    return [number(group) for group in match.groups()]
