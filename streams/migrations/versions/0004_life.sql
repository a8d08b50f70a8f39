-- What becomes of a document after it was read, and who did it.

ALTER TABLE documents ADD COLUMN deleted_at timestamptz;
COMMENT ON COLUMN documents.deleted_at IS 'When its owner deleted it; it can be restored until it is erased';
CREATE INDEX documents_deleted ON documents (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX documents_by_age ON documents (uploaded_at);

CREATE TABLE audit_heads (
    tenant text PRIMARY KEY,
    number bigint NOT NULL,
    hash text NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE audit_heads IS 'The end of each tenant''s audit log: a last line that is taken away is missed';
COMMENT ON COLUMN audit_heads.tenant IS 'Whose log';
COMMENT ON COLUMN audit_heads.number IS 'Number of its last line';
COMMENT ON COLUMN audit_heads.hash IS 'Hash of its last line';

CREATE TABLE audit_log (
    tenant text NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    detail jsonb NOT NULL,
    previous text NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (tenant, number),
    -- Lines are hashed as text with line ends between the columns.
    CHECK (tenant || actor || action || object || previous !~ '[[:cntrl:]]')
);
CREATE INDEX audit_log_by_object ON audit_log (tenant, object, number);
COMMENT ON TABLE audit_log IS 'Who did what to which document or setting; lines are never changed';
COMMENT ON COLUMN audit_log.tenant IS 'Whose document or setting it is';
COMMENT ON COLUMN audit_log.number IS 'From 1, without gaps';
COMMENT ON COLUMN audit_log.at IS 'When';
COMMENT ON COLUMN audit_log.actor IS 'Who: key:ID, token:SUBJECT, legacy, anyone, operator, housekeeping';
COMMENT ON COLUMN audit_log.action IS 'What: document.deleted, webhook.created';
COMMENT ON COLUMN audit_log.object IS 'To what: an id';
COMMENT ON COLUMN audit_log.detail IS 'What else is known, free of values';
COMMENT ON COLUMN audit_log.previous IS 'Hash of the line before, empty for the first';
COMMENT ON COLUMN audit_log.hash IS 'SHA-256 of this line''s columns, the one before included';

CREATE FUNCTION append_audit(whose text, who text, what text, about text, more jsonb)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    head audit_heads;
    moment timestamptz;
    actor_text text := left(regexp_replace(who, '[[:cntrl:]]', '?', 'g'), 200);
    line_hash text;
BEGIN
    INSERT INTO audit_heads VALUES (whose, 0, '') ON CONFLICT DO NOTHING;
    -- Whoever writes a tenant's next line waits here for the one before.
    SELECT * INTO head FROM audit_heads WHERE tenant = whose FOR UPDATE;
    moment := clock_timestamp();
    line_hash := encode(sha256(convert_to(concat_ws(E'\n', whose, head.number + 1,
        to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), actor_text, what, about,
        more::text, head.hash), 'UTF8')), 'hex');
    INSERT INTO audit_log VALUES (whose, head.number + 1, moment, actor_text, what, about, more,
        head.hash, line_hash);
    UPDATE audit_heads SET number = head.number + 1, hash = line_hash WHERE tenant = whose;
    RETURN head.number + 1;
END $$;
COMMENT ON FUNCTION append_audit IS 'Writes the next line of a tenant''s audit log in the caller''s transaction';

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is never changed';
END $$;
COMMENT ON FUNCTION refuse_audit_change IS 'Guards the audit log against mistakes; the chain tells of malice';
CREATE TRIGGER audit_log_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

CREATE TABLE erasures (
    document_id text PRIMARY KEY,
    tenant text NOT NULL,
    reason text NOT NULL CHECK (reason IN ('request', 'retention', 'deleted', 'failed')),
    requested_at timestamptz NOT NULL DEFAULT now(),
    pass integer NOT NULL DEFAULT 0,
    due_at timestamptz DEFAULT now(),
    done_at timestamptz,
    late_at timestamptz,
    CHECK ((due_at IS NULL) = (done_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX erasures_due ON erasures (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX erasures_by_tenant ON erasures (tenant, requested_at);
COMMENT ON TABLE erasures IS 'Documents that were erased; their ids never come back';
COMMENT ON COLUMN erasures.document_id IS 'The document: an id is all that is left of it';
COMMENT ON COLUMN erasures.tenant IS 'Whose it was';
COMMENT ON COLUMN erasures.reason IS 'request, retention (its time was over), deleted or failed (for as long as the settings say)';
COMMENT ON COLUMN erasures.requested_at IS 'When its rows were removed';
COMMENT ON COLUMN erasures.pass IS 'How often store and topics have been gone through since the last thing that came late';
COMMENT ON COLUMN erasures.due_at IS 'When they are next; null: nothing is left to do';
COMMENT ON COLUMN erasures.done_at IS 'Since when';
COMMENT ON COLUMN erasures.late_at IS 'When a stage last wrote something about it that was under way';

CREATE FUNCTION forget_document(whose text, which text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM document_events WHERE document_id = which AND tenant = whose;
    DELETE FROM sink_rejects WHERE document_id = which;
    DELETE FROM documents WHERE document_id = which AND tenant = whose;
END $$;
COMMENT ON FUNCTION forget_document IS 'Removes every row of a document; what refers to it goes with it';

CREATE FUNCTION erase_document(whose text, which text, who text, why text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO erasures (document_id, tenant, reason) VALUES (which, whose, why)
        ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM forget_document(whose, which);
    PERFORM append_audit(whose, who, 'document.erased', which, jsonb_build_object('reason', why));
    RETURN true;
END $$;
COMMENT ON FUNCTION erase_document IS 'Removes a document''s rows and has store and topics gone through; false where that was done before';

CREATE TABLE retention_rules (
    tenant text NOT NULL,
    document_type text NOT NULL,
    days integer NOT NULL CHECK (days > 0),
    PRIMARY KEY (tenant, document_type)
);
COMMENT ON TABLE retention_rules IS 'For how long documents are kept';
COMMENT ON COLUMN retention_rules.tenant IS 'Whose';
COMMENT ON COLUMN retention_rules.document_type IS 'Code of the type; * for all that have no rule of their own';
COMMENT ON COLUMN retention_rules.days IS 'After their upload';
