"""Tells values that are labels, or much like one: what stands there is no value."""

from rapidfuzz import fuzz

from workers.text import arabic_words
from workers.text.bidi import has_arabic
from workers.text.folding import fold
from workers.visual.labels import ALIKE_LONG_MIN, fold_label, labels_of
from workers.visual.layout import DocumentFace, Zone

WHOLE_MIN = 4
"""Labels of so many letters do not begin or end a value."""

TITLE_FROM = 9
"""Shorter titles are like too many values."""

LIKE_MIN, LIKE_FROM = 70.0, 5
"""Print so much like a label, in percent, of so many letters or more, goes on with no value."""


def holds_label(face: DocumentFace, value: str) -> bool:
    """Say whether a value begins or ends with a label, or is much like one and not known words.

    Or much like a title.
    """
    read = [fold(word).text for word in value.split()]
    plain = "".join(read)
    is_known = has_arabic(value) and arabic_words.are_known(value)
    for label in {label for zone in face.zones for label in zone.labels}:
        # Points do not count: the body CI is much like the code C.4.1.
        if len(fold_label(label)) < WHOLE_MIN:
            continue
        words = [fold(word).text for word in label.split()]
        if words in (read[: len(words)], read[-len(words) :]):
            return True
        if not is_known and fuzz.ratio("".join(words), plain) >= ALIKE_LONG_MIN:
            return True
    titles = (wanted for wanted in map(fold_label, face.titles) if len(wanted) >= TITLE_FROM)
    return any(fuzz.ratio(wanted, plain) >= ALIKE_LONG_MIN for wanted in titles)


def is_no_value(face: DocumentFace, zone: Zone, value: str) -> bool:
    """Say whether what makes a value of words in either script is a label that was misread."""
    return zone.script is None and value not in zone.known and is_like_label(face, value)


def is_like_label(face: DocumentFace, text: str, like_min: float = LIKE_MIN) -> bool:
    """Say whether print is a label or a stop, however badly it was read; no other known word is."""
    read = fold(text).text
    least = 100.0 if has_arabic(text) and arabic_words.are_known(text) else like_min
    return any(
        len(wanted) >= LIKE_FROM and fuzz.ratio(wanted, read) >= least
        for wanted in (fold_label(label) for _, label in labels_of(face))
    )
