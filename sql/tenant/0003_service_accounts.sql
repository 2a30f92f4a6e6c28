-- Identities of scripts and integrations; exactly their scopes, never a seat (AC-60…AC-69).
CREATE TABLE tenant.service_accounts (
    id              uuid        PRIMARY KEY,
    name            text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    name_key        text        NOT NULL GENERATED ALWAYS AS (cell.fold(name)) STORED,
    description     text        NOT NULL DEFAULT '',
    scopes          text[]      NOT NULL,
    status          text        NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    created_by      uuid,
    created_at      timestamptz NOT NULL
);

-- Their tokens, without the secret: its SHA-256 stands in cell.admissions under the same id.
CREATE TABLE tenant.service_account_tokens (
    id              uuid        PRIMARY KEY,
    service_account_id uuid     NOT NULL REFERENCES tenant.service_accounts ON DELETE CASCADE,
    name            text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    first8          text        NOT NULL,
    last4           text        NOT NULL,
    created_by      uuid,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX service_account_tokens_account_idx
    ON tenant.service_account_tokens (service_account_id, created_at);

-- The one token of the public API (AC-80…AC-88).
CREATE TABLE tenant.account_api_token (
    only_row        boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    id              uuid        NOT NULL,
    last4           text        NOT NULL,
    created_by      uuid,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE
    ON tenant.service_accounts, tenant.service_account_tokens, tenant.account_api_token
    TO tenant_role;
