from collections.abc import Mapping
from dataclasses import replace

import pytest

from schemas.documents import Extraction, FieldValue, Finding, MrzReading, Severity, Source, Status
from schemas.messages import DocumentRead, FieldsExtracted, Request
from tests.workers.reading_fakes import (
    MRV_A,
    NOW,
    TD3,
    TODAY,
    FakeMrz,
    FakeText,
    page,
    prepared,
    reading_of,
    tools,
)
from workers.documents.registry import document_types
from workers.extract import extract
from workers.findings import CATALOGUE, REJECTING, finding
from workers.ports import Image
from workers.text.mrz import check_digit
from workers.validate import validate


class OneForEachPage(FakeMrz):
    """Finds its readings one after the other."""

    def read(
        self,
        page: Image,
        *,
        turns: tuple[int, ...] = (0, 90, 180, 270),
        thorough: bool = True,
    ) -> tuple[MrzReading, ...]:
        """Return the next reading."""
        self._readings, now = self._readings[1:], self._readings[:1]
        return now


def extracted(
    *lines: str, supported: bool = True, request: Request | None = None
) -> FieldsExtracted:
    """Return what extract makes of a passport with these lines."""
    mrz = FakeMrz(reading_of(lines or TD3, supported=supported))
    read = extract(prepared("passport", request=request), tools(mrz))
    assert isinstance(read, FieldsExtracted)
    return read


def judged(read: FieldsExtracted) -> tuple[Status, set[str]]:
    """Return the verdict and the codes found."""
    result = validate(read, TODAY, NOW)
    return result.status, {one.code for one in result.findings}


def lower_line(**cells: str) -> str:
    """Return the second line of TD3 with other cells and check digits that hold."""
    number = cells.get("number", "L898902C3")
    number += check_digit(number)
    birth = cells.get("birth", "740812")
    birth += check_digit(birth)
    expiry = cells.get("expiry", "270415")
    expiry += check_digit(expiry)
    own = "ZE184226B<<<<<1"
    nation, sex = cells.get("nation", "UTO"), cells.get("sex", "F")
    return f"{number}{nation}{birth}{sex}{expiry}{own}{check_digit(number + birth + expiry + own)}"


def with_fields(read: FieldsExtracted, **changes: Mapping[str, object]) -> FieldsExtracted:
    """Return the message with some fields changed or added."""
    fields = dict(read.extraction.fields)
    visual = FieldValue("", "", 0.99, Source.VISUAL, "fake/1", 1)
    for name, change in changes.items():
        fields[name] = replace(fields.get(name, visual), **change)  # type: ignore[arg-type]  # a test's own keywords
    return replace(read, extraction=replace(read.extraction, fields=fields))


def test_a_passport_whose_digits_all_hold_is_accepted() -> None:
    """Checks, support and every required field: the promise can be made."""
    result = validate(extracted(), TODAY, NOW)

    assert result.status is Status.ACCEPTED
    assert result.findings == ()
    assert result.read_at == NOW
    assert result.confidence == min(
        result.fields[name].confidence for name in ("surname", "nationality", "issuing_country")
    )


@pytest.mark.parametrize(
    ("old", "broken", "code", "fields"),
    [
        ("L898902C36", "L898902C37", "mrz.check_digit", ("document_number",)),
        ("7408122F", "7408123F", "mrz.check_digit", ("birth_date",)),
        ("2704151Z", "2704152Z", "mrz.check_digit", ("expiry_date",)),
        ("<<<<<18", "<<<<<28", "mrz.check_digit", ("personal_number",)),
        ("<<<<<18", "<<<<<19", "mrz.composite", ()),
    ],
)
def test_a_check_digit_that_does_not_hold_forbids_accepted(
    old: str, broken: str, code: str, fields: tuple[str, ...]
) -> None:
    """Each digit has its own finding with the field that it guards."""
    result = validate(extracted(TD3[0], TD3[1].replace(old, broken)), TODAY, NOW)

    assert result.status is Status.REVIEW
    assert (code, fields) in {(one.code, one.fields) for one in result.findings}


