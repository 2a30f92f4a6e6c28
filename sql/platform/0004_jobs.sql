-- Work that outlives a request (design §9). A row is enqueued in the transaction that needs it.
CREATE TABLE cell.jobs (
    id              uuid        PRIMARY KEY,
    -- Null for work of the platform itself, such as mailing a sign-up link.
    tenant_number   bigint      REFERENCES cell.tenants ON DELETE CASCADE,
    kind            text        NOT NULL,
    payload         jsonb       NOT NULL,
    -- At most one waiting or running job per key.
    unique_key      text,
    state           text        NOT NULL DEFAULT 'waiting'
                                CHECK (state IN ('waiting', 'running', 'dead')),
    run_at          timestamptz NOT NULL,
    attempts        integer     NOT NULL DEFAULT 0,
    max_attempts    integer     NOT NULL DEFAULT 10,
    -- While running: who holds it and until when; a lease that ran out is taken over.
    lease_id        uuid,
    leased_until    timestamptz,
    last_error      text,
    created_at      timestamptz NOT NULL
);
CREATE INDEX jobs_due_idx ON cell.jobs (run_at) WHERE state = 'waiting';
CREATE INDEX jobs_lease_idx ON cell.jobs (leased_until) WHERE state = 'running';
CREATE INDEX jobs_tenant_idx ON cell.jobs (tenant_number, state);
CREATE UNIQUE INDEX jobs_unique_key_idx ON cell.jobs (unique_key) WHERE state <> 'dead';

CREATE VIEW cell.own_jobs AS
    SELECT id, tenant_number, kind, payload, unique_key, state, run_at, attempts, max_attempts,
        lease_id, leased_until, last_error, created_at
    FROM cell.jobs
    WHERE tenant_number = cell.current_tenant()
    WITH CHECK OPTION;
GRANT SELECT, INSERT, DELETE ON cell.own_jobs TO courtyard_tenants;

-- The role that takes, renews and finishes jobs; it sees nothing else.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'courtyard_worker') THEN
        CREATE ROLE courtyard_worker NOLOGIN;
    END IF;
END
$$;
GRANT USAGE ON SCHEMA cell TO courtyard_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON cell.jobs TO courtyard_worker, courtyard_identity;
