"""Small good files of every format, drawn from a seed."""

import io
import random
import time
import zipfile

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw

_DAY = time.gmtime(0)


def picture(seed: int = 0, size: tuple[int, int] = (240, 160)) -> Image.Image:
    """Return an RGB picture with noise and strokes on it."""
    noise = np.random.default_rng(seed).integers(90, 160, (size[1], size[0], 3), dtype=np.uint8)
    drawn = Image.fromarray(noise)
    pen = ImageDraw.Draw(drawn)
    rng = random.Random(seed)
    for _ in range(12):
        corner = (rng.randrange(size[0]), rng.randrange(size[1]))
        end = (rng.randrange(size[0]), rng.randrange(size[1]))
        pen.line((corner, end), fill=(rng.randrange(256), 20, 40), width=3)
    return drawn


def encoded(drawn: Image.Image, form: str, **options: object) -> bytes:
    """Return a picture in one of Pillow's formats, or in HEIF."""
    buffer = io.BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(drawn).save(buffer, **options)
    else:
        drawn.save(buffer, form, **options)
    return buffer.getvalue()


def valid_files(seed: int = 0) -> dict[str, bytes]:
    """Return name to bytes of one good file in each format."""
    drawn = picture(seed)
    return {
        "small.jpg": encoded(drawn, "JPEG", quality=85),
        "progressive.jpg": encoded(drawn, "JPEG", quality=85, progressive=True),
        "small.png": encoded(drawn, "PNG"),
        "small.webp": encoded(drawn, "WEBP", quality=80),
        "small.tif": encoded(drawn, "TIFF"),
        "deflate.tif": encoded(drawn, "TIFF", compression="tiff_adobe_deflate"),
        "small.heic": encoded(drawn, "HEIF", quality=60),
        "small.pdf": encoded(drawn, "PDF", resolution=150, creationDate=_DAY, modDate=_DAY),
    }


def zip_archive() -> bytes:
    """Return a ZIP with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("payload.txt"), "a payload\n" * 50)
    return buffer.getvalue()


def html() -> bytes:
    """Return a page with a script."""
    return b"<!DOCTYPE html><html><body><script>fetch('/admin')</script></body></html>"
