-- Who is told of results and failures, what is due to them, and how each attempt went.

CREATE TABLE webhook_endpoints (
    endpoint_id text PRIMARY KEY,
    tenant text NOT NULL CHECK (length(tenant) BETWEEN 1 AND 200),
    url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
    events text[] NOT NULL CHECK (cardinality(events) > 0),
    payload text NOT NULL CHECK (payload IN ('thin', 'full')),
    secret text NOT NULL,
    former_secret text,
    former_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    disabled_reason text,
    quiet_until timestamptz,
    CHECK ((former_secret IS NULL) = (former_until IS NULL)),
    CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX webhook_endpoints_by_tenant ON webhook_endpoints (tenant, created_at, endpoint_id);
COMMENT ON TABLE webhook_endpoints IS 'Who wants to hear of results and failures';
COMMENT ON COLUMN webhook_endpoints.endpoint_id IS 'whe_ and 26 random characters';
COMMENT ON COLUMN webhook_endpoints.tenant IS 'Whose documents it hears of';
COMMENT ON COLUMN webhook_endpoints.url IS 'https, http where allowed, or mailto';
COMMENT ON COLUMN webhook_endpoints.events IS 'document.accepted, document.review, document.rejected, document.failed';
COMMENT ON COLUMN webhook_endpoints.payload IS 'thin: ids and verdict; full: the whole result';
COMMENT ON COLUMN webhook_endpoints.secret IS 'whsec_ and base64: signs what is sent';
COMMENT ON COLUMN webhook_endpoints.former_secret IS 'The secret before the last rotation, which signs beside it for a while';
COMMENT ON COLUMN webhook_endpoints.former_until IS 'Until when it does';
COMMENT ON COLUMN webhook_endpoints.created_at IS 'When it was made; nothing before is sent';
COMMENT ON COLUMN webhook_endpoints.disabled_at IS 'Since when nothing is sent';
COMMENT ON COLUMN webhook_endpoints.disabled_reason IS 'gone (it answered 410) or owner';
COMMENT ON COLUMN webhook_endpoints.quiet_until IS 'It asked to be left alone until then';

CREATE TABLE webhook_deliveries (
    delivery_id text PRIMARY KEY,
    endpoint_id text NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
    tenant text NOT NULL,
    document_id text NOT NULL REFERENCES documents ON DELETE CASCADE,
    revision bigint NOT NULL,
    event text NOT NULL,
    state text NOT NULL DEFAULT 'due'
        CHECK (state IN ('due', 'delivered', 'failed', 'cancelled')),
    attempts integer NOT NULL DEFAULT 0,
    step integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    UNIQUE (endpoint_id, document_id, revision, event),
    CHECK ((state = 'due') = (finished_at IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, due_at)
    WHERE state = 'due';
CREATE INDEX webhook_deliveries_log ON webhook_deliveries
    (endpoint_id, created_at DESC, delivery_id DESC);
CREATE INDEX webhook_deliveries_by_document ON webhook_deliveries (document_id);
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (finished_at)
    WHERE finished_at IS NOT NULL;
COMMENT ON TABLE webhook_deliveries IS 'One row for each event and endpoint, written by the sink with the event itself';
COMMENT ON COLUMN webhook_deliveries.delivery_id IS 'The webhook-id: derived, the same on every attempt';
COMMENT ON COLUMN webhook_deliveries.endpoint_id IS 'Who is told';
COMMENT ON COLUMN webhook_deliveries.tenant IS 'Whose document it is';
COMMENT ON COLUMN webhook_deliveries.document_id IS 'The document';
COMMENT ON COLUMN webhook_deliveries.revision IS 'Which reading of it';
COMMENT ON COLUMN webhook_deliveries.event IS 'What happened';
COMMENT ON COLUMN webhook_deliveries.state IS 'due, delivered, failed (given up) or cancelled (the endpoint or the document went away)';
COMMENT ON COLUMN webhook_deliveries.attempts IS 'How often a worker took it, replays included';
COMMENT ON COLUMN webhook_deliveries.step IS 'Place in the retry schedule; a replay begins it anew';
COMMENT ON COLUMN webhook_deliveries.due_at IS 'When it is sent next; while a worker has it, when another may take it';
COMMENT ON COLUMN webhook_deliveries.created_at IS 'When the event was written';
COMMENT ON COLUMN webhook_deliveries.finished_at IS 'When it was delivered, given up or cancelled';

CREATE TABLE webhook_attempts (
    delivery_id text NOT NULL REFERENCES webhook_deliveries ON DELETE CASCADE,
    number integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    outcome text NOT NULL
        CHECK (outcome IN ('delivered', 'retried', 'failed', 'gone', 'cancelled')),
    reason text NOT NULL,
    seconds double precision NOT NULL,
    PRIMARY KEY (delivery_id, number)
);
COMMENT ON TABLE webhook_attempts IS 'The delivery log; a number that is missing is an attempt whose worker died';
COMMENT ON COLUMN webhook_attempts.delivery_id IS 'The delivery';
COMMENT ON COLUMN webhook_attempts.number IS 'From 1, over replays';
COMMENT ON COLUMN webhook_attempts.at IS 'When its end was written';
COMMENT ON COLUMN webhook_attempts.outcome IS 'delivered, retried, failed (the last), gone (410) or cancelled';
COMMENT ON COLUMN webhook_attempts.reason IS 'Stable dotted code: http.503, timeout, address.refused';
COMMENT ON COLUMN webhook_attempts.seconds IS 'How long it took';
