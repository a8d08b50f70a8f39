"""Which spaces between the symbols of a value were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.visual.evidence import Witness
    from workers.visual.layout import Zone

SPACED_FROM = 0.9
"""How sure a reader must be that saw spaces which another did not."""


SEEN_FROM = 0.7
"""How sure of its space a reader must be who read a code with one where others read none."""


def with_spaces(zone: Zone, best: str, made: Sequence[Witness]) -> str:
    """Return the value as the one wrote it who surely saw more spaces: readers lose them.

    At times they see one between wide letters, so this is no agreement, and two who surely see
    none there are right. The spaces of codes are as their makers like.
    """
    surely = {one.reader for one in made if one.value == best and one.confidence >= SPACED_FROM}
    if len(surely) > 1:
        return best
    apart = [one.value or "" for one in made if one.confidence >= SPACED_FROM and not zone.coded]
    letters = _symbols(best)
    return max([best, *(one for one in apart if _symbols(one) == letters)], key=len)


def has_other_spaces(made: Sequence[Witness], best: str, noise_below: float) -> bool:
    """Say whether a reader saw the same symbols with other spaces between them, not just guessed.

    Args:
        made: what readers made of one print.
        best: the value.
        noise_below: a less confident reader saw nothing.
    """
    return any(
        one.confidence >= noise_below
        and one.value not in {None, best}
        and _symbols(one.value or "") == _symbols(best)
        and not _guesses_spaces(one, best)
        for one in made
    )


def _guesses_spaces(one: Witness, best: str) -> bool:
    """Say whether a reader who has more spaces than a value was unsure of each."""
    more = (one.value or "").count(" ") > best.count(" ")
    told = len(one.sure) == len(one.text)
    spaces = [p for symbol, p in zip(one.text, one.sure, strict=False) if symbol == " "]
    return more and told and max(spaces, default=1.0) < SEEN_FROM


def _symbols(value: str) -> str:
    return value.replace(" ", "")
