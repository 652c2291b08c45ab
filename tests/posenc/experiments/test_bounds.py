"""How many numbers schemes make, counted while they make them, and what is refused before it is made."""

import tracemalloc
from dataclasses import dataclass, replace

import numpy as np
import pytest

import posenc
from posenc.experiments.bounds import MAX_NUMBERS, refuse_costly, refuse_costly_means
from posenc.experiments.king_and_queen import rank_by_order
from posenc.families import Absolute
from posenc.numeric import once
from posenc.schemes.cope import Cope
from posenc.schemes.deberta import Deberta
from posenc.schemes.dynamic_position_bias import DynamicPositionBias
from posenc.schemes.shaw import Shaw
from posenc.schemes.sinusoidal import Sinusoidal
from posenc.schemes.swin import Swin
from posenc.schemes.swinv2 import SwinV2
from posenc.schemes.t5 import T5

HEAVY = [
    DynamicPositionBias(dim=256, depth=8),
    Deberta(bucket_size=512, max_position=1024),
    T5(num_buckets=65536, max_distance=1 << 20),
    Shaw(max_distance=4096),
    Swin(64, 64),
    SwinV2(64, 64),
    Cope(4096),
]


@pytest.fixture(autouse=True)
def nothing_kept():
    once.forget()
    yield
    once.forget()


@pytest.mark.parametrize(
    "scheme", [*(cls() for cls in posenc.schemes().values()), *HEAVY], ids=lambda scheme: scheme.id
)
def test_no_scheme_makes_many_more_numbers_than_it_says(scheme):
    """The peak while it makes them is at most twelve times 8 bytes each: what NumPy holds beside them on the way."""
    n, dim, heads = 48, 32, 8
    queries, keys = np.random.default_rng(0).standard_normal((2, heads, n, dim))
    scores, where = queries @ keys.swapaxes(1, 2), np.arange(n)

    def make():
        once.forget()
        if isinstance(scheme, posenc.Absolute | posenc.Rotary):
            return scheme.table(where, dim, np.float64)
        return scheme.add_to_scores(scores, queries, keys, where)

    made = make()  # what is read from a file is read now
    tracemalloc.start()
    make()
    peak = tracemalloc.get_traced_memory()[1] / 8
    tracemalloc.stop()
    said = scheme.numbers(n, dim, heads)
    assert peak <= 12 * said or scheme.family == "none"
    assert said >= made.size or scheme.family == "none"


def test_what_is_drawn_counts_whatever_is_kept_of_it():
    assert DynamicPositionBias(dim=1024, depth=16).numbers(6, 8, 8) > 15 * 1024**2
    assert Deberta(2048, 4096).numbers(6, 8, 8) > 2 * 8 * 4096 * 8
    assert T5(num_buckets=65536, max_distance=1 << 20).numbers(6, 8, 8) > 8 * 65536
    assert Shaw(4096).numbers(6, 8, 8) > 8193 * 8
    assert Cope(4096).numbers(6, 8, 8) < 1000  # six keys reach seven rows


def test_weights_of_the_network_are_counted_one_by_one():
    scheme = DynamicPositionBias(dim=5, depth=3)
    weights = (5 + 5) + 2 * (25 + 5) + (5 * 4 + 4)
    assert scheme.numbers(6, heads=4) == weights + 11 * 5 + 4 * 36


@pytest.mark.parametrize("cls", posenc.schemes().values(), ids=posenc.schemes())
def test_no_scheme_is_refused_with_its_defaults(cls):
    """At the largest sizes that pages ask for: else a page would have nothing to show in its place."""
    for length, dim, heads in ((256, 32, 32), (128, 128, 8), (24, 64, 8), (784, 768, 1), (4096, 512, 1)):
        if cls.family != "bias" or length <= 256:
            refuse_costly(cls(), min(length, cls().max_length or length), dim, heads)


def test_what_costs_too_much_is_refused_in_a_sentence():
    refuse_costly(DynamicPositionBias(dim=512, depth=16), 6)
    words = (
        r"dynamic_position_bias with dim=1024, depth=16 must make at most 4,194,304 numbers for 6 positions in 8 heads of"
        r" 64 dimensions; got 15,7\d\d,\d\d\d"
    )
    with pytest.raises(ValueError, match=words):
        refuse_costly(DynamicPositionBias(dim=1024, depth=16), 6)
    with pytest.raises(ValueError, match=r"^sinusoidal must make at most .* for 1,048,576 positions of 64 dim"):
        refuse_costly(Sinusoidal(), 1 << 20)


def test_the_bound_itself_is_allowed():
    refuse_costly(Sinusoidal(), MAX_NUMBERS // 64, 64)
    with pytest.raises(ValueError, match=r"got 4,194,368$"):
        refuse_costly(Sinusoidal(), MAX_NUMBERS // 64 + 1, 64)


def test_means_cost_little_where_there_is_a_formula_for_them():
    @dataclass(frozen=True)
    class Plain(Absolute):
        id = "plain"

        def table(self, positions, dim, dtype=np.float32):
            raise AssertionError

    for id in ("sinusoidal", "rotary", "sincos2d", "learned"):
        refuse_costly_means(posenc.scheme(id), 1 << 20, 4096)
    refuse_costly_means(Plain(), 4096, 1024)
    with pytest.raises(ValueError, match=r"plain must make at most .* 1,048,576 positions of 1,024 dimensions"):
        refuse_costly_means(Plain(), 1 << 20, 1024)


def test_the_library_makes_what_it_is_asked_for():
    """The bound is the pages': a model's sizes are nobody's to refuse."""
    scheme = DynamicPositionBias(dim=1024, depth=6)
    refused = replace(scheme, depth=16)
    with pytest.raises(ValueError, match="must make at most"):
        refuse_costly(scheme, 6)
    assert (
        scheme.bias(6, 6, 2).shape
        == scheme.add_to_scores(np.zeros((2, 6, 6)), *[np.zeros((2, 6, 4))] * 2, np.arange(6)).shape
    )
    layers = [(np.ones((out, into)) / into, None) for into, out in ((1, 1024), *[(1024, 1024)] * 15, (1024, 2))]
    assert refused.bias(6, 6, 2, layers).shape == (2, 6, 6)


def test_the_ranking_leaves_out_what_costs_too_much():
    x, weights = np.eye(6, 8), posenc.AttentionWeights.random(8, dtype=float)
    costly = DynamicPositionBias(dim=1024, depth=16)
    names, _ = rank_by_order(x, [5, 4, 3, 2, 1, 0], weights, chosen=costly)
    assert set(posenc.schemes()) - set(names) == {costly.id}
