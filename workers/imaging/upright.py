"""Brings one decoded picture into the form in which a document is read: flat, upright, level."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from workers.imaging.orientation import skew_deg, turned
from workers.imaging.outline import MARGIN, Outline, find_outline, flatten, flattening
from workers.imaging.placing import flattened, levelled, quarter_turned
from workers.imaging.text_turn import turn_by_text
from workers.text.aamva import is_aamva
from workers.text.bidi import has_arabic
from workers.visual.levelling import Level, level_by_lines, level_page, may_be_zone, text_lines
from workers.visual.spotting import SURE_FROM, read_lines
from workers.visual.turning import turned_quads

if TYPE_CHECKING:
    from schemas.documents import Barcode, MrzReading, Quad, TextLine
    from workers.ports import Image, Tools
    from workers.visual.lines import SpottedLine

ZONE_SKEW_MIN_DEG = 1.0
"""A page whose zone is read already gains nothing from being levelled by less."""

# ICAO Doc 9303 part 3, 4.3: OCR-B at ten letters an inch. ISO/IEC 7810: ID-1 is 85.60 mm wide.
_MRZ_PITCH_INCH = 0.1
_ID_1_ASPECT = 1.586
_ID_1_TOLERANCE = 0.06
_ID_1_INCH = 85.6 / 25.4

_FILLED_BY_PRINT = 0.75
"""Print of a zone is nine tenths of its document's width."""


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

    The zone is looked for on the picture as it came, and on the flattened document only where that
    is unsure. The flattened document stands in for the picture only while no MRZ is lost by that;
    the MRZ decides the turn, else the text does, else the page stays as it came.
    """
    look = _Look(picture)
    if zones is Zones.NOT_WANTED:
        return _without_zones(look, tools, languages)
    # Where lines can be found, a quick look is enough: the lines tell whether more is worth it.
    marked = _by_zone(look, tools, thorough=tools.finder is None) or _by_barcode(look, tools)
    if marked is not None:
        return marked
    page = _without_zones(look, tools, languages)
    if tools.finder is None:
        return page
    return _with_lines(page, look, tools)


def _with_lines(page: UprightPage, look: _Look, tools: Tools) -> UprightPage:
    """Return the page with its lines read; by its zone or barcode, where they do not forbid one.

    AAMVA's barcodes stand on licences of North America, which show no Arabic.
    """
    spotted = read_lines(page.image, page.quads, tools)
    if not any(has_arabic(line.text) and line.confidence >= SURE_FROM for line in spotted):
        marked = _with_barcodes(page, tools, thorough=True)
        if marked is not None:
            return marked
    if any(may_be_zone(line) for line in spotted):
        found = _by_zone(look, tools, thorough=True)
        if found is not None:
            return found
    return replace(page, lines=text_lines(spotted), spotted=spotted)


class _Look:
    """The picture as it came, and the document cut out of it, made when it is first asked for."""

    def __init__(self, picture: Image) -> None:
        self.picture = picture

    @cached_property
    def outline(self) -> Outline | None:
        """Where the document lies; None where it fills the picture or nothing is sure."""
        return find_outline(self.picture)

    @cached_property
    def page(self) -> Image:
        """The document flattened; the picture where it has no outline."""
        return self.picture if self.outline is None else flatten(self.picture, self.outline)


def _by_zone(look: _Look, tools: Tools, *, thorough: bool) -> UprightPage | None:
    """Return the page turned by its machine readable zone; None where none was found."""
    page, outline, mrz = _zones(look, tools, thorough=thorough)
    if mrz and not thorough and not _sure(mrz):
        page, outline, mrz = _zones(look, tools, thorough=True)
    if not mrz:
        return None
    dpi = _resolution_dpi(page, outline, mrz)
    turn = round(mrz[0].turn_deg / 90) * 90 % 360
    skew = (mrz[0].turn_deg - turn + 180) % 360 - 180
    mrz = tuple(quarter_turned(reading, turn) for reading in mrz)
    page = turned(page, turn)
    level = level_page(page, turn, skew if abs(skew) >= ZONE_SKEW_MIN_DEG else 0.0, ())
    if level.image is not page:
        mrz = tuple(levelled(reading, page.shape, skew) for reading in mrz)
    return UprightPage(level.image, level.rotation_deg, outline, dpi, mrz=mrz)


def _by_barcode(look: _Look, tools: Tools) -> UprightPage | None:
    """Return the page turned by a licence's barcode, which needs no text beside it."""
    for page, outline in ((look.page, look.outline), (look.picture, None)):
        found = _with_barcodes(
            UprightPage(page, 0.0, outline, _resolution_dpi(page, outline, ())),
            tools,
            thorough=tools.finder is None,
        )
        if found is not None or look.outline is None:
            return found
    return None


