"""Beyond the trained length: what each pair does, told from its angles, and the mean kernel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments.long_context import (
    EXTRAPOLATES,
    INTERPOLATES,
    KINDS,
    SEEN,
    STILL,
    decay,
    mean_kernel,
    ranges,
    stretch,
    unscaled,
)


def rotary(kind: str | None = None, **parameters):
    return posenc.scheme("rotary", scaling=posenc.rope_scaling(kind, **parameters) if kind else None)


def test_without_scaling_slow_pairs_extrapolate_and_no_pair_is_slowed():
    pairs = stretch(rotary(), 128, trained=4096, length=16384)
    slow = 2 * np.pi / rotary().frequencies(128) > 4096
    assert pairs.kinds() == [EXTRAPOLATES if pair else SEEN for pair in slow]
    assert pairs.kinds(scaled=False) == pairs.kinds()
    np.testing.assert_array_equal(pairs.slowed, 1)
    assert slow.sum() == 18


def test_in_the_trained_length_nothing_extrapolates():
    assert EXTRAPOLATES not in stretch(rotary(), 128, 4096, 4096).kinds()
    assert INTERPOLATES in stretch(rotary(), 128, 4096, 4096).kinds()


@pytest.mark.parametrize(
    ("scaling", "extrapolate"),
    [
        (("linear", {"factor": 4.0}), False),
        (("linear", {"factor": 3.9}), True),
        (("yarn", {"factor": 4.0, "original_max_position_embeddings": 4096}), False),
        (("llama3", {"factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                     "original_max_position_embeddings": 4096}), False),
        (("dynamic", {"factor": 1.0, "max_position_embeddings": 4096}), True),
    ],
)  # fmt: skip
def test_scaling_by_as_much_as_the_text_is_longer_keeps_slow_pairs_within_known_angles(scaling, extrapolate):
    kind, parameters = scaling
    pairs = stretch(rotary(kind, **parameters), 128, 4096, 16384)
    assert (EXTRAPOLATES in pairs.kinds()) == extrapolate
    assert EXTRAPOLATES in pairs.kinds(scaled=False)


def test_turns_are_angles_over_two_pi():
    pairs = stretch(rotary("linear", factor=2.0), 4, trained=100, length=1000)
    np.testing.assert_allclose(pairs.turns_trained, np.array([1, 0.01]) * 100 / (2 * np.pi))
    np.testing.assert_allclose(pairs.turns_before, pairs.turns_trained * 10)
    np.testing.assert_allclose(pairs.turns_after, pairs.turns_trained * 5)
    np.testing.assert_allclose(pairs.wavelengths_before, 2 * np.pi / np.array([1, 0.01]))
    np.testing.assert_allclose(pairs.wavelengths_after / pairs.wavelengths_before, pairs.slowed)


def test_the_length_decides_where_the_scaling_does():
    dynamic = rotary("dynamic", factor=2.0, max_position_embeddings=4096)
    assert stretch(dynamic, 128, 4096, 4096).slowed.max() == 1
    assert stretch(dynamic, 128, 4096, 8192).slowed.max() > 2.9
    factors = dict(short_factor=[1.0] * 32, long_factor=[5.0] * 32, original_max_position_embeddings=4096)
    long = rotary("longrope", **factors)
    assert [stretch(long, 64, 4096, length).slowed.max() for length in (4096, 4097)] == [1, pytest.approx(5)]


def test_pairs_that_stand_still_turn_infinitely_slower():
    pairs = stretch(rotary("proportional", partial_rotary_factor=0.25), 32, 4096, 8192)
    assert np.isinf(pairs.slowed[4:]).all()
    assert pairs.kinds()[4:] == [STILL] * 12


def test_unscaled_is_the_same_scheme_without_its_scaling():
    scaled = posenc.scheme("rotary", base=500.0, rotary_dim=16, scaling=posenc.rope_scaling("linear", factor=2.0))
    assert unscaled(scaled) == posenc.scheme("rotary", base=500.0, rotary_dim=16)
    assert unscaled(posenc.scheme("mrope")) == posenc.scheme("mrope")


@given(
    start=st.integers(0, 3000),
    wide=st.integers(1, 500),
    dim=st.sampled_from([8, 32]),
    turning=st.sampled_from([None, 4]),
    factor=st.sampled_from([1.0, 8.0]),
)
def test_the_mean_kernel_is_the_mean_of_the_kernel(start, wide, dim, turning, factor):
    scaling = posenc.rope_scaling("yarn", factor=factor, original_max_position_embeddings=1024)
    scheme = posenc.scheme("rotary", rotary_dim=turning, scaling=scaling)
    expected = scheme.kernel(np.arange(start, start + wide), dim, 1).mean()
    assert mean_kernel(scheme, dim, np.array([start, start + wide]), 8192)[0] == pytest.approx(expected, abs=1e-12)


def test_decay_compares_scaled_and_unscaled_in_the_same_ranges():
    scheme = rotary("yarn", factor=4.0, original_max_position_embeddings=1024)
    fading = decay(scheme, 64, 4096, maximum=10)
    np.testing.assert_array_equal(fading.before, mean_kernel(rotary(), 64, fading.edges, 4096))
    np.testing.assert_array_equal(fading.after, mean_kernel(scheme, 64, fading.edges, 4096))
    assert ((fading.edges[:-1] <= fading.distances) & (fading.distances < fading.edges[1:])).all()


@given(stop=st.integers(2, 1 << 20), maximum=st.integers(1, 200))
def test_ranges_begin_at_one_end_at_the_last_and_never_shrink_to_nothing(stop, maximum):
    edges = ranges(stop, maximum)
    assert (edges[0], edges[-1]) == (1, stop)
    assert (np.diff(edges) >= 1).all()
    assert len(edges) <= maximum + 1


def test_kinds_are_three():
    assert set(stretch(rotary(), 64, 512, 4096).kinds()) | set(stretch(rotary(), 64, 512, 64).kinds()) == set(KINDS)


@pytest.mark.parametrize(
    ("trained", "length", "words"),
    [(0, 8, "trained must be a whole number"), (8, 1 << 21, "length must be a whole number"), (8, 2.0, "length must")],
)
def test_bad_lengths(trained, length, words):
    with pytest.raises(ValueError, match=words):
        stretch(rotary(), 8, trained, length)


@given(window=st.integers(2, 9000), trained=st.integers(1, 9000), length=st.integers(1, 9000))
def test_no_angle_is_new_within_a_window_that_was_filled_in_training(window, trained, length):
    pairs = stretch(rotary(), 64, trained, length, window)
    np.testing.assert_allclose(pairs.turns_trained, pairs.before * min(window, trained) / (2 * np.pi))
    np.testing.assert_allclose(pairs.turns_after, pairs.after * min(window, length) / (2 * np.pi))
    assert (EXTRAPOLATES in pairs.kinds()) == (min(window, length) > min(window, trained) and len(pairs.slow) > 0)


def test_a_window_ends_the_curve():
    fading = decay(rotary(), 64, 4096, maximum=10, window=100)
    assert fading.edges[-1] == 100
    np.testing.assert_array_equal(fading.before, fading.after)


def test_features_beside_the_turning_ones_stand_still_in_the_curve_and_the_softmax_scale_multiplies_what_is_scaled():
    scheme = rotary("yarn", factor=40.0, original_max_position_embeddings=4096, mscale=1.0, mscale_all_dim=1.0)
    alone, whole = decay(scheme, 64, 4096, maximum=10), decay(scheme, 64, 4096, maximum=10, head=192, softmax_scale=1.5)
    np.testing.assert_allclose(whole.before, (alone.before * 64 + 128) / 192)
    np.testing.assert_allclose(whole.after, 1.5 * (alone.after * 64 + 128) / 192)


def test_proportional_scaling_takes_away_its_factor_alone():
    scheme = rotary("proportional", partial_rotary_factor=0.25, factor=2.0)
    pairs = stretch(scheme, 32, 4096, 8192)
    np.testing.assert_array_equal(pairs.turning, [True] * 4 + [False] * 12)
    np.testing.assert_allclose(pairs.slowed[:4], 2)
    assert pairs.changed
    assert not stretch(rotary("proportional", partial_rotary_factor=0.25), 32, 4096, 8192).changed


def test_slow_pairs_turn_and_never_finished_a_turn():
    pairs = stretch(rotary("proportional", partial_rotary_factor=0.5), 32, 16, 64)
    assert pairs.slow.tolist() == [2, 3, 4, 5, 6, 7]  # a turn of pair 1 takes 11 positions, of pair 2 20
