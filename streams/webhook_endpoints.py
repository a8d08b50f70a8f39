"""Endpoints, and the log of what was sent to them, as their owners see them.

Every change writes its line of the audit log in the same statement.
"""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Protocol

from streams.pool import Pool
from streams.webhook_messages import new_secret

CONNECTIONS_MAX = 4
ENDPOINTS_MAX = 100
"""For each tenant."""
FORMER_SECRET_S = 24 * 60 * 60.0
"""How long a secret signs beside the one that replaced it."""
DELIVERIES_MAX = 200
REPLAY_MAX = 10_000
ATTEMPTS_SHOWN_MAX = 50

_ENDPOINT = (
    "endpoint_id, url, events, payload, created_at, disabled_at, disabled_reason, quiet_until"
)
_CREATE = f"""
WITH done AS (
    INSERT INTO webhook_endpoints (endpoint_id, tenant, url, events, payload, secret)
    SELECT %(endpoint_id)s, %(tenant)s, %(url)s, %(events)s, %(payload)s, %(secret)s
    WHERE (SELECT count(*) FROM webhook_endpoints WHERE tenant = %(tenant)s) < %(most)s
    RETURNING {_ENDPOINT}
), told AS (
    SELECT append_audit(%(tenant)s, %(actor)s, 'webhook.created', endpoint_id,
        jsonb_build_object('events', events, 'payload', payload)) AS line
    FROM done LIMIT 1
)
SELECT {_ENDPOINT} FROM done, told
"""  # noqa: S608 - no input
_LIST = f"""
SELECT {_ENDPOINT} FROM webhook_endpoints
WHERE tenant = %(tenant)s AND (%(endpoint_id)s::text IS NULL OR endpoint_id = %(endpoint_id)s)
ORDER BY created_at, endpoint_id
"""  # noqa: S608 - no input
_CHANGE = f"""
WITH done AS (
    UPDATE webhook_endpoints SET
        url = coalesce(%(url)s, url), events = coalesce(%(events)s, events),
        payload = coalesce(%(payload)s, payload),
        disabled_at = CASE WHEN %(enabled)s::boolean THEN NULL WHEN NOT %(enabled)s::boolean
            THEN coalesce(disabled_at, now()) ELSE disabled_at END,
        disabled_reason = CASE WHEN %(enabled)s::boolean THEN NULL WHEN NOT %(enabled)s::boolean
            THEN coalesce(disabled_reason, 'owner') ELSE disabled_reason END,
        quiet_until = CASE WHEN %(enabled)s::boolean THEN NULL ELSE quiet_until END
    WHERE tenant = %(tenant)s AND endpoint_id = %(endpoint_id)s
    RETURNING {_ENDPOINT}
), told AS (
    SELECT append_audit(%(tenant)s, %(actor)s, 'webhook.changed', endpoint_id,
        jsonb_build_object('changed', %(changed)s::text[])) AS line
    FROM done LIMIT 1
)
SELECT {_ENDPOINT} FROM done, told
"""  # noqa: S608 - no input
_ROTATE = """
WITH done AS (
    UPDATE webhook_endpoints SET secret = %(secret)s, former_secret = secret,
        former_until = now() + make_interval(secs => %(former_s)s)
    WHERE tenant = %(tenant)s AND endpoint_id = %(endpoint_id)s
    RETURNING endpoint_id, former_until
), told AS (
    SELECT append_audit(%(tenant)s, %(actor)s, 'webhook.secret_rotated', endpoint_id, '{}') AS line
    FROM done LIMIT 1
)
SELECT former_until FROM done, told
"""
_DELETE = """
WITH done AS (
    DELETE FROM webhook_endpoints WHERE tenant = %(tenant)s AND endpoint_id = %(endpoint_id)s
    RETURNING endpoint_id
), told AS (
    SELECT append_audit(%(tenant)s, %(actor)s, 'webhook.deleted', endpoint_id, '{}') AS line
    FROM done LIMIT 1
)
SELECT endpoint_id FROM done, told
"""
_DELIVERIES = """
SELECT delivery_id, document_id, revision, event, state, attempts, due_at, created_at,
    finished_at,
    coalesce((SELECT json_agg(json_build_object('number', a.number, 'at', a.at,
            'outcome', a.outcome, 'reason', a.reason, 'seconds', a.seconds) ORDER BY a.number)
        FROM (SELECT * FROM webhook_attempts w WHERE w.delivery_id = d.delivery_id
            ORDER BY number DESC LIMIT %(attempts)s) a), '[]') AS log
FROM webhook_deliveries d
WHERE tenant = %(tenant)s AND endpoint_id = %(endpoint_id)s
    AND (%(state)s::text IS NULL OR state = %(state)s)
    AND (%(delivery_id)s::text IS NULL OR delivery_id = %(delivery_id)s)
    AND (%(before)s::timestamptz IS NULL
        OR (created_at, delivery_id) < (%(before)s::timestamptz, %(before_id)s))
ORDER BY created_at DESC, delivery_id DESC LIMIT %(limit)s
"""
_REPLAY = """
WITH done AS (
    UPDATE webhook_deliveries SET state = 'due', step = 0, due_at = now(), finished_at = NULL
    WHERE delivery_id IN (
        SELECT delivery_id FROM webhook_deliveries
        WHERE tenant = %(tenant)s AND endpoint_id = %(endpoint_id)s
            AND (%(delivery_id)s::text IS NULL OR delivery_id = %(delivery_id)s)
            AND (%(since)s::timestamptz IS NULL OR created_at >= %(since)s)
            AND (%(delivery_id)s::text IS NOT NULL OR state IN ('failed', 'cancelled'))
        ORDER BY created_at LIMIT %(most)s FOR UPDATE
    )
    RETURNING delivery_id, endpoint_id
), told AS (
    SELECT append_audit(%(tenant)s, %(actor)s, 'webhook.replayed', endpoint_id,
        jsonb_build_object('delivery', %(delivery_id)s::text)) AS line
    FROM done LIMIT 1
)
SELECT delivery_id FROM done, told
"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Who wants to hear of results; its secret is shown once and not kept here."""

    endpoint_id: str
    url: str = field(repr=False)
    events: Sequence[str]
    payload: str
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None
    quiet_until: datetime | None


