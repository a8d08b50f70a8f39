CREATE TABLE batches (
    batch_id text PRIMARY KEY,
    tenant text NOT NULL,
    asked_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX batches_by_time ON batches (tenant, created_at DESC);
COMMENT ON TABLE batches IS 'Many documents that were handed in at once';
COMMENT ON COLUMN batches.batch_id IS 'Random';
COMMENT ON COLUMN batches.tenant IS 'Whose';
COMMENT ON COLUMN batches.asked_by IS 'Who handed it in: key:ID, token:SUBJECT or anyone';
COMMENT ON COLUMN batches.created_at IS 'When all its items had been taken in or refused';

-- No reference to documents: an item stands here before the sink knows its document, and an
-- erased document takes its item along by its own function.
CREATE TABLE batch_items (
    batch_id text NOT NULL REFERENCES batches ON DELETE CASCADE,
    number integer NOT NULL CHECK (number > 0),
    document_id text,
    refusal text,
    PRIMARY KEY (batch_id, number),
    CHECK ((document_id IS NULL) <> (refusal IS NULL))
);
CREATE INDEX batch_items_by_document ON batch_items (document_id);
COMMENT ON TABLE batch_items IS 'What became of each file of a batch';
COMMENT ON COLUMN batch_items.batch_id IS 'The batch';
COMMENT ON COLUMN batch_items.number IS 'From 1, in the order of the files';
COMMENT ON COLUMN batch_items.document_id IS 'The document that it became';
COMMENT ON COLUMN batch_items.refusal IS 'Else the code that says why it became none';
