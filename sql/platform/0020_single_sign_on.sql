-- How a workspace signs its people in through its own identity provider (ID-80…ID-93).
CREATE TABLE platform.sso_connections (
    id              uuid        PRIMARY KEY,
    tenant_number   bigint      NOT NULL REFERENCES platform.tenants ON DELETE CASCADE,
    provider        text        NOT NULL
        CHECK (provider IN ('google', 'okta', 'azure_ad', 'custom')),
    issuer          text        NOT NULL,
    client_id       text        NOT NULL,
    -- Sealed under the workspace's data key.
    client_secret   cell.sealed NOT NULL,
    secret_last4    text        NOT NULL,
    -- Creates members at their first login, with this role.
    auto_provision  boolean     NOT NULL,
    default_role_id uuid,
    -- Closes the workspace to passwords, but for Owners (ID-87).
    enforced        boolean     NOT NULL,
    -- The provider owns the domains, so it need not mark addresses as verified (ID-85).
    owns_domains    boolean     NOT NULL,
    -- Takes logout tokens without the type that newer providers give them.
    takes_untyped_logout boolean NOT NULL,
    -- What a login at the provider must have been like; empty and null demand nothing.
    contexts        text[]      NOT NULL,
    methods         text[]      NOT NULL,
    maximum_age_seconds integer,
    status          text        NOT NULL CHECK (status IN ('inactive', 'active')),
    -- Raised by every change of who is trusted; a test login counts for one such version (ID-83).
    trust_version   integer     NOT NULL DEFAULT 1,
    tested_version  integer,
    -- The plan has ended the connection, and the Owners have not been told yet (ID-90).
    plan_ended      boolean     NOT NULL DEFAULT false,
    version         integer     NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT sso_connections_tenant_number_key UNIQUE (tenant_number)
);

-- The e-mail domains for which a connection speaks, each proved by a DNS record (ID-91).
CREATE TABLE platform.sso_domains (
    connection_id   uuid        NOT NULL REFERENCES platform.sso_connections ON DELETE CASCADE,
    domain          text        NOT NULL,
    tenant_number   bigint      NOT NULL REFERENCES platform.tenants ON DELETE CASCADE,
    challenge       text        NOT NULL,
    verified_at     timestamptz,
    checked_at      timestamptz,
    -- Checks in a row that found the record gone.
    missed_checks   integer     NOT NULL DEFAULT 0,
    PRIMARY KEY (connection_id, domain)
);
CREATE INDEX sso_domains_domain_idx ON platform.sso_domains (domain) WHERE verified_at IS NOT NULL;
CREATE INDEX sso_domains_tenant_number_idx ON platform.sso_domains (tenant_number);

-- Who is who at a provider: the key is connection and subject, never an address (ID-92).
CREATE TABLE platform.sso_identities (
    connection_id   uuid        NOT NULL REFERENCES platform.sso_connections ON DELETE CASCADE,
    subject         text        NOT NULL CHECK (octet_length(subject) BETWEEN 1 AND 255),
    person_id       uuid        NOT NULL REFERENCES platform.persons ON DELETE CASCADE,
    linked_at       timestamptz NOT NULL,
    PRIMARY KEY (connection_id, subject)
);
CREATE INDEX sso_identities_person_id_idx ON platform.sso_identities (person_id);

