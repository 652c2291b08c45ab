"""The three pictures: what is on them, and that patches of them differ."""

import numpy as np
import pytest

from posenc.experiments.image_patches import cut
from posenc.experiments.pictures import PICTURES, picture


@pytest.mark.parametrize("name", PICTURES)
def test_pictures(name):
    image = picture(name)
    assert (image.shape, image.dtype) == ((224, 224, 3), np.uint8)
    assert np.ptp(image.mean(-1)) > 150
    for size in (8, 14, 16, 32):
        patches = cut(image, size)
        assert len(np.unique(patches, axis=0)) > 0.75 * len(patches)  # few look alike, so that a shuffle shows
    with pytest.raises(ValueError, match="read-only"):
        image[0, 0] = 0


def test_pictures_show_what_they_say():
    digit, face, landscape = (picture(name).astype(int) for name in PICTURES)
    bright = digit.sum(-1) > 600
    assert bright[48, 90:150].all()  # the 5: its bar, its bowl to the right, nothing inside the bowl
    assert bright[120:150, 155].all()
    assert not bright[138, 95:130].any()
    eyes = face[108:120].sum(-1) < 150
    assert eyes[:, 80:96].any()
    assert eyes[:, 128:144].any()
    assert (landscape[104, 146] > 200).all()  # the sun, brighter than the sky above it and the sea below
    assert landscape[104, 146].sum() > landscape[5, 146].sum() + 300
    assert landscape[10, 50, 2] > landscape[10, 50, 0]


def test_a_picture_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="name must be one of 'digit', 'face', 'landscape'; got 'cat'"):
        picture("cat")
