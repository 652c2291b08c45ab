"""Hands, scores by offset, hands on a grid: against vectors rotated one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments.rotary import (
    axes_of,
    features_taken,
    grid_hands,
    pair_rotations,
    positions_to_play,
    rotary_hands,
    rotated_scores,
)

ROTARY = [id for id, cls in posenc.schemes().items() if cls.family == "rotary"]
seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("layout", ["half", "interleaved", "interleaved-in-half-out"])
@pytest.mark.parametrize("rotary_dim", [None, 6])
def test_hands_turn_by_position_times_frequency(layout, rotary_dim):
    scheme = posenc.scheme("rotary", layout=layout, rotary_dim=rotary_dim)
    positions = np.array([0.0, 1.5, 40.0])
    rotated = np.exp(1j * positions[:, None] * scheme.frequencies(12))
    hands = rotary_hands(scheme, positions, 12)
    assert hands.shape == (3, 6)
    np.testing.assert_allclose(hands[:, : rotated.shape[1]], rotated, atol=1e-12)
    np.testing.assert_array_equal(hands[:, rotated.shape[1] :], 1)


@pytest.mark.parametrize("id", ROTARY)
def test_hands_of_every_scheme_start_at_1_and_agree_with_its_table(id):
    scheme = posenc.scheme(id)
    hands, table = rotary_hands(scheme, 9, 8), scheme.table(9, 8, np.float64)
    assert (hands.shape, hands.dtype) == ((9, 4), np.complex128)
    apart = table[:, :4] + 1j * table[:, 4:] if scheme.layout == "half" else table[:, 0::2] + 1j * table[:, 1::2]
    np.testing.assert_allclose(hands / np.abs(hands), apart, atol=1e-12)


def test_mixed_hands_are_no_rotation():
    hands = rotary_hands(posenc.scheme("rotary", layout="mixed"), 20, 8)
    assert np.ptp(np.abs(hands)) > 0.5


def test_xpos_hands_grow():
    assert np.abs(rotary_hands(posenc.scheme("xpos", scale_base=4.0), 20, 8)).max() > 2


@given(stop=st.integers(1, 4096), where=st.floats(0, 1), maximum=st.integers(2, 128), whole=st.booleans())
def test_positions_to_play(stop, where, maximum, whole):
    position = int(where * (stop - 1))
    positions = positions_to_play(stop, position, maximum, whole)
    assert positions[0] == 0
    assert positions[-1] == stop - 1
    assert (np.diff(positions) > 0).all()
    assert len(positions) <= maximum + 1
    assert position in positions
    assert not whole or (positions == np.rint(positions)).all()


def test_there_are_steps_in_between_where_there_is_room():
    assert np.diff(positions_to_play(9, 0, 96)).max() <= 1 / 8
    assert positions_to_play(9, 0, 96, whole=True).tolist() == list(range(9))


@given(seed=seeds, length=st.integers(2, 90))
@pytest.mark.parametrize("id", ["rotary", "xpos", "mrope", "polar"])
def test_scores_are_those_of_vectors_rotated_one_by_one(id, seed, length):
    scheme, (query, key) = posenc.scheme(id), np.random.default_rng(seed).standard_normal((2, 8))
    found = rotated_scores(scheme, query, key, length)
    everywhere = [np.tile(vector, (length, 1)) for vector in (query, key)]
    products = scheme.rotate(everywhere[0], length) @ scheme.rotate_key(everywhere[1], length).T
    size = np.linalg.norm(scheme.rotate(query[None], [0])) * np.linalg.norm(scheme.rotate_key(key[None], [0]))
    for offset, mean, spread in zip(found.offsets, found.mean, found.spread, strict=True):
        np.testing.assert_allclose(mean, np.diagonal(products, offset).mean() / size, atol=1e-9)
        assert spread < 1e-9
    assert (found.offsets[0], found.offsets[-1]) == (1 - length, length - 1)
    assert set(range(min(length, 65))) <= set(found.offsets)


def test_scores_of_mixed_layouts_and_of_a_grid_depend_on_the_place():
    query, key = np.random.default_rng(0).standard_normal((2, 16))
    for scheme in (posenc.scheme("rotary", layout="mixed"), posenc.scheme("axial_rotary", height=6, width=6)):
        assert rotated_scores(scheme, query, key, 36).spread.max() > 0.01


def test_a_million_positions_cost_no_more_than_a_sample():
    found = rotated_scores(posenc.scheme("rotary"), np.ones(8), np.ones(8), 1 << 20)
    assert len(found.offsets) < 340
    np.testing.assert_allclose(found.mean[len(found.mean) // 2], 1)


def test_hands_on_a_grid():
    axial = grid_hands(posenc.scheme("axial_rotary"), 3, 5, 8)
    frequencies = posenc.scheme("axial_rotary").frequencies(8)
    for row in range(3):
        for column in range(5):
            angles = np.array([row, row, column, column]) * frequencies
            np.testing.assert_allclose(axial[row, column], np.exp(1j * angles), atol=1e-12)
    numbered = grid_hands(posenc.scheme("rotary"), 3, 5, 8)
    np.testing.assert_array_equal(numbered.reshape(15, 4), rotary_hands(posenc.scheme("rotary"), 15, 8))


def test_time_turns_its_own_pairs_alone():
    scheme = posenc.scheme("mrope", sections=(2, 1, 1))
    before, after = (grid_hands(scheme, 3, 4, 8, time) for time in (0, 7))
    assert axes_of(before) == axes_of(after) == ["neither", "neither", "row", "column"]
    changed = np.abs(after - before).max((0, 1)) > 1e-9
    assert changed.tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rotary_hands(posenc.scheme("alibi"), 3, 4), "scheme must rotate .* alibi is of family bias"),
        (lambda: rotary_hands("rotary", 3, 4), "scheme must rotate .* got 'rotary'"),
        (lambda: rotary_hands(posenc.scheme("rotary"), 3, 5), "dim must be .* got 5"),
        (lambda: rotary_hands(posenc.scheme("rotary"), -3, 4), "positions must be .* got -3"),
        (lambda: positions_to_play(4, 4, 9), "position must be .* at most 3; got 4"),
        (lambda: positions_to_play(0, 0, 9), "stop must be .* got 0"),
        (lambda: rotated_scores(posenc.scheme("rotary"), [1.0, 2.0], [1.0], 4), "key must be real numbers of shape"),
        (lambda: rotated_scores(posenc.scheme("rotary"), [1.0, 2.0], [1.0, 2.0], 0), "length must be .* got 0"),
        (lambda: rotated_scores(posenc.scheme("rotary"), [0.0, 0.0], [1.0, 0.0], 4), "no vectors of zeros"),
        (lambda: pair_rotations(posenc.scheme("rotary"), 8, 0), "length must be .* got 0"),
        (lambda: pair_rotations(posenc.scheme("axial_rotary"), 8, 197), "length must be .* at most 196; got 197"),
        (lambda: pair_rotations(posenc.scheme("alibi"), 8, 9), "scheme must rotate .* alibi is of family bias"),
        (lambda: rotary_hands(posenc.scheme("rotary"), [1], 4, length=0), "length must be .* got 0"),
        (lambda: features_taken(posenc.scheme("rotary"), 7), "dim must be .* got 7"),
        (
            lambda: rotated_scores(posenc.scheme("rotary"), [0.0, 0.0], [1.0, 0.0], 4),
            "query and key must be no vectors",
        ),
        (
            lambda: rotated_scores(posenc.scheme("rotary"), [1.0, 0.0], [0.0, 0.0], 4),
            "query and key must be no vectors",
        ),
        (lambda: axes_of(np.ones((2, 2))), r"field must be numbers of shape .* got float64 \(2, 2\)"),
        (lambda: axes_of(np.ones((0, 2, 2))), r"field must be numbers of shape .* got float64 \(0, 2, 2\)"),
        (lambda: grid_hands(posenc.scheme("rotary"), 0, 3, 4), "height must be .* got 0"),
        (lambda: grid_hands(posenc.scheme("mrope"), 2, 3, 4, -1), "time must be .* got -1"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_turns_are_counted_along_the_axis_that_a_pair_turns_with():
    how = pair_rotations(posenc.scheme("axial_rotary"), 16, 96)  # rows 0 to 6, columns 0 to 13
    np.testing.assert_allclose(how.turns * 2 * np.pi, np.outer([6, 13], [1, 0.1, 0.01, 0.001]).ravel())
    assert how.units == ("row",) * 4 + ("column",) * 4
    assert how.unfinished == 7
    turned_round = pair_rotations(posenc.scheme("axial_rotary", column_first=True), 16, 96)
    assert turned_round.units == ("column",) * 4 + ("row",) * 4
    in_turn = pair_rotations(posenc.scheme("axial_rotary", form="pixtral"), 16, 96)
    np.testing.assert_allclose(in_turn.speeds, 10000.0 ** (-np.array([0, 2, 4, 6, 1, 3, 5, 7]) / 8))
    video = pair_rotations(posenc.scheme("axial_rotary", shape=(2, 3, 4)), 12, 24)
    assert video.units == ("frame", "frame", "row", "row", "column", "column")


def test_a_class_token_is_no_place_of_the_grid():
    whole = pair_rotations(posenc.scheme("axial_rotary", height=2, width=3, form="llama4-vision"), 8, 7)
    assert whole.steps.tolist() == [2, 2, 1, 1]


def test_tokens_from_0_to_n_turn_a_pair_by_n_minus_1_steps():
    assert pair_rotations(posenc.scheme("rotary"), 16, 32).turns[0] == pytest.approx(31 / (2 * np.pi))
    assert pair_rotations(posenc.scheme("rotary", base=1.0), 4, 7).unfinished == 2  # 6 radians
    assert pair_rotations(posenc.scheme("rotary", base=1.0), 4, 8).unfinished == 0


@pytest.mark.parametrize(
    ("rotary_dim", "rotates"), [(None, [False] * 4), (4, [False, False, True, True]), (2, [True] * 4)]
)
def test_mixed_pairs_rotate_only_where_both_features_have_one_speed(rotary_dim, rotates):
    how = pair_rotations(posenc.scheme("rotary", layout="mixed", rotary_dim=rotary_dim), 8, 32)
    assert how.rotates.tolist() == rotates
    assert pair_rotations(posenc.scheme("rotary", layout="mixed", base=1.0), 8, 32).rotates.all()


def test_keys_of_xpos_are_as_much_longer_as_its_queries_are_shorter():
    scheme = posenc.scheme("xpos", scale_base=8.0)
    queries, keys = (rotary_hands(scheme, [3, 20, 31], 8, key, length=32) for key in (False, True))
    np.testing.assert_allclose(np.abs(queries * keys), 1)
    np.testing.assert_allclose(np.angle(queries), np.angle(keys))
    np.testing.assert_allclose(queries, rotary_hands(scheme, 32, 8)[[3, 20, 31]])
    assert (np.diff(np.abs(queries), axis=0) < 0).all()


def test_whether_the_offset_alone_counts_is_told_from_rounding_of_large_scores():
    query, key = np.random.default_rng(0).standard_normal((2, 8))
    huge = rotated_scores(posenc.scheme("xpos", scale_base=1.0), query, key, 96)
    assert np.abs(huge.mean).max() > 1e30
    assert huge.by_offset_alone
    assert not rotated_scores(posenc.scheme("axial_rotary", height=6, width=6), query, key, 36).by_offset_alone
    with pytest.raises(
        ValueError, match="length must be smaller for xpos: at a distance of 1023 scores exceed float64"
    ):
        rotated_scores(posenc.scheme("xpos", scale_base=1.0), query, key, 1024)


def test_vectors_that_polar_makes_are_of_the_dim_asked_for():
    scheme = posenc.scheme("polar")
    assert scheme.rotate(np.ones((1, features_taken(scheme, 6))), [0]).shape == (1, 6)
    equal = rotated_scores(scheme, np.ones(8), np.ones(8), 9)
    np.testing.assert_allclose(equal.mean, scheme.kernel(equal.offsets, 16, heads=1)[0])
