"""Where a member begins in a partition that it was given."""

from typing import Any

import pytest
from confluent_kafka import OFFSET_BEGINNING, KafkaError, KafkaException, TopicPartition

from streams.kafka.beginnings import Beginnings

COMMITTED = 5000


class Group:
    """A consumer of a group that has committed, of a log that may end before."""

    def __init__(self, end: int | None) -> None:
        self.end = end

    def committed(self, partitions: list[TopicPartition], timeout: float) -> list[TopicPartition]:
        """Return what was committed."""
        assert timeout > 0
        return [TopicPartition(one.topic, one.partition, COMMITTED) for one in partitions]

    def get_watermark_offsets(self, _place: TopicPartition, timeout: float) -> tuple[int, int]:
        """Return where the log begins and ends."""
        assert timeout > 1
        if self.end is None:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        return 0, self.end


def begun(group: Any, *, within: bool = True) -> list[int]:
    """Return the offsets at which the partition begins."""
    beginnings = Beginnings(group, within=within)
    beginnings.add([TopicPartition("topic", 0)])
    return [one.offset for one in beginnings.certain()]


@pytest.mark.parametrize(
    ("end", "offset"), [(COMMITTED, COMMITTED), (9000, COMMITTED), (4000, OFFSET_BEGINNING)]
)
def test_a_log_that_lost_what_was_committed_is_read_from_its_start(end: int, offset: int) -> None:
    """What is written there since then has never been worked on."""
    assert begun(Group(end)) == [offset]


def test_a_partition_whose_end_is_not_told_waits() -> None:
    """It is asked for again at a later turn."""
    group = Group(end=None)

    assert begun(group) == []
    assert begun(group, within=False) == [COMMITTED]
