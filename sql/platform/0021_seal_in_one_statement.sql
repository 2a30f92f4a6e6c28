-- Sealing one log's new entries in one statement: before, each entry took statements of its own and
-- a dozen calls of functions that could not be inlined.

-- With a cast instead of the stable `integer || text`, so that the planner may inline it.
CREATE OR REPLACE FUNCTION cell.audit_field(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN octet_length(coalesce(value, ''))::text || ':' || coalesce(value, '') || ',';

-- One step of a chain: the hash before it, or `start` at the first, followed by the digest.
CREATE FUNCTION cell.audit_link(previous bytea, start bytea, digest bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN sha256(coalesce(previous, start) || digest);
END
$$;

-- The running hash of a chain that goes on from `start`, over a window in the chain's order.
CREATE AGGREGATE cell.audit_hash(start bytea, digest bytea) (
    SFUNC = cell.audit_link, STYPE = bytea);

-- Seals waiting entries of one log, the ones that were written first: each becomes the next
-- position of the chain, and its hash covers the hash before it. Sealers of one log wait for each
-- other on the chain's row, which no writer of entries touches.
--
-- The statistics of a queue say nothing, hence the fixed way of joining: by index, from the queue
-- to the log.
CREATE OR REPLACE FUNCTION cell.seal_audit(
    log_number bigint, at_most integer, now_at timestamptz)
RETURNS TABLE (taken bigint, sealed bigint, chain uuid, head_position bigint, head_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    home text := CASE log_number WHEN 0 THEN 'platform' ELSE 't_' || log_number END;
BEGIN
    EXECUTE format(
        'SELECT chain_id, position, hash FROM %I.audit_chain FOR UPDATE', home)
    INTO STRICT chain, head_position, head_hash;
    -- An imported log brings its seals along: those entries leave the queue as they are.
    EXECUTE format(
        'WITH waiting AS MATERIALIZED (
            SELECT e.id
            FROM cell.audit_queue w JOIN %1$I.audit_events e ON e.id = w.event_id
            WHERE w.log = $1 ORDER BY w.event_id LIMIT $2
        ), gone AS (
            DELETE FROM cell.audit_queue q USING waiting w
            WHERE q.log = $1 AND q.event_id = w.id
        ), digests AS (
            SELECT e.id, e.created_at, cell.audit_digest(e.id, e.created_at, e.actor_kind,
                e.actor_id, e.actor_name, e.action, e.target_kind, e.target_id, e.details,
                e.request_id, e.address) AS digest
            FROM waiting w JOIN %1$I.audit_events e ON e.id = w.id
            WHERE NOT EXISTS (SELECT FROM %1$I.audit_seals s WHERE s.event_id = w.id)
        ), made AS (
            INSERT INTO %1$I.audit_seals (position, event_id, digest, hash)
            SELECT $3 + row_number() OVER earlier, id, digest,
                cell.audit_hash($4, digest) OVER earlier
            FROM digests
            WINDOW earlier AS (ORDER BY created_at, id ROWS UNBOUNDED PRECEDING)
            RETURNING position, hash
        ), head AS (
            SELECT position, hash FROM made ORDER BY position DESC LIMIT 1
        ), moved AS (
            UPDATE %1$I.audit_chain c SET position = h.position, hash = h.hash, sealed_at = $5
            FROM head h
        )
        SELECT (SELECT count(*) FROM waiting), (SELECT count(*) FROM made),
            coalesce(h.position, $3), coalesce(h.hash, $4)
        FROM (SELECT) one LEFT JOIN head h ON true', home)
    INTO STRICT taken, sealed, head_position, head_hash
    USING log_number, at_most, head_position, head_hash, now_at;
    RETURN NEXT;
END
$$;
