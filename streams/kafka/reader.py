"""Readers whose caller keeps the offsets, and readers outside of any group."""

import time
from collections.abc import Iterator, Mapping, Sequence

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    TopicPartition,
)

from schemas.errors import Unavailable
from streams.kafka import config
from streams.kafka.contact import Contact
from streams.kafka.member import Member
from streams.kafka.records import names, starts
from streams.log import BrokenError, Incoming, Partition, Revoked, StartOffsets
from streams.settings import KafkaSettings

METADATA_TIMEOUT_S = 10.0
SCAN_POLL_S = 0.5
SCAN_BATCH = 500
ELECTING = frozenset({KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE})
ELECTION_PAUSE_S = 0.1


class KafkaReader:
    """A group member that starts where its caller says.

    Args:
        consumer: not yet subscribed.
        topics: what to read.
        start: asked at each assignment; where it fails, asked again at the next read.
        revoked: told before partitions go.
    """

    def __init__(
        self, consumer: Consumer, topics: Sequence[str], start: StartOffsets, revoked: Revoked
    ) -> None:
        self._consumer = consumer
        self._member = Member(consumer)
        self._contact = Contact(topics[0], consumer)
        self._start = start
        self._told = revoked
        self._waiting: list[Partition] = []
        consumer.subscribe(
            list(topics), on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._revoked
        )

    def read(self, records_max: int, timeout_s: float) -> tuple[Incoming, ...]:
        """Return what is there, at most ``records_max``, waiting only for the first."""
        self._contact.keep()
        self._begin()
        records = self._member.batch(records_max, timeout_s)
        self._begin()
        return records

    def lag(self) -> Mapping[Partition, int]:
        """Return how many records stand unread behind the position."""
        return self._member.lag()

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()

    def _begin(self) -> None:
        if not self._waiting:
            return
        offsets = self._start(tuple(self._waiting))
        self._consumer.incremental_assign(starts(self._waiting, offsets))
        self._waiting = []

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        # Assigned for good in read(): an error of the caller's must reach the caller.
        consumer.incremental_assign([])
        self._waiting.extend(names(partitions))

    def _revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        gone = names(partitions)
        running = [one for one in partitions if (one.topic, one.partition) not in self._waiting]
        self._waiting = [one for one in self._waiting if one not in gone]
        self._member.forget(partitions)
        self._told(gone)
        consumer.incremental_unassign(running)


class KafkaFollower:
    """Reads from the present end of topics, in no group."""

    def __init__(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._consumer = consumer
        self._member = Member(consumer)
        self._contact = Contact(partitions[0].topic, consumer)
        consumer.assign(partitions)

    def read(self, records_max: int, timeout_s: float) -> tuple[Incoming, ...]:
        """Return what is there, at most ``records_max``, waiting only for the first."""
        try:
            self._contact.keep()
        except BrokenError as error:
            raise Unavailable("kafka", str(error)) from None
        return self._member.batch(records_max, timeout_s)

    def lag(self) -> Mapping[Partition, int]:
        """Return how many records stand unread behind the position."""
        return self._member.lag()

    def close(self) -> None:
        """Let go."""
        self._consumer.close()


def alone(settings: KafkaSettings) -> Consumer:
    """Return a consumer outside of any group's duties; it never joins nor commits."""
    return Consumer(config.consumer(settings, "bitaqa.nobody", None))


def ends(consumer: Consumer, topics: Sequence[str]) -> dict[Partition, tuple[int, int]]:
    """Return the first and the next offset of each partition.

    Raises:
        Unavailable: when the cluster does not answer.
    """
    try:
        found = {}
        for topic in topics:
            answer = consumer.list_topics(topic, METADATA_TIMEOUT_S).topics[topic]
            for number in answer.partitions:
                found[topic, number] = _ends_of(consumer, TopicPartition(topic, number))
    except KafkaException as failure:
        raise Unavailable("kafka", failure.args[0].name()) from None
    return found


def _ends_of(consumer: Consumer, place: TopicPartition) -> tuple[int, int]:
    """Ask again where a broker that came back has not taken up the partition yet."""
    patient_until_s = time.monotonic() + METADATA_TIMEOUT_S
    while True:
        try:
            low, high = consumer.get_watermark_offsets(place, METADATA_TIMEOUT_S)
        except KafkaException as failure:
            electing = failure.args[0].code() in ELECTING
            if not electing or time.monotonic() >= patient_until_s:
                raise
            time.sleep(ELECTION_PAUSE_S)
        else:
            return low, high


def scan(consumer: Consumer, topics: Sequence[str]) -> Iterator[Incoming]:
    """Yield every committed record before the present ends; closes the consumer.

    Raises:
        Unavailable: when the cluster does not answer, or stops to.
    """
    contact = Contact(topics[0], consumer)
    try:
        places = ends(consumer, topics)
        left = {name: high for name, (low, high) in places.items() if high > low}
        member = Member(consumer)
        consumer.assign([TopicPartition(*name, OFFSET_BEGINNING) for name in left])
        while left:
            contact.keep()
            for record in member.batch(SCAN_BATCH, SCAN_POLL_S):
                if record.offset < places[record.topic, record.partition][1]:
                    yield record
            left = {name: high for name, high in left.items() if not member.passed(name, high)}
    except BrokenError as error:
        raise Unavailable("kafka", str(error)) from None
    finally:
        consumer.close()
