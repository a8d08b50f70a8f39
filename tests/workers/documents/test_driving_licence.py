from schemas.documents import Extraction, FieldValue, Source
from workers.documents.driving_licence.extract import _with_century, _with_doubt, _with_number


def value(text: str, raw: str = "") -> FieldValue:
    """Return a field that was read surely."""
    return FieldValue(text, raw or text, 0.99, Source.VISUAL, "test/1", 1)


def licence(country: str, **fields: FieldValue) -> Extraction:
    """Return what was read of a licence."""
    return Extraction("driving_licence", country, fields)


def test_a_birth_with_a_short_year_lies_before_the_issue() -> None:
    """61 is 1961 where the licence was issued in 2022; a whole year is left alone."""
    issue = value("2022-03-29")
    short = licence("DEU", birth_date=value("2061-04-01", "01.04.61 KIEL"), issue_date=issue)
    young = licence("DEU", birth_date=value("2004-04-01", "01.04.04"), issue_date=issue)
    whole = licence("DEU", birth_date=value("1961-04-01", "01.04.1961"), issue_date=issue)

    assert _with_century(short).fields["birth_date"].value == "1961-04-01"
    assert _with_century(young).fields["birth_date"].value == "2004-04-01"
    assert _with_century(whole) == whole


def test_the_country_tells_the_form_of_the_number() -> None:
    """A letter among figures is a figure where the form says so."""
    read = licence("TUN", licence_number=value("63/O66746"))

    assert _with_number(read).fields["licence_number"].value == "63/066746"
    unknown = licence("MLT", licence_number=value("63/O66746"))
    assert _with_number(unknown).fields["licence_number"].value == "63/O66746"


def test_names_in_letters_that_one_reader_knows_are_doubted() -> None:
    """Two engines dropped the accent of a Polish town; French ones both know."""
    polish = _with_doubt(licence("POL", surname=value("KOWAL"), licence_number=value("12345")))
    french = _with_doubt(licence("FRA", surname=value("MARTIN")))

    assert [(one.code, one.fields) for one in polish.findings] == [
        ("field.unsupported", ("surname",))
    ]
    assert french.findings == ()
