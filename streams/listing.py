"""Lists of documents for callers: filtered, newest first, a page at a time; and their revisions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from streams.pool import Pool

LIMIT_MAX = 200
_COLUMNS = """
SELECT document_id, revision, status, document_type, country, confidence, reference, subject,
    uploaded_at, read_at FROM documents
"""
# Each only where it is asked for, so that the database can use its indices. The hashes are what
# those on long texts are made of.
_CONDITIONS = {
    "status": "status = %(status)s",
    "document_type": "document_type = %(document_type)s",
    "country": "country = %(country)s",
    "reference": "md5(reference) = md5(%(reference)s) AND reference = %(reference)s",
    "subject": "md5(subject) = md5(%(subject)s) AND subject = %(subject)s",
    "since": "uploaded_at >= %(since)s",
    "before": "uploaded_at < %(before)s",
}
# Documents of which only a failure is known have no time of upload and come first.
_AFTER = """uploaded_at <= %(after_at)s
    AND (uploaded_at < %(after_at)s OR document_id > %(after_id)s)"""
_AFTER_UNTIMED = "(uploaded_at IS NOT NULL OR document_id > %(after_id)s)"
_ORDER = " ORDER BY uploaded_at DESC, document_id LIMIT %(limit)s"
_ONE = _COLUMNS + "WHERE tenant = %s AND document_id = %s AND deleted_at IS NULL"
_CLAIM = "SELECT claim_revision(%s, %s, %s, %s, %s)"
_NOTE = "SELECT append_audit(%s, %s, %s, '', '{}')"
_VALUES = """
SELECT d.document_id, jsonb_object_agg(f.name, f.value)
FROM documents d JOIN fields f ON f.document_id = d.document_id AND f.revision = d.revision
WHERE d.tenant = %s AND d.document_id = ANY(%s) GROUP BY d.document_id
"""
# A tie that was there before is written again, so that there is a row; its xmax tells.
_ATTACH = """
WITH done AS (
    INSERT INTO attachments (document_id, subject_type, subject_id, role, tenant)
    SELECT document_id, %s, %s, %s, tenant FROM documents WHERE tenant = %s AND document_id = %s
    ON CONFLICT (document_id, subject_type, subject_id, role) DO UPDATE SET tenant = excluded.tenant
    RETURNING tenant, document_id, xmax = 0 AS is_new
)
SELECT CASE WHEN is_new
    THEN append_audit(tenant, %s, 'document.attached', document_id, '{}') END FROM done
"""
_DETACH = """
WITH done AS (
    DELETE FROM attachments WHERE subject_type = %s AND subject_id = %s AND role = %s
        AND tenant = %s AND document_id = %s RETURNING tenant, document_id
)
SELECT append_audit(tenant, %s, 'document.detached', document_id, '{}') FROM done
"""
_ATTACHMENTS = """
SELECT subject_type, subject_id, role FROM attachments
WHERE tenant = %s AND document_id = %s ORDER BY attached_at, subject_type, subject_id, role
"""
_ATTACHED = """
SELECT a.document_id, a.role FROM attachments a JOIN documents d USING (document_id)
WHERE a.tenant = %s AND a.subject_type = %s AND a.subject_id = %s AND d.deleted_at IS NULL
ORDER BY a.attached_at DESC, a.document_id LIMIT 200
"""
Tie = tuple[str, str, str]
"""Kind of subject, its name, and the document's role."""


class Cause(StrEnum):
    """Why there is a new revision."""

    CORRECTION = "correction"
    READING = "reading"
    PAGES = "pages"


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list; None lets everything through. Times are of the upload."""

    status: str | None = None
    document_type: str | None = None
    country: str | None = None
    reference: str | None = field(default=None, repr=False)
    subject: str | None = field(default=None, repr=False)
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One document of a list, without its values."""

    document_id: str
    revision: int
    status: str
    document_type: str | None
    country: str | None
    confidence: float | None
    reference: str | None = field(repr=False)
    subject: str | None = field(repr=False)
    uploaded_at: datetime | None
    read_at: datetime | None


class Listing:
    """The sink's table of documents. Every call raises ``Unavailable`` when it does not answer.

    Args:
        dsn: connection string.

    Raises:
        Misconfigured: when the connection string does not parse.
    """

    def __init__(self, dsn: str) -> None:
        self._pool = Pool(dsn, "bitaqa.listing")

    async def page(
        self,
        tenant: str,
        filters: Filters,
        limit: int,
        after: tuple[datetime | None, str] | None = None,
    ) -> Sequence[Listed]:
        """Return a tenant's documents, newest first, behind the one that ``after`` names."""
        wanted = {name: getattr(filters, name) for name in _CONDITIONS}
        values = {"tenant": tenant, "limit": min(limit, LIMIT_MAX), **wanted}
        conditions = ["tenant = %(tenant)s", "deleted_at IS NULL"]
        conditions += [_CONDITIONS[name] for name, value in wanted.items() if value is not None]
        if after is not None:
            values |= {"after_at": after[0], "after_id": after[1]}
            conditions.append(_AFTER_UNTIMED if after[0] is None else _AFTER)
        statement = _COLUMNS + "WHERE " + " AND ".join(conditions) + _ORDER
        return [Listed(*row) for row in await self._pool.ask(statement, values)]

    async def document(self, tenant: str, document_id: str) -> Listed | None:
        """Return one document, None where the sink knows nothing of it."""
        rows = await self._pool.ask(_ONE, (tenant, document_id))
        return Listed(*rows[0]) if rows else None

    async def claim(
        self, tenant: str, document_id: str, cause: Cause, asked_by: str, seen: int | None = None
    ) -> int | None:
        """Return a revision that is this caller's alone.

        None where there is no such document, or one that is newer than the revision ``seen``,
        be it on its way only.
        """
        values = (tenant, document_id, cause.value, asked_by, seen)
        rows = await self._pool.ask(_CLAIM, values)
        return None if rows[0][0] is None else int(rows[0][0])

    async def values(self, tenant: str, document_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return the newest values of documents, by document and field."""
        rows = await self._pool.ask(_VALUES, (tenant, list(document_ids)))
        return {document_id: dict(values) for document_id, values in rows}

    async def note(self, tenant: str, actor: str, action: str) -> None:
        """Write a line into a tenant's audit log."""
        await self._pool.ask(_NOTE, (tenant, actor, action))

    async def attach(self, tenant: str, document_id: str, tie: Tie, actor: str) -> bool:
        """Tie a document to a subject; say whether there is such a document."""
        return bool(await self._pool.ask(_ATTACH, (*tie, tenant, document_id, actor)))

    async def detach(self, tenant: str, document_id: str, tie: Tie, actor: str) -> None:
        """Untie a document from a subject."""
        await self._pool.ask(_DETACH, (*tie, tenant, document_id, actor))

    async def attachments(self, tenant: str, document_id: str) -> Sequence[Tie]:
        """Return what a document is tied to."""
        rows = await self._pool.ask(_ATTACHMENTS, (tenant, document_id))
        return [(row[0], row[1], row[2]) for row in rows]

    async def attached(
        self, tenant: str, subject_type: str, subject_id: str
    ) -> Sequence[tuple[str, str]]:
        """Return the documents of a subject with their roles, newest first, 200 at most."""
        rows = await self._pool.ask(_ATTACHED, (tenant, subject_type, subject_id))
        return [(row[0], row[1]) for row in rows]

    async def close(self) -> None:
        """Let go of all connections."""
        await self._pool.close()
