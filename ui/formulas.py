"""A scheme's formula, with its letters explained."""

import posenc


def explained(cls: type[posenc.Scheme]) -> str:
    """As Markdown.

    >>> explained(posenc.schemes()["t5"]).partition("\\n\\n")[2][:40]
    ':small[$i, j$ positions of query and key'
    """
    return f"$\\displaystyle {cls.formula}$\n\n:small[{cls.letters}.]"
