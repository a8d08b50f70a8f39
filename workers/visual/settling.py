"""Settles symbols of like shape in codes by how the page prints those whose kind is sure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from statistics import median

from workers.ports import Image
from workers.text import vin
from workers.text.look_alikes import FIGURE_OF, are_alike
from workers.visual.evidence import NOISE_BELOW, Verdict, Witness, agreed_confidence
from workers.visual.glyphs import Glyph, far_apart, glyphs_of, is_first, is_like, is_wider
from workers.visual.reading import FaceRead, FieldRead
from workers.visual.strips import cut

NETS = frozenset({"bitaqa-latin", "rapidocr"})
"""Engines that tell how sure they are of each symbol, by eye and not by dictionary."""

NETS_SURE_FROM = 0.95
"""From this on both nets are believed where the page's own print tells nothing.

Measured on 1,500 codes at random in faces that ours had not seen: of 1 and I that both read alike
and so surely 1 of 1,200 was wrong, of S, 5, B, 8, Z, 2, G and 6 none of 2,380, of O and 0 none of
720 in proportional faces, but 57 of 206 in one whose letters are all as wide as its figures.
"""

WIDER_MIN, WIDER_IN_CODE_MIN = 1.22, 1.08
"""By how much letters are wider than figures in a proportional face: on the page, in the code.

Measured on 1,340 O and 0 that both nets read alike and surely, in 58 faces that ours had not seen:
of 252 in faces whose letters are wider by more than this none was wrong, of 423 by a tenth or two
13, of 665 by less 59.
"""

APART_FROM = 1.15
"""The same of a page whose zeros alone tell another.

Measured on 3,900 O and 0 in codes, in 58 faces that our nets had not seen, beside lines of numbers
and of words: of 884 that both nets read as O and that were unlike the zeros and wider, none was
wrong. Of 362 that both read as 0 and that were like the zeros, in print whose letters are wider by
this much, 2 were wrong; of 550 in print with narrower letters, 26.
"""

WIDTHS_MIN = 6

_OTHER_OF = {**FIGURE_OF, **{figure: letter for letter, figure in FIGURE_OF.items()}}
_ROUND = frozenset("0O")
_OFTEN_ALIKE = frozenset("0O1I")
"""Symbols that some faces draw so alike that nets guess them; others they tell themselves."""

_WIDE = frozenset("ACDGHKNOQRUVXYZ")
_FIGURES = frozenset("023456789")
_MARKS = ".,:;/()-+*'"

Known = Mapping[str, Sequence[Glyph]]


SAME_FACE_MAX, SAME_FACE_SYMBOLS = 0.27, 4
"""How far the same symbols of two pages lie apart, by the median of so many, if one face drew them.

