"""What a reader outside of any group asks of a cluster."""

from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from schemas.errors import Unavailable
from streams.kafka import reader as module
from streams.kafka.reader import ends


class Returning:
    """A client of a broker that takes up its partitions one by one."""

    def __init__(self, code: int, refusals: int) -> None:
        self._code = code
        self._refusals = refusals

    def list_topics(self, topic: str, timeout: float) -> SimpleNamespace:
        """Name two partitions."""
        assert timeout > 0
        return SimpleNamespace(topics={topic: SimpleNamespace(partitions={0: None, 1: None})})

    def get_watermark_offsets(self, place: TopicPartition, timeout: float) -> tuple[int, int]:
        """Tell the offsets of a partition that was taken up."""
        assert timeout > 0
        if place.partition == 1 and self._refusals:
            self._refusals -= 1
            raise KafkaException(KafkaError(self._code))
        return 2, 10 + place.partition


def test_a_partition_whose_leader_is_being_chosen_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A broker answers for one partition while another is not its own yet."""
    monkeypatch.setattr(module, "ELECTION_PAUSE_S", 0)
    client: Any = Returning(KafkaError.NOT_LEADER_FOR_PARTITION, refusals=3)

    assert ends(client, ["t"]) == {("t", 0): (2, 10), ("t", 1): (2, 11)}


@pytest.mark.parametrize(
    ("code", "patience_s"),
    [(KafkaError.NOT_LEADER_FOR_PARTITION, 0.0), (KafkaError._TRANSPORT, 10.0)],
)
def test_what_is_no_election_or_takes_too_long_is_an_outage(
    code: int, patience_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cause is named."""
    monkeypatch.setattr(module, "METADATA_TIMEOUT_S", max(patience_s, 1e-9))
    client: Any = Returning(code, refusals=1)

    with pytest.raises(Unavailable, match=KafkaError(code).name()):
        ends(client, ["t"])
