"""Finds labels on lines, although letters of them were misread or spaces lost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from workers.text import arabic_words
from workers.text.bidi import has_arabic
from workers.text.folding import Folded, fold
from workers.text.look_alikes import shape
from workers.visual.layout import DocumentFace, Parse
from workers.visual.lines import Piece, SpottedLine, whole, words

SHORT = 3
"""Labels of up to so many letters must be a word of their own, letter by letter."""

BARE = 4
"""Labels of up to so many letters do not begin a longer word."""

ALIKE_MIN = {4: 100.0, 5: 80.0, 6: 83.0, 7: 85.0}
"""How alike a label of so many letters must be, in percent; one letter in six may be wrong."""
ALIKE_LONG_MIN = 80.0

FIRST_MAX = 6
"""So many symbols of a code may stand before a label that is first in its line."""

GLUED_ALIKE = 0.9
"""A short label whose word goes on with the value: ``4b.20.05.2029``, ``F.12891``."""

GLUED_VALUE_MIN = 9
"""Words of so many symbols may be a code and its value: a day, a plate, a vehicle's number."""
AMID_ALIKE = 0.8
"""A single letter in the middle of a line, before what would be its value."""

CODES_MANY, CODES_SEEN_MIN = 6, 2
"""Of a face with so many codes at least so many are seen, or what looks like one is none."""

_MARKS = ".:)"

ARABIC_NAMES_MAX = 8
"""Arabic words of up to so many letters are names as well."""

UNLIKE_NAMES_MIN = 6
"""A misread Arabic label of so many letters that leads its line is none, if no name is near."""

BEGUN_MAX = 2
"""So many letters of a word are no part of the label before it: Prénom SAMI has no plural."""

PHRASES_KEPT = 8192
"""Phrases looked for in the lines of the page at hand: several types ask for the same."""

GLUED_FROM = 7
"""Labels of so many letters are found inside a word too: readers lose spaces."""


@dataclass(frozen=True, slots=True)
class _FoldedLine:
    """A line with its words, folded once for all labels."""

    line: SpottedLine
    folded: Folded
    words: tuple[tuple[Piece, str], ...]


@dataclass(frozen=True, slots=True)
class LabelFound:
    """A label on a line.

    Args:
        zone: index of the zone in the face; None for a title or a stop.
        piece: where it stands.
        alike: from 0 to 1.
        letters: how many the label has: the more, the less by chance.
        is_title: it is no label of a value, read here or not.
    """

    zone: int | None
    piece: Piece
    alike: float
    letters: int
    is_title: bool = False


def find_labels(face: DocumentFace, lines: Sequence[SpottedLine]) -> tuple[LabelFound, ...]:
    """Return the labels of a face on the lines; where two overlap, the longer and surer one."""
    folded = [_FoldedLine(line, fold(line.text), tuple(_words(line))) for line in lines]
    found = [
        one
        for zone, label in labels_of(face)
        for line in folded
        for one in _matches(face, zone, label, line)
    ]
    found += [
        replace(one, is_title=True)
        for title in face.titles
        for line in folded
        for one in _matches(face, None, title, line)
    ]
    found = list(_outright(found))
    found.sort(key=lambda one: (round(one.alike * one.letters, 6), one.alike), reverse=True)
    kept: list[LabelFound] = []
    for one in _not_amid(list(_as_printed(_not_lone(face, found)))):
        if not any(one.piece.overlaps(other.piece) for other in kept if not _share(one, other)):
            kept.append(one)
    return tuple(kept)


def find_phrase(phrase: str, texts: Iterable[str]) -> float:
    """Return how surely a phrase stands in one of the texts, 0 to 1."""
    wanted = fold(phrase).text
    best = 0.0
    for text in texts:
        folded = fold(text)
        if len(wanted) <= SHORT:
            words = (fold(word).text for word in text.split())
            best = max(best, 1.0 if wanted in words else 0.0)
        elif len(folded.text) >= 0.7 * len(wanted):
            best = max(best, _found_in(wanted, folded.text))
    return best


