"""Lines of text on a page, as the visual reading passes them around and keeps them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from schemas.documents import Box, Point, Quad, TextLine, Word
from schemas.records import from_record, to_json
from workers.ports import Script, StripReading


@dataclass(frozen=True, slots=True)
class SpottedLine:
    """One line of text, where it stands and what was read there first.

    Args:
        quad: corners on the upright page, clockwise from the top left of the text.
        script: what it is written in.
        reading: its text, symbol by symbol.
        reader: name of the reader.
    """

    quad: Quad
    script: Script
    reading: StripReading
    reader: str

    @property
    def text(self) -> str:
        """What stands on the line, in logical order."""
        return self.reading.text

    @property
    def confidence(self) -> float:
        """Mean probability of its symbols."""
        sure = self.reading.confidences
        return sum(sure) / len(sure) if sure else 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line, ``text[start:end]``: a label, or a value that shares its line."""

    line: SpottedLine = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands on it."""
        return self.line.text[self.start : self.end]

    def overlaps(self, other: "Piece") -> bool:
        """Say whether both have a symbol of one line in common."""
        return self.line is other.line and self.start < other.end and other.start < self.end

    @property
    def confidences(self) -> tuple[float, ...]:
        """Probability of each of its symbols."""
        return self.line.reading.confidences[self.start : self.end]

    @property
    def confidence(self) -> float:
        """Mean probability of its symbols."""
        sure = self.confidences
        return sum(sure) / len(sure) if sure else 0.0

    @property
    def quad(self) -> Quad:
        """Its corners: those of the line, cut between its first and last symbol."""
        places = self.line.reading.places
        if (self.start, self.end) == (0, len(self.line.text)) or not places:
            return self.line.quad
        inner = places[self.start : self.end]
        left = _border(places, min(inner), -1)
        right = _border(places, max(inner), +1)
        return part_of(self.line.quad, left, right)

    @property
    def with_spaces(self) -> "Piece":
        """The piece with the space on either side: a symbol that was overlooked stands there."""
        text = self.line.text
        before = text[: self.start].endswith(" ")
        return replace(
            self, start=self.start - before, end=self.end + text[self.end :].startswith(" ")
        )


def whole(line: SpottedLine) -> Piece:
    """Return the piece that is the whole line."""
    return Piece(line, 0, len(line.text))


def _border(places: Sequence[float], at: float, side: int) -> float:
    """Return the middle between a symbol and its neighbour on that side, else the line's end."""
    beyond = [place for place in places if (place - at) * side > 1e-9]
    if not beyond:
        return 0.0 if side < 0 else 1.0
    return (at + min(beyond, key=lambda place: abs(place - at))) / 2


def between(start: Point, end: Point, share: float) -> Point:
    """Return the point so far on the way from one to the other."""
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def part_of(quad: Quad, start: float, end: float) -> Quad:
    """Return the corners of a part of a line, from and to shares of its length; beyond it too."""
    top_left, top_right, low_right, low_left = quad
    return (
        between(top_left, top_right, start),
        between(top_left, top_right, end),
        between(low_left, low_right, end),
        between(low_left, low_right, start),
    )


def box_of(quads: Sequence[Quad]) -> Box:
    """Return the upright box around some corners, inside the page."""
    across = [min(1.0, max(0.0, x)) for quad in quads for x, _ in quad]
    down = [min(1.0, max(0.0, y)) for quad in quads for _, y in quad]
    return (min(across), min(down), max(across), max(down))


def text_line(line: SpottedLine) -> TextLine:
    """Return the line as messages carry it."""
    return TextLine(line.text, line.confidence, box_of((line.quad,)), tuple(_words(line)))


def _words(line: SpottedLine) -> Iterator[Word]:
    for piece in words(whole(line)):
        yield Word(piece.text, piece.confidence, box_of((piece.quad,)))


def words(piece: Piece) -> Iterator[Piece]:
    """Yield the words of a piece, in logical order."""
    start = piece.start
    text = piece.line.text
    while start < piece.end:
        if text[start].isspace():
            start += 1
            continue
        end = start
        while end < piece.end and not text[end].isspace():
            end += 1
        yield replace(piece, start=start, end=end)
        start = end


def trimmed(piece: Piece, edge: str) -> Piece | None:
    """Return the piece without some symbols at its ends; None where nothing is left."""
    text = piece.text
    start = piece.start + len(text) - len(text.lstrip(edge))
    end = piece.start + len(text.rstrip(edge))
    return replace(piece, start=start, end=end) if start < end else None


def to_bytes(lines: Sequence[SpottedLine]) -> bytes:
    """Return the lines as they are kept beside their page's picture."""
    return json.dumps([to_json(line) for line in lines], separators=(",", ":")).encode()


def from_bytes(data: bytes) -> tuple[SpottedLine, ...]:
    """Return the lines that :func:`to_bytes` wrote."""
    return tuple(from_record(SpottedLine, record) for record in json.loads(data))


def lines_key(image_key: str) -> str:
    """Return the key under which the lines of a page are kept, beside its picture."""
    return image_key.rpartition(".")[0] + ".lines.json"
