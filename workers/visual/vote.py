"""What a reader says of a print at most of the ways in which it can be cut out.

Our own recognisers are small nets. Where such a net is wrong, a cut that is a little higher, lower,
tighter, looser, narrower or wider often makes it say something else, so the vote of the cuts mends
values. It never supports one: on cards drawn by other code in unseen fonts, four of some 120 Arabic
fields were wrong although nearly all cuts agreed. One engine cannot confirm itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from schemas.documents import Quad
from workers.ports import Image, LineReader, Script, StripReading
from workers.visual.evidence import Witness
from workers.visual.layout import Zone
from workers.visual.lines import between
from workers.visual.place import Place, script_of
from workers.visual.strips import cut

VOTING_READERS = frozenset({"bitaqa-arabic", "bitaqa-arabic-second"})
"""Readers that are quick enough to be asked so often."""

FIRST_CUTS = 3
FIRST_SURE_FROM = 0.95
"""Where so many cuts say the same and each is so sure of its least sure symbol, the vote is over.

Measured on 462 votes: none of the values would have become another one by the cuts left out.
"""

Asked = tuple[Zone, Place]


@dataclass(frozen=True, slots=True)
class _Way:
    """How a line is cut out: where its edges go, in its heights, and how it is stretched."""

    up: float = 0.0
    down: float = 0.0
    stretch: float = 1.0


_WAYS = (
    _Way(),
    _Way(-0.08, -0.08),
    _Way(0.08, 0.08),
    _Way(-0.12, 0.12),
    _Way(0.06, -0.06),
    _Way(stretch=0.92),
    _Way(stretch=1.1),
)

_Said = list[list[StripReading]]
"""What each cut of a place says, piece by piece."""


def may_vote(reader: LineReader, zone: Zone, place: Place) -> bool:
    """Say whether a place is in the script of a reader, all of it unless only figures count."""
    return script_of(zone, place) in reader.scripts and (
        zone.script is Script.DIGITS
        or all(piece.line.script in reader.scripts for piece in place.pieces)
    )


def read_by_vote(reader: LineReader, asked: Sequence[Asked], page: Image) -> list[Witness | None]:
    """Return what most cuts of each place say; None where none says anything.

    The text of the line as a whole, of which the place may be a part, is no cut: the place is cut
    out anew each time. Strips of all places are read together.
    """
    said = _read(reader, asked, page, _WAYS[:FIRST_CUTS])
    unsure = [number for number, one in enumerate(said) if not _agree(asked[number][0], one)]
    more = _read(reader, [asked[number] for number in unsure], page, _WAYS[FIRST_CUTS:])
    for number, one in zip(unsure, more, strict=True):
        said[number] += one
    return [_counted(reader, zone, one) for (zone, _), one in zip(asked, said, strict=True)]


def _read(
    reader: LineReader, asked: Sequence[Asked], page: Image, ways: Sequence[_Way]
) -> list[_Said]:
    quads = [piece.quad for _, place in asked for piece in place.pieces]
    strips = [_cut(page, quad, way) for way in ways for quad in quads]
    readings = iter(reader.read(strips) if strips else ())
    said: list[_Said] = [[] for _ in asked]
    for _ in ways:
        for (_, place), one in zip(asked, said, strict=True):
            one.append([next(readings) for _ in place.pieces])
    return said


def _agree(zone: Zone, said: _Said) -> bool:
    """Say whether all cuts surely say the same value."""
    values = {_value(zone, parts) for parts in said}
    return len(values) == 1 and None not in values and min(map(_weakest, said)) >= FIRST_SURE_FROM


def _counted(reader: LineReader, zone: Zone, said: _Said) -> Witness | None:
    values = [_value(zone, parts) for parts in said]
    made = Counter(value for value in values if value is not None)
    if not made:
        return None
    value, count = made.most_common(1)[0]
    number = values.index(value)
    weakest = [
        _weakest(parts) for parts, made_of in zip(said, values, strict=True) if made_of == value
    ]
    share = count / len(said)
    return Witness(
        reader.name,
        _text(said[number]),
        value,
        _mean(said[number]) * (0.5 + 0.5 * share),
        share * max(weakest),
    )


def _cut(page: Image, quad: Quad, way: _Way) -> Image:
    top_left, top_right, low_right, low_left = quad
    moved = (
        between(top_left, low_left, way.up),
        between(top_right, low_right, way.up),
        between(top_right, low_right, 1 + way.down),
        between(top_left, low_left, 1 + way.down),
    )
    strip = cut(page, moved)
    if way.stretch == 1:
        return strip
    height, width = strip.shape[:2]
    wide = max(8, round(width * way.stretch))
    return np.asarray(cv2.resize(strip, (wide, height), interpolation=cv2.INTER_AREA), np.uint8)


def _value(zone: Zone, parts: Sequence[StripReading]) -> str | None:
    text = _text(parts)
    return zone.value_of(text) if text else None


def _text(parts: Sequence[StripReading]) -> str:
    return " ".join(part.text for part in parts).strip()


def _mean(parts: Sequence[StripReading]) -> float:
    sure = [one for part in parts for one in part.confidences]
    return sum(sure) / len(sure) if sure else 0.0


def _weakest(parts: Sequence[StripReading]) -> float:
    return min((one for part in parts for one in part.confidences), default=0.0)