@lru_cache(maxsize=PHRASES_KEPT)
def _found_in(wanted: str, text: str) -> float:
    """Return how surely a folded phrase stands in a folded text, 0 to 1."""
    return fuzz.partial_ratio(wanted, text, score_cutoff=_alike_min(len(wanted))) / 100


def labels_of(face: DocumentFace) -> Iterator[tuple[int | None, str]]:
    """Yield the labels and stops of a face, each with the index of its zone; None for a stop."""
    for number, zone in enumerate(face.zones):
        yield from ((number, label) for label in zone.labels)
    yield from ((None, text) for text in face.stops)


def _matches(
    face: DocumentFace, zone: int | None, label: str, line: _FoldedLine
) -> Iterator[LabelFound]:
    wanted, text = fold_label(label), line.folded
    if len(wanted) <= SHORT:
        parse = None if zone is None else face.zones[zone].parse
        yield from _short(face, zone, label, line, parse)
        return
    if len(text.text) < 0.7 * len(wanted):
        return
    least = _alike_min(len(wanted))
    match = fuzz.partial_ratio_alignment(wanted, text.text, score_cutoff=least)
    if match is None or match.dest_end <= match.dest_start:
        return
    # What is a part of the label is not it: Constructeur is not Type constructeur.
    window = text.text[match.dest_start : match.dest_end]
    alike = 100 * (1 - Levenshtein.distance(wanted, window) / len(wanted))
    # A misread label of few letters stands first in its line: CENTRE at its end is no Genre.
    before = text.places[match.dest_start]
    is_led = alike < 100 and len(wanted) <= GLUED_FROM and before > FIRST_MAX
    if alike < least or is_led:
        return
    start, end = text.places[match.dest_start], text.places[match.dest_end - 1] + 1
    # The label's last letter may have been read as a figure: it is no value.
    following = text.text[match.dest_end : match.dest_end + 1]
    if following and window[-1] != wanted[-1] and shape(following) == shape(wanted[-1]):
        end = text.places[match.dest_end] + 1
    # A label that lacks its last letter does not take the value's first for it.
    colon = line.line.text.find(":", start, end)
    end = colon if colon > start else end
    piece = _on_words(Piece(line.line, start, end), glued=len(wanted) >= GLUED_FROM)
    if piece is not None and len(wanted) <= BARE and fold(piece.text).text != wanted:
        return
    if alike < 100 and has_arabic(label) and _may_be_a_name(wanted, window, piece):
        return
    if piece is not None:
        yield LabelFound(zone, piece, alike / 100, len(wanted))


def _may_be_a_name(wanted: str, window: str, piece: Piece | None) -> bool:
    """Say whether a short Arabic label that was not read whole may be a word of a value.

    Names differ from labels by a letter or two. Alone on its line, or with a colon, it is a label;
    so it is where only one of two like letters was lost, as readers lose them.
    """
    if piece is None or len(wanted) > ARABIC_NAMES_MAX:
        return False
    text = piece.line.text
    alone = not any(symbol.isalnum() for symbol in text[: piece.start] + text[piece.end :])
    if alone or text[piece.end :].lstrip().startswith(":"):
        return False
    if piece.start == 0 and len(wanted) >= UNLIKE_NAMES_MIN and not _is_near_a_name(window):
        return False
    return _single(window) != _single(wanted)


def _is_near_a_name(word: str) -> bool:
    near = (one for one in arabic_words.near(word) if Levenshtein.distance(word, one) <= 1)
    return arabic_words.is_known(word) or any(near)


def _single(text: str) -> str:
    return "".join(now for before, now in zip(" " + text, text, strict=False) if now != before)


