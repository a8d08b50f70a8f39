"""Settles readers' quarrel over spaces by the gaps in the print."""

from collections.abc import Sequence
from dataclasses import replace

from workers.ports import Image
from workers.text.bidi import has_arabic
from workers.visual.evidence import Witness
from workers.visual.ink import hides_space
from workers.visual.place import Place
from workers.visual.spaces import SPACED_FROM
from workers.visual.strips import cut


def with_printed_spaces(
    witnesses: Sequence[Witness], place: Place, page: Image
) -> tuple[Witness, ...]:
    """Return the witnesses, those who lost spaces that the print has with these.

    Where the print has as many gaps wide enough for spaces as the one read who read most, the
    others lost theirs. That one must be sure; Arabic has gaps inside words. Where letters touch,
    print hides its gaps, so it takes no space away.
    """
    heard = [one for one in witnesses if one.value is not None and not one.figures_only]
    quarrel = {_symbols(one) for one in heard if _rivals(one, heard)}
    if len(place.pieces) != 1 or len(quarrel) != 1 or any(map(has_arabic, quarrel)):
        return tuple(witnesses)
    (symbols,) = quarrel
    readers = [one for one in heard if _symbols(one) == symbols]
    most = max(one.text.count(" ") for one in readers)
    rich = [one for one in readers if one.text.count(" ") == most]
    right = max(rich, key=lambda one: one.confidence)
    is_sure = right.confidence >= SPACED_FROM and len({one.text for one in rich}) == 1
    strip = cut(page, place.pieces[0].quad)
    if not is_sure or hides_space(strip, most) or not hides_space(strip, most - 1):
        return tuple(witnesses)
    return tuple(
        _spaced_as(right, one) if one in _rivals(right, heard) else one for one in witnesses
    )


def _rivals(one: Witness, others: Sequence[Witness]) -> list[Witness]:
    """Return who read the same symbols with other spaces."""
    return [
        other for other in others if other.value != one.value and _symbols(other) == _symbols(one)
    ]


def _symbols(one: Witness) -> str:
    return one.text.replace(" ", "")


def _spaced_as(right: Witness, one: Witness) -> Witness:
    """Return a witness with another's spaces, as sure of each symbol as it was."""
    if len(one.sure) != len(one.text):
        return replace(one, text=right.text, value=right.value, sure=())
    sure = (p for symbol, p in zip(one.text, one.sure, strict=True) if symbol != " ")
    spread = tuple(1.0 if symbol == " " else next(sure) for symbol in right.text)
    return replace(one, text=right.text, value=right.value, sure=spread)