@pytest.mark.parametrize(
    ("upper", "lower", "code"),
    [
        (TD3[0], lower_line(), None),
        (TD3[0].replace("P<UTO", "PDUTO"), lower_line(), None),
        (TD3[0].replace("P<UTO", "I<UTO"), lower_line(), "mrz.document_code"),
        (TD3[0].replace("P<UTO", "P<D<<"), lower_line(nation="D<<"), None),
        (TD3[0].replace("P<UTO", "P<Q1Z"), lower_line(), "country.unknown"),
        (TD3[0], lower_line(nation="UTQ"), "country.unknown"),
        (TD3[0], lower_line(nation="XXA"), None),
        (TD3[0], lower_line(birth="740231"), "date.invalid"),
        (TD3[0], lower_line(expiry="271331"), "date.invalid"),
        (TD3[0].replace("ERIKSSON", "ERIKS5ON"), lower_line(), "field.symbols"),
        (TD3[0].replace("ANNA", "4NNA"), lower_line(), "field.symbols"),
        (TD3[0], lower_line(sex="<"), None),
        (TD3[0], lower_line(sex="K"), "field.symbols"),
    ],
)
def test_each_rule_of_the_zone_lets_one_pass_and_holds_one(
    upper: str, lower: str, code: str | None
) -> None:
    """The rule's finding and review, or neither."""
    status, codes = judged(extracted(upper, lower))

    if code is None:
        assert (status, codes) == (Status.ACCEPTED, set())
    else:
        assert status is Status.REVIEW
        assert code in codes


def test_a_code_that_no_list_knows_is_right_where_it_is_surely_printed() -> None:
    """States print codes of their own; a doubtful one may be a known one misread."""
    own = TD3[0].replace("P<UTO", "P<BDR")

    assert judged(extracted(own, TD3[1])) == (Status.ACCEPTED, {"country.unknown"})
    assert judged(extracted(own, TD3[1], supported=False))[0] is Status.REVIEW


def test_names_without_support_go_to_a_person() -> None:
    """No digit guards a name: a doubtful one is never promised to be right."""
    status, codes = judged(extracted(supported=False))

    assert (status, codes) == (Status.REVIEW, {"names.unsupported"})


@pytest.mark.parametrize("expiry", ["200101", "260531"])
def test_an_expired_document_can_be_read_right(expiry: str) -> None:
    """The verdict judges the reading; the expiry is an information."""
    status, codes = judged(extracted(TD3[0], lower_line(expiry=expiry)))

    assert (status, codes) == (Status.ACCEPTED, {"document.expired"})


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("issue_date", "2017-04-15", None),
        ("issue_date", "2017-02-29", "date.invalid"),
        ("issue_date", "15.04.2017", "date.invalid"),
        ("issue_date", "1974-08-11", "date.order"),
        ("issue_date", "2027-01-01", "date.implausible"),
        ("expiry_date", "1974-01-01", "date.order"),
        ("expiry_date", "2089-01-01", "date.implausible"),
        ("birth_date", "1890-01-01", "date.implausible"),
        ("birth_date", "2026-06-02", "date.implausible"),
    ],
)
def test_dates_must_exist_and_fit_together(field: str, value: str, code: str | None) -> None:
    """A day in the calendar, a life that can be lived, an issue after the birth."""
    status, codes = judged(with_fields(extracted(), **{field: {"value": value}}))

    assert (status is Status.ACCEPTED) == (code is None)
    assert codes >= ({code} if code else set())


def test_a_day_that_the_document_leaves_unknown_is_no_fault_of_the_reading() -> None:
    """A part printed as unknown stays 00 and is told."""
    read = with_fields(extracted(), birth_date={"value": "1974-08-00"})

    assert judged(read) == (Status.ACCEPTED, {"date.incomplete"})


