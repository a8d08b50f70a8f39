"""Looks for print that no finder of lines sees: lone letters and figures of a form.

Detectors are trained on words. On a form with codes they miss ``A``, ``I`` and ``J`` before their
values, and values such as ``1`` and ``CI``, about every second time; a reader that is shown the
place reads them.
"""

from collections.abc import Iterator, Sequence

from schemas.documents import Quad
from workers.ports import Image, LineReader, Script, StripReading, Tools
from workers.text.folding import fold
from workers.visual.ink import contrast_of, hides_space, print_spans
from workers.visual.labels import SHORT
from workers.visual.layout import DocumentFace
from workers.visual.lines import SpottedLine, part_of
from workers.visual.place import Gap, Place
from workers.visual.places import Finder
from workers.visual.strips import STRIP_HEIGHT_PX, cut

GAPS_MAX = 60
"""Places looked at on one page."""

READ_MAX = 24
"""Places with print that are read."""

READERS_MAX = 2
"""Readers asked for what the first of them cannot read."""

SURE_MIN = 0.5
"""A value less surely read is texture."""

_MARGIN = 0.35


def probe(finder: Finder, page: Image, tools: Tools) -> tuple[SpottedLine, ...]:
    """Return what stands in the gaps of a form: short labels of its face, and values."""
    face = finder.face
    readers = tools.readers_of(Script.LATIN)
    if not readers or not any(_short(zone.labels) for zone in face.zones):
        return ()
    missing = _missing(face, {label.zone for label in finder.labels})
    gaps = (*(finder.gaps_before() if missing else ()), *finder.gaps_behind())[:GAPS_MAX]
    printed = [(gap, quad) for gap in gaps for quad in _print_in(page, gap)][:READ_MAX]
    found: list[SpottedLine] = []
    for reader in readers[:READERS_MAX]:
        # A lone bar is an I to one reader and nothing to another.
        printed = list(_read(page, printed, missing, reader, found))
    return tuple(found)


def goes_on(finder: Finder, place: Place, page: Image) -> bool:
    """Say whether print stands behind a place that no line shows: a figure of a name, say.

    A lone symbol that ends its line, and was taken for a label, may be such a figure too.
    """
    last = place.pieces[-1]
    if len(last.line.text[last.end :].strip()) == 1:
        return True
    return _has_print(page, finder.gap_after(last), last.quad)


def begins_before(finder: Finder, place: Place, page: Image) -> bool:
    """Say whether print stands left of a place that no line shows: letters cut off, say."""
    first = place.pieces[0]
    return _has_print(page, finder.gap_before(first), first.quad)


def hides_word(place: Place, text: str, page: Image) -> bool:
    """Say whether the print of a place has one space more than what was read of it."""
    if len(place.pieces) > 1:
        return False
    return hides_space(cut(page, place.pieces[0].quad), len(text.split()) - 1)


def _has_print(page: Image, gap: Quad | None, beside: Quad) -> bool:
    return gap is not None and bool(print_spans(cut(page, gap), contrast_of(cut(page, beside))))


def _read(
    page: Image,
    printed: list[tuple[Gap, Quad]],
    missing: set[str],
    reader: LineReader,
    found: list[SpottedLine],
) -> Iterator[tuple[Gap, Quad]]:
    """Add what the reader makes of the print to what was found; yield what it cannot read."""
    if not printed:
        return
    readings = reader.read([cut(page, quad) for _, quad in printed])
    for (gap, quad), reading in zip(printed, readings, strict=True):
        if fold(reading.text).text in missing if gap.is_before else _is_sure(reading):
            found.append(SpottedLine(quad, Script.LATIN, reading, reader.name))
        else:
            yield gap, quad


def _is_sure(reading: StripReading) -> bool:
    sure = reading.confidences
    return bool(reading.text.strip()) and sum(sure) / max(1, len(sure)) >= SURE_MIN


def _missing(face: DocumentFace, found: set[int | None]) -> set[str]:
    return {
        folded
        for number, zone in enumerate(face.zones)
        if number not in found
        for folded in _short(zone.labels)
    }


def _short(labels: Sequence[str]) -> list[str]:
    folded = [fold(label).text for label in labels]
    return [one for one in folded if len(one) <= SHORT]


def _print_in(page: Image, gap: Gap) -> Iterator[Quad]:
    """Yield the words in a gap, by their ink."""
    strip = cut(page, gap.quad)
    width = strip.shape[1]
    margin = _MARGIN * STRIP_HEIGHT_PX
    for start, end in print_spans(strip, contrast_of(cut(page, gap.beside))):
        left, right = max(0.0, start - margin) / width, min(width, end + margin) / width
        yield part_of(gap.quad, left, right)
