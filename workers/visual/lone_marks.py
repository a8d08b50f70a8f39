"""Takes lone uprights that one reader saw beside words, and a sure one did not, for no letters."""

from collections.abc import Sequence
from dataclasses import replace

from workers.visual.evidence import Witness
from workers.visual.lost_accents import PLAIN_SURE_FROM

_UPRIGHTS = frozenset("Il|")
"""What a rule of the paper, or the rest of a label's figure, is read as; a one may be a number."""


def without_lone_marks(witnesses: Sequence[Witness]) -> tuple[Witness, ...]:
    """Return the witnesses, those who read an upright before or behind another's words without it.

    The other must be sure of each symbol.
    """
    sure = {one.value for one in witnesses if one.value and one.weakest >= PLAIN_SURE_FROM}
    return tuple(_without_mark(one, sure) for one in witnesses)


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
