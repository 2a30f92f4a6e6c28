-- Prepares a PostgreSQL 15 cluster for Courtyard: what only a superuser may do, in one file.
--
--   COURTYARD_OWNER_PASSWORD=… psql -v owner=courtyard_owner -v database=courtyard \
--       -U postgres -d postgres -f sql/cluster/prepare.sql
--
-- It may be run again at any time. The role logs in for `courtyard migrate`, which creates
-- everything else: the owner is no superuser, it only creates roles and owns this database.

\set ON_ERROR_STOP on
\set QUIET on
\getenv password COURTYARD_OWNER_PASSWORD
SET client_min_messages = warning;

SELECT format('CREATE ROLE %I', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB CREATEROLE INHERIT NOREPLICATION NOBYPASSRLS;
\if :{?password}
ALTER ROLE :"owner" PASSWORD :'password';
\endif

SELECT format(
    'CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
ALTER DATABASE :"database" OWNER TO :"owner";

-- Nobody enters but the owner and the login roles that its migrations name. Without temporary
-- schemas no role but the owner can create a relation or a function anywhere.
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;

\connect :"database"
SET client_min_messages = warning;
BEGIN;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA IF NOT EXISTS extensions;
ALTER SCHEMA extensions OWNER TO :"owner";
GRANT USAGE ON SCHEMA extensions TO PUBLIC;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA extensions;
ALTER EXTENSION pg_trgm SET SCHEMA extensions;
ALTER EXTENSION unaccent SET SCHEMA extensions;

-- A tenant's statement runs under the tenant's role, which the login role entered by
-- set_config('role', …). An expression smuggled into such a statement must not be able to do the
-- same, nor to run SQL that it brings along as text. So these functions are taken from PUBLIC:
-- set_config itself,
REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;
-- and the rule on this view that calls it,
REVOKE UPDATE ON pg_catalog.pg_settings FROM PUBLIC;
-- the one setting that pg_trgm lets a function change for the rest of the session,
REVOKE EXECUTE ON FUNCTION extensions.set_limit(real) FROM PUBLIC;
-- functions that run a query given as text, or read a relation, schema or database given by name,
REVOKE EXECUTE ON FUNCTION
    pg_catalog.query_to_xml(text, boolean, boolean, text),
    pg_catalog.query_to_xmlschema(text, boolean, boolean, text),
    pg_catalog.query_to_xml_and_xmlschema(text, boolean, boolean, text),
    pg_catalog.cursor_to_xml(refcursor, integer, boolean, boolean, text),
    pg_catalog.cursor_to_xmlschema(refcursor, boolean, boolean, text),
    pg_catalog.table_to_xml(regclass, boolean, boolean, text),
    pg_catalog.table_to_xmlschema(regclass, boolean, boolean, text),
    pg_catalog.table_to_xml_and_xmlschema(regclass, boolean, boolean, text),
    pg_catalog.schema_to_xml(name, boolean, boolean, text),
    pg_catalog.schema_to_xmlschema(name, boolean, boolean, text),
    pg_catalog.schema_to_xml_and_xmlschema(name, boolean, boolean, text),
    pg_catalog.database_to_xml(boolean, boolean, text),
    pg_catalog.database_to_xmlschema(boolean, boolean, text),
    pg_catalog.database_to_xml_and_xmlschema(boolean, boolean, text),
    pg_catalog.ts_stat(text),
    pg_catalog.ts_stat(text, text),
    pg_catalog.ts_rewrite(tsquery, text)
FROM PUBLIC;
-- large objects, which belong to the database and not to a schema,
REVOKE EXECUTE ON FUNCTION
    pg_catalog.lo_close(integer),
    pg_catalog.lo_creat(integer),
    pg_catalog.lo_create(oid),
    pg_catalog.lo_export(oid, text),
    pg_catalog.lo_from_bytea(oid, bytea),
    pg_catalog.lo_get(oid),
    pg_catalog.lo_get(oid, bigint, integer),
    pg_catalog.lo_import(text),
    pg_catalog.lo_import(text, oid),
    pg_catalog.lo_lseek(integer, integer, integer),
    pg_catalog.lo_lseek64(integer, bigint, integer),
    pg_catalog.lo_open(oid, integer),
    pg_catalog.lo_put(oid, bigint, bytea),
    pg_catalog.lo_tell(integer),
    pg_catalog.lo_tell64(integer),
    pg_catalog.lo_truncate(integer, integer),
    pg_catalog.lo_truncate64(integer, bigint),
    pg_catalog.lo_unlink(oid),
    pg_catalog.loread(integer, integer),
    pg_catalog.lowrite(integer, bytea)
FROM PUBLIC;
-- and the languages in which DO and CREATE FUNCTION run text.
REVOKE USAGE ON LANGUAGE plpgsql, sql FROM PUBLIC;

-- Migrations hand set_config on to the login roles, and write functions themselves.
GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean)
    TO :"owner" WITH GRANT OPTION;
GRANT USAGE ON LANGUAGE plpgsql, sql TO :"owner";

COMMIT;
