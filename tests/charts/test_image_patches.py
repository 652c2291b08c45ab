"""A picture cut apart, and mosaics: they hold the arrays they are given."""

import numpy as np
import pytest

from charts import image_patches

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 256, (6, 9, 3)).astype(np.uint8)


def test_every_pixel_of_the_picture_is_there_twice_as_large_with_clear_gaps():
    canvas = image_patches.cut_apart(IMAGE, 3)
    assert canvas.shape == (2 * 6 + 2, 2 * 9 + 4, 4)
    assert np.array_equal(canvas[:6, :6, :3], IMAGE[:3, :3].repeat(2, 0).repeat(2, 1))
    assert np.array_equal(canvas[8:, 16:, :3], IMAGE[3:, 6:].repeat(2, 0).repeat(2, 1))
    assert (canvas[6:8, :, 3] == 0).all()
    assert (canvas[:, 6:8, 3] == 0).all()
    assert (canvas[:6, :6, 3] == 255).all()


def test_holes_are_faint():
    missing = np.array([False, True, False, False, False, True])
    alpha = image_patches.cut_apart(IMAGE, 3, missing)[..., 3]
    assert (alpha[:6, 8:14] < 100).all()
    assert (alpha[8:, 16:] < 100).all()
    assert (alpha[:6, :6] == 255).all()


@pytest.mark.parametrize(
    ("rows", "columns", "down", "across", "step"), [(4, 4, 4, 4, 1), (7, 7, 3, 3, 2), (2, 3, 2, 3, 1)]
)
def test_a_mosaic_is_one_picture_of_tiles_with_clear_lines_between(rows, columns, down, across, step):
    similarities = RNG.uniform(-0.5, 1, (down * rows, across * columns))
    figure = image_patches.mosaic(similarities, rows, columns, step, "title")
    assert len(figure.data) == 1
    z = figure.data[0].z
    assert z.dtype == np.int8
    assert z.shape == (down * (rows + 1) - 1, across * (columns + 1) - 1)
    kept = np.arange(len(z)) % (rows + 1) < rows, np.arange(z.shape[1]) % (columns + 1) < columns
    shares = (similarities - similarities.min()) / np.ptp(similarities)
    np.testing.assert_allclose(z[np.ix_(*kept)] / 100, shares, atol=0.006)
    assert not z[~kept[0]].any()
    assert not z[:, ~kept[1]].any()
    assert f"clear {similarities.min():.2f}, blue {similarities.max():.2f}" in figure.layout.annotations[0].text


def test_tiles_are_numbered_by_the_patch_they_belong_to():
    layout = image_patches.mosaic(RNG.uniform(size=(49 * 4, 49 * 4)), 28, 28, 4, "title").layout
    assert list(layout.xaxis.ticktext) == ["2", "6", "10", "14", "18", "22", "26"]
    assert layout.xaxis.tickvals[1] - layout.xaxis.tickvals[0] == 29


def test_a_mosaic_of_equal_numbers_is_drawn():
    for value, colour in ((1.0, 100), (0.0, 0)):
        figure = image_patches.mosaic(np.full((4, 4), value), 2, 2, 1, "title")
        assert figure.data[0].z.shape == (5, 5)
        assert figure.data[0].z.max() == colour
        assert f"{value:.2f} everywhere" in figure.layout.annotations[0].text


def test_same_figure_same_bytes():
    one, other = (image_patches.mosaic(np.eye(16), 4, 4, 1, "title").to_json() for _ in range(2))
    assert one == other
