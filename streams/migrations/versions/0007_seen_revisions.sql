DROP FUNCTION claim_revision(text, text, text, text);
CREATE FUNCTION claim_revision(whose text, which text, why text, who text, seen bigint DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE taken bigint;
BEGIN
    -- Whoever comes second waits for the first one's row, then takes the number behind it.
    SELECT d.revision INTO taken FROM documents d
    WHERE d.tenant = whose AND d.document_id = which AND d.deleted_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- What was taken and is not read yet counts as seen by nobody; one whose publication failed
    -- is waited for no longer than that.
    IF seen IS NOT NULL AND (taken <> seen OR EXISTS (
        SELECT FROM revisions r WHERE r.document_id = which AND r.revision > seen
            AND r.asked_at > now() - interval '10 minutes')) THEN
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
    'Takes the next revision of a document and writes it into the audit log; null where there is no such document, or one newer than was seen';

CREATE OR REPLACE FUNCTION forget_document(whose text, which text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM document_events WHERE document_id = which AND tenant = whose;
    DELETE FROM sink_rejects WHERE document_id = which;
    DELETE FROM documents WHERE document_id = which AND tenant = whose;
    UPDATE batch_items i SET document_id = NULL, refusal = 'document.erased' FROM batches b
    WHERE i.document_id = which AND b.batch_id = i.batch_id AND b.tenant = whose;
END $$;