@pytest.mark.parametrize(
    ("change", "code"),
    [({"confidence": 0.3}, "field.unsure"), ({"grounded": False}, "field.ungrounded")],
)
def test_a_value_that_nothing_supports_forbids_accepted(
    change: dict[str, object], code: str
) -> None:
    """In doubt, a person looks."""
    status, codes = judged(with_fields(extracted(), surname=change))

    assert (status, codes) == (Status.REVIEW, {code})


def test_a_required_field_that_is_missing_forbids_accepted() -> None:
    """A zone without a name is no whole document, and nothing to be confident of."""
    read = extracted("P<UTO" + "<" * 39, TD3[1])

    result = validate(read, TODAY, NOW)

    assert result.status is Status.REVIEW
    assert result.confidence == 0.0
    assert ("field.missing", ("surname",)) in {(one.code, one.fields) for one in result.findings}


@pytest.mark.parametrize(("lines", "status"), [(TD3, Status.ACCEPTED), ((), Status.REJECTED)])
def test_a_blurred_picture_matters_only_where_no_check_confirms(
    lines: tuple[str, ...], status: Status
) -> None:
    """Check digits outweigh the look of the picture; the issue is told all the same."""
    mrz = FakeMrz(*([reading_of(lines)] if lines else []))
    read = extract(prepared("passport", issues=("blurred",)), tools(mrz))
    assert isinstance(read, FieldsExtracted)

    result = validate(read, TODAY, NOW)

    severity = {one.code: one.severity for one in result.findings}["page.blurred"]
    assert result.status is status
    assert severity is (Severity.INFO if lines else Severity.WARNING)


@pytest.mark.parametrize(("text", "status"), [("Hello", Status.REVIEW), ("", Status.REJECTED)])
def test_text_is_never_accepted(text: str, status: Status) -> None:
    """No check digit guards it, no second engine confirms it: a person looks."""
    request = Request(document_type="text")
    read = extract(prepared("text", request=request), tools(text=FakeText(text)))
    assert isinstance(read, FieldsExtracted)

    assert validate(read, TODAY, NOW).status is status


@pytest.mark.parametrize("document_type", ["unknown", "no_such_type"])
def test_what_is_no_document_is_rejected(document_type: str) -> None:
    """A verdict, not an error: the caller is told that nothing was found."""
    read = extract(prepared(document_type), tools())
    assert isinstance(read, FieldsExtracted)

    result = validate(read, TODAY, NOW)

    assert (result.status, result.confidence) == (Status.REJECTED, 0.0)
    assert [one.code for one in result.findings] == ["document.not_found"]


def test_what_was_announced_otherwise_goes_to_a_person() -> None:
    """The reading may be right, but it is not what the caller is waiting for."""
    visa = Request(document_type="visa", country="FRA")

    status, codes = judged(extracted(request=visa))

    assert status is Status.REVIEW
    assert codes == {"type.hint_contradicted", "country.hint_contradicted"}
    assert judged(extracted(request=Request(document_type="passport", country="UTO"))) == (
        Status.ACCEPTED,
        set(),
    )


@pytest.mark.parametrize("country", ["DE", "DEU", "D"])
def test_a_country_may_be_announced_in_any_spelling(country: str) -> None:
    """Two letters, three, or what the document itself prints."""
    german = (TD3[0].replace("P<UTO", "P<D<<"), lower_line(nation="D<<"))

    result = validate(extracted(*german, request=Request(country=country)), TODAY, NOW)

    assert (result.country, result.findings) == ("DEU", ())


def test_a_doubt_of_the_stage_before_still_counts() -> None:
    """Findings travel with the document until the verdict."""
    doubt = Finding("type.hint_contradicted", Severity.WARNING)

    assert judged(replace(extracted(), findings=(doubt,)))[0] is Status.REVIEW


def test_each_document_in_the_picture_gets_its_own_verdict() -> None:
    """A doubtful visa beside a good passport leaves the passport as good as it is."""
    doubtful = reading_of((MRV_A[0], MRV_A[1].replace("C4XXX", "C5XXX")))
    read = extract(prepared("passport"), tools(FakeMrz(reading_of(TD3), doubtful)))
    assert isinstance(read, FieldsExtracted)

    result = validate(read, TODAY, NOW)

    assert result.status is Status.ACCEPTED
    assert [(one.document_type, one.status) for one in result.also_found] == [
        ("visa", Status.REVIEW)
    ]


