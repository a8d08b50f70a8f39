"""A member's batches: nothing of a partition that was taken away while it was being read."""

from typing import Any

import pytest
from confluent_kafka import TopicPartition

from streams.kafka.member import Member


class FakeMessage:
    """A record as librdkafka hands it out."""

    def __init__(self, partition: int, offset: int) -> None:
        self._place = (partition, offset)

    def topic(self) -> str:
        """Return its topic."""
        return "t"

    def partition(self) -> int:
        """Return its partition."""
        return self._place[0]

    def offset(self) -> int:
        """Return its offset."""
        return self._place[1]

    def key(self) -> bytes:
        """Return its key."""
        return b"k"

    def value(self) -> bytes:
        """Return its value."""
        return b"v"

    def headers(self) -> None:
        """Return no headers."""

    def timestamp(self) -> tuple[int, int]:
        """Return kind and time."""
        return (1, 0)

    def error(self) -> None:
        """Return no error."""


class FakeConsumer:
    """A consumer that loses partitions during its second call, as in a rebalance."""

    def __init__(self, lost: list[int]) -> None:
        self.member: Member | None = None
        self._lost = lost

    def poll(self, _timeout: float) -> FakeMessage:
        """Return the first record."""
        return FakeMessage(0, 7)

    def consume(self, _count: int, _timeout: float) -> list[FakeMessage]:
        """Serve the rebalance, then return the record of the partition that stays."""
        assert self.member is not None
        self.member.forget([TopicPartition("t", number) for number in self._lost])
        return [FakeMessage(1, 3)]


@pytest.mark.parametrize(
    ("lost", "expected"), [([], [(0, 7), (1, 3)]), ([0], [(1, 3)]), ([2], [(0, 7), (1, 3)])]
)
def test_a_record_of_a_partition_taken_away_meanwhile_is_left_to_its_new_owner(
    lost: list[int], expected: list[tuple[int, int]]
) -> None:
    """Both owners would write its result, each in a transaction that is committed."""
    consumer: Any = FakeConsumer(lost)
    member = consumer.member = Member(consumer)

    found = member.batch(10, 0.1)

    assert [(one.partition, one.offset) for one in found] == expected
