"""Tells which code of a form a misread one is: by its shape, by the value behind it, by what lacks.

No reader tells ``J.1`` from ``11`` in small print, nor ``(B)`` from ``(8)``. Of a form's codes few
are missing once the others are found, fewer look alike, and of these one alone has such a value.
"""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.visual.labels import is_strict
from workers.visual.layout import Zone

COST_MAX = 0.65
"""A misread code is no further from what it is: two symbols of like shape, or one that is lost."""

SURE_COST = 0.35
"""Up to this one symbol was taken for another of its shape, and nothing was lost."""

LEAD_MIN = 0.25
"""So much nearer than any other missing code must it be."""

LONG_MIN = 8
"""Values of so many symbols in a strict form, as days are, need no code to be known for some."""

_Pair = tuple[int, str]
"""The number of a misread code, and a missing code that it may be."""

_LIKE = {
    "1": "ILJT7", "2": "Z7", "3": "SJ58A", "4": "A", "5": "S3", "6": "8E0GOB", "7": "1TV",
    "9": "8GS3",
    "A": "4R8", "B": "8ERA36O", "C": "GE0O6", "D": "0OQAB", "E": "F8BR6", "F": "PE5TRI",
    "G": "06CEQ8", "I": "1LJT0", "J": "1IL3U7", "K": "XHR8", "P": "FR9E", "Q": "0OGD9", "S": "58",
    "U": "0VOJ", "V": "YU", "X": "KY", "Z": "2",
}  # fmt: skip
"""What each symbol of a code is taken for."""

_BEGINS, _ENDS = "1IL", "1ILJ8"
"""What readers make of a bracket before a code, and of a colon or a bracket behind it."""

_STROKES = ":;|!'"
_STROKED = str.maketrans("\u0131\u0142\u0141\u0111\u0110\u00df\u00f8\u00d8", "I11DDBOO")
_LIKE_COST, _LOST_COST, _MORE_COST, _END_COST = 0.3, 0.6, 0.6, 0.15


@dataclass(frozen=True, slots=True)
class Misread:
    """A beginning of a line that is no code of its face.

    Args:
        texts: all that readers made of it.
        values: what may be its value: what stands behind it, or beside it.
        is_lone: it is a line of its own, and may be no code at all.
    """

    texts: tuple[str, ...]
    values: tuple[str, ...]
    is_lone: bool = False


def guesses(
    misread: Sequence[Misread], missing: Sequence[tuple[str, Zone]]
) -> Iterator[tuple[int, str, float]]:
    """Yield the numbers of misread codes with the code that each is, and how far it is from that.

    Unclear ones are left out.
    """
    alike: dict[_Pair, float] = {}
    lone: dict[_Pair, float] = {}
    for number, one in enumerate(misread):
        for code, zone in missing:
            if not has_value(zone, one.values):
                continue
            cost = min(distance(text, code) for text in one.texts)
            if cost <= (SURE_COST if one.is_lone else COST_MAX):
                alike[number, code] = cost
            elif not one.is_lone and _speaks_for_itself(zone, one):
                lone[number, code] = COST_MAX
    yield from _clear_ones(alike)
    yield from _clear_ones(
        {pair: cost for pair, cost in lone.items() if all(_is_apart(pair, one) for one in alike)}
    )


def _clear_ones(costs: dict[_Pair, float]) -> Iterator[tuple[int, str, float]]:
    while clear := [pair for pair in costs if _is_clear(pair, costs)]:
        best = min(clear, key=lambda pair: costs[pair])
        yield *best, costs[best]
        costs = {pair: cost for pair, cost in costs.items() if _is_apart(pair, best)}


def _is_apart(pair: _Pair, other: _Pair) -> bool:
    return pair[0] != other[0] and pair[1] != other[1]


def _speaks_for_itself(zone: Zone, one: Misread) -> bool:
    """Say whether a value is so long and of so strict a form that it is one whatever its code.

    What makes another value together with it is no code, but that value's beginning.
    """
    long = [text for text in one.values if len(text) >= LONG_MIN]
    return is_strict(zone.parse) and any(
        (value := zone.parse(text)) is not None
        and all(zone.parse(f"{begin} {text}") in {None, value} for begin in one.texts)
        for text in long
    )


def _is_clear(pair: _Pair, costs: dict[_Pair, float]) -> bool:
    """Say whether neither the print is as much like another code nor other print like this one."""
    return all(
        cost >= costs[pair] + LEAD_MIN
        for other, cost in costs.items()
        if other != pair and not _is_apart(other, pair)
    )


def has_value(zone: Zone, texts: Sequence[str]) -> bool:
    """Say whether one of some texts may be a zone's value, or the first line of it."""
    return any(
        zone.parse(text) is not None
        # An address goes on below.
        or (zone.lines_max > 1 and sum(map(str.isalpha, text)) > len(text) / 2)
        for text in texts
    )


def distance(text: str, code: str) -> float:
    """Return how far what was read is from a code; symbols of like shape are near each other."""
    # A lone stroke is an I; of other signs nobody knows what they were.
    stroke = text.strip() and not text.strip(_STROKES + " ")
    read = ["1"] if stroke else [one for one in _plain(text) if one.isalnum()]
    if not read:
        return math.inf
    wanted = [symbol for symbol in code.upper() if symbol.isalnum()]
    row = [_LOST_COST * place for place in range(len(wanted) + 1)]
    for place, symbol in enumerate(read):
        is_begin, is_end = place == 0 and symbol in _BEGINS, place == len(read) - 1
        more = _END_COST if is_begin or (is_end and symbol in _ENDS) else _MORE_COST
        now = [row[0] + more]
        for index, other in enumerate(wanted):
            changed = (
                0.0 if symbol == other else _LIKE_COST if symbol in _LIKE.get(other, "") else 9
            )
            now.append(min(row[index] + changed, row[index + 1] + more, now[index] + _LOST_COST))
        row = now
    return row[-1]


def _plain(text: str) -> str:
    """Return the text in capitals without accents: specks around small print are taken for some."""
    return unicodedata.normalize("NFKD", text.translate(_STROKED)).upper()
