from dataclasses import replace

import pytest

from schemas.documents import MrzFormat, PageZone, Route, Source
from schemas.errors import Unprocessable
from schemas.messages import FieldsExtracted, PagesPrepared, Request
from tests.workers.reading_fakes import (
    MRV_A,
    OLD_FRENCH_CARD,
    TD1,
    TD3,
    FakeMrz,
    FakeText,
    prepared,
    reading_of,
    tools,
)
from workers.extract import extract


def fields_extracted(read: FieldsExtracted | PagesPrepared) -> FieldsExtracted:
    """Return the message, which must not be one for another route."""
    assert isinstance(read, FieldsExtracted)
    return read


def test_every_field_of_a_zone_comes_with_all_it_takes_to_trust_it() -> None:
    """Value, raw cells, confidence, source, engine, page and box stand beside each other."""
    read = fields_extracted(extract(prepared("passport"), tools(FakeMrz(reading_of(TD3)))))

    fields = read.extraction.fields
    assert {name: one.value for name, one in fields.items()} == {
        "mrz_type": "P",
        "issuing_country": "UTO",
        "surname": "ERIKSSON",
        "given_names": "ANNA MARIA",
        "document_number": "L898902C3",
        "nationality": "UTO",
        "birth_date": "1974-08-12",
        "sex": "F",
        "expiry_date": "2027-04-15",
        "personal_number": "ZE184226B",
    }
    number = fields["document_number"]
    assert (number.raw, number.source, number.engine, number.page) == (
        "L898902C3",
        Source.MRZ,
        "fake-mrz/7",
        1,
    )
    # Nine of 44 cells of the lower line, which runs from 0.1 to 0.9.
    assert number.box == pytest.approx((0.1, 0.86, 0.1 + 0.8 * 9 / 44, 0.90))


def test_a_check_digit_makes_a_field_surer_than_its_symbols() -> None:
    """Guarded fields gain from their digits, broken ones lose, names stay as read."""
    good = reading_of(TD3, sure=0.98)
    broken = reading_of((TD3[0], TD3[1].replace("L898902C36", "L898902C37")), sure=0.98)

    right = fields_extracted(extract(prepared("passport"), tools(FakeMrz(good)))).extraction
    wrong = fields_extracted(extract(prepared("passport"), tools(FakeMrz(broken)))).extraction

    assert right.fields["surname"].confidence == pytest.approx(0.98**8)
    assert right.fields["document_number"].confidence > 0.99
    assert wrong.fields["document_number"].confidence < 0.5


def test_a_zone_that_was_not_read_surely_says_so_about_what_no_digit_guards() -> None:
    """The support of a reading travels as a finding with the fields concerned."""
    reading = reading_of(TD3, supported=False)

    read = fields_extracted(extract(prepared("passport"), tools(FakeMrz(reading))))

    (found,) = read.extraction.findings
    assert found.code == "names.unsupported"
    assert "surname" in found.fields
    assert "birth_date" not in found.fields


def test_a_passport_without_a_zone_has_no_fields_and_says_why() -> None:
    """Nothing is invented where nothing was read."""
    read = fields_extracted(extract(prepared("passport"), tools(FakeMrz())))

    assert dict(read.extraction.fields) == {}
    assert [one.code for one in read.extraction.findings] == ["mrz.not_found"]


def test_zones_that_were_read_before_are_not_read_again() -> None:
    """Prepare has read the page; extract takes its word, that there is none included."""
    zones = (PageZone(1, reading_of(TD3)), PageZone(7, reading_of(MRV_A)))
    seen = replace(prepared("passport"), zones=zones)
    unseen = replace(prepared("passport"), zones=())

    read = fields_extracted(extract(seen, tools(FakeMrz())))
    nothing = fields_extracted(extract(unseen, tools(FakeMrz(reading_of(TD3)))))

    assert read.extraction.fields["surname"].value == "ERIKSSON"
    assert read.also_found == ()
    assert [one.code for one in nothing.extraction.findings] == ["mrz.not_found"]


def test_a_second_document_in_the_picture_is_found_beside_the_first() -> None:
    """The type that was chosen comes first, whatever order the engine had."""
    mrz = FakeMrz(reading_of(MRV_A), reading_of(TD3), reading_of(TD3))

    read = fields_extracted(extract(prepared("passport"), tools(mrz)))

    assert read.extraction.document_type == "passport"
    assert [one.document_type for one in read.also_found] == ["visa"]


