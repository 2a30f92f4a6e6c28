-- Lets a person who has lost every factor enrol anew (ID-70); the platform's administrators alone
-- can do so for somebody who belongs to several workspaces.
CREATE FUNCTION platform.reset_second_factors(address_key text)
RETURNS TABLE (person uuid, address text, language text, tenants text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    SELECT p.id, p.email, p.language INTO person, address, language
    FROM platform.persons p WHERE p.email_key = address_key FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    DELETE FROM platform.factors f WHERE f.person_id = person;
    DELETE FROM platform.recovery_codes c WHERE c.person_id = person;
    DELETE FROM platform.totp_enrolments e WHERE e.person_id = person;
    DELETE FROM platform.code_failures f WHERE f.person_id = person;
    DELETE FROM platform.login_steps s WHERE s.person_id = person;
    WITH ended AS (DELETE FROM platform.sessions s WHERE s.person_id = person RETURNING s.id)
    DELETE FROM cell.admissions a USING ended e WHERE a.credential_id = e.id;
    SELECT coalesce(array_agg(m.tenant_number::text), '{}') INTO tenants
    FROM platform.memberships m JOIN cell.tenants t ON t.number = m.tenant_number
    WHERE m.person_id = person AND t.state IN ('active', 'suspended');
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION platform.reset_second_factors FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.reset_second_factors TO courtyard_staff;
-- For the mail that tells of it: staff may queue jobs, and read none.
GRANT INSERT, SELECT (tenant_number, kind, unique_key, state, run_at)
    ON cell.jobs TO courtyard_staff;
