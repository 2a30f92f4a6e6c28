-- Roles are cluster-wide, so the prefix `courtyard_` stands for the database's own name and is
-- replaced by it when the migration runs. None of these can log in.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['courtyard_tenants', 'courtyard_logins', 'courtyard_identity'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
    END LOOP;
END
$$;

CREATE SCHEMA platform;
CREATE SCHEMA cell;

-- Tenants see `platform` and `cell` only through views named `own_*`, which show what is theirs.
GRANT USAGE ON SCHEMA platform, cell TO courtyard_tenants, courtyard_identity;
GRANT USAGE ON SCHEMA cell TO courtyard_logins;
GRANT USAGE ON SCHEMA extensions TO courtyard_tenants, courtyard_identity;

-- The only ways into a role. PUBLIC has lost these functions (sql/cluster/prepare.sql).
GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO courtyard_logins;
