-- Every attempt to log in that names a member, as far as it concerns this workspace
-- (ID-110…ID-113). Written by platform.record_login alone; kept 12 months.
CREATE TABLE tenant.login_events (
    id              uuid        PRIMARY KEY,
    created_at      timestamptz NOT NULL,
    member_id       uuid        NOT NULL,
    result          text        NOT NULL CHECK (result IN ('success', 'wrong_password',
                                'wrong_code', 'blocked', 'sso_success', 'sso_rejected')),
    method          text        NOT NULL CHECK (method IN ('password', 'totp', 'sms', 'email',
                                'recovery_code', 'sso')),
    address         text        NOT NULL,
    device          text        NOT NULL
);
CREATE INDEX login_events_member_id_idx ON tenant.login_events (member_id, created_at, id);
CREATE INDEX login_events_created_at_idx ON tenant.login_events (created_at);
GRANT SELECT, DELETE ON tenant.login_events TO tenant_role;

-- What one member did is read like the whole log: a page at a time (ID-112).
CREATE INDEX audit_events_actor_id_idx ON tenant.audit_events (actor_id, created_at, id);
