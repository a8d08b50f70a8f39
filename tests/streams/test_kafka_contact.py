"""Sessions that no broker answers any more are told from those that wait for one."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, Message

from schemas.errors import Unavailable
from streams.kafka import config
from streams.kafka import publisher as module
from streams.kafka.contact import AGAIN_S, EVERY_S, LOST_AFTER, Contact
from streams.log import BrokenError, Outgoing
from streams.settings import KafkaSettings

WAIT_S = 20.0


class Client:
    """A client whose broker answers or does not."""

    def __init__(self) -> None:
        self.answers = True
        self.asked = 0

    def list_topics(self, topic: str, timeout_s: float) -> SimpleNamespace:
        """Answer a request for metadata."""
        resting_ms = config.consumer(KafkaSettings("127.0.0.1:9"), "group", None)[
            "fetch.wait.max.ms"
        ]
        assert timeout_s > 2 * resting_ms / 1000
        assert topic == "topic"
        self.asked += 1
        if not self.answers:
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))
        return SimpleNamespace(brokers={1: "broker"})


class Clock:
    """A clock that is set by hand."""

    now_s = 100.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now_s


def contact_of(*clients: Any) -> tuple[Contact, Clock]:
    """Return a contact and its clock."""
    clock = Clock()
    return Contact("topic", *clients, clock=clock), clock


def test_a_session_that_one_client_of_is_never_answered_is_broken() -> None:
    """An outage of less than a minute breaks nothing."""
    one, other = Client(), Client()
    contact, clock = contact_of(one, other)
    other.answers = False
    clock.now_s += EVERY_S
    for _ in range(LOST_AFTER - 1):
        contact.keep()
        clock.now_s += AGAIN_S

    with pytest.raises(BrokenError):
        contact.keep()


def test_an_answer_begins_the_count_anew() -> None:
    """What came back is as good as new."""
    client = Client()
    contact, clock = contact_of(client)
    for client.answers in [False] * (LOST_AFTER - 1) + [True] + [False] * (LOST_AFTER - 1):
        clock.now_s += EVERY_S
        contact.keep()

    assert client.asked == 2 * LOST_AFTER - 1


def test_a_process_that_stood_still_is_given_all_its_questions() -> None:
    """What was not asked cannot have been silent, before the first question nor between two."""
    client = Client()
    contact, clock = contact_of(client)
    client.answers = False

    for _ in range(3):
        clock.now_s += 600
        contact.keep()

    assert client.asked == 3


def test_brokers_are_not_asked_at_each_turn() -> None:
    """A loop that turns a thousand times a second costs them nothing."""
    client = Client()
    contact, clock = contact_of(client)
    for _ in range(1000):
        contact.keep()
        clock.now_s += 0.1

    assert client.asked <= 100 / EVERY_S


class Lost:
    """A producer that has lost all brokers: what it takes times out."""

    made: list["Lost"]

    def __init__(self, _config: dict[str, Any]) -> None:
        self.waiting: list[Any] = []
        self.made.append(self)

    def produce(self, _topic: str, **kept: Any) -> None:
        """Take a record."""
        self.waiting.append(kept["on_delivery"])

    def poll(self, _timeout: float) -> None:
        """Tell that the first producer's records timed out, and others' arrived."""
        error = KafkaError(KafkaError._MSG_TIMED_OUT) if self is self.made[0] else None
        while self.waiting:
            self.waiting.pop()(error, Message())

    def __len__(self) -> int:
        """Return how many records wait."""
        return len(self.waiting)

    def flush(self, _timeout: float) -> None:
        """Nothing is left."""


def test_a_publisher_that_lost_its_brokers_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """One record costs an error, and the next is written by another producer."""
    monkeypatch.setattr(Lost, "made", [], raising=False)
    monkeypatch.setattr(module, "Producer", Lost)
    publisher = module.KafkaPublisher(KafkaSettings("127.0.0.1:9"))

    with pytest.raises(Unavailable):
        publisher.publish(Outgoing("topic", "key", b"")).result(WAIT_S)
    while len(Lost.made) < 2:
        time.sleep(0.001)
    publisher.publish(Outgoing("topic", "key", b"")).result(WAIT_S)
    publisher.close()

    assert len(Lost.made) == 2


class Halting:
    """A producer of whose topics one has no leader: its records time out while others' arrive."""

    made: list["Halting"]

    def __init__(self, _config: dict[str, Any]) -> None:
        self.waiting: dict[str, list[Any]] = {"others": [], "halting": []}
        self.made.append(self)

    def produce(self, topic: str, **kept: Any) -> None:
        """Take a record."""
        self.waiting[topic].append(kept["on_delivery"])

    def poll(self, _timeout: float) -> None:
        """Tell what arrived, then what timed out by then."""
        late = list(self.waiting["halting"]) if self.waiting["others"] else []
        while self.waiting["others"]:
            self.waiting["others"].pop()(None, Message())
        for deliver in late:
            self.waiting["halting"].remove(deliver)
            deliver(KafkaError(KafkaError._MSG_TIMED_OUT), Message())

    def flush(self, _timeout: float) -> None:
        """Nothing is left."""


def test_a_topic_without_a_leader_leaves_the_publisher_to_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only where nothing arrives is the producer taken for lost."""
    monkeypatch.setattr(Halting, "made", [], raising=False)
    monkeypatch.setattr(module, "Producer", Halting)
    publisher = module.KafkaPublisher(KafkaSettings("127.0.0.1:9"))

    for _ in range(3):
        halting = publisher.publish(Outgoing("halting", "key", b""))
        publisher.publish(Outgoing("others", "key", b"")).result(WAIT_S)
        with pytest.raises(Unavailable):
            halting.result(WAIT_S)
    publisher.close()

    assert len(Halting.made) == 1
