"""What Arabic words lose in readers' eyes: the dots of a last yeh, one of two letters alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workers.text import arabic_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.visual.evidence import Witness

SIBLINGS = frozenset({"bitaqa-arabic", "bitaqa-arabic-second"})
"""Nets that learnt from drawings of one kind: alike enough to be wrong together."""

YEH, ALEF_MAQSURA = "ي", "ى"

DOUBLES_SURE_FROM = 0.7
"""How sure another engine must be of each symbol to have seen two letters where nets saw one."""


def with_dots(made: Sequence[Witness]) -> list[Witness]:
    """Return the witnesses, those without the dots of a last yeh as the siblings saw it.

    Other engines lose these dots, of print as plain as any; a word that is on the list without
    them is another word.
    """
    seen = [one.value or "" for one in made if one.reader in SIBLINGS]
    return [
        replace(one, value=next((value for value in seen if lacks_dots(one, value)), one.value))
        for one in made
    ]


def with_doubles(made: Sequence[Witness]) -> list[Witness]:
    """Return the witnesses, a net with the doubled letters of known words that another engine saw.

    Nets make one letter of two alike that touch; what they make then is no word.
    """
    seen = [
        one.value or ""
        for one in made
        if one.reader not in SIBLINGS and not one.figures_only and one.weakest >= DOUBLES_SURE_FROM
    ]
    return [
        replace(one, value=next((value for value in seen if _lost_doubles(one, value)), one.value))
        for one in made
    ]


def _lost_doubles(one: Witness, seen: str) -> bool:
    words, others = (one.value or "").split(), seen.split()
    return (
        one.value != seen
        and one.reader in SIBLINGS
        and len(words) == len(others)
        and all(
            poor == rich or arabic_words.lacks_double(poor, rich)
            for poor, rich in zip(words, others, strict=True)
        )
    )


def lacks_dots(one: Witness, seen: str) -> bool:
    """Say whether a value is what another reader saw without dots, and no other known word."""
    value = one.value or ""
    words = zip(value.split(), seen.split(), strict=False)
    return (
        value != seen
        and one.reader not in SIBLINGS
        and value.replace(ALEF_MAQSURA, YEH) == seen.replace(ALEF_MAQSURA, YEH)
        and all(
            poor == rich or (poor.endswith(ALEF_MAQSURA) and not arabic_words.is_known(poor))
            for poor, rich in words
        )
    )
