-- Limits of plans as every process sees them: cell.tenants.limits says what is in force, and each
-- workspace's own table of limits follows it in the same transaction.
CREATE FUNCTION cell.write_limits(changed bigint, limits jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    -- A schema that waits to be migrated gets the table with its rows.
    IF to_regclass(format('%I.limits', 't_' || changed)) IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'INSERT INTO %I.limits AS l (key, allowed) '
        'SELECT e.key, CASE e.key WHEN ''media_storage'' '
        'THEN (e.value #>> ''{}'')::bigint * 1073741824 ELSE (e.value #>> ''{}'')::bigint END '
        'FROM jsonb_each($1) e ORDER BY e.key '
        'ON CONFLICT (key) DO UPDATE SET allowed = excluded.allowed '
        'WHERE l.allowed IS DISTINCT FROM excluded.allowed', 't_' || changed)
    USING limits;
END
$$;
REVOKE ALL ON FUNCTION cell.write_limits FROM PUBLIC;

CREATE FUNCTION cell.follow_limits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM cell.write_limits(NEW.number, NEW.limits);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION cell.follow_limits FROM PUBLIC;
CREATE TRIGGER tenants_limits_insert AFTER INSERT ON cell.tenants
    FOR EACH ROW EXECUTE FUNCTION cell.follow_limits();
CREATE TRIGGER tenants_limits_update AFTER UPDATE OF limits ON cell.tenants
    FOR EACH ROW WHEN (NEW.limits IS DISTINCT FROM OLD.limits)
    EXECUTE FUNCTION cell.follow_limits();

-- Has the workspace's limits looked at soon: whoever brings one to four fifths calls it in the
-- transaction that does so (BL-14). One such job waits at most.
CREATE FUNCTION cell.watch_own_limits(job uuid, at timestamptz) RETURNS void
LANGUAGE sql SET search_path = pg_catalog AS $$
    WITH added AS (
        INSERT INTO cell.own_jobs (id, tenant_number, kind, payload, unique_key, state, run_at,
            attempts, max_attempts, created_at)
        VALUES (job, cell.current_tenant(), 'billing.limits', '{}', 'limits', 'waiting', at, 0, 10,
            at)
        ON CONFLICT (tenant_number, kind, unique_key)
            WHERE unique_key IS NOT NULL AND state <> 'dead' DO NOTHING
        RETURNING id
    )
    SELECT pg_notify('courtyard_jobs', '') FROM added
$$;
REVOKE ALL ON FUNCTION cell.watch_own_limits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cell.watch_own_limits TO courtyard_tenants;

-- Seats a person whom the workspace's provider has vouched for (ID-86), under the locks that every
-- change of seats takes. Answers `seated`, `full`, or `no_role` when the role is gone or is Owner.
CREATE OR REPLACE FUNCTION platform.seat_by_sso(
    tenant bigint, new_member uuid, person uuid, person_name text, new_role uuid,
    now_at timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    allowed bigint;
    used bigint;
    is_fit boolean;
BEGIN
    PERFORM FROM cell.tenants WHERE number = tenant FOR NO KEY UPDATE;
    EXECUTE format(
        'SELECT allowed FROM %I.limits WHERE key = ''seats'' FOR UPDATE', 't_' || tenant)
    INTO STRICT allowed;
    EXECUTE format(
        'SELECT count(*) FROM %I.members WHERE status IN (''invited'', ''active'')', 't_' || tenant)
    INTO used;
    IF used >= allowed THEN
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
    IF 5 * (used + 1) >= 4 * allowed THEN
        INSERT INTO cell.jobs (id, tenant_number, kind, payload, unique_key, state, run_at,
            attempts, max_attempts, created_at)
        VALUES (gen_random_uuid(), tenant, 'billing.limits', '{}', 'limits', 'waiting', now_at, 0,
            10, now_at)
        ON CONFLICT (tenant_number, kind, unique_key)
            WHERE unique_key IS NOT NULL AND state <> 'dead' DO NOTHING;
    END IF;
    RETURN 'seated';
END
$$;
