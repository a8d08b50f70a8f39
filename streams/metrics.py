"""Every metric, with its unit in its name and its labels closed. Nothing else makes metrics.

Labels never carry a tenant's data: stages, outcomes, reasons and types come from closed sets.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_LONG_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)

# Ingest.
HTTP_REQUESTS = Counter(
    "bitaqa_http_requests_total",
    "Requests answered, by route template, method and status",
    ("route", "method", "status"),
    registry=REGISTRY,
)
HTTP_SECONDS = Histogram(
    "bitaqa_http_request_seconds",
    "Time from request to answer",
    ("route", "method"),
    buckets=_SECONDS,
    registry=REGISTRY,
)
UPLOAD_BYTES = Counter(
    "bitaqa_upload_bytes_total", "Bytes of files stored by the ingest service", registry=REGISTRY
)
UPLOADS = Counter(
    "bitaqa_uploads_total",
    "Uploads, each file of a batch alike, by outcome: created, repeated, refused or unavailable",
    ("outcome",),
    registry=REGISTRY,
)

# Stages.
STAGE_DOCUMENTS = Counter(
    "bitaqa_stage_documents_total",
    "Documents that left a stage, by outcome: done, repeated, retried or failed",
    ("stage", "outcome"),
    registry=REGISTRY,
)
STAGE_SECONDS = Histogram(
    "bitaqa_stage_seconds",
    "Time that a slot worked on a document",
    ("stage",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
STAGE_QUEUE_SECONDS = Histogram(
    "bitaqa_stage_queue_seconds",
    "Time from a record's timestamp to a slot taking it",
    ("stage",),
    buckets=_LONG_SECONDS,
    registry=REGISTRY,
)
STAGE_IN_FLIGHT = Gauge(
    "bitaqa_stage_in_flight", "Documents taken and not yet committed", ("stage",), registry=REGISTRY
)
STAGE_RETRIES = Counter(
    "bitaqa_stage_retries_total",
    "Attempts that failed and were tried again, by where: inside the stage or a retry topic",
    ("stage", "where"),
    registry=REGISTRY,
)
STAGE_FAILURES = Counter(
    "bitaqa_stage_failures_total",
    "Dead letters written, by reason code",
    ("stage", "reason"),
    registry=REGISTRY,
)
SLOT_RESTARTS = Counter(
    "bitaqa_slot_restarts_total",
    "Slots replaced, by cause: crash, timeout, memory or jobs",
    ("stage", "cause"),
    registry=REGISTRY,
)
SLOT_RSS_BYTES = Gauge(
    "bitaqa_slot_rss_bytes", "Resident memory of the largest slot", ("stage",), registry=REGISTRY
)
CIRCUIT_OPEN = Gauge(
    "bitaqa_circuit_open",
    "1 while a stage takes nothing because its needs are down",
    ("stage",),
    registry=REGISTRY,
)

# The log.
LAG_MESSAGES = Gauge(
    "bitaqa_lag_messages",
    "Records behind the committed position",
    ("group", "topic", "partition"),
    registry=REGISTRY,
)
LAG_SECONDS = Gauge(
    "bitaqa_lag_seconds",
    "Age of the oldest record taken and not yet committed",
    ("group", "topic", "partition"),
    registry=REGISTRY,
)
REBALANCES = Counter(
    "bitaqa_rebalances_total",
    "Times that partitions were given or taken",
    ("group", "event"),
    registry=REGISTRY,
)
COMMITS = Counter(
    "bitaqa_commits_total",
    "Transactions, by outcome: committed, aborted or fenced",
    ("group", "outcome"),
    registry=REGISTRY,
)
COMMIT_SECONDS = Histogram(
    "bitaqa_commit_seconds",
    "Time that a commit took",
    ("group",),
    buckets=_SECONDS,
    registry=REGISTRY,
)

# The AI engine; counted in slots and carried to their runner.
AI_CALLS = Counter(
    "bitaqa_ai_calls_total",
    "Pages shown to an AI engine, or kept from it, by outcome",
    ("engine", "outcome"),
    registry=REGISTRY,
)
AI_SECONDS = Counter(
    "bitaqa_ai_seconds_total",
    "Time that slots waited for an AI engine",
    ("engine",),
    registry=REGISTRY,
)
AI_TOKENS = Counter(
    "bitaqa_ai_tokens_total",
    "Tokens of an AI engine, by kind: prompt or completion",
    ("engine", "kind"),
    registry=REGISTRY,
)
AI_COST_DOLLARS = Counter(
    "bitaqa_ai_cost_dollars_total",
    "What an AI engine cost by its list prices, in US dollars",
    ("engine",),
    registry=REGISTRY,
)

# The sink and the end of the way.
SINK_ROWS = Counter(
    "bitaqa_sink_rows_total",
    "Records written to PostgreSQL, by record and outcome: written, repeated or skipped",
    ("record", "outcome"),
    registry=REGISTRY,
)
SINK_SECONDS = Histogram(
    "bitaqa_sink_batch_seconds",
    "Time that a batch took, offsets included",
    buckets=_SECONDS,
    registry=REGISTRY,
)
DOCUMENTS = Counter(
    "bitaqa_documents_total",
    "Documents read, by type, country and verdict",
    ("document_type", "country", "status"),
    registry=REGISTRY,
)
FINDINGS = Counter(
    "bitaqa_findings_total",
    "Findings, by code and severity",
    ("code", "severity"),
    registry=REGISTRY,
)
DOCUMENT_CONFIDENCE = Histogram(
    "bitaqa_document_confidence_ratio",
    "Confidence of readings",
    ("document_type",),
    buckets=(0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0),
    registry=REGISTRY,
)
STEP_SECONDS = Histogram(
    "bitaqa_step_seconds",
    "Time of one step of a reading, by step: upright, read.<reader>, cpu and others",
    ("step",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
END_TO_END_SECONDS = Histogram(
    "bitaqa_end_to_end_seconds",
    "Time from upload to verdict",
    ("document_type",),
    buckets=_LONG_SECONDS,
    registry=REGISTRY,
)

# Webhooks and mail.
WEBHOOK_ATTEMPTS = Counter(
    "bitaqa_webhook_attempts_total",
    "Attempts at a delivery, by outcome: delivered, retried, failed, gone or cancelled",
    ("outcome",),
    registry=REGISTRY,
)
WEBHOOK_SECONDS = Histogram(
    "bitaqa_webhook_seconds",
    "Time that an attempt at a delivery took",
    buckets=_SECONDS,
    registry=REGISTRY,
)
WEBHOOK_DUE = Gauge(
    "bitaqa_webhook_due",
    "Deliveries that are due and that no worker has taken",
    registry=REGISTRY,
)
WEBHOOK_DUE_SECONDS = Gauge(
    "bitaqa_webhook_due_seconds",
    "Age of the oldest of them",
    registry=REGISTRY,
)

# The watch.
WATCH_PENDING = Gauge(
    "bitaqa_watch_pending", "Documents on their way, as the watch knows them", registry=REGISTRY
)
WATCH_PENDING_OVERDUE = Gauge(
    "bitaqa_watch_pending_overdue",
    "Documents on their way for longer than the time set",
    registry=REGISTRY,
)
WATCH_OVERDUE = Counter(
    "bitaqa_watch_overdue_total", "Alerts on uploads without an end", registry=REGISTRY
)
WATCH_REPEATED = Counter(
    "bitaqa_watch_repeated_total",
    "Alerts on the same image or number under different subjects",
    ("kind",),
    registry=REGISTRY,
)
WATCH_DOCUMENTS = Gauge(
    "bitaqa_watch_documents",
    "Documents that came to an end within the window, by type, country and outcome",
    ("window", "document_type", "country", "outcome"),
    registry=REGISTRY,
)
WATCH_SKIPPED = Counter(
    "bitaqa_watch_skipped_total", "Records that the watch could not decode", registry=REGISTRY
)

# The end of documents.
ERASURES_WAITING = Gauge(
    "bitaqa_erasures_waiting",
    "Erased documents whose objects and records were not yet gone through",
    registry=REGISTRY,
)
ERASURES_WAITING_SECONDS = Gauge(
    "bitaqa_erasures_waiting_seconds",
    "Age of the oldest of them",
    registry=REGISTRY,
)
ERASURE_PASSES = Counter(
    "bitaqa_erasure_passes_total",
    "Times that store and topics were gone through for an erased document",
    registry=REGISTRY,
)
HOUSEKEEPING_REMOVED = Counter(
    "bitaqa_housekeeping_removed_total",
    "What housekeeping took away, by kind of document, object or row",
    ("kind",),
    registry=REGISTRY,
)
HOUSEKEEPING_DONE = Gauge(
    "bitaqa_housekeeping_done_timestamp_seconds",
    "When a task of housekeeping last came to its end",
    ("task",),
    registry=REGISTRY,
)
