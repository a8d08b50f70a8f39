"""Tesseract's rows of words to lines of text, the same for both ways of calling it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from schemas.documents import Box, TextLine, Word
from workers.ports import Layout
from workers.text.arabic import is_right_to_left, without_marks
from workers.text.bidi import reordered

# Tesseract's page segmentation modes: 3 automatic, 6 one block, 7 one line, 11 sparse text,
# 13 one line that is not looked for: the whole picture is.
PAGE_MODES = {
    Layout.PAGE: 3,
    Layout.BLOCK: 6,
    Layout.LINE: 7,
    Layout.SPARSE: 11,
    Layout.RAW_LINE: 13,
}
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"


@dataclass(frozen=True, slots=True)
class Row:
    """One word as Tesseract tells it.

    Args:
        line: the same for all words of a line.
        text: the word, in logical order; as it is seen where it is marked as left to right.
        confidence: 0 to 100.
        box_px: left, top, right, bottom in pixels of the picture that was read.
    """

    line: tuple[int, ...]
    text: str = field(repr=False)
    confidence: float
    box_px: tuple[int, int, int, int]


def rows_of(table: str) -> Iterator[Row]:
    """Read Tesseract's table: twelve columns a row, tabs between them, words have level 5."""
    for line in table.splitlines():
        cells = line.split("\t", 11)
        if len(cells) == 12 and cells[0] == "5":
            left, top, width, height = (int(cell) for cell in cells[6:10])
            place = tuple(int(cell) for cell in cells[1:5])
            yield Row(place, cells[11], float(cells[10]), (left, top, left + width, top + height))


def lines_of(rows: Iterable[Row], width_px: int, height_px: int) -> tuple[TextLine, ...]:
    """Return the lines in Tesseract's reading order, boxes as fractions; empty words are left."""
    grouped = groupby(rows, key=lambda row: row.line)
    lines = (tuple(_words(group, width_px, height_px)) for _, group in grouped)
    return tuple(_line(words) for words in lines if words)


def _words(rows: Iterable[Row], width_px: int, height_px: int) -> Iterator[Word]:
    for row in rows:
        text = without_marks(row.text).strip()
        is_marked = _LEFT_TO_RIGHT in row.text and _RIGHT_TO_LEFT not in row.text
        if is_marked and is_right_to_left(text):
            text = reordered(text)
        if not text:
            continue
        left, top, right, bottom = row.box_px
        box = (left / width_px, top / height_px, right / width_px, bottom / height_px)
        yield Word(text, min(1.0, max(0.0, row.confidence / 100)), _inside(box))


def _line(words: tuple[Word, ...]) -> TextLine:
    boxes = [word.box for word in words]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return TextLine(
        text=" ".join(word.text for word in words),
        confidence=sum(word.confidence for word in words) / len(words),
        box=(min(lefts), min(tops), max(rights), max(bottoms)),
        words=words,
    )


def _inside(box: Box) -> Box:
    left, top, right, bottom = (min(1.0, max(0.0, side)) for side in box)
    return (left, top, right, bottom)
