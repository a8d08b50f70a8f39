"""The whole pipeline on one page: topics, who reads them, who writes them, what carries values.

This is the only file that names topics. ::

    documents.uploaded.v1 -> prepare -> documents.prepared.{tn,fr,intl}.v1
        -> extract.{tn,fr,intl} -> documents.extracted.v1
        -> validate -> documents.read.v1
    any stage, on a document it gives up -> documents.failed.v1
    any stage, on a fault that may pass  -> documents.retry.<stage>.<delay>.v1 -> back
    all of them -> sink -> PostgreSQL
    all but the retries -> watch -> documents.overdue.v1, documents.repeated.v1
"""

from dataclasses import dataclass, replace

from schemas.documents import Route
from schemas.messages import (
    Alert,
    DocumentFailed,
    DocumentOverdue,
    DocumentRead,
    DocumentUploaded,
    FieldsExtracted,
    Message,
    PagesPrepared,
)

UPLOADED = "documents.uploaded.v1"
PREPARED = {route: f"documents.prepared.{route.value}.v1" for route in Route}
EXTRACTED = "documents.extracted.v1"
READ = "documents.read.v1"
FAILED = "documents.failed.v1"
OVERDUE = "documents.overdue.v1"
REPEATED = "documents.repeated.v1"
SINK_GROUP = "bitaqa.sink"
WATCH_GROUP = "bitaqa.watch"
SIGHTINGS = "bitaqa.watch.sightings.v1"
"""The watch's own: what was seen of pictures and numbers, parted by their keyed hashes."""
WAYS_CHANGELOG = "bitaqa.watch-ways-changelog"
SIGHTINGS_CHANGELOG = "bitaqa.watch-sightings-changelog"
"""Faust's names: what its tables are made of again after a restart."""
RETRY_DELAYS_S = (60, 600)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the chain.

    Args:
        name: with its version at the end.
        record: name of the Avro record; None where the topic carries any of the chain's.
        values: its records carry field values, or what a caller said of a document (subject,
            reference), so it is compacted and erasure reaches it.
        table: it holds a table's state, so it is compacted and never deleted by age.
    """

    name: str
    record: str | None
    values: bool
    table: bool = False


@dataclass(frozen=True, slots=True)
class StageSpec:
    """A consumer group that turns messages into messages.

    Args:
        name: ``prepare``, ``extract`` or ``validate``.
        route: the country route, for extract.
        inputs: topics read.
        work: ``module:function`` that builds the stage in a slot.
        time_limit_s: one document longer than this loses its slot, unless a setting says else.
        memory_limit_mb: a slot larger than this is replaced, unless a setting says else.
        attempts_max: tries inside the stage before a retry topic or the dead letter.
        retry_delays_s: one retry topic each, tried in order.
        inline: cheap work that needs no slot of its own.
        first: what it reads was published outside of the chain's transactions, perhaps twice.
    """

    name: str
    route: Route | None
    inputs: tuple[str, ...]
    work: str
    time_limit_s: float = 60.0
    memory_limit_mb: int = 1500
    attempts_max: int = 3
    retry_delays_s: tuple[int, ...] = RETRY_DELAYS_S
    inline: bool = False
    first: bool = False

    @property
    def role(self) -> str:
        """Return the name of the stage and, for extract, its route: ``extract.tn``."""
        return self.name if self.route is None else f"{self.name}.{self.route.value}"

    @property
    def group(self) -> str:
        """Return the consumer group."""
        return f"bitaqa.{self.role}"


@dataclass(frozen=True, slots=True)
class Topology:
    """Topics and stages; the broker's runner and the in-memory twin both run this object.

    Args:
        topics: of the chain; the sink reads all of them.
        stages: that run on them.
        beside: what the watch writes and keeps.
    """

    topics: tuple[Topic, ...]
    stages: tuple[StageSpec, ...]
    beside: tuple[Topic, ...] = ()

    @property
    def every_topic(self) -> tuple[Topic, ...]:
        """Return what a cluster must have."""
        return (*self.topics, *self.beside)

    def stage(self, role: str) -> StageSpec:
        """Return a stage by its role; raise ``KeyError`` where there is none."""
        return {spec.role: spec for spec in self.stages}[role]


def topic_of(message: Message) -> str:
    """Return the topic that a message belongs on."""
    match message:
        case DocumentUploaded():
            return UPLOADED
        case PagesPrepared(route=route):
            return PREPARED[route]
        case FieldsExtracted():
            return EXTRACTED
        case DocumentRead():
            return READ
        case DocumentFailed():
            return FAILED


def alert_topic(alert: Alert) -> str:
    """Return the topic that an alert belongs on."""
    return OVERDUE if isinstance(alert, DocumentOverdue) else REPEATED


def watched_topics() -> tuple[str, ...]:
    """Return the topics of the chain from which the watch knows how far a document is."""
    return (UPLOADED, *PREPARED.values(), EXTRACTED, READ, FAILED)


def retry_topic(stage: str, delay_s: int) -> str:
    """Return the topic in which a stage's documents wait out a delay."""
    delay = f"{delay_s // 60}m" if delay_s % 60 == 0 else f"{delay_s}s"
    return f"documents.retry.{stage}.{delay}.v1"


def topology(retry_delays_s: tuple[int, ...] = RETRY_DELAYS_S) -> Topology:
    """Return the pipeline; tests shorten the delays."""
    stages = (
        StageSpec("prepare", None, (UPLOADED,), "streams.stages:prepare_stage", first=True),
        *(
            StageSpec("extract", route, (PREPARED[route],), "streams.stages:extract_stage")
            for route in Route
        ),
        StageSpec("validate", None, (EXTRACTED,), "streams.stages:validate_stage", inline=True),
    )
    stages = tuple(_with_delays(spec, retry_delays_s) for spec in stages)
    retries = {
        retry_topic(spec.name, delay_s) for spec in stages for delay_s in spec.retry_delays_s
    }
    topics = (
        Topic(UPLOADED, "DocumentUploaded", values=True),
        *(Topic(name, "PagesPrepared", values=True) for name in PREPARED.values()),
        Topic(EXTRACTED, "FieldsExtracted", values=True),
        Topic(READ, "DocumentRead", values=True),
        Topic(FAILED, "DocumentFailed", values=True),
        *(Topic(name, None, values=True) for name in sorted(retries)),
    )
    beside = (
        Topic(OVERDUE, "DocumentOverdue", values=False),
        Topic(REPEATED, "DocumentRepeated", values=False),
        Topic(SIGHTINGS, None, values=False),
        Topic(WAYS_CHANGELOG, None, values=False, table=True),
        Topic(SIGHTINGS_CHANGELOG, None, values=False, table=True),
    )
    return Topology(topics, stages, beside)


def _with_delays(spec: StageSpec, retry_delays_s: tuple[int, ...]) -> StageSpec:
    return replace(spec, retry_delays_s=retry_delays_s)
