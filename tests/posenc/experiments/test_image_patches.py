"""Patches: cutting and pasting, orders, and places read back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments.image_patches import (
    Setup,
    cut,
    embed_patches,
    mosaic,
    mosaic_step,
    neighbours,
    paste,
    put_back,
    puzzle,
    read_places,
    shuffle,
    shuffle_rows,
    swap,
)
from posenc.experiments.pictures import PICTURES, picture
from posenc.experiments.sequence_models import attentive

sides = st.integers(1, 5)
SIZES = (8, 14, 16, 32)


@given(rows=sides, columns=sides, size=st.integers(1, 7), channels=st.integers(1, 4))
def test_paste_undoes_cut(rows, columns, size, channels):
    image = np.arange(rows * columns * size * size * channels).reshape(rows * size, columns * size, channels)
    patches = cut(image, size)
    assert patches.shape == (rows * columns, size * size * channels)
    assert np.array_equal(paste(patches, rows * size, columns * size, size), image)
    for place in range(rows * columns):
        row, column = divmod(place, columns)
        block = image[row * size : (row + 1) * size, column * size : (column + 1) * size]
        assert np.array_equal(patches[place], block.reshape(-1))


@given(rows=st.integers(1, 20), columns=st.integers(1, 20), seed=st.integers(0, 2**32))
def test_orders_are_permutations(rows, columns, seed):
    n = rows * columns
    assert np.array_equal(np.sort(shuffle(n, seed)), np.arange(n))
    by_rows = shuffle_rows(rows, columns, seed).reshape(rows, columns)
    assert np.array_equal(by_rows % columns, np.tile(np.arange(columns), (rows, 1)))
    assert sorted(by_rows[:, 0] // columns) == list(range(rows))
    assert (by_rows // columns == by_rows[:, :1] // columns).all()
    assert np.array_equal(shuffle(n, seed), shuffle(n, seed))
    first, second = seed % n, seed % 7 % n
    order = swap(n, first, second)
    assert np.array_equal(order[order], np.arange(n))
    assert (order[first], order[second]) == (second, first)
    assert (order != np.arange(n)).sum() == (0 if first == second else 2)


def test_seeds_give_different_orders():
    assert len({tuple(shuffle(196, seed)) for seed in range(20)}) == 20
    assert len({tuple(shuffle_rows(14, 14, seed)) for seed in range(20)}) == 20


@given(seed=st.integers(0, 2**32), name=st.sampled_from(PICTURES), size=st.sampled_from([14, 16, 32]))
def test_without_positions_the_shuffled_picture_is_the_same_to_attention(seed, name, size):
    patches = cut(picture(name), size)
    order = shuffle(len(patches), seed)
    x, model = embed_patches(patches, 64), attentive(64, 4)
    assert posenc.order_sensitivity(model, x, order) < 1e-6
    assert posenc.order_sensitivity(model, x.astype(np.float64), order) < 1e-12
    having = attentive(64, 4, scheme=posenc.scheme("sinusoidal"))
    assert posenc.order_sensitivity(having, x, order) > 1e-3


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("size", SIZES)
def test_places_are_read_from_the_outputs_with_positions_and_by_chance_without(name, size):
    patches = cut(picture(name), size)
    n, dim = len(patches), 384
    x, table = embed_patches(patches, dim), posenc.scheme("sinusoidal").table(n, dim)
    order, model = shuffle(n, 1), attentive(dim, 4)
    places = read_places(model((x + table)[order]), table)
    assert (places == order).mean() > 0.95
    blind = read_places(model(x[order]), table)
    assert (blind == order).mean() < 5 / n + 0.02


def test_the_picture_is_put_together_again():
    patches = cut(picture("landscape"), 16)
    x, table = embed_patches(patches, 384), 3 * posenc.scheme("sinusoidal").table(196, 384)
    order = shuffle(196, 5)
    places = read_places(attentive(384, 4)((x + table)[order]), table)
    assert np.array_equal(paste(put_back(patches[order], places), 224, 224, 16), picture("landscape"))


@given(n=st.integers(1, 30), seed=st.integers(0, 2**32))
def test_places_of_bare_rows_are_exact(n, seed):
    table = np.random.default_rng(seed).standard_normal((n, 32))
    order = shuffle(n, seed)
    assert np.array_equal(read_places(table[order] + 7, table), order)
    assert np.array_equal(put_back(table[order], order), table)


def test_put_back_fills_what_nobody_claims():
    assert put_back(np.array([[5, 6], [7, 8]], np.uint8), [1, 1]).tolist() == [[128, 128], [7, 8]]


def test_embedding_is_linear_in_the_pixels():
    patches = cut(picture("face"), 32)
    black, white = embed_patches(0 * patches, 16), embed_patches(0 * patches + 255, 16)
    np.testing.assert_allclose(black, -white, rtol=1e-5)
    mixed = embed_patches((patches[:1] / 2 + patches[1:2] / 2), 16)
    np.testing.assert_allclose(mixed, embed_patches(patches[:2], 16).mean(0, keepdims=True), atol=1e-5)
    assert not np.allclose(embed_patches(patches, 16, seed=1), embed_patches(patches, 16))
    assert embed_patches(patches, 16).dtype == np.float32
    precise = embed_patches(patches, 16, dtype=np.float64)
    assert precise.dtype == np.float64
    np.testing.assert_allclose(embed_patches(patches, 16), precise, atol=1e-5)


@given(rows=sides, columns=sides, step=st.integers(1, 3))
def test_mosaic_tile_by_tile(rows, columns, step):
    step = min(step, rows, columns)
    table = np.random.default_rng(0).standard_normal((rows * columns, 6))
    alike = posenc.similarity(table, "cosine")
    laid = mosaic(table, rows, columns, step)
    down, across = (range((step - 1) // 2, size, step) for size in (rows, columns))
    assert laid.shape == (len(down) * rows, len(across) * columns)
    for r, row in enumerate(down):
        for c, column in enumerate(across):
            tile = laid[r * rows : (r + 1) * rows, c * columns : (c + 1) * columns]
            np.testing.assert_allclose(tile.reshape(-1), alike[row * columns + column], atol=1e-12)


def test_neighbours_by_hand():
    table = np.array([[1, 0], [1, 1], [0, 1], [0, 2], [3, 0], [1, 1]])  # 2 × 3
    found, half = neighbours(table, 2, 3), np.sqrt(0.5)
    assert found.beside == pytest.approx((half + half + 0 + half) / 4)
    assert found.below == pytest.approx((0 + half + half) / 3)
    assert found.wrapped == 1


def test_a_grids_positions_know_what_lies_below_and_a_lines_do_not():
    line = neighbours(posenc.scheme("sinusoidal").table(196, 64), 14, 14)
    grid = neighbours(posenc.scheme("sincos2d", height=14, width=14).table(None, 64), 14, 14)
    assert line.wrapped == pytest.approx(line.beside, abs=1e-6)
    assert grid.below == pytest.approx(grid.beside, abs=1e-6)
    assert line.below < line.beside - 0.1
    assert grid.wrapped < grid.beside - 0.1


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("size", [14, 16, 32])
def test_puzzle_agrees_with_the_models_run_by_hand(name, size):
    side, dim = 224 // size, 64
    x = embed_patches(cut(picture(name), size), dim, dtype=np.float64)
    scheme = posenc.scheme("sincos2d", height=side, width=side)
    table, order = scheme.table(None, dim, np.float64), shuffle(side**2, size)
    seen, blind = puzzle(x, order, table), puzzle(x, order, table, positions=False)
    assert seen.sensitivity == pytest.approx(posenc.order_sensitivity(attentive(dim, scheme=scheme), x, order))
    assert seen.sensitivity > 1e-3
    assert seen.distinguishable
    assert blind.sensitivity < 1e-12
    assert not blind.distinguishable
    assert np.array_equal(seen.places, read_places(attentive(dim)((x + table)[order]), table))
    assert seen.recovered == (seen.places == order).mean() > 0.5
    assert blind.recovered < 5 / side**2 + 0.02


def test_a_puzzle_in_the_pictures_own_order_is_no_other_picture():
    x, table = embed_patches(cut(picture("digit"), 32), 64, dtype=np.float64), np.eye(49, 64) * 9
    same = puzzle(x, np.arange(49), table)
    assert same.sensitivity == 0
    assert same.recovered == 1


def test_a_setup_is_its_parts():
    image, order = picture("digit"), shuffle(49, 3)
    setup = Setup(image, 32, order, posenc.scheme("sinusoidal"), 64)
    pieces = cut(image, 32)
    x, table = embed_patches(pieces, 64, dtype=np.float64), posenc.scheme("sinusoidal").table(49, 64, np.float64)
    assert (setup.columns, setup.kind) == (7, "toy")
    assert setup.moved == (pieces[order] != pieces).any(1).sum()
    for positions in (False, True):
        found, expected = setup.puzzle(positions), puzzle(x, setup.order, table, positions)
        assert found.sensitivity == expected.sensitivity
        assert np.array_equal(found.places, expected.places)
    assert setup.norm_ratio == pytest.approx(np.linalg.norm(table, axis=1).mean() / np.linalg.norm(x, axis=1).mean())
    places = np.zeros(49, int)
    whole = setup.put_together(places)
    assert np.array_equal(whole.image, paste(put_back(pieces[setup.order], places), 224, 224, 32))
    assert np.array_equal(whole.missing, np.arange(49) > 0)
    assert Setup(image, 32, order, posenc.scheme("learned"), 64).kind == "mixed"


def test_a_setup_knows_what_nobody_can_see():
    plain, order = np.zeros((64, 64, 3), np.uint8), np.array([1, 0, 2, 3])
    blank = Setup(plain, 32, order, posenc.scheme("sinusoidal"), 8)
    assert (blank.alike, blank.untouched, blank.moved, blank.unseen) == (True, False, 0, True)
    half = plain.copy()
    half[:32] = 255  # two patches white, two black
    swapped = Setup(half, 32, order, posenc.scheme("sinusoidal"), 8)
    assert (swapped.alike, swapped.untouched, swapped.moved) == (False, False, 0)
    assert Setup(half, 32, np.arange(4), posenc.scheme("sinusoidal"), 8).untouched
    seen = Setup(half, 32, np.array([2, 1, 0, 3]), posenc.scheme("sinusoidal"), 8)
    assert (seen.moved, seen.unseen) == (2, False)
    assert Setup(half, 32, seen.shuffled, posenc.scheme("sinusoidal", scale=0.0), 8).unseen


@pytest.mark.parametrize("side", [7, 14, 16, 28, 56])
def test_a_mosaic_has_as_many_tiles_as_there_is_room_for(side):
    step = mosaic_step(side)
    assert -(-side // step) * side <= 200
    assert step == 1 or -(-side // (step - 1)) * side > 200


def test_what_is_refused():
    image = np.zeros((224, 224, 3), np.uint8)
    with pytest.raises(ValueError, match="height must be a whole number of at least 1 that 15 divides; got 224"):
        cut(image, 15)
    with pytest.raises(ValueError, match=r"image must have shape \(height, width, channels\); got \(224, 224\)"):
        cut(image[..., 0])
    with pytest.raises(ValueError, match=r"patches must have shape \(196, 256·channels\) for 224 × 224 pixels"):
        paste(np.zeros((195, 768)), 224, 224)
    with pytest.raises(ValueError, match="second must be a whole number of at least 0 and at most 3; got 4"):
        swap(4, 0, 4)
    with pytest.raises(ValueError, match="table must have 8 features, as the vectors do; got 9"):
        read_places(np.zeros((2, 8)), np.zeros((2, 9)))
    for places in ([0, 2], [0, -1], [0], [0.0, 1.0]):
        with pytest.raises(ValueError, match="places must be 2 whole numbers from 0 to 1"):
            put_back(np.zeros((2, 3)), places)
    with pytest.raises(ValueError, match=r"table must have 6 rows for 2 × 3 patches; got shape \(4, 4\)"):
        mosaic(np.zeros((4, 4)), 2, 3)
    with pytest.raises(ValueError, match="step must be a whole number of at least 1 and at most 2; got 3"):
        mosaic(np.zeros((6, 4)), 2, 3, step=3)
    with pytest.raises(ValueError, match="rows must be a whole number of at least 2; got 1"):
        neighbours(np.zeros((6, 4)), 1, 6)
    with pytest.raises(ValueError, match=r"table must have one row a patch, shape \(2, 8\); got \(2, 9\)"):
        puzzle(np.zeros((2, 8)), [1, 0], np.zeros((2, 9)))
    with pytest.raises(ValueError, match="permutation must hold each of 0…1 once"):
        puzzle(np.zeros((2, 8)), [0, 0], np.zeros((2, 8)))
