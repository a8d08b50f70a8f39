"""What the table of API keys promises, on the twin in memory and on a real PostgreSQL."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from streams.api_keys import (
    ApiKey,
    ApiKeys,
    Grant,
    Scope,
    list_keys,
    new_key,
    revoke_keys,
    split_key,
    store_key,
)
from streams.audit import read_lines
from streams.migrate import migrate
from tests.ingest.fakes import FakeKeys

pytestmark = pytest.mark.anyio
NOW = datetime(2031, 4, 5, 12, 30, tzinfo=UTC)
GRANT = Grant("first", "a scanner", frozenset({Scope.SUBMIT, Scope.READ}), 600)


@dataclass(frozen=True)
class Table:
    """The table as operators and as the service see it."""

    keys: Any
    store: Callable[[ApiKey], None]
    revoke: Callable[[Iterable[str]], Sequence[str]]


@pytest.fixture
def anyio_backend() -> str:
    """Run on asyncio alone."""
    return "asyncio"


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
async def table(request: pytest.FixtureRequest) -> AsyncIterator[Table]:
    """Yield each table in turn."""
    if request.param == "memory":
        fake = FakeKeys()
        yield Table(fake, fake.store, fake.revoke)
        return
    dsn = request.getfixturevalue("dsn")
    migrate(dsn)
    keys = ApiKeys(dsn)
    yield Table(keys, lambda key: store_key(dsn, key), lambda ids: revoke_keys(dsn, ids))
    await keys.close()


async def test_a_key_is_found_as_it_was_made(table: Table) -> None:
    """Tenant, scopes, limit and hash are there; the secret itself is nowhere."""
    text, kept = new_key(GRANT, NOW)
    table.store(kept)

    found = await table.keys.find(kept.key_id)

    assert found == kept
    secret = text.rsplit("_", 1)[1]
    assert found.opens(secret, NOW)
    assert secret not in repr(found)
    assert secret.encode() not in found.secret_sha256


async def test_an_id_that_nobody_has_is_not_found(table: Table) -> None:
    """There is no key, and no error."""
    assert await table.keys.find("aaaaaaaaaaaaaaaa") is None


async def test_a_key_that_is_taken_back_opens_nothing(table: Table) -> None:
    """Its row stays, and says when; taking it back again changes nothing."""
    text, kept = new_key(GRANT, NOW)
    table.store(kept)

    told = list(table.revoke([kept.key_id, "aaaaaaaaaaaaaaaa"]))
    first = await table.keys.find(kept.key_id)
    table.revoke([kept.key_id])
    second = await table.keys.find(kept.key_id)

    assert told == [kept.key_id]
    assert not first.opens(text.rsplit("_", 1)[1], NOW)
    assert first.revoked_at is not None
    assert second == first


async def test_a_key_is_over_at_its_time(table: Table) -> None:
    """It opens until then and not a moment longer."""
    end = NOW + timedelta(days=1)
    text, kept = new_key(Grant("first", "a test", frozenset({Scope.READ}), expires_at=end), NOW)
    table.store(kept)

    found = await table.keys.find(kept.key_id)

    split = split_key(text)
    assert split is not None
    assert found.opens(split[1], end - timedelta(milliseconds=1))
    assert not found.opens(split[1], end)
    assert not found.opens("a" * 52, NOW)


@pytest.mark.postgres
def test_keys_are_listed_by_tenant(dsn: str) -> None:
    """Operators see all keys, or one tenant's, oldest first."""
    migrate(dsn)
    made = [
        new_key(Grant(tenant, "a test", frozenset({Scope.READ})), NOW + timedelta(seconds=n))[1]
        for n, tenant in enumerate(("first", "second", "first"))
    ]
    for one in reversed(made):
        store_key(dsn, one)

    assert list(list_keys(dsn)) == made
    assert list(list_keys(dsn, "first")) == [made[0], made[2]]
    assert not list_keys(dsn, "third")


@pytest.mark.postgres
async def test_keys_are_in_the_audit_log(dsn: str) -> None:
    """Made once, taken back once; the secret's hash is not told."""
    migrate(dsn)
    _, kept = new_key(Grant("acme", "a test", frozenset({Scope.READ})), NOW)

    store_key(dsn, kept)
    for _ in range(2):
        revoke_keys(dsn, [kept.key_id])

    lines = list(read_lines(dsn, "acme"))
    assert [(one.action, one.object) for one in lines] == [
        ("key.created", kept.key_id),
        ("key.revoked", kept.key_id),
    ]
    assert [one.detail for one in lines] == ['{"scopes": ["read"]}', "{}"]
