"""Tells which way is up by reading the whole page: the way of a machine without a line finder."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.documents import TextLine
from workers.imaging.orientation import turned
from workers.imaging.text_presence import may_hold_text
from workers.ports import Image, Layout, Tools

TEXT_SIDE_PX = 1400
"""Longer side of the copy on which the text engine is asked for a first look."""

# Sums of the confidences of words: dense text upside down still scores a third of its worth, but
# the mean over all its words stays low.
_STRONG_SCORE = 5.0
_FAINT_SCORE = 2.5
_SURE_CONFIDENCE = 0.72
_WORD_CONFIDENCE_MIN = 0.5


@dataclass(frozen=True, slots=True)
class _Look:
    """What the text engine made of a page at one turn."""

    turn_deg: int
    lines: tuple[TextLine, ...]
    score: float
    confidence: float
    sure: bool


def turn_by_text(
    page: Image, tools: Tools, languages: tuple[str, ...]
) -> tuple[int, tuple[TextLine, ...]]:
    """Return the clockwise turn at which the text engine reads best, and what it read then."""
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
