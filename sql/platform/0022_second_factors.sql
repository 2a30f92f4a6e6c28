-- Stored only once a code sent to it has come back (ID-50).
ALTER TABLE platform.persons
    ADD COLUMN phone text CHECK (phone ~ '^\+[0-9]{8,15}$');

-- The second factors that a person has turned on (ID-60).
CREATE TABLE platform.factors (
    person_id       uuid        NOT NULL REFERENCES platform.persons ON DELETE CASCADE,
    method          text        NOT NULL CHECK (method IN ('totp', 'sms', 'email')),
    -- Of an authenticator app; the others send to the registered contact.
    secret          cell.sealed,
    -- The newest time step whose code was used; it and all before it are refused (RFC 6238 §5.2).
    last_step       bigint,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (person_id, method),
    CHECK ((method = 'totp') = (secret IS NOT NULL))
);

-- An authenticator app that has not shown a right code yet (ID-65).
CREATE TABLE platform.totp_enrolments (
    person_id       uuid        PRIMARY KEY REFERENCES platform.persons ON DELETE CASCADE,
    secret          cell.sealed NOT NULL,
    expires_at      timestamptz NOT NULL
);

-- By the SHA-256 of 120 random bits; a used one is deleted.
CREATE TABLE platform.recovery_codes (
    code_hash       bytea       PRIMARY KEY CHECK (length(code_hash) = 32),
    person_id       uuid        NOT NULL REFERENCES platform.persons ON DELETE CASCADE
);
CREATE INDEX recovery_codes_person_idx ON platform.recovery_codes (person_id);

-- Codes sent by SMS or mail, by their HMAC under a key that is not in the database. One a purpose
-- and scope: a login's challenge, or a session.
CREATE TABLE platform.one_time_codes (
    id              uuid        PRIMARY KEY,
    person_id       uuid        NOT NULL REFERENCES platform.persons ON DELETE CASCADE,
    purpose         text        NOT NULL
        CHECK (purpose IN ('login', 'step_up', 'verification', 'phone')),
    scope           uuid        NOT NULL,
    method          text        NOT NULL CHECK (method IN ('sms', 'email')),
    -- The phone that the code proves, where it is not the person's yet.
    target          text,
    code_hash       bytea       NOT NULL CHECK (length(code_hash) = 32),
    -- The platform's data key that the HMAC key comes from.
    hash_key        bigint      NOT NULL,
    attempts_left   integer     NOT NULL DEFAULT 5,
    expires_at      timestamptz NOT NULL,
    UNIQUE (person_id, purpose, scope)
);
CREATE INDEX one_time_codes_expires_at_idx ON platform.one_time_codes (expires_at);

-- When codes were sent, for the pauses between them (ID-62).
CREATE TABLE platform.code_sends (
    id              uuid        PRIMARY KEY,
    person_id       uuid        NOT NULL REFERENCES platform.persons ON DELETE CASCADE,
    purpose         text        NOT NULL,
    target          text        NOT NULL,
    sent_at         timestamptz NOT NULL
);
CREATE INDEX code_sends_person_idx ON platform.code_sends (person_id, sent_at);
CREATE INDEX code_sends_target_idx ON platform.code_sends (target, sent_at);

-- Wrong codes, apart from wrong passwords (checklist rule 17). Kept one hour.
CREATE TABLE platform.code_failures (
    id              uuid        PRIMARY KEY,
    person_id       uuid        NOT NULL REFERENCES platform.persons ON DELETE CASCADE,
    failed_at       timestamptz NOT NULL
);
CREATE INDEX code_failures_person_idx ON platform.code_failures (person_id, failed_at);

ALTER TABLE platform.login_steps DROP CONSTRAINT login_steps_step_check;
ALTER TABLE platform.login_steps
    ADD CONSTRAINT login_steps_step_check CHECK (
        step IN ('second_factor', 'change_password', 'select_workspace', 'enrol_factor')),
    -- What the client calls the step; the secret is what opens it.
    ADD COLUMN challenge_id uuid UNIQUE,
    ADD COLUMN attempts_left integer NOT NULL DEFAULT 5,
    -- The workspace that has been chosen already.
    ADD COLUMN tenant_number bigint REFERENCES platform.tenants ON DELETE CASCADE,
    ADD COLUMN second_factor_at timestamptz,
    -- What was presented last, for the login history.
    ADD COLUMN method text NOT NULL DEFAULT 'password'
        CHECK (method IN ('password', 'totp', 'sms', 'email', 'recovery_code'));

-- Whether and when a second factor was proved in the login that began the session.
ALTER TABLE platform.sessions ADD COLUMN second_factor_at timestamptz;
-- The newest proof of password and factor, for sensitive actions (ID-72).
ALTER TABLE cell.admissions ADD COLUMN proven_at timestamptz;

GRANT SELECT, INSERT, UPDATE, DELETE
    ON platform.factors, platform.totp_enrolments, platform.recovery_codes,
        platform.one_time_codes, platform.code_sends, platform.code_failures
    TO courtyard_identity;

-- For the time limits of sessions whose member's role was changed (ID-10).
CREATE OR REPLACE VIEW platform.own_sessions WITH (security_barrier = true) AS
    SELECT id, person_id, tenant_number, created_at, ends_at
    FROM platform.sessions
    WHERE tenant_number = cell.current_tenant();
GRANT UPDATE (ends_at) ON platform.own_sessions TO courtyard_tenants;
