"""Topics: what differs, what is made, and that values do not outlive an erasure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from streams.kafka.admin import KafkaCluster
from streams.settings import KafkaSettings
from streams.topics import ChangeKind, TopicState, apply, diff, wanted
from streams.topology import EXTRACTED, OVERDUE, UPLOADED, WAYS_CHANGELOG, Topic, Topology, topology
from tests.support.sinks import wait_until

SETTINGS = KafkaSettings("nowhere", partitions=4)


@dataclass
class FakeCluster:
    """A cluster's topics in a dict."""

    there: dict[str, TopicState] = field(default_factory=dict)

    def topics(self) -> Mapping[str, TopicState]:
        """Return the topics."""
        return dict(self.there)

    def create(self, topic: TopicState) -> None:
        """Make a topic."""
        self.there[topic.name] = topic

    def grow(self, name: str, partitions: int) -> None:
        """Add partitions."""
        self.there[name] = replace(self.there[name], partitions=partitions)

    def configure(self, name: str, config: Mapping[str, str]) -> None:
        """Set settings."""
        topic = self.there[name]
        self.there[name] = replace(topic, config={**topic.config, **config})


def test_applying_twice_changes_nothing_the_second_time() -> None:
    """Every topic of the chain is made once, with equal partition counts."""
    cluster = FakeCluster()

    first = apply(cluster, topology(), SETTINGS)
    second = apply(cluster, topology(), SETTINGS)

    assert {one.kind for one in first} == {ChangeKind.CREATE}
    assert second == ()
    assert {one.partitions for one in cluster.there.values()} == {4}
    assert set(cluster.there) == {topic.name for topic in topology().every_topic}


def test_topics_with_values_are_compacted_within_bounds() -> None:
    """A tombstone reaches values soon; alerts are deleted by age alone, tables never."""
    states = {one.name: one.config for one in wanted(topology(), SETTINGS)}

    assert states[EXTRACTED]["cleanup.policy"] == "compact,delete"
    assert int(states[EXTRACTED]["max.compaction.lag.ms"]) <= 24 * 3600 * 1000
    assert int(states[EXTRACTED]["segment.ms"]) <= 24 * 3600 * 1000
    assert states[OVERDUE]["cleanup.policy"] == "delete"
    assert "max.compaction.lag.ms" not in states[OVERDUE]
    assert states[WAYS_CHANGELOG]["cleanup.policy"] == "compact"


def test_a_topic_grows_and_is_configured_but_never_shrinks() -> None:
    """What cannot be done by a command is said, not tried."""
    small = TopicState(UPLOADED, 2, 1, {"retention.ms": "1", "custom": "kept"})
    cluster = FakeCluster({UPLOADED: small, EXTRACTED: TopicState(EXTRACTED, 9, 3, {})})

    changes = {(one.topic, one.kind) for one in diff(cluster, topology(), SETTINGS)}
    apply(cluster, topology(), SETTINGS)

    assert (UPLOADED, ChangeKind.GROW) in changes
    assert (UPLOADED, ChangeKind.CONFIGURE) in changes
    assert (EXTRACTED, ChangeKind.REFUSE) in changes
    assert cluster.there[UPLOADED].partitions == 4
    assert cluster.there[UPLOADED].config["custom"] == "kept"
    assert cluster.there[EXTRACTED].partitions == 9


def test_two_replicas_survive_of_three() -> None:
    """A write counts once all but one of the replicas have it."""
    states = wanted(topology(), replace(SETTINGS, replication=3))

    assert {one.config["min.insync.replicas"] for one in states} == {"2"}


@pytest.mark.broker
def test_the_real_cluster_takes_every_setting(bootstrap_servers: str) -> None:
    """Create, grow and configure work on a broker, and nothing differs afterwards.

    A broker takes a change and tells it a moment later.
    """
    settings = KafkaSettings(bootstrap_servers, partitions=2)
    cluster = KafkaCluster(settings)
    pipeline = Topology(
        (
            Topic("test.topics.values", None, values=True),
            Topic("test.topics.refs", None, values=False),
        ),
        (),
    )
    apply(cluster, pipeline, settings)
    cluster.configure("test.topics.refs", {"retention.ms": "1000"})
    wait_until(lambda: bool(diff(cluster, pipeline, settings)), "the setting is told")
    more = replace(settings, partitions=3)

    kinds = {one.kind for one in apply(cluster, pipeline, more)}

    assert kinds == {ChangeKind.GROW, ChangeKind.CONFIGURE}
    wait_until(lambda: diff(cluster, pipeline, more) == (), "nothing differs")
