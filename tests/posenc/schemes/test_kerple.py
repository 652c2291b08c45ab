"""KERPLE's kernels, pair by pair."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.kerple import Kerple

places = st.lists(st.floats(0, 1000), min_size=1, max_size=6)
positive = st.floats(0.01, 3)


def textbook(kind, query, key, r1, r2, r3):
    if kind == "log_power":
        return -r1 * math.log(1 + r2 * abs(query - key) ** r3)
    distance = max(query - key, 0)
    return -r1 * (math.log(1 + r2 * distance) if kind == "log" else distance**r2)


@given(places, places, st.sampled_from(["log", "power", "log_power"]), positive, positive, positive)
def test_bias_pair_by_pair(queries, keys, kind, r1, r2, r3):
    learned = {"r1": [r1, 1.0], "r2": [r2, 0.5]} | ({"r3": [r3, 2.0]} if kind == "log_power" else {})
    bias = Kerple(kind).bias(queries, keys, 2, **learned)
    for i, query in enumerate(queries):
        for j, key in enumerate(keys):
            expected = textbook(kind, query, key, r1, r2, r3), textbook(kind, query, key, 1.0, 0.5, 2.0)
            np.testing.assert_allclose(bias[:, i, j], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", ["log", "power", "log_power"])
def test_it_decays_with_the_distance(kind):
    kernel = Kerple(kind).kernel(np.arange(-50, 51), heads=6)
    assert (np.diff(kernel[:, :51]) > 0).all()
    assert not kernel[:, 50].any()
    if kind == "log_power":
        np.testing.assert_array_equal(kernel, kernel[:, ::-1])
    else:
        assert not kernel[:, 50:].any()


def test_power_1_is_alibi_and_the_logarithm_is_slower():
    line = Kerple("power").bias([30], 31, 1, r1=[1.0], r2=[1.0])[0, 0]
    np.testing.assert_allclose(line, np.arange(-30, 1))
    assert (Kerple().bias([30], 31, 1, r1=[1.0], r2=[1.0])[0, 0, :-1] > line[:-1]).all()


def test_toy_parameters_lie_where_the_authors_draw_them():
    for kind, limits in (("log", (2, 1)), ("power", (1, 2)), ("log_power", (2, 1, 2))):
        for (name, values), limit in zip(Kerple(kind)._toy_parameters(500).items(), limits, strict=True):
            assert name in ("r1", "r2", "r3")
            assert 0.01 <= values.min() < values.max() <= limit
            assert values.max() > 0.9 * limit


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Kerple("exp"), "kind must be one of 'log', 'power', 'log_power'; got 'exp'"),
        (lambda: Kerple().bias(2, 2, 1, r1=[0.0]), "r1 must be positive; got 0.0"),
        (lambda: Kerple().bias(2, 2, 1, r2=[-2.0]), "r2 must be positive; got -2.0"),
        (lambda: Kerple().bias(2, 2, 2, r2=[1.0]), r"r2 must be real numbers of shape \(2\); got shape \(1,\)"),
        (lambda: Kerple().bias(2, 2, 1, r3=[1.0]), r"r3 must be left out unless kind is 'log_power'; got \[1.0\]"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
