"""The rules of Tunisian vehicle registrations.

Sources: ISO 3779 for the number of the vehicle, whose check digit is a duty in North America and
China only; for plates and holders' numbers common descriptions, no official text. So they warn.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from schemas.documents import Extraction, Finding, Severity
from workers.findings import finding
from workers.text import tn_plates, vin
from workers.text.tn_values import parse_holder_number


def check(extraction: Extraction, today: date) -> tuple[Finding, ...]:
    """Return what on a registration contradicts its own rules."""
    values = {name: one.value for name, one in extraction.fields.items()}
    plate = extraction.fields.get("registration_number")
    raw = plate.raw if plate else ""
    return (*_numbers(values, raw), *_dates(values, today))


def _numbers(values: dict[str, str], plate_raw: str) -> Iterator[Finding]:
    plate, number = values.get("registration_number"), values.get("vin")
    holder = values.get("holder_number")
    if plate is not None and not tn_plates.is_valid(plate):
        yield _warning("plate.form", "The number is of no known kind.", "registration_number")
    elif plate is not None and tn_plates.may_lack_its_word(plate):
        yield _warning(
            "plate.form",
            "Two figures and four: of the State, or an ordinary one whose word was not read.",
            "registration_number",
        )
    elif plate is not None and tn_plates.order_is_open(plate_raw):
        yield _warning(
            "plate.order",
            "Series and number are both short: which is which, the print does not tell.",
            "registration_number",
        )
    elif plate is not None and tn_plates.may_lack_figures(plate, plate_raw):
        yield _warning(
            "plate.form",
            "Something touches its figures that may be a further one.",
            "registration_number",
        )
    if number is not None and not vin.is_valid(number):
        yield _warning("vin.form", "The vehicle's number has not the form of ISO 3779.", "vin")
    elif number is not None and not vin.has_check_digit(number):
        duty = vin.must_have_check_digit(number)
        yield finding(
            "vin.check_digit",
            "vin",
            severity=Severity.WARNING if duty else Severity.INFO,
            message="The ninth symbol is no check digit, which many makers do not print.",
        )
    if holder is not None and parse_holder_number(holder) is None:
        yield _warning(
            "holder_number.form", "Neither a card's number nor a tax number.", "holder_number"
        )


def _dates(values: dict[str, str], today: date) -> Iterator[Finding]:
    first, issued = values.get("first_registration_date"), values.get("issue_date")
    if first is not None and issued is not None and first > issued:
        yield finding("date.order", "first_registration_date", "issue_date")
    for name in ("first_registration_date", "issue_date"):
        if name in values and not "1900" < values[name] <= today.isoformat():
            yield finding("date.implausible", name)


def _warning(code: str, message: str, *fields: str) -> Finding:
    return finding(code, *fields, severity=Severity.WARNING, message=message)


def doubtful(values: Mapping[str, str]) -> Iterator[str]:
    """Yield the fields whose value may be their neighbour's.

    Power and seats are a figure or two, each of which fits either label where the other was not
    seen. A maker's type without a figure may be what the model is sold as, where no other name was
    read. An address without its holder may be the holder, a day of issue alone that of first
    registration.
    """
    figures = [name for name in ("fiscal_power_cv", "seats") if name in values]
    if len(figures) == 1:
        yield figures[0]
    has_figure = any(symbol.isdigit() for symbol in values.get("model_type", "0"))
    if not has_figure and "commercial_name" not in values:
        yield "model_type"
    if "issue_date" in values and "first_registration_date" not in values:
        yield "issue_date"
    if "holder_address" in values and "holder_name" not in values:
        yield "holder_address"
