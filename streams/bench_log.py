"""What the log and the runner cost by themselves, on a broker of their own."""

import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from schemas.codec import Codec
from schemas.documents import Route
from schemas.errors import Unavailable
from schemas.messages import DocumentUploaded, Message, PagesPrepared, Request
from streams.embedded import EmbeddedKafka
from streams.headers import outgoing
from streams.kafka import KafkaLog
from streams.kafka.admin import KafkaCluster
from streams.kafka.exchange import KafkaExchange
from streams.log import Changes, Incoming, Outgoing, Partition
from streams.runner import Runner
from streams.runner_documents import Tools
from streams.settings import Settings, load_settings
from streams.slot_pool import SlotLimits, SlotPool
from streams.slots import InlineSlots, Slots, Work
from streams.topics import TopicState, apply
from streams.topology import PREPARED, StageSpec, topology

VALUE_BYTES = 500
PARTITIONS = 4
SLOT_SHARE = 4
"""Through a slot goes one message for so many in-line: it takes longer for each."""
HOP_RATE = 20
HOP_MESSAGES = 200
WARM_UP = 20
WAIT_S = 120.0
UPLOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)
TARGET = PREPARED[Route.INTL]


@dataclass(frozen=True, slots=True)
class LogFigures:
    """What was measured.

    Args:
        messages: through the in-line stage.
        value_bytes: size of each value.
        inline_per_s: messages a second, exactly once, one stage in the runner's process.
        slot_per_s: the same through one slot.
        hop_median_ms: what a stage with a slot adds to a message's way at 20 a second.
        hop_p95_ms: 95 of 100 take no longer.
    """

    messages: int
    value_bytes: int
    inline_per_s: float
    slot_per_s: float
    hop_median_ms: float
    hop_p95_ms: float


