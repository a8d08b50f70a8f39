"""The sink's SQL: one statement for all rows of a table, which travel as one JSON array.

Whatever is merged here is merged in ``sink_rows`` by the same rules.
"""

_RANK = "CASE {0}.status WHEN 'pending' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END"
_NEWER = f"({_RANK.format('excluded')}, excluded.revision) > ({_RANK.format('d')}, d.revision)"

# Where nothing changes the row is locked all the same: a document's events, written after this
# in the transaction, get sequences in the order in which they become visible.
DOCUMENTS = f"""
INSERT INTO documents AS d (document_id, tenant, revision, status, document_type, country,
    confidence, reference, subject, uploaded_at, read_at)
SELECT * FROM json_to_recordset(%s::json) AS r(document_id text, tenant text, revision bigint,
    status text, document_type text, country text, confidence double precision, reference text,
    subject text, uploaded_at timestamptz, read_at timestamptz)
ON CONFLICT (document_id) DO UPDATE SET
    revision = CASE WHEN {_NEWER} THEN excluded.revision ELSE d.revision END,
    status = CASE WHEN {_NEWER} THEN excluded.status ELSE d.status END,
    document_type = CASE WHEN {_NEWER} THEN excluded.document_type ELSE d.document_type END,
    country = CASE WHEN {_NEWER} THEN excluded.country ELSE d.country END,
    confidence = CASE WHEN {_NEWER} THEN excluded.confidence ELSE d.confidence END,
    read_at = CASE WHEN {_NEWER} THEN excluded.read_at ELSE d.read_at END,
    reference = coalesce(d.reference, excluded.reference),
    subject = coalesce(d.subject, excluded.subject),
    uploaded_at = least(d.uploaded_at, excluded.uploaded_at),
    updated_at = now()
WHERE {_NEWER} OR excluded.uploaded_at < d.uploaded_at
    OR (d.uploaded_at IS NULL AND excluded.uploaded_at IS NOT NULL)
"""  # noqa: S608 - no input

_WAY = "coalesce(array_position(ARRAY['ingest','prepare','extract','validate'], {0}), 0)"
_STAGE = _WAY.format("split_part({0}.stage, '.', 1)")
_STATE = "array_position(ARRAY['pending','failed','done'], {0}.state)"
_AHEAD = f"{_STAGE.format('excluded')} > {_STAGE.format('j')}"
_FINAL = f"{_STATE.format('excluded')} > {_STATE.format('j')}"

JOBS = f"""
INSERT INTO jobs AS j (document_id, revision, tenant, state, stage, attempts, uploaded_at,
    prepared_at, extracted_at, finished_at, timings_ms, versions)
SELECT * FROM json_to_recordset(%s::json) AS r(document_id text, revision bigint, tenant text,
    state text, stage text, attempts integer, uploaded_at timestamptz, prepared_at timestamptz,
    extracted_at timestamptz, finished_at timestamptz, timings_ms jsonb, versions jsonb)
ON CONFLICT (document_id, revision) DO UPDATE SET
    state = CASE WHEN {_FINAL} THEN excluded.state ELSE j.state END,
    finished_at = CASE WHEN {_FINAL} THEN excluded.finished_at ELSE j.finished_at END,
    stage = CASE WHEN {_AHEAD} THEN excluded.stage ELSE j.stage END,
    timings_ms = CASE WHEN {_AHEAD} THEN coalesce(excluded.timings_ms, j.timings_ms)
        ELSE coalesce(j.timings_ms, excluded.timings_ms) END,
    versions = CASE WHEN {_AHEAD} THEN coalesce(excluded.versions, j.versions)
        ELSE coalesce(j.versions, excluded.versions) END,
    attempts = greatest(j.attempts, excluded.attempts),
    uploaded_at = least(j.uploaded_at, excluded.uploaded_at),
    prepared_at = least(j.prepared_at, excluded.prepared_at),
    extracted_at = least(j.extracted_at, excluded.extracted_at),
    updated_at = now()
"""  # noqa: S608 - no input

# What an endpoint is told, and under which id: the same however often it is told. The lock keeps
# the endpoint from being deleted before the end of the transaction.
_DELIVERIES = """
    INSERT INTO webhook_deliveries (delivery_id, endpoint_id, tenant, document_id, revision, event)
    SELECT 'msg_' || left(encode(sha256(convert_to(concat_ws('/', e.endpoint_id, w.document_id,
        w.revision, w.event), 'UTF8')), 'hex'), 32),
        e.endpoint_id, w.tenant, w.document_id, w.revision, w.event
    FROM {0} w JOIN webhook_endpoints e ON e.tenant = w.tenant
    WHERE e.disabled_at IS NULL AND w.event = ANY(e.events)
    FOR KEY SHARE OF e
    ON CONFLICT DO NOTHING
"""

