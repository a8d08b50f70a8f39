"""What speaks for a value: the readings of its place, and what they agree on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workers.text import look_alikes
from workers.text.bidi import has_arabic
from workers.visual.layout import Zone
from workers.visual.place import Place

SUPPORT_READERS = 2
"""So many different readers must say the same, unless the value checks itself."""

AGREED_DOUBT = 0.25
"""Readers see one picture, so their mistakes go together: doubts do not simply multiply."""

DISAGREED = 0.7
"""What another reader's other word leaves of a value's confidence."""

NOISE_BELOW = 0.5
"""What a reader makes out with less confidence contradicts nobody: it could not read it."""

SURE_FROM = 0.8
"""A less confident value is worth another engine's look."""

ALONE_MAX = 0.9
"""No single reader is sure enough to be believed more."""


SIBLINGS = frozenset({"bitaqa-arabic", "bitaqa-arabic-second"})
"""Nets that learnt from drawings of one kind: alike enough to be wrong together."""

SIBLINGS_SURE_FROM = 0.95
SIBLING_SURE_FROM = 0.9
"""How probable the least sure symbol of a sibling's Arabic must be: beside its sibling alone, and
beside another engine.

Measured on 303 Arabic values that other code drew in other fonts: the siblings agreed on 282, 14 of
them wrong; so surely on 192, of which 3 were wrong. Of these three another engine contradicted two,
and the third was a word of a list that is held to its spellings since.
"""


@dataclass(frozen=True, slots=True)
class Witness:
    """What one reader read at a place, and the value that it makes; None where it makes none.

    Args:
        confidence: mean probability of its symbols.
        weakest: probability of the least sure of them.
    """

    reader: str
    text: str = field(repr=False)
    value: str | None = field(repr=False)
    confidence: float
    weakest: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The value that the witnesses speak for.

    Args:
        supported: two different readers, or the value's own check speak for it.
        contradicted: another reader made another value of the same print.
    """

    value: str = field(repr=False)
    raw: str = field(repr=False)
    reader: str
    confidence: float
    supported: bool
    contradicted: bool


def decide(zone: Zone, witnesses: Sequence[Witness]) -> Verdict | None:
    """Return the value that most readers agree on, else the surest one; None without any."""
    made = [one for one in witnesses if one.value is not None]
    if not made:
        return None
    values = {one.value for one in made}
    best = max(values, key=lambda value: _weight(one for one in made if one.value == value))
    assert best is not None
    voices = [one for one in made if one.value == best]
    first = max(voices, key=lambda one: one.confidence)
    readers = {one.reader for one in voices}
    contradicted = any(one.value != best and one.confidence >= NOISE_BELOW for one in made)
    agreed = len(readers) >= SUPPORT_READERS and not _is_doubtful_arabic(made, voices)
    confidence = _confidence(voices, agreed=agreed, checked=zone.checked)
    if contradicted:
        confidence *= DISAGREED if not agreed else (1 + DISAGREED) / 2
    is_open = (zone.coded and look_alikes.is_open(best)) or any(
        one.value not in {None, best}
        and one.confidence >= NOISE_BELOW
        and look_alikes.are_alike(one.value or "", best)
        for one in witnesses
    )
    return Verdict(
        value=best,
        raw=first.text,
        reader=first.reader,
        confidence=confidence,
        supported=(agreed and not is_open) or (zone.checked and not contradicted),
        contradicted=contradicted,
    )


def _is_doubtful_arabic(made: Sequence[Witness], voices: Sequence[Witness]) -> bool:
    """Say whether the siblings' agreement is too weak to count: unsure, or contradicted.

    Of anything but Arabic they alone prove nothing.
    """
    siblings = [one for one in voices if one.reader in SIBLINGS]
    alone = len(siblings) == len(voices)
    if not siblings or not has_arabic(voices[0].value or ""):
        return alone
    against = [one for one in made if one not in voices and one.confidence >= NOISE_BELOW]
    if against and (alone or any(one.reader in SIBLINGS for one in against)):
        return True
    least = SIBLINGS_SURE_FROM if alone else SIBLING_SURE_FROM
    return min(one.weakest for one in siblings) < least


def is_settled(zone: Zone, witnesses: Sequence[Witness]) -> bool:
    """Say whether another reader would add nothing: siblings' word is held against another's."""
    verdict = decide(zone, witnesses)
    if verdict is None or not verdict.supported:
        return False
    return zone.checked or not {one.reader for one in witnesses} <= SIBLINGS


def _weight(voices: Iterable[Witness]) -> tuple[int, float]:
    found = list(voices)
    return len({one.reader for one in found}), max(one.confidence for one in found)


def _confidence(voices: Sequence[Witness], *, agreed: bool, checked: bool) -> float:
    surest = max(one.confidence for one in voices)
    if agreed or checked:
        return 1 - (1 - surest) * AGREED_DOUBT
    return min(surest, ALONE_MAX)


def place_witness(zone: Zone, place: Place) -> Witness:
    """Return what the first look at the lines says of a place."""
    readers = {piece.line.reader for piece in place.pieces}
    value = zone.parse(place.text)
    return Witness("+".join(sorted(readers)), place.text, value, place.confidence, place.weakest)
