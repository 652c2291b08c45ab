"""A visitor's picture: shown, or refused in a sentence; never a traceback, and never much memory."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.ui.hostile import REFUSED, SHOWN, rotated, saved
from ui import upload
from ui.upload import PictureError, decode

ROOT = Path(__file__).parents[2]
QUARTERS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def quarters(pixels):
    """The colours of a picture's quarters, row by row."""
    samples = [pixels[y, x].astype(int) for y in (50, 170) for x in (50, 170)]
    return [min(QUARTERS, key=lambda name: np.abs(QUARTERS[name] - sample).sum()) for sample in samples]


def test_there_are_at_least_thirty_kinds():
    assert len(REFUSED) >= 30
    assert len(SHOWN) >= 20


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("kind", SHOWN)
def test_it_is_shown(kind):
    pixels = decode(SHOWN[kind]())
    assert (pixels.shape, pixels.dtype) == ((224, 224, 3), np.uint8)
    assert np.ptp(pixels) > 0 or "one" in kind or kind.endswith("16 bits")


@pytest.mark.parametrize("kind", REFUSED)
def test_it_is_refused_in_a_sentence(kind):
    make, words = REFUSED[kind]
    with pytest.raises(PictureError) as refusal:
        decode(make())
    sentence = str(refusal.value)
    assert words in sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert len(sentence) < 150


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
@pytest.mark.parametrize(
    ("tag", "seen"),
    [
        (1, "red green blue white"),
        (2, "green red white blue"),
        (3, "white blue green red"),
        (4, "blue white red green"),
        (5, "red blue green white"),
        (6, "blue red white green"),
        (7, "white green blue red"),
        (8, "green white red blue"),
        (9, "red green blue white"),
    ],
)
def test_the_rotation_tag_is_followed(tag, seen, format):
    assert quarters(decode(rotated(tag, format))) == seen.split()


def test_sixteen_bits_are_scaled_and_not_clipped():
    ramp = decode(SHOWN["png grey 16 bits"]())[100, :, 0].astype(int)
    assert ramp[0] < 8
    assert ramp[-1] > 247
    assert ramp[112] == pytest.approx(128, abs=6)
    assert decode(SHOWN["png colour 16 bits"]()).tolist()[0][0] == [128, 128, 128]


def test_cmyk_keeps_its_colours():
    assert quarters(decode(SHOWN["jpeg cmyk"]())) == ["red", "green", "blue", "white"]


def test_transparency_is_laid_on_white():
    half = Image.fromarray(np.tile(np.array([0, 0, 0, 128], np.uint8), (8, 8, 1)))
    assert decode(saved(half))[100, 100].tolist() == [127, 127, 127]
    assert decode(saved(Image.new("RGBA", (8, 8), (0, 0, 0, 0)))).min() == 255


def test_the_middle_square_is_shown_in_its_own_shape():
    wide = np.zeros((100, 300, 3), np.uint8)
    wide[:, 100:200] = 255
    assert decode(saved(Image.fromarray(wide)))[:, 5:-5].min() == 255
    assert decode(saved(Image.fromarray(wide.swapaxes(0, 1))))[5:-5].min() == 255


@given(data=st.binary(max_size=400), start=st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a"]))
def test_any_bytes_end_in_a_sentence(data, start):
    with pytest.raises(PictureError):
        decode(start + data)


@given(place=st.integers(0, 2000), value=st.integers(0, 255), kind=st.sampled_from(["png", "jpeg", "jpeg progressive"]))
def test_any_wrong_byte_ends_in_a_picture_or_a_sentence(place, value, kind):
    data = bytearray(SHOWN[kind]())
    data[place % len(data)] = value
    with suppress(PictureError):
        assert decode(bytes(data)).shape == (224, 224, 3)


def test_one_picture_is_decoded_at_a_time(monkeypatch):
    at_work, square = [], upload._square
    monkeypatch.setattr(upload, "_square", lambda image: at_work.append(upload.one_at_a_time.locked()) or square(image))
    decode(SHOWN["png"]())
    with suppress(PictureError):
        decode(REFUSED["png cut in half"][0]())
    assert at_work == [True, True]
    assert not upload.one_at_a_time.locked()


def test_memory_stays_below_500_megabytes(tmp_path):
    """In a process of its own, which has loaded the app and decodes the worst files one after another."""
    worst = [SHOWN[kind]() for kind in ("png of 15.9 megapixels", "png of one row", "png of one column")]
    worst += [REFUSED[kind][0]() for kind in ("png of 100 megapixels", "png of 4 exapixels", "jpeg of 4 gigapixels")]
    worst.append(saved(Image.new("CMYK", (3987, 3987), (9, 99, 199, 0)), "JPEG", progressive=True))
    for number, data in enumerate(worst):
        (tmp_path / str(number)).write_bytes(data)
    code = """
import sys
from contextlib import suppress
from pathlib import Path
import ui.frame
from ui.upload import PictureError, decode
for file in Path(sys.argv[1]).iterdir():
    with suppress(PictureError):
        decode(file.read_bytes())
# VmHWM is this program's own peak; getrusage would start from the peak of the process that started it.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert 100 < int(done.stdout) < 500
