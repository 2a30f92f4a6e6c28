-- Jobs are taken in turn over lanes: one for each tenant, and 0 for the platform itself.
ALTER TABLE cell.jobs
    ADD COLUMN lane bigint NOT NULL GENERATED ALWAYS AS (coalesce(tenant_number, 0)) STORED;
DROP INDEX cell.jobs_due_idx, cell.jobs_tenant_idx, cell.jobs_unique_key_idx;
CREATE INDEX jobs_due_idx ON cell.jobs (lane, run_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_running_idx ON cell.jobs (lane) WHERE state = 'running';
CREATE INDEX jobs_dead_idx ON cell.jobs (created_at) WHERE state = 'dead';

-- A key is unique among one tenant's jobs of one kind, so that no tenant can take another's.
CREATE UNIQUE INDEX jobs_unique_key_idx ON cell.jobs (tenant_number, kind, unique_key)
    NULLS NOT DISTINCT WHERE unique_key IS NOT NULL AND state <> 'dead';

-- A job runs in its tenant's scope, which its runner must know.
GRANT SELECT ON cell.tenants TO courtyard_worker;

-- For the cascade that erases a tenant.
CREATE INDEX jobs_tenant_number_idx ON cell.jobs (tenant_number) WHERE tenant_number IS NOT NULL;
