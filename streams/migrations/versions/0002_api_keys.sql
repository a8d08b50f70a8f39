CREATE TABLE api_keys (
    key_id text PRIMARY KEY CHECK (length(key_id) BETWEEN 1 AND 40),
    tenant text NOT NULL CHECK (tenant ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    requests_per_minute integer CHECK (requests_per_minute > 0),
    secret_sha256 bytea NOT NULL CHECK (length(secret_sha256) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_keys_by_tenant ON api_keys (tenant, created_at);
COMMENT ON TABLE api_keys IS 'One row for each key that was given to a caller; revoked ones stay';
COMMENT ON COLUMN api_keys.key_id IS 'The part of a key that is no secret';
COMMENT ON COLUMN api_keys.tenant IS 'Whose documents it opens';
COMMENT ON COLUMN api_keys.name IS 'What its owner calls it';
COMMENT ON COLUMN api_keys.scopes IS 'submit, read, correct, erase, admin';
COMMENT ON COLUMN api_keys.requests_per_minute IS 'Its own limit; null: the service''s';
COMMENT ON COLUMN api_keys.secret_sha256 IS 'Hash of the rest of the key, which has 256 random bits';
COMMENT ON COLUMN api_keys.created_at IS 'When';
COMMENT ON COLUMN api_keys.expires_at IS 'From when on it opens nothing; null: never';
COMMENT ON COLUMN api_keys.revoked_at IS 'When it was taken back; null: it was not';
