from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from schemas.documents import Extraction, MrzFormat, Severity, Status
from schemas.messages import FieldsExtracted, Request
from tests.workers.reading_fakes import (
    NOW,
    OLD_FRENCH_CARD,
    TODAY,
    FakeMrz,
    prepared,
    reading_of,
    tools,
)
from workers.documents.registry import document_types
from workers.engines.mrz_formats import decode_zone
from workers.extract import extract
from workers.text.mrz import format_mrz, parse
from workers.text.mrz_layouts import SYMBOLS
from workers.validate import validate

CARD = {
    "mrz_type": "ID",
    "issuing_country": "FRA",
    "surname": "MOREAU GAUTHIER",
    "given_names": "ZOE AGNES",
    "document_number": "150592301234",
    "birth_date": "1988-03-09",
    "sex": "F",
    "issue_date": "2015-05-00",
    "department": "923",
    "office": "014",
}
SHOWN = {name: value for name, value in CARD.items() if name != "office"}
NEW_CARD = (
    "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<",
    "9007138F3002119FRA<<<<<<<<<<<6",
    "MARTIN<<MAELYS<GAELLE<MARIE<<<",
)
"""The specimen of the ministry's announcement of 2021."""


def read(lines: tuple[str, ...], request: Request | None = None) -> FieldsExtracted:
    """Return what extract makes of a zone."""
    message = replace(prepared("fr_cni", request=request), route=document_types()["fr_cni"].route)
    found = extract(message, tools(FakeMrz(reading_of(lines))))
    assert isinstance(found, FieldsExtracted)
    return found


def values(extraction: Extraction) -> dict[str, str]:
    """Return the fields' values."""
    return {name: one.value for name, one in extraction.fields.items()}


def codes(lines: tuple[str, ...], today: date = TODAY) -> dict[str, Severity]:
    """Return the findings of the whole judgement."""
    return {one.code: one.severity for one in validate(read(lines), today, NOW).findings}


def old(**changes: str) -> tuple[str, ...]:
    """Return the zone of the old card with other values."""
    return format_mrz(MrzFormat.FR_CNI, CARD | changes)


def test_the_old_card_gives_month_of_issue_and_department_but_no_expiry() -> None:
    """Its number begins with them; the office is no field of ours."""
    found = read(old())

    assert values(found.extraction) == SHOWN
    assert validate(found, TODAY, NOW).status is Status.ACCEPTED


def test_a_department_that_the_first_line_leaves_out_is_read_in_the_number() -> None:
    """The published specimen has it there only."""
    assert values(read(OLD_FRENCH_CARD).extraction)["department"] == "923"


@pytest.mark.parametrize(
    ("given", "cut"), [("ARTHUR RENE", True), ("ZOE AGNES", False), ("MARIE CLAUDE", True)]
)
def test_given_names_that_leave_no_room_for_another_may_be_cut(given: str, *, cut: bool) -> None:
    """Two fillers part them: what does not fit behind these is not begun."""
    assert ("names.truncated" in codes(old(given_names=given))) is cut


def test_the_card_of_2021_is_read_by_the_form_of_the_world() -> None:
    """Three lines of thirty, the number of nine symbols."""
    found = read(NEW_CARD)

    assert found.extraction.document_type == "fr_cni"
    assert values(found.extraction)["document_number"] == "X4RTBPFW4"
    assert validate(found, TODAY, NOW).status is Status.ACCEPTED


@pytest.mark.parametrize("lines", [OLD_FRENCH_CARD, NEW_CARD])
def test_a_caller_may_call_it_an_identity_card(lines: tuple[str, ...]) -> None:
    """It is one; only what it is not contradicts."""
    as_card = validate(read(lines, Request(document_type="id_card")), TODAY, NOW)
    as_visa = validate(read(lines, Request(document_type="visa")), TODAY, NOW)

    assert "type.hint_contradicted" not in {one.code for one in as_card.findings}
    assert "type.hint_contradicted" in {one.code for one in as_visa.findings}


@pytest.mark.parametrize(
    ("issued", "today", "expired"),
    [
        ("2015-05", date(2030, 4, 1), False),
        ("2015-05", date(2030, 6, 1), True),
        ("2003-05", date(2013, 6, 1), True),
        ("2004-05", date(2018, 6, 1), False),
    ],
)
def test_the_old_card_is_valid_for_ten_or_fifteen_years(
    issued: str, today: date, *, expired: bool
) -> None:
    """Adults' cards of 2004 and later last fifteen; that a card is over is only told."""
    number = issued[2:4] + issued[5:] + "92301234"
    lines = old(issue_date=f"{issued}-00", document_number=number, birth_date="1970-03-09")

    found = codes(lines, today)

    assert ("document.expired" in found) is expired
    assert Severity.WARNING not in found.values()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issue_date": "1985-05-00", "document_number": "850592301234"}, "date.implausible"),
        ({"birth_date": "2016-03-09"}, "date.order"),
    ],
)
def test_what_cannot_be_is_held_against_the_card(changes: dict[str, str], code: str) -> None:
    """Cards issued before there were any, to people not yet born."""
    assert codes(old(**changes), date(2020, 1, 1))[code] is Severity.WARNING


def test_a_month_that_does_not_exist_is_an_error() -> None:
    """The number's check digit may hold all the same."""
    undated = {name: value for name, value in CARD.items() if name != "issue_date"}
    lines = format_mrz(MrzFormat.FR_CNI, undated | {"document_number": "151392301234"})

    assert codes(lines)["date.invalid"] is Severity.ERROR


def test_two_departments_are_told_but_may_be_right() -> None:
    """No official rule says that both lines name the same."""
    assert codes(old(department="752"))["department.differs"] is Severity.INFO


def test_a_new_card_without_expiry_is_not_accepted() -> None:
    """What the old card lacks the new one must have."""
    lines = (NEW_CARD[0], NEW_CARD[1][:8] + "<<<<<<" + NEW_CARD[1][14:], NEW_CARD[2])

    assert codes(lines)["field.missing"] is Severity.WARNING


def test_given_names_parted_by_two_fillers_come_out_of_a_noisy_zone() -> None:
    """The tail's shape is known although the composite guards the names."""
    lines = old(given_names="ZOE ANNE")
    cells = []
    for line in lines:
        array = np.full((36, 37), np.log(0.005 / 36))
        array[np.arange(36), [SYMBOLS.index(symbol) for symbol in line]] = np.log(0.995)
        cells.append(array)
    cells[1][24] = np.log(1e-6)
    cells[1][24, [SYMBOLS.index("K"), SYMBOLS.index("<")]] = np.log([0.7, 0.3])

    decoded = decode_zone((2, 36), cells)

    assert decoded.format is MrzFormat.FR_CNI
    assert decoded.lines == lines
    assert parse(decoded.lines, today=TODAY).fields["given_names"].value == "ZOE ANNE"
