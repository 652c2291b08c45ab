"""The lesson's small experiments: every sum adds up, and each way to number places fails where it is said to."""

import numpy as np
import pytest

import posenc
from posenc.experiments.lesson import NUMBERINGS, STEPS, VECTORS, WORDS, by_hand, judge


def test_each_number_is_the_sum_of_its_terms():
    found = by_hand(VECTORS)
    for step in STEPS:
        table = getattr(found, step)
        for row, column in np.ndindex(table.shape):
            total = sum(first * second for first, second in found.terms(step, row, column))
            total /= 2 if step == "scores" else 1
            assert total == pytest.approx(table[row, column], rel=1e-12), (step, row, column)


def test_it_is_the_attention_of_the_formula():
    found = by_hand(VECTORS)
    softmax = np.exp(found.scores) / np.exp(found.scores).sum(1, keepdims=True)
    np.testing.assert_allclose(found.weights, softmax, rtol=1e-12)
    np.testing.assert_allclose(found.outputs, softmax @ VECTORS, rtol=1e-12)
    assert len(WORDS) == len(VECTORS)


def test_other_orders_permute_the_outputs():
    swap = [2, 1, 0]
    np.testing.assert_allclose(by_hand(VECTORS[swap]).outputs, by_hand(VECTORS).outputs[swap], rtol=1e-12)


def test_counting_has_no_largest_number():
    assert judge("count", 5, 50).largest == 49
    assert judge("count", 5, 250).largest == 249


def test_fractions_move_when_the_sentence_grows():
    found = judge("fractions", 5, 50)
    assert found.largest == 1
    assert found.moved == pytest.approx(1 - 4 / 49)


def test_binary_digits_jump():
    found = judge("binary", 5, 50)
    assert (found.largest, found.moved) == (1, 0)
    assert found.steps == pytest.approx((1, np.sqrt(6)))  # 0 to 1 flips one digit, 31 to 32 six


def test_waves_have_none_of_these_faults():
    found = judge("waves", 5, 250)
    assert found.largest <= 1
    assert found.moved < 1e-12
    assert found.steps[0] == pytest.approx(found.steps[1], rel=1e-9)
    np.testing.assert_array_equal(NUMBERINGS["waves"](9), posenc.scheme("sinusoidal").table(9, 8, np.float64))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: judge("letters", 5, 9), "way must be one of"),
        (lambda: judge("count", 1, 9), "length must be"),
        (lambda: judge("count", 9, 5), "longer must be"),
        (lambda: by_hand([[np.nan]]), "x must be"),
        (lambda: by_hand(VECTORS).terms("sums", 0, 0), "step must be one of"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
