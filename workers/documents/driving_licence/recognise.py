"""Recognises driving licences and their country: by title, state, sign and numbered fields."""

import re
from collections.abc import Sequence

from schemas.documents import TextLine
from workers.documents.document_type import Evidence
from workers.documents.driving_licence.countries import ISSUERS, Issuer
from workers.text import licence_categories, printed_dates
from workers.visual.labels import find_phrase

TITLE, STATE, SIGN = 1.0, 0.8, 0.3
"""What each of them adds to a country's score."""

TALL_MIN = 0.7
"""A title is among the tallest lines: the background repeats every language's words, smaller."""

NUMBERS_FULL = 6
"""So many different numbers of fields, with dates, are no chance."""

_NUMBER = re.compile(r"^\W*(1|2|3|4\s?[aAbBcCdD]|5|9|10|11|12)(?=[.,:)\s]|$)")
_AMERICAN = ("Driver License", "Driver's License", "Driver Licence", "Permis de conduire Québec")


def recognise(evidence: Evidence) -> tuple[float, str | None]:
    """Return how surely the lines are a licence's, and the country that issued it."""
    lines = [line for _, line in evidence.lines]
    if not lines:
        return 0.0, None
    texts = [line.text for line in lines]
    title = max(find_phrase(one, texts) for issuer in ISSUERS.values() for one in issuer.titles)
    numbers = len({match[1].upper() for text in texts if (match := _NUMBER.match(text))})
    dates = sum(printed_dates.where(text) is not None for text in texts)
    form = min(1.0, numbers / NUMBERS_FULL) * min(1.0, dates / 2)
    doubt = (1 - 0.8 * title) * (1 - 0.65 * form) * (1 - 0.6 * _table(texts))
    score = 1 - doubt
    if max(find_phrase(one, texts) for one in _AMERICAN) > title:
        score *= 0.3
    return (round(score, 4), country_of(lines)) if score > 0 else (0.0, None)


def country_of(lines: Sequence[TextLine]) -> str | None:
    """Return the country whose title, name and sign stand on the lines; None without a title."""
    texts = [line.text for line in lines]
    tall = _tall(lines)
    signs = {text.strip(" .|()").upper() for text in texts if len(text.strip()) <= 3}
    scored = {
        country: score
        for country, issuer in ISSUERS.items()
        if (score := _score(issuer, tall, texts, signs)) > 0
    }
    return max(scored, key=lambda one: scored[one], default=None)


def _score(issuer: Issuer, tall: list[str], texts: list[str], signs: set[str]) -> float:
    titles = max(find_phrase(title, tall) for title in issuer.titles)
    states = max(find_phrase(state, texts) for state in issuer.states)
    if not titles and not states:
        return 0.0
    return TITLE * titles + STATE * states + (SIGN if issuer.sign in signs else 0.0)


def _tall(lines: Sequence[TextLine]) -> list[str]:
    """Return the lines that are nearly as tall as the tallest title."""
    titles = [
        line
        for line in lines
        for issuer in ISSUERS.values()
        if any(find_phrase(title, [line.text]) for title in issuer.titles)
    ]
    tallest = max((_height(line) for line in titles), default=0.0)
    return [line.text for line in titles if _height(line) >= TALL_MIN * tallest]


def _height(line: TextLine) -> float:
    return line.box[3] - line.box[1]


def _table(texts: list[str]) -> float:
    """Return how much of the back's table of categories stands there, from 0 to 1."""
    words = {text.split()[0].strip(".:") for text in texts if text.split()}
    found = words & {*licence_categories.EU} - {"A", "B", "C", "D"}
    return min(1.0, len(found) / 6)
