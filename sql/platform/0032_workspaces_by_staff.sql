-- Makes a workspace for a first Owner whom staff name (BL-90): a person who is not known yet gets a
-- login without a password, so that only who reads the address can choose one.
CREATE FUNCTION platform.create_workspace(
    workspace uuid, workspace_slug text, workspace_name text, workspace_plan text, member uuid,
    person uuid, address text, address_key text, person_name text, person_language text,
    at timestamptz)
RETURNS TABLE (number bigint, owner_address text, owner_language text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    found record;
BEGIN
    INSERT INTO platform.persons (id, email, email_key, name, language, created_at)
    VALUES (person, address, address_key, person_name, person_language, at)
    ON CONFLICT ON CONSTRAINT persons_email_key DO NOTHING;
    SELECT p.id, p.email, p.name, p.language INTO STRICT found
    FROM platform.persons p WHERE p.email_key = address_key;
    number := platform.create_tenant(
        workspace, workspace_slug, workspace_name, workspace_plan, at);
    PERFORM platform.seat_first_owner(number, member, found.id, found.name, at);
    owner_address := found.email;
    owner_language := found.language;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION platform.create_workspace FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.create_workspace TO courtyard_staff;
-- The key under which the new workspace's secrets are sealed; staff read none.
GRANT INSERT ON cell.data_keys TO courtyard_staff;
