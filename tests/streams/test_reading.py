import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import psycopg
import pytest

from schemas.errors import Misconfigured, Unavailable
from streams.embedded import EmbeddedPostgres
from streams.memory import MemoryLog
from streams.migrate import migrate
from streams.reading import Failure, Readings, StatusRow, read_rows
from tests.support.passes import document_id, failed, publish, read, uploaded, whole_pass
from tests.support.sinks import Rows, RunningSink

pytestmark = pytest.mark.postgres

EVENTS = "SELECT count(*) FROM document_events"
TENANT = uploaded(1).tenant
WAIT_S = 30.0


@pytest.fixture
def rows(dsn: str) -> Rows:
    """Return a database with all tables and no rows."""
    migrate(dsn)
    return Rows(dsn)


def _ask(dsn: str, question: Callable[[Readings], Coroutine[Any, Any, Any]]) -> Any:
    """Return the answer of readings that are closed afterwards."""

    async def run() -> Any:
        readings = Readings(dsn)
        try:
            async with asyncio.timeout(WAIT_S):
                return await question(readings)
        finally:
            await readings.close()

    return asyncio.run(run())


def test_each_outcome_is_told_as_it_is(dsn: str, rows: Rows) -> None:
    """Pending without more, a result whole, a failure with its reason, nothing for a stranger."""
    log = MemoryLog()
    letter = failed(2)
    publish(log, [uploaded(1), uploaded(2), letter, *whole_pass(3)])
    with RunningSink(log, dsn):
        rows.wait(EVENTS, 7)

    async def ask(readings: Readings) -> list[StatusRow | None]:
        mine = [await readings.status(TENANT, document_id(number)) for number in (1, 2, 3, 4)]
        return [*mine, await readings.status("another tenant", document_id(3))]

    assert _ask(dsn, ask) == [
        StatusRow("pending", 1),
        StatusRow(
            "failed",
            1,
            failure=Failure(letter.stage, letter.reason, letter.message, letter.attempts),
        ),
        StatusRow("accepted", 1, result=read(3)),
        None,
        None,
    ]


def test_events_come_in_order_and_from_where_one_left_off(dsn: str, rows: Rows) -> None:
    """A reader that saw some gets the others, and only of its own tenant."""
    log = MemoryLog()
    publish(log, whole_pass(1))
    with RunningSink(log, dsn):
        rows.wait(EVENTS, 4)

    async def ask(readings: Readings) -> tuple[Any, ...]:
        every = await readings.events(TENANT, document_id(1))
        rest = await readings.events(TENANT, document_id(1), every[1].sequence)
        return every, rest, await readings.events("another tenant", document_id(1))

    every, rest, foreign = _ask(dsn, ask)
    assert {one.event for one in every} == {"uploaded", "prepared", "extracted", "read"}
    assert [one.sequence for one in every] == sorted(one.sequence for one in every)
    assert rest == every[2:]
    assert foreign == []


async def _next(listening: AsyncIterator[str]) -> str:
    return await anext(listening)


async def _hear(listening: AsyncIterator[str], wanted: set[str]) -> set[str]:
    heard: set[str] = set()
    while not wanted <= heard:
        heard.add(await anext(listening))
    return heard


def test_every_listener_hears_of_every_document(dsn: str, rows: Rows) -> None:
    """Listeners share one connection; one that is slow misses nothing."""
    log = MemoryLog()
    wanted = {document_id(number) for number in range(300)}

    async def ask(readings: Readings) -> list[set[str]]:
        quick, slow = readings.listen(), readings.listen()
        first = asyncio.create_task(_hear(quick, wanted))
        waiting = asyncio.create_task(_next(slow))
        await asyncio.to_thread(publish, log, [uploaded(number) for number in range(300)])
        heard = [await first]
        connections = await asyncio.to_thread(
            rows.one,
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bitaqa.reading'",
        )
        assert connections == 1
        heard.append(await _hear(slow, wanted - {await waiting}))
        return heard

    with RunningSink(log, dsn):
        quick, slow = _ask(dsn, ask)

    assert quick == wanted
    assert len(slow) >= 299


