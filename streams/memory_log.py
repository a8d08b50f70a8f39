"""The log's twin in memory: topics, groups, transactions and faults on demand, in one process.

It passes the contract suite of the real one.
"""

import random
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from schemas.errors import Unavailable
from streams.log import (
    AbortedError,
    Changes,
    FencedError,
    Incoming,
    Outgoing,
    Partition,
    Revoked,
    StartOffsets,
)

PARTITIONS = 4
_POLL_S = 0.002


@dataclass(slots=True)
class _Group:
    members: list["_Member"] = field(default_factory=list)
    owners: dict[Partition, "_Member"] = field(default_factory=dict)
    committed: dict[Partition, int] = field(default_factory=dict)


class MemoryLog:
    """A cluster of one process; every topic exists from its first use. Thread-safe.

    Args:
        partitions: of every topic.
    """

    def __init__(self, partitions: int = PARTITIONS) -> None:
        self.lock = threading.RLock()
        self.down = False
        self.patient = True
        self._count = partitions
        self._topics: dict[str, list[list[Incoming]]] = {}
        self._groups: dict[str, _Group] = {}
        self._refused = 0

    # The port.

    def publisher(self) -> "MemoryPublisher":
        """Return a new publisher."""
        return MemoryPublisher(self)

    def reader(
        self, group: str, topics: Sequence[str], start: StartOffsets, revoked: Revoked
    ) -> "MemoryReader":
        """Return a new member of a group whose offsets the caller keeps."""
        return MemoryReader(self, group, topics, start, revoked)

    def exchange(self, group: str, topics: Sequence[str], changes: Changes) -> "MemoryExchange":
        """Return a new member of a group that reads and writes in transactions."""
        self.require_up()
        return MemoryExchange(self, group, topics, changes)

    def scan(self, topics: Sequence[str]) -> Iterator[Incoming]:
        """Yield every record that stands in the topics now, then end."""
        self.require_up()
        with self.lock:
            lines = [tuple(line) for topic in topics for line in self.lines(topic)]
        for line in lines:
            yield from line

    def follow(self, topics: Sequence[str]) -> "MemoryReader":
        """Return a reader outside of any group that begins at the topics' present end."""
        with self.lock:
            ends = {place: len(self.line(place)) for place in self.places(topics)}
        return MemoryReader(self, uuid.uuid4().hex, topics, lambda _: ends, lambda _: None)

    # Faults on demand.

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Let nothing through while the block runs."""
        self.down = True
        try:
            yield
        finally:
            self.down = False

    def refuse_commits(self, count: int) -> None:
        """Abort the next transactions."""
        self._refused = count

    def expire(self, group: str) -> None:
        """Lose every member's session, as after a long pause of its process."""
        with self.lock:
            for member in self.group(group).members:
                member.expired = True
            self.group(group).owners.clear()

    def fence(self, group: str) -> None:
        """Let other members take the names of those there."""
        with self.lock:
            for member in self.group(group).members:
                member.fenced = True

    def committed(self, group: str) -> Mapping[Partition, int]:
        """Return where a group reads next."""
        with self.lock:
            return dict(self.group(group).committed)

    # What its members use, under the lock.

    def group(self, name: str) -> _Group:
        """Return a group's state."""
        return self._groups.setdefault(name, _Group())

    def lines(self, topic: str) -> list[list[Incoming]]:
        """Return a topic's partitions."""
        return self._topics.setdefault(topic, [[] for _ in range(self._count)])

    def line(self, place: Partition) -> list[Incoming]:
        """Return one partition."""
        return self.lines(place[0])[place[1]]

    def places(self, topics: Sequence[str]) -> list[Partition]:
        """Return the partitions of topics."""
        return [(topic, number) for topic in topics for number in range(len(self.lines(topic)))]

    def require_up(self) -> None:
        """Raise while an outage is on."""
        if self.down:
            raise Unavailable("kafka", "the log in memory is told to be down")

    def append(self, record: Outgoing) -> None:
        """Write a record to the partition of its key."""
        number = partition_of(record.key, self._count)
        line = self.line((record.topic, number))
        now_ms = int(time.time() * 1000)
        headers = dict(record.headers)
        line.append(
            Incoming(record.topic, number, len(line), record.key, record.value, headers, now_ms)
        )

    def refuse(self) -> bool:
        """Say whether this transaction is to be aborted."""
        self._refused = max(0, self._refused - 1) if (refused := self._refused > 0) else 0
        return refused