def test_no_value_stands_in_a_finding_or_a_repr() -> None:
    """Whoever logs a result by accident logs no person."""
    result: DocumentRead = validate(extracted(supported=False), TODAY, NOW)

    assert "ERIKSSON" not in repr(result)
    assert all("ERIKSSON" not in one.message for one in result.findings)


def test_every_finding_has_a_sentence_and_rejecting_ones_are_errors() -> None:
    """The catalogue is whole."""
    assert all(one.message.endswith(".") for one in CATALOGUE.values())
    assert all(CATALOGUE[code].severity is Severity.ERROR for code in REJECTING)
    with pytest.raises(KeyError):
        finding("no.such_code")


def test_an_extraction_alone_is_judged_by_the_page_it_stands_on() -> None:
    """The blur of another page is not held against a document."""
    read = extracted()
    other = replace(page(("blurred",)), number=2)

    result = validate(replace(read, pages=(*read.pages, other)), TODAY, NOW)

    assert result.findings == ()
    assert isinstance(read.extraction, Extraction)


def test_names_that_fill_their_zone_go_to_a_person() -> None:
    """The rest of a name that was cut stands nowhere in the zone: the value would be wrong."""
    full = ("P<UTOERIKSSON<<ANNA<MARIA<WILHELMINA<CHARLOT", TD3[1])

    assert judged(extracted(*full)) == (Status.REVIEW, {"names.truncated"})


@pytest.mark.parametrize(
    ("page_number", "number", "status"),
    [
        # Another person's passport in the same picture is a document of its own.
        (1, "L898902C4", Status.ACCEPTED),
        # As the other side or page of this document it cannot be.
        (2, "L898902C4", Status.REVIEW),
        # Nor can the same passport have two names.
        (1, "L898902C3", Status.REVIEW),
        (2, "L898902C3", Status.REVIEW),
    ],
)
def test_two_zones_that_cannot_both_be_this_document_go_to_a_person(
    page_number: int, number: str, status: Status
) -> None:
    """Which of the two the caller meant, and which is right, no check digit tells."""
    other = reading_of((TD3[0].replace("SSON<<", "SEN<<<"), lower_line(number=number)))
    message = prepared("passport")
    engine = FakeMrz(reading_of(TD3), other)
    if page_number == 2:
        message = replace(message, pages=(*message.pages, replace(page(), number=2)))
        engine = OneForEachPage(reading_of(TD3), other)

    read = extract(message, tools(engine))

    assert isinstance(read, FieldsExtracted)
    assert len(read.also_found) == 1
    assert validate(read, TODAY, NOW).status is status


def test_fields_of_a_side_that_was_not_given_are_not_asked_for() -> None:
    """One side alone can be accepted by its own evidence; the finding says what is absent."""
    read = with_fields(extracted())
    absent = finding("side.missing", "surname", "birth_date")
    fewer = {n: v for n, v in read.extraction.fields.items() if n not in absent.fields}
    alone = replace(read.extraction, fields=fewer, findings=(absent,))

    assert judged(replace(read, extraction=alone)) == (Status.ACCEPTED, {"side.missing"})
    assert validate(replace(read, extraction=alone), TODAY, NOW).confidence > 0.9
    # Without the finding the same fields are missing.
    missing = judged(replace(read, extraction=replace(alone, findings=())))
    assert missing == (Status.REVIEW, {"field.missing"})


def test_a_side_on_which_nothing_was_read_is_not_accepted() -> None:
    """Where no field is asked for any more, those that were read count: there must be one."""
    read = extracted()
    absent = finding("side.missing", *document_types()["passport"].required)
    nothing = replace(read.extraction, fields={}, mrz=None, findings=(absent,))

    result = validate(replace(read, extraction=nothing), TODAY, NOW)

    assert (result.status, result.confidence) == (Status.REVIEW, 0.0)
