"""Records between librdkafka's form and ours."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, KafkaError, Message, TopicPartition

from streams.log import FencedError, Incoming, Partition

FENCED = frozenset(
    {
        # A fenced static member gets _FATAL whose fatal() is False.
        KafkaError._FATAL,  # noqa: SLF001 - a public code despite its name
        KafkaError.FENCED_INSTANCE_ID,
    }
)


def incoming(message: Message) -> Incoming:
    """Return a record as the rest of bitaqa sees it."""
    return Incoming(
        message.topic() or "",
        -1 if (partition := message.partition()) is None else partition,
        -1 if (offset := message.offset()) is None else offset,
        _text(message.key()),
        message.value(),
        _headers(message),
        message.timestamp()[1],
    )


def topic_partitions(offsets: Mapping[Partition, int]) -> list[TopicPartition]:
    """Return offsets in the library's form."""
    return [TopicPartition(topic, number, offset) for (topic, number), offset in offsets.items()]


def starts(
    partitions: Sequence[Partition], offsets: Mapping[Partition, int]
) -> list[TopicPartition]:
    """Return where to begin in each partition; one without an offset begins at its start."""
    return [
        TopicPartition(topic, number, offsets.get((topic, number), OFFSET_BEGINNING))
        for topic, number in partitions
    ]


def names(partitions: Iterable[TopicPartition]) -> tuple[Partition, ...]:
    """Return partitions in our form."""
    return tuple((one.topic, one.partition) for one in partitions)


def refuse_fenced(error: KafkaError) -> None:
    """Raise where the error says that another member took this one's place.

    Raises:
        FencedError: then the process has to end.
    """
    if error.code() in FENCED or error.fatal():
        raise FencedError(f"the group member was fenced: {error.name()}")


def _headers(message: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    pairs: Any = message.headers() or ()
    for name, value in pairs:
        try:
            found[name] = (value or b"").decode()
        except UnicodeDecodeError:
            continue
    return found


def _text(key: bytes | None) -> str:
    return "" if key is None else key.decode(errors="replace")
