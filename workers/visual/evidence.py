"""What speaks for a value: the readings of its place, and what they agree on."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from workers.text import arabic_words, look_alikes
from workers.text.bidi import has_arabic
from workers.visual.arabic_letters import (
    ALEF_MAQSURA,
    SIBLINGS,
    YEH,
    with_dots,
    with_doubles,
)
from workers.visual.layout import Accents, Zone
from workers.visual.lost_accents import PLAIN_SURE_FROM, are_accents_sure, with_seen_accents
from workers.visual.place import Place
from workers.visual.spaces import has_other_spaces, with_spaces

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

OUTVOTING_FROM = 0.7
"""How sure two readers must be of each symbol of what is not Arabic to outvote a third.

Measured on 600 documents of another renderer: of 16 values of which one of them was less sure 2
were wrong, of 55 others none.
"""

AGREEING_FROM = 0.75
"""How sure the surer of two readers, without a third, must be of each symbol of what is not Arabic.

Measured on 700 documents of another renderer: of 39 values of which it was less sure 5 were wrong.
"""

ALONE_MAX = 0.9
"""No single reader is sure enough to be believed more."""

FIGURES_SURE_FROM, FIGURES_HARDLY_BELOW = 0.95, 0.7
"""How sure a reader of figures must be of each to be believed before one who was less sure."""

SIBLINGS_SURE_FROM = 0.95
SIBLING_SURE_FROM = 0.9
"""How probable the least sure symbol of a sibling's Arabic must be: beside its sibling alone, and
beside another engine.

Measured on 303 Arabic values that other code drew in other fonts: the siblings agreed on 282, 14 of
them wrong; so surely on 192, of which 3 were wrong. Of these three another engine contradicted two,
and the third was a word of a list that is held to its spellings since.
"""


SIBLINGS_BEYOND_FROM = 0.99
"""So sure siblings are right whatever another engine reads, unless a list knows its word and not
theirs: 73 of 74, the last another line's."""

KNOWN_SURE_FROM = 0.8
ALL_SURE_FROM = 0.6
KNOWN_ALL_SURE_FROM = 0.3
"""The same where all words are on the list of `arabic_words`: alone, and beside another engine;
and where both siblings and another engine read one and the same, on the list or not; and where they
do and it is on the list.

Measured on 478 Arabic values of the same renderer: 439 were supported, none of them wrong; so were
some 1,300 of documents that were drawn anew, of which one was, for a label that had taken its first
word. Of 342 that all three read alike one was wrong, of words that are not on the list; of the 315
on it none.
"""