def test_a_card_keeps_its_own_type_when_a_passport_was_announced() -> None:
    """The caller's word is a hint; the zone tells what the document is."""
    read = fields_extracted(extract(prepared("passport"), tools(FakeMrz(reading_of(TD1)))))

    assert read.extraction.document_type == "id_card"
    assert read.extraction.fields["document_number"].value == "D23145890"


def test_the_old_french_card_is_sent_to_the_workers_of_its_country() -> None:
    """Announced as an identity card, it is one of its own kind and route."""
    reading = reading_of(OLD_FRENCH_CARD)

    sent = extract(prepared("id_card"), tools(FakeMrz(reading)))
    assert isinstance(sent, PagesPrepared)
    read = fields_extracted(extract(sent, tools(FakeMrz(reading))))

    assert (sent.document_type, sent.route) == ("fr_cni", Route.FR)
    assert read.extraction.mrz is not None
    assert read.extraction.mrz.format is MrzFormat.FR_CNI


def test_a_document_of_another_route_is_sent_there_once() -> None:
    """What a worker of one country cannot read goes to those who can, and never back."""
    elsewhere = prepared("passport", route=Route.TN)
    mrz = FakeMrz(reading_of(TD3))

    first = extract(elsewhere, tools(mrz))
    assert isinstance(first, PagesPrepared)
    second = extract(prepared("passport", route=Route.TN, rerouted=True), tools(mrz))

    assert (first.route, first.rerouted, first.document_type) == (Route.INTL, True, "passport")
    assert isinstance(second, FieldsExtracted)


def test_an_unknown_document_is_told_and_not_read() -> None:
    """No type, no extractor: the finding is the result."""
    read = fields_extracted(extract(prepared("unknown"), tools(FakeMrz(reading_of(TD3)))))

    assert read.extraction.document_type == "unknown"
    assert [one.code for one in read.extraction.findings] == ["document.not_found"]


def test_times_and_versions_go_on_from_the_stage_before() -> None:
    """CPU time adds up, versions join."""
    before = prepared("passport", timings_ms={"upright": 5.0, "cpu": 1000.0})

    read = fields_extracted(extract(before, tools(FakeMrz(reading_of(TD3)))))

    assert read.timings_ms["cpu"] > 1000
    assert set(read.timings_ms) >= {"upright", "extract", "cpu"}
    assert read.versions == {"bitaqa-prepare": "1", "fake-mrz": "7"}


def test_a_stored_picture_that_does_not_decode_is_never_tried_again() -> None:
    """A broken object would be broken the next time too."""
    ours = tools()
    ours.blobs.put("page", b"no picture", "image/png")

    with pytest.raises(Unprocessable) as caught:
        extract(prepared("passport"), ours)

    assert caught.value.reason == "image.malformed"


def test_text_is_read_in_the_languages_asked_for() -> None:
    """Lines go onto the page, the whole text into the result."""
    text = FakeText("Bonjour tout le monde\nA demain")

    read = fields_extracted(
        extract(prepared("text", request=Request(languages=("fra",))), tools(text=text))
    )

    assert text.asked == [("fra",)]
    assert read.extraction.text == "Bonjour tout le monde\nA demain"
    assert [line.text for line in read.pages[0].lines] == ["Bonjour tout le monde", "A demain"]


def test_text_is_read_in_latin_languages_where_none_is_asked_for() -> None:
    """Arabic is asked for; nothing but a second engine could support what was read."""
    text = FakeText("Total 1500")

    read = fields_extracted(extract(prepared("text"), tools(text=text)))

    assert text.asked == [("eng", "fra")]
    assert [one.code for one in read.extraction.findings] == ["text.unsupported"]


@pytest.mark.parametrize(
    ("hint", "document_type", "code"),
    [("text", "text", "text.not_found"), (None, "unknown", "document.not_found")],
)
def test_a_page_without_text_is_told(hint: str | None, document_type: str, code: str) -> None:
    """An empty page is an empty text only where somebody had said that it is text."""
    request = Request(document_type=hint)

    read = fields_extracted(extract(prepared("text", request=request), tools(text=FakeText(""))))

    assert read.extraction.document_type == document_type
    assert [one.code for one in read.extraction.findings] == [code]
