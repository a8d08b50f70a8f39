"""What the older systems answered, made of a result: pure translations, one for each system."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ingest.ports import StatusRow
from schemas.messages import DocumentRead
from workers.result import result_object

PASSPORT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "issuing_country": ("issuing_country",),
    "surname": ("surname",),
    "given_names": ("given_names",),
    "passport_number": ("document_number", "licence_number", "number"),
    "nationality": ("nationality",),
    "date_of_birth": ("birth_date",),
    "gender": ("sex",),
    "expiration_date": ("expiry_date",),
    "date_of_issue": ("issue_date",),
}
"""The passport extractor's names, and ours that answer for them, first found first."""

CARD_FIELDS: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "document_number"),
    "surname": ("surname",),
    "given_names": ("given_names",),
    "filiation": ("filiation",),
    "birth_date": ("birth_date",),
    "birth_place": ("birth_place",),
}
"""What the Tunisian card backend read, under our names."""

_TASKS = {"failed": "failed", "pending": "processing"}
_CELERY = {"failed": "FAILURE", "pending": "PENDING"}


def task_state(row: StatusRow | None) -> str:
    """Return ``processing``, ``completed`` or ``failed``."""
    return _TASKS.get(_status(row), "completed")


def celery_state(row: StatusRow | None) -> str:
    """Return ``PENDING``, ``SUCCESS`` or ``FAILURE``, as Celery names them."""
    return _CELERY.get(_status(row), "SUCCESS")


def extracted_text(row: StatusRow | None) -> dict[str, str | None] | None:
    """Return the passport extractor's fields; None where there is no result.

    What was not read is null, as that system answered it.
    """
    read = _result(row)
    if read is None:
        return None
    return {"document_type": read.document_type, **_named(read, PASSPORT_FIELDS)}


def card(row: StatusRow | None) -> dict[str, str | None] | None:
    """Return the number and the names of a card; None where there is no result."""
    read = _result(row)
    return None if read is None else _named(read, CARD_FIELDS)


def plain_values(row: StatusRow | None) -> dict[str, str] | None:
    """Return every value that was read by its name; None where there is no result."""
    read = _result(row)
    if read is None:
        return None
    return {name: value.value for name, value in read.fields.items()}


def plain_text(row: StatusRow | None) -> str | None:
    """Return the text of a page of text, else the values one a line, as an OCR would print them."""
    read = _result(row)
    if read is None:
        return None
    return read.text or "\n".join(value.value for value in read.fields.values())


def whole(row: StatusRow | None) -> dict[str, Any] | None:
    """Return our own result object; None where there is none."""
    read = _result(row)
    return None if read is None else result_object(read)


def error(row: StatusRow | None) -> str | None:
    """Return the sentence that says why there will be no result."""
    return None if row is None or row.failure is None else row.failure.message


def created_at(row: StatusRow | None, now: datetime) -> str:
    """Return when a document came in, as far as it is known by now."""
    read = _result(row)
    at = now if read is None else read.uploaded_at
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _status(row: StatusRow | None) -> str:
    return "pending" if row is None else row.status


def _result(row: StatusRow | None) -> DocumentRead | None:
    return None if row is None else row.result


def _named(read: DocumentRead, names: Mapping[str, tuple[str, ...]]) -> dict[str, str | None]:
    return {
        name: next((read.fields[one].value for one in ours if one in read.fields), None)
        for name, ours in names.items()
    }
