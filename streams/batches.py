"""Batches: many documents handed in at once, and how far they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from streams.pool import Pool

ITEMS_PAGE = 200
_INSERT = """
WITH batch AS (
    INSERT INTO batches (batch_id, tenant, asked_by) VALUES (%(batch_id)s, %(tenant)s, %(who)s)
    RETURNING batch_id
), items AS (
    INSERT INTO batch_items (batch_id, number, document_id, refusal)
    SELECT %(batch_id)s, i.number, i.document_id, i.refusal
    FROM jsonb_to_recordset(%(items)s)
        AS i(number integer, document_id text, refusal text)
)
SELECT batch_id FROM batch
"""
# The database's function that erases a document leaves this word instead of its id.
_STATUS = """CASE WHEN item.refusal = 'document.erased' THEN 'erased'
        WHEN item.refusal IS NOT NULL THEN 'refused'
        WHEN d.deleted_at IS NOT NULL THEN 'deleted' ELSE coalesce(d.status, 'pending') END"""
_ONE = f"""
SELECT b.created_at, coalesce(i.status, 'none'), i.documents FROM batches b LEFT JOIN (
    SELECT item.batch_id, {_STATUS} AS status, count(*) AS documents
    FROM batch_items item LEFT JOIN documents d USING (document_id)
    WHERE item.batch_id = %(batch_id)s GROUP BY 1, 2
) i USING (batch_id)
WHERE b.tenant = %(tenant)s AND b.batch_id = %(batch_id)s
"""  # noqa: S608 - no input
_ITEMS = f"""
SELECT item.number, item.document_id, item.refusal, {_STATUS}
FROM batch_items item JOIN batches b USING (batch_id) LEFT JOIN documents d USING (document_id)
WHERE b.tenant = %s AND item.batch_id = %s AND item.number > %s
ORDER BY item.number LIMIT %s
"""  # noqa: S608 - no input


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a batch: the document that it became, or the code that says why it did not."""

    number: int
    document_id: str | None = None
    refusal: str | None = None
    status: str = "pending"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch: when it came, and how many of its items are how far."""

    created_at: datetime
    counts: Mapping[str, int]


class Batches:
    """The tables of batches. Every call raises ``Unavailable`` when they do not answer.

    Args:
        dsn: connection string.
    """

    def __init__(self, dsn: str) -> None:
        self._pool = Pool(dsn, "bitaqa.batches")

    async def keep(self, batch_id: str, tenant: str, who: str, items: Sequence[Item]) -> None:
        """Write a batch down whose items have been taken in or refused."""
        rows = [
            {"number": one.number, "document_id": one.document_id, "refusal": one.refusal}
            for one in items
        ]
        values = {"batch_id": batch_id, "tenant": tenant, "who": who, "items": Jsonb(rows)}
        await self._pool.ask(_INSERT, values)

    async def batch(self, tenant: str, batch_id: str) -> Batch | None:
        """Return a tenant's batch, None where there is none of the name."""
        values: dict[str, Any] = {"tenant": tenant, "batch_id": batch_id}
        rows = await self._pool.ask(_ONE, values)
        if not rows:
            return None
        return Batch(rows[0][0], {status: count for _, status, count in rows if count})

    async def items(self, tenant: str, batch_id: str, after: int) -> Sequence[Item]:
        """Return the items behind a number, in their order, 200 at most."""
        rows = await self._pool.ask(_ITEMS, (tenant, batch_id, after, ITEMS_PAGE))
        return [Item(*row) for row in rows]

    async def close(self) -> None:
        """Let go of all connections."""
        await self._pool.close()
