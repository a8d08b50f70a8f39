"""Serve every metric with plausible samples, each scrape a little further on.

A process of its own, so that the samples never reach the registry of the tests.
"""

import random
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from streams import metrics
from streams.topology import SINK_GROUP, topology

ROLES = tuple(spec.role for spec in topology().stages)
GROUPS = (
    *(spec.group for spec in topology().stages),
    SINK_GROUP,
    "bitaqa.documents.retry.extract.10m.v1",
)
OUTCOMES = {
    "bitaqa_uploads": ("created", "repeated", "refused", "unavailable"),
    "bitaqa_stage_documents": ("done", "retried", "failed"),
    "bitaqa_commits": ("committed", "aborted", "fenced"),
    "bitaqa_webhook_attempts": ("delivered", "retried", "failed", "gone", "cancelled"),
    "bitaqa_sink_rows": ("written", "repeated", "skipped"),
    "bitaqa_watch_documents": ("accepted", "failed"),
    "bitaqa_ai_calls": ("answered", "failed", "refused"),
}
STATUSES = {
    "bitaqa_http_requests": ("200", "202", "422", "503"),
    "bitaqa_documents": ("accepted", "review", "rejected"),
}
LABELS = {
    "route": ("/v1/documents", "/v1/documents/{document_id}"),
    "method": ("GET", "POST"),
    "stage": ROLES,
    "step": ("upright", "find", "lines", "read.rapidocr", "cpu"),
    "where": ("stage", "topic"),
    "reason": ("slot.timeout", "image.truncated"),
    "cause": ("crash", "timeout", "memory", "jobs"),
    "group": GROUPS,
    "topic": ("documents.uploaded.v1", "documents.retry.extract.10m.v1"),
    "partition": ("0", "1"),
    "event": ("assigned", "revoked", "lost"),
    "record": ("DocumentRead", "DocumentFailed"),
    "document_type": ("passport", "text"),
    "country": ("TUN", "FRA"),
    "code": ("mrz.check_digit", "date.expired"),
    "severity": ("error", "info"),
    "task": ("erasures", "objects"),
    "window": ("5m", "1h"),
    "engine": ("mistral",),
    "kind": ("image", "number"),
}
Instrument = Counter | Gauge | Histogram


def instruments() -> list[Instrument]:
    """Return every metric of the product."""
    return [one for one in vars(metrics).values() if isinstance(one, Instrument)]


def values_of(instrument: Instrument, label: str) -> tuple[str, ...]:
    """Return the values that a label of this metric takes here."""
    special = {"outcome": OUTCOMES, "status": STATUSES}.get(label)
    return LABELS[label] if special is None else special[instrument._name]


def move_on(chance: random.Random) -> None:
    """Let something happen to every series."""
    for instrument in instruments():
        names = instrument._labelnames
        for values in product(*(values_of(instrument, name) for name in names)):
            child = instrument.labels(*values) if names else instrument
            if isinstance(child, Histogram):
                child.observe(chance.random())
            elif isinstance(child, Counter):
                child.inc(chance.randint(1, 5))
            else:
                child.set(chance.random())


class Handler(BaseHTTPRequestHandler):
    """Answers every path with the metrics."""

    chance = random.Random(7)

    def do_GET(self) -> None:
        """Move on and tell."""
        move_on(self.chance)
        body = generate_latest(metrics.REGISTRY)
        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPE_LATEST)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
