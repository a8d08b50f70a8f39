"""What stands before a member's first offsets, read again for what its runner must remember.

A member with a past begins earlier in each partition than its group has committed; what it reads
up to there is told apart and never handed out as work.
"""

from collections.abc import Iterable

from confluent_kafka import TopicPartition

from streams.kafka.records import names
from streams.log import Incoming, Partition


class Pasts:
    """Where work begins in each partition that is still behind it.

    Args:
        offsets: how far back to go; 0 for a member without a past.
    """

    def __init__(self, offsets: int) -> None:
        self._offsets = offsets
        self._begins: dict[Partition, int] = {}

    def before(self, found: list[TopicPartition]) -> list[TopicPartition]:
        """Return where to read from, for partitions whose work begins at these offsets.

        An offset that retention has removed is brought forward by the broker.
        """
        if not self._offsets:
            return found
        self._begins |= {(one.topic, one.partition): one.offset for one in found if one.offset > 0}
        return [
            TopicPartition(one.topic, one.partition, max(0, one.offset - self._offsets))
            if one.offset > 0
            else one
            for one in found
        ]

    def parted(self, records: Iterable[Incoming]) -> tuple[list[Incoming], tuple[Incoming, ...]]:
        """Return which records are past and which are work."""
        past: list[Incoming] = []
        work: list[Incoming] = []
        for record in records:
            place = record.topic, record.partition
            if record.offset < self._begins.get(place, 0):
                past.append(record)
            else:
                self._begins.pop(place, None)
                work.append(record)
        return past, tuple(work)

    def forget(self, partitions: list[TopicPartition]) -> None:
        """Let go of partitions that are another's now."""
        for place in names(partitions):
            self._begins.pop(place, None)
