"""The Tunisian vehicle registration: its rules, its codes, what it is recognised from."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from schemas.documents import Page, Quality, Severity, Status, TextLine
from schemas.messages import Request
from tests.workers.documents.extractions import codes, extraction, judged
from tests.workers.reading_fakes import TODAY, tools
from tests.workers.visual.made_lines import first, line
from workers.blobs import MemoryBlobs
from workers.documents.document_type import Evidence, LoadedPage
from workers.documents.registry import candidates, document_types
from workers.documents.tn_carte_grise.check import check, doubtful
from workers.documents.tn_carte_grise.layout import CODED, FRONT
from workers.documents.tn_carte_grise.values import (
    parse_body,
    parse_category,
    parse_code,
    parse_either,
    parse_fuel,
    parse_holder,
    parse_holder_name,
    parse_make,
    parse_model,
    parse_seats,
    parse_word,
    parse_words,
)
from workers.visual.lines import SpottedLine, lines_key, to_bytes

CARD = {
    "registration_number": "227 TUN 7995",
    "vin": "ZFA19900010011861",
    "make": "FIAT",
    "first_registration_date": "2010-12-13",
    "issue_date": "2013-12-13",
    "holder_number": "01234567",
}


@pytest.mark.parametrize(
    ("changes", "code", "severity"),
    [
        ({"registration_number": "AA-123-BB"}, "plate.form", Severity.WARNING),
        ({"registration_number": "35-3478"}, "plate.form", Severity.WARNING),
        ({"vin": "ZFA199000P0118610"}, "vin.check_digit", Severity.INFO),
        ({"vin": "1M8GDM9A0KP042788"}, "vin.check_digit", Severity.WARNING),
        ({"vin": "ZFA1990000P01186"}, "vin.form", Severity.WARNING),
        ({"issue_date": "2009-12-13"}, "date.order", Severity.WARNING),
        ({"issue_date": "2127-01-01"}, "date.implausible", Severity.WARNING),
        ({"first_registration_date": "2027-01-01"}, "date.order", Severity.WARNING),
        ({"holder_number": "0123456"}, "holder_number.form", Severity.WARNING),
    ],
)
def test_each_rule_accepts_a_paper_and_refuses_another(
    changes: dict[str, str], code: str, severity: Severity
) -> None:
    """The check digit of makers who need not print one is an information only."""
    good = {**CARD, "vin": "1M8GDM9AXKP042788"}
    assert check(extraction("tn_carte_grise", good), TODAY) == ()
    found = check(extraction("tn_carte_grise", {**good, **changes}), TODAY)

    assert code in codes(found)
    assert {one.severity for one in found if one.code == code} == {severity}


def test_a_plate_whose_figures_something_touches_goes_to_a_person() -> None:
    """What was taken for a letter may be a figure of it."""
    short = {**CARD, "registration_number": "3 TUN 6447"}

    assert judged(extraction("tn_carte_grise", short, registration_number="6447 تونس 3ةئ"))[0] is (
        Status.REVIEW
    )


def test_two_short_numbers_are_doubted_where_the_print_leaves_their_order_open() -> None:
    """In Arabic the line may be turned round; in Latin letters, or with four digits, it is not.

    Nor is it where one of them is higher than series have come to.
    """
    short = {**CARD, "registration_number": "227 TUN 195"}
    arabic = extraction("tn_carte_grise", short, registration_number="227 تونس 195")
    latin = extraction("tn_carte_grise", short, registration_number="227 TUN 195")

    assert "plate.order" in judged(arabic)[1]
    assert judged(latin) == (Status.ACCEPTED, set())


def test_codes_of_the_newer_card_have_their_tunisian_meaning() -> None:
    """J is the fuel there and Q the fiscal power, not category and ratio."""
    fields = {zone.labels[0]: zone.field for zone in CODED.zones}

    assert (fields["J"], fields["Q"]) == ("fuel", "fiscal_power_cv")
    assert (fields["A"], fields["E"], fields["S.1"]) == ("registration_number", "vin", "seats")


def test_the_front_of_a_coded_card_is_asked_for_nothing_that_stands_behind() -> None:
    """The number of the vehicle and its data may be printed on the other side."""
    front = (
        line("A", 0.1, 0.1),
        line("N° d'immatriculation", 0.2, 0.1),
        line("222 TUN 3677", 0.65, 0.1),
        line("C.1", 0.1, 0.2),
        line("SALAH ALI", 0.2, 0.2),
    )

    assert "vin" in absent(front)
    assert "vin" not in absent((*front, line("E", 0.1, 0.3)))


def absent(lines: Sequence[SpottedLine]) -> set[str]:
    """Return the fields of sides that were not given with a page of these lines."""
    page = Page(1, 1, "pages/1.png", 600, 600, 0.0, Quality(1, 0.9, 0, 0.9))
    blobs = MemoryBlobs()
    blobs.put(lines_key(page.image_key), to_bytes(lines), "application/json")
    loaded = LoadedPage(page, np.full((600, 600, 3), 255, np.uint8))
    extract = document_types()["tn_carte_grise"].extract
    (read,) = extract((loaded,), Request(), replace(tools(), blobs=blobs)).extractions
    return {name for one in read.findings if one.code == "side.missing" for name in one.fields}


def test_values_are_normal_forms_or_nothing() -> None:
    """Codes without spaces, plain figures, names in either script."""
    assert parse_code("1888 XA1A01") == "1888XA1A01"
    assert parse_code("--") is None
    assert parse_seats("5 places") is None
    assert parse_seats("05") == "5"
    assert parse_seats("500") is None
    assert parse_either("عواطف بن صالح :") == "عواطف بن صالح"
    assert parse_either("RUE DE CARTHAGE 12") == "RUE DE CARTHAGE 12"
    assert parse_either("12") is None
    assert parse_either("clägll") is None
    assert parse_words("استعمال خاص") == "استعمال خاص"
    assert parse_words("18/11/2017 استعمال خاص") is None
    assert parse_word("zilall") is None
    assert parse_word("MERCEDES BENZ") == "MERCEDES BENZ"


def test_an_o_among_letters_of_a_makers_code_may_be_a_nought() -> None:
    """A code spells no word: DRU-N0UL was read as DRU-NOUL by everybody."""
    for face in (FRONT, CODED):
        (zone,) = (one for one in face.zones if one.field == "model_type")
        assert zone.open_places("DRU-NOUL") == {5}


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("راشد السعداوي", True),
        ("شركة النور للخدمات", True),
        ("عبد الحي بن علي", True),
        ("STE AL AMEN SARL", True),
        ("محمد عمارة", True),
        ("عمارة الطرابلسي", True),
        ("STE AFRIQUE 2000", True),
        ("SOCIETE ROUTE BLEUE", True),
        ("شركة النور نهج 12", False),
        ("ROUTE DE TUNIS", False),
        ("حي السلام نهج 7774 العالية", False),
        ("15 شارع الحرية", False),
        ("العالية 8877", False),
        ("37 RUE DE LA LIBERTE", False),
    ],
)
def test_an_address_is_no_holder(text: str, *, is_name: bool) -> None:
    """Its row stands next to the name's, and a misread label between them parts them no more."""
    assert (parse_holder_name(text) is not None) is is_name
    assert parse_either(text) is not None


