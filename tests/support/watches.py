"""The watch as a process of its own on a real broker, and what it tells."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import httpx
from confluent_kafka import Consumer

from schemas.codec import Codec
from schemas.messages import Message
from streams.embedded import EmbeddedKafka
from streams.embedded.ports import LOOPBACK, free_port
from streams.embedded.processes import Child, wait_ready
from streams.headers import outgoing
from streams.kafka.admin import KafkaCluster
from streams.kafka.publisher import KafkaPublisher
from streams.log import Outgoing
from streams.settings import KafkaSettings
from streams.topics import apply
from streams.topology import OVERDUE, REPEATED, topology

WAIT_S = 60.0
POLL_S = 0.1
PARTITIONS = 3


def eventually(what: Callable[[], Any], said: str) -> Any:
    """Return the first true answer; fail with a sentence when there is none in time."""
    deadline = time.monotonic() + WAIT_S
    while not (answer := what()):
        assert time.monotonic() < deadline, said
        time.sleep(POLL_S)
    return answer


class RunningWatch:
    """A watch on a broker with the topics of the chain; use with ``with``."""

    def __init__(self, broker: EmbeddedKafka, folder: Path, **settings: str) -> None:
        self.kafka = KafkaSettings(broker.bootstrap_servers, partitions=PARTITIONS)
        self._folder = folder
        self._settings = settings
        self._port = free_port()
        self._codec = Codec()

    def __enter__(self) -> Self:
        """Make the topics and start."""
        apply(KafkaCluster(self.kafka), topology(), self.kafka)
        self._publisher = KafkaPublisher(self.kafka)
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.child.stop(timeout_s=WAIT_S)
        self._publisher.close()

    def start(self) -> None:
        """Start a process and return once it is in its place."""
        environment = {
            "BITAQA_KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap_servers,
            "BITAQA_KAFKA_PARTITIONS": str(PARTITIONS),
            "BITAQA_SECRET": "s" * 32,
            "BITAQA_METRICS_PORT": str(self._port),
            "BITAQA_METRICS_HOST": LOOPBACK,
        }
        self.child = Child(
            (sys.executable, "-m", "streams", "run", "watch"),
            log=self._folder / "watch.log",
            environment=environment | self._settings,
        )
        wait_ready(self.child, self.ready, name="the watch", timeout_s=WAIT_S)

    def ready(self) -> bool:
        """Say whether it reads: its tables are made and nothing stands still."""
        health = self.get("/health")
        return health is not None and health["healthy"] and not health["recovering"]

    def get(self, path: str) -> Any:
        """Return what a view answers; None where it does not, or knows nothing."""
        try:
            answer = httpx.get(f"http://{LOOPBACK}:{self._port}{path}", timeout=5)
        except httpx.TransportError:
            return None
        return answer.json() if answer.is_success else None

    def metrics(self) -> str:
        """Return the metrics page."""
        return httpx.get(f"http://{LOOPBACK}:{self._port}/metrics", timeout=5).text

    def publish(self, *messages: Message) -> None:
        """Put messages into their topics, acknowledged."""
        for sent in [
            self._publisher.publish(outgoing(message, self._codec, "test")) for message in messages
        ]:
            sent.result(WAIT_S)

    def erase(self, document_id: str) -> None:
        """Write a document's tombstones, as an erasure does."""
        topics = [topic.name for topic in topology().topics if topic.values]
        for sent in [
            self._publisher.publish(Outgoing(topic, document_id, None)) for topic in topics
        ]:
            sent.result(WAIT_S)

    def alerts(self) -> list[Any]:
        """Return all alerts given so far, from the topics' beginnings to their ends."""
        settings = {
            "bootstrap.servers": self.kafka.bootstrap_servers,
            "group.id": "test.alerts",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "enable.partition.eof": True,
        }
        consumer = Consumer(settings)
        consumer.subscribe([OVERDUE, REPEATED])
        found, ends = [], 0
        try:
            while ends < 2 * PARTITIONS:
                record = consumer.poll(WAIT_S)
                assert record is not None, "the alert topics do not answer"
                if record.error() is None:
                    found.append(self._codec.decode_any(record.value() or b""))
                else:
                    ends += 1
        finally:
            consumer.close()
        return found
