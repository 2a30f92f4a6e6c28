-- A person's picture: their own, drawn anew from an upload, or one of the built-in ones (ID-33,
-- ID-34). In the database, so that every server process has it and it is erased with its owner.
CREATE TABLE platform.avatars (
    person_id       uuid        PRIMARY KEY REFERENCES platform.persons ON DELETE CASCADE,
    -- Made of the content, so that what an address shows never changes; a built-in picture has one
    -- for all who choose it.
    id              uuid        NOT NULL,
    preset          text,
    media_type      text        CHECK (media_type IN ('image/png', 'image/jpeg')),
    content         bytea,
    created_at      timestamptz NOT NULL,
    CHECK ((preset IS NULL) = (content IS NOT NULL AND media_type IS NOT NULL))
);
ALTER TABLE platform.avatars ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX avatars_id_idx ON platform.avatars (id);
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.avatars TO courtyard_identity;

-- The pictures of the people of the tenant whose role is in force. Those of people who have never
-- signed in stay hidden: an invitation must not tell whose address it was (AC-04).
CREATE VIEW platform.own_avatars WITH (security_barrier = true) AS
    SELECT a.person_id, a.id, a.media_type, a.content
    FROM platform.avatars a
    JOIN platform.memberships m ON m.person_id = a.person_id
    WHERE m.tenant_number = cell.current_tenant() AND m.last_login_at IS NOT NULL;
GRANT SELECT ON platform.own_avatars TO courtyard_tenants;
