"""The rules of the Tunisian identity card.

Sources: law 93-27 of 22 March 1993 and organic law 2024-22 of 11 March 2024, which amends it: who
holds a card, and what it prints. The number's eight digits are common knowledge, not a text of
law. So every rule here warns: calling a good card bad is the worse mistake.
"""

from collections.abc import Iterator
from datetime import date

from schemas.documents import Extraction, Finding, Severity
from workers.findings import finding
from workers.text.tn_values import NUMBER, parse_latin_name, parse_line, sex_of_filiation

AGE_YEARS_MIN = 12
"""Organic law 2024-22: from fifteen years on, exceptionally from twelve."""

_NAMES = ("surname", "given_names", "filiation", "birth_place", "mother_name", "spouse")
_ONLY_1993 = ("profession",)
_ONLY_2024 = ("surname_latin", "given_names_latin", "sex", "expiry_date")


def check(extraction: Extraction, today: date) -> tuple[Finding, ...]:
    """Return what on a card contradicts its own rules."""
    values = {name: one.value for name, one in extraction.fields.items()}
    return tuple(_broken(values, today))


def _broken(values: dict[str, str], today: date) -> Iterator[Finding]:
    number = values.get("number")
    if number is not None and not NUMBER.fullmatch(number):
        yield _warning("number.form", "The number has not eight digits.", "number")
    wrong = [n for n in _NAMES if n in values and _is_no_name(values[n])]
    wrong += [n for n in _ONLY_2024[:2] if n in values and parse_latin_name(values[n]) is None]
    if wrong:
        yield finding("field.symbols", *wrong)
    if _too_young(values.get("birth_date"), values.get("issue_date", today.isoformat())):
        yield _warning(
            "holder.too_young", "The holder was too young to be given a card.", "birth_date"
        )
    yield from _sexes(values)
    mixed = [n for n in (*_ONLY_1993, *_ONLY_2024) if n in values]
    if any(n in values for n in _ONLY_1993) and any(n in values for n in _ONLY_2024):
        yield _warning("sides.differ", "Front and back are of different kinds of card.", *mixed)


def _sexes(values: dict[str, str]) -> Iterator[Finding]:
    told = sex_of_filiation(values.get("filiation", ""))
    if told and values.get("sex", told) != told:
        yield _warning(
            "sex.contradicted", "Sex and the line of descent differ.", "sex", "filiation"
        )
    if told == "M" and "spouse" in values:
        yield _warning(
            "sex.contradicted", "Only wives have their husband's line.", "spouse", "filiation"
        )


def _is_no_name(value: str) -> bool:
    return parse_line(value) is None or any(symbol.isdigit() for symbol in value)


def _too_young(birth: str | None, issued: str) -> bool:
    if birth is None or birth > issued:
        return False
    youngest = f"{int(issued[:4]) - AGE_YEARS_MIN:04d}{issued[4:]}"
    return birth > youngest


def _warning(code: str, message: str, *fields: str) -> Finding:
    return finding(code, *fields, severity=Severity.WARNING, message=message)
