"""How long a key is remembered: when it is taken back, and while the database is down."""

from datetime import timedelta

import pytest

from ingest.known_keys import FRESH_S, KNOWN_MAX, STALE_S, KnownKeys
from schemas.errors import Unavailable
from streams.api_keys import ApiKey, Grant, Scope, new_key
from tests.ingest.fakes import FakeKeys
from tests.ingest.service import NOW

pytestmark = pytest.mark.anyio


class Clock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


def _made(table: FakeKeys) -> ApiKey:
    key = new_key(Grant("first", "a test", frozenset({Scope.READ})), NOW)[1]
    table.store(key)
    return key


async def test_a_key_is_asked_for_once_in_a_while() -> None:
    """Many requests with one key are one question to the database."""
    table, clock = FakeKeys(), Clock()
    known, key = KnownKeys(table, clock), _made(table)

    for _ in range(100):
        assert await known.find(key.key_id) == key

    assert table.questions == 1


async def test_a_key_that_is_taken_back_ends_within_seconds() -> None:
    """Not at once, but soon; a row that is gone ends its key, too."""
    table, clock = FakeKeys(), Clock()
    known, key = KnownKeys(table, clock), _made(table)
    await known.find(key.key_id)

    table.revoke([key.key_id])
    clock.now_s += FRESH_S
    revoked = await known.find(key.key_id)
    table.rows.clear()
    clock.now_s += FRESH_S
    gone = await known.find(key.key_id)

    assert FRESH_S <= 5
    assert revoked is not None
    assert revoked.revoked_at is not None
    assert gone is None


async def test_known_keys_open_while_the_database_is_down() -> None:
    """Uploads need no database; but a stranger's key, or one known long ago, is a 503."""
    table, clock = FakeKeys(), Clock()
    known, key = KnownKeys(table, clock), _made(table)
    await known.find(key.key_id)
    table.is_down = True

    clock.now_s += STALE_S - timedelta(seconds=1).total_seconds()
    found = await known.find(key.key_id)
    with pytest.raises(Unavailable):
        await known.find("aaaaaaaaaaaaaaaa")
    clock.now_s += 1
    with pytest.raises(Unavailable):
        await known.find(key.key_id)

    assert found == key


async def test_guesses_do_not_push_out_what_is_known() -> None:
    """Ids that nobody has take no room."""
    table, clock = FakeKeys(), Clock()
    known, key = KnownKeys(table, clock), _made(table)
    await known.find(key.key_id)

    for number in range(KNOWN_MAX + 1):
        await known.find(f"guess{number}")
    table.is_down = True

    assert await known.find(key.key_id) == key
