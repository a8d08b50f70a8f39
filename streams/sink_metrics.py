"""What the sink tells Prometheus: counted after the commit, so that nothing counts twice."""

import contextlib
import re
import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from schemas.messages import DocumentRead
from streams import metrics
from streams.log import Incoming, Partition
from streams.sink_rows import Batch, Place
from streams.topology import SINK_GROUP

_COUNTRY = re.compile(r"[A-Z]{3}")
_STEP = re.compile(r"[a-z][a-z0-9_.-]{0,40}")


def count_written(batch: Batch, written: AbstractSet[Place]) -> None:
    """Count a committed batch; records outside of ``written`` told nothing new."""
    for place, message in batch.sources.items():
        outcome = "written" if place in written else "repeated"
        metrics.SINK_ROWS.labels(type(message).__name__, outcome).inc()
        if isinstance(message, DocumentRead) and place in written:
            _count_reading(message)
    metrics.SINK_ROWS.labels("unknown", "skipped").inc(len(batch.rejects))
    metrics.SINK_ROWS.labels("tombstone", "skipped").inc(batch.tombstones)
    metrics.SINK_ROWS.labels("erased", "skipped").inc(sum(batch.late.values()))


def tell_lag(behind: Mapping[Partition, int]) -> None:
    """Tell how many records stand unread."""
    for (topic, number), count in behind.items():
        metrics.LAG_MESSAGES.labels(SINK_GROUP, topic, str(number)).set(count)


def tell_ages(waiting: Sequence[Incoming], partitions: Sequence[Partition]) -> None:
    """Tell how old the oldest records in hand are; 0 for partitions with none."""
    now_s = time.time()
    oldest: dict[Partition, float] = dict.fromkeys(partitions, 0.0)
    for record in waiting:
        key = (record.topic, record.partition)
        age_s = max(0.0, now_s - record.timestamp_ms / 1000) if record.timestamp_ms else 0.0
        oldest[key] = max(oldest.get(key, 0.0), age_s)
    for (topic, number), age_s in oldest.items():
        metrics.LAG_SECONDS.labels(SINK_GROUP, topic, str(number)).set(age_s)


def forget_lag(partition: Partition) -> None:
    """Tell no more of a partition that another sink has now."""
    labels = (SINK_GROUP, partition[0], str(partition[1]))
    for gauge in (metrics.LAG_MESSAGES, metrics.LAG_SECONDS):
        with contextlib.suppress(KeyError):
            gauge.remove(*labels)


def _count_reading(message: DocumentRead) -> None:
    # A country comes from the document: only its form is known to be harmless as a label.
    country = message.country or ""
    country = country if not country or _COUNTRY.fullmatch(country) else "other"
    kind = message.document_type
    metrics.DOCUMENTS.labels(kind, country, message.status.value).inc()
    metrics.DOCUMENT_CONFIDENCE.labels(kind).observe(message.confidence)
    for finding in message.findings:
        metrics.FINDINGS.labels(finding.code, finding.severity.value).inc()
    for step, spent_ms in message.timings_ms.items():
        if _STEP.fullmatch(step):
            metrics.STEP_SECONDS.labels(step).observe(spent_ms / 1000)
    seconds = (message.read_at - message.uploaded_at).total_seconds()
    if message.revision <= 1:
        # A later revision begins long after its upload.
        metrics.END_TO_END_SECONDS.labels(kind).observe(max(0.0, seconds))
