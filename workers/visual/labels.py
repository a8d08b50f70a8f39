"""Finds labels on lines, although letters of them were misread or spaces lost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from workers.text.folding import Folded, fold
from workers.visual.layout import DocumentFace
from workers.visual.lines import Piece, SpottedLine

SHORT = 3
"""Labels of up to so many letters must be a word of their own, letter by letter."""

ALIKE_MIN = {4: 100.0, 5: 80.0, 6: 83.0, 7: 85.0}
"""How alike a label of so many letters must be, in percent; one letter in six may be wrong."""
ALIKE_LONG_MIN = 80.0

GLUED_FROM = 7
"""Labels of so many letters are found inside a word too: readers lose spaces."""


@dataclass(frozen=True, slots=True)
class LabelFound:
    """A label on a line.

    Args:
        zone: index of the zone in the face; None for a title or a stop.
        piece: where it stands.
        alike: from 0 to 1.
        letters: how many the label has: the more, the less by chance.
    """

    zone: int | None
    piece: Piece
    alike: float
    letters: int


def find_labels(face: DocumentFace, lines: Sequence[SpottedLine]) -> tuple[LabelFound, ...]:
    """Return the labels of a face on the lines; where two overlap, the longer and surer one."""
    folded = [fold(line.text) for line in lines]
    found = [
        one
        for zone, label in _labels(face)
        for line, text in zip(lines, folded, strict=True)
        for one in _matches(zone, label, line, text)
    ]
    found.sort(key=lambda one: one.alike * one.letters, reverse=True)
    kept: list[LabelFound] = []
    for one in found:
        if not any(_overlap(one.piece, other.piece) for other in kept):
            kept.append(one)
    return tuple(kept)


def find_phrase(phrase: str, texts: Iterable[str]) -> float:
    """Return how surely a phrase stands in one of the texts, 0 to 1."""
    wanted = fold(phrase).text
    best = 0.0
    for text in texts:
        folded = fold(text)
        if len(wanted) <= SHORT:
            words = (fold(word).text for word in text.split())
            best = max(best, 1.0 if wanted in words else 0.0)
        elif len(folded.text) >= 0.7 * len(wanted):
            alike = fuzz.partial_ratio(wanted, folded.text, score_cutoff=_alike_min(len(wanted)))
            best = max(best, alike / 100)
    return best


def _labels(face: DocumentFace) -> Iterator[tuple[int | None, str]]:
    for number, zone in enumerate(face.zones):
        yield from ((number, label) for label in zone.labels)
    yield from ((None, text) for text in (*face.titles, *face.stops))


def _matches(zone: int | None, label: str, line: SpottedLine, text: Folded) -> Iterator[LabelFound]:
    wanted = fold(label).text
    if len(wanted) <= SHORT:
        yield from _short(zone, wanted, line)
        return
    if len(text.text) < 0.7 * len(wanted):
        return
    least = _alike_min(len(wanted))
    match = fuzz.partial_ratio_alignment(wanted, text.text, score_cutoff=least)
    if match is None or match.dest_end <= match.dest_start:
        return
    start, end = text.places[match.dest_start], text.places[match.dest_end - 1] + 1
    piece = _on_words(Piece(line, start, end), glued=len(wanted) >= GLUED_FROM)
    if piece is not None:
        yield LabelFound(zone, piece, match.score / 100, len(wanted))


def _short(zone: int | None, wanted: str, line: SpottedLine) -> Iterator[LabelFound]:
    start = 0
    for word in line.text.split():
        start = line.text.index(word, start)
        piece = Piece(line, start, start + len(word))
        at_start = not line.text[:start].strip()
        # A single letter in the middle of a line is more often a part of a value.
        if fold(word).text == wanted and (at_start or len(wanted) > 1):
            yield LabelFound(zone, piece, 1.0, len(wanted))
        start += len(word)


def _on_words(piece: Piece, *, glued: bool) -> Piece | None:
    """Return the piece moved to the borders of words; None where it is a part of a word."""
    text = piece.line.text
    start, end = piece.start, piece.end
    while start > 0 and text[start - 1].isalnum() and piece.start - start < 2:
        start -= 1
    if start > 0 and text[start - 1].isalnum():
        if not glued:
            return None
        start = piece.start
    rest = end
    # A digit after a letter begins a value.
    while rest < len(text) and text[rest].isalnum() and not _begins_value(text, rest):
        rest += 1
    if rest - end <= 2:
        end = rest
    elif not glued:
        return None
    return Piece(piece.line, start, end)


def _begins_value(text: str, place: int) -> bool:
    return text[place].isdigit() and text[place - 1].isalpha()


def _alike_min(letters: int) -> float:
    return ALIKE_MIN.get(letters, ALIKE_LONG_MIN)


def _overlap(one: Piece, other: Piece) -> bool:
    return one.line is other.line and one.start < other.end and other.start < one.end