def _short(
    face: DocumentFace, zone: int | None, label: str, line: _FoldedLine, parse: Parse | None
) -> Iterator[LabelFound]:
    wanted = fold_label(label)
    if len(line.words) > 1 and label[0].isdigit() and label[-1].isalpha():
        (first, figure), (second, letter) = line.words[:2]
        if (figure, letter) == (wanted[:-1], wanted[-1]):
            yield LabelFound(zone, Piece(line.line, first.start, second.end), 1.0, len(wanted))
    for number, (piece, folded) in enumerate(line.words):
        starts = number == 0
        if folded == wanted:
            if not has_form(piece.text, label):
                continue
            # Figures behind others are a value's: a department is no misread 4a.
            if starts or (len(wanted) > 1 and not label.isdigit()):
                yield LabelFound(zone, piece, 1.0, len(wanted))
            # A single letter in the middle of a line is more often a part of a value.
            elif (
                parse is not None
                # A one at the end of a name is no I.
                and piece.text.strip(_MARKS).isdigit() == label.isdigit()
                and is_strict(parse)
                and (_next_parses(parse, piece) or _ends_value(face, piece))
            ):
                yield LabelFound(zone, piece, AMID_ALIKE, len(wanted))
        elif folded.startswith(wanted) and (starts or len(wanted) > 1):
            glued = _glued_end(piece.text, label, wanted, parse)
            if glued is not None:
                part = Piece(piece.line, piece.start, piece.start + glued)
                yield LabelFound(zone, part, GLUED_ALIKE, len(wanted))


def _outright(found: Sequence[LabelFound]) -> Iterator[LabelFound]:
    """Yield the labels without what is only like one that stands elsewhere as it should.

    Names differ from labels by a letter or two.
    """
    printed = {_kind(one) for one in found if one.alike == 1.0}
    for one in found:
        if one.alike == 1.0 or one.is_title or _kind(one) not in printed:
            yield one


def _kind(one: LabelFound) -> tuple[int | None, int, bool]:
    """Return what two findings of one label have in common; another language's is another."""
    return one.zone, one.letters, has_arabic(one.piece.text)


def _not_lone(face: DocumentFace, found: Sequence[LabelFound]) -> Sequence[LabelFound]:
    """Return the labels without a lone code of a face that has many: misread print looks like J."""
    codes = sum(
        any(len(fold_label(label)) <= SHORT for label in zone.labels) for zone in face.zones
    )
    seen = {one.zone for one in found if one.letters <= SHORT}
    if codes < CODES_MANY or len(seen) >= CODES_SEEN_MIN:
        return found
    return [one for one in found if one.letters > SHORT]


def _as_printed(found: Sequence[LabelFound]) -> Iterator[LabelFound]:
    """Yield the labels without doubles that lack the point: C3 is a car where C.3 is a code."""
    pointed = {one.zone for one in found if one.letters <= SHORT and _has_point(one)}
    for one in found:
        # Where codes have points, no stop of two symbols is without: A1 is a car.
        bare_stop = one.zone is None and (one.letters != 2 or not pointed)
        is_code = one.letters <= SHORT and not _has_point(one) and not one.is_title
        if not is_code or bare_stop or (one.zone is not None and one.zone not in pointed):
            yield one


def _not_amid(found: Sequence[LabelFound]) -> Iterator[LabelFound]:
    """Yield the labels without single letters amid lines whose own place is elsewhere.

    Where the A of a form stands first in its row, that of CLASSE A is a part of a value.
    """
    placed = {one.zone for one in found if one.letters == 1 and one.alike == 1.0}
    for one in found:
        if one.letters > 1 or one.alike == 1.0 or one.zone not in placed:
            yield one


def _has_point(label: LabelFound) -> bool:
    """Say whether a code of a letter and a figure has its point; ``4.A`` is no better than 4a."""
    code = label.piece.text.strip(" .,:(")
    return code[:1].isalpha() and any(mark in code for mark in ".,")


