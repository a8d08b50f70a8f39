"""Which spaces between the symbols of a value were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.visual.evidence import Witness
    from workers.visual.layout import Zone

SPACED_FROM = 0.9
"""How sure a reader must be that saw spaces which another did not."""


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
    """Say whether a reader saw the same symbols with other spaces between them.

    Args:
        made: what readers made of one print.
        best: the value.
        noise_below: a less confident reader saw nothing.
    """
    return any(
        one.confidence >= noise_below
        and one.value not in {None, best}
        and _symbols(one.value or "") == _symbols(best)
        for one in made
    )


def _symbols(value: str) -> str:
    return value.replace(" ", "")
