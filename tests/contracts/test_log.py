"""What the log promises, on the twin in memory and on the real broker."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from schemas.errors import Misconfigured, Unavailable, Unprocessable
from streams.kafka import KafkaLog
from streams.kafka.admin import KafkaCluster
from streams.log import (
    AbortedError,
    BrokenError,
    Changes,
    Exchange,
    FencedError,
    Incoming,
    Log,
    Outgoing,
    Partition,
    Reader,
)
from streams.memory_log import MemoryLog, partition_of
from streams.settings import KafkaSettings
from streams.topics import TopicState

PARTITIONS = 4
WAIT_S = 30.0
Topics = Callable[[], str]


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.broker)])
def log(request: pytest.FixtureRequest) -> Log:
    """Return each log in turn."""
    if request.param == "memory":
        return MemoryLog(PARTITIONS)
    return KafkaLog(KafkaSettings(request.getfixturevalue("bootstrap_servers")))


@pytest.fixture
def topic(log: Log, request: pytest.FixtureRequest) -> Topics:
    """Return a maker of empty topics."""

    def make() -> str:
        name = f"test.{uuid.uuid4().hex}"
        if isinstance(log, KafkaLog):
            servers = request.getfixturevalue("bootstrap_servers")
            KafkaCluster(KafkaSettings(servers)).create(TopicState(name, PARTITIONS, 1, {}))
        return name

    return make


@pytest.fixture
def closing() -> Iterator[Callable[[Any], Any]]:
    """Close at the end what a test opened."""
    opened: list[Any] = []

    def keep(one: Any) -> Any:
        opened.append(one)
        return one

    yield keep
    for one in reversed(opened):
        one.close()


Closing = Callable[[Any], Any]


def publish(log: Log, *records: Outgoing) -> None:
    """Write records, each acknowledged."""
    publisher = log.publisher()
    for future in [publisher.publish(record) for record in records]:
        future.result(WAIT_S)
    publisher.close()


def numbered(topic: str, count: int) -> list[Outgoing]:
    """Return records with keys of their own."""
    return [Outgoing(topic, f"key-{n}", b"%d" % n, {"n": str(n)}) for n in range(count)]


def read(member: Reader | Exchange, count: int) -> list[Incoming]:
    """Read so many records."""
    found: list[Incoming] = []
    deadline = time.monotonic() + WAIT_S
    while len(found) < count and time.monotonic() < deadline:
        found += member.read(100, 0.2)
    return found


def ends(records: Sequence[Incoming]) -> dict[Partition, int]:
    """Return where to read next after records."""
    return {(one.topic, one.partition): one.offset + 1 for one in records}


def deaf() -> Changes:
    """Return changes that nobody hears of."""
    return Changes(lambda _: None, lambda _: None, lambda _: None)


def test_a_published_record_is_read_as_it_was(log: Log, topic: Topics, closing: Closing) -> None:
    """Key, value, headers and tombstones survive the way through the log."""
    name = topic()
    publish(log, Outgoing(name, "a", b"\x00\xff", {"h": "é"}), Outgoing(name, "a", None))

    reader = closing(log.reader("g" + name, [name], lambda _: {}, lambda _: None))
    found = read(reader, 2)

    assert [(one.key, one.value, one.headers) for one in found] == [
        ("a", b"\x00\xff", {"h": "é"}),
        ("a", None, {}),
    ]
    assert abs(found[0].timestamp_ms / 1000 - time.time()) < 60


def test_a_key_has_one_partition_on_twin_and_broker(log: Log, topic: Topics) -> None:
    """The twin chooses partitions as every producer of the cluster does, murmur2."""
    name = topic()
    publish(log, *numbered(name, 50))

    found = {one.key: one.partition for one in log.scan([name])}

    assert found == {key: partition_of(key, PARTITIONS) for key in found}
    assert len(found) == 50


def test_a_reader_begins_where_its_caller_says(log: Log, topic: Topics, closing: Closing) -> None:
    """Offsets are the caller's; a partition it leaves out begins at its start."""
    name = topic()
    publish(log, *(Outgoing(name, "same", b"%d" % n) for n in range(5)))
    place = (name, partition_of("same", PARTITIONS))

    reader = closing(log.reader("g" + name, [name], lambda _: {place: 3}, lambda _: None))

    assert [one.value for one in read(reader, 2)] == [b"3", b"4"]


def test_a_failing_start_reaches_the_reader_and_is_asked_again(
    log: Log, topic: Topics, closing: Closing
) -> None:
    """Where the caller's database is down nothing is read from a wrong place."""
    name = topic()
    publish(log, *numbered(name, 3))
    asked: list[int] = []

    def start(_: Sequence[Partition]) -> dict[Partition, int]:
        asked.append(1)
        if len(asked) == 1:
            raise ConnectionError
        return {}

    reader = closing(log.reader("g" + name, [name], start, lambda _: None))

    with pytest.raises(ConnectionError):
        read(reader, 3)
    assert len(read(reader, 3)) == 3


