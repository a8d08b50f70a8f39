"""The log on Apache Kafka; nothing outside of this package talks to a broker."""

import logging
import uuid
from collections.abc import Iterator, Sequence

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from schemas.errors import BitaqaError, Misconfigured
from streams.kafka import config
from streams.kafka.exchange import KafkaExchange
from streams.kafka.publisher import KafkaPublisher
from streams.kafka.reader import METADATA_TIMEOUT_S, KafkaFollower, KafkaReader, alone, ends, scan
from streams.log import Changes, Incoming, Revoked, StartOffsets, Stop
from streams.settings import KafkaSettings

log = logging.getLogger("bitaqa.kafka")

RETRY_S = 1.0


class KafkaLog:
    """A cluster.

    Args:
        settings: how to reach it.
        instance: stable name of this replica, for static membership; None means dynamic.
    """

    def __init__(self, settings: KafkaSettings, instance: str | None = None) -> None:
        self._settings = settings
        self._instance = instance

    def publisher(self) -> KafkaPublisher:
        """Return a new publisher."""
        return KafkaPublisher(self._settings)

    def reader(
        self, group: str, topics: Sequence[str], start: StartOffsets, revoked: Revoked
    ) -> KafkaReader:
        """Return a new member of a group whose offsets the caller keeps."""
        return KafkaReader(self._member(group), topics, start, revoked)

    def exchange(self, group: str, topics: Sequence[str], changes: Changes) -> KafkaExchange:
        """Return a new member of a group that reads and writes in transactions.

        Raises:
            Unavailable: when the cluster does not answer; try again.
        """
        # A stable id lets the next process of this name end a dead one's transaction at once.
        name = f"{group}-{self._instance or uuid.uuid4().hex}"
        producer = Producer(config.transactional(self._settings, name))
        exchange = KafkaExchange(self._member(group), producer, topics, changes)
        try:
            exchange.open()
        except BitaqaError:
            exchange.close()
            raise
        return exchange

    def scan(self, topics: Sequence[str]) -> Iterator[Incoming]:
        """Yield every committed record that stands in the topics now, then end."""
        return scan(alone(self._settings), topics)

    def follow(self, topics: Sequence[str]) -> KafkaFollower:
        """Return a reader outside of any group that begins at the topics' present end."""
        consumer = alone(self._settings)
        places = [TopicPartition(*name, high) for name, (_, high) in ends(consumer, topics).items()]
        return KafkaFollower(consumer, places)

    def require(self, topics: Sequence[str], stop: Stop) -> None:
        """Wait for the cluster and look that the topics are there.

        Raises:
            Misconfigured: when one is missing.
        """
        consumer = alone(self._settings)
        try:
            while not stop.is_set():
                try:
                    there = consumer.list_topics(timeout=METADATA_TIMEOUT_S).topics
                except KafkaException as failure:
                    log.warning("no cluster", extra={"error": failure.args[0].name()})
                    stop.wait(RETRY_S)
                    continue
                missing = sorted(set(topics) - set(there))
                if missing:
                    raise Misconfigured(f"topics are missing, run `topics apply`: {missing}")
                return
        finally:
            consumer.close()

    def _member(self, group: str) -> Consumer:
        return Consumer(config.consumer(self._settings, group, self._instance))