def test_a_word_of_a_closed_list_is_the_value_of_no_other_field() -> None:
    """Fuels and bodies stand in the rows next to makes and models."""
    assert [parse_fuel(one) for one in ("ESSENCE", "ESSENGE", "ESSENCE/GPL", "MERCEDES-BENZ")] == [
        "ESSENCE",
        "ESSENCE",
        "ESSENCE/GPL",
        None,
    ]
    assert [parse_body(one) for one in ("BERLINE", "DIESEL", "عدد")] == ["BERLINE", None, None]
    assert [parse_fuel(one) for one in ("غازوال", "غازوال .", "الصانع")] == [
        "غازوال",
        "غازوال",
        None,
    ]
    assert parse_category("UTILITAIRE") == "UTILITAIRE"
    assert parse_body("CONDUITEINTERIEURE") == "CONDUITE INTERIEURE"
    assert parse_body("CAISSE NUE") == "CAISSE NUE"
    assert [parse_model(one) for one in ("POLO", "BERLINGO", "BERLINE", "GASOIL")] == [
        "POLO",
        "BERLINGO",
        None,
        None,
    ]
    assert [parse_make(one) for one in ("OPEL", "BREAK", "DIESEL")] == ["OPEL", None, None]
    assert [parse_category(one) for one in ("VP", "CTTE", "OPEL")] == ["VP", "CTTE", None]


