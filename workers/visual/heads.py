"""Reads codes anew that stand before their values, where print is poor.

Codes of a form are printed smaller than their values. A strip as high as the whole line shows them
smaller still, and a reader that is sure of the value takes ``D.1`` for ``D3`` and ``B`` for ``e``;
cut out as closely as their own ink, it reads most of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from schemas.documents import Quad
from workers.ports import Image, Script, StripReading, Tools
from workers.text.folding import fold
from workers.visual.code_guesses import SURE_COST, Misread, guesses, has_value
from workers.visual.ink import ink_box
from workers.visual.label_likeness import is_like_label
from workers.visual.labels import CODES_MANY, SHORT, has_form
from workers.visual.layout import DocumentFace, Zone
from workers.visual.lines import SpottedLine, between, part_of, whole, words
from workers.visual.places import Finder
from workers.visual.strips import cut

HEAD_MAX = 4
"""So many letters and figures a misread code has at most."""

FIGURES_MAX = 2
"""So many figures a code has, and no more."""

SURE_FROM = 0.95
"""A code whose symbols are on average so probable is not read again."""

_Codes = Mapping[str, Sequence[tuple[str, Zone | None]]]
"""The codes of a face as they are printed, with their zones, by how they fold."""


@dataclass(frozen=True, slots=True)
class _Head:
    """The beginning of a line, up to its value.

    Args:
        line: the line.
        end: where the value begins.
        values: what stands there, or beside the line.
        quad: its corners.
        reach: from where to where on the line it stands, as shares of its length.
    """

    line: SpottedLine
    end: int
    values: tuple[str, ...]
    quad: Quad
    reach: tuple[float, float]

    @property
    def is_lone(self) -> bool:
        """It is the whole line."""
        return self.end == len(self.line.text)

    @property
    def text(self) -> str:
        """What was read there first."""
        return self.line.text[: self.end].strip()


def with_heads(finder: Finder, page: Image, tools: Tools) -> tuple[Finder, frozenset[str]]:
    """Return a finder whose lines begin with their codes as they read when cut out closely.

    With it the fields whose codes are guesses.
    """
    codes = _codes(finder.face)
    readers = tools.readers_of(Script.LATIN)[:1]
    if not readers or len(codes) < CODES_MANY:
        return finder, frozenset()
    values = _values(finder)
    heads = [head for line in finder.lines for head in _head(line, finder, codes, page)]
    heads = [head for head in heads if id(head.line) not in values]
    readings = readers[0].read([cut(page, head.quad) for head in heads]) if heads else ()
    anew: dict[int, SpottedLine] = {}
    misread: list[tuple[_Head, StripReading]] = []
    for head, reading in zip(heads, readings, strict=True):
        if _is_code_of(reading.text, head.values, codes):
            anew[id(head.line)] = _begun(head, reading)
        elif not _is_code_of(head.text, head.values, codes) and not _is_stop(head.text, codes):
            misread.append((head, reading))
    return _guessed(_with(finder, anew), misread)


def _guessed(
    finder: Finder, misread: Sequence[tuple[_Head, StripReading]]
) -> tuple[Finder, frozenset[str]]:
    """Return a finder with the codes that misread ones must be, and the fields of unsure ones."""
    lines = {id(head.line) for head, _ in misread}
    labelled = {label.zone for label in finder.labels if id(label.piece.line) not in lines}
    missing = tuple(
        (label, zone)
        for number, zone in enumerate(finder.face.zones)
        if number not in labelled
        or not any(zone.parse(place.text) for place in finder.places[zone.field])
        for label in zone.labels
        if _is_short(label)
    )
    values = _values(finder)
    misread = [one for one in misread if id(one[0].line) not in values]
    asked = [
        Misread((head.text, reading.text), head.values, head.is_lone) for head, reading in misread
    ]
    made: dict[int, SpottedLine] = {}
    unsure = set()
    for number, code, cost in guesses(asked, missing):
        head, reading = misread[number]
        made[id(head.line)] = _begun(head, _as(code, reading))
        if cost > SURE_COST:
            unsure |= {zone.field for zone in finder.face.zones if code in zone.labels}
    return _with(finder, made), frozenset(unsure)


def _with(finder: Finder, anew: Mapping[int, SpottedLine]) -> Finder:
    """Return a finder with other lines in the place of some, which are told by their identity."""
    return finder.of_lines(tuple(anew.get(id(line), line) for line in finder.lines))


def _values(finder: Finder) -> set[int]:
    """Return the lines that are values of codes found, by their identity: no codes themselves."""
    found = set()
    for zone in finder.face.zones:
        places = (place for place in finder.places[zone.field] if zone.parse(place.text))
        pieces = next((place.pieces for place in places), ())
        found |= {id(piece.line) for piece in pieces if piece.text == piece.line.text}
    return found


def _is_short(label: str) -> bool:
    return label.isascii() and len(fold(label).text) <= SHORT


def _codes(face: DocumentFace) -> _Codes:
    """Return the codes of a face, folded, as they are printed, with their zones."""
    found: dict[str, list[tuple[str, Zone | None]]] = {}
    labels = [(label, zone) for zone in face.zones for label in zone.labels]
    for label, zone in (*labels, *((stop, None) for stop in face.stops)):
        if _is_short(label):
            found.setdefault(fold(label).text, []).append((label, zone))
    return found


def _head(line: SpottedLine, finder: Finder, codes: _Codes, page: Image) -> Iterator[_Head]:
    """Yield the beginning of a line that may be a code which was not read well.

    It may be the whole line, where its value stands apart.
    """
    parts = list(words(whole(line)))
    if not parts or line.script is not Script.LATIN:
        return
    first = parts[0]
    is_lost = first.start > 0
    if not is_lost and len(fold(first.text).text) > HEAD_MAX:
        return
    value = first if is_lost else parts[1] if len(parts) > 1 else None
    end = len(line.text) if value is None else value.start
    labels = [one.piece for one in finder.labels if one.zone is not None and not one.is_title]
    if any(piece.line is line and piece.end > end for piece in labels):
        return
    if value is None and sum(map(str.isdigit, first.text)) > FIGURES_MAX:
        return
    values = finder.texts_beside(first) if value is None else (line.text[end:].strip(" :"),)
    share = 1.0 if value is None else _share(line.quad, replace(value, end=len(line.text)).quad)
    quad = part_of(line.quad, 0.0, share)
    if value is not None and is_like_label(finder.face, values[0]):
        return
    is_sure = first.confidence >= SURE_FROM and not is_lost
    if not values or (is_sure and _is_code_of(first.text, values, codes)):
        return
    box = ink_box(cut(page, quad))
    if box is not None:
        reach = (box[0] * share, box[2] * share)
        yield _Head(line, end, values, _within(quad, box), reach)


def _share(quad: Quad, value: Quad) -> float:
    (left, top), (right, low) = quad[0], quad[1]
    long, high = right - left, low - top
    along = (value[0][0] - left) * long + (value[0][1] - top) * high
    return min(1.0, max(0.0, along / max(1e-12, long * long + high * high)))


def _within(quad: Quad, box: tuple[float, float, float, float]) -> Quad:
    left, top, right, low = box
    wide = part_of(quad, left, right)
    return (
        between(wide[0], wide[3], top),
        between(wide[1], wide[2], top),
        between(wide[1], wide[2], low),
        between(wide[0], wide[3], low),
    )


def _is_code_of(text: str, values: Sequence[str], codes: _Codes) -> bool:
    """Say whether what was read is a code, and one of some texts its value."""
    return any(
        # Whether a stop has the right value nobody knows: lone figures are misread too often.
        (zone is None and len(fold(label).text) > 1) or (zone and has_value(zone, values))
        for label, zone in codes.get(fold(text).text, ())
        if has_form(text.strip(), label)
    )


def _is_stop(text: str, codes: _Codes) -> bool:
    """Say whether what was read is a code of what is not read."""
    return any(
        zone is None and has_form(text, label) for label, zone in codes.get(fold(text).text, ())
    )


def _as(code: str, reading: StripReading) -> StripReading:
    """Return a reading of a code that was misread; nobody is sure of it."""
    places = tuple((number + 0.5) / len(code) for number in range(len(code)))
    sure = min(reading.confidences, default=0.0)
    return StripReading(code, (sure,) * len(code), places)


def _begun(head: _Head, reading: StripReading) -> SpottedLine:
    """Return the line with its beginning as it was read anew."""
    old, (left, right) = head.line.reading, head.reach
    text = reading.text.strip()
    lost = len(reading.text) - len(reading.text.lstrip())
    sure = reading.confidences[lost : lost + len(text)]
    places = reading.places[lost : lost + len(text)]
    across = tuple(left + place * (right - left) for place in places)
    if not head.is_lone:
        text, sure, across = f"{text} ", (*sure, 1.0), (*across, right)
    made = StripReading(
        text + old.text[head.end :],
        (*sure, *old.confidences[head.end :]),
        (*across, *old.places[head.end :]) if old.places else (),
    )
    return replace(head.line, reading=made)
