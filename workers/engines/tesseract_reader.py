"""Tesseract as a reader of single lines, one language set for each script."""

import re
from collections.abc import Callable, Sequence
from enum import Enum

import cv2
import numpy as np

from schemas.documents import TextLine, Word
from workers.ports import Image, Layout, Script, StripReading, TextEngine
from workers.text.arabic import is_right_to_left

_PAPER_PX = 31
_SPREAD_MIN = 20.0

STRIP_HEIGHT_PX = 48
"""Strips come so high; models read some print better when it is a little smaller."""

MARGIN_SHARE = 0.2
"""White that Tesseract wants around a line, as a share of its height."""

RAW_MARGIN_SHARE = 0.1
"""The same around a line that it does not look for: of more white it makes full stops."""

LEAD_SHARE = 0.75
"""White before the first letter of a raw Arabic line, as a share of its height.

Tesseract loses a letter or figure that stands at the edge it begins at. Of 767 values in faces that
other code drew, clean and photo, 665 to 672 were exact with a lead of 0.6 to 0.9 (and 660 to 670 at
heights of 28 to 34), 581 without, and 403 of lines that it looked for; days of dates, whose first
figure it lost, in 46 of 51 where 15 were.
"""

_STRAY = " .:;,'`-_/|"
_NOUGHTS = "0\u0660"
"""What Tesseract makes of white beside Arabic, whose nought is a point."""


class Paper(Enum):
    """What is done to the paper behind print before Tesseract reads it."""

    KEPT = "kept"
    WHITENED = "whitened"


class TesseractReader:
    """Reads strips through a text engine, in the languages of one script.

    Args:
        layout: a line that Tesseract looks for on the strip, or a raw one that fills it. Its finder
            takes the dots below Arabic letters for another line, and then reads nothing: of 300
            lines in faces that other code drew, from clean to hard, 135 were exact with it and 203
            without. Of a raw line's ends it makes letters more often.
        lead_share: white before the first letter, where it is not as wide as around the line.
    """

    name = "tesseract"

    def __init__(
        self,
        engine: TextEngine,
        languages: tuple[str, ...],
        scripts: frozenset[Script],
        paper: Paper = Paper.KEPT,
        height_px: int = STRIP_HEIGHT_PX,
        layout: Layout = Layout.LINE,
        lead_share: float | None = None,
    ) -> None:
        self._engine = engine
        self._paper = paper
        self._height_px = height_px
        self._layout = layout
        self._lead_share = lead_share
        self._languages = languages
        self.scripts = scripts
        self.version = engine.version

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return one reading for each strip."""
        return tuple(self._read(strip) for strip in strips)

    def _read(self, strip: Image) -> StripReading:
        if self._paper is Paper.WHITENED:
            strip = _whitened(strip)
        if strip.shape[0] > self._height_px:
            share = self._height_px / strip.shape[0]
            small = cv2.resize(strip, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
            strip = np.asarray(small, np.uint8)
        if self._layout is Layout.RAW_LINE:
            return _without_stray(self._read_framed(strip, RAW_MARGIN_SHARE))
        return self._read_framed(strip, MARGIN_SHARE)

    def _read_framed(self, strip: Image, margin: float) -> StripReading:
        pad = round(strip.shape[0] * margin)
        framed = cv2.copyMakeBorder(strip, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
        if self._lead_share is not None:
            lead = round(strip.shape[0] * self._lead_share) - pad
            white = (255, 255, 255)
            framed = cv2.copyMakeBorder(framed, 0, 0, 0, lead, cv2.BORDER_CONSTANT, value=white)
        lines = self._engine.read(np.asarray(framed, np.uint8), self._languages, self._layout)
        full, own = framed.shape[1], strip.shape[1]
        return _joined(lines, lambda share: min(1.0, max(0.0, (share * full - pad) / own)))


def _whitened(strip: Image) -> Image:
    """Return the print on white: security paper makes Tesseract see letters that are not there.

    Measured on 30 values of certificates that its reading of the plain strip did not confirm: of
    the whitened ones it read 22 right, none as what was not printed.
    """
    grey = cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY)
    side = min(_PAPER_PX, (min(grey.shape) - 1) // 2 * 2 - 1)
    paper = cv2.medianBlur(cv2.dilate(grey, np.ones((5, 5), np.uint8)), max(3, side))
    flat = cv2.divide(grey, paper, scale=255).astype(np.float32)
    dark, light = float(np.percentile(flat, 2)), float(np.percentile(flat, 75))
    spread = np.clip((flat - dark) / max(light - dark, _SPREAD_MIN) * 255, 0, 255)
    return np.asarray(cv2.cvtColor(spread.astype(np.uint8), cv2.COLOR_GRAY2BGR), np.uint8)


def _without_stray(reading: StripReading) -> StripReading:
    """Let go of the paper's marks at the ends of a reading, and of a nought that stands alone."""
    words = [word for word in re.finditer(r"\S+", reading.text) if not _is_stray(word.group())]
    if not words:
        return StripReading("", (), ())
    start, end = words[0].start(), words[-1].end()
    kept = reading.text[start:end].strip(_STRAY)
    start = reading.text.find(kept, start)
    part = slice(start, start + len(kept))
    return StripReading(kept, reading.confidences[part], reading.places[part])


def _is_stray(word: str) -> bool:
    core = word.strip(_STRAY)
    return not core or (len(core) == 1 and core in _NOUGHTS)


def _joined(lines: Sequence[TextLine], place: Callable[[float], float]) -> StripReading:
    text: list[str] = []
    confidences: list[float] = []
    places: list[float] = []
    for word in (word for line in lines for word in line.words):
        middles = [place(x) for x in _middles(word)]
        if text:
            text.append(" ")
            confidences.append(word.confidence)
            places.append((places[-1] + middles[0]) / 2)
        text.extend(word.text)
        confidences.extend([word.confidence] * len(word.text))
        places.extend(middles)
    return StripReading("".join(text), tuple(confidences), tuple(places))


def _middles(word: Word) -> list[float]:
    """Return where a word's letters stand, as far as its box tells: evenly, in their order."""
    left, _, right, _ = word.box
    step = (right - left) / len(word.text)
    middles = [left + step * (number + 0.5) for number in range(len(word.text))]
    return middles[::-1] if is_right_to_left(word.text) else middles
