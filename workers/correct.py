"""Corrections by a person: a new revision of a reading, judged again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from schemas.documents import Extraction, FieldValue, Finding, Severity, Source
from schemas.errors import Unprocessable
from schemas.messages import DocumentRead
from workers.documents.registry import document_types
from workers.findings import finding
from workers.validate import judge, status_of

VALUE_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person corrected once.

    Args:
        revision: that it made.
        person: who, as the log and the audit know them.
        at: when.
        changes: field name to value in its normal form; None takes a value away.
    """

    revision: int
    person: str
    at: datetime
    changes: Mapping[str, str | None] = field(repr=False)


def correct(
    read: DocumentRead,
    changes: Mapping[str, str | None],
    *,
    revision: int,
    person: str,
    now: datetime,
) -> DocumentRead:
    """Return the reading with values from a person; None takes a value away.

    What a rule says about such values alone is told as an information: the person saw the
    document. Findings about other fields stand.

    Args:
        read: the newest reading.
        changes: field name to value in its normal form.
        revision: of the new reading.
        person: who corrects, as the log and the audit know them.
        now: when.

    Raises:
        Unprocessable: ``field.unknown`` or ``field.value``; names the field, never the value.
    """
    kind = document_types().get(read.document_type)
    known = {spec.name for spec in kind.fields} if kind else set()
    fields = dict(read.fields)
    for name, value in changes.items():
        if name not in known:
            raise Unprocessable("field.unknown", f"{read.document_type} has no field {name[:60]}")
        if value is None:
            fields.pop(name, None)
            continue
        if not 0 < len(value) <= VALUE_LENGTH_MAX or not value.isprintable():
            raise Unprocessable(
                "field.value", f"the value of {name} must be 1 to {VALUE_LENGTH_MAX} characters"
            )
        fields[name] = _value(fields.get(name), value, person)
    return replace(
        _judged(read, fields, set(changes), now.date()),
        revision=revision,
        corrected_by=person,
        corrected_at=now,
    )


def carry(read: DocumentRead, corrections: Sequence[Correction]) -> DocumentRead:
    """Return a reading of its own with the values that persons gave to the document before.

    The last word on a field counts. What the type that was read now does not have is left out.
    It stays a reading: who gave a value stands with the value.

    Args:
        read: what the engines read.
        corrections: in the order in which they were made.
    """
    kind = document_types().get(read.document_type)
    known = {spec.name for spec in kind.fields} if kind else set()
    fields, changed = dict(read.fields), set[str]()
    for one in corrections:
        for name in known & set(one.changes):
            value = one.changes[name]
            changed.add(name)
            if value is None:
                fields.pop(name, None)
            else:
                fields[name] = _value(read.fields.get(name), value, one.person)
    if not changed:
        return read
    judged = _judged(read, fields, changed, read.read_at.date())
    told = (*judged.findings, finding("field.corrected", *sorted(changed)))
    return replace(judged, findings=told)


def _value(before: FieldValue | None, value: str, person: str) -> FieldValue:
    return FieldValue(
        value=value,
        raw=value,
        confidence=1.0,
        source=Source.PERSON,
        engine=person,
        page=before.page if before else 1,
        box=before.box if before else None,
    )


def _judged(
    read: DocumentRead, fields: Mapping[str, FieldValue], changed: set[str], today: date
) -> DocumentRead:
    kept = tuple(one for one in read.findings if not changed & set(one.fields))
    extraction = Extraction(
        read.document_type, read.country, fields, read.mrz, findings=kept, text=read.text
    )
    judged = judge(extraction, read.pages, read.request, today)
    findings = tuple(_seen_by_a_person(one, fields) for one in judged.findings)
    return replace(
        read,
        fields=fields,
        findings=findings,
        status=status_of(findings),
        confidence=judged.confidence,
    )


def _seen_by_a_person(one: Finding, fields: Mapping[str, FieldValue]) -> Finding:
    seen = [name in fields and fields[name].source is Source.PERSON for name in one.fields]
    return replace(one, severity=Severity.INFO) if seen and all(seen) else one
