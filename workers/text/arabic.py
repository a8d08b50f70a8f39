"""Arabic text in the form that values carry: logical order, NFC, nothing invisible."""

import unicodedata

_TATWEEL = "\u0640"
_INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff"
)
_DIGITS = {0x0660 + n: str(n) for n in range(10)} | {0x06F0 + n: str(n) for n in range(10)}


def without_marks(text: str) -> str:
    """Return the text in NFC without bidi marks and other invisible characters."""
    return unicodedata.normalize("NFC", "".join(c for c in text if c not in _INVISIBLE))


def normal_form(text: str) -> str:
    """Return the text as a value: no marks, no tatweel, digits 0-9, single spaces."""
    # Tatweel first: a letter and its mark compose only once nothing stands between them.
    plain = without_marks(text.replace(_TATWEEL, "")).translate(_DIGITS)
    return " ".join(plain.split())


def is_right_to_left(text: str) -> bool:
    """Say whether most letters of the text are written from right to left."""
    letters = [unicodedata.bidirectional(one) for one in text if one.isalpha()]
    return 2 * sum(one in {"R", "AL"} for one in letters) > len(letters)
