"""Topics in the cluster, read and made through the admin client."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # public, yet not in __all__
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from schemas.errors import Misconfigured, Unavailable
from streams.kafka import config
from streams.settings import KafkaSettings
from streams.topics import TopicState

TIMEOUT_S = 15.0
VISIBLE_PAUSE_S = 0.02
_DENIED = (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED)


class KafkaCluster:
    """A cluster's administration; errors become ``Unavailable`` or ``Misconfigured``."""

    def __init__(self, settings: KafkaSettings) -> None:
        # Kept in a variable: a client that is collected takes its pending answers with it.
        self._admin = AdminClient(config.common(settings))

    def topics(self) -> Mapping[str, TopicState]:
        """Return every topic with the settings that were set on it."""
        found = _told(lambda: self._admin.list_topics(timeout=TIMEOUT_S)).topics
        names = [name for name in found if not name.startswith("__")]
        configs = self._configs(names)
        return {
            name: TopicState(
                name,
                len(found[name].partitions),
                max((len(one.replicas) for one in found[name].partitions.values()), default=0),
                configs[name],
            )
            for name in names
        }

    def create(self, topic: TopicState) -> None:
        """Make a topic; one that exists already is left alone."""
        new = NewTopic(
            topic.name,
            num_partitions=topic.partitions,
            replication_factor=topic.replication,
            config=dict(topic.config),
        )
        self._wait(self._admin.create_topics([new]), KafkaError.TOPIC_ALREADY_EXISTS)
        # The controller has it; brokers hear of it a moment later.
        deadline = time.monotonic() + TIMEOUT_S
        while time.monotonic() < deadline and not self._led(topic.name):
            time.sleep(VISIBLE_PAUSE_S)

    def grow(self, name: str, partitions: int) -> None:
        """Add partitions."""
        self._wait(self._admin.create_partitions([NewPartitions(name, partitions)]))

    def configure(self, name: str, config: Mapping[str, str]) -> None:
        """Set settings, leaving others as they are."""
        entries = [
            ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
            for key, value in config.items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)
        self._wait(self._admin.incremental_alter_configs([resource]))

    def delete(self, name: str) -> None:
        """Remove a topic with all that stands in it."""
        self._wait(self._admin.delete_topics([name]), KafkaError.UNKNOWN_TOPIC_OR_PART)

    def _led(self, name: str) -> bool:
        topic = _told(lambda: self._admin.list_topics(name, TIMEOUT_S)).topics[name]
        partitions = topic.partitions.values()
        return bool(partitions) and all(one.leader >= 0 for one in partitions)

    def _configs(self, names: list[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        asked = self._admin.describe_configs(
            [ConfigResource(ResourceType.TOPIC, name) for name in names]
        )
        dynamic = ConfigSource.DYNAMIC_TOPIC_CONFIG.value
        return {
            resource.name: {
                key: entry.value
                for key, entry in _result(answer).items()
                if entry.source == dynamic
            }
            for resource, answer in asked.items()
        }

    def _wait(self, answers: Mapping[Any, Future[Any]], *tolerated: int) -> None:
        for answer in answers.values():
            try:
                answer.result(TIMEOUT_S)
            except KafkaException as failure:
                if failure.args[0].code() not in tolerated:
                    raise _ours(failure) from None


def _told(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except KafkaException as failure:
        raise _ours(failure) from None


def _result(answer: Future[Any]) -> Any:
    return _told(lambda: answer.result(TIMEOUT_S))


def _ours(failure: KafkaException) -> Exception:
    error: KafkaError = failure.args[0]
    if error.code() in _DENIED:
        return Misconfigured("the principal may not do this: grant it the topic's ACLs")
    if error.code() in (KafkaError.INVALID_REPLICATION_FACTOR, KafkaError.POLICY_VIOLATION):
        return Misconfigured(f"the cluster refuses: {error.str()}")
    return Unavailable("kafka", error.name())
