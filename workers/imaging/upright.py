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
from workers.visual.levelling import Level, level_by_lines, level_page, may_be_zone, text_lines
from workers.visual.spotting import read_lines
from workers.visual.turning import turned_quads

if TYPE_CHECKING:
    from schemas.documents import Barcode, MrzReading, Quad, TextLine
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
        outline: where it was cut out of a larger picture, None where it was not.
        resolution_dpi: from what has a known size on it; None where nothing has.
        mrz: zones read on it, best first; their corners lie on the upright page.
        barcodes: those of licences, looked for where there is no zone.
        quads: lines of text found on it; empty where an MRZ or a barcode made them needless.
        spotted: those lines as the visual reading takes them.
        lines: those that were read well enough to speak for a document.
    """

    image: Image = field(repr=False)
    rotation_deg: float
    outline: Outline | None
    resolution_dpi: float | None
    mrz: tuple[MrzReading, ...] = ()
    barcodes: tuple[Barcode, ...] = ()
    quads: tuple[Quad, ...] = ()
    spotted: tuple[SpottedLine, ...] = ()
    lines: tuple[TextLine, ...] = ()

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
    outline = find_outline(picture)
    flat = _Flat(picture if outline is None else flatten(picture, outline), outline)
    if zones is Zones.NOT_WANTED:
        return _without_zones(flat, tools, languages)
    # Where lines can be found, a quick look is enough: the lines tell whether more is worth it.
    by_zone = _by_zone(flat, picture, tools, thorough=tools.finder is None)
    if by_zone is not None:
        return by_zone
    by_barcode = _by_barcode(flat, picture, tools)
    if by_barcode is not None:
        return by_barcode
    page = _without_zones(flat, tools, languages)
    if tools.finder is None:
        return page
    spotted = read_lines(page.image, page.quads, tools)
    if any(may_be_zone(line) for line in spotted):
        found = _by_zone(flat, picture, tools, thorough=True)
        if found is not None:
            return found
    return replace(page, lines=text_lines(spotted), spotted=spotted)


@dataclass(frozen=True, slots=True)
class _Flat:
    """The document cut out of the picture and flattened; the picture where it has no outline."""

    page: Image
    outline: Outline | None


def _by_zone(flat: _Flat, picture: Image, tools: Tools, *, thorough: bool) -> UprightPage | None:
    """Return the page turned by its machine readable zone; None where none was found."""
    page, outline, mrz = _zones(flat, picture, tools, thorough=thorough)
    if mrz and not thorough and not _sure(mrz):
        page, outline, mrz = _zones(flat, picture, tools, thorough=True)
    if not mrz:
        return None
    dpi = _resolution_dpi(page, outline, mrz)
    turn = round(mrz[0].turn_deg / 90) * 90 % 360
    skew = (mrz[0].turn_deg - turn + 180) % 360 - 180
    mrz = tuple(quarter_turned(reading, turn) for reading in mrz)
    page = turned(page, turn)
    level = level_page(page, turn, skew, ())
    if level.image is not page:
        mrz = tuple(levelled(reading, page.shape, skew) for reading in mrz)
    return UprightPage(level.image, level.rotation_deg, outline, dpi, mrz=mrz)


def _by_barcode(flat: _Flat, picture: Image, tools: Tools) -> UprightPage | None:
    """Return the page turned by a licence's barcode, which needs no text beside it."""
    looks = [flat] if flat.outline is None else [flat, _Flat(picture, None)]
    for look in looks:
        barcodes = _barcodes(look.page, tools)
        if barcodes:
            level, barcodes = _level_by_barcodes(look.page, barcodes)
            dpi = _resolution_dpi(look.page, look.outline, ())
            return UprightPage(
                level.image, level.rotation_deg, look.outline, dpi, barcodes=barcodes
            )
    return None


def _without_zones(flat: _Flat, tools: Tools, languages: tuple[str, ...]) -> UprightPage:
    """Return the page turned and levelled by its text."""
    dpi = _resolution_dpi(flat.page, flat.outline, ())
    if tools.finder is not None:
        level = level_by_lines(flat.page, tools)
        return UprightPage(level.image, level.rotation_deg, flat.outline, dpi, quads=level.quads)
    turn, lines = turn_by_text(flat.page, tools, languages)
    page = turned(flat.page, turn)
    level = level_page(page, turn, skew_deg(page), ())
    return UprightPage(level.image, level.rotation_deg, flat.outline, dpi, lines=lines)


def _barcodes(page: Image, tools: Tools) -> tuple[Barcode, ...]:
    if tools.barcodes is None:
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


def _zones(
    flat: _Flat, picture: Image, tools: Tools, *, thorough: bool
) -> tuple[Image, Outline | None, tuple[MrzReading, ...]]:
    """Return the zones with the page that they stand on: the flattened one where it shows them."""
    on_flat = tools.mrz.read(flat.page, thorough=thorough)
    if flat.outline is None or _sure(on_flat):
        return flat.page, flat.outline, on_flat
    on_picture = tools.mrz.read(picture, thorough=thorough)
    if on_picture and (_sure(on_picture) or not on_flat):
        return picture, None, on_picture
    return flat.page, flat.outline, on_flat


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
