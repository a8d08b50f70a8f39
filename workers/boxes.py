"""Draws what was read onto the page it was read from."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from schemas.documents import Box, FieldValue, Reading, Source, TextLine
from schemas.messages import DocumentRead
from workers.ports import Image

_SURE, _FAIR, _POOR = (60, 140, 20), (0, 140, 230), (40, 40, 210)
"""Blue, green, red: as OpenCV orders them."""

SURE_FROM = 0.95
FAIR_FROM = 0.75

_FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True)
class _Mark:
    name: str
    box: Box
    confidence: float


def draw_boxes(image: Image, reading: DocumentRead | Reading, page_number: int = 1) -> Image:
    """Return a copy of a page with the fields' boxes and names, coloured by confidence.

    Green is sure, orange fair, red poor. A page of plain text gets a box for each of its lines.
    """
    drawn = np.ascontiguousarray(
        cv2.cvtColor(image, cv2.COLOR_GRAY2BGR) if image.ndim == 2 else image.copy(), np.uint8
    )
    thickness = max(1, round(max(drawn.shape[:2]) / 800))
    taken: list[tuple[int, int, int, int]] = []
    for mark in _marks(reading, page_number):
        left, top, right, bottom = _pixels(mark.box, drawn)
        cv2.rectangle(drawn, (left, top), (right, bottom), _colour(mark), thickness)
        if mark.name:
            _label(drawn, mark, (left, top, bottom), taken)
    return drawn


def _marks(reading: DocumentRead | Reading, page_number: int) -> list[_Mark]:
    marks = _field_marks(reading.fields, page_number)
    if isinstance(reading, DocumentRead):
        lines = [
            line for page in reading.pages if page.number == page_number for line in page.lines
        ]
        marks += [_line_mark(line) for line in lines]
    return marks


def _field_marks(fields: Mapping[str, FieldValue], page_number: int) -> list[_Mark]:
    return [
        _Mark(name, value.box, value.confidence)
        for name, value in fields.items()
        if value.box is not None and value.page == page_number and value.source is not Source.PERSON
    ]


def _line_mark(line: TextLine) -> _Mark:
    return _Mark("", line.box, line.confidence)


def _label(
    image: Image,
    mark: _Mark,
    place: tuple[int, int, int],
    taken: list[tuple[int, int, int, int]],
) -> None:
    """Write the name above the box, a row higher for each label that already stands there."""
    left, top, bottom = place
    scale = max(0.35, max(image.shape[:2]) / 2600)
    (width, height), base = cv2.getTextSize(mark.name, _FONT, scale, 1)
    row = height + base + 4
    left = max(0, min(left, image.shape[1] - width - 4))
    lower = top - 2
    spot = (left, lower - row, left + width + 4, lower)
    while lower - row > 0 and any(_overlap(spot, other) for other in taken):
        lower -= row
        spot = (left, lower - row, left + width + 4, lower)
    if lower - row <= 0:
        lower = min(image.shape[0] - 1, bottom + row)
        spot = (left, lower - row, left + width + 4, lower)
    taken.append(spot)
    cv2.rectangle(image, spot[:2], spot[2:], _colour(mark), cv2.FILLED)
    text_at = (spot[0] + 2, spot[3] - base)
    cv2.putText(image, mark.name, text_at, _FONT, scale, (255, 255, 255), 1, cv2.LINE_AA)


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]


def _pixels(box: Box, image: Image) -> tuple[int, int, int, int]:
    height, width = image.shape[:2]
    left, top, right, bottom = box
    return (
        round(left * (width - 1)),
        round(top * (height - 1)),
        round(right * (width - 1)),
        round(bottom * (height - 1)),
    )


def _colour(mark: _Mark) -> tuple[int, int, int]:
    if mark.confidence >= SURE_FROM:
        return _SURE
    return _FAIR if mark.confidence >= FAIR_FROM else _POOR
