"""Lines of text as a reader would give them, without any picture."""

from workers.ports import Script, StripReading
from workers.text.arabic import is_right_to_left
from workers.visual.layout import DocumentFace
from workers.visual.lines import SpottedLine
from workers.visual.places import Finder

LETTER = 0.02
"""Width of a letter and half the height of a line, as fractions of a square page."""


def line(
    text: str, left: float, top: float, *, confidence: float = 0.95, reader: str = "first"
) -> SpottedLine:
    """Return a level line whose letters stand evenly, from the right where Arabic is written."""
    right, bottom = left + LETTER * len(text), top + 2 * LETTER
    arabic = is_right_to_left(text)
    places = [(number + 0.5) / len(text) for number in range(len(text))]
    reading = StripReading(
        text, (confidence,) * len(text), tuple(reversed(places) if arabic else places)
    )
    quad = ((left, top), (right, top), (right, bottom), (left, bottom))
    return SpottedLine(quad, Script.ARABIC if arabic else Script.LATIN, reading, reader)


def first(face: DocumentFace, *lines: SpottedLine) -> dict[str, str]:
    """Return the text at the likeliest place of each field that has one, on a square page."""
    found = Finder(face, lines, 1.0).places
    return {name: places[0].text for name, places in found.items() if places}
