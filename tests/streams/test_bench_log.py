"""The bench of the log runs on a broker and returns plausible figures."""

import pytest

from schemas.codec import Codec
from streams.bench_log import VALUE_BYTES, _record, measure_rate, no_op, one_slot
from streams.kafka.admin import KafkaCluster
from streams.settings import Settings, load_settings
from streams.slots import InlineSlots
from streams.topics import apply
from streams.topology import topology

MESSAGES = 400


@pytest.fixture
def settings(bootstrap_servers: str) -> Settings:
    """Return the settings of a broker with the chain's topics."""
    settings = load_settings(
        {"BITAQA_KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers, "BITAQA_KAFKA_PARTITIONS": "2"}
    )
    apply(KafkaCluster(settings.kafka), topology(), settings.kafka)
    return settings


@pytest.mark.broker
def test_rates_are_measured_in_line_and_through_a_slot(settings: Settings) -> None:
    """Every message is committed, so that the rate is not that of a part."""
    inline = measure_rate(settings, InlineSlots(no_op(settings), Codec()), MESSAGES)
    slotted = measure_rate(settings, one_slot(settings), MESSAGES)

    assert inline > 10
    assert slotted > 10


def test_messages_have_the_size_that_is_reported() -> None:
    """Rates of smaller values would flatter."""
    record = _record("bench", "key", Codec())

    assert abs(len(record.value or b"") - VALUE_BYTES) <= 2
