"""What every client of the cluster is told; each odd value has its reason."""

import logging
from typing import Any

from confluent_kafka import KafkaError

from streams.settings import KafkaSettings

log = logging.getLogger("bitaqa.kafka")

TRANSACTION_TIMEOUT_MS = 10_000
SESSION_TIMEOUT_MS = 6_000
STATIC_SESSION_TIMEOUT_MS = 30_000
STATIC_HEARTBEAT_MS = 3_000
DELIVERY_TIMEOUT_MS = 10_000
LINGER_MS = 5
WIRE_BYTES_MAX = 6 * 1024 * 1024
QUEUED_KIB = 32 * 1024


def common(settings: KafkaSettings) -> dict[str, Any]:
    """Return the settings that producers, consumers and admins share."""
    config: dict[str, Any] = {
        "bootstrap.servers": settings.bootstrap_servers,
        "security.protocol": settings.security_protocol,
        # Rebootstrapping after a broker's restart left send_offsets_to_transaction hanging.
        "metadata.recovery.strategy": "none",
        "reconnect.backoff.ms": 50,
        "reconnect.backoff.max.ms": 1000,
        "socket.timeout.ms": 10_000,
        "error_cb": _heard,
        "logger": log,
    }
    optional = {
        "sasl.mechanism": settings.sasl_mechanism,
        "sasl.username": settings.sasl_username,
        "sasl.password": settings.sasl_password,
        "ssl.ca.location": settings.ssl_ca,
    }
    return config | {name: value for name, value in optional.items() if value}


def producer(settings: KafkaSettings) -> dict[str, Any]:
    """Return the settings of an idempotent producer."""
    return common(settings) | {
        "enable.idempotence": True,
        "acks": "all",
        "linger.ms": LINGER_MS,
        "delivery.timeout.ms": DELIVERY_TIMEOUT_MS,
        "message.max.bytes": WIRE_BYTES_MAX,
        "compression.type": "lz4",
        # The same partition for a key as every Java producer chooses.
        "partitioner": "murmur2_random",
    }


def transactional(settings: KafkaSettings, transactional_id: str) -> dict[str, Any]:
    """Return the settings of a producer that writes in transactions."""
    return producer(settings) | {
        "transactional.id": transactional_id,
        "transaction.timeout.ms": TRANSACTION_TIMEOUT_MS,
        "delivery.timeout.ms": TRANSACTION_TIMEOUT_MS - 1000,
        # A transaction that begins before the last one's markers are written is told to wait.
        "retry.backoff.ms": 10,
    }


def consumer(settings: KafkaSettings, group: str, instance: str | None) -> dict[str, Any]:
    """Return the settings of a group member that reads what is committed."""
    config = common(settings) | {
        "group.id": group,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "enable.partition.eof": True,
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
        "partition.assignment.strategy": "cooperative-sticky",
        "heartbeat.interval.ms": 1000,
        "session.timeout.ms": SESSION_TIMEOUT_MS,
        "fetch.message.max.bytes": WIRE_BYTES_MAX,
        # An idle fetch costs the broker; a new partition waits for the one in flight.
        "fetch.wait.max.ms": 1000,
        "queued.max.messages.kbytes": QUEUED_KIB,
        # A new partition or topic is noticed within seconds, not five minutes.
        "topic.metadata.refresh.interval.ms": 30_000,
    }
    if instance is not None:
        # A name that comes back within the session takes its partitions up at once.
        config["group.instance.id"] = f"{group}-{instance}"
        config["session.timeout.ms"] = STATIC_SESSION_TIMEOUT_MS
        config["heartbeat.interval.ms"] = STATIC_HEARTBEAT_MS
    return config


def _heard(error: KafkaError) -> None:
    log.warning("kafka client", extra={"error": error.name(), "detail": error.str()})
