-- Everything the sink writes. Each upsert of the sink is commutative: records of one document
-- come from several topics, in any order.

CREATE TABLE documents (
    document_id text PRIMARY KEY CHECK (length(document_id) BETWEEN 1 AND 200),
    tenant text NOT NULL CHECK (length(tenant) <= 200),
    revision bigint NOT NULL CHECK (revision >= 0),
    status text NOT NULL
        CHECK (status IN ('pending', 'failed', 'accepted', 'review', 'rejected')),
    document_type text,
    country text,
    confidence double precision CHECK (confidence BETWEEN 0 AND 1),
    reference text,
    subject text,
    uploaded_at timestamptz,
    read_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((status IN ('pending', 'failed')) = (read_at IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX documents_by_time ON documents (tenant, uploaded_at DESC, document_id);
CREATE INDEX documents_by_status ON documents (tenant, status, uploaded_at DESC);
CREATE INDEX documents_by_subject ON documents (tenant, md5(subject)) WHERE subject IS NOT NULL;
CREATE INDEX documents_by_reference ON documents (tenant, md5(reference))
    WHERE reference IS NOT NULL;
COMMENT ON TABLE documents IS
    'One row for each document: its best outcome. A reading counts more than a failure, a failure more than pending; among equals the highest revision.';
COMMENT ON COLUMN documents.document_id IS 'Keyed hash of tenant, files and parameters';
COMMENT ON COLUMN documents.tenant IS 'Whose document it is';
COMMENT ON COLUMN documents.revision IS 'Revision of the outcome shown here';
COMMENT ON COLUMN documents.status IS 'pending, failed, or the verdict: accepted, review, rejected';
COMMENT ON COLUMN documents.document_type IS 'Code of the type as read';
COMMENT ON COLUMN documents.country IS 'ISO 3166-1 alpha-3 as read';
COMMENT ON COLUMN documents.confidence IS 'Of the reading, 0 to 1';
COMMENT ON COLUMN documents.reference IS 'The caller''s own name for the document';
COMMENT ON COLUMN documents.subject IS 'Whom the document belongs to at the caller''s';
COMMENT ON COLUMN documents.uploaded_at IS 'When its bytes were stored; null while only its failure is known';
COMMENT ON COLUMN documents.read_at IS 'When the verdict was given';
COMMENT ON COLUMN documents.updated_at IS 'When the sink last changed this row';

CREATE TABLE jobs (
    document_id text NOT NULL REFERENCES documents ON DELETE CASCADE,
    revision bigint NOT NULL,
    tenant text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'failed', 'done')),
    stage text NOT NULL,
    attempts integer NOT NULL DEFAULT 1 CHECK (attempts >= 0),
    uploaded_at timestamptz,
    prepared_at timestamptz,
    extracted_at timestamptz,
    finished_at timestamptz,
    timings_ms jsonb,
    versions jsonb,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (document_id, revision)
) WITH (fillfactor = 80);
CREATE INDEX jobs_pending ON jobs (uploaded_at) WHERE state = 'pending';
COMMENT ON TABLE jobs IS 'One row for each pass of a document through the chain';
COMMENT ON COLUMN jobs.document_id IS 'The document';
COMMENT ON COLUMN jobs.revision IS 'Which pass';
COMMENT ON COLUMN jobs.tenant IS 'Whose document it is';
COMMENT ON COLUMN jobs.state IS 'pending, failed, or done; a redriven failure ends as done';
COMMENT ON COLUMN jobs.stage IS 'The furthest stage that left something: ingest, prepare, extract, validate';
COMMENT ON COLUMN jobs.attempts IS 'Tries of the stage that gave up, else 1';
COMMENT ON COLUMN jobs.uploaded_at IS 'When its bytes were stored';
COMMENT ON COLUMN jobs.prepared_at IS 'When its pages were ready';
COMMENT ON COLUMN jobs.extracted_at IS 'When its fields were read';
COMMENT ON COLUMN jobs.finished_at IS 'When it got its verdict or was given up';
COMMENT ON COLUMN jobs.timings_ms IS 'Wall time by step; cpu is CPU time';
COMMENT ON COLUMN jobs.versions IS 'Name to version of what took part';
COMMENT ON COLUMN jobs.updated_at IS 'When the sink last changed this row';

CREATE TABLE readings (
    document_id text NOT NULL REFERENCES documents ON DELETE CASCADE,
    revision bigint NOT NULL,
    tenant text NOT NULL,
    document_type text NOT NULL,
    country text,
    status text NOT NULL CHECK (status IN ('accepted', 'review', 'rejected')),
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    uploaded_at timestamptz NOT NULL,
    read_at timestamptz NOT NULL,
    mrz_format text,
    mrz_lines text[],
    mrz_valid boolean,
    text text,
    record bytea NOT NULL,
    PRIMARY KEY (document_id, revision)
);
CREATE INDEX readings_by_time ON readings (tenant, read_at DESC);
COMMENT ON TABLE readings IS 'One row for each result; a record of the same document and revision is ignored';
COMMENT ON COLUMN readings.document_id IS 'The document';
COMMENT ON COLUMN readings.revision IS 'Which reading of it';
COMMENT ON COLUMN readings.tenant IS 'Whose document it is';
COMMENT ON COLUMN readings.document_type IS 'Code of the type';
COMMENT ON COLUMN readings.country IS 'ISO 3166-1 alpha-3';
COMMENT ON COLUMN readings.status IS 'The verdict';
COMMENT ON COLUMN readings.confidence IS 'Probability that the values are right, 0 to 1';
COMMENT ON COLUMN readings.uploaded_at IS 'When its bytes were stored';
COMMENT ON COLUMN readings.read_at IS 'When the verdict was given';
COMMENT ON COLUMN readings.mrz_format IS 'TD1, TD2, TD3, MRV-A, MRV-B or FR_CNI';
COMMENT ON COLUMN readings.mrz_lines IS 'The machine readable zone as printed';
COMMENT ON COLUMN readings.mrz_valid IS 'All its check digits hold';
COMMENT ON COLUMN readings.text IS 'Plain text, where text was asked for';
COMMENT ON COLUMN readings.record IS 'The whole DocumentRead as it stood in the topic: Avro in Confluent framing';

CREATE TABLE fields (
    document_id text NOT NULL,
    revision bigint NOT NULL,
    name text NOT NULL,
    value text NOT NULL,
    raw text NOT NULL,
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    source text NOT NULL,
    engine text NOT NULL,
    page integer NOT NULL,
    box double precision[],
    grounded boolean NOT NULL,
    PRIMARY KEY (document_id, revision, name),
    FOREIGN KEY (document_id, revision) REFERENCES readings ON DELETE CASCADE
);
COMMENT ON TABLE fields IS 'The values of a reading, one row each';
COMMENT ON COLUMN fields.document_id IS 'The document';
COMMENT ON COLUMN fields.revision IS 'Which reading of it';
COMMENT ON COLUMN fields.name IS 'Name of the field in the type''s table';
COMMENT ON COLUMN fields.value IS 'Normal form';
COMMENT ON COLUMN fields.raw IS 'As read';
COMMENT ON COLUMN fields.confidence IS 'Probability that the value is right, 0 to 1';
COMMENT ON COLUMN fields.source IS 'mrz, visual, barcode, ai or person';
COMMENT ON COLUMN fields.engine IS 'Name and version of what read it';
COMMENT ON COLUMN fields.page IS 'Number of the page, from 1';
COMMENT ON COLUMN fields.box IS 'Left, top, right, bottom as fractions of the page';
COMMENT ON COLUMN fields.grounded IS 'Found in a local reading or confirmed by a check';

CREATE TABLE findings (
    document_id text NOT NULL,
    revision bigint NOT NULL,
    number integer NOT NULL,
    code text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
    fields text[] NOT NULL,
    message text NOT NULL,
    PRIMARY KEY (document_id, revision, number),
    FOREIGN KEY (document_id, revision) REFERENCES readings ON DELETE CASCADE
);
COMMENT ON TABLE findings IS 'What a person should know about a reading';
COMMENT ON COLUMN findings.document_id IS 'The document';
COMMENT ON COLUMN findings.revision IS 'Which reading of it';
COMMENT ON COLUMN findings.number IS 'Place in the list, from 1';
COMMENT ON COLUMN findings.code IS 'Stable dotted code';
COMMENT ON COLUMN findings.severity IS 'info, warning or error';
COMMENT ON COLUMN findings.fields IS 'Names of the fields concerned';
COMMENT ON COLUMN findings.message IS 'One sentence for people, free of values';

CREATE TABLE pages (
    document_id text NOT NULL,
    revision bigint NOT NULL,
    number integer NOT NULL,
    file integer NOT NULL,
    image_key text NOT NULL,
    width_px integer NOT NULL,
    height_px integer NOT NULL,
    rotation_deg double precision NOT NULL,
    sharpness double precision NOT NULL,
    brightness double precision NOT NULL,
    glare double precision NOT NULL,
    contrast double precision NOT NULL,
    resolution_dpi double precision,
    issues text[] NOT NULL,
    PRIMARY KEY (document_id, revision, number),
    FOREIGN KEY (document_id, revision) REFERENCES readings ON DELETE CASCADE
);
COMMENT ON TABLE pages IS 'The upright page pictures of a reading and what was measured on them';
COMMENT ON COLUMN pages.document_id IS 'The document';
COMMENT ON COLUMN pages.revision IS 'Which reading of it';
COMMENT ON COLUMN pages.number IS 'From 1, over all files';
COMMENT ON COLUMN pages.file IS 'Which uploaded file it comes from, from 1';
COMMENT ON COLUMN pages.image_key IS 'Object key of the picture';
COMMENT ON COLUMN pages.width_px IS 'Width of the upright page';
COMMENT ON COLUMN pages.height_px IS 'Height of the upright page';
COMMENT ON COLUMN pages.rotation_deg IS 'Clockwise turn that made it upright';
COMMENT ON COLUMN pages.sharpness IS '0 (blurred) to 1';
COMMENT ON COLUMN pages.brightness IS 'Mean luma, 0 to 1';
COMMENT ON COLUMN pages.glare IS 'Share of the page that is blown out, 0 to 1';
COMMENT ON COLUMN pages.contrast IS 'Spread between dark and light, 0 to 1';
COMMENT ON COLUMN pages.resolution_dpi IS 'Where the document''s size is known';
COMMENT ON COLUMN pages.issues IS 'Reason codes a person can act on';

CREATE TABLE failures (
    document_id text NOT NULL REFERENCES documents ON DELETE CASCADE,
    revision bigint NOT NULL,
    tenant text NOT NULL,
    stage text NOT NULL,
    reason text NOT NULL,
    message text NOT NULL,
    attempts integer NOT NULL,
    failed_at timestamptz NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    PRIMARY KEY (document_id, revision)
);
CREATE INDEX failures_by_time ON failures (failed_at DESC);
CREATE INDEX failures_by_reason ON failures (reason, failed_at DESC);
COMMENT ON TABLE failures IS 'The last dead letter of each document and revision, also where a redrive mended it';
COMMENT ON COLUMN failures.document_id IS 'The document';
COMMENT ON COLUMN failures.revision IS 'Which pass';
COMMENT ON COLUMN failures.tenant IS 'Whose document it is';
COMMENT ON COLUMN failures.stage IS 'Which stage gave up';
COMMENT ON COLUMN failures.reason IS 'Stable dotted code';
COMMENT ON COLUMN failures.message IS 'One sentence, free of values';
COMMENT ON COLUMN failures.attempts IS 'How often it was tried';
COMMENT ON COLUMN failures.failed_at IS 'When it was given up';
COMMENT ON COLUMN failures.topic IS 'Where the message stood that could not be processed';
COMMENT ON COLUMN failures.partition IS 'Its partition';
COMMENT ON COLUMN failures.record_offset IS 'Its offset';

CREATE TABLE document_events (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id text NOT NULL,
    tenant text NOT NULL,
    revision bigint NOT NULL,
    stage text NOT NULL,
    event text NOT NULL,
    at timestamptz NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    UNIQUE (topic, partition, record_offset)
);
CREATE INDEX document_events_by_document ON document_events (document_id, sequence);
CREATE UNIQUE INDEX document_events_once ON document_events (document_id, revision, event)
    WHERE event IN ('uploaded', 'prepared', 'rerouted', 'extracted', 'read');
COMMENT ON TABLE document_events IS 'Every step of every document, in an order that holds within one document';
COMMENT ON COLUMN document_events.sequence IS 'Grows along a document''s way; ids of server-sent events';
COMMENT ON COLUMN document_events.document_id IS 'The document';
COMMENT ON COLUMN document_events.tenant IS 'Whose document it is';
COMMENT ON COLUMN document_events.revision IS 'Which pass';
COMMENT ON COLUMN document_events.stage IS 'Where it happened: ingest, prepare, extract, validate';
COMMENT ON COLUMN document_events.event IS 'uploaded, prepared, rerouted, extracted, read, retried, failed';
COMMENT ON COLUMN document_events.at IS 'The record''s own time';
COMMENT ON COLUMN document_events.detail IS 'What else is known, free of values';
COMMENT ON COLUMN document_events.topic IS 'Where its record stands';
COMMENT ON COLUMN document_events.partition IS 'Its partition';
COMMENT ON COLUMN document_events.record_offset IS 'Its offset';

CREATE TABLE sink_rejects (
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    document_id text,
    reason text NOT NULL,
    message text NOT NULL,
    rejected_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, record_offset)
);
COMMENT ON TABLE sink_rejects IS 'Records that could not be turned into rows; they stay in the log';
COMMENT ON COLUMN sink_rejects.topic IS 'Where the record stands';
COMMENT ON COLUMN sink_rejects.partition IS 'Its partition';
COMMENT ON COLUMN sink_rejects.record_offset IS 'Its offset';
COMMENT ON COLUMN sink_rejects.document_id IS 'Its key, at most 200 characters';
COMMENT ON COLUMN sink_rejects.reason IS 'Stable dotted code, or PostgreSQL''s SQLSTATE';
COMMENT ON COLUMN sink_rejects.message IS 'One sentence, free of values';
COMMENT ON COLUMN sink_rejects.rejected_at IS 'When';

