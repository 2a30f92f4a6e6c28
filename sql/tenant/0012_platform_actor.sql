-- The platform's staff appears in a workspace's log by this kind alone (BL-87).
ALTER TABLE tenant.audit_events
    DROP CONSTRAINT audit_events_actor_kind_check,
    ADD CONSTRAINT audit_events_actor_kind_check CHECK (actor_kind IN
        ('member', 'service_account', 'account_api', 'system', 'operator', 'platform'));
