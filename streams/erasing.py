"""Erasures carried through: objects, topics, and rows once more.

An erasure is gone through several times. At once; after the longest transaction of a sink that
might not have seen it; and when the topics' segments are old enough to roll, because compaction
leaves a segment alone while it is written to, and an idle one is written to for ever. The last
tombstones make it roll. Anything that comes late begins it anew.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import psycopg

from streams import metrics
from streams.headers import TENANT, child_trace
from streams.log import Outgoing, Publisher
from streams.origins import remove_origins
from streams.store import Store
from streams.topics import SEGMENT_MS
from streams.topology import Topology

log = logging.getLogger("bitaqa.erasing")

PUBLISH_TIMEOUT_S = 30.0
ACTOR = "housekeeping"
SETTLED_S = 120.0
"""Longer than a sink's transaction can take."""
ROLLED_S = SEGMENT_MS / 1000 + 300.0
PASSES_S = (0.0, SETTLED_S, ROLLED_S)
"""When an erasure is gone through, counted from the request or from what came late."""
LEASE_S = 300.0
AT_ONCE_MAX = 50
KINDS = ("originals", "pages", "thumbnails", "crops", "corrections")
"""First parts of the keys of a document's objects: ``KIND/TENANT/DOCUMENT/...``."""

_TAKE = """
UPDATE erasures SET due_at = now() + make_interval(secs => %(lease_s)s)
WHERE document_id IN (
    SELECT document_id FROM erasures WHERE due_at <= now()
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
RETURNING tenant, document_id, pass, coalesce(late_at, requested_at), due_at
"""
# Where something came late meanwhile, the lease is not ours any more: it is due again.
_END = """
WITH ended AS (
    UPDATE erasures SET pass = pass + 1,
        due_at = CASE WHEN %(wait_s)s::float IS NULL THEN NULL
            ELSE greatest(now(), %(since)s + make_interval(secs => %(wait_s)s::float)) END,
        done_at = CASE WHEN %(wait_s)s::float IS NULL THEN now() END
    WHERE document_id = %(document_id)s AND due_at = %(lease)s
    RETURNING tenant, document_id, done_at
)
SELECT CASE WHEN done_at IS NOT NULL
    THEN append_audit(tenant, %(actor)s, 'document.erasure_done', document_id, '{}') END
FROM ended
"""
_WAITING = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(requested_at)), 0)::float
FROM erasures WHERE pass = 0 AND due_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Erased:
    """The marker in place of a manifest: the id was used and never comes back."""

    document_id: str

    def content(self) -> bytes:
        """Return it as it is stored."""
        return json.dumps({"document_id": self.document_id, "erased": True}).encode()


class Eraser:
    """Goes through store and topics.

    Args:
        connect: returns the connection; asked at each turn.
        store: the object store.
        publisher: the log.
        pipeline: names the topics.
        passes_s: when each erasure is gone through.
    """

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection],
        store: Store,
        publisher: Publisher,
        pipeline: Topology,
        passes_s: Sequence[float] = PASSES_S,
    ) -> None:
        self._connect = connect
        self._store = store
        self._publisher = publisher
        self._topics = [topic.name for topic in pipeline.topics if topic.values]
        self._passes_s = passes_s

    def turn(self) -> int:
        """Go through what is due; return how many documents that were.

        Raises:
            Unavailable: a part is down; what was begun is gone through again.
            psycopg.Error: as the database has it.
        """
        connection = self._connect()
        values = {"lease_s": LEASE_S, "most": AT_ONCE_MAX}
        taken = connection.execute(_TAKE, values).fetchall()
        self._bury([(tenant, document_id) for tenant, document_id, *_ in taken])
        for tenant, document_id, number, since, lease in taken:
            connection.execute("SELECT forget_document(%s, %s)", (tenant, document_id))
            remove_objects(self._store, tenant, document_id)
            after = self._passes_s[number + 1 :]
            connection.execute(
                _END,
                {
                    "wait_s": after[0] if after else None,
                    "since": since,
                    "document_id": document_id,
                    "lease": lease,
                    "actor": ACTOR,
                },
            )
            metrics.ERASURE_PASSES.inc()
            log.info("erased", extra={"document_id": document_id, "round": number + 1})
        return len(taken)

    def tell(self) -> int:
        """Tell Prometheus what waits for its first pass; there is never more to tell."""
        ((count, oldest_s),) = self._connect().execute(_WAITING).fetchall()
        metrics.ERASURES_WAITING.set(count)
        metrics.ERASURES_WAITING_SECONDS.set(oldest_s)
        return 0

    def _bury(self, documents: Sequence[tuple[str, str]]) -> None:
        """Write a tombstone on every topic, and wait until all are acknowledged."""
        waiting = [
            self._publisher.publish(tombstone)
            for tenant, document_id in documents
            for tombstone in self._tombstones(tenant, document_id)
        ]
        for future in waiting:
            future.result(PUBLISH_TIMEOUT_S)

    def _tombstones(self, tenant: str, document_id: str) -> Iterator[Outgoing]:
        for topic in self._topics:
            headers = {TENANT: tenant, "traceparent": child_trace(None)}
            yield Outgoing(topic, document_id, None, headers)


def remove_objects(store: Store, tenant: str, document_id: str) -> None:
    """Remove every object of a document, and leave the marker that its id was used.

    What it was made from below ``incoming/`` goes with it.
    """
    remove_origins(store, tenant, document_id)
    for kind in KINDS:
        for key in list(store.keys(f"{kind}/{tenant}/{document_id}/")):
            store.delete(key)
    marker = Erased(document_id).content()
    store.put(f"manifests/{tenant}/{document_id}.json", marker, "application/json")