# One statement: rows of a reading are written with it or not at all, so that a repeated record
# adds nothing to the first.
READINGS = f"""
WITH written AS (
    INSERT INTO readings (document_id, revision, tenant, document_type, country, status,
        confidence, uploaded_at, read_at, mrz_format, mrz_lines, mrz_valid, text, record)
    SELECT * FROM json_to_recordset(%s::json) AS r(document_id text, revision bigint, tenant text,
        document_type text, country text, status text, confidence double precision,
        uploaded_at timestamptz, read_at timestamptz, mrz_format text, mrz_lines text[],
        mrz_valid boolean, text text, record bytea)
    ON CONFLICT DO NOTHING
    RETURNING document_id, revision, tenant, 'document.' || status AS event
), its_fields AS (
    INSERT INTO fields (document_id, revision, name, value, raw, confidence, source, engine,
        page, box, grounded)
    SELECT r.* FROM json_to_recordset(%s::json) AS r(document_id text, revision bigint, name text,
        value text, raw text, confidence double precision, source text, engine text,
        page integer, box double precision[], grounded boolean)
    JOIN written USING (document_id, revision)
), its_findings AS (
    INSERT INTO findings (document_id, revision, number, code, severity, fields, message)
    SELECT r.* FROM json_to_recordset(%s::json) AS r(document_id text, revision bigint,
        number integer, code text, severity text, fields text[], message text)
    JOIN written USING (document_id, revision)
), its_pages AS (
    INSERT INTO pages (document_id, revision, number, file, image_key, width_px, height_px,
        rotation_deg, sharpness, brightness, glare, contrast, resolution_dpi, issues)
    SELECT r.* FROM json_to_recordset(%s::json) AS r(document_id text, revision bigint,
        number integer, file integer, image_key text, width_px integer, height_px integer,
        rotation_deg double precision, sharpness double precision, brightness double precision,
        glare double precision, contrast double precision, resolution_dpi double precision,
        issues text[])
    JOIN written USING (document_id, revision)
), its_deliveries AS ({_DELIVERIES.format("written")})
SELECT document_id, revision FROM written
"""  # noqa: S608 - no input

# A document that was read meanwhile is not told to have failed.
FAILURES = f"""
WITH written AS (
INSERT INTO failures AS f (document_id, revision, tenant, stage, reason, message, attempts,
    failed_at, topic, partition, record_offset)
SELECT * FROM json_to_recordset(%s::json) AS r(document_id text, revision bigint, tenant text,
    stage text, reason text, message text, attempts integer, failed_at timestamptz, topic text,
    partition integer, record_offset bigint)
ON CONFLICT (document_id, revision) DO UPDATE SET
    stage = excluded.stage, reason = excluded.reason, message = excluded.message,
    attempts = excluded.attempts, failed_at = excluded.failed_at, topic = excluded.topic,
    partition = excluded.partition, record_offset = excluded.record_offset
WHERE excluded.failed_at > f.failed_at
RETURNING document_id, revision, tenant, 'document.failed' AS event
), news AS (
    SELECT * FROM written WHERE NOT EXISTS (SELECT FROM readings r
        WHERE r.document_id = written.document_id AND r.revision = written.revision)
)
{_DELIVERIES.format("news")}
"""  # noqa: S608 - no input

EVENTS = """
INSERT INTO document_events (document_id, tenant, revision, stage, event, at, detail, topic,
    partition, record_offset)
SELECT * FROM json_to_recordset(%s::json) AS r(document_id text, tenant text, revision bigint,
    stage text, event text, at timestamptz, detail jsonb, topic text, partition integer,
    record_offset bigint)
ON CONFLICT DO NOTHING
RETURNING topic, partition, record_offset
"""

# What came late is gone through again, from the first pass on.
LATE = """
UPDATE erasures SET pass = 0, due_at = now(), done_at = NULL, late_at = now()
WHERE document_id = ANY(SELECT json_array_elements_text(%s::json))
"""

ERASED = """
SELECT document_id FROM erasures
WHERE document_id = ANY(SELECT json_array_elements_text(%s::json))
"""

REJECTS = """
INSERT INTO sink_rejects (topic, partition, record_offset, document_id, reason, message)
SELECT * FROM json_to_recordset(%s::json) AS r(topic text, partition integer,
    record_offset bigint, document_id text, reason text, message text)
ON CONFLICT DO NOTHING
"""

ADVANCE = "SELECT advance_offsets(%s, %s::json)"

NOTIFY = "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload"

KNOW_OFFSETS = """
INSERT INTO consumer_offsets (grp, topic, partition, next_offset)
SELECT %s, r.topic, r.partition, 0
FROM json_to_recordset(%s::json) AS r(topic text, partition integer)
ORDER BY 2, 3
ON CONFLICT DO NOTHING
"""

OFFSETS = """
SELECT topic, partition, next_offset FROM consumer_offsets
JOIN json_to_recordset(%s::json) AS r(topic text, partition integer) USING (topic, partition)
WHERE grp = %s
"""