CREATE TABLE consumer_offsets (
    grp text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL CHECK (next_offset >= 0),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (grp, topic, partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE consumer_offsets IS 'Where a consumer group goes on; moved in the transaction that writes the rows';
COMMENT ON COLUMN consumer_offsets.grp IS 'Consumer group';
COMMENT ON COLUMN consumer_offsets.topic IS 'Topic';
COMMENT ON COLUMN consumer_offsets.partition IS 'Partition';
COMMENT ON COLUMN consumer_offsets.next_offset IS 'First offset not yet written';
COMMENT ON COLUMN consumer_offsets.updated_at IS 'When it last moved';

-- Raising, rather than counting, lets a whole batch travel to the server in one piece.
CREATE FUNCTION advance_offsets(consumer text, moves json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE moved integer;
BEGIN
    UPDATE consumer_offsets AS c SET next_offset = m.after, updated_at = now()
    FROM json_to_recordset(moves)
        AS m(topic text, partition integer, before bigint, after bigint)
    WHERE c.grp = consumer AND c.topic = m.topic AND c.partition = m.partition
        AND c.next_offset = m.before;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> json_array_length(moves) THEN
        RAISE EXCEPTION 'another consumer moved the offsets' USING ERRCODE = 'BQ001';
    END IF;
END $$;
COMMENT ON FUNCTION advance_offsets IS
    'Moves offsets from where the caller believes them to be; fails with BQ001 where it is wrong';