def _share(one: LabelFound, other: LabelFound) -> bool:
    """Say whether two zones have one and the same label, as date and place of birth have.

    A label within a longer one is another: there is a ``titulaire`` in ``cotitulaire``.
    """
    same = (one.piece.start, one.piece.end) == (other.piece.start, other.piece.end)
    same = same and one.letters == other.letters
    return same and one.zone != other.zone and None not in {one.zone, other.zone}


@cache
def fold_label(label: str) -> str:
    """Return a label as labels are compared."""
    return fold(label).text


def _words(line: SpottedLine) -> Iterator[tuple[Piece, str]]:
    return ((piece, fold(piece.text).text) for piece in words(whole(line)))


def _is_glued(parse: Parse, word: str, wanted: str) -> bool:
    """Say whether a long value of a strict form begins behind a lone letter: I14/07/2013."""
    is_long = len(wanted) == 1 and len(word) >= GLUED_VALUE_MIN and word[0].isalpha()
    return is_long and is_strict(parse) and parse(word[1:]) is not None


def is_strict(parse: Parse) -> bool:
    """Say whether a parser refuses words: what it accepts is no value by chance."""
    return parse("any words") is None


def _ends_value(face: DocumentFace, piece: Piece) -> bool:
    """Say whether a word stands at the end of its line, behind another zone's whole value."""
    text = piece.line.text
    before = text[: piece.start].strip()
    return not text[piece.end :].strip(" .:") and any(
        is_strict(zone.parse) and zone.parse(before) is not None for zone in face.zones
    )


def _next_parses(parse: Parse, piece: Piece) -> bool:
    """Say whether the word behind a piece is a value."""
    following = piece.line.text[piece.end :].strip(" .:").split()
    return bool(following) and parse(following[0]) is not None


def _glued_end(word: str, label: str, wanted: str, parse: Parse | None) -> int | None:
    """Return where a short label ends that its value follows without a space; else None."""
    if parse is not None and _is_glued(parse, word, wanted):
        return len(wanted)
    for end in range(1, len(word)):
        if fold(word[:end]).text != wanted:
            continue
        # After it a point or colon stands; or the label itself has an inner point or letter that
        # no value begins with.
        if word[end] in _MARKS and end + 1 < len(word):
            return end + 1
        return end if len(wanted) > 1 and _is_marked(word[:end], label) else None
    return None


def _is_marked(read: str, label: str) -> bool:
    """Say whether what was read has the inner point or the last letter of a code."""
    if "." in label:
        return "." in read or "," in read
    return label[0].isdigit() and label[-1].isalpha()


def has_form(read: str, label: str) -> bool:
    """Say whether what was read may be a code: ``CI`` folds as ``C.1`` does, and is none."""
    if "." not in label.strip("."):
        return True
    if "." in read.strip(".") or "," in read:
        return True
    return any(map(str.isalpha, read)) and any(map(str.isdigit, read))


def _on_words(piece: Piece, *, glued: bool) -> Piece | None:
    """Return the piece moved to the borders of words; None where it is a part of a word."""
    text = piece.line.text
    start, end = piece.start, piece.end
    while start > 0 and text[start - 1].isalnum() and piece.start - start < 2:
        start -= 1
    if start > 0 and text[start - 1].isalnum():
        if not glued:
            return None
        start = piece.start
    gap = text.rfind(" ", start, end)
    if end - gap - 1 <= BEGUN_MAX and text[end : end + 1].isalpha() and gap > start:
        end = gap
    rest = end
    # A digit after a letter begins a value.
    while rest < len(text) and text[rest].isalnum() and not _begins_value(text, rest):
        rest += 1
    # Nor does a known word go on with the label's: after a letter that joins nothing, print shows
    # hardly any space.
    if not arabic_words.is_known(text[end:rest]):
        if rest - end <= 2:
            end = rest
        elif not glued:
            return None
    return Piece(piece.line, start, end)


def _begins_value(text: str, place: int) -> bool:
    return text[place].isdigit() and text[place - 1].isalpha()


def _alike_min(letters: int) -> float:
    return ALIKE_MIN.get(letters, ALIKE_LONG_MIN)
