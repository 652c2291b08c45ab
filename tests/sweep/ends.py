"""The parameters of a scheme at both ends, as a link has them; numbers as pages write them."""

from collections.abc import Iterator

import posenc


def number(said: str) -> float:
    """A number as the pages write it.

    >>> [number(said) for said in ("−1,330", "2.5·10⁻⁷", "-0.21")]
    [-1330.0, 2.5e-07, -0.21]
    """
    plain = said.replace(",", "").replace("−", "-").replace("·10⁻", "e-")
    return float(plain.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))


LARGE = {
    "width": 32,
    "height": 32,
    "depth": 4,
    "max_distance": 4096,
    "num_buckets": 4096,
    "bucket_size": 512,
    "dim": 256,
}
"""Where the largest value allowed costs too much for a test that opens many pages."""


def ends(cls: type[posenc.Scheme], mark: str = "", taken: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """Links that set one parameter each: to every choice, to its smallest value, to its largest (or a large one).

    >>> list(ends(posenc.schemes()["alibi"]))
    [{'symmetric': 'false'}, {'max_bias': '0.0'}, {'max_bias': '64.0'}]
    """
    for name, known in cls.parameters().items():
        key = name + (mark or ("_1" if name in taken else ""))
        values: list[object] = []
        if known.several or name == "seed":
            continue
        if known.choices:
            values = [value for value in known.choices if value != known.default]
        elif isinstance(known.default, bool):
            values = [not known.default]
        elif known.minimum is not None:
            largest = LARGE.get(name, known.maximum)
            values = [known.minimum, *([] if largest is None else [min(largest, known.maximum or largest)])]
            values = [float(v) if isinstance(known.default, float) else int(v) for v in values if v != known.default]
        for value in values:
            yield {key: str(value).lower()}
