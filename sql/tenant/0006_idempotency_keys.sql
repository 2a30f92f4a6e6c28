-- First answers to POST requests that carried an Idempotency-Key (OV-46). Kept 24 hours.
CREATE TABLE tenant.idempotency_keys (
    principal_id    uuid        NOT NULL,
    key             text        NOT NULL CHECK (char_length(key) BETWEEN 1 AND 128),
    request_hash    bytea       NOT NULL,
    status          integer     NOT NULL,
    content         bytea       NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (principal_id, key)
);
GRANT SELECT, INSERT, DELETE ON tenant.idempotency_keys TO tenant_role;
