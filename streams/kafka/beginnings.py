"""Where a member begins in partitions that it was given: never before what was committed.

The library gives up on an offset that a dead member's open transaction may still move, and then
begins at the topic's start: everything would be done twice. So the offsets are asked for here,
until they are certain, and partitions are taken up one by one as they become so.
"""

import logging
import time
from collections.abc import Sequence

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from streams.kafka.records import names
from streams.log import Partition

log = logging.getLogger("bitaqa.kafka")

TOGETHER_S = 0.5
ALONE_S = 0.1
PAUSE_S = 0.5
END_S = 3.0
"""Longer than a fetch rests at the broker: the question for an end stands in line behind it."""


class Beginnings:
    """Partitions that were given and whose offsets are not certain yet.

    Args:
        consumer: of the member.
        within: ask for the partitions' ends too, where no fetch of the very offset will tell that
            the log has lost what stood there; such a partition begins at its start.
    """

    def __init__(self, consumer: Consumer, *, within: bool = False) -> None:
        self._consumer = consumer
        self._within = within
        self._waiting: list[Partition] = []
        self._fresh = False
        self._ask_at_s = 0.0

    def add(self, partitions: Sequence[TopicPartition]) -> None:
        """Note partitions that were given."""
        self._waiting.extend(names(partitions))
        self._fresh = True

    def remove(self, partitions: Sequence[TopicPartition]) -> list[TopicPartition]:
        """Forget partitions that were taken; return those that had begun."""
        begun = [one for one in partitions if (one.topic, one.partition) not in self._waiting]
        gone = names(partitions)
        self._waiting = [one for one in self._waiting if one not in gone]
        return begun

    def certain(self) -> list[TopicPartition]:
        """Return partitions that may begin now, with their offsets; blocks for a moment only."""
        if not self._waiting or (not self._fresh and time.monotonic() < self._ask_at_s):
            return []
        found = self._ask(self._waiting, TOGETHER_S) if self._fresh else []
        for one in [] if found else list(self._waiting):
            found += self._ask([one], ALONE_S)
        self._fresh = False
        self._ask_at_s = time.monotonic() + PAUSE_S
        begun = names(found)
        self._waiting = [one for one in self._waiting if one not in begun]
        return found

    def _ask(self, partitions: Sequence[Partition], timeout_s: float) -> list[TopicPartition]:
        try:
            asked = [TopicPartition(*one) for one in partitions]
            answers = self._consumer.committed(asked, timeout=timeout_s)
            return [
                TopicPartition(one.topic, one.partition, self._beginning(one))
                for one in answers
                if one.error is None
            ]
        except KafkaException:
            # Also an unstable offset ends as a time-out.
            return []

    def _beginning(self, committed: TopicPartition) -> int:
        if committed.offset < 0:
            return OFFSET_BEGINNING
        if self._within:
            _, end = self._consumer.get_watermark_offsets(committed, END_S)
            if end < committed.offset:
                place = {"topic": committed.topic, "partition": committed.partition}
                log.error("the log ends before what was committed", extra=place)
                return OFFSET_BEGINNING
        return committed.offset