def measure_log(folder: Path, messages: int) -> LogFigures:
    """Return the figures of this machine; starts and stops a broker in the folder."""
    with EmbeddedKafka(folder / "kafka") as broker:
        settings = load_settings(
            {
                "BITAQA_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
                "BITAQA_KAFKA_PARTITIONS": str(PARTITIONS),
            }
        )
        apply(KafkaCluster(settings.kafka), topology(), settings.kafka)
        hop = measure_hop(settings)
        inline = measure_rate(settings, InlineSlots(no_op(settings), Codec()), messages)
        slotted = measure_rate(settings, one_slot(settings), max(1, messages // SLOT_SHARE))
    return LogFigures(
        messages,
        VALUE_BYTES,
        inline,
        slotted,
        statistics.median(hop) * 1000,
        statistics.quantiles(hop, n=20)[-1] * 1000,
    )


def measure_rate(settings: Settings, slots: Slots, messages: int) -> float:
    """Return the messages a second that one runner commits, from its first read on."""
    log = _CountingLog(settings)
    topic = _topic(settings)
    publish(log, topic, [f"{topic}.{number}" for number in range(messages)])
    stop = _Enough(lambda: log.count >= messages)
    _runner(topic, slots).run(log, stop)
    return log.count / (log.last_s - log.first_s)


def measure_hop(settings: Settings) -> list[float]:
    """Return the seconds from an input's being readable to its output's being so."""
    log = KafkaLog(settings.kafka)
    topic = _topic(settings)
    stop = threading.Event()
    runner = _runner(topic, one_slot(settings))
    thread = threading.Thread(target=runner.run, args=(log, stop), daemon=True)
    thread.start()
    inputs, outputs = _Watcher(log, topic), _Watcher(log, TARGET)
    publish(log, topic, [f"{topic}.warm.{number}" for number in range(WARM_UP)])
    outputs.wait_for(WARM_UP)
    publisher = log.publisher()
    for number in range(HOP_MESSAGES):
        publisher.publish(_record(topic, f"{topic}.{number}", Codec()))
        time.sleep(1 / HOP_RATE)
    outputs.wait_for(WARM_UP + HOP_MESSAGES)
    inputs.wait_for(WARM_UP + HOP_MESSAGES)
    stop.set()
    for one in (publisher, inputs, outputs):
        one.close()
    thread.join(WAIT_S)
    return [at - inputs.seen[key] for key, at in outputs.seen.items() if ".warm." not in key]


def no_op(_settings: Settings) -> Work:
    """Return a stage that does nothing but answer."""
    return _answer


def one_slot(settings: Settings) -> SlotPool:
    """Return a pool of one slot that does nothing."""
    return SlotPool("bench", "streams.bench_log:no_op", settings, SlotLimits(jobs_max=10**9))


def publish(log: KafkaLog, topic: str, keys: Sequence[str]) -> None:
    """Write messages of the size to measure, each acknowledged."""
    codec = Codec()
    publisher = log.publisher()
    for future in [publisher.publish(_record(topic, key, codec)) for key in keys]:
        future.result(WAIT_S)
    publisher.close()


def _record(topic: str, key: str, codec: Codec) -> Outgoing:
    record = outgoing(_message(key, ""), codec, "bench")
    padding = "x" * max(0, VALUE_BYTES - len(record.value or b"") - 1)
    return replace(outgoing(_message(key, padding), codec, "bench"), topic=topic)


def _message(key: str, padding: str) -> DocumentUploaded:
    return DocumentUploaded(key, "bench", 1, Request(subject=padding), UPLOADED_AT, ())


def _answer(message: Message) -> tuple[Message, ...]:
    if not isinstance(message, DocumentUploaded):
        raise TypeError
    head = (message.document_id, message.tenant, message.revision)
    return (PagesPrepared(*head, message.request, message.uploaded_at, "text", None, Route.INTL),)


def _topic(settings: Settings) -> str:
    name = f"bench.{time.time_ns()}"
    KafkaCluster(settings.kafka).create(TopicState(name, PARTITIONS, 1, {}))
    return name


def _runner(topic: str, slots: Slots) -> Runner:
    return Runner(StageSpec(topic, None, (topic,), "streams.bench_log:no_op"), Tools(slots))


class _Enough:
    """Stops a runner when enough is done, or too much time is over."""

    def __init__(self, enough: Callable[[], bool]) -> None:
        self._enough = enough
        self._until_s = time.monotonic() + WAIT_S

    def is_set(self) -> bool:
        return self._enough() or time.monotonic() > self._until_s

    def wait(self, timeout: float | None = None) -> bool:
        time.sleep(timeout or 0)
        return self.is_set()


class _CountingLog(KafkaLog):
    """Counts what is committed, and when."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.kafka)
        self.count = 0
        self.first_s = 0.0
        self.last_s = 0.0

    def exchange(self, group: str, topics: Sequence[str], changes: Changes) -> KafkaExchange:
        """Return an exchange whose reads and commits are noted here."""
        exchange = super().exchange(group, topics, changes)
        read, commit = exchange.read, exchange.commit

        def noted_read(records_max: int, timeout_s: float) -> tuple[Incoming, ...]:
            found = read(records_max, timeout_s)
            self.first_s = self.first_s or (time.monotonic() if found else 0.0)
            return found

        def noted_commit(records: Sequence[Outgoing], offsets: Mapping[Partition, int]) -> None:
            commit(records, offsets)
            self.count += len(records)
            self.last_s = time.monotonic()

        # Two bound functions, not a subclass of what the log makes.
        exchange.read = noted_read  # type: ignore[method-assign]  # noted, then passed on
        exchange.commit = noted_commit  # type: ignore[method-assign]  # noted, then passed on
        return exchange


class _Watcher:
    """Notes in a thread when each key was first readable in a topic."""

    def __init__(self, log: KafkaLog, topic: str) -> None:
        self.seen: dict[str, float] = {}
        self._reader = log.follow([topic])
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def wait_for(self, count: int) -> None:
        """Return when so many keys were seen."""
        deadline = time.monotonic() + WAIT_S
        while len(self.seen) < count:
            if time.monotonic() > deadline:
                raise Unavailable("kafka", "the messages to measure did not arrive")
            time.sleep(0.01)

    def close(self) -> None:
        """Watch no more."""
        self._over.set()
        self._thread.join(WAIT_S)
        self._reader.close()

    def _watch(self) -> None:
        while not self._over.is_set():
            for record in self._reader.read(100, 0.1):
                self.seen.setdefault(record.key, time.monotonic())
