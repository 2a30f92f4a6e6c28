-- Platform staff sign in under their own prefix, always with a second factor (BL-80). Their role
-- sees the directory and nothing of what workspaces own.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'courtyard_staff') THEN
        CREATE ROLE courtyard_staff NOLOGIN;
    END IF;
END
$$;
-- Work of the platform goes through the first login role.
GRANT courtyard_staff TO courtyard_app_00;
GRANT USAGE ON SCHEMA platform, cell, extensions TO courtyard_staff;

ALTER TABLE platform.staff
    ADD COLUMN status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    -- Sealed; null until the second factor is enrolled with a link that the operator made.
    ADD COLUMN totp_secret bytea,
    -- The last time step whose code was used: each works once.
    ADD COLUMN totp_step bigint NOT NULL DEFAULT 0;

-- Single-use links by which a second factor is enrolled, by the SHA-256 of their secret.
CREATE TABLE platform.staff_links (
    secret_hash     bytea       PRIMARY KEY CHECK (length(secret_hash) = 32),
    staff_id        uuid        NOT NULL REFERENCES platform.staff ON DELETE CASCADE,
    -- Sealed; what was offered and waits for its first code.
    totp_secret     bytea,
    attempts        integer     NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX staff_links_staff_idx ON platform.staff_links (staff_id);

-- A sign-in whose password was right; opens nothing but the second factor.
CREATE TABLE platform.staff_steps (
    secret_hash     bytea       PRIMARY KEY CHECK (length(secret_hash) = 32),
    staff_id        uuid        NOT NULL REFERENCES platform.staff ON DELETE CASCADE,
    attempts        integer     NOT NULL DEFAULT 0,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX staff_steps_staff_idx ON platform.staff_steps (staff_id);

CREATE TABLE platform.staff_sessions (
    secret_hash     bytea       PRIMARY KEY CHECK (length(secret_hash) = 32),
    id              uuid        NOT NULL UNIQUE,
    staff_id        uuid        NOT NULL REFERENCES platform.staff ON DELETE CASCADE,
    device          text        NOT NULL,
    address         text        NOT NULL,
    created_at      timestamptz NOT NULL,
    last_used_at    timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL
);
CREATE INDEX staff_sessions_staff_idx ON platform.staff_sessions (staff_id);

-- Passwords and codes on trial; what proves right is struck out.
CREATE TABLE platform.staff_failures (
    id              uuid        PRIMARY KEY,
    email_key       text        NOT NULL,
    address         text        NOT NULL,
    failed_at       timestamptz NOT NULL
);
CREATE INDEX staff_failures_email_idx ON platform.staff_failures (email_key, failed_at);

-- What staff and operators did; append-only and chained like a workspace's log (docs/audit.md).
CREATE TABLE platform.audit_events (
    id              uuid        PRIMARY KEY,
    created_at      timestamptz NOT NULL,
    actor_kind      text        NOT NULL CHECK (actor_kind IN ('staff', 'operator', 'system')),
    actor_id        uuid,
    actor_name      text        NOT NULL,
    action          text        NOT NULL,
    target_kind     text        NOT NULL,
    target_id       uuid,
    details         jsonb       NOT NULL,
    request_id      text        NOT NULL,
    address         text        NOT NULL,
    workspace_id    uuid        GENERATED ALWAYS AS ((details->>'workspace_id')::uuid) STORED
);
CREATE INDEX audit_events_created_at_idx ON platform.audit_events (created_at, id);

CREATE TABLE platform.audit_seals (
    position    bigint      PRIMARY KEY CHECK (position >= 1),
    event_id    uuid        NOT NULL,
    digest      bytea       NOT NULL CHECK (length(digest) = 32),
    hash        bytea       NOT NULL CHECK (length(hash) = 32),
    CONSTRAINT audit_seals_event_id_key UNIQUE (event_id)
);
CREATE TABLE platform.audit_chain (
    only_row    boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    chain_id    uuid        NOT NULL,
    position    bigint      NOT NULL DEFAULT 0,
    hash        bytea       NOT NULL CHECK (length(hash) = 32),
    sealed_at   timestamptz
);
INSERT INTO platform.audit_chain (chain_id, hash)
SELECT made.id, sha256(convert_to('courtyard-audit-1 ' || made.id, 'UTF8'))
FROM (SELECT gen_random_uuid() AS id) made;
CREATE TRIGGER audit_events_queue AFTER INSERT ON platform.audit_events
    FOR EACH ROW EXECUTE FUNCTION cell.queue_audit_event();

GRANT SELECT, UPDATE (totp_secret, totp_step, password_hash) ON platform.staff TO courtyard_staff;
GRANT SELECT, UPDATE, DELETE ON platform.staff_links TO courtyard_staff;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON platform.staff_steps, platform.staff_sessions, platform.staff_failures TO courtyard_staff;
GRANT SELECT, INSERT ON platform.audit_events TO courtyard_staff;
GRANT SELECT ON platform.plans, platform.tenants, cell.tenants TO courtyard_staff;
GRANT SELECT (tenant_number, status) ON platform.memberships TO courtyard_staff;

-- Suspends or opens a workspace. False unless it is in one of the states named.
CREATE FUNCTION platform.set_tenant_state(changed bigint, from_states text[], to_state text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF to_state NOT IN ('active', 'suspended') THEN
        RAISE EXCEPTION 'not a state to set' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE cell.tenants SET state = to_state, epoch = epoch + 1
    WHERE number = changed AND state = ANY (from_states);
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE platform.tenants SET closed_at = NULL WHERE number = changed;
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION platform.set_tenant_state FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.set_tenant_state TO courtyard_staff;

-- Gives a workspace another plan with its limits and features, from the next request on.
CREATE FUNCTION platform.set_tenant_plan(changed bigint, new_plan text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE cell.tenants t
    SET plan = p.name, limits = p.limits, features = p.features, epoch = t.epoch + 1
    FROM platform.plans p
    WHERE t.number = changed AND p.name = new_plan;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE platform.tenants SET plan = new_plan WHERE number = changed;
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION platform.set_tenant_plan FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.set_tenant_plan TO courtyard_staff;

-- Writes into a workspace's own log what the platform did to it (BL-87).
CREATE FUNCTION platform.record_platform_audit(
    tenant bigint, entry uuid, at timestamptz, action text, target_kind text, target uuid,
    details jsonb, request text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO %I.audit_events (id, created_at, actor_kind, actor_id, actor_name, action, '
        'target_kind, target_id, details, request_id, address) '
        'VALUES ($1, $2, ''platform'', NULL, ''Courtyard'', $3, $4, $5, $6, $7, '''')',
        't_' || tenant)
    USING entry, at, action, target_kind, target, details, request;
END
$$;
REVOKE ALL ON FUNCTION platform.record_platform_audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.record_platform_audit TO courtyard_staff;
