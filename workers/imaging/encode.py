"""Re-encodes page pictures: what goes on is never a byte of what was uploaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from schemas.errors import Unprocessable
from workers.imaging.media_type import MediaType

if TYPE_CHECKING:
    from workers.ports import Image

JPEG_QUALITY = 92
PNG_PIXELS_MAX = 250_000
"""Pictures up to this are small enough to be kept without loss."""

_LINE_ART_LEVELS = 12
_LINE_ART_SHARE = 0.97


@dataclass(frozen=True, slots=True)
class EncodedPage:
    """A page picture's bytes, its media type and the ending of its key."""

    data: bytes = field(repr=False)
    media_type: MediaType
    suffix: str


def encode(page: Image) -> EncodedPage:
    """Return a PNG of a small picture or of line art, else a JPEG; the same bytes each time."""
    if page.shape[0] * page.shape[1] <= PNG_PIXELS_MAX or _is_line_art(page):
        _, png = cv2.imencode(".png", page)
        return EncodedPage(png.tobytes(), MediaType.PNG, "png")
    _, jpeg = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return EncodedPage(jpeg.tobytes(), MediaType.JPEG, "jpg")


def load_page(data: bytes) -> Image:
    """Return the BGR picture in a page's bytes, as prepare stored it.

    Raises:
        Unprocessable: ``object.corrupt`` when the bytes are no picture.
    """
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if picture is None:
        raise Unprocessable("object.corrupt", "a stored page picture does not decode; redrive")
    return np.asarray(picture, dtype=np.uint8)


def _is_line_art(page: Image) -> bool:
    grey = page if page.ndim == 2 else page[:, :, 1]
    counts = np.bincount(np.ascontiguousarray(grey[::2, ::2]).ravel(), minlength=256)
    counts.sort()
    return bool(counts[-_LINE_ART_LEVELS:].sum() >= _LINE_ART_SHARE * counts.sum())
