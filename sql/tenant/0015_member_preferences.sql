-- What a member has set for themselves in this workspace (ID-100…ID-102, ID-114, ID-144); only what
-- differs from the defaults, which live in the code.
CREATE TABLE tenant.member_preferences (
    member_id       uuid        PRIMARY KEY REFERENCES tenant.members ON DELETE CASCADE,
    notifications   jsonb       NOT NULL DEFAULT '{}',
    sounds          jsonb       NOT NULL DEFAULT '{}',
    chat_sync_enabled boolean   NOT NULL DEFAULT true,
    profile_prompt  text        NOT NULL DEFAULT 'open'
        CHECK (profile_prompt IN ('open', 'done', 'skipped'))
);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant.member_preferences TO tenant_role;
