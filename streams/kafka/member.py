"""A consumer in a group: batches, ends of partitions and the pieces both members share."""

import logging
from collections.abc import Mapping

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from streams.kafka.records import incoming, names, refuse_fenced
from streams.log import Incoming, Partition

log = logging.getLogger("bitaqa.kafka")


class Member:
    """Reads batches from a consumer and knows how far behind its position is."""

    def __init__(self, consumer: Consumer) -> None:
        self.consumer = consumer
        self._ends: dict[Partition, int] = {}
        self._positions: dict[Partition, int] = {}
        self._gone: set[Partition] = set()

    def batch(self, records_max: int, timeout_s: float) -> tuple[Incoming, ...]:
        """Return what is there, waiting for the first record only.

        Raises:
            FencedError: when another member took this one's place.
        """
        # consume(n, t) would wait t for a full batch.
        try:
            first = self.consumer.poll(timeout_s)
            if first is None:
                return ()
            self._gone.clear()
            rest = self.consumer.consume(records_max - 1, 0) if records_max > 1 else []
        except KafkaException as failure:
            refuse_fenced(failure.args[0])
            log.warning("poll failed", extra={"error": failure.args[0].name()})
            return ()
        # A partition that was taken away during the second call is another's now, and the first
        # record with it; from the rest the library takes such records itself.
        batch = rest if (first.topic(), first.partition()) in self._gone else [first, *rest]
        found = [incoming(one) for one in batch if self._is_record(one)]
        for record in found:
            name = (record.topic, record.partition)
            self._positions[name] = max(self._positions.get(name, 0), record.offset + 1)
        return tuple(found)

    def begin(self, partitions: list[TopicPartition]) -> None:
        """Note where work begins, which may be behind what is read first."""
        for one in partitions:
            self._positions[one.topic, one.partition] = max(0, one.offset)

    def lag(self) -> Mapping[Partition, int]:
        """Return the records behind the position; markers of transactions do not count."""
        behind: dict[Partition, int] = {}
        for one in self.consumer.assignment():
            name = (one.topic, one.partition)
            try:
                _, high = self.consumer.get_watermark_offsets(one, cached=True)
            except KafkaException:
                continue
            position = max(self._positions.get(name, 0), self._ends.get(name, 0))
            behind[name] = max(0, high - position)
        return behind

    def passed(self, partition: Partition, end: int) -> bool:
        """Say whether everything before an offset was read, or the partition's end was seen."""
        return partition in self._ends or self._positions.get(partition, 0) >= end

    def forget(self, partitions: list[TopicPartition]) -> None:
        """Drop what was known of partitions that are another's now."""
        for name in names(partitions):
            self._gone.add(name)
            self._ends.pop(name, None)
            self._positions.pop(name, None)

    def _is_record(self, message: Message) -> bool:
        error = message.error()
        if error is None:
            return True
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - a public code
            # The end's offset counts the markers of transactions, as the watermark does.
            end = message.offset()
            self._ends[message.topic() or "", message.partition() or 0] = end or 0
            return False
        refuse_fenced(error)
        log.warning("read failed", extra={"error": error.name(), "topic": message.topic()})
        return False
