"""The rules of French identity cards.

Sources: ICAO Doc 9303 part 5 for the zone; decree 55-1397 of 22 October 1955 as amended (validity:
ten years, fifteen for adults' cards issued from 2014, those of 2004 to 2013 prolonged by five).
"""

from collections.abc import Iterator
from datetime import date

from schemas.documents import Extraction, Finding, MrzFormat, Severity
from workers.documents.icao_check import card_code, checker
from workers.findings import finding
from workers.text.mrz_layouts import Span

OLD_CARD_FIRST, OLD_CARD_LAST = "1987-01", "2021-08"
"""Months between which cards of the form of 1988 were issued."""

ADULT_YEARS = 18
PROLONGED_SINCE = "2004-01"

_ICAO_RULES = checker(card_code)
_DEPARTMENTS = (Span(0, 30, 33), Span(1, 4, 7))


def check(extraction: Extraction, today: date) -> tuple[Finding, ...]:
    """Return what the card breaks; what the old card leaves out is not missed."""
    found = list(_ICAO_RULES(extraction, today))
    if extraction.mrz is not None and extraction.mrz.format is MrzFormat.FR_CNI:
        found += _old_card(extraction, today)
    elif extraction.mrz is not None:
        missing = [name for name in ("nationality", "expiry_date") if name not in extraction.fields]
        found += [finding("field.missing", *missing)] if missing else []
    return tuple(found)


def _old_card(extraction: Extraction, today: date) -> Iterator[Finding]:
    issued = extraction.fields.get("issue_date")
    if issued is None or extraction.mrz is None:
        return
    month = issued.value[:7]
    if not OLD_CARD_FIRST <= month <= today.isoformat()[:7]:
        yield finding("date.implausible", "issue_date")
    elif month > OLD_CARD_LAST:
        # Not official to the day: told, not held against the card.
        yield finding("date.implausible", "issue_date", severity=Severity.INFO)
    birth = extraction.fields.get("birth_date")
    if birth is not None and birth.value[:7] > month:
        yield finding("date.order", "birth_date", "issue_date")
    elif birth is not None and _expired(birth.value, month, today):
        yield finding("document.expired", "issue_date")
    departments = {span.of(extraction.mrz.lines) for span in _DEPARTMENTS} - {"<<<"}
    if len(departments) > 1:
        yield finding(
            "department.differs",
            "department",
            severity=Severity.INFO,
            message="The two lines of the zone name different departments of issue.",
        )


def _expired(birth: str, issued: str, today: date) -> bool:
    """Say whether the card's time is over, as far as month of issue and age tell."""
    adult = int(issued[:4]) - int(birth[:4]) >= ADULT_YEARS
    years = 15 if adult and issued >= PROLONGED_SINCE else 10
    return f"{int(issued[:4]) + years}{issued[4:]}" < today.isoformat()[:7]
