"""What the print of a travel document surely says otherwise than its zone.

To call a good document bad is the worse mistake, so a difference counts only where two readers
were sure of every symbol of the print, the zone's check digits hold, the page's other values stand
where their labels say, and the zone's own value is printed nowhere on the page.
"""

from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from schemas.documents import Extraction, MrzFormat
from workers.documents.icao_days import day as day_of
from workers.text.look_alikes import shape
from workers.text.mrz_transliteration import transliterate
from workers.visual.evidence import SUPPORT_READERS
from workers.visual.reading import VisualRead

NAMES = ("surname", "given_names")
NUMBER = "document_number"
DATES = ("birth_date", "expiry_date")
PROOFS = (*NAMES, NUMBER, *DATES)
"""Fields that zone and print both tell: one that agrees shows that labels were understood."""

NAME_SURE_FROM, FIGURES_SURE_FROM = 0.9, 0.95
"""How sure each of two readers must be of every symbol of a print that says otherwise.

Of names only whole other words count, of numbers and dates a single symbol does.
"""

COST_APART_MAX = 0.1
"""Beside a missed line stands the next field's: a value stands to its label as others of the page
do to theirs, which agree with the zone."""

ALIKE_FROM = 70.0
"""Words so alike, in percent, may be one word: another transliteration, or one misread."""

PRINTED_FROM = 80.0
"""So alike, in percent, the zone's word stands on some line of the page."""

_UNKNOWN = "-00"
"""A zone may leave month and day of birth open."""

WORD_MIN = 3
"""Shorter words of names are particles, or cut."""

TWO_NUMBERS = frozenset({MrzFormat.MRV_A, MrzFormat.MRV_B})
"""Of a visa the zone tells its own number or the passport's, as the state likes (part 7, 4.2)."""

_ALTERNATIVES = (("UXX", "U"), ("NXX", "N"), ("AE", "A"), ("OE", "O"), ("UE", "U"), ("AA", "A"))


def surely_differing(extraction: Extraction, read: VisualRead) -> tuple[str, ...]:
    """Return which of dates, names and number the print tells surely otherwise than the zone."""
    if extraction.mrz is None or not extraction.mrz.valid:
        return ()
    found = [*_dates(extraction, read), *_names(extraction, read), *_number(extraction, read)]
    return tuple(
        one
        for one in found
        if _is_sure(one, read) and any(_proves(other, one, extraction, read) for other in PROOFS)
    )


def _dates(extraction: Extraction, read: VisualRead) -> Iterator[str]:
    for one in DATES:
        seen, ours = read.fields.get(one), extraction.fields.get(one)
        if seen is None or ours is None or seen.value == ours.value or _UNKNOWN in ours.value:
            continue
        if not any(_holds_day(ours.value, text) for text in _besides(extraction, read)):
            yield one


def _names(extraction: Extraction, read: VisualRead) -> Iterator[str]:
    if any(one.code == "names.unsupported" for one in extraction.findings):
        return
    texts = list(_besides(extraction, read))
    whole = [extraction.fields[one].value for one in NAMES if one in extraction.fields]
    for one in NAMES:
        seen, ours = read.fields.get(one), extraction.fields.get(one)
        if seen is None or ours is None:
            continue
        missed = _unlike(seen.value, ours.value, whole)
        if missed and not any(_stands_on(word, texts) for word in missed):
            yield one


def _unlike(printed: str, ours: str, whole: Sequence[str]) -> list[str]:
    """Return the zone's words that the print lacks, none where it has no other words for them."""
    said, zone = _letters(printed), _letters(" ".join(whole))
    told = _letters(ours)
    if said in told or told in said:
        return []
    known = [word for one in whole for word in _words(one)]
    new = [word for word in _words(printed) if not _is_among(word, known, zone)]
    missed = [word for word in _words(ours) if not _is_among(word, _words(printed), said)]
    return missed if new else []


def _number(extraction: Extraction, read: VisualRead) -> Iterator[str]:
    seen, ours, mrz = read.fields.get(NUMBER), extraction.fields.get(NUMBER), extraction.mrz
    if seen is None or ours is None or mrz is None or mrz.format in TWO_NUMBERS:
        return
    told = shape(ours.value)
    # A number of another form is another number, of the card or its holder.
    if seen.value == told or len(seen.value) != len(told):
        return
    printed = any(told in _symbols(text) for text in _besides(extraction, read))
    if not printed and seen.value not in shape("".join(mrz.lines)):
        yield NUMBER


def _is_sure(name: str, read: VisualRead) -> bool:
    heard = [one for one in read.witnesses.get(name, ()) if one.value is not None]
    least = NAME_SURE_FROM if name in NAMES else FIGURES_SURE_FROM
    sure = {one.reader for one in heard if one.weakest >= least}
    said = {_letters(one.value or "") if name in NAMES else one.value for one in heard}
    is_one = len(said) == 1 and name not in read.unsupported
    return is_one and len(sure) >= SUPPORT_READERS


def _proves(name: str, other: str, extraction: Extraction, read: VisualRead) -> bool:
    """Say whether a field that agrees with the zone stands to its label as another one does."""
    seen, ours = read.fields.get(name), extraction.fields.get(name)
    if seen is None or ours is None or seen.page != read.fields[other].page:
        return False
    if abs(read.costs[name] - read.costs[other]) > COST_APART_MAX:
        return False
    same = _letters if name in NAMES else shape
    return same(seen.value) == same(ours.value)


def _besides(extraction: Extraction, read: VisualRead) -> Iterator[str]:
    """Yield the lines of the pages that are not the zone's own."""
    zone = () if extraction.mrz is None else extraction.mrz.lines
    for text in read.texts:
        if not any(fuzz.ratio(text.replace(" ", ""), line) >= ALIKE_FROM for line in zone):
            yield text


def _holds_day(value: str, text: str) -> bool:
    """Say whether a day stands on a line, year last or first, months by name included."""
    year, month, day = value.split("-")
    figures = "".join(filter(str.isdigit, text))
    if day + month + year in figures or year + month + day in figures:
        return True
    return day_of(text) == value


def _stands_on(word: str, texts: Sequence[str]) -> bool:
    return any(_is_in(word, _letters(text), PRINTED_FROM) for text in texts)


def _is_among(word: str, words: Sequence[str], letters: str) -> bool:
    """Say whether a word is one of some, nearly so or cut, or stands amid their letters."""
    return _is_in(word, letters, PRINTED_FROM) or any(
        one.startswith(word) or word.startswith(one) or fuzz.ratio(word, one) >= ALIKE_FROM
        for one in words
    )


def _is_in(word: str, letters: str, least: float) -> bool:
    return len(word) <= len(letters) and fuzz.partial_ratio(word, letters) >= least


def _words(name: str) -> list[str]:
    parts = (_letters(word) for word in name.replace("-", " ").split())
    return [word for word in parts if len(word) >= WORD_MIN]


def _letters(text: str) -> str:
    """Return the letters of a text as the zone writes them, the shortest of each alternative."""
    made = []
    for letter in text:
        try:
            made.append(transliterate(letter).replace("<", ""))
        except ValueError:
            continue
    plain = "".join(made)
    for long, short in _ALTERNATIVES:
        plain = plain.replace(long, short)
    return plain


def _symbols(text: str) -> str:
    return shape("".join(filter(str.isalnum, text)))
