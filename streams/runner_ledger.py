"""What a runner has in hand: records in the order of their partitions, finished or not."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from streams.headers import Tries, tries_of
from streams.log import Incoming, Outgoing, Partition


@dataclass(slots=True)
class Entry:
    """One record in hand.

    Args:
        id: unique in this process; a slot's late answer finds nothing under a dropped one.
        record: as read.
        taken_s: monotonic time of reading.
        tries: what happened before this stay.
        attempts: failed attempts in this stay.
        probes: attempts while the circuit was open.
        outputs: what to write once finished; None until then.
    """

    id: int
    record: Incoming
    taken_s: float
    tries: Tries
    attempts: int = 0
    probes: int = 0
    outputs: tuple[Outgoing, ...] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, number: int, record: Incoming, taken_s: float) -> Self:
        """Return a record that was just read."""
        return cls(number, record, taken_s, tries_of(record))


@dataclass(frozen=True, slots=True)
class Batch:
    """A finished prefix of each partition: what one transaction writes."""

    records: tuple[Outgoing, ...]
    offsets: dict[Partition, int]
    ids: tuple[int, ...]


class Ledger:
    """Keeps order: only what is finished without a gap before it may be committed."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._order: dict[Partition, deque[Entry]] = {}
        self._next_id = 0
        self._unfinished = 0
        self.size_bytes = 0

    def __len__(self) -> int:
        """Return how many records are in hand."""
        return len(self._entries)

    @property
    def unfinished(self) -> int:
        """Return how many of them have no outcome yet."""
        return self._unfinished

    @property
    def finished(self) -> int:
        """Return how many of them wait to be committed."""
        return len(self._entries) - self._unfinished

    def take(self, record: Incoming, now_s: float) -> Entry:
        """Note a record that was read."""
        self._next_id += 1
        entry = Entry.of(self._next_id, record, now_s)
        self._entries[entry.id] = entry
        self._order.setdefault((record.topic, record.partition), deque()).append(entry)
        self._unfinished += 1
        self.size_bytes += len(record.value or b"")
        return entry

    def get(self, number: int) -> Entry | None:
        """Return a record in hand; None where it was dropped meanwhile."""
        return self._entries.get(number)

    def finish(self, entry: Entry, outputs: Sequence[Outgoing]) -> None:
        """Note a record's outcome."""
        if entry.outputs is None:
            self._unfinished -= 1
        entry.outputs = tuple(outputs)
        self.size_bytes += sum(len(one.value or b"") for one in outputs)

    def prefix(self, records_max: int, partitions: Iterable[Partition] | None = None) -> Batch:
        """Return what may be committed now, about ``records_max`` records at most."""
        records: list[Outgoing] = []
        offsets: dict[Partition, int] = {}
        ids: list[int] = []
        for partition in list(self._order if partitions is None else partitions):
            for entry in self._order.get(partition, ()):
                if entry.outputs is None or len(ids) >= records_max:
                    break
                records.extend(entry.outputs)
                ids.append(entry.id)
                offsets[partition] = entry.record.offset + 1
        return Batch(tuple(records), offsets, tuple(ids))

    def settle(self, batch: Batch) -> None:
        """Forget what was committed."""
        settled = set(batch.ids)
        for partition in batch.offsets:
            order = self._order.get(partition)
            while order and order[0].id in settled:
                self._forget(order.popleft())
            if order is not None and not order:
                del self._order[partition]

    def drop(self, partitions: Iterable[Partition]) -> tuple[Entry, ...]:
        """Forget what is in hand of partitions that are another member's now."""
        gone: list[Entry] = []
        for partition in partitions:
            gone.extend(self._order.pop(partition, ()))
        for entry in gone:
            self._forget(entry)
        return tuple(gone)

    def clear(self) -> tuple[Entry, ...]:
        """Forget everything."""
        return self.drop(list(self._order))

    def in_hand(self, partition: Partition) -> int:
        """Return how many records of a partition are taken and not committed."""
        return len(self._order.get(partition, ()))

    def oldest(self) -> dict[Partition, Entry]:
        """Return the first record in hand of each partition."""
        return {partition: order[0] for partition, order in self._order.items() if order}

    def unfinished_entries(self) -> tuple[Entry, ...]:
        """Return the records without an outcome."""
        return tuple(entry for entry in self._entries.values() if entry.outputs is None)

    def _forget(self, entry: Entry) -> None:
        del self._entries[entry.id]
        if entry.outputs is None:
            self._unfinished -= 1
        self.size_bytes -= len(entry.record.value or b"")
        self.size_bytes -= sum(len(one.value or b"") for one in entry.outputs or ())
