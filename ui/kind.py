"""What kind of number a number is, so that nobody takes one for another."""

KINDS = {
    "exact": ("exact", "blue", "true of any weights, checked to rounding"),
    "real": ("real model", "violet", "computed with the weights of a real, trained model"),
    "mixed": ("part real", "gray", "some numbers are a real model's, others are random, from a formula or changed"),
    "toy": ("toy weights", "orange", "computed with random weights from a fixed seed"),
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
