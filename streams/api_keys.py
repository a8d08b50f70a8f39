"""Keys of callers: made once, shown once, kept as hashes, taken back within seconds.

A key is ``bitaqa_ID_SECRET``. The secret has 256 random bits, so a plain SHA-256 keeps it.
"""

import base64
import contextlib
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from psycopg.rows import class_row

from schemas.errors import Misconfigured
from streams.database import connect, mapped_errors
from streams.pool import Pool

TENANT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""Form of a tenant's name: it stands in object keys and in headers."""
NAME_LENGTH_MAX = 200
CONNECTIONS_MAX = 2
_KEY = re.compile(r"bitaqa_([a-z2-7]{16})_([a-z2-7]{52})")
_ID_BYTES = 10
_SECRET_BYTES = 32
_INSERT = """
WITH done AS (
    INSERT INTO api_keys (key_id, tenant, name, scopes, requests_per_minute, secret_sha256,
        created_at, expires_at, revoked_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    RETURNING key_id, tenant, scopes
)
SELECT append_audit(tenant, 'operator', 'key.created', key_id,
    jsonb_build_object('scopes', scopes)) FROM done
"""
_LIST = """
SELECT key_id, tenant, name, scopes, requests_per_minute, secret_sha256,
    created_at, expires_at, revoked_at
FROM api_keys WHERE %(tenant)s::text IS NULL OR tenant = %(tenant)s
ORDER BY created_at, key_id
"""
# Those that were taken back before are told again, and not written down again.
_REVOKE = """
WITH done AS (
    UPDATE api_keys SET revoked_at = now()
    WHERE key_id = ANY(%(ids)s) AND revoked_at IS NULL RETURNING key_id, tenant
), told AS (
    SELECT append_audit(tenant, 'operator', 'key.revoked', key_id, '{}') AS line FROM done
)
SELECT key_id FROM api_keys WHERE key_id = ANY(%(ids)s) AND (SELECT count(line) FROM told) >= 0
"""
_FIND = """
SELECT key_id, tenant, name, scopes, requests_per_minute, secret_sha256,
    created_at, expires_at, revoked_at
FROM api_keys WHERE key_id = %s
"""


class Scope(StrEnum):
    """What a caller may do."""

    SUBMIT = "submit"
    """Hand documents in."""
    READ = "read"
    """See documents, their pages and results."""
    CORRECT = "correct"
    """Change what was read; have documents read again."""
    ERASE = "erase"
    """Delete and restore documents; erase them for good."""
    ADMIN = "admin"
    """Settings of the tenant, deliveries, the audit log."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept."""

    key_id: str
    tenant: str
    name: str
    scopes: frozenset[str]
    requests_per_minute: int | None
    secret_sha256: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def __post_init__(self) -> None:
        """Take scopes as the database has them: in a list."""
        object.__setattr__(self, "scopes", frozenset(self.scopes))

    def opens(self, secret: str, now: datetime) -> bool:
        """Say whether this is the secret, and the key neither over nor taken back."""
        genuine = hmac.compare_digest(_hashed(secret), self.secret_sha256)
        is_over = self.expires_at is not None and now >= self.expires_at
        return genuine and not is_over and self.revoked_at is None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a new key will open.

    Raises:
        Misconfigured: when the tenant or the name is not in its form.
    """

    tenant: str
    name: str
    scopes: frozenset[Scope]
    requests_per_minute: int | None = None
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what the table would refuse, in words."""
        if not TENANT.fullmatch(self.tenant):
            raise Misconfigured("a tenant is 1 to 63 lower-case letters, digits and inner dashes")
        if not 0 < len(self.name) <= NAME_LENGTH_MAX or not self.name.isprintable():
            raise Misconfigured(f"a key's name has 1 to {NAME_LENGTH_MAX} printable characters")
        if not self.scopes:
            raise Misconfigured("a key without a scope opens nothing")


def split_key(text: str) -> tuple[str, str] | None:
    """Return id and secret of a text that has a key's form."""
    found = _KEY.fullmatch(text)
    return (found[1], found[2]) if found else None


def new_key(grant: Grant, now: datetime) -> tuple[str, ApiKey]:
    """Return a new key as its owner gets it, and as it is kept."""
    key_id, secret = _random_text(_ID_BYTES), _random_text(_SECRET_BYTES)
    kept = ApiKey(
        key_id,
        grant.tenant,
        grant.name,
        grant.scopes,
        grant.requests_per_minute,
        _hashed(secret),
        now,
        grant.expires_at,
    )
    return f"bitaqa_{key_id}_{secret}", kept


def store_key(dsn: str, key: ApiKey) -> None:
    """Keep a new key."""
    values = (
        key.key_id,
        key.tenant,
        key.name,
        sorted(key.scopes),
        key.requests_per_minute,
        key.secret_sha256,
        key.created_at,
        key.expires_at,
        key.revoked_at,
    )
    with contextlib.closing(connect(dsn, "bitaqa.keys")) as connection, mapped_errors():
        connection.execute(_INSERT, values)


def list_keys(dsn: str, tenant: str | None = None) -> Sequence[ApiKey]:
    """Return all keys, or a tenant's, oldest first."""
    with contextlib.closing(connect(dsn, "bitaqa.keys")) as connection, mapped_errors():
        cursor = connection.cursor(row_factory=class_row(ApiKey))
        return cursor.execute(_LIST, {"tenant": tenant}).fetchall()


def revoke_keys(dsn: str, key_ids: Iterable[str]) -> Sequence[str]:
    """Take keys back; return those that there are, however long ago they were taken back."""
    with contextlib.closing(connect(dsn, "bitaqa.keys")) as connection, mapped_errors():
        return [row[0] for row in connection.execute(_REVOKE, {"ids": list(key_ids)})]


class ApiKeys:
    """The table of keys, for the ingest service."""

    def __init__(self, dsn: str) -> None:
        self._pool = Pool(dsn, "bitaqa.keys", CONNECTIONS_MAX)

    async def find(self, key_id: str) -> ApiKey | None:
        """Return a key by its id.

        Raises:
            Unavailable: when the database does not answer.
        """
        rows = await self._pool.ask(_FIND, (key_id,))
        return ApiKey(*rows[0]) if rows else None

    async def close(self) -> None:
        """Let go of all connections."""
        await self._pool.close()


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _random_text(size_bytes: int) -> str:
    return base64.b32encode(secrets.token_bytes(size_bytes)).decode().rstrip("=").lower()