@dataclass(frozen=True, slots=True)
class Witness:
    """What one reader read at a place, and the value that it makes; None where it makes none.

    Args:
        confidence: mean probability of its symbols.
        weakest: probability of the least sure of them.
        sure: probability of each symbol of the text; empty where the reader tells none.
        figures_only: it read the figures anew, the words are another reader's.
    """

    reader: str
    text: str = field(repr=False)
    value: str | None = field(repr=False)
    confidence: float
    weakest: float = 1.0
    sure: tuple[float, ...] = field(default=(), repr=False)
    figures_only: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The value that the witnesses speak for.

    Args:
        supported: two different readers, or the value's own check speak for it.
        contradicted: another reader made another value of the same print.
        is_open: readers agree but for symbols of like shape, or on one that could be another.
    """

    value: str = field(repr=False)
    raw: str = field(repr=False)
    reader: str
    confidence: float
    supported: bool
    contradicted: bool
    is_open: bool = False


def decide(zone: Zone, witnesses: Sequence[Witness]) -> Verdict | None:
    """Return the value that most readers agree on, else the surest one; None without any."""
    made = _without_noise([one for one in witnesses if one.value is not None])
    made = with_doubles(with_dots(made))
    is_latin = not any(has_arabic(one.value or "") for one in made)
    if zone.accents is not Accents.NONE and is_latin and not zone.coded:
        made = with_seen_accents(made)
    if not made:
        return None
    values = dict.fromkeys(one.value for one in made)
    best = max(values, key=lambda value: _weight(one for one in made if one.value == value))
    assert best is not None
    best = with_spaces(zone, _with_accents(best, made), made)
    voices = [one for one in made if one.value == best]
    first = max(voices, key=lambda one: one.confidence)
    readers = {one.reader for one in voices}
    contradicted = any(one.value != best and one.confidence >= NOISE_BELOW for one in made)
    agreed = len(readers) >= SUPPORT_READERS and not _is_doubtful_arabic(made, voices)
    agreed = agreed and not _are_figures_unread(zone, voices)
    agreed = agreed and _are_sure_enough(voices, contradicted=contradicted)
    is_torn = zone.coded and has_other_spaces(made, best, NOISE_BELOW)
    agreed = agreed and not is_torn
    agreed = agreed and (zone.accents is not Accents.LOST or are_accents_sure(voices))
    surest = max(one.confidence for one in voices)
    if agreed or zone.checked:
        confidence = agreed_confidence(surest, contradicted=contradicted and agreed)
    else:
        confidence = min(surest, ALONE_MAX)
    if contradicted and not agreed:
        confidence *= DISAGREED
    alike = [one for one in made if _reads_alike(one, best)]
    is_open = (bool(alike) or bool(zone.open_places(best))) and not is_torn
    return Verdict(
        value=arabic_words.dotted(best, origins=zone.origins),
        raw=first.text,
        reader=first.reader,
        confidence=confidence,
        supported=(agreed and not is_open) or (zone.checked and not contradicted),
        contradicted=contradicted,
        is_open=is_open and len(readers | {one.reader for one in alike}) >= SUPPORT_READERS,
    )


def _without_noise(made: Sequence[Witness]) -> Sequence[Witness]:
    """Return the witnesses without those who hardly read figures that others surely did.

    A speck before the first one is a figure to some.
    """
    sure = {one.value for one in made if one.figures_only and one.weakest >= FIGURES_SURE_FROM}
    others = {one.value for one in made if not one.figures_only}
    if len(sure) != 1 or not sure <= others:
        return made
    return [
        one
        for one in made
        if not one.figures_only or one.value in sure or one.weakest >= FIGURES_HARDLY_BELOW
    ]


def _with_accents(best: str, made: Sequence[Witness]) -> str:
    """Return the value with the accents that any reader saw: readers lose them, and invent none.

    Measured on 1,200 names drawn in fonts that our nets had not seen: where one of three readers
    saw accents that two did not, it was right some 40 times and these two never; where one lacked
    accents that two saw, it was never right, and these some 90 times.
    """
    richer = [
        one
        for one in made
        if one.confidence >= NOISE_BELOW
        and not has_arabic(best)
        and look_alikes.lacks_accents(best, one.value or "")
    ]
    return max(richer, key=lambda one: one.confidence).value or best if richer else best


def _reads_alike(one: Witness, best: str) -> bool:
    """Say whether a reader made another value of the same shapes, not just without accents."""
    return (
        one.value is not None
        and one.value != best
        and one.confidence >= NOISE_BELOW
        and look_alikes.are_alike(one.value, best)
        and (has_arabic(best) or not look_alikes.lacks_accents(one.value, best))
        and not _guesses_accents(one, best)
    )


def _guesses_accents(one: Witness, best: str) -> bool:
    """Say whether a reader saw other accents than most and was not sure of any of them."""
    value = one.value or ""
    start = one.text.upper().find(value.upper())
    if start < 0 or len(value) != len(best) or len(one.sure) != len(one.text):
        return False
    places = [place for place in range(len(best)) if value[place] != best[place]]
    return all(
        look_alikes.without_accents(value[place]).upper()
        == look_alikes.without_accents(best[place]).upper()
        and one.sure[start + place] < PLAIN_SURE_FROM
        for place in places
    )


def _are_sure_enough(voices: Sequence[Witness], *, contradicted: bool) -> bool:
    """Say whether readers of Latin print and figures may be believed, and against a third one."""
    value = voices[0].value or ""
    if has_arabic(value):
        return True
    if not contradicted and not any(map(str.isdigit, value)) and are_accents_sure(voices):
        return True
    weakest = sorted({one.reader: one.weakest for one in voices}.values())
    is_seen = weakest[-1] >= AGREEING_FROM or len(weakest) > SUPPORT_READERS
    return is_seen and (not contradicted or weakest[-SUPPORT_READERS] >= OUTVOTING_FROM)


def _is_doubtful_arabic(made: Sequence[Witness], voices: Sequence[Witness]) -> bool:
    """Say whether the siblings' agreement is too weak to count: unsure, or contradicted.

    Of anything but Arabic they alone prove nothing, nor with one who hardly saw it. Another
    engine's reading with a word that no list knows does not contradict one whose words are all
    known: it misreads far oftener than papers print a name that differs from a usual one by a dot.
    A word that differs so wants both siblings and another, and one of them to have seen it well.
    """
    value = voices[0].value or ""
    if not has_arabic(value):
        siblings = [one for one in voices if one.reader in SIBLINGS]
        others = [one for one in voices if one.reader not in SIBLINGS]
        return bool(siblings) and all(one.weakest < NOISE_BELOW for one in others)
    readers = [one for one in voices if not one.figures_only]
    if len(readers) < len(voices):
        # Its figures have readers of their own: others may speak for its words alone.
        readers = [one for one in made if not one.figures_only and _says_words(one, value)]
    siblings = [one for one in readers if one.reader in SIBLINGS]
    names = {one.reader for one in readers}
    alone = names <= SIBLINGS
    by_all = names > SIBLINGS
    weakest = min((one.weakest for one in siblings), default=1.0)
    is_seen = weakest >= SIBLINGS_SURE_FROM or any(
        one.confidence >= NOISE_BELOW for one in readers if one.reader not in SIBLINGS
    )
    may_be_another = arabic_words.may_be_another(value) and not (by_all and is_seen)
    if len(names) < SUPPORT_READERS or may_be_another:
        return True
    if arabic_words.may_lack_hamza(value) and (alone or weakest < SIBLINGS_SURE_FROM):
        return True
    known = arabic_words.are_known(value)
    against = [
        one
        for one in made
        if one not in voices
        and one.confidence >= NOISE_BELOW
        and not (known and not arabic_words.are_known(one.value or "") and _may_miss(one, names))
        and one not in readers
        and (one.reader in SIBLINGS or not _leaves_out(one, value))
    ]
    is_beyond = weakest >= SIBLINGS_BEYOND_FROM and (
        known or not any(arabic_words.are_known(one.value or "") for one in against)
    )
    if any(one.reader in SIBLINGS for one in against) or (against and alone and not is_beyond):
        return True
    if known and by_all:
        least = KNOWN_ALL_SURE_FROM
    elif known or by_all:
        least = KNOWN_SURE_FROM if alone else ALL_SURE_FROM
    else:
        least = SIBLINGS_SURE_FROM if alone else SIBLING_SURE_FROM
    return weakest < least


def _may_miss(one: Witness, names: AbstractSet[str]) -> bool:
    """Say whether a reader's unknown word is likelier misread than what these readers say.

    A net that is unsure misreads some faces; its sibling and another engine that read a known word
    do not err together.
    """
    is_unsure_net = one.weakest < ALL_SURE_FROM and not names <= SIBLINGS
    return one.reader not in SIBLINGS or is_unsure_net


def _are_figures_unread(zone: Zone, voices: Sequence[Witness]) -> bool:
    """Say whether only readers of Arabic saw the figures beside words: they know them least.

    In one face three of them read the 3 of a post code as an 8.
    """
    return (
        zone.figures_apart
        and any(map(str.isdigit, voices[0].value or ""))
        and all(has_arabic(one.text) for one in voices)
        and not any(one.figures_only and one.weakest >= NOISE_BELOW for one in voices)
    )


def _says_words(one: Witness, value: str) -> bool:
    return one.value is not None and _letters(one.value) == _letters(value)


def _leaves_out(one: Witness, value: str) -> bool:
    """Say whether a reader saw two words or more of a value, and nothing else."""
    words = (one.value or "").split()
    rest = iter(value.split())
    return len(words) > 1 and all(word in rest for word in words)


def _letters(value: str) -> str:
    """Return the letters, a last yeh with its dots: other engines lose them."""
    return "".join(symbol for symbol in value if symbol.isalpha()).replace(ALEF_MAQSURA, YEH)


def is_settled(zone: Zone, witnesses: Sequence[Witness]) -> bool:
    """Say whether another reader would add nothing: siblings' word is held against another's.

    What two read alike and no rule tells from its like, no third reader tells either.
    """
    verdict = decide(zone, witnesses)
    if verdict is None or (verdict.is_open and not verdict.contradicted):
        return verdict is not None
    if not verdict.supported:
        return False
    return zone.checked or not {one.reader for one in witnesses} <= SIBLINGS


def _weight(voices: Iterable[Witness]) -> tuple[int, float]:
    found = list(voices)
    return len({one.reader for one in found}), max(one.confidence for one in found)


def agreed_confidence(surest: float, *, contradicted: bool) -> float:
    """Return what two voices for one value are worth, or one and a check."""
    agreed = 1 - (1 - surest) * AGREED_DOUBT
    return agreed * (1 + DISAGREED) / 2 if contradicted else agreed


def place_witness(zone: Zone, place: Place) -> Witness:
    """Return what the first look at the lines says of a place."""
    readers = {piece.line.reader for piece in place.pieces}
    value = zone.parse(place.text)
    return Witness(
        "+".join(sorted(readers)),
        place.text,
        value,
        place.confidence,
        place.weakest,
        place.confidences,
    )
