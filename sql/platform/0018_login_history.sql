-- Writes an attempt to log in into the history of one workspace, or, when it failed before a
-- workspace was chosen, into that of each workspace where the person has a seat (ID-110, ID-113).
-- A workspace whose schema is behind is left out: it must not keep people from the others.
CREATE FUNCTION platform.record_login(
    entry uuid, at timestamptz, person uuid, tenant bigint, outcome text, way text, address text,
    device text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    seat record;
BEGIN
    FOR seat IN
        SELECT tenant_number, member_id FROM platform.memberships
        WHERE person_id = person AND (tenant IS NULL OR tenant_number = tenant)
    LOOP
        IF to_regclass(format('t_%s.login_events', seat.tenant_number)) IS NOT NULL THEN
            EXECUTE format(
                'INSERT INTO t_%s.login_events '
                '(id, created_at, member_id, result, method, address, device) '
                'VALUES ($1, $2, $3, $4, $5, $6, $7)', seat.tenant_number)
            USING entry, at, seat.member_id, outcome, way, address, device;
        END IF;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION platform.record_login FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.record_login TO courtyard_identity;
