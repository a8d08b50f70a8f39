"""Consume, process, produce in one transaction: the member that the runner works with."""

import enum
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from schemas.errors import Unavailable
from streams.kafka.beginnings import Beginnings
from streams.kafka.contact import Contact
from streams.kafka.member import Member
from streams.kafka.past import Pasts
from streams.kafka.records import FENCED, names, topic_partitions
from streams.log import (
    AbortedError,
    BrokenError,
    Changes,
    FencedError,
    Incoming,
    Outgoing,
    Partition,
)

log = logging.getLogger("bitaqa.kafka")

CALL_TIMEOUT_S = 5.0
OFFSETS_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 5.0
RETRY_PAUSE_S = 0.05
PAST_S = 0.5
"""What is past is read at once, but no longer than this between two turns of the caller."""


class _Phase(enum.Enum):
    IDLE = "idle"
    COMMITTING = "committing"
    ABORTING = "aborting"


class KafkaExchange:
    """A consumer and a transactional producer that move together.

    Args:
        consumer: not yet subscribed.
        producer: with a transactional id, not yet initialised.
        topics: what to read.
        changes: who hears of assignments.
    """

    def __init__(
        self, consumer: Consumer, producer: Producer, topics: Sequence[str], changes: Changes
    ) -> None:
        self._consumer = consumer
        self._producer = producer
        self._member = Member(consumer)
        self._changes = changes
        self._beginnings = Beginnings(consumer, within=changes.past_offsets > 0)
        self._contact = Contact(topics[0], consumer, producer)
        self._pasts = Pasts(changes.past_offsets)
        self._phase = _Phase.IDLE
        self._held = False
        self._topics = list(topics)

    def open(self) -> None:
        """Claim the transactional id, then join the group.

        Raises:
            Unavailable: when the cluster does not answer; try again.
            FencedError, BrokenError: when it cannot work.
        """
        self._attempt(lambda: self._producer.init_transactions(OFFSETS_TIMEOUT_S))
        self._consumer.subscribe(
            self._topics, on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._lost
        )

    def read(self, records_max: int, timeout_s: float) -> tuple[Incoming, ...]:
        """Return what is there, at most ``records_max``, waiting only for the first."""
        self._contact.keep()
        deadline = time.monotonic() + PAST_S
        while True:
            self._begin()
            records = self._member.batch(records_max, timeout_s)
            self._begin()
            past, work = self._pasts.parted(records)
            if past:
                self._changes.past(past)
            if work or not past or time.monotonic() > deadline:
                return work

    def commit(self, records: Sequence[Outgoing], offsets: Mapping[Partition, int]) -> None:
        """Write the records and move the group's offsets, or neither."""
        if self._phase is _Phase.ABORTING:
            self._abort()
            raise AbortedError("the earlier transaction is rolled back")
        if self._phase is _Phase.IDLE:
            self._send(records, offsets)
            self._phase = _Phase.COMMITTING
        self._finish()

    def hold(self) -> None:
        """Fetch no more until ``release``."""
        self._consumer.pause(self._consumer.assignment())
        self._held = True

    def release(self) -> None:
        """End ``hold``."""
        self._consumer.resume(self._consumer.assignment())
        self._held = False

    def lag(self) -> Mapping[Partition, int]:
        """Return how many records stand unread behind the position."""
        return self._member.lag()

    def close(self) -> None:
        """Abort what is open and leave the group."""
        try:
            if self._phase is _Phase.COMMITTING:
                self._producer.commit_transaction(CLOSE_TIMEOUT_S)
            elif self._phase is _Phase.ABORTING:
                self._producer.abort_transaction(CLOSE_TIMEOUT_S)
        except KafkaException as failure:
            log.warning("left a transaction open", extra={"error": failure.args[0].name()})
        self._producer.purge()
        self._consumer.close()

    def _send(self, records: Sequence[Outgoing], offsets: Mapping[Partition, int]) -> None:
        try:
            self._producer.begin_transaction()
            for record in records:
                self._produce(record)
            self._producer.send_offsets_to_transaction(
                topic_partitions(offsets),
                self._consumer.consumer_group_metadata(),
                OFFSETS_TIMEOUT_S,
            )
        except KafkaException as failure:
            _refuse_fatal(failure.args[0])
            self._abort()
            raise AbortedError(failure.args[0].name()) from None

    def _produce(self, record: Outgoing) -> None:
        while True:
            try:
                self._producer.produce(
                    record.topic,
                    key=record.key,
                    value=record.value,
                    headers=dict(record.headers),
                )
            except BufferError:
                self._producer.poll(RETRY_PAUSE_S)
            else:
                return

    def _finish(self) -> None:
        try:
            self._attempt(lambda: self._producer.commit_transaction(CALL_TIMEOUT_S))
        except AbortedError:
            self._abort()
            raise
        self._phase = _Phase.IDLE

    def _abort(self) -> None:
        self._phase = _Phase.ABORTING
        self._attempt(lambda: self._producer.abort_transaction(CALL_TIMEOUT_S))
        self._phase = _Phase.IDLE

    def _attempt(self, call: Callable[[], None]) -> None:
        """Call until it succeeds, fails for good, or a bound of time is over."""
        deadline = time.monotonic() + CALL_TIMEOUT_S
        while True:
            try:
                return call()
            except KafkaException as failure:
                error: KafkaError = failure.args[0]
                _refuse_fatal(error)
                if error.txn_requires_abort():
                    raise AbortedError(error.name()) from None
                if not error.retriable():
                    raise BrokenError(error.name()) from None
                if time.monotonic() > deadline:
                    raise Unavailable("kafka", error.name()) from None
            time.sleep(RETRY_PAUSE_S)

    def _begin(self) -> None:
        found = self._beginnings.certain()
        if found:
            self._member.begin(found)
            self._consumer.incremental_assign(self._pasts.before(found))
            if self._held:
                self._consumer.pause(found)
            self._changes.assigned(names(found))

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        # Taken up in read(), once it is certain where to begin.
        consumer.incremental_assign([])
        self._beginnings.add(partitions)

    def _revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        begun = self._beginnings.remove(partitions)
        self._changes.revoked(names(begun))
        self._forget(partitions)
        consumer.incremental_unassign(begun)

    def _lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        begun = self._beginnings.remove(partitions)
        self._changes.lost(names(begun))
        self._forget(partitions)
        consumer.incremental_unassign(begun)

    def _forget(self, partitions: list[TopicPartition]) -> None:
        self._member.forget(partitions)
        self._pasts.forget(partitions)


def _refuse_fatal(error: KafkaError) -> None:
    if error.code() in FENCED - {KafkaError._FATAL}:  # noqa: SLF001 - a public code
        raise FencedError(error.name())
    if error.fatal() or error.code() == KafkaError._FATAL:  # noqa: SLF001 - a public code
        raise BrokenError(error.name())
