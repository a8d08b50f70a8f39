CREATE TABLE revisions (
    document_id text NOT NULL REFERENCES documents ON DELETE CASCADE,
    revision bigint NOT NULL CHECK (revision > 1),
    tenant text NOT NULL,
    cause text NOT NULL CHECK (cause IN ('correction', 'reading', 'pages')),
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (document_id, revision)
);
COMMENT ON TABLE revisions IS
    'Every revision that a caller asked for, taken before it is published, so that no two are the same';
COMMENT ON COLUMN revisions.document_id IS 'The document';
COMMENT ON COLUMN revisions.revision IS 'The number taken; one whose publication failed stays unused';
COMMENT ON COLUMN revisions.tenant IS 'Whose document it is';
COMMENT ON COLUMN revisions.cause IS 'correction by a person, reading again, or pages that came later';
COMMENT ON COLUMN revisions.asked_by IS 'Who asked: key:ID, token:SUBJECT or anyone';
COMMENT ON COLUMN revisions.asked_at IS 'When';

CREATE FUNCTION claim_revision(whose text, which text, why text, who text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE taken bigint;
BEGIN
    -- Whoever comes second waits for the first one's row, then takes the number behind it.
    SELECT d.revision INTO taken FROM documents d
    WHERE d.tenant = whose AND d.document_id = which AND d.deleted_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT 1 + greatest(taken, coalesce(max(r.revision), 0)) INTO taken
    FROM revisions r WHERE r.document_id = which;
    INSERT INTO revisions (document_id, revision, tenant, cause, asked_by)
    VALUES (which, taken, whose, why, who);
    PERFORM append_audit(whose, who, 'document.' || why, which,
        jsonb_build_object('revision', taken));
    RETURN taken;
END $$;
COMMENT ON FUNCTION claim_revision IS
    'Takes the next revision of a document and writes it into the audit log; null where there is no such document';

CREATE TABLE attachments (
    document_id text NOT NULL REFERENCES documents ON DELETE CASCADE,
    subject_type text NOT NULL,
    subject_id text NOT NULL,
    role text NOT NULL,
    tenant text NOT NULL,
    attached_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (document_id, subject_type, subject_id, role)
);
CREATE INDEX attachments_by_subject ON attachments (tenant, subject_type, subject_id, attached_at DESC);
COMMENT ON TABLE attachments IS 'What documents belong to at the caller''s: any kind of subject, in any role';
COMMENT ON COLUMN attachments.document_id IS 'The document';
COMMENT ON COLUMN attachments.subject_type IS 'Kind of subject, the caller''s own word';
COMMENT ON COLUMN attachments.subject_id IS 'Its name at the caller''s';
COMMENT ON COLUMN attachments.role IS 'What the document is to it';
COMMENT ON COLUMN attachments.tenant IS 'Whose document it is';
COMMENT ON COLUMN attachments.attached_at IS 'When they were tied';
