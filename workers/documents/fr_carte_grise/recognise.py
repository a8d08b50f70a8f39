"""Recognises French registration certificates by their title, their codes and their headings."""

import re

from rapidfuzz import fuzz

from workers.documents.document_type import Evidence
from workers.documents.fr_carte_grise.fields import LABELS
from workers.text.folding import fold
from workers.visual.labels import find_phrase

COUNTRY = "FRA"

_TITLES = {"certificat d'immatriculation": 0.85, "carte grise": 0.6}
_STATE = ("République française", "Ministère de l'intérieur", "Préfecture")
_OTHER_STATES = (
    "République tunisienne",
    "الجمهورية التونسية",
    "Royaume de Belgique",
    "Grand-Duché de Luxembourg",
)
_FRENCH_CODES = frozenset(
    {"C.4A", "C.4.1", "D.2.1", "F.3", "G.1", "J.1", "J.2", "J.3", "P.6", "U.1", "U.2", "V.9"}
    | {"X.1", "Z.1", *(f"Y.{number}" for number in range(1, 7))}
)
"""Codes that France prints and its neighbours' certificates hardly do."""

_CODE = re.compile(r"(?<![\w.])([A-Z])[.,]?\s?(\d)(?:[.,]?\s?(\d|[aA]))?(?![\w])")
CODES_FULL = 9
"""So many different French codes are no chance."""

CODES_TITLED, LIKE_MIN = 3, 65.0
"""With so many of them a line so much like the title, in percent, is the title."""

_TITLE_LETTERS_MIN = 20

HEADINGS_FULL = 60.0
"""Letters of headings that make their full weight."""

_HEADING_LETTERS_MIN = 7


def recognise(evidence: Evidence) -> tuple[float, str | None]:
    """Return how surely the lines are a French certificate's; its title alone is enough."""
    texts = [line.text for _, line in evidence.lines]
    if not texts:
        return 0.0, None
    doubt = 1.0
    for title, weight in _TITLES.items():
        doubt *= 1 - weight * find_phrase(title, texts)
    codes = len(_codes(texts))
    doubt *= 1 - 0.9 * min(1.0, codes / CODES_FULL)
    if codes >= CODES_TITLED and any(_is_like_title(text) for text in texts):
        doubt *= 0.5
    doubt *= 1 - 0.5 * min(1.0, _headings(texts) / HEADINGS_FULL)
    if doubt < 1.0 and any(find_phrase(state, texts) for state in _STATE):
        doubt *= 0.8
    score = 1 - doubt
    if any(find_phrase(state, texts) for state in _OTHER_STATES):
        score *= 0.3
    return (round(score, 4), COUNTRY) if score > 0 else (0.0, None)


def _is_like_title(text: str) -> bool:
    """Say whether a line is the title however badly it was read."""
    return any(
        len(title) >= _TITLE_LETTERS_MIN
        and fuzz.ratio(fold(title).text, fold(text).text) >= LIKE_MIN
        for title in _TITLES
    )


def _codes(texts: list[str]) -> set[str]:
    """Return the different French codes on the lines; their points are often lost."""
    found = set()
    for text in texts:
        for match in _CODE.finditer(text):
            found.add(".".join(part.upper() for part in match.groups() if part))
    return found & _FRENCH_CODES


def _headings(texts: list[str]) -> float:
    """Return how many letters of headings were found."""
    return sum(
        max(
            (
                find_phrase(label, texts) * len(label)
                for label in labels
                if len(label) >= _HEADING_LETTERS_MIN
            ),
            default=0.0,
        )
        for labels in LABELS.values()
    )
