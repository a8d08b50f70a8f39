import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.text.aamva import Licence, day, is_aamva, parse

HEAD = "@\n\x1e\rANSI 636000100102DL00410278ZV03190008"
VIRGINIA = (
    HEAD + "DLDAQT64235789\nDCSSAMPLE\nDDEN\nDACMICHAEL\nDDFN\nDADJOHN\nDDGN\nDCUJR\nDCAD\nDCBK\n"
    "DCDPH\nDBD06062019\nDBB06061986\nDBA12102024\nDBC1\nDAU068 in\nDAYBRO\n"
    "DAG2300 WEST BROAD STREET\nDAIRICHMOND\nDAJVA\nDAK232690000  \n"
    "DCF2424244747474786102204\nDCGUSA\nDCK123456789\nDDAF\nDDB06062018\rZVZVA01\r"
)
"""The sample of AAMVA's standard of 2020."""


def licence(text: str) -> Licence:
    """Return what a text that is a licence's says."""
    found = parse(text)
    assert found is not None
    return found


def made(elements: str, head: str = HEAD) -> Licence:
    """Return a licence of these elements, parted by spaces written as vertical bars."""
    return licence(head + "DL" + elements.replace("|", "\n") + "\r")


def test_the_standards_own_sample_gives_every_field() -> None:
    """Names without the suffix, dates with the year first, the ZIP code without empty digits."""
    found = licence(VIRGINIA)

    assert dict(found.fields) == {
        "surname": "SAMPLE",
        "given_names": "MICHAEL JOHN",
        "birth_date": "1986-06-06",
        "sex": "M",
        "issue_date": "2019-06-06",
        "expiry_date": "2024-12-10",
        "licence_number": "T64235789",
        "address": "2300 WEST BROAD STREET",
        "city": "RICHMOND",
        "region": "VA",
        "postal_code": "23269",
        "categories": "D",
    }
    assert (found.issuer, found.version, found.country) == ("636000", 10, "USA")
    assert found.is_licence
    assert found.truncated == found.malformed == ()


def test_the_first_version_writes_one_name_and_the_year_first() -> None:
    """Its header is AAMVA's own and counts no version of the jurisdiction."""
    found = licence(
        "@\n\x1c\rAAMVA6360000101DL00290179"
        "DLDAAPUBLIC,JOHN,QUINCY\nDAQ1234 5678\nDBB19700131\nDBA20350131\nDBCF\nDARC\n\r"
    )

    assert found.version == 1
    assert dict(found.fields) == {
        "surname": "PUBLIC",
        "given_names": "JOHN QUINCY",
        "birth_date": "1970-01-31",
        "sex": "F",
        "expiry_date": "2035-01-31",
        "licence_number": "12345678",
        "categories": "C",
    }


@pytest.mark.parametrize(
    ("elements", "given"),
    [
        ("DCTJOHN,QUINCY", "JOHN QUINCY"),
        ("DCTJohn Quincy", "JOHN QUINCY"),
        ("DACJOHN|DADNONE", "JOHN"),
        ("DACJOHN|DAD", "JOHN"),
    ],
)
def test_given_names_stand_in_one_element_or_in_two(elements: str, given: str) -> None:
    """Versions 2 and 3 join them, later ones part them; NONE is nobody's name."""
    assert made("DAQ1|DCSPUBLIC|" + elements).fields["given_names"] == given


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("01311970", "1970-01-31"),
        ("19700131", "1970-01-31"),
        ("12202019", "2019-12-20"),
        ("20191220", "2019-12-20"),
        ("13311970", None),
        ("02302001", None),
        ("1311970", None),
        ("unknown", None),
    ],
)
def test_a_day_is_told_with_month_or_year_first(written: str, meant: str | None) -> None:
    """No month is 19 or 20: no eight digits are a day in both ways of writing."""
    assert day(written) == meant


@pytest.mark.parametrize(
    ("elements", "head", "country"),
    [
        ("DCGCAN", HEAD, "CAN"),
        ("DAJON", HEAD, "CAN"),
        ("DAJVA", HEAD, "USA"),
        ("DAQ1", HEAD.replace("636000", "636012"), "CAN"),
        ("DAQ1", HEAD, "USA"),
    ],
)
def test_the_country_is_written_or_follows_from_the_issuer(
    elements: str, head: str, country: str
) -> None:
    """Early versions have no element for it."""
    assert made(elements, head).country == country


def test_what_cannot_be_is_told_and_has_no_value() -> None:
    """A thirteenth month, a sex of no code; the rest is read."""
    found = made("DAQ1|DBB13311970|DBC7|DCSPUBLIC")

    assert set(found.malformed) == {"birth_date", "sex"}
    assert dict(found.fields) == {"licence_number": "1", "surname": "PUBLIC"}


def test_cut_names_are_told() -> None:
    """The issuer marks what did not fit."""
    found = made("DCSPUBLI|DDET|DACJOHN|DDFN|DADQ|DDGT")

    assert found.truncated == ("surname", "given_names")


def test_an_identity_card_is_no_licence() -> None:
    """Its subfile is called ID."""
    text = VIRGINIA.replace("DL00410278", "ID00410278").replace("DLDAQ", "IDDAQ")

    assert not licence(text).is_licence
    assert licence(text).fields["licence_number"] == "T64235789"


@pytest.mark.parametrize("zip_code", ["23269-1234", "232691234", "23269 1234"])
def test_a_longer_zip_code_keeps_its_other_digits(zip_code: str) -> None:
    """As letters are addressed."""
    assert made(f"DAK{zip_code}").fields["postal_code"] == "23269-1234"


def test_wrong_offsets_do_not_matter() -> None:
    """Issuers get them wrong; the elements stand for themselves."""
    assert licence(VIRGINIA.replace("00410278", "99990001")).fields == licence(VIRGINIA).fields


@pytest.mark.parametrize("text", ["", "@", "https://example.org", "@\n\x1e\rANSI 12", "M1DOE/JOHN"])
def test_other_barcodes_are_no_licence(text: str) -> None:
    """Boarding passes have PDF417 too."""
    assert parse(text) is None
    assert not is_aamva(text)


@given(st.text(st.characters(max_codepoint=255), max_size=200))
def test_no_barcode_breaks_the_parser(text: str) -> None:
    """Whatever a barcode holds, something comes out, and no value of it in an error."""
    parse(text)
    parse(HEAD + "DL" + text)


@pytest.mark.parametrize(
    ("encoded", "printed"), [("T7F0H9", "T7F 0H9"), ("t7f 0h9", "T7F 0H9"), ("232690000", "23269")]
)
def test_postal_codes_are_given_as_they_are_printed(encoded: str, printed: str) -> None:
    """Canadian ones in two parts."""
    assert made(f"DAQ1|DAK{encoded}").fields["postal_code"] == printed
