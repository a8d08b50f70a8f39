"""The third stage: judges what was read.

A reading is ``rejected`` where there is nothing to judge, ``review`` where any rule is broken or
any value lacks support, else ``accepted``. Its confidence is the least of its required fields'
confidences, 0 where one is missing: fields of one zone are right or wrong together, so a product
would doubt long documents more than short ones.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from time import perf_counter, thread_time

from schemas.documents import (
    Extraction,
    FieldValue,
    Finding,
    Page,
    Reading,
    Severity,
    Source,
    Status,
)
from schemas.messages import DocumentRead, FieldsExtracted, Request
from workers.documents.document_type import DocumentType
from workers.documents.registry import document_types
from workers.findings import CATALOGUE, REJECTING, finding
from workers.text.countries import alpha3_of

UNSURE_BELOW = 0.8
"""A value that may well be wrong is never accepted, whatever the checks say."""

AGE_YEARS_MAX = 125
"""Nobody with a document is older."""

VALIDITY_YEARS_MAX = 50
"""No document is valid for longer from now."""

EXPIRED_YEARS_MAX = 50
"""An older expiry date was more likely misread."""


def validate(extracted: FieldsExtracted, today: date, now: datetime) -> DocumentRead:
    """Return the extraction with its verdict. A broken rule is a finding, not an error."""
    started, cpu_started = perf_counter(), thread_time()
    # What prepare found concerns the document that was asked for, not the ones beside it.
    whole = replace(
        extracted.extraction, findings=(*extracted.findings, *extracted.extraction.findings)
    )
    first = judge(whole, extracted.pages, extracted.request, today)
    others = tuple(
        judge(other, extracted.pages, Request(), today) for other in extracted.also_found
    )
    timings_ms = dict(extracted.timings_ms)
    spent_ms = 1000 * (perf_counter() - started)
    timings_ms["validate"] = round(spent_ms, 3)
    timings_ms["total"] = round(timings_ms.get("total", 0.0) + spent_ms, 3)
    cpu_ms = 1000 * (thread_time() - cpu_started)
    timings_ms["cpu"] = round(timings_ms.get("cpu", 0.0) + cpu_ms, 3)
    return DocumentRead(
        document_id=extracted.document_id,
        tenant=extracted.tenant,
        revision=extracted.revision,
        request=extracted.request,
        uploaded_at=extracted.uploaded_at,
        read_at=now,
        document_type=first.document_type,
        country=first.country,
        status=first.status,
        confidence=first.confidence,
        fields=first.fields,
        mrz=first.mrz,
        findings=first.findings,
        text=first.text,
        pages=extracted.pages,
        also_found=others,
        timings_ms=timings_ms,
        versions=extracted.versions,
    )


def judge(extraction: Extraction, pages: Sequence[Page], request: Request, today: date) -> Reading:
    """Return one extraction with all findings about it and the verdict that follows."""
    kind = document_types().get(extraction.document_type)
    required = () if kind is None else _required(kind, extraction)
    found = [*extraction.findings, *_announced(extraction, kind, request)]
    if kind is None:
        found.append(finding("document.not_found"))
    else:
        found += kind.check(extraction, today)
        found += _fields(extraction.fields, required)
        found += _dates(extraction.fields, today)
        found += _pages(extraction, pages)
    findings = _unique(found)
    return Reading(
        document_type=extraction.document_type,
        country=extraction.country,
        status=status_of(findings),
        confidence=0.0 if kind is None else _confidence(extraction.fields, required),
        fields=extraction.fields,
        mrz=extraction.mrz,
        findings=findings,
        text=extraction.text,
    )


def status_of(findings: Iterable[Finding]) -> Status:
    """Return the verdict that findings lead to."""
    codes = {one.code for one in findings}
    if codes & REJECTING:
        return Status.REJECTED
    if any(one.severity is not Severity.INFO for one in findings):
        return Status.REVIEW
    return Status.ACCEPTED


def _required(kind: DocumentType, extraction: Extraction) -> tuple[str, ...]:
    """Return the fields without which this one is not accepted.

    Those of a side that was not given are not asked for. Where no other is required, each field
    that was read counts.
    """
    absent = {
        name for one in extraction.findings if one.code == "side.missing" for name in one.fields
    }
    asked = tuple(name for name in kind.required if name not in absent)
    return asked or tuple(extraction.fields) or kind.required


def _confidence(fields: Mapping[str, FieldValue], required: tuple[str, ...]) -> float:
    if any(name not in fields for name in required):
        return 0.0
    return min((fields[name].confidence for name in required), default=0.0)


def _announced(
    extraction: Extraction, kind: DocumentType | None, request: Request
) -> Iterator[Finding]:
    hint = request.document_type
    if hint is not None and (kind is None or not kind.is_called(hint)):
        yield finding("type.hint_contradicted")
    # A request may name FR, FRA or D: all are one country's.
    country = alpha3_of(request.country) if request.country else None
    if extraction.country and country not in {None, extraction.country}:
        yield finding("country.hint_contradicted")


def _fields(fields: Mapping[str, FieldValue], required: tuple[str, ...]) -> Iterator[Finding]:
    missing = tuple(name for name in required if name not in fields)
    if missing:
        yield finding("field.missing", *missing)
    unsure = tuple(name for name, one in fields.items() if one.confidence < UNSURE_BELOW)
    if unsure:
        yield finding("field.unsure", *unsure)
    ungrounded = tuple(name for name, one in fields.items() if not one.grounded)
    if ungrounded:
        yield finding("field.ungrounded", *ungrounded)


def _dates(fields: Mapping[str, FieldValue], today: date) -> Iterator[Finding]:
    values = {name: one.value for name, one in fields.items() if name.endswith("_date")}
    for name, value in values.items():
        if not _exists(value):
            yield finding("date.invalid", name)
        elif "00" in value.split("-")[1:] or value.startswith("0000"):
            yield finding("date.incomplete", name)
    known = {name: value for name, value in values.items() if _is_whole(value)}
    yield from _plausible(known, today)
    for earlier, later in (
        ("birth_date", "issue_date"),
        ("birth_date", "expiry_date"),
        ("issue_date", "expiry_date"),
    ):
        if earlier in known and later in known and known[earlier] > known[later]:
            yield finding("date.order", earlier, later)
    # YYYY-MM-DD sorts as text does.
    if known.get("expiry_date", "9999") < today.isoformat():
        yield finding("document.expired", "expiry_date")


def _plausible(dates: Mapping[str, str], today: date) -> Iterator[Finding]:
    birth, issue, expiry = (dates.get(f"{name}_date") for name in ("birth", "issue", "expiry"))
    oldest = f"{today.year - AGE_YEARS_MAX:04d}"
    if birth is not None and not oldest <= birth <= today.isoformat():
        yield finding("date.implausible", "birth_date")
    if issue is not None and not oldest <= issue <= today.isoformat():
        yield finding("date.implausible", "issue_date")
    first, last = today.year - EXPIRED_YEARS_MAX, today.year + VALIDITY_YEARS_MAX
    if expiry is not None and not first <= int(expiry[:4]) <= last:
        yield finding("date.implausible", "expiry_date")


def _pages(extraction: Extraction, pages: Sequence[Page]) -> Iterator[Finding]:
    """Tell what is wrong with the pictures; it weighs only where no check digit confirms."""
    checked = extraction.mrz is not None and extraction.mrz.valid
    used = {one.page for one in extraction.fields.values() if one.source is not Source.PERSON}
    issues = {
        issue for page in pages if not used or page.number in used for issue in page.quality.issues
    }
    for issue in sorted(issues):
        code = f"page.{issue}" if f"page.{issue}" in CATALOGUE else "page.poor"
        yield finding(code, severity=Severity.INFO) if checked else finding(code)


def _exists(value: str) -> bool:
    """Say whether YYYY-MM-DD is a day of the calendar, parts unknown as 00."""
    parts = value.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not value.replace("-", "").isdigit():
        return False
    year, month, day = (int(part) for part in parts)
    try:
        # Unknown parts may be any: take the ones that allow most days.
        date(year or 2000, month or 1, day or 1)
    except ValueError:
        return False
    return True


def _is_whole(value: str) -> bool:
    return _exists(value) and "00" not in value.split("-")[1:] and value[:4] != "0000"


def _unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return each code about each set of fields once, the first word on it."""
    unique: dict[tuple[str, tuple[str, ...]], Finding] = {}
    for one in findings:
        unique.setdefault((one.code, one.fields), one)
    return tuple(unique.values())
