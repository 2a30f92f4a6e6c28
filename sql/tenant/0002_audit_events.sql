-- What was done here, by whom, from where. The tenant's role may add and read, never change
-- (OV-49).
CREATE TABLE tenant.audit_events (
    id              uuid        PRIMARY KEY,
    created_at      timestamptz NOT NULL,
    actor_kind      text        NOT NULL CHECK (actor_kind IN
                                ('member', 'service_account', 'account_api', 'system', 'operator')),
    actor_id        uuid,
    actor_name      text        NOT NULL,
    action          text        NOT NULL,
    target_kind     text        NOT NULL,
    target_id       uuid,
    details         jsonb       NOT NULL,
    request_id      text        NOT NULL,
    address         text        NOT NULL
);
GRANT SELECT, INSERT ON tenant.audit_events TO tenant_role;
