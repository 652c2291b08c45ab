"""Arrays made once: what is given is what would be made, whoever asked before, and little is kept."""

from dataclasses import dataclass
from threading import Thread

import numpy as np
import pytest

import posenc
from posenc.experiments.all_orders import all_orders
from posenc.experiments.sequence_models import attentive
from posenc.families import Absolute, Bias
from posenc.numeric import once
from posenc.parameters import parameter
from posenc.schemes.alibi import Alibi

BIASES = [cls for cls in posenc.schemes().values() if cls.family == "bias"]


@pytest.fixture(autouse=True)
def nothing_kept():
    once.forget()
    yield
    once.forget()


def counted(shape=(2,)):
    calls = []

    @once.once
    def make(*arguments):
        calls.append(arguments)
        return np.zeros(shape)

    return make, calls


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((1,), (2,)),
        ((1,), (1.0,)),
        ((1,), (True,)),
        (((1, 2),), ((1.0, 2.0),)),
        ((np.arange(3),), (np.arange(4),)),
        ((np.arange(4),), (np.arange(4).reshape(2, 2),)),
        ((np.zeros(2, np.int64),), (np.zeros(2),)),
        ((Alibi(),), (Alibi(symmetric=False),)),
    ],
)
def test_different_arguments_are_different(first, second):
    make, calls = counted()
    for arguments in (first, second, first, second):
        make(*arguments)
    assert calls == [first, second]


def test_what_is_kept_cannot_be_written_to():
    make, _ = counted()
    for _ in range(2):
        with pytest.raises(ValueError, match="read-only"):
            make(1)[0] = 1


def test_two_schemes_of_equal_fields_are_two():
    @dataclass(frozen=True)
    class One(Bias):
        size: float = parameter(1.0, "How much is added.")

        def bias(self, query_positions, key_positions, heads):
            return np.full((heads, len(query_positions), len(key_positions)), self.size)

    class Twice(One):  # not even a dataclass of its own
        def bias(self, query_positions, key_positions, heads):
            return 2 * super().bias(query_positions, key_positions, heads)

    scores, where = np.zeros((1, 2, 2)), np.arange(2)
    for scheme, added in ((One(), 1), (Twice(), 2), (One(), 1)):
        assert (scheme.add_to_scores(scores, scores, scores, where) == added).all()


def test_another_kind_of_array_of_one_scheme_is_another():
    """A scheme's table and its bias of the same positions are kept apart."""
    make, _ = counted((2,))
    other, _ = counted((3,))
    assert (make(1).shape, other(1).shape) == ((2,), (3,))


def test_what_cannot_be_hashed_is_made_anew():
    make, calls = counted()
    for arguments in (([1],), ([1],)):
        make(*arguments)
    assert len(calls) == 2


def test_large_arrays_and_long_arguments_are_not_kept():
    make, calls = counted((once.MAX_BYTES // 8 + 1,))
    assert make(1) is not make(1)
    make, calls = counted()
    for _ in range(2):
        make(np.zeros(once.MAX_BYTES // 8))
    assert len(calls) == 2


def test_little_is_kept_and_what_is_asked_for_stays():
    make, calls = counted((once.MAX_BYTES // 8,))
    for number in range(3 * once.MAX_ARRAYS):
        make(number), make(0)
    assert len(calls) == 3 * once.MAX_ARRAYS
    assert sum(array.nbytes for array in once._kept.values()) <= 32 << 20
    assert len(once._kept) == once.MAX_ARRAYS


def test_a_part_of_something_larger_is_kept_alone():
    whole = np.zeros((1000, 1000))
    make = once.once(lambda: whole[:1])
    assert make().base is None


def test_threads_may_ask_for_all_of_it_at_once():
    make = once.once(lambda number: np.full(3, number))
    wrong = []

    def ask():
        for number in [*range(2 * once.MAX_ARRAYS)] * 5:
            if (make(number) != number).any():
                wrong.append(number)

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("cls", posenc.schemes().values(), ids=posenc.schemes())
def test_a_second_time_and_anew_are_the_same(cls):
    """Every scheme, in attention: from what is kept as from scratch, bit for bit."""
    scheme, x = cls(), np.random.default_rng(0).standard_normal((6, 48))
    weights = posenc.AttentionWeights.random(48, dtype=np.float64)
    first = posenc.attention(x, weights, 3, True, scheme).output
    again = posenc.attention(x, weights, 3, True, scheme).output
    once.forget()
    anew = posenc.attention(x, weights, 3, True, scheme).output
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, anew)


@pytest.mark.parametrize(
    "cls", [cls for cls in BIASES if cls.add_to_scores is Bias.add_to_scores], ids=lambda cls: cls.id
)
def test_a_bias_of_positions_alone_is_added_as_it_is(cls):
    scheme, where = cls(), np.arange(7)
    scores = np.random.default_rng(0).standard_normal((3, 7, 7))
    plain = scores + scheme.bias(where, where, 3)
    for _ in range(2):
        np.testing.assert_array_equal(scheme.add_to_scores(scores, scores, scores, where), plain)
        curve = scheme.bias([0], where, 3)[:, 0].astype(np.float64)
        if cls.kernel is Bias.kernel:
            np.testing.assert_array_equal(scheme.kernel(where, heads=3), curve)


def test_every_order_and_layer_asks_once():
    """What a table and a bias are for these positions does not depend on the words."""
    asked = []

    @dataclass(frozen=True)
    class Table(Absolute):
        def table(self, positions, dim, dtype=np.float32):
            asked.append("table")
            return np.outer(positions, np.ones(dim)).astype(dtype)

    @dataclass(frozen=True)
    class Steps(Bias):
        def bias(self, query_positions, key_positions, heads):
            asked.append("bias")
            return np.ones((heads, 1, 1)) * np.subtract.outer(query_positions, key_positions)

    for scheme in (Table(), Steps()):
        assert all_orders(attentive(8, heads=2, layers=3, scheme=scheme), np.eye(4, 8)).distinct == 24
    assert asked == ["table", "bias"]
