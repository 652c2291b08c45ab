"""What kind of number a number is, so that nobody takes one for another. A scheme's own kind is `Scheme.values`."""

KINDS = {
    "exact": ("exact", "blue", "true of any weights, checked to rounding"),
    "formula": ("formula", "green", "follows from the scheme's formula: no weights take part"),
    "real": ("real model", "violet", "a real, trained model's numbers, or computed with them as that model does"),
    "mixed": ("part real", "gray", "a real model's numbers, together with others or used as that model never does"),
    "toy": ("toy weights", "orange", "computed with made-up weights: random ones from a fixed seed, or zeros"),
}


def badge(kind: str) -> str:
    """The label of a kind of number, as Markdown.

    >>> badge("real")
    ':violet-badge[real model]'
    """
    name, color, _ = KINDS[kind]
    return f":{color}-badge[{name}]"


def legend(*kinds: str) -> str:
    """What the labels used on a page mean, as Markdown, in one line.

    >>> legend("exact")
    ':blue-badge[exact] true of any weights, checked to rounding.'
    """
    return " &nbsp; ".join(f"{badge(kind)} {KINDS[kind][2]}." for kind in kinds)
