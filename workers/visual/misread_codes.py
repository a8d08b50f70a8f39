"""Finds lone codes in brackets whose letter was not read: ``(0)``, ``()`` and ``0)`` are some.

An I, a J or a Q in brackets makes no letter to most readers. Where a form prints its codes so, what
stands beside such a pair tells which of the missing codes it is, by its grammar.
"""

import re
from collections.abc import Iterator, Sequence

from workers.text.folding import fold
from workers.visual.labels import AMID_ALIKE, CODES_MANY, LabelFound, is_strict
from workers.visual.layout import DocumentFace
from workers.visual.lines import Piece, SpottedLine

_BRACKETS = re.compile(r"(?:\([^\s()]{0,2}\)?|[^\s()]{1,2}\))(?=\s|$)")


def misread_codes(
    face: DocumentFace, lines: Sequence[SpottedLine], found: Sequence[LabelFound]
) -> Iterator[LabelFound]:
    """Yield a label for each missing code of one letter at each pair of brackets that is none's."""
    if sum(one.piece.text.startswith("(") for one in found) < CODES_MANY:
        return
    seen = {one.zone for one in found}
    missing = [
        number
        for number, zone in enumerate(face.zones)
        if number not in seen
        and is_strict(zone.parse)
        and any(len(fold(label).text) == 1 for label in zone.labels)
    ]
    for line in lines:
        brackets = _BRACKETS.match(line.text)
        if brackets is None:
            continue
        piece = Piece(line, 0, brackets.end())
        if not any(piece.overlaps(one.piece) for one in found):
            yield from (LabelFound(number, piece, AMID_ALIKE, 1) for number in missing)
