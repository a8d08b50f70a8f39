"""Brings one decoded picture into the form in which a document is read: flat, upright, level."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from workers.imaging.orientation import skew_deg, turned
from workers.imaging.outline import MARGIN, Outline, find_outline, flatten
from workers.imaging.placing import levelled, quarter_turned
from workers.imaging.text_turn import turn_by_text
from workers.text.aamva import is_aamva
from workers.visual.levelling import Level, level_by_lines, level_page, text_lines
from workers.visual.spotting import read_lines
from workers.visual.turning import turned_quads

if TYPE_CHECKING:
    from schemas.documents import Barcode, MrzReading, TextLine
    from workers.ports import Image, Tools
    from workers.visual.lines import SpottedLine

# ICAO Doc 9303 part 3, 4.3: OCR-B at ten letters an inch. ISO/IEC 7810: ID-1 is 85.60 mm wide.
_MRZ_PITCH_INCH = 0.1
_ID_1_ASPECT = 1.586
_ID_1_TOLERANCE = 0.06
_ID_1_INCH = 85.6 / 25.4


class Zones(Enum):
    """Whether machine readable zones are looked for: plain text has none."""

    WANTED = "wanted"
    NOT_WANTED = "not wanted"


@dataclass(frozen=True, slots=True)
class UprightPage:
    """A page ready to be measured and stored, with what was seen on the way.

    Args:
        image: BGR.
        rotation_deg: clockwise turn that made it upright, 0 to 360.
        mrz: zones read on it, best first; their corners lie on the upright page.
        lines: text of the first look; empty where an MRZ made it needless.
        spotted: the same lines as the visual reading takes them; empty without a line finder.
        barcodes: those of licences, looked for where there is no zone.
        outline: where it was cut out of a larger picture, None where it was not.
        resolution_dpi: from what has a known size on it; None where nothing has.
    """

    image: Image = field(repr=False)
    rotation_deg: float
    mrz: tuple[MrzReading, ...]
    lines: tuple[TextLine, ...]
    outline: Outline | None
    resolution_dpi: float | None
    spotted: tuple[SpottedLine, ...] = ()
    barcodes: tuple[Barcode, ...] = ()

    @property
    def has_text(self) -> bool:
        """Whether anything on it can be read."""
        return bool(self.mrz or self.lines or self.barcodes)


def bring_upright(
    picture: Image, tools: Tools, languages: tuple[str, ...], zones: Zones = Zones.WANTED
) -> UprightPage:
    """Return the page flat, upright and level.

    The flattened document stands in for the picture only while no MRZ is lost by that; the MRZ
    decides the turn, else the text does, else the page stays as it came.
    """
    page, outline, mrz = _flat(picture, tools, zones)
    dpi = _resolution_dpi(page, outline, mrz)
    if mrz:
        turn = round(mrz[0].turn_deg / 90) * 90 % 360
        skew = (mrz[0].turn_deg - turn + 180) % 360 - 180
        mrz = tuple(quarter_turned(reading, turn) for reading in mrz)
        page = turned(page, turn)
        level = level_page(page, turn, skew, ())
        if level.image is not page:
            mrz = tuple(levelled(reading, page.shape, skew) for reading in mrz)
        return UprightPage(level.image, level.rotation_deg, mrz, (), outline, dpi)
    for look_at, cut in ((page, outline), (picture, None)) if outline else ((page, None),):
        barcodes = _barcodes(look_at, tools, zones)
        if barcodes:
            # What a licence's barcode says needs no text beside it; it tells the turn too.
            level, barcodes = _level_by_barcodes(look_at, barcodes)
            image, turned_deg = level.image, level.rotation_deg
            return UprightPage(image, turned_deg, (), (), cut, dpi, barcodes=barcodes)
    if tools.finder is None:
        turn, lines = turn_by_text(page, tools, languages)
        page = turned(page, turn)
        level = level_page(page, turn, skew_deg(page), ())
        return UprightPage(level.image, level.rotation_deg, (), lines, outline, dpi)
    level = level_by_lines(page, tools)
    if zones is Zones.NOT_WANTED:
        # Plain text is read whole by its own extractor.
        return UprightPage(level.image, level.rotation_deg, (), (), outline, dpi)
    spotted = read_lines(level.image, level.quads, tools)
    return UprightPage(
        level.image, level.rotation_deg, (), text_lines(spotted), outline, dpi, spotted
    )


def _barcodes(page: Image, tools: Tools, zones: Zones) -> tuple[Barcode, ...]:
    if tools.barcodes is None or zones is Zones.NOT_WANTED:
        return ()
    return tuple(one for one in tools.barcodes.read(page) if is_aamva(one.text))


def _level_by_barcodes(
    page: Image, barcodes: tuple[Barcode, ...]
) -> tuple[Level, tuple[Barcode, ...]]:
    """Return the page turned so that its first barcode reads level, the barcodes with it."""
    (left, top), (right, low), *_ = barcodes[0].quad
    height, width = page.shape[:2]
    angle = math.degrees(math.atan2((low - top) * height, (right - left) * width))
    turn = round(-angle / 90) * 90 % 360
    quads = turned_quads(tuple(one.quad for one in barcodes), turn)
    level = level_page(turned(page, turn), turn, (-angle - turn + 180) % 360 - 180, quads)
    placed = zip(barcodes, level.quads, strict=True)
    return level, tuple(replace(one, quad=quad) for one, quad in placed)


def _flat(
    picture: Image, tools: Tools, zones: Zones
) -> tuple[Image, Outline | None, tuple[MrzReading, ...]]:
    outline = find_outline(picture)
    flat = picture if outline is None else flatten(picture, outline)
    on_flat = tools.mrz.read(flat) if zones is Zones.WANTED else ()
    if outline is None or zones is Zones.NOT_WANTED or _sure(on_flat):
        return flat, outline, on_flat
    on_picture = tools.mrz.read(picture)
    if on_picture and (_sure(on_picture) or not on_flat):
        return picture, None, on_picture
    return flat, outline, on_flat


def _sure(readings: tuple[MrzReading, ...]) -> bool:
    return bool(readings) and readings[0].valid and readings[0].supported


def _resolution_dpi(
    page: Image, outline: Outline | None, mrz: tuple[MrzReading, ...]
) -> float | None:
    height, width = page.shape[:2]
    if mrz:
        left, right, *_ = mrz[0].line_quads[0]
        print_px = math.hypot((right[0] - left[0]) * width, (right[1] - left[1]) * height)
        dpi: float = print_px / (len(mrz[0].lines[0]) * _MRZ_PITCH_INCH)
        return round(dpi, 1)
    if outline is None or abs(outline.aspect - _ID_1_ASPECT) > _ID_1_TOLERANCE:
        return None
    long_px: float = max(width, height)
    return round(long_px / (1 + 2 * MARGIN) / _ID_1_INCH, 1)
