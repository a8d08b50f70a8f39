"""PDF417 barcodes by zxing-cpp: read from pictures, drawn for specimens.

The decoder wants rows within a degree or two of the picture's; where it finds nothing but bars
are seen, it is given their region straightened and enlarged.
"""

from collections.abc import Iterator, Sequence
from importlib import metadata

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from schemas.documents import Barcode, Quad
from workers.imaging.bar_regions import BarRegion, bar_regions, cut

Grey = NDArray[np.uint8]
Matrix = NDArray[np.float64]

PDF417 = "PDF417"
SIDE_PX_MAX = 2400
REGION_WIDTHS_PX = (1400, 950)
"""Widths at which a straightened region is tried: three to six pixels for a module."""
REGION_SCALE_MAX = 4.0
TEXT_LINES_MAX = 2
"""A region with more lines of text is no barcode."""

_SHARPEN_SIGMA_PX = 2.5
_SHARPEN = 1.3


class BarcodeReader:
    """Finds PDF417 barcodes at any angle."""

    name = "zxing-cpp"
    version = metadata.version("zxing-cpp")

    def read(
        self, page: NDArray[np.uint8], *, text: Sequence[Quad] = (), thorough: bool = True
    ) -> tuple[Barcode, ...]:
        """Return the barcodes that decode, their error correction satisfied; mostly none."""
        grey = page if page.ndim == 2 else np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY))
        ratio = min(1.0, SIDE_PX_MAX / max(grey.shape))
        if ratio < 1:
            grey = cv2.resize(grey, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
        small = np.asarray(grey, np.uint8)
        for picture, back in _attempts(small, text if thorough else None):
            found = _decode(picture)
            if found:
                return tuple(_placed(one, back, small.shape) for one in found)
        return ()


def draw_pdf417(content: str, columns: int = 13) -> Grey:
    """Return a PDF417 as dark and light modules, one pixel wide each, without a quiet zone.

    Correction level 5, as AAMVA's standard asks of cards.
    """
    code = zxingcpp.create_barcode(
        content, zxingcpp.BarcodeFormat.PDF417, columns=columns, ec_level="5"
    )
    return np.array(code.to_image(scale=1, add_quiet_zones=False), np.uint8)


def _attempts(grey: Grey, text: Sequence[Quad] | None) -> Iterator[tuple[Grey, Matrix]]:
    """Yield pictures to decode, the cheapest first, each with its matrix back to the page."""
    yield grey, np.eye(3)
    regions = () if text is None else bar_regions(grey)
    paper = float(np.median(grey)) if regions else 0.0
    for region in regions:
        if _lines_on(region, text or (), grey.shape) > TEXT_LINES_MAX:
            continue
        for width_px in REGION_WIDTHS_PX:
            straight, back = cut(grey, region, _scale(region, width_px), paper)
            yield straight, back
            soft = cv2.GaussianBlur(straight, (0, 0), _SHARPEN_SIGMA_PX)
            sharp = cv2.addWeighted(straight, 1 + _SHARPEN, soft, -_SHARPEN, 0)
            yield np.asarray(sharp, np.uint8), back


def _lines_on(region: BarRegion, text: Sequence[Quad], shape: tuple[int, ...]) -> int:
    """Return how many lines of text have their middle in a region."""
    height, width = shape[:2]
    middles = ((sum(x for x, _ in q) * width / 4, sum(y for _, y in q) * height / 4) for q in text)
    return sum(
        cv2.pointPolygonTest(region.corners, middle, measureDist=False) >= 0 for middle in middles
    )


def _scale(region: BarRegion, width_px: int) -> float:
    return min(REGION_SCALE_MAX, width_px / region.width_px)


def _decode(picture: Grey) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.PDF417),
        try_downscale=False,
        try_invert=False,
        text_mode=zxingcpp.TextMode.Plain,
    )


def _placed(found: zxingcpp.Barcode, back: Matrix, shape: tuple[int, ...]) -> Barcode:
    at = found.position
    points = [at.top_left, at.top_right, at.bottom_right, at.bottom_left]
    moved = cv2.perspectiveTransform(
        np.array([[(point.x, point.y) for point in points]], np.float64), back
    )[0] / [shape[1], shape[0]]
    corners = [(float(x), float(y)) for x, y in moved]
    quad: Quad = (corners[0], corners[1], corners[2], corners[3])
    # AAMVA's standard: ISO 8859-1. Decoding bytes by it cannot fail.
    return Barcode(PDF417, found.bytes.decode("latin-1"), quad)
