-- The chain that makes a changed, removed or reordered audit entry visible (docs/audit.md): one
-- seal for each entry, in an order without gaps. Only cell.seal_audit writes here.
CREATE TABLE tenant.audit_seals (
    position    bigint      PRIMARY KEY CHECK (position >= 1),
    event_id    uuid        NOT NULL,
    -- SHA-256 of the entry's canonical form; stays when an old entry itself is pruned.
    digest      bytea       NOT NULL CHECK (length(digest) = 32),
    -- SHA-256 of the hash at the position before, followed by the digest.
    hash        bytea       NOT NULL CHECK (length(hash) = 32),
    CONSTRAINT audit_seals_event_id_key UNIQUE (event_id)
);

-- The chain's name and its newest hash; exactly one row.
CREATE TABLE tenant.audit_chain (
    only_row    boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    chain_id    uuid        NOT NULL,
    position    bigint      NOT NULL DEFAULT 0,
    hash        bytea       NOT NULL CHECK (length(hash) = 32),
    sealed_at   timestamptz
);
INSERT INTO tenant.audit_chain (chain_id, hash)
SELECT made.id, sha256(convert_to('courtyard-audit-1 ' || made.id, 'UTF8'))
FROM (SELECT gen_random_uuid() AS id) made;

CREATE TRIGGER audit_events_queue AFTER INSERT ON tenant.audit_events
    FOR EACH ROW EXECUTE FUNCTION cell.queue_audit_event();
INSERT INTO cell.audit_queue (log, event_id)
SELECT substr(split_part('tenant.audit_events', '.', 1), 3)::bigint, e.id
FROM tenant.audit_events e;

GRANT SELECT ON tenant.audit_seals, tenant.audit_chain TO tenant_role;
