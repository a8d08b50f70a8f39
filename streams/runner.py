"""Runs one stage on the log: consume, process, produce, exactly once.

A turn of the loop reads, hears the slots and commits the finished prefix of each partition with
its results in one transaction. Nothing in it waits long for one thing alone.
"""

import contextlib
import logging
import time
from collections.abc import Sequence

from schemas.codec import Codec
from streams import metrics
from streams.health import HEARTBEAT_AGE_MAX_S, Health, HealthServer
from streams.kafka import KafkaLog
from streams.log import BrokenError, Changes, Exchange, FencedError, Log, Partition, Stop
from streams.registry import open_ids
from streams.runner_commits import Commits
from streams.runner_documents import Documents, Tools
from streams.runner_repeats import OFFSETS
from streams.runner_sessions import RECONNECT_S, ExitCode, Sessions
from streams.runner_watchdog import Heartbeat, Watchdog
from streams.settings import Settings, SlotSettings
from streams.slot_pool import SlotLimits, SlotPool
from streams.slots import InlineSlots, Slots, build
from streams.topology import StageSpec, Topology

log = logging.getLogger("bitaqa.runner")

READ_MAX = 1000
IDLE_S = 0.25
WORKING_S = 0.003
"""While a slot is free and another works the loop looks at the log this often."""
BUSY_S = 0.05
FULL_S = 0.25
DRAIN_S = 20.0
LAG_EVERY_S = 1.0


def run_stage(spec: StageSpec, settings: Settings, pipeline: Topology, stop: Stop) -> ExitCode:
    """Run a stage's worker until told to stop; return how the process should end.

    Raises:
        Misconfigured: when topics are missing or the stage cannot be built.
    """
    kafka = KafkaLog(settings.kafka, settings.instance)
    kafka.require([*spec.inputs, *(topic.name for topic in pipeline.topics)], stop)
    codec = Codec(open_ids(settings))
    runner = Runner(spec, Tools(_slots(spec, settings), codec))
    watchdog = Watchdog(runner.heartbeat)
    with HealthServer(runner.health, settings.metrics_port, settings.metrics_host):
        watchdog.start()
        try:
            return runner.run(kafka, stop)
        finally:
            watchdog.stop()


def _slots(spec: StageSpec, settings: Settings) -> Slots:
    if spec.inline:
        return InlineSlots(build(spec.work, settings), Codec(open_ids(settings)))
    return SlotPool(spec.role, spec.work, settings, _limits(spec, settings.slots))


def _limits(spec: StageSpec, chosen: SlotSettings) -> SlotLimits:
    """Return the operator's bounds; where those are the defaults, the stage's own."""
    default = SlotSettings()
    time_limit_s, memory_mb = chosen.time_limit_s, chosen.memory_mb
    if time_limit_s == default.time_limit_s:
        time_limit_s = spec.time_limit_s
    if memory_mb == default.memory_mb:
        memory_mb = spec.memory_limit_mb
    return SlotLimits(chosen.count, time_limit_s, memory_mb, chosen.jobs_max)


