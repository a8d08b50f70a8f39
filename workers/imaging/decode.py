"""Turns uploaded bytes into upright-by-EXIF BGR pictures, whatever the bytes are.

Every failure is :class:`Unprocessable` with a stable reason. Sizes are read from headers before
anything is decoded, and large pictures are reduced while they are.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pillow_heif
from PIL import Image as Pillow
from PIL import ImageFile

from schemas.errors import Unprocessable
from workers.imaging.limits import Limits
from workers.imaging.media_type import HEAD_BYTES, MediaType, sniff
from workers.imaging.pdf import pdf_pages
from workers.imaging.polyglot import refuse_polyglot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.ports import Image

# What Pillow and libheif are known to raise on broken input; an attack may find any of them.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
    Warning,
)
_TRUNCATED_WORDS = ("truncated", "unexpected end", "not enough data", "end of file", "too small")
_BAND_ROWS = 512
_FORMATS = {
    MediaType.JPEG: ("JPEG", "MPO"),
    MediaType.PNG: ("PNG",),
    MediaType.WEBP: ("WEBP",),
    MediaType.TIFF: ("TIFF",),
}


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """One page of a file.

    Args:
        image: BGR, no side longer than ``Limits.page_side_px_max``.
        number: from 1, in the file.
    """

    image: Image
    number: int


def decode(data: bytes, limits: Limits | None = None) -> tuple[DecodedPage, ...]:
    """Return every page of a file; ``decode_pages`` holds one at a time in memory instead.

    Raises:
        Unprocessable: when the bytes are no picture that may be read.
    """
    return tuple(decode_pages(data, limits))


def decode_pages(data: bytes, limits: Limits | None = None) -> Iterator[DecodedPage]:
    """Yield the pages of a file one by one.

    Raises:
        Unprocessable: when the bytes are no picture that may be read. A page that was yielded
            before stays good; the file as a whole is refused.
    """
    limits = limits or Limits()
    media_type = _media_type(data, limits)
    if media_type is MediaType.WEBP:
        limits = replace(limits, pixels_max=min(limits.pixels_max, limits.webp_pixels_max))
    refuse_polyglot(data, media_type)
    if media_type is MediaType.PDF:
        pictures = pdf_pages(data, limits)
    elif media_type in {MediaType.HEIC, MediaType.HEIF}:
        pictures = _heif(data, limits)
    else:
        pictures = _frames(data, media_type, limits)
    for number, picture in enumerate(pictures, 1):
        yield DecodedPage(picture, number)


def _media_type(data: bytes, limits: Limits) -> MediaType:
    if not data:
        raise Unprocessable("file.empty", "the file has no bytes; send it again")
    if len(data) > limits.file_bytes_max:
        raise Unprocessable(
            "file.too_large",
            f"the file has more than {limits.file_bytes_max} bytes; send a smaller one",
        )
    media_type = sniff(data[:HEAD_BYTES])
    if media_type is None:
        raise Unprocessable(
            "media.unsupported",
            "the file is no JPEG, PNG, WebP, TIFF, HEIC or PDF; convert it to one of them",
        )
    return media_type


def _frames(data: bytes, media_type: MediaType, limits: Limits) -> Iterator[Image]:
    _refuse_cut_short(data, media_type)
    try:
        opened = Pillow.open(io.BytesIO(data), formats=_FORMATS[media_type])
    except Pillow.DecompressionBombError:
        raise _too_many_pixels(limits) from None
    except _BROKEN as error:
        raise _broken(error) from None
    count = 0
    while True:
        yield _frame(opened, limits)
        count += 1
        if media_type is not MediaType.TIFF or not _next(opened, count):
            return
        if count >= limits.pages_max:
            raise Unprocessable(
                "tiff.too_many_pages",
                f"the TIFF has more than {limits.pages_max} pages; send fewer",
            )


def _next(opened: ImageFile.ImageFile, index: int) -> bool:
    try:
        opened.seek(index)
    except EOFError:
        return False
    except Pillow.DecompressionBombError:
        raise Unprocessable("image.too_many_pixels", "a page of the TIFF is too large") from None
    except _BROKEN as error:
        raise _broken(error) from None
    return True


def _frame(opened: ImageFile.ImageFile, limits: Limits) -> Image:
    refuse_size(*opened.size, limits)
    side = limits.page_side_px_max
    try:
        orientation = _orientation(opened)
        # libjpeg scales by 1/2, 1/4, 1/8 while it decodes: a tenth of the memory and time.
        opened.draft(None, (side, side))
        opened.load()
        return _bgr(_upright(_plain(opened, side), orientation))
    except Pillow.DecompressionBombError:
        raise _too_many_pixels(limits) from None
    except _BROKEN as error:
        raise _broken(error) from None


def _heif(data: bytes, limits: Limits) -> Iterator[Image]:
    try:
        opened: Any = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
        width, height = opened.size
    except _BROKEN as error:
        raise _broken(error) from None
    refuse_size(width, height, limits)
    try:
        decoded = _bgr(_plain(opened.to_pillow(), limits.page_side_px_max))
    except _BROKEN as error:
        raise _broken(error) from None
    yield decoded


def refuse_size(width: int, height: int, limits: Limits) -> None:
    """Pass a picture whose header announces a size that may be decoded.

    Raises:
        Unprocessable: ``image.too_many_pixels`` or ``image.too_small``.
    """
    if width * height > limits.pixels_max:
        raise _too_many_pixels(limits)
    if min(width, height) < limits.page_side_px_min:
        raise Unprocessable(
            "image.too_small",
            f"the picture is less than {limits.page_side_px_min} pixels wide or high; "
            "nothing can be read on it",
        )


def _orientation(opened: Pillow.Image) -> int:
    # A broken EXIF block is no reason to refuse a picture that is whole.
    try:
        return int(opened.getexif().get(0x0112, 1))
    except _BROKEN:
        return 1


_TURNS = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}


def _upright(picture: Pillow.Image, orientation: int) -> Pillow.Image:
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _plain(picture: Pillow.Image, side_px: int) -> Pillow.Image:
    """Return the picture as 8-bit grey or RGB within a side, on white where it is see-through."""
    picture = _simple(picture)
    if picture.mode == "RGBA":
        return _on_white(picture, side_px)
    return _shrunk(picture, _scale(picture, side_px))


def _on_white(picture: Pillow.Image, side_px: int) -> Pillow.Image:
    # Band by band: whole copies of 50 million pixels with alpha would take 200 MB each.
    scale = _scale(picture, side_px)
    width, height = picture.size
    white = Pillow.new("RGB", _scaled((width, height), scale), "white")
    top = 0
    for start in range(0, height, _BAND_ROWS):
        band = picture.crop((0, start, width, min(start + _BAND_ROWS, height)))
        bottom = round(min(start + _BAND_ROWS, height) * scale)
        if bottom > top:
            small = band.resize((white.width, bottom - top), Pillow.Resampling.BICUBIC)
            white.paste(small.convert("RGB"), (0, top), small.getchannel("A"))
        top = bottom
    return white


def _scale(picture: Pillow.Image, side_px: int) -> float:
    return min(1.0, side_px / max(picture.size))


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _simple(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith(("I", "F")):
        return Pillow.fromarray(_eight_bit(np.asarray(picture)))
    if picture.has_transparency_data:
        return picture if picture.mode == "RGBA" else picture.convert("RGBA")
    if picture.mode in {"1", "L"}:
        return picture.convert("L")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _shrunk(picture: Pillow.Image, scale: float) -> Pillow.Image:
    if scale >= 1:
        return picture
    size = _scaled(picture.size, scale)
    return picture.resize(size, Pillow.Resampling.BICUBIC, reducing_gap=2.0)


def _eight_bit(samples: Any) -> Image:
    if samples.dtype == np.uint16:
        high: Image = (samples >> 8).astype(np.uint8)
        return high
    values = np.nan_to_num(samples.astype(np.float32), posinf=0.0, neginf=0.0)
    top = float(values.max(initial=0.0))
    full = 1.0 if top <= 1.0 else 255.0 if top <= 255.0 else max(top, 65_535.0)
    scaled: Image = np.clip(values * (255.0 / full), 0, 255).astype(np.uint8)
    return scaled


def _bgr(picture: Pillow.Image) -> Image:
    samples = np.asarray(picture)
    # Not by numpy's strides: reversed they take sixteen times as long.
    way = cv2.COLOR_GRAY2BGR if samples.ndim == 2 else cv2.COLOR_RGB2BGR
    return np.asarray(cv2.cvtColor(samples, way), np.uint8)


def _refuse_cut_short(data: bytes, media_type: MediaType) -> None:
    # Pillow shows what there is of these two when only the end is missing.
    if media_type is MediaType.PNG and b"IEND" not in data:
        raise _truncated()
    if media_type is MediaType.WEBP and int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise _truncated()


def _broken(error: BaseException) -> Unprocessable:
    if isinstance(error, EOFError) or any(word in str(error) for word in _TRUNCATED_WORDS):
        return _truncated()
    return Unprocessable("image.malformed", "the picture cannot be decoded; save it again")


def _truncated() -> Unprocessable:
    return Unprocessable("image.truncated", "the picture ends too early; send the whole file")


def _too_many_pixels(limits: Limits) -> Unprocessable:
    return Unprocessable(
        "image.too_many_pixels",
        f"the picture has more than {limits.pixels_max} pixels; send a smaller one",
    )
