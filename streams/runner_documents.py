"""The documents in a runner's hands: into slots, through attempts, to their outcome."""

import heapq
import logging
import random
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from schemas.codec import Codec
from streams import metrics, tally
from streams.circuit import Circuit, CircuitState
from streams.log import Incoming, Outgoing, Partition
from streams.runner_attempts import SLOT_KINDS, Failure, FailureKind, Next, exhausted, next_step
from streams.runner_ledger import Entry, Ledger
from streams.runner_outcomes import dead_letter, results, retry
from streams.runner_repeats import Repeats
from streams.slots import Done, Job, Slots
from streams.topology import FAILED, StageSpec

log = logging.getLogger("bitaqa.runner")

LEDGER_RECORDS_MAX = 10_000
LEDGER_BYTES_MAX = 64 * 1024 * 1024
KEPT_MAX = 100
PROBES_MAX = 3
"""A document that keeps killing its slot is given up after so many probes."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What documents are worked on with; tests bring their own clock and chance."""

    slots: Slots
    codec: Codec = field(default_factory=Codec)
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random


class Documents:
    """Takes records, drives the slots and leaves outcomes in its ledger."""

    def __init__(self, spec: StageSpec, tools: Tools) -> None:
        self.ledger = Ledger()
        self.circuit = Circuit(tools.clock)
        self._repeats = Repeats()
        self._spec = spec
        self._tools = tools
        self._delayed: list[tuple[float, int]] = []
        self._kept: list[int] = []
        self._probe: int | None = None
        role = spec.role
        self._queue_seconds = metrics.STAGE_QUEUE_SECONDS.labels(role)
        self._seconds = metrics.STAGE_SECONDS.labels(role)
        self._done = metrics.STAGE_DOCUMENTS.labels(role, "done")
        self._in_flight = metrics.STAGE_IN_FLIGHT.labels(role)
        self._open = metrics.CIRCUIT_OPEN.labels(role)

    @property
    def working(self) -> bool:
        """Say whether slots have something to do."""
        return self.ledger.unfinished > len(self._delayed) + len(self._kept)

    @property
    def crowded(self) -> bool:
        """Say whether so much is in hand that nothing more may be fetched."""
        ledger = self.ledger
        return len(ledger) >= LEDGER_RECORDS_MAX or ledger.size_bytes >= LEDGER_BYTES_MAX

    @property
    def full(self) -> bool:
        """Say whether nothing at all may be fetched."""
        return self.crowded or not (self.circuit.closed or self._wants_another())

    def room(self) -> int:
        """Return how many more records are welcome."""
        if self.full:
            return 0
        if not self.circuit.closed:
            return 1
        return self._tools.slots.room()

    def spare(self) -> bool:
        """Say whether a further record would be worked on at once."""
        return self.room() > 0 and self._tools.slots.spare()

    def take(self, record: Incoming) -> None:
        """Begin with a record."""
        entry = self.ledger.take(record, self._tools.clock())
        if record.value is None:
            # An erasure's tombstone is for the sink and the compaction.
            self.ledger.finish(entry, ())
            return
        if self._spec.first and self._repeats.is_repeat(record):
            self._repeated(entry)
            return
        waited_s = max(0.0, time.time() - record.timestamp_ms / 1000)
        self._queue_seconds.observe(waited_s)
        if self.circuit.closed:
            self._submit(entry)
        else:
            self._kept.append(entry.id)

    def remember(self, records: Iterable[Incoming]) -> None:
        """Note records that were begun before, so that one of them written again is known."""
        self._repeats.remember(records)

    def hear(self, timeout_s: float) -> None:
        """Take up outcomes, waiting at most so long for the first."""
        for done in self._tools.slots.collect(timeout_s):
            tally.add(done.counts)
            entry = self.ledger.get(done.id)
            if entry is not None and entry.outputs is None:
                self._outcome(entry, done)
        self._in_flight.set(len(self.ledger))

    def advance(self) -> None:
        """Try again what is due, and one document of an open circuit."""
        now = self._tools.clock()
        while self._delayed and self._delayed[0][0] <= now:
            self._submit_or_keep(heapq.heappop(self._delayed)[1])
        if self.circuit.closed and self._kept:
            kept, self._kept = self._kept, []
            for number in kept:
                self._submit_or_keep(number)
        elif self._kept and self.circuit.probe_due():
            self._try_one()
        self._open.set(not self.circuit.closed)

    def due_in_s(self) -> float:
        """Return when `advance` has something to do next; a long time where nothing waits."""
        return self._delayed[0][0] - self._tools.clock() if self._delayed else 3600.0

    def drop(self, partitions: Iterable[Partition]) -> None:
        """Let go of partitions that are another member's now."""
        self._repeats.forget(partitions)
        self._forget(self.ledger.drop(partitions))

    def drop_all(self) -> None:
        """Let go of everything."""
        self._repeats.clear()
        self._forget(self.ledger.clear())

    def drop_unbegun(self) -> None:
        """Let go, before the end, of what no slot has begun; it is read again by another."""
        working = self._tools.slots.working()
        waiting = {one.id for one in self.ledger.unfinished_entries() if one.id not in working}
        self._tools.slots.cancel(waiting)
        self._delayed.clear()
        self._kept.clear()

    def _wants_another(self) -> bool:
        """Say whether an open circuit needs a document that was not tried yet."""
        kept = [one for one in map(self.ledger.get, self._kept) if one is not None]
        return self._probe is None and all(one.probes for one in kept) and len(kept) < KEPT_MAX

    def _submit(self, entry: Entry) -> None:
        self._tools.slots.submit(Job(entry.id, entry.record.value or b""))

    def _submit_or_keep(self, number: int) -> None:
        entry = self.ledger.get(number)
        if entry is None:
            return
        if self.circuit.closed:
            self._submit(entry)
        else:
            self._kept.append(number)

    def _try_one(self) -> None:
        """Probe with the document that was tried least."""
        entries = [one for one in map(self.ledger.get, self._kept) if one is not None]
        entry = min(entries, key=lambda one: (one.probes, one.id))
        self._kept.remove(entry.id)
        entry.probes += 1
        self._probe = entry.id
        self.circuit.probe()
        self._submit(entry)

    def _outcome(self, entry: Entry, done: Done) -> None:
        self._seconds.observe(done.seconds)
        if done.failure is not None:
            self._failed(entry, done.failure)
            return
        self._judged()
        self.ledger.finish(entry, results(self._spec.role, entry.record, done.outputs))
        self._done.inc()

    def _failed(self, entry: Entry, failure: Failure) -> None:
        entry.attempts += 1
        blameless = failure.kind is FailureKind.UNAVAILABLE or failure.kind in SLOT_KINDS
        if not blameless:
            self._judged()
        probing = entry.id == self._probe
        if probing:
            self._probe = None
            self.circuit.failed_probe()
        elif exhausted(self._spec, failure, entry.attempts):
            self.circuit.exhausted(entry.record.key)
        if self._keeps(entry, failure, blameless=blameless):
            self._kept.append(entry.id)
            return
        step = next_step(self._spec, failure, entry.attempts, entry.tries.round, self._tools.chance)
        match step.next:
            case Next.AGAIN:
                due_s = self._tools.clock() + step.delay_s
                heapq.heappush(self._delayed, (due_s, entry.id))
                metrics.STAGE_RETRIES.labels(self._spec.role, "stage").inc()
            case Next.LATER:
                self._finish(entry, failure, retry(self._spec, entry, int(step.delay_s)))
            case Next.NEVER:
                letter = dead_letter(self._spec, entry, failure, self._tools.codec)
                self._finish(entry, failure, letter)

    def _keeps(self, entry: Entry, failure: Failure, *, blameless: bool) -> bool:
        """Say whether an open circuit keeps the document from the dead letter."""
        if self.circuit.closed or not blameless:
            return False
        return failure.kind not in SLOT_KINDS or entry.probes < PROBES_MAX

    def _finish(self, entry: Entry, failure: Failure, record: Outgoing) -> None:
        role = self._spec.role
        failed = record.topic == FAILED
        if failed:
            metrics.STAGE_FAILURES.labels(role, failure.reason).inc()
        else:
            metrics.STAGE_RETRIES.labels(role, "topic").inc()
        metrics.STAGE_DOCUMENTS.labels(role, "failed" if failed else "retried").inc()
        log.warning(
            "document given up" if failed else "document retried later",
            extra={"stage": role, "document_id": entry.record.key, "reason": failure.reason},
        )
        self.ledger.finish(entry, (record,))

    def _repeated(self, entry: Entry) -> None:
        metrics.STAGE_DOCUMENTS.labels(self._spec.role, "repeated").inc()
        extra = {"stage": self._spec.role, "document_id": entry.record.key}
        log.info("repeated reference left out", extra=extra)
        self.ledger.finish(entry, ())

    def _judged(self) -> None:
        if self.circuit.state is not CircuitState.CLOSED:
            log.info("circuit closed", extra={"stage": self._spec.role})
        self._probe = None
        self.circuit.judged()

    def _forget(self, gone: Collection[Entry]) -> None:
        ids = {entry.id for entry in gone}
        self._tools.slots.cancel(ids)
        self._delayed = [one for one in self._delayed if one[1] not in ids]
        heapq.heapify(self._delayed)
        self._kept = [number for number in self._kept if number not in ids]
        if self._probe in ids:
            self._probe = None
            self.circuit.gave_up_probe()