def test_lag_is_what_stands_unread(log: Log, topic: Topics, closing: Closing) -> None:
    """Lag falls to zero once all is read, the markers of transactions not counted."""
    name, target = topic(), topic()
    publish(log, *numbered(name, 20))
    exchange = closing(log.exchange("g" + name, [name], deaf()))
    found = read(exchange, 20)
    exchange.commit([Outgoing(target, one.key, one.value) for one in found], ends(found))

    reader = closing(log.reader("g" + target, [target], lambda _: {}, lambda _: None))
    read(reader, 20)
    deadline = time.monotonic() + WAIT_S
    while sum(reader.lag().values()) and time.monotonic() < deadline:
        reader.read(1, 0.1)

    assert sum(reader.lag().values()) == 0
    assert len(reader.lag()) == PARTITIONS


def test_a_transaction_writes_records_and_offsets(
    log: Log, topic: Topics, closing: Closing
) -> None:
    """After a commit the next member of the group goes on behind it."""
    name, target = topic(), topic()
    publish(log, *(Outgoing(name, "same", b"%d" % n) for n in range(4)))
    first = log.exchange("g" + name, [name], deaf())
    found = read(first, 4)
    first.commit([Outgoing(target, "same", b"out")], ends(found[:3]))
    first.close()

    second = closing(log.exchange("g" + name, [name], deaf()))

    assert [one.value for one in read(second, 1)] == [b"3"]
    assert [one.value for one in log.scan([target])] == [b"out"]


def test_what_is_not_committed_is_read_again(log: Log, topic: Topics, closing: Closing) -> None:
    """Reading alone moves nothing."""
    name = topic()
    publish(log, *numbered(name, 3))
    first = log.exchange("g" + name, [name], deaf())
    read(first, 3)
    first.close()

    second = closing(log.exchange("g" + name, [name], deaf()))

    assert len(read(second, 3)) == 3


@pytest.mark.parametrize(
    ("offsets", "told"), [(3, [b"1", b"2", b"3"]), (99, [b"0", b"1", b"2", b"3"])]
)
def test_a_member_is_told_what_stands_before_its_beginning(
    log: Log, topic: Topics, closing: Closing, offsets: int, told: list[bytes]
) -> None:
    """As far back as it wants and the log goes; it is neither work nor lag."""
    name = topic()
    publish(log, *(Outgoing(name, "same", b"%d" % n) for n in range(6)))
    place = (name, partition_of("same", PARTITIONS))
    past: list[Incoming] = []
    changes = replace(deaf(), past=past.extend, past_offsets=offsets)
    first = log.exchange("g" + name, [name], changes)
    assert len(read(first, 6)) == 6
    assert past == []
    first.commit([], {place: 4})
    first.close()

    second = closing(log.exchange("g" + name, [name], changes))
    work = read(second, 2)

    assert [one.value for one in past] == told
    assert [one.value for one in work] == [b"4", b"5"]
    assert second.lag()[place] == 0


def test_partitions_are_shared_and_given_back(log: Log, topic: Topics, closing: Closing) -> None:
    """Two members share a topic; a commit is possible while partitions are taken."""
    name, target = topic(), topic()
    publish(log, *numbered(name, 40))
    mine: set[Partition] = set()
    taken: list[Partition] = []
    first: list[Exchange] = []

    def revoked(gone: Sequence[Partition]) -> None:
        if not taken:  # Not again when the test's end closes what may have left the group.
            first[0].commit([Outgoing(target, "k", b"last words")], dict.fromkeys(gone, 1))
        mine.difference_update(gone)
        taken.extend(gone)

    changes = Changes(mine.update, revoked, lambda _: None)
    first.append(closing(log.exchange("g" + name, [name], changes)))
    read(first[0], 40)
    theirs: set[Partition] = set()
    second = closing(
        log.exchange("g" + name, [name], Changes(theirs.update, deaf().revoked, deaf().lost))
    )
    deadline = time.monotonic() + WAIT_S
    while len(theirs) < PARTITIONS // 2 and time.monotonic() < deadline:
        first[0].read(1, 0.05)
        second.read(1, 0.05)

    assert len(mine) == len(theirs) == PARTITIONS // 2
    assert set(taken) == theirs
    assert [one.value for one in log.scan([target])] == [b"last words"]


