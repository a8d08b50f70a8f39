"""The one result object: what the command line, the API and the webhooks give out."""

from typing import Any

from schemas.documents import Page, Reading
from schemas.messages import DocumentRead
from schemas.records import to_json


def result_object(read: DocumentRead) -> dict[str, Any]:
    """Return the reading as JSON takes it, keys in the order of the contract.

    Tenant, request and the store's keys stay inside. Text lines are on the pages, where text
    was read.
    """
    return {
        "document_id": read.document_id,
        **_verdict(read),
        "pages": [_page(page) for page in read.pages],
        "also_found": [_verdict(other) for other in read.also_found],
        "timings_ms": dict(read.timings_ms),
        "versions": dict(read.versions),
        "revision": read.revision,
        "uploaded_at": read.uploaded_at.isoformat(timespec="milliseconds"),
        "read_at": read.read_at.isoformat(timespec="milliseconds"),
        **_correction(read),
    }


def _correction(read: DocumentRead) -> dict[str, Any]:
    if read.corrected_at is None:
        return {}
    at = read.corrected_at.isoformat(timespec="milliseconds")
    return {"corrected_by": read.corrected_by, "corrected_at": at}


def _verdict(read: DocumentRead | Reading) -> dict[str, Any]:
    return {
        "document_type": read.document_type,
        "country": read.country,
        "status": read.status.value,
        "confidence": _rounded(read.confidence),
        "fields": {name: _field(to_json(value)) for name, value in read.fields.items()},
        "mrz": None if read.mrz is None else to_json(read.mrz),
        "findings": [to_json(one) for one in read.findings],
        "text": read.text,
    }


def _field(record: dict[str, Any]) -> dict[str, Any]:
    box = record["box"]
    return {
        **record,
        "confidence": _rounded(record["confidence"]),
        "box": None if box is None else [_rounded(side) for side in box],
    }


def _page(page: Page) -> dict[str, Any]:
    record: dict[str, Any] = to_json(page)
    del record["image_key"]
    if not page.lines:
        del record["lines"]
    return record


def _rounded(share: float) -> float:
    return round(share, 5)
