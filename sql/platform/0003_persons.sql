-- A person is one login for the whole platform (part 2 of the specification).
CREATE TABLE platform.persons (
    id              uuid        PRIMARY KEY,
    email           text        NOT NULL CHECK (char_length(email) <= 254),
    -- Lower-cased; what uniqueness and login compare.
    email_key       text        NOT NULL,
    name            text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    language        text        NOT NULL DEFAULT 'en',
    -- Argon2id in PHC form; null for a person who has never had a password.
    password_hash   text,
    -- Somebody else chose the password, so it must be changed at the first login (ID-28).
    must_change_password boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL,
    CONSTRAINT persons_email_key UNIQUE (email_key)
);

-- Which person sits in which workspace; the seat itself is `tenant.members`.
CREATE TABLE platform.memberships (
    person_id       uuid        NOT NULL REFERENCES platform.persons,
    tenant_number   bigint      NOT NULL REFERENCES platform.tenants ON DELETE CASCADE,
    member_id       uuid        NOT NULL,
    status          text        NOT NULL CHECK (status IN ('invited', 'active', 'deactivated')),
    last_login_at   timestamptz,
    PRIMARY KEY (person_id, tenant_number)
);
CREATE INDEX memberships_tenant_idx ON platform.memberships (tenant_number);

-- A browser's login. Its right to act in a workspace is the row of the same id in cell.admissions.
CREATE TABLE platform.sessions (
    id              uuid        PRIMARY KEY,
    person_id       uuid        NOT NULL REFERENCES platform.persons ON DELETE CASCADE,
    tenant_number   bigint      NOT NULL REFERENCES platform.tenants ON DELETE CASCADE,
    device          text        NOT NULL,
    address         text        NOT NULL,
    created_at      timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL
);
CREATE INDEX sessions_person_idx ON platform.sessions (person_id, created_at);

-- A login that is not finished: the secret opens only the step it names (ID-02).
CREATE TABLE platform.login_steps (
    secret_hash     bytea       PRIMARY KEY CHECK (length(secret_hash) = 32),
    person_id       uuid        NOT NULL REFERENCES platform.persons ON DELETE CASCADE,
    step            text        NOT NULL CHECK (step IN ('change_password', 'select_workspace')),
    address         text        NOT NULL,
    device          text        NOT NULL,
    expires_at      timestamptz NOT NULL
);

-- Single-use links sent by mail, by the SHA-256 of their secret.
CREATE TABLE platform.mail_links (
    secret_hash     bytea       PRIMARY KEY CHECK (length(secret_hash) = 32),
    purpose         text        NOT NULL CHECK (purpose IN ('sign_up', 'reset_password')),
    email_key       text        NOT NULL,
    person_id       uuid        REFERENCES platform.persons ON DELETE CASCADE,
    -- For sign-up: workspace name, person name and password hash.
    payload         jsonb       NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX mail_links_email_idx ON platform.mail_links (email_key, purpose, created_at);

-- Failed passwords by person and address, for the slow-down of ID-09. Kept one hour.
CREATE TABLE platform.login_failures (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email_key       text        NOT NULL,
    address         text        NOT NULL,
    failed_at       timestamptz NOT NULL
);
CREATE INDEX login_failures_email_idx ON platform.login_failures (email_key, failed_at);

-- Browsers from which a person has logged in before; failures from elsewhere never block them.
CREATE TABLE platform.known_devices (
    secret_hash     bytea       PRIMARY KEY CHECK (length(secret_hash) = 32),
    person_id       uuid        NOT NULL REFERENCES platform.persons ON DELETE CASCADE,
    last_used_at    timestamptz NOT NULL
);

-- Counters of rate limits that must hold over all processes (OV-48); losing them in a crash is
-- fine.
CREATE UNLOGGED TABLE platform.rate_counters (
    key             text        NOT NULL,
    window_start    timestamptz NOT NULL,
    count           bigint      NOT NULL,
    PRIMARY KEY (key, window_start)
);

-- Platform staff; their sign-in has its own prefix and rules.
CREATE TABLE platform.staff (
    id              uuid        PRIMARY KEY,
    email_key       text        NOT NULL UNIQUE,
    name            text        NOT NULL,
    role            text        NOT NULL CHECK (role IN ('billing_staff', 'platform_admin')),
    password_hash   text        NOT NULL,
    created_at      timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON platform.persons TO courtyard_identity;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON platform.memberships, platform.sessions, platform.login_steps, platform.mail_links,
        platform.login_failures, platform.known_devices, platform.rate_counters
    TO courtyard_identity;

-- The people of the tenant whose role is in force, as its directory shows them (AC-01).
CREATE VIEW platform.own_people AS
    SELECT p.id, p.email, p.email_key, p.name, p.language, m.member_id, m.status, m.last_login_at
    FROM platform.persons p
    JOIN platform.memberships m ON m.person_id = p.id
    WHERE m.tenant_number = cell.current_tenant();
GRANT SELECT ON platform.own_people TO courtyard_tenants;

CREATE VIEW platform.own_memberships AS
    SELECT person_id, tenant_number, member_id, status, last_login_at
    FROM platform.memberships
    WHERE tenant_number = cell.current_tenant()
    WITH CHECK OPTION;
GRANT SELECT, INSERT, UPDATE (status), DELETE ON platform.own_memberships TO courtyard_tenants;

-- Finds or makes the person an invitation names. Tells nothing of whether the address was known:
-- a known person keeps name, password and everything else (AC-04).
CREATE FUNCTION platform.person_for_invitation(
    new_id uuid, address text, address_key text, person_name text, hash text, now_at timestamptz)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    found uuid;
BEGIN
    INSERT INTO platform.persons
        (id, email, email_key, name, password_hash, must_change_password, created_at)
    VALUES (new_id, address, address_key, person_name, hash, true, now_at)
    ON CONFLICT ON CONSTRAINT persons_email_key DO NOTHING;
    SELECT id INTO STRICT found FROM platform.persons WHERE email_key = address_key;
    RETURN found;
END
$$;
REVOKE ALL ON FUNCTION platform.person_for_invitation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.person_for_invitation TO courtyard_tenants;