Measured in 58 faces: half of one face's strips lie nearer, and one in a hundred of two faces'.
"""


def settled(read: FaceRead, page: Image, others: Sequence[tuple[FaceRead, Image]] = ()) -> FaceRead:
    """Return the reading with values supported whose open symbols the document's print settles.

    Two readers must have read the same shapes; of what they made of these, the one value counts
    each of whose open symbols is drawn as its like are in words and in numbers of the page, and of
    the document's other pages where the same face drew them.
    """
    still_open = {name: one for name, one in read.fields.items() if one.verdict.is_open}
    if not still_open:
        return read
    known = _known(read, page)
    for other, image in others:
        known = _joined(known, _known(other, image))
    verdicts = {name: _settled(one, page, known) for name, one in still_open.items()}
    found = {
        name: replace(still_open[name], verdict=verdict)
        for name, verdict in verdicts.items()
        if verdict is not None
    }
    return replace(read, fields={**read.fields, **found})


def _joined(known: Known, more: Known) -> Known:
    """Return the glyphs of two pages together, those of one where another face drew the other."""
    apart = [
        far_apart(known[symbol], more[symbol])
        for symbol in known.keys() & more.keys()
        if symbol.isalnum()
    ]
    if len(apart) < SAME_FACE_SYMBOLS or median(apart) > SAME_FACE_MAX:
        return known
    return {
        symbol: (*known.get(symbol, ()), *more.get(symbol, ()))
        for symbol in known.keys() | more.keys()
    }


def _known(read: FaceRead, page: Image) -> Known:
    """Return glyphs whose kind is sure: letters in words of capitals, figures in numbers."""
    known: dict[str, list[Glyph]] = defaultdict(list)
    for one in read.fields.values():
        if not one.verdict.supported:
            continue
        for piece in one.place.pieces:
            glyphs = iter(glyphs_of(cut(page, piece.quad), piece.text) or ())
            for word in piece.text.split():
                sure = _sure_symbols(word)
                for symbol, glyph in zip(sure or word, glyphs, strict=False):
                    if sure:
                        known[symbol].append(glyph)
    return known


def _sure_symbols(word: str) -> str | None:
    """Return a word whose kinds of symbols are sure: a number, capitals, or a chassis number."""
    core = word.strip(_MARKS)
    number = vin.parse(core)
    if number is not None and len(number) == len(word) and any(map(str.isdigit, word)):
        return number
    parts = core.replace("/", "").replace(".", "").replace("-", "")
    is_sure = len(parts) > 1 and (parts.isdigit() or (core.isalpha() and core.isupper()))
    return word if is_sure else None


def _settled(one: FieldRead, page: Image, known: Known) -> Verdict | None:
    if len(one.place.pieces) != 1:
        return None
    strip = cut(page, one.place.pieces[0].quad)
    best = one.verdict.value
    voices = [
        voice
        for voice in one.witnesses
        if voice.value is not None
        and (voice.value == best or (_is_alike(voice, best) and len(voice.value) == len(best)))
    ]
    values = {voice.value: voice for voice in voices if voice.value is not None}
    differing = {place for place in range(len(best)) if len({value[place] for value in values}) > 1}
    if any(not _are_a_pair({value[place] for value in values}) for place in differing):
        return None
    proven = [
        voice
        for value, voice in values.items()
        if _is_proven(voice, voices, differing | one.zone.open_places(value), strip, known)
    ]
    if len(proven) != 1:
        return None
    voice = proven[0]
    assert voice.value is not None
    confidence = max(other.confidence for other in voices if other.value == voice.value)
    return replace(
        one.verdict,
        value=voice.value,
        raw=voice.text,
        reader=voice.reader,
        confidence=agreed_confidence(confidence, contradicted=len(values) > 1),
        supported=True,
        is_open=False,
    )


def _are_a_pair(symbols: AbstractSet[str]) -> bool:
    """Say whether symbols are a letter and the figure of its shape: an I and an L are not told."""
    return all(symbols <= {one, _OTHER_OF.get(one)} for one in symbols)


def _is_alike(voice: Witness, best: str) -> bool:
    return voice.confidence >= NOISE_BELOW and are_alike(voice.value or "", best)


def _is_proven(
    voice: Witness,
    voices: Sequence[Witness],
    places: AbstractSet[int],
    strip: Image,
    known: Known,
) -> bool:
    """Say whether each of some symbols of a reader's value is surely what it was read as.

    It is drawn as its like are on the page, or, where that tells nothing, both nets are sure of it.
    """
    value = voice.value or ""
    glyphs = glyphs_of(strip, voice.text)
    numbers = _glyph_numbers(value)
    if glyphs is None or len(glyphs) != len(numbers):
        glyphs = ()
    symbols = [symbol for symbol in value if not symbol.isspace()]
    is_wide = _is_proportional(symbols, glyphs, known)
    for place in places:
        symbol = value[place]
        other = _OTHER_OF.get(symbol)
        if other is None:
            return False
        told = _is_told(symbol, other, glyphs[numbers[place]], known) if glyphs else None
        if told is None and (symbol not in _ROUND or is_wide):
            told = _are_nets_sure(voices, value, place)
        if not told:
            return False
    return bool(places)


def _is_told(symbol: str, other: str, glyph: Glyph, known: Known) -> bool | None:
    """Say whether a glyph is drawn as a symbol's like on the page; None where these do not tell.

    Each page has zeros in its numbers, but many no O: they tell alone where letters are wider.
    """
    if symbol not in _OFTEN_ALIKE:
        return None
    own, others = known.get(symbol, ()), known.get(other, ())
    told = is_first(glyph, own, others, least=1 if symbol in _ROUND else 2)
    if told is not None or symbol not in _ROUND:
        return told
    zeros = own if symbol == "0" else others
    if is_wider(glyph, zeros):
        return symbol == "O"
    is_zero = _page_wider(known) >= APART_FROM and is_like(glyph, zeros)
    return symbol == "0" if is_zero else None


def _are_nets_sure(voices: Sequence[Witness], value: str, place: int) -> bool:
    number = _glyph_numbers(value)[place]
    believed = set()
    for voice in voices:
        printed = [
            sure
            for symbol, sure in zip(voice.text, voice.sure, strict=False)
            if not symbol.isspace()
        ]
        is_same = (voice.value or "")[place : place + 1] == value[place]
        if is_same and number < len(printed) and printed[number] >= NETS_SURE_FROM:
            believed.add(voice.reader)
    return believed >= NETS


def _is_proportional(symbols: Sequence[str], glyphs: Sequence[Glyph], known: Known) -> bool:
    """Say whether letters are wider than figures, on the page and, as far as it tells, here."""
    here = [(symbol, glyph.width) for symbol, glyph in zip(symbols, glyphs, strict=False)]
    in_code = _wider(here, 1)
    return _page_wider(known) >= WIDER_MIN and (in_code == 0 or in_code >= WIDER_IN_CODE_MIN)


def _page_wider(known: Known) -> float:
    there = [(symbol, glyph.width) for symbol, some in known.items() for glyph in some]
    return _wider(there, WIDTHS_MIN)


def _wider(widths: Sequence[tuple[str, float]], least: int) -> float:
    """Return by how much wide letters are wider than figures; 0 where there are too few."""
    letters = [width for symbol, width in widths if symbol in _WIDE]
    figures = [width for symbol, width in widths if symbol in _FIGURES]
    if min(len(letters), len(figures)) < least:
        return 0.0
    return median(letters) / max(1e-6, median(figures))


def _glyph_numbers(value: str) -> Mapping[int, int]:
    """Return for the place of each symbol of a value the number of its glyph: spaces have none."""
    printed = (place for place, symbol in enumerate(value) if not symbol.isspace())
    return {place: number for number, place in enumerate(printed)}
