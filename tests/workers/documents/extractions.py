"""Extractions made of plain values, and what validate says of them."""

from collections.abc import Iterable, Mapping

from schemas.documents import Extraction, FieldValue, Finding, Source, Status
from schemas.messages import Request
from tests.workers.reading_fakes import TODAY
from workers.validate import judge


def extraction(code: str, values: Mapping[str, str], **raws: str) -> Extraction:
    """Return what an extractor would make of these values, all of them read well."""
    fields = {
        name: FieldValue(value, raws.get(name, value), 0.99, Source.VISUAL, "fake/1", 1)
        for name, value in values.items()
    }
    return Extraction(code, "TUN", fields)


def judged(read: Extraction, *more: Finding) -> tuple[Status, set[str]]:
    """Return the verdict and the codes that weigh in it."""
    whole = Extraction(read.document_type, read.country, read.fields, findings=more)
    reading = judge(whole, (), Request(), TODAY)
    return reading.status, {one.code for one in reading.findings if one.severity != "info"}


def codes(found: Iterable[Finding]) -> set[str]:
    """Return the codes of some findings."""
    return {one.code for one in found}