def test_a_member_whose_name_another_took_cannot_write(
    log: Log, topic: Topics, closing: Closing, request: pytest.FixtureRequest
) -> None:
    """Results of a replaced process are not seen by anybody."""
    name, target = topic(), topic()
    publish(log, *numbered(name, 10))
    named = _named(log, request)
    first = closing(named.exchange("g" + name, [name], deaf()))
    found = read(first, 10)
    if isinstance(log, MemoryLog):
        log.fence("g" + name)
    second = closing(named.exchange("g" + name, [name], deaf()))

    with pytest.raises((AbortedError, BrokenError, FencedError)):
        first.commit([Outgoing(target, "k", b"late")], ends(found))

    if isinstance(log, KafkaLog):
        assert len(read(second, 10)) == 10
    assert list(log.scan([target])) == []


def test_a_follower_sees_only_what_comes_after(log: Log, topic: Topics, closing: Closing) -> None:
    """Following begins at the end at the moment of the call."""
    name = topic()
    publish(log, Outgoing(name, "a", b"before"))
    follower = closing(log.follow([name]))
    publish(log, Outgoing(name, "a", b"after"))

    assert [one.value for one in read(follower, 1)] == [b"after"]


def test_a_held_member_fetches_nothing(log: Log, topic: Topics, closing: Closing) -> None:
    """Holding keeps the membership and stops the records; releasing brings them."""
    name = topic()
    exchange = closing(log.exchange("g" + name, [name], deaf()))
    publish(log, Outgoing(name, "a", b"1"))
    assert len(read(exchange, 1)) == 1
    exchange.hold()
    publish(log, Outgoing(name, "a", b"2"))

    held = [one for _ in range(10) for one in exchange.read(10, 0.05)]
    exchange.release()

    assert held == []
    assert [one.value for one in read(exchange, 1)] == [b"2"]


def test_a_log_that_is_down_is_unavailable_in_time(closing: Closing) -> None:
    """Neither a publisher nor a runner waits for ever, and both say what is down."""
    nowhere = KafkaLog(KafkaSettings("127.0.0.1:9"))
    publisher = closing(nowhere.publisher())
    began_s = time.monotonic()

    assert not publisher.ready(0.2)
    with pytest.raises(Unavailable):
        publisher.publish(Outgoing("test", "k", b"v")).result(WAIT_S)
    with pytest.raises(Unavailable):
        nowhere.exchange("group", ["test"], deaf())
    with pytest.raises(Unavailable):
        list(nowhere.scan(["test"]))
    assert time.monotonic() - began_s < 3 * WAIT_S


@pytest.mark.broker
def test_a_record_that_is_too_large_is_refused_for_good(
    bootstrap_servers: str, closing: Closing
) -> None:
    """Trying again would not help."""
    publisher = closing(KafkaLog(KafkaSettings(bootstrap_servers)).publisher())

    with pytest.raises(Unprocessable):
        publisher.publish(Outgoing("test", "k", b"x" * 7_000_000)).result(WAIT_S)


@pytest.mark.broker
def test_a_dead_members_open_transaction_is_waited_out(
    bootstrap_servers: str, closing: Closing
) -> None:
    """Its heirs begin at what was committed before, although a rebalance falls in between."""
    log = KafkaLog(KafkaSettings(bootstrap_servers))
    name, target = f"test.{uuid.uuid4().hex}", f"test.{uuid.uuid4().hex}"
    for one in (name, target):
        KafkaCluster(KafkaSettings(bootstrap_servers)).create(TopicState(one, PARTITIONS, 1, {}))
    publish(log, *numbered(name, 40))
    dead = log.exchange("g" + name, [name], deaf())
    places = {(one.topic, one.partition) for one in read(dead, 40)}
    dead.commit([Outgoing(target, "k", b"out")], dict.fromkeys(places, 1))
    dead._send([Outgoing(target, "k", b"never seen")], dict.fromkeys(places, 2))
    dead._consumer.close()

    heirs = [closing(log.exchange("g" + name, [name], deaf()))]
    found = [one for _ in range(15) for one in heirs[0].read(10, 0.1)]
    heirs.append(closing(log.exchange("g" + name, [name], deaf())))
    deadline = time.monotonic() + WAIT_S
    while len(found) < 40 - len(places) and time.monotonic() < deadline:
        found += [one for heir in heirs for one in heir.read(10, 0.05)]

    assert min(one.offset for one in found) == 1
    assert {(one.topic, one.partition) for one in found} == places
    assert [one.value for one in log.scan([target])] == [b"out"]


@pytest.mark.broker
def test_missing_topics_stop_the_start(bootstrap_servers: str) -> None:
    """The message names them and the command that makes them."""
    there = KafkaLog(KafkaSettings(bootstrap_servers))

    with pytest.raises(Misconfigured, match=r"topics apply.*test\.missing"):
        there.require(["test.missing"], threading.Event())


def _named(log: Log, request: pytest.FixtureRequest) -> Log:
    """Return the log for members with a stable name."""
    if isinstance(log, MemoryLog):
        return log
    return KafkaLog(KafkaSettings(request.getfixturevalue("bootstrap_servers")), "replica-0")