def _with_barcodes(page: UprightPage, tools: Tools, *, thorough: bool) -> UprightPage | None:
    """Return a page turned further so that its first barcode reads level; None without any."""
    if tools.barcodes is None:
        return None
    read = tools.barcodes.read(page.image, text=page.quads, thorough=thorough)
    barcodes = tuple(one for one in read if is_aamva(one.text))
    if not barcodes:
        return None
    level, barcodes = _level_by_barcodes(page.image, barcodes)
    return replace(
        page,
        image=level.image,
        rotation_deg=(page.rotation_deg + level.rotation_deg) % 360,
        barcodes=barcodes,
        quads=(),
    )


def _without_zones(look: _Look, tools: Tools, languages: tuple[str, ...]) -> UprightPage:
    """Return the page turned and levelled by its text."""
    dpi = _resolution_dpi(look.page, look.outline, ())
    if tools.finder is not None:
        level = level_by_lines(look.page, tools)
        return UprightPage(level.image, level.rotation_deg, look.outline, dpi, quads=level.quads)
    turn, lines = turn_by_text(look.page, tools, languages)
    page = turned(look.page, turn)
    level = level_page(page, turn, skew_deg(page), ())
    return UprightPage(level.image, level.rotation_deg, look.outline, dpi, lines=lines)


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
    look: _Look, tools: Tools, *, thorough: bool
) -> tuple[Image, Outline | None, tuple[MrzReading, ...]]:
    """Return the zones with the page that they stand on: the flattened one where it keeps them."""
    on_picture = tools.mrz.read(look.picture, thorough=thorough)
    if _sure(on_picture) and _fills(look.picture, on_picture[0]):
        return look.picture, None, on_picture
    if look.outline is None:
        return look.picture, None, on_picture
    if _sure(on_picture):
        return _flat_around(look, look.outline, on_picture)
    on_flat = tools.mrz.read(look.page, thorough=thorough)
    if on_picture and not on_flat:
        return look.picture, None, on_picture
    return look.page, look.outline, on_flat


def _flat_around(
    look: _Look, outline: Outline, mrz: tuple[MrzReading, ...]
) -> tuple[Image, Outline | None, tuple[MrzReading, ...]]:
    """Return the flattened document with the zones read before, unless it would lose one."""
    matrix, size = flattening(look.picture.shape, outline)
    moved = tuple(flattened(reading, look.picture.shape, matrix, size) for reading in mrz)
    places = [
        place for one in moved for quad in one.line_quads for corner in quad for place in corner
    ]
    if not all(0 <= place <= 1 for place in places):
        return look.picture, None, mrz
    return look.page, outline, moved


def _fills(picture: Image, reading: MrzReading) -> bool:
    """Say whether the zone is so long that its document fills the picture: no outline then."""
    height, width = picture.shape[:2]
    (left, top), (right, low), *_ = reading.line_quads[0]
    across, down = abs(right - left) * width, abs(low - top) * height
    return bool(across >= _FILLED_BY_PRINT * width or down >= _FILLED_BY_PRINT * height)


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
