-- What a plan allows; `limits` maps a limit's name to a whole number (BL-02).
CREATE TABLE platform.plans (
    name        text        PRIMARY KEY CHECK (name IN ('FREE', 'STARTER', 'GROWTH', 'ENTERPRISE')),
    position    integer     NOT NULL UNIQUE,
    limits      jsonb       NOT NULL,
    features    text[]      NOT NULL
);
INSERT INTO platform.plans (name, position, limits, features) VALUES
    ('FREE', 0,
        '{"whatsapp_lines":1,"other_channels":1,"monthly_active_contacts":250,"seats":2,
        "active_flows":3,"knowledge_documents":5,"service_accounts":1,"media_storage":1}',
        '{}'),
    ('STARTER', 1,
        '{"whatsapp_lines":1,"other_channels":2,"monthly_active_contacts":1000,"seats":5,
        "active_flows":10,"knowledge_documents":25,"service_accounts":5,"media_storage":5}',
        '{custom_roles,api_campaigns}'),
    ('GROWTH', 2,
        '{"whatsapp_lines":3,"other_channels":6,"monthly_active_contacts":10000,"seats":20,
        "active_flows":50,"knowledge_documents":100,"service_accounts":20,"media_storage":25}',
        '{custom_roles,api_campaigns}'),
    ('ENTERPRISE', 3,
        '{"whatsapp_lines":25,"other_channels":50,"monthly_active_contacts":100000,"seats":200,
        "active_flows":500,"knowledge_documents":1000,"service_accounts":50,"media_storage":250}',
        '{custom_roles,api_campaigns,sso}');

-- The directory of workspaces. `number` names the schema, the database role and the login shard.
CREATE TABLE platform.tenants (
    number      bigint      PRIMARY KEY,
    id          uuid        NOT NULL UNIQUE,
    slug        text        NOT NULL CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{1,38})[a-z0-9]$'),
    name        text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    plan        text        NOT NULL DEFAULT 'FREE' REFERENCES platform.plans (name),
    created_at  timestamptz NOT NULL,
    closed_at   timestamptz,
    CONSTRAINT tenants_slug_key UNIQUE (slug)
);
CREATE SEQUENCE platform.tenants_number_seq;

-- What a request needs to know of its tenant; travels with the tenant's data (design §10).
-- A raised `epoch` sends every server process back to read its rights again (design §6).
CREATE TABLE cell.tenants (
    number          bigint      PRIMARY KEY,
    id              uuid        NOT NULL UNIQUE,
    role_name       text        NOT NULL UNIQUE,
    shard           integer     NOT NULL,
    state           text        NOT NULL CHECK (state IN ('active', 'suspended', 'closed')),
    epoch           bigint      NOT NULL DEFAULT 1,
    schema_version  integer     NOT NULL,
    plan            text        NOT NULL DEFAULT 'FREE',
    limits          jsonb       NOT NULL,
    features        text[]      NOT NULL
) WITH (fillfactor = 50);

-- One row per live credential: a session in a workspace, or a machine's token.
CREATE TABLE cell.admissions (
    token_hash      bytea       PRIMARY KEY CHECK (length(token_hash) = 32),
    tenant_number   bigint      NOT NULL REFERENCES cell.tenants ON DELETE CASCADE,
    kind            text        NOT NULL
        CHECK (kind IN ('session', 'service_account', 'account_api')),
    -- The member, service account or workspace that acts.
    principal_id    uuid        NOT NULL,
    -- The session, or the token's public id.
    credential_id   uuid        NOT NULL UNIQUE,
    epoch           bigint      NOT NULL DEFAULT 1,
    -- Moved forward by use for sessions (ID-10), never beyond `ends_at`.
    expires_at      timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    idle_seconds    integer,
    last_used_at    timestamptz,
    last_used_from  text
) WITH (fillfactor = 80);
CREATE INDEX admissions_principal_idx ON cell.admissions (tenant_number, principal_id);

GRANT SELECT ON cell.tenants, cell.admissions TO courtyard_logins;
GRANT SELECT, INSERT, UPDATE, DELETE ON cell.admissions TO courtyard_identity;
GRANT SELECT, UPDATE ON cell.tenants TO courtyard_identity;
GRANT SELECT ON platform.plans TO courtyard_tenants, courtyard_identity;
GRANT SELECT ON platform.tenants TO courtyard_identity;

-- The number of the tenant whose role is in force; fails for every other role.
CREATE FUNCTION cell.current_tenant() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
RETURN substr(current_user::text, length(current_database()::text) + 4)::bigint;

CREATE VIEW cell.own_tenant AS
    SELECT number, id, state, epoch, schema_version, plan, limits, features
    FROM cell.tenants
    WHERE number = cell.current_tenant()
    WITH CHECK OPTION;
GRANT SELECT, UPDATE (epoch) ON cell.own_tenant TO courtyard_tenants;

CREATE VIEW cell.own_admissions AS
    SELECT token_hash, tenant_number, kind, principal_id, credential_id, epoch, expires_at, ends_at,
        idle_seconds, last_used_at, last_used_from
    FROM cell.admissions
    WHERE tenant_number = cell.current_tenant()
    WITH CHECK OPTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON cell.own_admissions TO courtyard_tenants;

CREATE VIEW platform.own_tenant AS
    SELECT number, id, slug, name, plan, created_at, closed_at
    FROM platform.tenants
    WHERE number = cell.current_tenant()
    WITH CHECK OPTION;
GRANT SELECT, UPDATE (name) ON platform.own_tenant TO courtyard_tenants;