def test_what_changed_while_nobody_could_hear_follows(
    dsn: str, rows: Rows, postgres: EmbeddedPostgres
) -> None:
    """A restart of PostgreSQL costs a listener nothing but time."""
    log = MemoryLog()

    async def ask(readings: Readings) -> set[str]:
        listening = readings.listen()
        await asyncio.to_thread(publish, log, [uploaded(1)])
        await _hear(listening, {document_id(1)})
        await asyncio.to_thread(postgres.stop)
        with pytest.raises(Unavailable):
            await readings.status(TENANT, document_id(1))
        await asyncio.to_thread(postgres.start)
        # Written by hand, without a notification.
        await asyncio.to_thread(
            rows.do,
            "INSERT INTO document_events (document_id, tenant, revision, stage, event, at, topic,"
            " partition, record_offset) VALUES ('silent', 't', 1, 'ingest', 'uploaded', now(),"
            " 'x', 0, 0)",
        )
        heard = await _hear(listening, {"silent"})
        while await _status(readings) is None:
            pass
        return heard

    async def _status(readings: Readings) -> StatusRow | None:
        try:
            return await readings.status(TENANT, document_id(1))
        except Unavailable:
            return None

    with RunningSink(log, dsn):
        assert "silent" in _ask(dsn, ask)


def test_the_first_listener_hears_of_what_was_written_just_before(dsn: str, rows: Rows) -> None:
    """Between asking and hearing lies a connection: what falls into that gap is not lost."""
    log = MemoryLog()
    publish(log, [uploaded(1)])
    with RunningSink(log, dsn):
        rows.wait(EVENTS, 1)

    assert _ask(dsn, lambda readings: _next(readings.listen())) == document_id(1)


def test_a_database_without_tables_or_none_at_all_is_unavailable(dsn: str) -> None:
    """Each says its cause; a check that passes afterwards needs no new object."""

    async def ask(readings: Readings) -> None:
        with pytest.raises(Unavailable, match="bitaqa migrate"):
            await readings.check()
        await asyncio.to_thread(migrate, dsn)
        await readings.check()

    _ask(dsn, ask)
    with pytest.raises(Unavailable):
        _ask(dsn.replace("/test_", "/nowhere_"), lambda readings: readings.check())


def test_a_string_that_is_none_stops_at_once() -> None:
    """The setting is named, its value is not."""
    with pytest.raises(Misconfigured, match="BITAQA_POSTGRES_DSN") as caught:
        Readings("postgresql://user:hidden@host/x?nothing")

    assert "hidden" not in str(caught.value)


def test_rows_are_read_for_the_command_line(dsn: str, rows: Rows) -> None:
    """Fields and findings come with their documents; unknown ids are left out."""
    log = MemoryLog()
    publish(log, [*whole_pass(1), uploaded(2), failed(2)])
    with RunningSink(log, dsn):
        rows.wait(EVENTS, 6)

    found = {row["document_id"]: row for row in read_rows(dsn, [document_id(n) for n in range(5)])}

    assert set(found) == {document_id(1), document_id(2)}
    message = read(1)
    assert found[document_id(1)]["fields"] == {n: one.value for n, one in message.fields.items()}
    assert found[document_id(1)]["findings"] == [one.code for one in message.findings]
    assert found[document_id(1)]["status"] == message.status
    assert found[document_id(2)]["status"] == "failed"
    assert found[document_id(2)]["fields"] == {}
    assert found[document_id(2)]["failed_reason"] == failed(2).reason


def test_a_stopped_connection_string_is_no_secret(dsn: str) -> None:
    """What an error says of a server that is gone leaves the password out."""
    with pytest.raises(Unavailable) as caught:
        read_rows("postgresql://someone:hidden@127.0.0.1:9/x", ["a"])

    assert "hidden" not in str(caught.value)
    assert not issubclass(type(caught.value), psycopg.Error)
