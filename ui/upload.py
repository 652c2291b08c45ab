"""A visitor's own picture, decoded safely: a PNG or JPEG becomes 224 × 224 pixels, anything else a sentence."""

from io import BytesIO
from threading import Lock
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngImageFile

from posenc.experiments.pictures import SIDE

FORMATS = ("PNG", "JPEG")
MAX_BYTES = 10 * 2**20
MAX_PIXELS = 16_000_000
MAX_SCANS = 100
"""A JPEG may send its picture in many rounds; each one passes over all pixels, and ten are usual."""
KEPT = "_own_picture"

one_at_a_time = Lock()
"""Decoding takes up to 200 MB; visitors who upload at once must not add up. A turn does not do: after 0.2 s the next run
starts beside it (ui/runs.py), and the largest pictures take half a second."""


class PictureError(ValueError):
    """Why a file is not shown, as a sentence for the person who chose it."""


def own_picture() -> NDArray[np.uint8] | None:
    """The uploader, and the picture last chosen with it: (224, 224, 3), or None and a sentence why there is none.

    The decoded picture is kept for the session: it is there again after a look at another one.
    """
    file = st.file_uploader(
        "Your own picture", ["png", "jpg", "jpeg"], key="own", on_change=_forget, max_upload_size=10,
        help="PNG or JPEG, up to 10 MB and 16 megapixels. The middle square is used. It stays in this session's memory"
        " and is not stored.",
    )  # fmt: skip
    if file is not None and KEPT not in st.session_state:
        try:
            st.session_state[KEPT] = decode(file.getvalue())
        except PictureError as refusal:
            st.session_state[KEPT] = str(refusal)
    cached = st.session_state.get(KEPT)
    if isinstance(cached, np.ndarray):
        return cached
    st.info(f"{cached or 'Choose a PNG or JPEG picture.'} Meanwhile a built-in picture is shown.")
    return None


def decode(data: bytes) -> NDArray[np.uint8]:
    """The middle square of a PNG or JPEG file, (224, 224, 3); raises `PictureError` for everything else.

    What the file says of its size is checked before a pixel is decoded. Its rotation tag is followed, transparency is
    laid on white, and 16 bits and CMYK become 8 bits of red, green and blue.
    """
    if not data:
        raise PictureError("The file is empty.")
    if len(data) > MAX_BYTES:
        raise PictureError(f"The file has {len(data) / 2**20:.1f} MB; at most {MAX_BYTES // 2**20} are allowed.")
    try:
        with one_at_a_time, Image.open(BytesIO(data), formats=FORMATS) as image:
            _check(image, data)
            return _square(image)
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError("The file is neither a PNG nor a JPEG picture, whatever its name says.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError("The picture is far too large; at most 16 megapixels are allowed.") from None
    except Exception as error:  # a hostile file can make a decoder fail in any way; none is this program's fault
        raise PictureError("The file is damaged: its picture cannot be decoded to the end.") from error


def _check(image: Image.Image, data: bytes) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"The picture has {width:,} × {height:,} pixels, {width * height / 1e6:,.1f} megapixels; at most"
            f" {MAX_PIXELS // 10**6} are allowed."
        )
    # A JPEG of several pictures is a phone's photo with a preview or a depth map: its first picture is the photo.
    if isinstance(image, PngImageFile) and image.is_animated:
        raise PictureError("The picture is animated; only still pictures can be cut into patches.")
    if image.format != "PNG" and data.count(b"\xff\xda") > MAX_SCANS:
        raise PictureError(f"The picture is sent in more than {MAX_SCANS} rounds, which takes too long to decode.")


def _square(image: Image.Image) -> NDArray[np.uint8]:
    image.draft("RGB", (2 * SIDE, 2 * SIDE))  # a large JPEG is decoded at a fraction of its size
    small = ImageOps.fit(_scalable(image), (SIDE, SIDE), Image.Resampling.BICUBIC)
    if small.has_transparency_data:
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small.convert("RGBA"))
    solid = small.convert("RGB")
    solid.info = image.info  # the rotation tag, which a square can follow after it is made small
    return np.array(ImageOps.exif_transpose(solid), np.uint8)


def _scalable(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be scaled; most are, without another copy at full size."""
    if image.mode.startswith("I"):  # 16-bit greys, which Pillow's own conversion would clip instead of scaling
        greys: NDArray[Any] = np.asarray(image) >> 8
        return Image.fromarray(greys.astype(np.uint8))
    if image.mode in ("1", "P", "PA") or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _forget() -> None:
    st.session_state.pop(KEPT, None)
