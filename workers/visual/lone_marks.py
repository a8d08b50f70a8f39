"""Takes lone uprights that one reader saw beside words, and a sure one did not, for no letters."""

from collections.abc import Sequence
from dataclasses import replace

from workers.ports import Script
from workers.visual.evidence import Witness
from workers.visual.layout import Zone
from workers.visual.lost_accents import PLAIN_SURE_FROM

_UPRIGHTS = frozenset("Il|")
"""What a rule of the paper, or the rest of a label's figure, is read as; a one may be a number."""


def without_lone_marks(zone: Zone, witnesses: Sequence[Witness]) -> tuple[Witness, ...]:
    """Return the witnesses, the one who read an upright beside another's words without it.

    The other must be sure of each symbol, and none but the one must have seen the upright: of a
    name such as ``CLIO I`` two do, and in a code it is a symbol like any.
    """
    if zone.coded or zone.script is not Script.LATIN:
        return tuple(witnesses)
    sure = {one.value for one in witnesses if one.value and one.weakest >= PLAIN_SURE_FROM}
    plain = [_without_mark(one, sure) for one in witnesses]
    marked = [one for one, other in zip(witnesses, plain, strict=True) if one is not other]
    if len({one.reader for one in marked}) != 1:
        return tuple(witnesses)
    return tuple(plain)


def _without_mark(one: Witness, sure: set[str]) -> Witness:
    words = (one.value or "").split(" ")
    if len(words) < 2:
        return one
    for mark, rest in ((words[0], " ".join(words[1:])), (words[-1], " ".join(words[:-1]))):
        start = one.text.find(rest)
        if mark in _UPRIGHTS and rest in sure and start >= 0:
            kept = one.sure[start : start + len(rest)] if len(one.sure) == len(one.text) else ()
            return replace(one, text=rest, value=rest, sure=kept)
    return one