@dataclass(frozen=True, slots=True)
class LoggedDelivery:
    """A delivery with the log of its attempts."""

    delivery_id: str
    document_id: str
    revision: int
    event: str
    state: str
    attempts: int
    due_at: datetime
    created_at: datetime
    finished_at: datetime | None
    log: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """What of an endpoint should become another; None leaves it as it is."""

    url: str | None = field(default=None, repr=False)
    events: Sequence[str] | None = None
    payload: str | None = None
    enabled: bool | None = None

    def names(self) -> list[str]:
        """Return what is to change, without the values."""
        return [one.name for one in fields(self) if getattr(self, one.name) is not None]


class Actor(Protocol):
    """Who changes something: for the audit log."""

    @property
    def tenant(self) -> str:
        """Whose endpoints are meant."""
        ...

    @property
    def name(self) -> str:
        """Who it is."""
        ...


class Endpoints:
    """A tenant's endpoints. Every call raises ``Unavailable`` while the database is down.

    What belongs to another tenant is not there.
    """

    def __init__(self, dsn: str) -> None:
        self._pool = Pool(dsn, "bitaqa.endpoints", CONNECTIONS_MAX)

    async def create(
        self, actor: Actor, url: str, events: Sequence[str], payload: str
    ) -> tuple[Endpoint, str] | None:
        """Return a new endpoint and its secret, None where the tenant has too many."""
        secret = new_secret()
        values = {
            **_who(actor),
            "endpoint_id": _new_id(),
            "url": url,
            "events": list(events),
            "payload": payload,
            "secret": secret,
            "most": ENDPOINTS_MAX,
        }
        rows = await self._pool.ask(_CREATE, values)
        return (Endpoint(*rows[0]), secret) if rows else None

    async def list(self, tenant: str) -> Sequence[Endpoint]:
        """Return all endpoints, oldest first."""
        values = {"tenant": tenant, "endpoint_id": None}
        return [Endpoint(*row) for row in await self._pool.ask(_LIST, values)]

    async def find(self, tenant: str, endpoint_id: str) -> Endpoint | None:
        """Return one."""
        values = {"tenant": tenant, "endpoint_id": endpoint_id}
        rows = await self._pool.ask(_LIST, values)
        return Endpoint(*rows[0]) if rows else None

    async def change(self, actor: Actor, endpoint_id: str, change: Change) -> Endpoint | None:
        """Return the endpoint as it is now; one that was gone is tried again when enabled."""
        values = {
            **_who(actor),
            "endpoint_id": endpoint_id,
            "changed": change.names(),
            "url": change.url,
            "events": None if change.events is None else list(change.events),
            "payload": change.payload,
            "enabled": change.enabled,
        }
        rows = await self._pool.ask(_CHANGE, values)
        return Endpoint(*rows[0]) if rows else None

    async def rotate(self, actor: Actor, endpoint_id: str) -> tuple[str, datetime] | None:
        """Return a new secret, and until when the one before signs beside it."""
        secret = new_secret()
        values = {
            **_who(actor),
            "endpoint_id": endpoint_id,
            "secret": secret,
            "former_s": FORMER_SECRET_S,
        }
        rows = await self._pool.ask(_ROTATE, values)
        return (secret, rows[0][0]) if rows else None

    async def delete(self, actor: Actor, endpoint_id: str) -> bool:
        """Remove an endpoint with its log; say whether it was there."""
        values = {**_who(actor), "endpoint_id": endpoint_id}
        return bool(await self._pool.ask(_DELETE, values))

    async def deliveries(
        self,
        tenant: str,
        endpoint_id: str,
        *,
        state: str | None = None,
        delivery_id: str | None = None,
        before: tuple[datetime, str] | None = None,
        limit: int = DELIVERIES_MAX,
    ) -> Sequence[LoggedDelivery]:
        """Return the log of an endpoint, newest first; ``before`` is where the last page ended."""
        values = {
            "tenant": tenant,
            "endpoint_id": endpoint_id,
            "state": state,
            "delivery_id": delivery_id,
            "before": before[0] if before else None,
            "before_id": before[1] if before else None,
            "limit": min(limit, DELIVERIES_MAX),
            "attempts": ATTEMPTS_SHOWN_MAX,
        }
        return [LoggedDelivery(*row) for row in await self._pool.ask(_DELIVERIES, values)]

    async def replay(
        self,
        actor: Actor,
        endpoint_id: str,
        *,
        delivery_id: str | None = None,
        since: datetime | None = None,
    ) -> int:
        """Make one delivery due again, or all that were given up; return how many."""
        values = {
            **_who(actor),
            "endpoint_id": endpoint_id,
            "delivery_id": delivery_id,
            "since": since,
            "most": REPLAY_MAX,
        }
        return len(await self._pool.ask(_REPLAY, values))

    async def close(self) -> None:
        """Let go of all connections."""
        await self._pool.close()


def _who(actor: Actor) -> dict[str, Any]:
    return {"tenant": actor.tenant, "actor": actor.name}


def _new_id() -> str:
    return "whe_" + base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
