"""Pictures of thirty kinds and more, made here: good, odd, broken and hostile ones, and what becomes of each."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import ExifTags, Image, PngImagePlugin

SIDE = 64
ORIENTATION = ExifTags.Base.Orientation


def corners() -> Image.Image:
    """Red, green, blue and white quarters: which way up it is can be seen."""
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    half = SIDE // 2
    pixels[:half, :half, 0] = pixels[:half, half:, 1] = pixels[half:, :half, 2] = 255
    pixels[half:, half:] = 255
    return Image.fromarray(pixels)


def saved(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, pixels: bytes, bits: int = 8, colour: int = 2, *more: bytes) -> bytes:
    """A PNG by hand, for what Pillow would not write."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *more, chunk(b"IDAT", zlib.compress(pixels, 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def rotated(tag: int, format: str = "PNG") -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = tag
    return saved(corners(), format, exif=exif.tobytes())


def sixteen_bits() -> bytes:
    ramp = np.linspace(0, 65535, SIDE).astype(np.uint16)
    return saved(Image.fromarray(np.tile(ramp, (SIDE, 1))))


def animated_png() -> bytes:
    return saved(corners(), save_all=True, append_images=[corners().rotate(90)])


def half_transparent() -> bytes:
    image = corners().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return saved(image)


def palette_with_transparency() -> bytes:
    return saved(corners().convert("P", palette=Image.Palette.ADAPTIVE), transparency=0)


def text_bomb() -> bytes:
    """A compressed comment of 100 MB."""
    comment = b"c\x00\x00" + zlib.compress(bytes(100_000_000), 9)
    return png(8, 8, bytes(8 * 25), 8, 2, chunk(b"zTXt", comment))


def profile_bomb() -> bytes:
    """A compressed colour profile of 100 MB."""
    return png(8, 8, bytes(8 * 25), 8, 2, chunk(b"iCCP", b"p\x00\x00" + zlib.compress(bytes(100_000_000), 9)))


def many_scans() -> bytes:
    """A progressive JPEG whose last round is sent again and again."""
    data = saved(corners(), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * 500 + data[-2:]


def flipped_bits(data: bytes) -> bytes:
    middle = bytearray(data)
    for place in range(len(data) // 3, len(data) * 2 // 3, 7):
        middle[place] ^= 0x55
    return bytes(middle)


def commented() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("<script>", "alert(1)")
    return saved(corners(), pnginfo=info)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
NO_PICTURE = "neither a PNG nor a JPEG"
DAMAGED = "damaged"
TOO_LARGE = "megapixels"

SHOWN: dict[str, Callable[[], bytes]] = {
    "png": lambda: saved(corners()),
    "jpeg": lambda: saved(corners(), "JPEG"),
    "jpeg progressive": lambda: saved(corners(), "JPEG", progressive=True),
    "jpeg cmyk": lambda: saved(corners().convert("CMYK"), "JPEG"),
    "jpeg grey": lambda: saved(corners().convert("L"), "JPEG"),
    "jpeg of two pictures": lambda: saved(corners(), "MPO", save_all=True, append_images=[corners()]),
    "jpeg with a comment of 60 kB": lambda: saved(corners(), "JPEG", comment=b"x" * 60_000),
    "jpeg with bytes behind it": lambda: saved(corners(), "JPEG") + b"PK\x03\x04 and a zip file",
    "jpeg with a broken rotation tag": lambda: saved(corners(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff"),
    "png grey 16 bits": sixteen_bits,
    "png colour 16 bits": lambda: png(4, 4, (b"\x00" + b"\x80\x00" * 12) * 4, 16),
    "png palette": lambda: saved(corners().convert("P", palette=Image.Palette.ADAPTIVE)),
    "png palette with transparency": palette_with_transparency,
    "png half transparent": half_transparent,
    "png grey with alpha": lambda: saved(corners().convert("LA")),
    "png black and white": lambda: saved(corners().convert("1")),
    "png of one pixel": lambda: saved(Image.new("RGB", (1, 1), "red")),
    "png of one row": lambda: saved(Image.new("RGB", (15_000_000, 1), "red")),
    "png of one column": lambda: saved(Image.new("L", (1, 9_000_000), 200)),
    "png of 15.9 megapixels": lambda: saved(Image.new("RGBA", (3987, 3987), "red")),
    "png with a comment like markup": commented,
    **{f"jpeg with rotation tag {tag}": lambda tag=tag: rotated(tag, "JPEG") for tag in (3, 6, 8, 99)},
    "png with rotation tag 6": lambda: rotated(6),
}

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "no bytes": (lambda: b"", "empty"),
    "one byte": (lambda: b"\x89", NO_PICTURE),
    "text named png": (lambda: b"not a picture\n" * 100, NO_PICTURE),
    "svg": (lambda: SVG, NO_PICTURE),
    "html": (lambda: b"<html><body onload=alert(1)>", NO_PICTURE),
    "gif": (lambda: saved(corners(), "GIF"), NO_PICTURE),
    "gif animated": (lambda: saved(corners(), "GIF", save_all=True, append_images=[corners()]), NO_PICTURE),
    "webp": (lambda: saved(corners(), "WEBP"), NO_PICTURE),
    "tiff": (lambda: saved(corners(), "TIFF"), NO_PICTURE),
    "bmp": (lambda: saved(corners(), "BMP"), NO_PICTURE),
    "ico": (lambda: saved(corners(), "ICO"), NO_PICTURE),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NO_PICTURE),
    "zip": (lambda: b"PK\x03\x04" + bytes(1000), NO_PICTURE),
    "png animated": (animated_png, "animated"),
    "png signature alone": (lambda: b"\x89PNG\r\n\x1a\n", NO_PICTURE),
    "png cut in half": (lambda: saved(corners())[:120], DAMAGED),
    "png without pixels": (lambda: png(8, 8, b""), DAMAGED),
    "png with flipped bits": (lambda: flipped_bits(half_transparent()), DAMAGED),
    "png with a wrong check sum": (
        lambda: saved(corners()).replace(b"IHDR\x00\x00\x00@", b"IHDR\x00\x00\x00A"),
        NO_PICTURE,
    ),
    "png of no width": (lambda: png(0, 8, b"\x00" * 8), ""),
    "png of 81 megapixels": (lambda: png(9000, 9000, bytes(9000 * 1126), 1, 0), TOO_LARGE),
    "png of 100 megapixels": (lambda: png(10_000, 10_000, b""), TOO_LARGE),
    "png of 4 exapixels": (lambda: png(2**31 - 1, 2**31 - 1, b""), TOO_LARGE),
    "png of 16.1 megapixels": (lambda: saved(Image.new("1", (4013, 4013))), TOO_LARGE),
    "png with a comment of 100 MB": (text_bomb, ""),
    "png with a profile of 100 MB": (profile_bomb, ""),
    "jpeg cut in half": (lambda: saved(Image.effect_noise((64, 64), 60), "JPEG")[:1500], DAMAGED),
    "jpeg header alone": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", ""),
    "jpeg of 4 gigapixels": (
        lambda: saved(corners(), "JPEG").replace(b"\x08\x00\x40\x00\x40", b"\x08\xff\xff\xff\xff"),
        TOO_LARGE,
    ),
    "jpeg of 500 rounds": (many_scans, "rounds"),
    "jpeg of 11 MB": (lambda: saved(corners(), "JPEG") + bytes(11 * 2**20), "at most 10"),
    "ten million zeros": (lambda: bytes(10**7), NO_PICTURE),
}
