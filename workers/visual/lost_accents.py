"""Which accents were seen, and who may speak for the letters below them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workers.text import look_alikes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from workers.visual.evidence import Witness

ACCENTS_SURE_FROM = 0.95
"""How sure a reader must be of each accent that another did not see."""

OTHER_SURE_FROM = 0.9
"""Another that is so sure of another accent did not guess it.

Measured on names in 58 faces that our nets had not seen: where one of two readers saw accents and
was so sure of each letter, it was right 134 times of 134, however sure the other was of none.
"""

GUESSED_BELOW = 0.5
"""What is less sure of a letter with an accent may be off in the letter, too: Ú for Ń."""

PLAIN_SURE_FROM = 0.9
SURER_FROM, LESS_SURE_FROM = 0.98, 0.8
"""How sure two readers must be of each letter where accents are easily lost: either of them, or
the one and the other.

Measured on 2,050 names with many accents in 58 faces that our nets had not seen, small print among
them, of two readers who agreed: 20 wrong; so surely 2 of 1,719, both a Hungarian double acute. On
3,500 words of other lists in 103 faces, where one was so sure of the accents and the other of none:
222 right, none wrong; where both were, 2,095 and 2.
"""

_TWO_FORMS = frozenset("ŞşŢţȘșȚț")
"""With a cedilla or a comma below: a net's trust is shared between the two and the plain letter.

A plain S is hardly ever read as one of them.
"""

_ONE_FORM = str.maketrans("ŞşŢţ", "ȘșȚț")

_DOTLESS = "\u0131"
"""Its want of a dot is no accent that was seen."""


def with_seen_accents(made: Sequence[Witness]) -> list[Witness]:
    """Return the witnesses, one who lost accents with what another surely saw of these."""
    poor = {
        number: other for number, one in enumerate(made) for other in made if _sees_more(other, one)
    }
    rich = list(poor.values())
    plain = {one.reader for one in made if any(_differs(one, other) for other in rich)}
    if len(plain) > 1 or plain != {made[number].reader for number in poor}:
        return list(made)
    return [
        _accented(one, poor[number]) if number in poor else one for number, one in enumerate(made)
    ]


def are_accents_sure(voices: Sequence[Witness]) -> bool:
    """Say whether two readers were sure of each letter that they read, with its accent or none.

    Readers lose accents, and hardly ever see the same one where none is: of these one must be sure.
    """
    told = {one.reader: one for one in voices if len(one.sure) == len(one.text)}.values()
    plain, accented = (
        sorted((min(_letters_sure(one, which), default=1.0) for one in told), reverse=True)[:2]
        for which in (_is_plain, _is_accented)
    )
    if len(plain) < 2:
        return False
    are_plain = plain[-1] >= PLAIN_SURE_FROM or (
        plain[0] >= SURER_FROM and plain[-1] >= LESS_SURE_FROM
    )
    return are_plain and (accented[-1] >= PLAIN_SURE_FROM or accented[0] >= SURER_FROM)


def _is_plain(letter: str) -> bool:
    return _base(letter) == letter


def _is_accented(letter: str) -> bool:
    return not _is_plain(letter)


def _letters_sure(one: Witness, which: Callable[[str], bool]) -> Iterator[float]:
    """Yield how sure each letter of a kind is; in a word with figures it may be one."""
    start = 0
    for word in one.text.split(" "):
        if not any(map(str.isdigit, word)):
            sure = one.sure[start : start + len(word)]
            yield from (
                _trust(symbol, p)
                for symbol, p in zip(word, sure, strict=True)
                if symbol.isalpha() and which(symbol)
            )
        start += len(word) + 1


def _trust(symbol: str, p: float) -> float:
    """Return how sure an accent is; that of a letter with two forms is shared out."""
    return 3 * p if symbol in _TWO_FORMS else p


def _sees_more(one: Witness, poor: Witness) -> bool:
    """Say whether a reader surely saw accents where another saw none, or guessed others."""
    rich, plain = one.value or "", poor.value or ""
    seen, lost = _sureness(one), _sureness(poor)
    if not seen or not lost or _DOTLESS in rich or not _differs(poor, one):
        return False
    return all(
        _trust(rich[place], seen[place]) >= ACCENTS_SURE_FROM
        and lost[place] < _believed_from(plain[place], rich[place])
        for place in range(len(rich))
        if rich[place] != plain[place]
    )


def _believed_from(lost: str, seen: str) -> float:
    """Return how sure a reader must be of what it read to be believed before who saw an accent."""
    if _base(lost) != _base(seen):
        return GUESSED_BELOW
    return float("inf") if lost == _base(lost) else OTHER_SURE_FROM


def _differs(poor: Witness, rich: Witness) -> bool:
    """Say whether one value is the other without some of its accents, or with others for them.

    Under another accent even the letter may be another.
    """
    lost, seen = poor.value or "", rich.value or ""
    return (
        lost != seen
        and len(lost) == len(seen)
        and all(
            one == other
            or _base(one) == _base(other) != other
            or (one != _base(one) and other != _base(other))
            for one, other in zip(lost, seen, strict=True)
        )
    )


def _base(letter: str) -> str:
    return look_alikes.without_accents(letter)


def _sureness(one: Witness) -> tuple[float, ...]:
    """Return how sure each symbol of a value is; empty where the text does not hold it.

    Of letters with two forms the value may have the other one.
    """
    start = _start(one)
    if start < 0 or len(one.sure) != len(one.text):
        return ()
    return one.sure[start : start + len(one.value or "")]


def _start(one: Witness) -> int:
    return one.text.translate(_ONE_FORM).find((one.value or "").translate(_ONE_FORM))


def _accented(one: Witness, rich: Witness) -> Witness:
    """Return a witness with another's accents, and as sure of these as the other is."""
    value, seen = one.value or "", rich.value or ""
    start = _start(one)
    sure = list(one.sure)
    for place, p in enumerate(_sureness(rich)):
        if value[place : place + 1] != seen[place : place + 1]:
            sure[start + place] = p
    text = one.text[:start] + seen + one.text[start + len(value) :]
    return replace(one, value=rich.value, text=text, sure=tuple(sure))
