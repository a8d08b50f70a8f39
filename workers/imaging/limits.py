"""How much one upload may ask for. Every bound that stands between hostile bytes and memory."""

from dataclasses import dataclass

PIXELS_MAX = 50_000_000
"""Pixels of one picture, read from its header before anything is decoded."""

WEBP_PIXELS_MAX = 25_000_000
"""Pixels of a WebP picture: libwebp holds three whole copies while it decodes."""

PAGES_MAX = 20
"""Pages of one document, over all its files."""

FILE_BYTES_MAX = 64 * 1024 * 1024
"""Bytes of one uploaded file."""

PDF_STREAM_BYTES_MAX = 256 * 1024 * 1024
"""Bytes of all compressed streams of a PDF once inflated."""

PAGE_SIDE_PX_MAX = 4096
"""Longer side of a page picture; larger ones are reduced while they are decoded."""

PAGE_SIDE_PX_MIN = 16
"""Shorter side of a picture that can hold anything to read."""

PDF_DPI = 250
"""Resolution at which PDF pages are drawn; fewer dots where the page would pass the side."""

PDF_SIDE_POINTS_MAX = 14_400
"""Side of a PDF page, in points: 200 inches (ISO 32000-1, annex C)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds on one upload; the defaults are the constants of this module."""

    pixels_max: int = PIXELS_MAX
    webp_pixels_max: int = WEBP_PIXELS_MAX
    pages_max: int = PAGES_MAX
    file_bytes_max: int = FILE_BYTES_MAX
    pdf_stream_bytes_max: int = PDF_STREAM_BYTES_MAX
    page_side_px_max: int = PAGE_SIDE_PX_MAX
    page_side_px_min: int = PAGE_SIDE_PX_MIN
    pdf_dpi: int = PDF_DPI
    pdf_side_points_max: int = PDF_SIDE_POINTS_MAX
