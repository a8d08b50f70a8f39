"""The rules of driving licences.

Sources: directive 2006/126/EC article 4 (categories, ages: none below 14 even where states lower
the age of AM) and annex I (numbers of fields). The forms of numbers are not official: they warn.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from schemas.documents import Extraction, Finding, Severity
from workers.findings import finding
from workers.text import licence_categories, licence_numbers

AGE_YEARS_MIN = 14
"""Nobody younger holds a licence: article 6 of the directive lets states lower AM to 14."""


def check(extraction: Extraction, _: date) -> tuple[Finding, ...]:
    """Return the rules that a licence breaks; dates and their order are judged for every type."""
    values = {name: field.value for name, field in extraction.fields.items()}
    return (*_number(values, extraction.country), *_categories(values), *_age(values))


def _number(values: Mapping[str, str], country: str | None) -> Iterator[Finding]:
    number = values.get("licence_number")
    if number is None:
        return
    if not licence_numbers.is_valid(number, country):
        message = "The licence number has none of the forms known of its country."
        yield finding(
            "licence_number.form", "licence_number", severity=Severity.WARNING, message=message
        )
    elif country == "ESP" and licence_numbers.has_check_letter(number) is False:
        message = "The letter of the licence number does not agree with its digits."
        yield finding(
            "licence_number.check_letter",
            "licence_number",
            severity=Severity.WARNING,
            message=message,
        )


def _categories(values: Mapping[str, str]) -> Iterator[Finding]:
    known = values.get("categories", "").split(",")
    if any(one and not licence_categories.is_valid(one) for one in known):
        message = "A category of vehicles is in no list."
        yield finding("category.unknown", "categories", severity=Severity.WARNING, message=message)


def _age(values: Mapping[str, str]) -> Iterator[Finding]:
    birth, issue = values.get("birth_date"), values.get("issue_date")
    if not birth or not issue or len(birth) != 10 or len(issue) != 10:
        return
    # YYYY-MM-DD sorts as text does; a leap day's birthday is no matter of order.
    of_age = f"{int(birth[:4]) + AGE_YEARS_MIN:04d}{birth[4:]}"
    if birth <= issue < of_age:
        message = "The holder was too young on the day of issue."
        yield finding(
            "age.implausible",
            "birth_date",
            "issue_date",
            severity=Severity.WARNING,
            message=message,
        )
