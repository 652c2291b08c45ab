"""DeBERTa: buckets by whole-number arithmetic, and which content meets which position."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posenc.schemes.deberta import TOY_DIM, Deberta


def textbook(offset, bucket_size, max_position, clamp=False):
    """Beyond near, step m ends where (distance / near)^(near − 1) passes (last / near)^m: no logarithm."""
    near, last = bucket_size // 2, max_position - 1
    sign, distance = (1 if offset > 0 else -1), abs(offset)
    if clamp:
        distance = min(distance, last)
    if distance <= near:
        return sign * distance
    steps = 0
    while distance ** (near - 1) * near**steps > last**steps * near ** (near - 1):
        steps += 1
    return sign * (near + steps)


@given(
    st.lists(st.integers(-500, 500), min_size=1, max_size=15), st.integers(2, 40), st.integers(60, 400), st.booleans()
)
def test_buckets_by_whole_numbers(offsets, bucket_size, max_position, clamp):
    buckets = Deberta(bucket_size, max_position, clamp).buckets(offsets)
    assert buckets.dtype == np.int64
    assert buckets.tolist() == [textbook(offset, bucket_size, max_position, clamp) for offset in offsets]


@pytest.mark.parametrize(("bucket_size", "max_position"), [(20, 81), (32, 129), (32, 1025)])
def test_a_distance_at_the_very_edge_is_not_in_the_next_bucket(bucket_size, max_position):
    """Here ln(distance/near) / ln((max_position − 1)/near) is a whole step that float64 passes."""
    distances = range(max_position)
    buckets = Deberta(bucket_size, max_position).buckets(distances)
    assert buckets.tolist() == [textbook(distance, bucket_size, max_position) for distance in distances]


def test_what_is_known():
    scheme = Deberta()
    near = np.arange(-128, 129)
    np.testing.assert_array_equal(scheme.buckets(near), near)
    assert scheme.buckets([511, -511]).tolist() == [255, -255]
    assert scheme.buckets(5000) > 255  # transformers lets them grow
    assert Deberta(clamp=True).buckets([5000, -5000]).tolist() == [255, -255]


@pytest.mark.parametrize("shape", [(), (0,), (6,), (2, 3)])
def test_buckets_keep_the_shape(shape):
    assert Deberta().buckets(np.full(shape, -3.0)).shape == shape


def test_kernel_is_constant_per_bucket_of_query_minus_key():
    scheme, offsets = Deberta(16, 64, clamp=True), np.arange(-100, 101)
    kernel, buckets = scheme.kernel(offsets, heads=3), scheme.buckets(-offsets)
    for bucket in set(buckets):
        assert np.ptp(kernel[:, buckets == bucket], axis=1).max() < 1e-6
    assert len(np.unique(kernel[0].round(5))) == len(set(buckets))


def positions_alone(scheme, queries, keys):
    """What is added to scores of 0, times √(3·dim)."""
    heads, n, dim = queries.shape
    return scheme.add_to_scores(np.zeros((heads, n, n)), queries, keys, np.arange(n)) * np.sqrt(3 * dim)


def test_both_contents_meet_the_position():
    scheme, (queries, keys) = Deberta(8, 16), np.random.default_rng(0).standard_normal((2, 3, 10, 6))
    none = np.zeros_like(queries)
    from_query, from_key = positions_alone(scheme, queries, none), positions_alone(scheme, none, keys)
    np.testing.assert_allclose(positions_alone(scheme, queries, keys), from_query + from_key)
    for only, matrix in ((queries, from_query), (keys, from_key.swapaxes(1, 2))):  # a row a query, a column a key
        alone = np.zeros_like(only)
        alone[:, 4] = only[:, 4]
        given = (alone, none) if only is queries else (none, alone)
        got = positions_alone(scheme, *given)
        got = got if only is queries else got.swapaxes(1, 2)
        np.testing.assert_allclose(got[:, 4], matrix[:, 4])
        assert not np.delete(got, 4, axis=1).any()


def test_the_rows_are_those_of_the_buckets():
    """q_i · K[bucket(i − j)] + k_j · Q[bucket(j − i)], pair by pair, with the tables drawn from the seed."""
    scheme, (queries, keys) = Deberta(8, 16, seed=5), np.random.default_rng(0).standard_normal((2, 2, 40, 6))
    key_rows, query_rows = np.random.default_rng(5).standard_normal((2, 2, 16, 6))
    got = positions_alone(scheme, queries, keys)
    for i in range(40):
        for j in range(40):
            to, back = (min(max(textbook(offset, 8, 16) + 8, 0), 15) for offset in (i - j, j - i))
            expected = (queries[:, i] * key_rows[:, to] + keys[:, j] * query_rows[:, back]).sum(-1)
            np.testing.assert_allclose(got[:, i, j], expected, atol=1e-12)


def test_bias_is_what_is_added_for_the_toy_query_and_key():
    query, key = np.random.default_rng((0, 1)).standard_normal((2, 3, 1, TOY_DIM)).repeat(20, axis=2)
    scheme, nothing = Deberta(8, 16), np.zeros((3, 20, 20))
    np.testing.assert_allclose(
        scheme.bias(20, 20, 3), scheme.add_to_scores(nothing, query, key, np.arange(20)), atol=1e-6
    )


def test_scores_of_content_are_over_the_root_of_3():
    scores = np.random.default_rng(0).standard_normal((2, 5, 5))
    nothing = np.zeros((2, 5, 4))
    np.testing.assert_allclose(Deberta().add_to_scores(scores, nothing, nothing, np.arange(5)), scores / np.sqrt(3))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Deberta(bucket_size=1), "bucket_size must be a whole number of at least 2 .* got 1"),
        (lambda: Deberta(256, 129), "max_position must be a whole number of at least 130; got 129"),
        (lambda: Deberta(clamp=None), "clamp must be one of False, True; got None"),
        (lambda: Deberta().buckets([1, 0.25]), "offsets must be whole numbers .* got 0.25"),
        (lambda: Deberta().buckets([2**60]), "offsets must be whole numbers between .* got 1152921504606846976"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
