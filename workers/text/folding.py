"""Text folded for comparing labels and titles that were misread or are spelled in several ways."""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

# Print that a reader cannot tell apart, and letters that Arabic spelling takes for each other.
_ALIKE = str.maketrans("1|!i\u01310أإآٱىةؤئ", "lllllo" + "ااااي" + "هوي")
_ARABIC_INDIC = {0x0660 + n: str(n) for n in range(10)} | {0x06F0 + n: str(n) for n in range(10)}


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text, and for each of its symbols the place of the one it comes from."""

    text: str
    places: tuple[int, ...]


LINES_KEPT = 256
"""Lines of the page at hand: each type holds its own titles and labels against all of them."""


@lru_cache(maxsize=LINES_KEPT)
def fold(text: str) -> Folded:
    """Return letters and digits only: no accents, case, marks, spaces or punctuation."""
    symbols: list[str] = []
    places: list[int] = []
    for place, symbol in enumerate(text):
        parts = _folded(symbol)
        symbols.append(parts)
        places.extend(place for _ in parts)
    return Folded("".join(symbols), tuple(places))


@cache
def _folded(symbol: str) -> str:
    """Return the letters and digits that one symbol folds to; there are few symbols."""
    # Hamza first: its decomposed form would lose the seat of the letter.
    alike = symbol.translate(_ALIKE).translate(_ARABIC_INDIC)
    parts = unicodedata.normalize("NFKD", alike).casefold().translate(_ALIKE)
    return "".join(part for part in parts if part.isalnum() and part != "\u0640")