class MemoryPublisher:
    """Writes single records."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def publish(self, record: Outgoing) -> Future[None]:
        """Return a future that is done already."""
        future: Future[None] = Future()
        with self._log.lock:
            try:
                self._log.require_up()
                self._log.append(record)
            except Unavailable as error:
                future.set_exception(error)
            else:
                future.set_result(None)
        return future

    def ready(self, timeout_s: float = 1.0) -> bool:  # noqa: ARG002 - answers at once
        """Say whether no outage is on."""
        return not self._log.down

    def close(self) -> None:
        """Nothing is open."""


class _Member:
    """A group member: partitions are given up before another takes them."""

    def __init__(self, log: MemoryLog, group: str, topics: Sequence[str]) -> None:
        self._log = log
        self._group = log.group(group)
        self._topics = tuple(topics)
        self.expired = False
        self.fenced = False
        self._positions: dict[Partition, int] = {}
        self._held = False
        with log.lock:
            self._group.members.append(self)

    def read(self, records_max: int, timeout_s: float) -> tuple[Incoming, ...]:
        """Return what is there, at most ``records_max``, waiting only for the first."""
        deadline = time.monotonic() + (timeout_s if self._log.patient else 0.0)
        while True:
            with self._log.lock:
                self._settle()
                found = self._take(records_max)
            if found or time.monotonic() >= deadline:
                return found
            time.sleep(_POLL_S)

    def lag(self) -> Mapping[Partition, int]:
        """Return how many records stand unread behind the position."""
        with self._log.lock:
            return {place: len(self._log.line(place)) - at for place, at in self._positions.items()}

    def hold(self) -> None:
        """Fetch no more until ``release``."""
        self._held = True

    def release(self) -> None:
        """End ``hold``."""
        self._held = False

    def close(self) -> None:
        """Leave the group."""
        with self._log.lock:
            if not self.expired and self._positions:
                self._before(tuple(self._positions))
            self._give_up(tuple(self._positions))
            self._group.members.remove(self)

    def _take(self, records_max: int) -> tuple[Incoming, ...]:
        if self._held or self._log.down:
            return ()
        found: list[Incoming] = []
        for place, at in self._positions.items():
            more = self._log.line(place)[at : at + records_max - len(found)]
            self._positions[place] = at + len(more)
            found.extend(more)
        return tuple(found)

    def _settle(self) -> None:
        """Give up what is another's by now, then take what is free."""
        if self.fenced:
            raise FencedError("another member has this one's name")
        if self.expired:
            lost = tuple(self._positions)
            self._positions.clear()
            self.expired = False
            self._lost(lost)
        wanted = self._share()
        gone = tuple(place for place in self._positions if place not in wanted)
        if gone:
            self._before(gone)
            self._give_up(gone)
        free = [
            place
            for place in wanted
            if place not in self._positions and place not in self._group.owners
        ]
        if free:
            self._begin(free)

    def _begin(self, places: list[Partition]) -> None:
        starts = self._starts(places)
        for place in places:
            self._group.owners[place] = self
            self._positions[place] = starts.get(place, 0)
        self._after(places)

    def _share(self) -> list[Partition]:
        members = self._group.members
        mine = members.index(self)
        places = sorted(self._log.places(self._topics))
        return [place for index, place in enumerate(places) if index % len(members) == mine]

    def _give_up(self, places: Sequence[Partition]) -> None:
        for place in places:
            self._positions.pop(place, None)
            if self._group.owners.get(place) is self:
                del self._group.owners[place]

    def _starts(self, places: Sequence[Partition]) -> Mapping[Partition, int]:
        raise NotImplementedError

    def _after(self, places: Sequence[Partition]) -> None:
        raise NotImplementedError

    def _before(self, places: Sequence[Partition]) -> None:
        raise NotImplementedError

    def _lost(self, places: Sequence[Partition]) -> None:
        raise NotImplementedError


class MemoryReader(_Member):
    """A member whose caller keeps the offsets."""

    def __init__(
        self,
        log: MemoryLog,
        group: str,
        topics: Sequence[str],
        start: StartOffsets,
        revoked: Revoked,
    ) -> None:
        super().__init__(log, group, topics)
        self._start = start
        self._revoked = revoked

    def _starts(self, places: Sequence[Partition]) -> Mapping[Partition, int]:
        return self._start(tuple(places))

    def _after(self, places: Sequence[Partition]) -> None:
        """The caller gave the offsets itself."""

    def _before(self, places: Sequence[Partition]) -> None:
        self._revoked(tuple(places))

    def _lost(self, places: Sequence[Partition]) -> None:
        self._revoked(tuple(places))


class MemoryExchange(_Member):
    """A member that reads and writes in transactions."""

    def __init__(self, log: MemoryLog, group: str, topics: Sequence[str], changes: Changes) -> None:
        super().__init__(log, group, topics)
        self._changes = changes

    def commit(self, records: Sequence[Outgoing], offsets: Mapping[Partition, int]) -> None:
        """Write the records and move the group's offsets, or neither."""
        with self._log.lock:
            if self.fenced:
                raise FencedError("another member has this one's name")
            self._log.require_up()
            if self._log.refuse() or any(
                self._group.owners.get(place) is not self for place in offsets
            ):
                raise AbortedError("the transaction was refused")
            for record in records:
                self._log.append(record)
            self._group.committed.update(offsets)

    def _starts(self, places: Sequence[Partition]) -> Mapping[Partition, int]:
        return {place: self._group.committed.get(place, 0) for place in places}

    def _after(self, places: Sequence[Partition]) -> None:
        self._changes.assigned(tuple(places))
        for place in places:
            at = self._positions[place]
            past = self._log.line(place)[max(0, at - self._changes.past_offsets) : at]
            self._changes.past(past)

    def _before(self, places: Sequence[Partition]) -> None:
        self._changes.revoked(tuple(places))

    def _lost(self, places: Sequence[Partition]) -> None:
        self._changes.lost(tuple(places))


def partition_of(key: str, count: int) -> int:
    """Return the partition that every producer of the cluster chooses for a key."""
    if not key:
        return random.randrange(count)
    return (_murmur2(key.encode()) & 0x7FFFFFFF) % count


def _murmur2(data: bytes) -> int:
    # MurmurHash2 with Kafka's seed, as in org.apache.kafka.common.utils.Utils.murmur2.
    mask, multiplier = 0xFFFFFFFF, 0x5BD1E995
    value = (0x9747B28C ^ len(data)) & mask
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at : at + 4], "little") * multiplier & mask
        word = (word ^ (word >> 24)) * multiplier & mask
        value = (value * multiplier & mask) ^ word
    if rest := data[whole:]:
        value = (value ^ int.from_bytes(rest, "little")) * multiplier & mask
    value = (value ^ (value >> 13)) * multiplier & mask
    return value ^ (value >> 15)