-- Logins on their way through a provider. The state is used up by a DELETE whose row count decides;
-- nonce and code verifier are derived from the browser's cookie and stand nowhere.
CREATE TABLE platform.sso_logins (
    state_hash      bytea       PRIMARY KEY CHECK (length(state_hash) = 32),
    browser_hash    bytea       NOT NULL CHECK (length(browser_hash) = 32),
    connection_id   uuid        NOT NULL REFERENCES platform.sso_connections ON DELETE CASCADE,
    trust_version   integer     NOT NULL,
    -- The session that tests the connection; null for a login.
    tested_by       uuid,
    return_to       text,
    started_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX sso_logins_expires_at_idx ON platform.sso_logins (expires_at);

-- Logins that the provider has vouched for, of people whose account they must prove first (ID-92).
CREATE TABLE platform.sso_links (
    secret_hash     bytea       PRIMARY KEY CHECK (length(secret_hash) = 32),
    connection_id   uuid        NOT NULL REFERENCES platform.sso_connections ON DELETE CASCADE,
    person_id       uuid        NOT NULL REFERENCES platform.persons ON DELETE CASCADE,
    trust_version   integer     NOT NULL,
    subject         text        NOT NULL,
    provider_session text,
    return_to       text,
    -- The SHA-256 of the secret in the mail, once one was asked for.
    mail_hash       bytea       CHECK (length(mail_hash) = 32),
    mails           integer     NOT NULL DEFAULT 0,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX sso_links_expires_at_idx ON platform.sso_links (expires_at);

-- Logout tokens that were obeyed: each counts once (checklist row 82).
CREATE TABLE platform.sso_logout_tokens (
    connection_id   uuid        NOT NULL REFERENCES platform.sso_connections ON DELETE CASCADE,
    token_hash      bytea       NOT NULL CHECK (length(token_hash) = 32),
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (connection_id, token_hash)
);

-- A session that came through a provider is good for that workspace alone (ID-93).
ALTER TABLE platform.sessions
    ADD COLUMN sso_connection_id uuid REFERENCES platform.sso_connections ON DELETE CASCADE,
    ADD COLUMN sso_subject text,
    ADD COLUMN sso_session text;
CREATE INDEX sessions_sso_connection_id_idx ON platform.sessions (sso_connection_id, sso_subject)
    WHERE sso_connection_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE
    ON platform.sso_connections, platform.sso_domains, platform.sso_identities,
        platform.sso_logins, platform.sso_links, platform.sso_logout_tokens
    TO courtyard_identity;

CREATE VIEW platform.own_sso_connections WITH (security_barrier) AS
    SELECT id, tenant_number, provider, issuer, client_id, client_secret, secret_last4,
        auto_provision, default_role_id, enforced, owns_domains, takes_untyped_logout, contexts,
        methods, maximum_age_seconds, status, trust_version, tested_version, plan_ended, version,
        created_at, updated_at
    FROM platform.sso_connections
    WHERE tenant_number = cell.current_tenant()
    WITH CHECK OPTION;
CREATE VIEW platform.own_sso_domains WITH (security_barrier) AS
    SELECT connection_id, domain, tenant_number, challenge, verified_at, checked_at, missed_checks
    FROM platform.sso_domains
    WHERE tenant_number = cell.current_tenant()
    WITH CHECK OPTION;
CREATE VIEW platform.own_sso_identities WITH (security_barrier) AS
    SELECT i.connection_id
    FROM platform.sso_identities i
    WHERE EXISTS (
        SELECT FROM platform.sso_connections c
        WHERE c.id = i.connection_id AND c.tenant_number = cell.current_tenant());
GRANT SELECT, INSERT, UPDATE ON platform.own_sso_connections TO courtyard_tenants;
GRANT SELECT, DELETE ON platform.own_sso_identities TO courtyard_tenants;
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.own_sso_domains TO courtyard_tenants;

-- Whether an Owner could still get in by password if the provider failed (checklist rule 22).
CREATE VIEW platform.own_passwords WITH (security_barrier) AS
    SELECT m.member_id
    FROM platform.persons p
    JOIN platform.memberships m ON m.person_id = p.id
    WHERE m.tenant_number = cell.current_tenant() AND p.password_hash IS NOT NULL
        AND NOT p.must_change_password;
GRANT SELECT ON platform.own_passwords TO courtyard_tenants;

-- Seats a person whom the workspace's provider has vouched for (ID-86), under the lock that every
-- change of seats takes. Answers `seated`, `full`, or `no_role` when the role is gone or is Owner.
CREATE FUNCTION platform.seat_by_sso(
    tenant bigint, new_member uuid, person uuid, person_name text, new_role uuid,
    now_at timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    allowed bigint;
    used bigint;
    is_fit boolean;
BEGIN
    SELECT (limits->>'seats')::bigint INTO allowed
    FROM cell.tenants WHERE number = tenant FOR NO KEY UPDATE;
    EXECUTE format(
        'SELECT count(*) FROM %I.members WHERE status IN (''invited'', ''active'')', 't_' || tenant)
    INTO used;
    IF used >= coalesce(allowed, 0) THEN
        RETURN 'full';
    END IF;
    EXECUTE format(
        'SELECT builtin IS DISTINCT FROM ''owner'' FROM %I.roles WHERE id = $1 FOR KEY SHARE',
        't_' || tenant)
    INTO is_fit USING new_role;
    IF is_fit IS NOT TRUE THEN
        RETURN 'no_role';
    END IF;
    EXECUTE format(
        'INSERT INTO %I.members (id, person_id, name, role_id, status, created_at) '
        'VALUES ($1, $2, $3, $4, ''active'', $5)', 't_' || tenant)
    USING new_member, person, person_name, new_role, now_at;
    INSERT INTO platform.memberships (person_id, tenant_number, member_id, status)
    VALUES (person, tenant, new_member, 'active');
    RETURN 'seated';
END
$$;
REVOKE ALL ON FUNCTION platform.seat_by_sso FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.seat_by_sso TO courtyard_identity;

-- However a workspace comes to leave its plan, its connection ends with it (ID-90).
CREATE FUNCTION platform.end_sso_without_plan() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE platform.sso_connections
    SET status = 'inactive', enforced = false, version = version + 1,
        plan_ended = status = 'active' OR enforced OR plan_ended
    WHERE tenant_number = NEW.number;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION platform.end_sso_without_plan FROM PUBLIC;
CREATE TRIGGER tenants_end_sso AFTER UPDATE OF features ON cell.tenants
    FOR EACH ROW WHEN ('sso' = ANY (OLD.features) AND NOT 'sso' = ANY (NEW.features))
    EXECUTE FUNCTION platform.end_sso_without_plan();

-- An erased workspace keeps its row in the directory, but no provider opens it.
CREATE FUNCTION platform.end_sso_with_tenant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    DELETE FROM platform.sso_connections WHERE tenant_number = OLD.number;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION platform.end_sso_with_tenant FROM PUBLIC;
CREATE TRIGGER tenants_erase_sso AFTER DELETE ON cell.tenants
    FOR EACH ROW EXECUTE FUNCTION platform.end_sso_with_tenant();
