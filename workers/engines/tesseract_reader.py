"""Tesseract as a reader of single lines, one language set for each script."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from schemas.documents import TextLine, Word
from workers.ports import Image, Layout, Script, StripReading, TextEngine
from workers.text.arabic import is_right_to_left

MARGIN_SHARE = 0.2
"""White that Tesseract wants around a line, as a share of its height."""


class TesseractReader:
    """Reads strips through a text engine, in the languages of one script."""

    name = "tesseract"

    def __init__(
        self, engine: TextEngine, languages: tuple[str, ...], scripts: frozenset[Script]
    ) -> None:
        self._engine = engine
        self._languages = languages
        self.scripts = scripts
        self.version = engine.version

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return one reading for each strip."""
        return tuple(self._read(strip) for strip in strips)

    def _read(self, strip: Image) -> StripReading:
        pad = round(strip.shape[0] * MARGIN_SHARE)
        framed = cv2.copyMakeBorder(strip, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
        lines = self._engine.read(np.asarray(framed, np.uint8), self._languages, Layout.LINE)
        full, own = framed.shape[1], strip.shape[1]
        return _joined(lines, lambda share: min(1.0, max(0.0, (share * full - pad) / own)))


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
