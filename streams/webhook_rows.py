"""Deliveries as the workers see them: taken under a lease, ended by one statement.

A worker that dies holds nothing: when its lease is over another one takes the delivery, under
the same id. The end of an attempt is written only while the attempt is still the last one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from streams.pool import Pool
from streams.webhook_messages import Delivery, Failure

LEASE_S = 90.0
"""Longer than any attempt can take."""
EACH_MAX = 8
"""Deliveries of one endpoint taken at once, so that a slow one holds nobody up."""

_TAKE = """
WITH picked AS (
    SELECT d.delivery_id FROM webhook_endpoints e
    CROSS JOIN LATERAL (
        SELECT delivery_id, due_at FROM webhook_deliveries
        WHERE endpoint_id = e.endpoint_id AND state = 'due' AND due_at <= now()
        ORDER BY due_at LIMIT %(each)s FOR UPDATE SKIP LOCKED
    ) d
    WHERE e.disabled_at IS NULL AND (e.quiet_until IS NULL OR e.quiet_until <= now())
        AND e.endpoint_id <> ALL(%(busy)s)
    ORDER BY d.due_at LIMIT %(most)s
), taken AS (
    UPDATE webhook_deliveries d
    SET attempts = attempts + 1, due_at = now() + make_interval(secs => %(lease_s)s)
    FROM picked WHERE d.delivery_id = picked.delivery_id
    RETURNING d.*
)
SELECT t.delivery_id, t.endpoint_id, t.attempts, t.step, t.document_id, t.revision, t.event,
    e.url, e.payload,
    CASE WHEN e.former_until > now() THEN ARRAY[e.secret, e.former_secret]
        ELSE ARRAY[e.secret] END,
    r.record, f.stage, f.reason, f.message, f.attempts, f.failed_at
FROM taken t
JOIN webhook_endpoints e USING (endpoint_id)
JOIN documents d ON d.document_id = t.document_id
LEFT JOIN readings r ON r.document_id = t.document_id AND r.revision = t.revision
    AND t.event <> 'document.failed' AND d.deleted_at IS NULL
LEFT JOIN failures f ON f.document_id = t.document_id AND f.revision = t.revision
    AND t.event = 'document.failed' AND d.deleted_at IS NULL
"""
_END = """
WITH ended AS (
    UPDATE webhook_deliveries SET state = %(state)s, step = %(step)s,
        due_at = now() + make_interval(secs => %(wait_s)s),
        finished_at = CASE WHEN %(state)s = 'due' THEN NULL ELSE now() END
    WHERE delivery_id = %(delivery_id)s AND attempts = %(attempt)s AND state = 'due'
    RETURNING delivery_id, endpoint_id
), disabled AS (
    UPDATE webhook_endpoints e SET disabled_at = now(), disabled_reason = 'gone'
    FROM ended WHERE e.endpoint_id = ended.endpoint_id AND %(outcome)s = 'gone'
        AND e.disabled_at IS NULL
), silenced AS (
    UPDATE webhook_endpoints e
    SET quiet_until = greatest(e.quiet_until, now() + make_interval(secs => %(quiet_s)s))
    FROM ended WHERE e.endpoint_id = ended.endpoint_id AND %(quiet_s)s > 0
), dropped AS (
    UPDATE webhook_deliveries d SET state = 'cancelled', finished_at = now()
    FROM ended WHERE d.endpoint_id = ended.endpoint_id AND %(outcome)s = 'gone'
        AND d.state = 'due' AND d.delivery_id <> ended.delivery_id
)
INSERT INTO webhook_attempts (delivery_id, number, outcome, reason, seconds)
SELECT delivery_id, %(attempt)s, %(outcome)s, %(reason)s, %(seconds)s FROM ended
ON CONFLICT DO NOTHING
RETURNING number
"""
_WAITING = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(d.due_at)), 0)::float
FROM webhook_deliveries d JOIN webhook_endpoints e USING (endpoint_id)
WHERE d.state = 'due' AND d.due_at <= now() AND e.disabled_at IS NULL
    AND (e.quiet_until IS NULL OR e.quiet_until <= now())
"""


class Outcome(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    RETRIED = "retried"
    FAILED = "failed"
    GONE = "gone"
    CANCELLED = "cancelled"


_STATES = {
    Outcome.DELIVERED: "delivered",
    Outcome.RETRIED: "due",
    Outcome.FAILED: "failed",
    Outcome.GONE: "failed",
    Outcome.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class End:
    """The end of an attempt.

    Args:
        outcome: what becomes of the delivery.
        reason: stable dotted code.
        seconds: how long it took.
        wait_s: until the next attempt, where there is one.
        quiet_s: for how long the whole endpoint is left alone.
    """

    outcome: Outcome
    reason: str
    seconds: float
    wait_s: float = 0.0
    quiet_s: float = 0.0


class Deliveries:
    """The table of deliveries. Every call raises ``Unavailable`` while the database is down.

    Args:
        dsn: connection string.
        lease_s: how long a delivery belongs to who took it.
    """

    def __init__(self, dsn: str, lease_s: float = LEASE_S) -> None:
        self._pool = Pool(dsn, "bitaqa.webhooks")
        self._lease_s = lease_s

    async def take(self, most: int, busy: Collection[str]) -> Sequence[Delivery]:
        """Return deliveries that are due, and that nobody else has.

        Args:
            most: at most so many.
            busy: endpoints that have enough to do.
        """
        values = {"most": most, "busy": list(busy), "each": EACH_MAX, "lease_s": self._lease_s}
        return [_delivery(*row) for row in await self._pool.ask(_TAKE, values)]

    async def end(self, delivery: Delivery, end: End) -> bool:
        """Write how an attempt ended; say False where another has taken the delivery since."""
        again = end.outcome is Outcome.RETRIED
        values = {
            "delivery_id": delivery.delivery_id,
            "attempt": delivery.attempt,
            "step": delivery.step + 1 if again else delivery.step,
            "state": _STATES[end.outcome],
            "outcome": end.outcome.value,
            "reason": end.reason,
            "seconds": end.seconds,
            "wait_s": end.wait_s,
            "quiet_s": end.quiet_s,
        }
        return bool(await self._pool.ask(_END, values))

    async def waiting(self) -> tuple[int, float]:
        """Return how many deliveries are due, and for how many seconds the oldest has been."""
        ((count, oldest_s),) = await self._pool.ask(_WAITING)
        return count, oldest_s

    async def close(self) -> None:
        """Let go of all connections."""
        await self._pool.close()


def _delivery(*row: Any) -> Delivery:
    record, stage, reason, message, attempts, failed_at = row[10:]
    failure = None if stage is None else Failure(stage, reason, message, attempts, failed_at)
    kept = None if record is None else bytes(record)
    return Delivery(*(*row[:10], kept, failure))