class Runner:
    """One member of a stage's group.

    Args:
        spec: the stage.
        tools: slots, clock and chance.
        drain_s: how long documents in slots may take when the runner stops.
    """

    def __init__(self, spec: StageSpec, tools: Tools, drain_s: float = DRAIN_S) -> None:
        self.group = spec.group
        self.topics = spec.inputs
        self.heartbeat = Heartbeat()
        self.documents = Documents(spec, tools)
        self.changes = Changes(
            self._assigned,
            self._revoked,
            self._lost,
            self.documents.remember,
            OFFSETS if spec.first else 0,
        )
        self._role = spec.role
        self._tools = tools
        self._drain_s = drain_s
        self._commits = Commits(spec.group, self.documents.ledger, tools.clock)
        self._exchange: Exchange | None = None
        self._held = False
        self._read_s = 0.0
        self._told_s = 0.0

    def run(self, log: Log, stop: Stop, reconnect_s: float = RECONNECT_S) -> ExitCode:
        """Work until told to stop; return how the process should end.

        Raises:
            Misconfigured: when the stage cannot be built; nothing was consumed.
        """
        try:
            self._tools.slots.start()
            return Sessions(log, self, stop, reconnect_s).run()
        finally:
            self._tools.slots.close()

    def health(self) -> Health:
        """Say whether the loop goes round; an open circuit is told, and no reason to be ended."""
        age_s = self.heartbeat.age_s
        detail: dict[str, str | float | bool] = {
            "stage": self._role,
            "circuit": str(self.documents.circuit.state),
            "heartbeat_age_s": round(age_s, 1),
            "in_flight": len(self.documents.ledger),
        }
        return Health(age_s < HEARTBEAT_AGE_MAX_S, detail)

    def opened(self, exchange: Exchange) -> None:
        """Begin anew with an exchange."""
        self._exchange = exchange
        self._held = False
        self._commits.forget()

    def closed(self) -> None:
        """Let go of what is in hand; it is read again from the committed offsets."""
        self._exchange = None
        self.documents.drop_all()

    def turn(self, exchange: Exchange) -> None:
        """Go round once: hear the slots, read, commit."""
        self.heartbeat.beat()
        self.documents.advance()
        if self.documents.working:
            self.documents.hear(WORKING_S if self.documents.spare() else BUSY_S)
            wait_s = 0.0
        else:
            wait_s = max(0.0, min(IDLE_S, self.documents.due_in_s()))
        self._read(exchange, wait_s)
        if not self.documents.working:
            self.documents.hear(0.0)
        if not self.documents.working or self._commits.due(busy=not self.documents.spare()):
            self._commits.commit(exchange)
        self._hold(exchange)
        self._tell(exchange)

    def _read(self, exchange: Exchange, wait_s: float) -> None:
        room = self.documents.room()
        now = time.monotonic()
        if room <= 0 and wait_s <= 0 and now - self._read_s < FULL_S:
            return
        self._read_s = now
        # The group wants a poll now and then; what it brings in although full is taken.
        for record in exchange.read(max(1, min(READ_MAX, room)), wait_s):
            self.documents.take(record)

    def _hold(self, exchange: Exchange) -> None:
        """Stop fetching as the last resort: resuming costs about a second."""
        wanted = self.documents.full
        if wanted and not self._held:
            exchange.hold()
            self._held = True
        elif self._held and not wanted:
            exchange.release()
            self._held = False

    def drain(self, exchange: Exchange) -> None:
        """Let slots finish what they have begun, commit it, leave the rest to others."""
        self.documents.drop_unbegun()
        if not self._held:
            exchange.hold()
        deadline = time.monotonic() + self._drain_s
        while time.monotonic() < deadline:
            self.heartbeat.beat()
            begun = bool(self._tools.slots.working())
            self.documents.hear(WORKING_S if begun else 0.0)
            exchange.read(1, 0.0)
            committed = self._commits.commit(exchange)
            if not begun and not committed and self._commits.settled:
                return

    def _assigned(self, partitions: Sequence[Partition]) -> None:
        metrics.REBALANCES.labels(self.group, "assigned").inc()
        log.info("assigned", extra={"stage": self._role, "partitions": len(partitions)})

    def _revoked(self, partitions: Sequence[Partition]) -> None:
        metrics.REBALANCES.labels(self.group, "revoked").inc()
        log.info("revoked", extra={"stage": self._role, "partitions": len(partitions)})
        try:
            if self._exchange is not None:
                self._commits.commit(self._exchange, partitions)
        except (BrokenError, FencedError) as error:
            # The next commit says so again, outside of the client's callback.
            log.warning("commit on revoke failed", extra={"detail": str(error)})
        self.documents.drop(partitions)
        self._untell(partitions)

    def _lost(self, partitions: Sequence[Partition]) -> None:
        metrics.REBALANCES.labels(self.group, "lost").inc()
        log.warning("lost", extra={"stage": self._role, "partitions": len(partitions)})
        self.documents.drop(partitions)
        self._untell(partitions)

    def _tell(self, exchange: Exchange) -> None:
        now = time.monotonic()
        if now - self._told_s < LAG_EVERY_S:
            return
        self._told_s = now
        ledger = self.documents.ledger
        oldest = ledger.oldest()
        for partition, behind in exchange.lag().items():
            topic, number = partition[0], str(partition[1])
            entry = oldest.get(partition)
            age_s = 0.0 if entry is None else time.time() - entry.record.timestamp_ms / 1000
            metrics.LAG_SECONDS.labels(self.group, topic, number).set(max(0.0, age_s))
            total = behind + ledger.in_hand(partition)
            metrics.LAG_MESSAGES.labels(self.group, topic, number).set(total)

    def _untell(self, partitions: Sequence[Partition]) -> None:
        """Leave the lag of a partition to the member that has it now."""
        for topic, number in partitions:
            for gauge in (metrics.LAG_SECONDS, metrics.LAG_MESSAGES):
                with contextlib.suppress(KeyError):
                    gauge.remove(self.group, topic, str(number))
