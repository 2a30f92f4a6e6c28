-- Settings of the workspace; exactly one row.
CREATE TABLE tenant.settings (
    only_row        boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    timezone        text        NOT NULL DEFAULT 'UTC',
    version         integer     NOT NULL DEFAULT 1
);
INSERT INTO tenant.settings DEFAULT VALUES;

-- Named sets of permissions. The four built-in ones are seeded by the server with fixed rights that
-- live in code; only custom roles keep theirs here.
CREATE TABLE tenant.roles (
    id              uuid        PRIMARY KEY,
    -- Null for custom roles.
    builtin         text        CHECK (builtin IN ('owner', 'admin', 'manager', 'user')),
    name            text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 50),
    name_key        text        NOT NULL GENERATED ALWAYS AS (cell.fold(name)) STORED,
    description     text        NOT NULL DEFAULT '',
    permissions     text[]      NOT NULL DEFAULT '{}',
    version         integer     NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT roles_builtin_key UNIQUE (builtin),
    CONSTRAINT roles_name_key UNIQUE (name_key)
);
INSERT INTO tenant.roles (id, builtin, name, created_at, updated_at) VALUES
    (gen_random_uuid(), 'owner', 'Owner', now(), now()),
    (gen_random_uuid(), 'admin', 'Admin', now(), now()),
    (gen_random_uuid(), 'manager', 'Manager', now(), now()),
    (gen_random_uuid(), 'user', 'User', now(), now());

-- A person's seat in this workspace.
CREATE TABLE tenant.members (
    id              uuid        PRIMARY KEY,
    person_id       uuid        NOT NULL,
    -- The name as it stood when the seat was made or last seen; kept for authorship after removal.
    name            text        NOT NULL,
    role_id         uuid        NOT NULL REFERENCES tenant.roles,
    status          text        NOT NULL CHECK (status IN ('invited', 'active', 'deactivated')),
    invited_by      uuid,
    invitations_sent integer    NOT NULL DEFAULT 0,
    invitations_day date,
    created_at      timestamptz NOT NULL,
    CONSTRAINT members_person_id_key UNIQUE (person_id)
);
CREATE INDEX members_role_id_idx ON tenant.members (role_id);

CREATE TABLE tenant.teams (
    id              uuid        PRIMARY KEY,
    name            text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 50),
    name_key        text        NOT NULL GENERATED ALWAYS AS (cell.fold(name)) STORED,
    kind            text        NOT NULL CHECK (kind IN ('support', 'sales', 'other')),
    version         integer     NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    CONSTRAINT teams_name_key UNIQUE (name_key)
);
CREATE TABLE tenant.team_members (
    team_id         uuid        NOT NULL REFERENCES tenant.teams ON DELETE CASCADE,
    member_id       uuid        NOT NULL REFERENCES tenant.members ON DELETE CASCADE,
    PRIMARY KEY (team_id, member_id)
);
CREATE INDEX team_members_member_id_idx ON tenant.team_members (member_id);

GRANT SELECT, UPDATE ON tenant.settings TO tenant_role;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON tenant.roles, tenant.members, tenant.teams, tenant.team_members TO tenant_role;
