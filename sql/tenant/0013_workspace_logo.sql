-- The workspace's branding picture, drawn anew from an upload; no row, no logo (WS-04, WS-05).
CREATE TABLE tenant.logo (
    only_row        boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Made of the content, so that what an address shows never changes.
    id              uuid        NOT NULL,
    media_type      text        NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg')),
    content         bytea       NOT NULL,
    created_at      timestamptz NOT NULL
);
ALTER TABLE tenant.logo ALTER COLUMN content SET STORAGE EXTERNAL;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant.logo TO tenant_role;
