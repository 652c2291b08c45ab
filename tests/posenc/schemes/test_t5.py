"""T5: buckets by whole-number arithmetic, one distance at a time, and the bias as a look-up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.t5 import T5

offsets = st.lists(st.integers(-300, 300), min_size=1, max_size=20)


def textbook(offset, bidirectional, num_buckets, max_distance):
    """Bucket near + m begins where (distance / near)^(side − near) reaches (max_distance / near)^m: no logarithm."""
    side = num_buckets // 2 if bidirectional else num_buckets
    near = side // 2
    behind = side if bidirectional and offset > 0 else 0
    distance = abs(offset) if bidirectional else max(-offset, 0)
    if distance < near:
        return behind + distance
    steps = 0
    while steps < side - 1 - near and distance ** (side - near) * near ** (steps + 1) >= max_distance ** (
        steps + 1
    ) * near ** (side - near):
        steps += 1
    return behind + near + steps


@given(offsets, st.booleans(), st.integers(4, 40), st.integers(21, 400))
def test_buckets_by_whole_numbers(offsets, bidirectional, num_buckets, max_distance):
    buckets = T5(bidirectional, num_buckets, max_distance).buckets(offsets)
    assert buckets.dtype == np.int64
    assert buckets.tolist() == [textbook(offset, bidirectional, num_buckets, max_distance) for offset in offsets]


@pytest.mark.parametrize(("num_buckets", "max_distance"), [(9, 128), (19, 288), (30, 480), (36, 32), (51, 144)])
def test_a_distance_at_the_very_edge_is_in_the_next_bucket(num_buckets, max_distance):
    """Here ln(distance/near) / ln(max_distance/near) is a whole step that float64 misses."""
    offsets = range(-max_distance, 1)
    buckets = T5(False, num_buckets, max_distance).buckets(offsets)
    assert buckets.tolist() == [textbook(offset, False, num_buckets, max_distance) for offset in offsets]


def test_what_is_known():
    scheme = T5()
    assert scheme.buckets(np.arange(-7, 8)).tolist() == [7, 6, 5, 4, 3, 2, 1, 0, 17, 18, 19, 20, 21, 22, 23]
    assert set(scheme.buckets(np.arange(-500, 501))) == set(range(32)) - {16}  # 16 would be distance 0 behind
    assert set(scheme.buckets([-(10**9), -128, -113])) == {15}
    causal = T5(bidirectional=False)
    assert set(causal.buckets(np.arange(500))) == {0}
    assert set(causal.buckets(np.arange(-500, 1))) == set(range(32))


@pytest.mark.parametrize("shape", [(), (0,), (6,), (2, 3), (1, 2, 3)])
@pytest.mark.parametrize("dtype", ["int8", "int64", "float32"])
def test_buckets_keep_the_shape(shape, dtype):
    buckets = T5().buckets(np.full(shape, -3, dtype))
    np.testing.assert_array_equal(buckets, np.full(shape, 3))
    assert (buckets.shape, buckets.dtype) == (shape, np.int64)


@given(queries=offsets, keys=offsets, scale=st.floats(0.0, 10.0), heads=st.integers(1, 4))
def test_bias_is_the_embedding_of_the_bucket(queries, keys, scale, heads):
    scheme, embedding = T5(scale=scale), np.random.default_rng(heads).standard_normal((32, heads))
    bias = scheme.bias(queries, keys, heads, embedding)
    for i, query in enumerate(queries):
        for j, key in enumerate(keys):
            expected = embedding[textbook(key - query, True, 32, 128)] * scale
            np.testing.assert_allclose(bias[:, i, j], expected, rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_kernel_is_constant_per_bucket(bidirectional):
    scheme, offsets = T5(bidirectional), np.arange(-300, 301)
    kernel, buckets = scheme.kernel(offsets, heads=3), scheme.buckets(offsets)
    for bucket in set(buckets):
        assert not np.ptp(kernel[:, buckets == bucket], axis=1).any()
    assert len(np.unique(kernel[0])) == len(set(buckets))


def test_a_head_is_the_same_however_many_there_are():
    np.testing.assert_array_equal(T5().bias(9, 9, 8)[:3], T5().bias(9, 9, 3))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: T5(bidirectional=1), "bidirectional must be one of False, True; got 1"),
        (lambda: T5(num_buckets=3), "num_buckets must be a whole number of at least 4; got 3"),
        (lambda: T5(False, num_buckets=1), "num_buckets must be a whole number of at least 2 .* got 1"),
        (lambda: T5(max_distance=8), "max_distance must be a whole number of at least 9; got 8"),
        (lambda: T5(False, max_distance=16), "max_distance must be a whole number of at least 17; got 16"),
        (lambda: T5(scale=-1.0), "scale must be a number from 0.0 .* got -1.0"),
        (lambda: T5().buckets([0.5]), "offsets must be whole numbers .* got 0.5"),
        (lambda: T5().buckets([np.nan]), "offsets must be whole numbers .* got nan"),
        (lambda: T5().buckets("near"), "offsets must be whole numbers .* got 'near'"),
        (lambda: T5().bias(2, 2, 3, np.ones((3, 32))), r"embedding must be .* shape \(32, 3\); got shape \(3, 32\)"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_fewest_buckets():
    assert T5(False, 2, 2).buckets([-3, -2, -1, 0, 1]).tolist() == [1, 1, 1, 0, 0]
    assert T5(True, 4, 2).buckets([-3, -1, 0, 1, 3]).tolist() == [1, 1, 0, 3, 3]
