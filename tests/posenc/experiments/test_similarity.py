"""Whether one rotation moves every position: against the best rotation there is."""

import numpy as np
import pytest

import posenc
from posenc.experiments.similarity import hands, moved

TABLED = [id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Absolute | posenc.Rotary)]
SETTINGS = [
    ({}, 64, 96),
    ({"height": 1, "width": 64}, 64, 384),
    ({"height": 64, "width": 1}, 64, 96),
    ({"depth": 1, "height": 2, "width": 32}, 64, 96),
    ({"padding_idx": 3}, 64, 96),
    ({"cls_token": True}, 64, 96),
    ({"base": 1.0}, 64, 96),
    ({"sine_only": True}, 64, 96),
]


def best_rotation_misses(here, there):
    """How far the orthogonal matrix that moves one table most nearly onto the other is from it (Procrustes)."""
    left, _, right = np.linalg.svd(here.T @ there)
    return np.abs(here @ (left @ right) - there).max()


@pytest.mark.parametrize("id", TABLED)
@pytest.mark.parametrize(("parameters", "length", "dim"), SETTINGS)
@pytest.mark.parametrize("k", [1, 5])
def test_it_says_what_the_best_rotation_says(id, parameters, length, dim, k):
    own = {name: value for name, value in parameters.items() if name in posenc.schemes()[id].parameters()}
    scheme = posenc.scheme(id, **own)
    found = moved(scheme, k, dim, length)
    table = scheme.table(length, dim, np.float64)
    assert found.same == (best_rotation_misses(table[:-k], table[k:]) < 1e-6 * np.abs(table).max())
    assert (found.tried, found.of) == (length - k, length - k)


@pytest.mark.parametrize(("scheme", "dim"), [("learned", 64), ("sincos2d", 64), ("sinusoidal", 5)])
def test_its_witness_is_a_dot_product_that_changes_most(scheme, dim):
    table = posenc.scheme(scheme).table(100, dim, np.float64)
    found = moved(posenc.scheme(scheme), 7, dim, 100)
    one, other = found.positions
    assert found.before == pytest.approx(table[one] @ table[other], rel=1e-12)
    assert found.after == pytest.approx(table[one + 7] @ table[other + 7], rel=1e-12)
    products = table @ table.T
    assert abs(found.after - found.before) == pytest.approx(np.abs(products[7:, 7:] - products[:-7, :-7]).max())


@pytest.mark.parametrize("row", [300, 7, 8190])
def test_a_row_of_zeros_is_tried_however_many_positions_there_are(row):
    found = moved(posenc.scheme("sinusoidal", padding_idx=row), 5, 64, 8192)
    assert not found.same
    assert row in (found.positions[0], found.positions[0] + 5)
    assert moved(posenc.scheme("sinusoidal", padding_idx=9000), 5, 64, 8192).same


def test_a_stretched_table_is_moved_at_its_full_length():
    table = posenc.scheme("learned", interpolate=True).table(1024, 16, np.float64)
    found = moved(posenc.scheme("learned", interpolate=True), 64, 16, 1024)
    one, other = found.positions
    assert found.before == pytest.approx(table[one] @ table[other])
    assert found.after == pytest.approx(table[one + 64] @ table[other + 64])


@pytest.mark.parametrize(("k", "length", "name"), [(0, 1, "length"), (5, 5, "k"), (-1, 8, "k"), (0.5, 8, "k")])
def test_what_cannot_be_moved_is_refused(k, length, name):
    with pytest.raises(ValueError, match=f"^{name} must be"):
        moved(posenc.scheme("sinusoidal"), k, 8, length)


@pytest.mark.parametrize("id", ["fourier", "sincos2d", "axial_rotary"])
@pytest.mark.parametrize(("height", "width", "k"), [(64, 65, 5), (65, 64, 1), (4, 1024, 1)])
def test_the_edges_of_a_large_grid_are_not_stepped_over(id, height, width, k):
    assert not moved(posenc.scheme(id, height=height, width=width), k, 24, height * width).same


@pytest.mark.parametrize(
    ("id", "settings", "dim", "count"),
    [
        ("sinusoidal", {}, 8, 4),
        ("sinusoidal", {"layout": "concatenated"}, 8, 4),
        ("sinusoidal", {}, 7, 3),  # the last sine has no cosine
        ("rotary", {"rotary_dim": 4}, 8, 2),
        ("polar", {}, 8, 4),
        ("learned", {}, 8, 0),
        ("sincos2d", {}, 8, 0),
    ],
)
def test_pairs_that_turn_are_a_sine_and_a_cosine_of_one_angle(id, settings, dim, count):
    scheme = posenc.scheme(id, **settings)
    table, found = scheme.table(20, dim, np.float64), hands(scheme, dim)
    assert len(found) == count
    assert [hand.power for hand in found] == list(range(0, 2 * count, 2))
    for hand in found:
        angles = np.array([hand.angle(position) for position in range(20)])
        for part in (np.sin(angles), np.cos(angles)):
            assert np.abs(table - part[:, None]).max(0).min() < 1e-12  # a column of the table is that
