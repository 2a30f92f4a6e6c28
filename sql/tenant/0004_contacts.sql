-- End customers known to the workspace (MS-01, MS-02).
CREATE TABLE tenant.contacts (
    id              uuid        PRIMARY KEY,
    name            text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
    -- Folding can make one character eighteen; what sorts must fit into an index and a cursor.
    name_key        text        COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (left(cell.fold(name), 120)) STORED,
    phone           text        CHECK (phone ~ '^\+[1-9][0-9]{7,14}$'),
    email           text        CHECK (char_length(email) <= 254),
    country_code    text        CHECK (country_code ~ '^\+?[1-9][0-9]{0,3}$'),
    iso_code        text        CHECK (iso_code ~ '^[A-Z]{2}$'),
    language        text        CHECK (char_length(language) <= 35),
    tags            text[]      NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 50),
    attributes      jsonb       NOT NULL DEFAULT '{}',
    opted_out       boolean     NOT NULL DEFAULT false,
    search_text     text        NOT NULL GENERATED ALWAYS AS
        (cell.fold(name || ' ' || coalesce(phone, '') || ' ' || coalesce(email, ''))) STORED,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    last_message_at timestamptz,
    CONSTRAINT contacts_phone_key UNIQUE (phone)
);
CREATE INDEX contacts_created_at_idx ON tenant.contacts (created_at, id);
CREATE INDEX contacts_name_idx ON tenant.contacts (name_key, id);
-- Contacts without a message stand where the oldest message would.
CREATE INDEX contacts_last_message_at_idx ON tenant.contacts
    ((coalesce(last_message_at, timestamptz '1970-01-01 00:00:00+00')), id);
CREATE INDEX contacts_search_idx ON tenant.contacts
    USING gin (search_text extensions.gin_trgm_ops);

-- How a contact is known on channels without phone numbers; unique over the workspace (MS-04).
CREATE TABLE tenant.contact_identities (
    channel_kind    text        NOT NULL
        CHECK (channel_kind IN ('whatsapp', 'telegram', 'messenger')),
    provider_user_id text       NOT NULL CHECK (char_length(provider_user_id) BETWEEN 1 AND 128),
    contact_id      uuid        NOT NULL REFERENCES tenant.contacts ON DELETE CASCADE,
    CONSTRAINT contact_identities_pkey PRIMARY KEY (channel_kind, provider_user_id)
);
CREATE INDEX contact_identities_contact_id_idx ON tenant.contact_identities (contact_id);

-- Named lists of contacts (MS-40).
CREATE TABLE tenant.groups (
    id              uuid        PRIMARY KEY,
    name            text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    name_key        text        COLLATE "C" NOT NULL GENERATED ALWAYS AS (cell.fold(name)) STORED,
    description     text        NOT NULL DEFAULT '' CHECK (char_length(description) <= 500),
    created_at      timestamptz NOT NULL,
    CONSTRAINT groups_name_key UNIQUE (name_key)
);
CREATE TABLE tenant.group_members (
    group_id        uuid        NOT NULL REFERENCES tenant.groups ON DELETE CASCADE,
    contact_id      uuid        NOT NULL REFERENCES tenant.contacts ON DELETE CASCADE,
    PRIMARY KEY (contact_id, group_id)
);
CREATE INDEX group_members_group_id_idx ON tenant.group_members (group_id, contact_id);

GRANT SELECT, INSERT, UPDATE, DELETE
    ON tenant.contacts, tenant.contact_identities, tenant.groups, tenant.group_members
    TO tenant_role;