def test_a_day_is_no_number_of_a_holder() -> None:
    """Whatever parts its figures, or nothing where the year is first."""
    assert parse_holder("01 234 567") == "01234567"
    assert parse_holder("2008/10/26") is None
    assert parse_holder("20081026") is None
    assert parse_holder("26.10.2008") is None
    assert parse_holder("1234567A") == "1234567A"


def seen(*texts: str) -> Evidence:
    """Return evidence of some lines of text."""
    lines = [TextLine(text, 0.9, (0.1, 0.1, 0.9, 0.2)) for text in texts]
    return Evidence(lines=tuple((1, line) for line in lines))


@pytest.mark.parametrize(
    "texts",
    [
        ("République Tunisienne", "Certificat d'immatriculation", "شهادة التسجيل"),
        ("RÉPUBLIQUE TUNISIENNE", "CERTIFICAT D'IMMATRICULATION", "D.1", "FIAT"),
        ("Constructeur", "Type constructeur", "Type commercial", "DPMC", "N° série du type"),
        ("Carrosserie", "Energie", "Puissance fiscale", "Nombre de places", "عدد المقاعد"),
    ],
)
def test_a_registration_is_known_by_its_words(texts: tuple[str, ...]) -> None:
    """Titles with the state's name, or the labels that only this paper has."""
    best = candidates(seen(*texts))[0]

    assert (best.document_type, best.country) == ("tn_carte_grise", "TUN")
    assert best.score >= 0.5


def test_a_french_registration_is_not_a_tunisian_one() -> None:
    """Both print the same French title."""
    french = seen("RÉPUBLIQUE FRANÇAISE", "CERTIFICAT D'IMMATRICULATION", "A", "AA-123-BB")
    scored = {one.document_type: one.score for one in candidates(french)}

    assert scored.get("tn_carte_grise", 0.0) < 0.5


def test_the_fields_are_those_of_the_contract() -> None:
    """Plate and vehicle number are required."""
    assert document_types()["tn_carte_grise"].required == ("registration_number", "vin")


@pytest.mark.parametrize(
    ("values", "doubted"),
    [
        ({"fiscal_power_cv": "3"}, ["fiscal_power_cv"]),
        ({"seats": "5"}, ["seats"]),
        ({"fiscal_power_cv": "7", "seats": "5", "model_type": "1K"}, []),
        ({"model_type": "GOLF"}, ["model_type"]),
        ({"model_type": "ABK-BTWN", "commercial_name": "GOLF"}, []),
        ({"issue_date": "2017-06-22"}, ["issue_date"]),
        ({"issue_date": "2017-06-22", "first_registration_date": "2017-06-12"}, []),
        ({"holder_address": "زهية غديرة"}, ["holder_address"]),
        ({"holder_address": "نهج قرطاج", "holder_name": "زهية غديرة"}, []),
    ],
)
def test_what_may_be_its_neighbours_value_is_doubted(
    values: dict[str, str], doubted: list[str]
) -> None:
    """A lone figure fits either label; words alone are no maker's type."""
    assert list(doubtful(values)) == doubted


def test_a_coded_form_tells_its_holders_number() -> None:
    """The code for a second name stands before it."""
    found = first(CODED, line("C.2 CIN / MF", 0.1, 0.1), line("12933232", 0.4, 0.1))

    assert found == {"holder_number": "12933232"}


def test_the_number_of_a_chassis_is_no_body() -> None:
    """Its label in Arabic holds the one of the body."""
    found = first(FRONT, line("عدد الهيكل", 0.7, 0.1), line("ZFA19900010011861", 0.3, 0.1))

    assert found == {"vin": "ZFA19900010011861"}
