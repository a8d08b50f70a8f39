"""What an owner does to a document after it was read: delete, restore, erase.

Each is one statement with its line of the audit log. What is erased leaves the database at
once; store and topics are gone through by ``erasing.py``.
"""

from dataclasses import dataclass
from datetime import datetime

from streams.pool import Pool

CONNECTIONS_MAX = 4
_DELETE = """
WITH done AS (
    UPDATE documents SET deleted_at = now()
    WHERE tenant = %(tenant)s AND document_id = %(document_id)s AND deleted_at IS NULL
    RETURNING document_id
), told AS (
    SELECT append_audit(%(tenant)s, %(actor)s, 'document.deleted', document_id, '{}') AS line
    FROM done
)
SELECT (SELECT count(line) FROM told) FROM documents
WHERE tenant = %(tenant)s AND document_id = %(document_id)s
"""
_RESTORE = """
WITH done AS (
    UPDATE documents SET deleted_at = NULL
    WHERE tenant = %(tenant)s AND document_id = %(document_id)s AND deleted_at IS NOT NULL
    RETURNING document_id
), told AS (
    SELECT append_audit(%(tenant)s, %(actor)s, 'document.restored', document_id, '{}') AS line
    FROM done
)
SELECT (SELECT count(line) FROM told) FROM documents
WHERE tenant = %(tenant)s AND document_id = %(document_id)s
"""
_ERASE = "SELECT erase_document(%(tenant)s, %(document_id)s, %(actor)s, 'request')"
_ERASURE = """
SELECT document_id, reason, requested_at, done_at FROM erasures
WHERE tenant = %(tenant)s AND document_id = %(document_id)s
"""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A document that was erased, and since when nothing of it is left to go through."""

    document_id: str
    reason: str
    requested_at: datetime
    done_at: datetime | None


class Life:
    """The lives of a tenant's documents. Every call raises ``Unavailable`` without a database.

    What belongs to another tenant is not there.
    """

    def __init__(self, dsn: str) -> None:
        self._pool = Pool(dsn, "bitaqa.life", CONNECTIONS_MAX)

    async def delete(self, tenant: str, document_id: str, actor: str) -> bool:
        """Hide a document; say whether it is there. Repeating it changes nothing."""
        return bool(await self._pool.ask(_DELETE, _values(tenant, document_id, actor)))

    async def restore(self, tenant: str, document_id: str, actor: str) -> bool:
        """Show a document again; say whether it is there."""
        return bool(await self._pool.ask(_RESTORE, _values(tenant, document_id, actor)))

    async def erase(self, tenant: str, document_id: str, actor: str) -> Erasure:
        """Remove a document for good, whether or not it has rows yet."""
        values = _values(tenant, document_id, actor)
        await self._pool.ask(_ERASE, values)
        return Erasure(*(await self._pool.ask(_ERASURE, values))[0])

    async def erasure(self, tenant: str, document_id: str) -> Erasure | None:
        """Return how far an erasure is, None where there is none."""
        rows = await self._pool.ask(_ERASURE, _values(tenant, document_id, ""))
        return Erasure(*rows[0]) if rows else None

    async def close(self) -> None:
        """Let go of all connections."""
        await self._pool.close()


def _values(tenant: str, document_id: str, actor: str) -> dict[str, str]:
    return {"tenant": tenant, "document_id": document_id, "actor": actor}
