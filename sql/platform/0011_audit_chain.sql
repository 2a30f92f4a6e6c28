-- Entries of audit logs that wait to be sealed into their chain (docs/audit.md). A writer adds a
-- row and waits for nobody; the sealer takes them away.
CREATE TABLE cell.audit_queue (
    -- The tenant's number; 0 is the platform's own log.
    log         bigint      NOT NULL,
    event_id    uuid        NOT NULL,
    PRIMARY KEY (log, event_id)
);
GRANT SELECT ON cell.audit_queue TO courtyard_worker;

-- Runs after each new entry of an audit log, with the owner's rights: no tenant sees the queue.
CREATE FUNCTION cell.queue_audit_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO cell.audit_queue (log, event_id)
    VALUES (
        CASE TG_TABLE_SCHEMA WHEN 'platform' THEN 0 ELSE substr(TG_TABLE_SCHEMA, 3)::bigint END,
        NEW.id)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION cell.queue_audit_event FROM PUBLIC;

-- One value of an entry in the form that is hashed: its length in bytes, a colon, the UTF-8 text, a
-- comma. A missing id is the empty text.
CREATE FUNCTION cell.audit_field(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN octet_length(coalesce(value, '')) || ':' || coalesce(value, '') || ',';

CREATE FUNCTION cell.audit_instant(value timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN to_char(value AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

CREATE FUNCTION cell.audit_digest(
    id uuid, created_at timestamptz, actor_kind text, actor_id uuid, actor_name text, action text,
    target_kind text, target_id uuid, details jsonb, request_id text, address text) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(convert_to(
    cell.audit_field('courtyard-audit-1') || cell.audit_field(id::text)
        || cell.audit_field(cell.audit_instant(created_at)) || cell.audit_field(actor_kind)
        || cell.audit_field(actor_id::text) || cell.audit_field(actor_name)
        || cell.audit_field(action) || cell.audit_field(target_kind)
        || cell.audit_field(target_id::text) || cell.audit_field(details::text)
        || cell.audit_field(request_id) || cell.audit_field(address), 'UTF8'));

-- Seals waiting entries of one log, oldest first: each becomes the next position of the chain, and
-- its hash covers the hash before it. Sealers of one log wait for each other on the chain's row,
-- which no writer of entries touches.
CREATE FUNCTION cell.seal_audit(log_number bigint, at_most integer, now_at timestamptz)
RETURNS TABLE (taken bigint, sealed bigint, chain uuid, head_position bigint, head_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    home text := CASE log_number WHEN 0 THEN 'platform' ELSE 't_' || log_number END;
    event record;
BEGIN
    taken := 0;
    sealed := 0;
    EXECUTE format(
        'SELECT chain_id, position, hash FROM %I.audit_chain FOR UPDATE', home)
    INTO STRICT chain, head_position, head_hash;
    FOR event IN EXECUTE format(
        'WITH taken AS (
            DELETE FROM cell.audit_queue q
            WHERE q.log = $1 AND q.event_id IN (
                SELECT w.event_id
                FROM cell.audit_queue w JOIN %1$I.audit_events e ON e.id = w.event_id
                WHERE w.log = $1
                ORDER BY e.created_at, e.id
                LIMIT $2)
            RETURNING q.event_id
        )
        SELECT e.id,
            cell.audit_digest(e.id, e.created_at, e.actor_kind, e.actor_id, e.actor_name, e.action,
                e.target_kind, e.target_id, e.details, e.request_id, e.address) AS digest,
            EXISTS (SELECT FROM %1$I.audit_seals s WHERE s.event_id = e.id) AS is_sealed
        FROM taken t JOIN %1$I.audit_events e ON e.id = t.event_id
        ORDER BY e.created_at, e.id', home)
        USING log_number, at_most
    LOOP
        taken := taken + 1;
        -- An imported log brings its seals along.
        CONTINUE WHEN event.is_sealed;
        sealed := sealed + 1;
        head_position := head_position + 1;
        head_hash := sha256(head_hash || event.digest);
        EXECUTE format(
            'INSERT INTO %I.audit_seals (position, event_id, digest, hash) '
            'VALUES ($1, $2, $3, $4)', home)
        USING head_position, event.id, event.digest, head_hash;
    END LOOP;
    IF sealed > 0 THEN
        EXECUTE format(
            'UPDATE %I.audit_chain SET position = $1, hash = $2, sealed_at = $3', home)
        USING head_position, head_hash, now_at;
    END IF;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION cell.seal_audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cell.seal_audit TO courtyard_worker;

-- Removes everything a workspace owns, its role included.
CREATE OR REPLACE FUNCTION platform.erase_tenant(erased bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', 't_' || erased);
    DELETE FROM cell.audit_queue WHERE log = erased;
    DELETE FROM cell.tenants WHERE number = erased;
    DELETE FROM platform.tenants WHERE number = erased;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = current_database() || '_t_' || erased) THEN
        EXECUTE format('DROP ROLE %I', current_database() || '_t_' || erased);
    END IF;
END
$$;
