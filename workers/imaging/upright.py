"""Brings one decoded picture into the form in which a document is read: flat, upright, level."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

import cv2
import numpy as np

from workers.imaging.orientation import SKEW_MIN_DEG, rotated, skew_deg, turned
from workers.imaging.outline import MARGIN, Outline, find_outline, flatten
from workers.imaging.placing import levelled, quarter_turned
from workers.imaging.text_presence import may_hold_text
from workers.ports import Image, Layout, Tools
from workers.text.aamva import is_aamva
from workers.visual.lines import SpottedLine, text_line
from workers.visual.spotting import read_lines
from workers.visual.turning import rotated_quads, skew_of, turn_of, turned_quads

if TYPE_CHECKING:
    from schemas.documents import Barcode, MrzReading, Quad, TextLine

TEXT_SIDE_PX = 1400
"""Longer side of the copy on which the text engine is asked for a first look."""

# ICAO Doc 9303 part 3, 4.3: OCR-B at ten letters an inch. ISO/IEC 7810: ID-1 is 85.60 mm wide.
_MRZ_PITCH_INCH = 0.1
_ID_1_ASPECT = 1.586
_ID_1_TOLERANCE = 0.06
_ID_1_INCH = 85.6 / 25.4

# Sums of the confidences of words: dense text upside down still scores a third of its worth, but
# the mean over all its words stays low.
_STRONG_SCORE = 5.0
_FAINT_SCORE = 2.5
_SURE_CONFIDENCE = 0.72
_WORD_CONFIDENCE_MIN = 0.5
_LETTERS_MIN = 3


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


@dataclass(frozen=True, slots=True)
class _Look:
    """What the text engine made of a page at one turn."""

    turn_deg: int
    lines: tuple[TextLine, ...]
    score: float
    confidence: float
    sure: bool


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
        level = _levelled(page, turn, skew, ())
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
    if tools.finder is None or zones is Zones.NOT_WANTED:
        turn, lines = _turn_by_text(page, tools, languages)
        page = turned(page, turn)
        level = _levelled(page, turn, skew_deg(page), ())
        return UprightPage(level.image, level.rotation_deg, (), lines, outline, dpi)
    level = _level_by_lines(page, tools)
    spotted = read_lines(level.image, level.quads, tools)
    lines = _text_lines(spotted)
    return UprightPage(level.image, level.rotation_deg, (), lines, outline, dpi, spotted)


def _barcodes(page: Image, tools: Tools, zones: Zones) -> tuple[Barcode, ...]:
    if tools.barcodes is None or zones is Zones.NOT_WANTED:
        return ()
    return tuple(one for one in tools.barcodes.read(page) if is_aamva(one.text))


def _level_by_barcodes(
    page: Image, barcodes: tuple[Barcode, ...]
) -> tuple[_Level, tuple[Barcode, ...]]:
    """Return the page turned so that its first barcode reads level, the barcodes with it."""
    (left, top), (right, low), *_ = barcodes[0].quad
    height, width = page.shape[:2]
    angle = math.degrees(math.atan2((low - top) * height, (right - left) * width))
    turn = round(-angle / 90) * 90 % 360
    quads = turned_quads(tuple(one.quad for one in barcodes), turn)
    level = _levelled(turned(page, turn), turn, (-angle - turn + 180) % 360 - 180, quads)
    placed = zip(barcodes, level.quads, strict=True)
    return level, tuple(replace(one, quad=quad) for one, quad in placed)


@dataclass(frozen=True, slots=True)
class _Level:
    """A page turned upright and level, with its lines."""

    image: Image
    rotation_deg: float
    quads: tuple[Quad, ...]


def _level_by_lines(page: Image, tools: Tools) -> _Level:
    if tools.finder is None or not may_hold_text(page):
        return _Level(page, 0.0, ())
    quads = tools.finder.find(page)
    turn = turn_of(page, quads, tools)
    page, quads = turned(page, turn), turned_quads(quads, turn)
    return _levelled(page, turn, skew_of(quads, page.shape[1] / page.shape[0]), quads)


def _levelled(page: Image, turn: int, skew: float, quads: tuple[Quad, ...]) -> _Level:
    if abs(skew) < SKEW_MIN_DEG:
        return _Level(page, turn % 360, quads)
    return _Level(rotated(page, skew), (turn + skew) % 360, rotated_quads(quads, page.shape, skew))


def _text_lines(spotted: tuple[SpottedLine, ...]) -> tuple[TextLine, ...]:
    """Return the lines that were read well enough to speak for a document.

    Short ones (codes of fields, signs of states) are among them only beside words: alone they are
    what a reader sees in any texture.
    """
    read = [line for line in spotted if line.confidence >= _WORD_CONFIDENCE_MIN]
    if not any(sum(map(str.isalnum, line.text)) >= _LETTERS_MIN for line in read):
        return ()
    return tuple(text_line(line) for line in read)


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


def _turn_by_text(
    page: Image, tools: Tools, languages: tuple[str, ...]
) -> tuple[int, tuple[TextLine, ...]]:
    if not may_hold_text(page):
        return 0, ()
    reduced = _reduced(page)
    looks: list[_Look] = []
    # Upside down is what people do most; on its side a page reads as nothing at all.
    for turn in (0, 180, 90, 270):
        looks.append(_look(reduced, turn, tools, languages))
        if looks[-1].sure:
            break
        if turn == 180 and _decided(looks):
            break
    best = max(looks, key=lambda one: one.score)
    if best.score < _FAINT_SCORE:
        return 0, looks[0].lines
    return best.turn_deg, best.lines


def _decided(looks: list[_Look]) -> bool:
    weak, strong = sorted(one.score for one in looks)
    return strong >= _STRONG_SCORE and strong >= 2 * weak


def _look(page: Image, turn_deg: int, tools: Tools, languages: tuple[str, ...]) -> _Look:
    lines = tools.text.read(turned(page, turn_deg), languages, Layout.SPARSE)
    words = [word for line in lines for word in line.words if len(word.text.strip()) >= 2]
    good = [
        word.confidence
        for word in words
        if word.confidence >= _WORD_CONFIDENCE_MIN and len(word.text.strip()) >= 3
    ]
    mean = sum(word.confidence for word in words) / max(1, len(words))
    score = sum(good)
    sure = score >= _STRONG_SCORE and mean >= _SURE_CONFIDENCE
    return _Look(turn_deg, lines if good else (), score, mean, sure)


def _reduced(page: Image) -> Image:
    scale = TEXT_SIDE_PX / max(page.shape[:2])
    if scale >= 1:
        return page
    reduced = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(reduced, dtype=np.uint8)
