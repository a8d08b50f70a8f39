"""A place where a value may stand, and a gap where print may that no line shows."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from statistics import median

from schemas.documents import Quad
from workers.ports import Script
from workers.text.bidi import has_arabic
from workers.visual.layout import Where, Zone
from workers.visual.lines import Piece, words

GAPS_MIN = 5
"""Of fewer gaps nobody knows the usual one."""

ALIKE_MIN = 3
"""So many values that stand to their labels in one way tell how the page is arranged."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value may stand: pieces of lines in reading order.

    Args:
        cost: how unlikely it is.
        gap: how far right of its label it begins, in heights; 0 where it is no label's neighbour.
        is_shortened: words beside it were left out, which made no value with it.
        where: how it stands to its label; None where it is sought without one.
    """

    pieces: tuple[Piece, ...]
    cost: float = field(compare=False)
    gap: float = field(default=0.0, compare=False)
    is_shortened: bool = field(default=False, compare=False)
    where: Where | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        """What was read there first."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def confidence(self) -> float:
        """Mean probability of the symbols."""
        sure = [piece.confidence for piece in self.pieces]
        return sum(sure) / len(sure) if sure else 0.0

    @property
    def confidences(self) -> tuple[float, ...]:
        """Probability of each symbol of the text; spaces between pieces are sure."""
        return tuple(one for piece in self.pieces for one in (1.0, *piece.confidences))[1:]

    @property
    def weakest(self) -> float:
        """Probability of the least sure symbol."""
        return min((one for piece in self.pieces for one in piece.confidences), default=0.0)


def script_of(zone: Zone, place: Place) -> Script:
    """Return what a place is to be read as: what the zone says, else what was seen there.

    Figures that are read apart anyway may stand beside a word in Arabic.
    """
    if zone.figures_apart and zone.script is Script.DIGITS and has_arabic(place.text):
        return Script.ARABIC
    return zone.script or place.pieces[0].line.script


def usual_gap(places: Iterable[Place | None]) -> float:
    """Return how far right of its label a value of a page stands; infinite where unknown."""
    gaps = [place.gap for place in places if place is not None and place.gap > 0]
    return median(gaps) if len(gaps) >= GAPS_MIN else math.inf


def usual_where(places: Iterable[Place | None]) -> Where | None:
    """Return how most values of a page stand to their labels; None of too few."""
    seen = Counter(place.where for place in places if place is not None and place.where)
    where, count = seen.most_common(1)[0] if seen else (None, 0)
    return where if count >= ALIKE_MIN and 2 * count > seen.total() else None


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap in a row of print.

    Args:
        quad: its corners.
        beside: those of the print that it is next to.
        is_before: it is left of a value, so that a label may stand there; else right of a label.
    """

    quad: Quad
    beside: Quad
    is_before: bool


def shortened(zone: Zone, piece: Piece, cost: float) -> Iterator[Place]:
    """Yield what is left of a piece that is no value for a word or two of its neighbours."""
    parts = list(words(piece))
    for first, last in ((0, 1), (1, 0), (0, 2), (1, 1)):
        if first + last < len(parts):
            part = replace(piece, start=parts[first].start, end=parts[-1 - last].end)
            if zone.parse(part.text) is not None:
                yield Place((part,), cost, is_shortened=True)
                return
