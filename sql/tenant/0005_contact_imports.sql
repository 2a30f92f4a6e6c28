-- A file of contacts on its way into the book (MS-20…MS-27). `processed` moves in the transaction
-- that writes the rows it counts, so an import that was interrupted goes on where it stopped.
CREATE TABLE tenant.contact_imports (
    id              uuid        PRIMARY KEY,
    state           text        NOT NULL CHECK (state IN
                                ('queued', 'running', 'completed', 'failed', 'cancelled')),
    file_name       text        NOT NULL,
    format          text        NOT NULL CHECK (format IN ('csv', 'xlsx')),
    size_bytes      bigint      NOT NULL,
    options         jsonb       NOT NULL,
    failure         text,
    total           bigint,
    processed       bigint      NOT NULL DEFAULT 0,
    created         bigint      NOT NULL DEFAULT 0,
    updated         bigint      NOT NULL DEFAULT 0,
    skipped         bigint      NOT NULL DEFAULT 0,
    failed          bigint      NOT NULL DEFAULT 0,
    created_by_kind text        NOT NULL,
    created_by      uuid        NOT NULL,
    created_at      timestamptz NOT NULL,
    started_at      timestamptz,
    finished_at     timestamptz,
    CHECK (created + updated + skipped + failed = processed)
);

-- The uploaded file in pieces, since any server process may run the import. Dropped when it ends.
CREATE TABLE tenant.contact_import_pieces (
    import_id       uuid        NOT NULL REFERENCES tenant.contact_imports ON DELETE CASCADE,
    position        integer     NOT NULL,
    content         bytea       NOT NULL,
    PRIMARY KEY (import_id, position)
);
ALTER TABLE tenant.contact_import_pieces ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE tenant.contact_import_errors (
    import_id       uuid        NOT NULL REFERENCES tenant.contact_imports ON DELETE CASCADE,
    row_number      bigint      NOT NULL,
    column_name     text        NOT NULL,
    code            text        NOT NULL,
    cells           text[]      NOT NULL,
    PRIMARY KEY (import_id, row_number)
);
GRANT SELECT, INSERT, UPDATE, DELETE
    ON tenant.contact_imports, tenant.contact_import_pieces, tenant.contact_import_errors
    TO tenant_role;
