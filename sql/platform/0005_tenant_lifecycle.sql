-- The migrations of a tenant schema as this installation has them, so that creating a tenant is one
-- statement and the server needs no right to run DDL itself. `courtyard migrate` fills the table.
CREATE TABLE platform.tenant_migrations (
    version     integer     PRIMARY KEY,
    name        text        NOT NULL,
    checksum    bytea       NOT NULL,
    sql         text        NOT NULL
);

-- How many tenants share one login role. Role switches slow down with the square of the number of
-- tenant roles a login role belongs to, so a shard is full at 500 and the next one is opened
-- (docs/decisions/0012).
CREATE FUNCTION platform.shard_of(tenant_number bigint) RETURNS integer
LANGUAGE sql IMMUTABLE RETURN ((tenant_number - 1) / 500)::integer;

-- The secret from which the login roles' passwords are derived; readable by the owner alone.
CREATE TABLE platform.login_secret (
    only_row    boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    secret      text        NOT NULL
);
INSERT INTO platform.login_secret (secret)
VALUES (replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));

-- Makes the login role of a shard if it is missing: it can enter its tenants' roles and the
-- platform's, and do nothing by itself.
CREATE FUNCTION platform.open_shard(shard integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    login text := 'courtyard_app_' || lpad(shard::text, 2, '0');
    password text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('courtyard open_shard'));
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
        RETURN;
    END IF;
    SELECT encode(sha256(convert_to(secret || login, 'UTF8')), 'hex') INTO STRICT password
    FROM platform.login_secret;
    EXECUTE format(
        'CREATE ROLE %I LOGIN NOINHERIT NOCREATEDB NOCREATEROLE PASSWORD %L', login, password);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), login);
    EXECUTE format('GRANT courtyard_identity, courtyard_worker TO %I', login);
    EXECUTE format('GRANT USAGE ON SCHEMA cell TO %I', login);
    EXECUTE format('GRANT SELECT ON cell.tenants, cell.admissions TO %I', login);
    EXECUTE format(
        'GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO %I', login);
END
$$;
REVOKE ALL ON FUNCTION platform.open_shard FROM PUBLIC;

-- Creates role, schema, tables, seeds and directory rows of a workspace, all or nothing (OV-12).
--
-- Raises unique_violation on tenants_slug_key when the slug is taken.
CREATE FUNCTION platform.create_tenant(
    tenant_id uuid, tenant_slug text, tenant_name text, tenant_plan text, now_at timestamptz)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    tenant_number bigint;
    schema_name text;
    role_name text;
    shard integer;
    migration record;
    latest integer := 0;
BEGIN
    -- The slug decides first: a taken one costs no schema.
    INSERT INTO platform.tenants (number, id, slug, name, plan, created_at)
    VALUES (
        nextval('platform.tenants_number_seq'), tenant_id, tenant_slug, tenant_name, tenant_plan,
        now_at)
    RETURNING number INTO tenant_number;
    schema_name := 't_' || tenant_number;
    role_name := current_database() || '_t_' || tenant_number;
    shard := platform.shard_of(tenant_number);
    PERFORM platform.open_shard(shard);

    EXECUTE format('CREATE ROLE %I NOLOGIN NOCREATEDB NOCREATEROLE', role_name);
    EXECUTE format('GRANT courtyard_tenants TO %I', role_name);
    EXECUTE format(
        'GRANT %I TO %I', role_name, 'courtyard_app_' || lpad(shard::text, 2, '0'));
    EXECUTE format('CREATE SCHEMA %I', schema_name);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', schema_name, role_name);
    FOR migration IN SELECT version, sql FROM platform.tenant_migrations ORDER BY version LOOP
        EXECUTE replace(
            replace(migration.sql, 'tenant_role', quote_ident(role_name)),
            'tenant.', schema_name || '.');
        latest := migration.version;
    END LOOP;

    INSERT INTO cell.tenants
        (number, id, role_name, shard, state, schema_version, plan, limits, features)
    SELECT tenant_number, tenant_id, role_name, shard, 'active', latest, name, limits, features
    FROM platform.plans WHERE name = tenant_plan;
    RETURN tenant_number;
END
$$;
REVOKE ALL ON FUNCTION platform.create_tenant FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.create_tenant TO courtyard_identity;

-- Removes everything a workspace owns, its role included.
CREATE FUNCTION platform.erase_tenant(erased bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', 't_' || erased);
    DELETE FROM cell.tenants WHERE number = erased;
    DELETE FROM platform.tenants WHERE number = erased;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = current_database() || '_t_' || erased) THEN
        EXECUTE format('DROP ROLE %I', current_database() || '_t_' || erased);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION platform.erase_tenant FROM PUBLIC;

-- The first shard serves sign-up and login before any tenant exists.
SELECT platform.open_shard(0);
