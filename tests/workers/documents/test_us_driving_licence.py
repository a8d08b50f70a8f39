from dataclasses import replace
from datetime import date

import cv2
import pytest

from schemas.documents import Barcode, PageBarcode, Severity, Source, Status, TextLine
from schemas.messages import FieldsExtracted, Request
from tests.workers.reading_fakes import NOW, TODAY, prepared, tools
from tests.workers.text.test_aamva import HEAD, VIRGINIA
from workers.documents.document_type import Evidence, Level
from workers.documents.registry import candidates
from workers.drawing.write import draw_specimen
from workers.extract import extract
from workers.read import local_tools, read_document
from workers.validate import validate

CODE = "us_driving_licence"
QUAD = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.4), (0.1, 0.4))


def read(*texts: str) -> FieldsExtracted:
    """Return what extract makes of a page with these barcodes."""
    barcodes = tuple(PageBarcode(1, Barcode("PDF417", text, QUAD)) for text in texts)
    found = extract(replace(prepared(CODE), barcodes=barcodes), tools())
    assert isinstance(found, FieldsExtracted)
    return found


def codes(*elements: str) -> dict[str, Severity]:
    """Return the findings on a licence that is right but for these elements."""
    right = {
        "DAQ": "T64235789",
        "DCS": "SAMPLE",
        "DAC": "MICHAEL",
        "DBB": "06061986",
        "DBA": "12102034",
        "DAJ": "VA",
        "DCG": "USA",
    }
    changed = right | {element[:3]: element[3:] for element in elements}
    text = HEAD + "DL" + "\n".join(code + value for code, value in changed.items()) + "\r"
    return {one.code: one.severity for one in validate(read(text), TODAY, NOW).findings}


def test_a_barcode_tells_the_type_and_the_country() -> None:
    """No other type claims it."""
    evidence = Evidence(barcodes=((1, Barcode("PDF417", VIRGINIA, QUAD)),))

    (found,) = candidates(evidence)

    assert (found.document_type, found.country) == (CODE, "USA")
    assert candidates(Evidence(barcodes=((1, Barcode("PDF417", "M1DOE/JOHN", QUAD)),))) == ()


def test_a_front_whose_barcode_is_unread_is_known_by_its_words() -> None:
    """The title alone, or another country's, is not enough."""

    def score(*texts: str) -> float:
        lines = tuple((1, TextLine(text, 0.99, (0.1, 0.1, 0.9, 0.2))) for text in texts)
        found = {one.document_type: one.score for one in candidates(Evidence(lines=lines))}
        return found.get(CODE, 0.0)

    values = ("4d DL Y0119178", "4bEXP 07/03/2021", "3 DOB 07/03/1996", "15SEX X")
    assert score("ILLINOIS DRIVER LICENSE", *values) > 0.5
    assert score("ILLINOIS DRIVER LICENSE") < 0.5
    assert score("DRIVING LICENCE", "1. SMITH", "4b. 03.07.2031") < 0.5


def test_every_field_comes_from_the_barcode_with_its_place() -> None:
    """Source, engine's trust and box are told; an expired card is accepted."""
    found = read(VIRGINIA)

    licence = found.extraction.fields["licence_number"]
    assert (licence.value, licence.source) == ("T64235789", Source.BARCODE)
    assert licence.box == (0.1, 0.1, 0.9, 0.4)
    assert validate(found, TODAY, NOW).status is Status.ACCEPTED
    assert "document.expired" in {one.code for one in validate(found, TODAY, NOW).findings}


def test_two_cards_in_the_pictures_are_two_documents() -> None:
    """The same barcode seen twice is one."""
    other = VIRGINIA.replace("T64235789", "T64235780")

    found = read(VIRGINIA, VIRGINIA, other)

    assert len(found.also_found) == 1
    assert found.also_found[0].fields["licence_number"].value == "T64235780"


def test_a_card_without_its_barcode_is_rejected_with_advice() -> None:
    """The front alone gives nothing."""
    result = validate(read(), TODAY, NOW)

    assert result.status is Status.REJECTED
    assert next(one.code for one in result.findings) == "barcode.not_found"


def test_a_right_licence_breaks_no_rule() -> None:
    """Nothing is held against it."""
    assert codes() == {}


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ("DAJZZ", "region.unknown"),
        ("DAJON", "region.unknown"),
        ("DBB01012020", "date.implausible"),
        ("DBB13012000", "barcode.malformed"),
        ("DDET", "names.truncated"),
        ("DAQ", "field.missing"),
    ],
)
def test_each_rule_refuses_what_breaks_it(element: str, code: str) -> None:
    """A province of the other country, a child at the wheel, a month 13, cut names, no number."""
    assert codes(element)[code] is Severity.WARNING


def test_a_childs_identity_card_is_right() -> None:
    """Only licences ask for an age."""
    text = VIRGINIA.replace("DL00410278", "ID00410278").replace("DLDAQ", "IDDAQ")
    text = text.replace("DBB06061986", "DBB06062018")

    found = {one.code: one.severity for one in validate(read(text), date(2020, 1, 1), NOW).findings}

    assert found == {"card.not_a_licence": Severity.INFO}


@pytest.mark.parametrize("level", [Level.CLEAN, Level.PHOTO])
def test_a_drawn_back_is_read_from_its_picture_alone(level: Level) -> None:
    """Turned on its side as well; the page comes out upright."""
    specimen = draw_specimen(CODE, 5, level)
    side = cv2.rotate(specimen.images[1], cv2.ROTATE_90_CLOCKWISE)

    result = read_document([cv2.imencode(".jpg", side)[1].tobytes()], Request(), local_tools())

    assert (result.document_type, result.status) == (CODE, Status.ACCEPTED)
    assert {name: one.value for name, one in result.fields.items()} == dict(specimen.fields)
    assert result.pages[0].width_px > result.pages[0].height_px
