"""Topics as they should be, what differs in the cluster, and making them so; safe to repeat.

Topics that carry field values are compacted within bounded times, so that an erasure's tombstone
takes the values with it; the others are deleted by age alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from streams.settings import KafkaSettings
from streams.topology import Topic, Topology

DAY_MS = 24 * 60 * 60 * 1000
SEGMENT_MS = DAY_MS // 4
COMPACTION_LAG_MAX_MS = DAY_MS
TOMBSTONE_MS = DAY_MS
TOPIC_BYTES_MAX = 6 * 1024 * 1024
"""Larger than any value a stage may write: a dead letter wraps one."""


class ChangeKind(StrEnum):
    """What `topics apply` would do."""

    CREATE = "create"
    GROW = "grow"
    CONFIGURE = "configure"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as it should be, or as it stands in the cluster."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; ``detail`` is for people. A ``REFUSE`` is for a person to solve."""

    kind: ChangeKind
    topic: str
    detail: str


class Cluster(Protocol):
    """The part of a cluster's administration that topics need."""

    def topics(self) -> Mapping[str, TopicState]:
        """Return every topic with the settings that were set on it."""
        ...

    def create(self, topic: TopicState) -> None:
        """Make a topic; one that exists already is left alone."""
        ...

    def grow(self, name: str, partitions: int) -> None:
        """Add partitions."""
        ...

    def configure(self, name: str, config: Mapping[str, str]) -> None:
        """Set settings, leaving others as they are."""
        ...


def wanted(topology: Topology, settings: KafkaSettings) -> tuple[TopicState, ...]:
    """Return every topic as it should be, with equal partition counts."""
    return tuple(
        TopicState(topic.name, settings.partitions, settings.replication, _config(topic, settings))
        for topic in topology.every_topic
    )


def diff(cluster: Cluster, topology: Topology, settings: KafkaSettings) -> tuple[Change, ...]:
    """Return what differs; nothing where the cluster is as it should be."""
    there = cluster.topics()
    return tuple(change for want in wanted(topology, settings) for change in _changes(want, there))


def apply(cluster: Cluster, topology: Topology, settings: KafkaSettings) -> tuple[Change, ...]:
    """Make the cluster as it should be and return what was done, refusals included."""
    by_name = {topic.name: topic for topic in wanted(topology, settings)}
    changes = diff(cluster, topology, settings)
    for change in changes:
        want = by_name[change.topic]
        match change.kind:
            case ChangeKind.CREATE:
                cluster.create(want)
            case ChangeKind.GROW:
                cluster.grow(want.name, want.partitions)
            case ChangeKind.CONFIGURE:
                cluster.configure(want.name, want.config)
            case ChangeKind.REFUSE:
                continue
    return changes


def _config(topic: Topic, settings: KafkaSettings) -> dict[str, str]:
    config = {
        "retention.ms": str(settings.retention_days * DAY_MS),
        "min.insync.replicas": str(max(1, settings.replication - 1)),
        "max.message.bytes": str(TOPIC_BYTES_MAX),
        "segment.ms": str(SEGMENT_MS),
        "cleanup.policy": "delete",
        "message.timestamp.type": "CreateTime",
    }
    if topic.values:
        config |= {
            "cleanup.policy": "compact,delete",
            "max.compaction.lag.ms": str(COMPACTION_LAG_MAX_MS),
            "delete.retention.ms": str(TOMBSTONE_MS),
            "min.cleanable.dirty.ratio": "0.1",
        }
    if topic.table:
        config["cleanup.policy"] = "compact"
    return config


def _changes(want: TopicState, there: Mapping[str, TopicState]) -> tuple[Change, ...]:
    found = there.get(want.name)
    if found is None:
        detail = f"{want.partitions} partitions, {want.replication} replicas"
        return (Change(ChangeKind.CREATE, want.name, detail),)
    changes = []
    if found.partitions < want.partitions:
        detail = f"{found.partitions} to {want.partitions} partitions"
        changes.append(Change(ChangeKind.GROW, want.name, detail))
    if found.partitions > want.partitions:
        detail = f"has {found.partitions} partitions, cannot shrink to {want.partitions}"
        changes.append(Change(ChangeKind.REFUSE, want.name, detail))
    if found.replication != want.replication:
        detail = f"has {found.replication} replicas, not {want.replication}: reassign by hand"
        changes.append(Change(ChangeKind.REFUSE, want.name, detail))
    differing = [
        f"{name}={value}" for name, value in want.config.items() if found.config.get(name) != value
    ]
    if differing:
        changes.append(Change(ChangeKind.CONFIGURE, want.name, ", ".join(differing)))
    return tuple(changes)
