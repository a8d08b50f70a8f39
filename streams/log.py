"""The log, as the rest of bitaqa sees it; ``kafka/`` and ``memory.py`` both provide it.

Besides ``Unavailable`` a member of a group can meet::

    AbortedError    nothing of the transaction counts: read, then send the same again
    BrokenError     the session is beyond repair: drop what is in hand, open a new one
    FencedError     another member took this one's place: end the process
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from schemas.errors import BitaqaError

MESSAGE_BYTES_MAX = 4 * 1024 * 1024
"""Largest value that a stage may write; topics take a little more, for dead letters."""

Partition = tuple[str, int]
"""Topic name and partition number."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to be written; a ``value`` of None is a tombstone. Headers are text."""

    topic: str
    key: str
    value: bytes | None = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record as read; headers that are not UTF-8 text are left out."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes | None = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timestamp_ms: int = 0


class Publisher(Protocol):
    """Writes single records, each acknowledged by all in-sync replicas. Thread-safe."""

    def publish(self, record: Outgoing) -> Future[None]:
        """Return a future that is done when the record is acknowledged.

        It fails with ``Unavailable`` when the log does not acknowledge in time.
        """
        ...

    def ready(self, timeout_s: float = 1.0) -> bool:
        """Say whether the log answers."""
        ...

    def close(self) -> None:
        """Flush and let go."""
        ...


class Reader(Protocol):
    """A group member that reads committed records; its caller owns the offsets."""

    def read(self, records_max: int, timeout_s: float) -> tuple[Incoming, ...]:
        """Return what is there, at most ``records_max``, waiting only for the first.

        Raises:
            Unavailable: when the log does not answer.
            BrokenError: when the session is beyond repair.
        """
        ...

    def lag(self) -> Mapping[Partition, int]:
        """Return how many records stand unread behind the position, by assigned partition."""
        ...

    def close(self) -> None:
        """Leave the group."""
        ...


StartOffsets = Callable[[Sequence[Partition]], Mapping[Partition, int]]
"""Called on assignment: where to begin; a partition left out begins at its start."""

Revoked = Callable[[Sequence[Partition]], None]
"""Called before partitions are taken away."""


class AbortedError(BitaqaError):
    """The transaction was rolled back; its records may be sent again after the next read."""


class BrokenError(BitaqaError):
    """The member can neither commit nor abort any more; what it holds belongs to the next one."""


class FencedError(BitaqaError):
    """Another process carries this member's name; this one has to end."""


Past = Callable[[Collection[Incoming]], None]
"""Called with records that stand before the offset where a member begins."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a member of a group wants to hear, always in the thread that reads.

    Args:
        assigned: after partitions are given.
        revoked: before partitions are taken; a commit is still possible.
        lost: when partitions are gone already; a commit is not.
        past: told, before a partition's first record is read, what stands before it.
        past_offsets: how far back before the first offset that goes.
    """

    assigned: Revoked
    revoked: Revoked
    lost: Revoked
    past: Past = field(default=lambda _: None)
    past_offsets: int = 0


class Stop(Protocol):
    """The part of ``threading.Event`` that tells a loop to end."""

    def is_set(self) -> bool:
        """Say whether the loop should end."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for that."""
        ...


class Exchange(Protocol):
    """A group member that reads and writes in transactions, its offsets among the writes."""

    def read(self, records_max: int, timeout_s: float) -> tuple[Incoming, ...]:
        """Return what is there, at most ``records_max``, waiting only for the first.

        Raises:
            FencedError: when another member took this one's place.
            BrokenError: when the session is beyond repair.
        """
        ...

    def commit(self, records: Sequence[Outgoing], offsets: Mapping[Partition, int]) -> None:
        """Write the records and move the group's offsets to where it reads next, or neither.

        Raises:
            Unavailable: the outcome is open; call again with the same arguments.
            AbortedError: nothing was written; read before trying again.
            FencedError, BrokenError: nothing was written by this call's transaction.
        """
        ...

    def hold(self) -> None:
        """Fetch no more until ``release``; the member stays in the group. Dear on a cluster."""
        ...

    def release(self) -> None:
        """End ``hold``."""
        ...

    def lag(self) -> Mapping[Partition, int]:
        """Return how many records stand unread behind the position, by assigned partition."""
        ...

    def close(self) -> None:
        """Abort what is open and leave the group."""
        ...


class Log(Protocol):
    """A cluster, or its twin in memory."""

    def publisher(self) -> Publisher:
        """Return a new publisher."""
        ...

    def reader(
        self, group: str, topics: Sequence[str], start: StartOffsets, revoked: Revoked
    ) -> Reader:
        """Return a new member of a group whose offsets the caller keeps."""
        ...

    def exchange(self, group: str, topics: Sequence[str], changes: Changes) -> Exchange:
        """Return a new member of a group that reads and writes in transactions."""
        ...

    def scan(self, topics: Sequence[str]) -> Iterator[Incoming]:
        """Yield every committed record that stands in the topics now, then end."""
        ...

    def follow(self, topics: Sequence[str]) -> Reader:
        """Return a reader outside of any group that begins at the topics' present end."""
        ...
