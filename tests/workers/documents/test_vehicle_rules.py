from collections.abc import Mapping

import pytest

from schemas.documents import Extraction, FieldValue, Severity, Source
from tests.workers.reading_fakes import TODAY
from workers.documents.driving_licence.check import check as check_licence
from workers.documents.fr_carte_grise.check import check as check_certificate
from workers.documents.fr_carte_grise.extract import ENDED_MIN, keeps_ends

ENDED = ["P.1 1598", "J M1", *["F.2: 1645"] * (ENDED_MIN - 1)]


def extraction(code: str, country: str, fields: Mapping[str, str]) -> Extraction:
    """Return a reading of some fields, surely read."""
    values = {
        name: FieldValue(value, value, 0.99, Source.VISUAL, "test/1", 1)
        for name, value in fields.items()
    }
    return Extraction(code, country, values)


def codes(fields: Mapping[str, str], *, country: str = "") -> dict[str, Severity]:
    """Return the findings about a certificate, or about a licence where a country is named."""
    if country:
        found = check_licence(extraction("driving_licence", country, fields), TODAY)
    else:
        found = check_certificate(extraction("fr_carte_grise", "FRA", fields), TODAY)
    return {one.code: one.severity for one in found}


CERTIFICATE = {
    "registration_number": "AB-123-CD",
    "first_registration_date": "2012-03-04",
    "certificate_date": "2019-10-11",
    "vin": "1M8GDM9AXKP042788",
    "mass_max_technical_kg": "1915",
    "mass_max_kg": "1915",
    "mass_in_service_kg": "1382",
    "mass_empty_kg": "1307",
    "fuel": "GO",
    "seats": "5",
    "inspection_date": "2027-10-10",
}
LICENCE = {
    "birth_date": "1990-07-13",
    "issue_date": "2013-01-16",
    "licence_number": "13AA00002",
    "categories": "AM,B1,B",
}


def test_a_good_certificate_breaks_no_rule() -> None:
    """Nor does one of which little was read."""
    assert codes(CERTIFICATE) == {}
    assert codes({}) == {}


@pytest.mark.parametrize(
    ("change", "code", "severity"),
    [
        ({"registration_number": "AB-000-CD"}, "plate.form", Severity.WARNING),
        ({"vin": "1M8GDM9AXKP04278"}, "vin.form", Severity.WARNING),
        ({"vin": "1M8GDM9A1KP042788"}, "vin.check_digit", Severity.WARNING),
        ({"vin": "ZFA1990000P011861"}, "vin.check_digit", Severity.INFO),
        ({"fuel": "XX"}, "fuel.unknown", Severity.WARNING),
        ({"first_registration_date": "2019-10-12"}, "date.order", Severity.WARNING),
        ({"certificate_date": "2026-06-02"}, "date.implausible", Severity.WARNING),
        ({"inspection_date": "2040-01-01"}, "date.implausible", Severity.WARNING),
        ({"mass_in_service_kg": "3030"}, "mass.order", Severity.WARNING),
        ({"mass_empty_kg": "1400"}, "mass.order", Severity.WARNING),
        ({"mass_max_kg": "2000"}, "mass.order", Severity.WARNING),
        ({"seats": "0"}, "seats.implausible", Severity.WARNING),
    ],
)
def test_each_rule_of_the_certificate_tells_who_breaks_it(
    change: dict[str, str], code: str, severity: Severity
) -> None:
    """One wrong value, one finding; none of these rules is official enough to be an error."""
    assert codes({**CERTIFICATE, **change}) == {code: severity}


@pytest.mark.parametrize("number", ["3821 XB 92", "WW-111-AA", "W-111-AA", "105 C 1.75 X"])
def test_every_kind_of_number_is_a_good_one(number: str) -> None:
    """Old, provisional, garage's and diplomatic ones too."""
    assert codes({**CERTIFICATE, "registration_number": number}) == {}


def test_the_order_of_masses_needs_only_those_that_were_read() -> None:
    """A mass that the sheet leaves out is no reason for a doubt."""
    masses = {"mass_max_kg": "1915", "mass_empty_kg": "1307"}

    assert codes(masses) == {}
    assert codes({**masses, "mass_empty_kg": "1916"}) == {"mass.order": Severity.WARNING}


def test_a_good_licence_breaks_no_rule() -> None:
    """Whatever the country, where its numbers' form is not known."""
    assert codes(LICENCE, country="FRA") == {}
    assert codes({**LICENCE, "licence_number": "X1"}, country="MLT") == {}
    assert codes({**LICENCE, "licence_number": "12345678Z"}, country="ESP") == {}
    assert codes({"licence_number": "12/345678"}, country="TUN") == {}


@pytest.mark.parametrize(
    ("change", "country", "code"),
    [
        ({"licence_number": "13AA0000"}, "FRA", "licence_number.form"),
        ({"licence_number": "1234567"}, "TUN", "licence_number.form"),
        ({"licence_number": "12345678A"}, "ESP", "licence_number.check_letter"),
        ({"categories": "AM,B7"}, "FRA", "category.unknown"),
        ({"issue_date": "2004-07-12"}, "FRA", "age.implausible"),
    ],
)
def test_each_rule_of_the_licence_tells_who_breaks_it(
    change: dict[str, str], country: str, code: str
) -> None:
    """Forms of numbers are not official, so none is an error."""
    assert codes({**LICENCE, **change}, country=country) == {code: Severity.WARNING}


def test_an_age_is_reached_on_the_birthday() -> None:
    """Fourteen years to the day are enough; a leap day's child is no day late."""
    assert codes({**LICENCE, "issue_date": "2004-07-13"}, country="FRA") == {}
    leap = {"birth_date": "2000-02-29", "issue_date": "2014-03-01"}
    assert codes(leap, country="DEU") == {}


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (["G 1136", *ENDED], True),
        (["(G): 1136", *ENDED], True),
        (["G 1136", *ENDED[:5]], False),
        (["G 1136", "G.1"], True),
        (["1136", "G.1"], True),
        (["1136", *ENDED], False),
        (["G 1136", *["F.2 1645"] * ENDED_MIN], False),
        (["G 1136", "J M1", *["P.1 1598"] * ENDED_MIN], False),
        (["G 1136", "G 1061", *ENDED], False),
        (["G 1136", "P 1598", *ENDED], False),
        (["G 1136", "F", "C.4a EST LE PROPRIETAIRE", *ENDED], True),
    ],
)
def test_a_code_has_kept_its_end_where_all_others_have(texts: list[str], *, kept: bool) -> None:
    """Else a G may be a G.1: few others show how codes fare, two cannot both be it."""
    assert keeps_ends(texts) is kept
